"""Temperature programmes, additions, withdrawals and buffers against closed forms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from assemblysim.errors import InputError
from assemblysim.kinetics.engines.integration import (
    ENGINES,
    Tolerance,
    integrate_batch,
    integrate_sensitivities,
)
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor, courses, extents
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.reactor.temperature import Programme, RateConstants
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.properties.balance import composition_matrix, stoichiometry
from assemblysim.mechanism.reading.system import read_system

ACCURATE = Tolerance(1e-11, 1e-14, 100_000)
TIMES = np.array([0.1, 0.2, 1.0, 6.0, 12.0, 48.0])
# A hold, a ramp, and a step down where the ramp ends.
PROGRAMME = Programme((0.0, 1 / 12, 0.25, 0.25), (298.15, 298.15, 353.15, 343.0))
FEED = Event(1.0, 2.0, (("L", 50.0),))
TREATED = Protocol(PROGRAMME, 10.0, (FEED, Event(6.0, -1.0)))
LAWS = ("arrhenius", "eyring")
POWERS = {"arrhenius": 0.0, "eyring": 1.0}


def decay() -> Network:
    """A -> B."""
    return Network((Species("A", ()), Species("B", ())), (Reaction("decay", ("A",), ("B",), "k"),))


def both() -> Network:
    """The published mechanism of HNP-Dy6, with an explicit rate law."""
    return read_system(Path("models/hnp_dy6.toml")).network("both")


def reactors(protocol: Protocol, law: str = "arrhenius") -> Reactor:
    """Three reactors of HNP-Dy6."""
    rng = np.random.default_rng(1)
    network = both()
    initial = np.zeros((3, len(network.species)))
    initial[:, network.species_names.index("Dy")] = 190.0
    initial[:, network.species_names.index("L")] = 23.8
    constants = 10 ** rng.uniform(-3, 0, (3, 5))
    return Reactor(
        network,
        RateConstants(constants, rng.uniform(40, 120, (3, 5)), 340.0, (POWERS[law],) * 5),
        initial,
        protocol,
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("law", LAWS)
def test_first_order_decay_under_a_ramp_is_its_quadrature(engine: str, law: str) -> None:
    programme = Programme((0.0, 1.0, 3.0), (298.15, 298.15, 353.15))
    rate_constants = RateConstants(np.array([[0.3]]), np.array([[80.0]]), 333.0, (POWERS[law],))
    reactor = Reactor(decay(), rate_constants, np.array([[2.0, 0.0]]), Protocol(programme))
    times = np.array([0.5, 2.0, 3.0, 5.0])
    found = courses(reactor, times, ACCURATE, engine=engine).concentrations[0, :, 0]

    def constant(t: float) -> float:
        # Written out anew: the test must not share the law with the code.
        kelvin = programme.at(t)
        slowness = (1 / kelvin - 1 / 333.0) / 8.31446261815324e-3
        return float(0.3 * (kelvin / 333.0 if law == "eyring" else 1.0) * np.exp(-80 * slowness))

    segments = ((0.0, 1.0), (1.0, 3.0), (3.0, 5.0))
    for time, value in zip(times, found, strict=True):
        parts = [(a, min(b, time)) for a, b in segments if a < time]
        exponent = sum(quad(constant, a, b, epsabs=1e-13, epsrel=1e-13)[0] for a, b in parts)
        assert value == pytest.approx(2 * np.exp(-exponent), rel=1e-7)


@pytest.mark.parametrize("law", LAWS)
def test_a_programme_of_one_temperature_changes_nothing(law: str) -> None:
    level = Programme((0.0, 5.0, 7.0), (340.0, 340.0, 340.0))
    reactor = reactors(Protocol(level), law)
    alone = integrate_batch(
        reactor.network, reactor.rate_constants.at_reference, reactor.initial, TIMES
    )
    assert np.array_equal(courses(reactor, TIMES).concentrations, alone.concentrations)
    # In segments, which is another way, to the accuracy of the engine.
    cut = Protocol(level, events=(Event(2.0, 1e-300), Event(3.0, -1e-300)))
    segments = courses(replace(reactor, protocol=cut), TIMES, ACCURATE).concentrations
    whole = courses(reactor, TIMES, ACCURATE).concentrations
    assert np.abs(segments - whole).max() < 1e-10 * 190


def test_an_addition_is_its_piecewise_closed_form() -> None:
    # A decays; at 1 h 2 mL of 6 mM A are added to 10 mL, at 2 h the reactor is diluted to 24 mL.
    protocol = Protocol(None, 10.0, (Event(1.0, 2.0, (("A", 6.0),)), Event(2.0, 12.0)))
    reactor = replace(
        Reactor.isothermal(decay(), np.array([[0.7]]), np.array([[3.0, 0.0]])), protocol=protocol
    )
    times = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
    found = courses(reactor, times, ACCURATE).concentrations[0, :, 0]
    start = 3.0
    after_feed = (10 * start * np.exp(-0.7) + 2 * 6.0) / 12
    after_dilution = after_feed * np.exp(-0.7) / 2
    expected = [
        start,
        start * np.exp(-0.35),
        start * np.exp(-0.7),  # a sample at the moment of an addition is taken before it
        after_feed * np.exp(-0.35),
        after_feed * np.exp(-0.7),
        after_dilution * np.exp(-0.7),
    ]
    assert found == pytest.approx(expected, rel=1e-9)
    made = extents(reactor, times, ACCURATE).extents[0, :, 0]
    # In mmol over the 10 mL of the start: all A put in, less what is there.
    left = np.array(expected) * np.array([10, 10, 10, 12, 12, 24]) / 10
    put_in = np.array([3.0, 3.0, 3.0, 4.2, 4.2, 4.2])
    assert made == pytest.approx(put_in - left, abs=1e-9)


@pytest.mark.parametrize("energy", [80.0, -30.0])
@pytest.mark.parametrize("law", LAWS)
def test_extents_of_a_pot_that_cools_are_what_was_used_up(energy: float, law: str) -> None:
    # There and back again: the factors of the constants fall in one of the two ramps.
    programme = Programme((0.0, 1.0, 2.0, 4.0), (300.0, 350.0, 350.0, 310.0))
    rate_constants = RateConstants(np.array([[0.3]]), np.array([[energy]]), 333.0, (POWERS[law],))
    feed = (Event(3.0, 5.0, (("A", 1.0),)),)
    reactor = Reactor(
        decay(), rate_constants, np.array([[2.0, 0.0]]), Protocol(programme, 10.0, feed)
    )
    times = np.array([0.5, 1.5, 3.0, 3.5, 6.0])
    found, expected = extents(reactor, times, ACCURATE), courses(reactor, times, ACCURATE)
    amounts = expected.concentrations[0, :, 0] * np.array([1.0, 1.0, 1.0, 1.5, 1.5])
    put_in = np.array([2.0, 2.0, 2.0, 2.5, 2.5])

    assert found.trajectories.completed.all()
    assert found.trajectories.species == ("A", "B")
    assert found.extents[0, :, 0] == pytest.approx(put_in - amounts, rel=1e-8)
    assert np.abs(found.trajectories.concentrations - expected.concentrations).max() < 1e-9


@pytest.mark.parametrize("law", LAWS)
def test_engines_agree_on_a_treated_pot(law: str) -> None:
    reactor = reactors(TREATED, law)
    native, reference = (courses(reactor, TIMES, ACCURATE, engine=e) for e in ENGINES)
    assert native.completed.all()
    assert reference.completed.all()
    assert np.abs(native.concentrations - reference.concentrations).max() < 1e-7
    assert (
        np.abs(
            extents(reactor, TIMES, ACCURATE).trajectories.concentrations - native.concentrations
        ).max()
        < 1e-7
    )


def test_elements_are_neither_made_nor_lost() -> None:
    reactor = reactors(TREATED)
    found = courses(reactor, TIMES, ACCURATE)
    blocks = composition_matrix(reactor.network.species)
    volumes = TREATED.volumes(TIMES)
    assert volumes.tolist() == [10, 10, 10, 12, 11, 11]
    there = np.einsum("bts,se,t->bte", found.concentrations, blocks, volumes)
    put_in = (reactor.initial @ blocks)[:, None] * 10.0 + np.zeros(there.shape)
    ligand = blocks[reactor.network.species_names.index("L")]
    put_in[:, TIMES > 1.0] += 2.0 * 50.0 * ligand
    at_six = found.concentrations[:, TIMES.tolist().index(6.0)] @ blocks
    put_in[:, TIMES > 6.0] -= 1.0 * at_six[:, None]
    assert np.abs(there / put_in - 1).max() < 1e-8


@pytest.mark.parametrize("law", LAWS)
def test_sensitivities_are_differences(law: str) -> None:
    reactor = reactors(TREATED, law)
    tight = Tolerance(1e-9, 1e-13, 100_000)
    found = sensitivities(reactor, TIMES, tight)
    assert np.allclose(
        found.trajectories.concentrations, courses(reactor, TIMES, tight).concentrations, rtol=1e-6
    )

    def shifted(what: str, column: int, by: float) -> np.ndarray:
        rate_constants, start = reactor.rate_constants, np.array(reactor.initial)
        constants, energies = (
            np.array(rate_constants.at_reference),
            np.array(rate_constants.energies),
        )
        {"rate": constants, "energy": energies, "initial": start}[what][:, column] += by
        moved = Reactor(
            reactor.network,
            RateConstants(constants, energies, 340.0, (POWERS[law],) * 5),
            start,
            TREATED,
        )
        return courses(moved, TIMES, ACCURATE).concentrations

    for what, derivative, step in (
        ("rate", found.by_constant, 1e-7),
        ("energy", found.by_energy, 1e-3),
        ("initial", found.by_initial, 1e-3),
    ):
        for column in range(derivative.shape[-1]):
            ahead, here = shifted(what, column, step), shifted(what, column, 0.0)
            expected = (ahead - here) / step
            size = np.abs(expected).max(axis=(1, 2), keepdims=True)
            gap = np.abs(derivative[..., column] - expected) / np.where(size > 0, size, 1.0)
            assert gap.max() < 1e-3, (what, column)


def test_own_times_are_read_off_the_same_course() -> None:
    reactor = reactors(TREATED)
    own = np.repeat(TIMES[None], 3, axis=0)
    own[1, 1:-1] += [0.01, -0.05, 0.3, -2.0]
    found = courses(reactor, own, ACCURATE).concentrations
    shared = courses(reactor, TIMES, ACCURATE).concentrations
    assert np.abs(found[[0, 2]] - shared[[0, 2]]).max() < 1e-9
    alone = courses(reactor[1:2], own[1], ACCURATE).concentrations[0]
    assert np.abs(found[1] - alone).max() < 1e-9
    assert np.abs(found[1] - shared[1]).max() > 0.1


def test_a_buffer_stays_what_it_was() -> None:
    # A + H -> B with H held is first order in A.
    network = Network(
        tuple(Species(name, ()) for name in ("A", "H", "B")),
        (Reaction("join", ("A", "H"), ("B",), "k"),),
    )
    reactor = replace(
        Reactor.isothermal(network, np.array([[0.4]]), np.array([[1.0, 5.0, 0.0]])),
        protocol=Protocol(held=("H",)),
    )
    times = np.array([0.5, 2.0])
    found = courses(reactor, times, ACCURATE).concentrations[0]
    assert found[:, 1].tolist() == [5.0, 5.0]
    assert found[:, 0] == pytest.approx(np.exp(-2.0 * times), rel=1e-9)
    assert stoichiometry(reactor.running).tolist() == [[-1], [0], [1]]


def test_explicit_laws_are_heated_too() -> None:
    # k*A^2/(K + A) with K independent of temperature, against the same at the last temperature.
    law = read_rate_law("k*A^2/(K + A)")
    network = Network(
        (Species("A", ()), Species("B", ())),
        (Reaction("turn", ("A",), ("B",), "k", law=law, further_rate_constants=("K",)),),
    )
    rate_constants = RateConstants(np.array([[0.3, 2.0]]), np.array([[60.0, 0.0]]), 300.0)
    programme = Programme((0.0, 0.0, 2.0, 2.0), (300.0, 320.0, 320.0, 330.0))
    reactor = Reactor(network, rate_constants, np.array([[4.0, 0.0]]), Protocol(programme))
    found = courses(reactor, np.array([2.0, 5.0]), ACCURATE).concentrations[0]
    first = integrate_batch(
        network, rate_constants.at(320.0), reactor.initial, np.array([2.0]), ACCURATE
    ).concentrations[:, -1]
    second = integrate_batch(network, rate_constants.at(330.0), first, np.array([3.0]), ACCURATE)
    assert found[0] == pytest.approx(first[0], rel=1e-9)
    assert found[1] == pytest.approx(second.concentrations[0, -1], rel=1e-9)
    squared = replace(network.reactions[0], law=read_rate_law("k^2*A^2/(K + A)"))
    ramp = Programme((0.0, 2.0), (300.0, 320.0))
    doubled = Reactor(
        Network(network.species, (squared,)), rate_constants, reactor.initial, Protocol(ramp)
    )
    single = Reactor(
        network,
        RateConstants(np.array([[0.09, 2.0]]), np.array([[120.0, 0.0]]), 300.0),
        reactor.initial,
        Protocol(ramp),
    )
    both_ways = [courses(p, np.array([2.0]), ACCURATE).concentrations for p in (doubled, single)]
    assert both_ways[0] == pytest.approx(both_ways[1], rel=1e-9)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Programme((0.0, 2.0, 1.0), (300.0,) * 3), "from 2 h to 1 h"),
        (lambda: Programme((1.0,), (300.0,)), "begins at 1 h"),
        (lambda: Programme((0.0, 1.0), (300.0, -3.0)), "-3 K is no temperature"),
        (lambda: Programme((0.0, 1.0, 1.0, 1.0), (300.0,) * 4), "is there 3 times"),
        (lambda: Protocol(volume=-1.0), "a volume of -1 mL"),
        (lambda: Protocol(volume=2.0, events=(Event(1.0, -2.0),)), "holds 2 mL"),
        (lambda: Protocol(events=(Event(2.0, 1.0), Event(1.0, 1.0))), "from 2 h to 1 h"),
        (lambda: Protocol(events=(Event(0.0, 1.0),)), "all after 0 h"),
    ],
)
def test_impossible_protocols_are_refused(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(InputError, match=words):
        make()


def test_weighed_changes_are_sums_of_changes_and_true_to_first_order() -> None:
    reactor = reactors(TREATED)
    rng, count = np.random.default_rng(3), len(reactor)
    found = sensitivities(reactor, TIMES, ACCURATE)
    weights = rng.standard_normal(found.trajectories.concentrations.shape)
    constants = reactor.rate_constants
    factors = 1 + 1e-5 * rng.standard_normal((3, 2 * count, constants.energies.shape[1]))
    twice = [np.repeat(x, 2, axis=0) for x in (constants.at_reference, constants.energies)]
    moved = replace(
        reactor,
        rate_constants=replace(
            constants, at_reference=twice[0] * factors[0], energies=twice[1] * factors[1]
        ),
        initial=np.repeat(reactor.initial, 2, axis=0) * (1 + 1e-5),
    )

    weighed = found.weighed_change(reactor, moved, weights)

    parts = found.change(reactor, moved) * np.repeat(weights, 2, axis=0)
    np.testing.assert_allclose(weighed, parts.sum(axis=(1, 2)), rtol=1e-10)
    there, here = (
        (courses(one, TIMES, ACCURATE).concentrations * np.repeat(weights, n, axis=0)).sum(
            axis=(1, 2)
        )
        for one, n in ((moved, 2), (reactor, 1))
    )
    true = there - np.repeat(here, 2)
    np.testing.assert_allclose(weighed, true, atol=2e-2 * np.abs(true).max())
    assert np.abs(weighed).max() > 0


def test_a_held_species_must_take_part() -> None:
    reactor = replace(reactors(Protocol()), protocol=Protocol(held=("Mg",)))
    with pytest.raises(InputError, match="'Mg' takes part in no reaction"):
        courses(reactor, TIMES)


@pytest.mark.parametrize("by_initial", [True, False])
def test_derivatives_that_are_not_wanted_change_nothing_in_the_others(by_initial: bool) -> None:
    reactor = reactors(TREATED)
    every = sensitivities(reactor, TIMES, ACCURATE)

    few = sensitivities(reactor, TIMES, ACCURATE, by_energy=False, by_initial=by_initial)

    scale = np.abs(every.by_constant).max()
    np.testing.assert_allclose(few.by_constant, every.by_constant, rtol=1e-6, atol=1e-8 * scale)
    assert few.by_energy.shape[-1] == 0
    assert few.by_initial.shape[-1] == (len(reactor.network.species) if by_initial else 0)
    if by_initial:
        np.testing.assert_allclose(few.by_initial, every.by_initial, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("engine", ENGINES)
def test_derivatives_by_the_first_constants_and_starts_only(engine: str) -> None:
    reactor = reactors(Protocol())
    given = (reactor.network, reactor.rate_constants.at_reference, reactor.initial, TIMES, ACCURATE)
    every = integrate_sensitivities(*given, engine=engine)

    few = integrate_sensitivities(*given, leading=(2, 3), engine=engine)

    for found, whole in (
        (few.by_constant, every.by_constant[..., :2]),
        (few.by_initial, every.by_initial),
    ):
        width = found.shape[-1]
        scale = np.abs(whole).max()
        np.testing.assert_allclose(found, whole[..., :width], rtol=1e-5, atol=1e-7 * scale)
    assert (few.by_constant.shape[-1], few.by_initial.shape[-1]) == (2, 3)
    for wrong in ((6, 6), (5, 7), (-1, 2)):
        with pytest.raises(ValueError, match=r"leading: .* is not between \(0, 0\) and \(5, 6\)"):
            integrate_sensitivities(*given, leading=wrong, engine=engine)
