"""Reactors that a pump fills: closed forms, balances, derivatives, and empty ones."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from assemblysim.errors import InputError
from assemblysim.kinetics.engines.integration import DEFAULT_TOLERANCE, ENGINES, Tolerance
from assemblysim.kinetics.reactor.flow import HEEL, Inflow, flowing
from assemblysim.kinetics.reactor.protocol import Event, Feed, Protocol, segments
from assemblysim.kinetics.reactor.reactor import Reactor, courses, extents
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.reactor.temperature import Programme, RateConstants
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.reading.equation import parse_reaction

FINE = Tolerance(1e-10, 1e-13, 100_000)
NAMES = ("A", "B", "C")
TIMES = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 5.0])
RATE, FED, K = 1.5, 4.0, 0.7


def network(*lines):
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, NAMES)]
    return Network(tuple(Species(name, ()) for name in NAMES), tuple(steps))


FIRST = network("A -> B ; k")
SECOND = network("A + B -> C ; k1", "C -> A + B ; k2", "-> A ; k0")


def reactor(volume, start=(0.0, 0.0, 0.0), constants=(K,), of=FIRST, **more):
    protocol = Protocol(None, volume, feeds=(Feed(0.0, 3.0, RATE, (("A", FED),)),), **more)
    return Reactor(of, RateConstants.isothermal(np.array([constants])), np.array([start]), protocol)


def amount(times, volume, start):
    """Of A, mmol: d(cV)/dt = rate fed - k c V until 3 h, and no feed after."""
    fed = np.minimum(times, 3.0)
    gone = np.exp(-K * fed)
    return (volume * start * gone + RATE * FED / K * (1 - gone)) * np.exp(-K * (times - fed))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("volume", "start"), [(2.0, 1.0), (1e-3, 50.0), (0.0, 0.0)])
def test_a_constant_feed_into_a_growing_volume_has_its_closed_form(engine, volume, start):
    of = reactor(volume, (start, 0.0, 0.0))
    there = volume + RATE * np.minimum(TIMES, 3.0)
    np.testing.assert_allclose(of.protocol.volumes(TIMES), there, rtol=1e-15)
    found = courses(of, TIMES, FINE, engine=engine)

    assert found.species == NAMES
    a, b, _ = found.concentrations[0].T
    after = slice(1, None)
    expected = (amount(TIMES, volume, start) / np.where(there, there, 1.0))[after]
    np.testing.assert_allclose(a[after], expected, rtol=1e-8)
    # As much as was there and came in, to 1e-10.
    total = volume * start + RATE * FED * np.minimum(TIMES, 3.0)
    np.testing.assert_allclose(((a + b) * there)[after], total[after], rtol=1e-10)


def test_balances_hold_at_the_accuracy_of_fits_too():
    for volume in (2.0, 0.0):
        a, b, _ = courses(reactor(volume), TIMES, DEFAULT_TOLERANCE).concentrations[0].T
        total = RATE * FED * np.minimum(TIMES, 3.0)
        there = volume + RATE * np.minimum(TIMES, 3.0)
        np.testing.assert_allclose((a + b) * there, total, rtol=1e-10, atol=1e-10)


def test_an_empty_reactor_begins_with_what_comes_in():
    found = courses(reactor(0.0), np.array([0.0, 1e-6]), FINE).concentrations[0]

    np.testing.assert_allclose(found[0], [FED, 0.0, 0.0])
    np.testing.assert_allclose(found[1], [FED, K * FED * 1e-6 / 2, 0.0], rtol=1e-6, atol=1e-12)


def test_a_solvent_dilutes_what_does_not_react():
    protocol = Protocol(None, 2.0, feeds=(Feed(1.0, 3.0, 1.0),))
    constants = RateConstants.isothermal(np.array([[0.0]]))
    of = Reactor(FIRST, constants, np.array([[3.0, 0.0, 0.0]]), protocol)

    found = courses(of, np.array([1.0, 2.0, 3.0, 9.0]), FINE).concentrations[0, :, 0]
    np.testing.assert_allclose(found, 3.0 * 2.0 / np.array([2.0, 3.0, 4.0, 4.0]), rtol=1e-12)


def test_what_is_held_is_not_diluted():
    catalysed = network("A + C -> B + C ; k")
    of = reactor(1.0, (0.0, 0.0, 2.0), of=catalysed, held=("C",))

    found = courses(of, TIMES, FINE).concentrations[0]
    np.testing.assert_array_equal(found[:, 2], 2.0)
    gone = np.exp(-2 * K * np.minimum(TIMES, 3.0))
    made = RATE * FED / (2 * K) * (1 - gone) * np.exp(-2 * K * np.maximum(TIMES - 3.0, 0.0))
    np.testing.assert_allclose(found[:, 0], made / of.protocol.volumes(TIMES), rtol=1e-8)


WARMING = Programme((0.0, 2.0, 6.0), (298.15, 330.0, 330.0))


@pytest.mark.parametrize("volume", [1.3, 0.0])
@pytest.mark.parametrize("programme", [None, WARMING])
def test_two_feeds_additions_withdrawals_and_a_ramp_are_those_of_plain_amounts(volume, programme):
    of = _treated(volume, programme)
    protocol, end = of.protocol, np.array([5.0])
    found = courses(of, end, FINE).concentrations[0, 0]

    heel = 1e-9
    state = np.array([volume, 2 * volume, 0.0, volume])
    state = state if volume else np.array([FED * heel, 0.0, 0.0, heel])
    for segment in segments(protocol, 5.0):
        given = (segment, of)
        solved = solve_ivp(
            _amounts,
            (segment.begin, segment.end),
            state,
            "Radau",
            args=given,
            rtol=1e-9,
            atol=1e-12,
        )
        state = solved.y[:, -1]
        for event in segment.after:
            if event.volume < 0:
                state = state * (1 + event.volume / state[3])
            else:
                state = state + np.array([0.0, 2.0 * event.volume, 0.0, event.volume])
    np.testing.assert_allclose(found, state[:3] / state[3], rtol=1e-6)
    made = extents(of, end, FINE)
    np.testing.assert_allclose(made.trajectories.concentrations[0, 0], found, rtol=1e-9)
    # B: what was there and came in, less what went into C, of which a part was withdrawn.
    assert made.extents.shape == (1, 1, 3)


def _treated(volume, programme):
    feeds = (Feed(0.0, 3.0, RATE, (("A", FED),)), Feed(0.7, 4.0, 0.4, (("B", 9.0),)))
    events = (Event(1.0, 0.5, (("B", 2.0),)), Event(2.5, -0.5))
    protocol = Protocol(programme, volume, events, feeds=feeds)
    constants = RateConstants(np.array([[0.9, 0.2, 0.3]]), np.array([[50.0, 60.0, 0.0]]))
    return Reactor(SECOND, constants, np.array([[1.0, 2.0, 0.0]]), protocol)


def _amounts(time, state, segment, of):
    kelvin = of.protocol.programme and of.protocol.programme.at(time)
    constants = of.rate_constants
    k1, k2, k0 = (constants.at(kelvin) if kelvin else constants.at_reference)[0]
    a, b, c = state[:3] / state[3]
    forth, back, source = k1 * a * b * state[3], k2 * c * state[3], k0 * state[3]
    amounts = dict(segment.flow.contents) if segment.flow else {}
    rate = segment.flow.rate if segment.flow else 0.0
    brought = amounts.get("A", 0.0), amounts.get("B", 0.0)
    net = back - forth
    return [net + source + brought[0], net + brought[1], -net, rate]


@pytest.mark.parametrize("volume", [1.3, 0.0])
@pytest.mark.parametrize("programme", [None, WARMING])
def test_derivatives_are_differences(volume, programme):
    of, end = _treated(volume, programme), np.array([5.0])
    found = sensitivities(of, end, FINE)

    def at(constants=0.0, energies=0.0, initial=0.0):
        known = of.rate_constants
        moved = replace(
            known,
            at_reference=known.at_reference + constants,
            energies=known.energies + energies,
        )
        other = replace(of, rate_constants=moved, initial=of.initial + initial)
        return courses(other, end, FINE).concentrations[0, 0]

    for i, shift in enumerate(1e-4 * np.eye(3)):
        kinds = {"constants": found.by_constant, "initial": found.by_initial}
        if programme:
            kinds["energies"] = found.by_energy
        for kind, derivatives in kinds.items():
            expected = (at(**{kind: shift}) - at(**{kind: -shift})) / 2e-4
            np.testing.assert_allclose(derivatives[0, 0, :, i], expected, rtol=1e-5, atol=1e-7)


def test_the_larger_network_has_a_volume_and_its_unit_last():
    larger = flowing(SECOND, ("A",), ())

    assert larger.species_names[:3] == NAMES
    assert len(larger.species_names) == 5
    assert larger.rate_constant_names[:3] == SECOND.rate_constant_names
    flow = Inflow(2.0, 0.0, 3.0, (("A", 6.0),))
    assert (flow.begin_share, flow.end_volume) == (HEEL, 6.0)
    np.testing.assert_allclose(flow.mixture(NAMES), [2.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"volume": 0.0}, "a volume of 0 mL; write one above 0 mL"),
        ({"volume": 0.0, "feeds": (Feed(1.0, 2.0, 1.0),)}, "a volume of 0 mL"),
        ({"feeds": (Feed(2.0, 2.0, 1.0),)}, "a feed from 2 h to 2 h; let it end after it began"),
        ({"feeds": (Feed(0.0, 2.0, 0.0),)}, "a feed of 0 mL/h; write one above 0 mL/h"),
        (
            {"volume": 0.0, "feeds": (Feed(0.0, 2.0, 1.0),), "events": (Event(1.0, -1.5),)},
            "1.5 mL are withdrawn at 1 h, where the reactor holds 1 mL; leave some",
        ),
    ],
)
def test_what_no_pump_can_do_is_refused(given, says):
    with pytest.raises(InputError) as refused:
        Protocol(**given)

    assert says in str(refused.value)


@pytest.mark.parametrize("law", ["k*B^0.5", "k*sqrt(B)", "k*(B/(1 + C))^0.5"])
def test_what_a_pump_brings_into_none_of_it_is_used_by_a_broken_order(law):
    of = network(f"B -> A ; k ; {law}")
    fed = Protocol(None, 2.0, feeds=(Feed(0.0, 3.0, RATE, (("B", FED),)),))
    there = Reactor(of, RateConstants.isothermal(np.array([[K]])), np.zeros((1, 3)), fed)

    def change(time, amounts):
        volume = 2.0 + RATE * min(time, 3.0)
        return [RATE * FED * (time < 3.0) - K * volume * np.sqrt(max(amounts[0], 0) / volume)]

    expected = solve_ivp(change, (0, 3), [0.0], method="LSODA", rtol=1e-10, atol=1e-12).y[0, -1]
    for engine in ENGINES:
        found = courses(there, np.array([3.0]), FINE, engine=engine)
        assert found.completed.all()
        np.testing.assert_allclose(found.concentrations[0, 0, 1], expected / 6.5, rtol=1e-6)


def test_a_broken_power_of_a_product_starts_at_zero():
    of = network("A -> B ; q", "B -> C ; k ; k*(B*A)^0.5")
    there = Reactor(of, RateConstants.isothermal(np.array([[0.5, 0.1]])), np.array([[1.0, 0, 0]]))
    native, reference = (courses(there, TIMES, FINE, engine=one) for one in ENGINES)

    assert native.completed.all()
    np.testing.assert_allclose(native.concentrations, reference.concentrations, atol=1e-7)
