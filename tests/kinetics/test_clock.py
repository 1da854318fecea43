"""Rate laws that name the time: closed forms, derivatives, what is done to a reactor, pulses."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
from closed_forms import faster_by_time, pulse, setting_in
from scipy.integrate import quad
from scipy.special import erf

from assemblysim.kinetics import clock, task
from assemblysim.kinetics.clock import clocked, with_column
from assemblysim.kinetics.engines.integration import (
    ENGINES,
    Tolerance,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor, courses, extents
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT, Programme, RateConstants
from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.reading.equation import parse_reaction

FINE = Tolerance(1e-10, 1e-13, 100_000)
TIMES = np.array([0.1, 1.0, 5.0, 20.0])
BOTH = pytest.mark.parametrize("engine", ENGINES)


def network(line):
    steps = parse_reaction("step", line, ("A", "B"))
    return Network((Species("A", ()), Species("B", ())), steps)


SETTING_IN = network("A -> B ; k0, tau ; k0*(1 - exp(-t/tau))*A")
PULSE = network("A -> B ; h, m, w ; h*exp(-((t - m)/w)^2)*A")
BY_TIME = network("A -> B ; k ; k*t*A")
START = np.array([[2.0, 0.0]])


@BOTH
@pytest.mark.parametrize(("k0", "tau"), [(0.7, 2.0), (30.0, 10.0), (0.3, 1e-3), (1e-3, 50.0)])
def test_a_rate_that_sets_in_has_its_closed_form(engine, k0, tau):
    found = integrate_batch(SETTING_IN, [[k0, tau]], START, TIMES, FINE, engine=engine)
    expected = setting_in(TIMES, k0, tau, 2.0, np.exp)

    np.testing.assert_allclose(found.concentrations[0, :, 0], expected, rtol=1e-7, atol=1e-10)
    assert found.species == ("A", "B")


@BOTH
def test_a_second_order_rate_that_grows_with_time_has_its_closed_form(engine):
    dimers = network("2 A -> B ; k ; k*t*A^2")
    found = integrate_batch(dimers, [[0.4]], START, TIMES, FINE, engine=engine).concentrations

    np.testing.assert_allclose(found[0, :, 0], faster_by_time(TIMES, 0.4, 2.0), rtol=1e-8)
    np.testing.assert_allclose(found[0, :, 0] + 2 * found[0, :, 1], 2.0, rtol=1e-12)


@BOTH
def test_derivatives_are_those_of_the_closed_form(engine):
    t, k0, tau, a0 = sympy.symbols("t k0 tau a0", positive=True)
    form = setting_in(t, k0, tau, a0)
    found = integrate_sensitivities(SETTING_IN, [[0.7, 2.0]], START, TIMES, FINE, engine=engine)

    assert found.by_constant.shape == (1, 4, 2, 2)
    assert found.by_initial.shape == (1, 4, 2, 2)
    derivatives = (found.by_constant[0, :, 0, 0], found.by_constant[0, :, 0, 1])
    for symbol, own in zip(
        (k0, tau, a0), (*derivatives, found.by_initial[0, :, 0, 0]), strict=True
    ):
        expected = sympy.lambdify((t, k0, tau, a0), form.diff(symbol))(TIMES, 0.7, 2.0, 2.0)
        np.testing.assert_allclose(own, expected, rtol=1e-6, atol=1e-9)


@BOTH
def test_extents_are_what_was_used_up(engine):
    found = integrate_extents(SETTING_IN, [[0.7, 2.0]], START, TIMES, FINE, engine=engine)

    assert found.extents.shape == (1, 4, 1)
    used = 2.0 - found.trajectories.concentrations[0, :, 0]
    np.testing.assert_allclose(found.extents[0, :, 0], used, rtol=1e-12)


@BOTH
@pytest.mark.parametrize("middle", [7.0, 13.3, 17.7])
def test_a_short_pulse_is_seen(engine, middle):
    width = 0.1  # of 40 h, in which nothing happens before
    constants = [[1 / width, middle, width]]
    found = integrate_batch(PULSE, constants, START, np.array([40.0]), engine=engine)
    expected = pulse(40.0, 1 / width, middle, width, 2.0, (np.exp, erf, np.sqrt(np.pi)))

    np.testing.assert_allclose(found.concentrations[0, 0, 0], expected, rtol=1e-4)


@BOTH
def test_without_a_longest_step_a_pulse_is_missed(engine, monkeypatch):
    monkeypatch.setattr(task, "LONGEST_SHARE", 1e6)
    found = integrate_batch(PULSE, [[10.0, 13.3, 0.1]], START, np.array([40.0]), engine=engine)

    assert found.concentrations[0, 0, 0] > 1.9


def treated(protocol, constants, energies=None):
    of = RateConstants(np.array(constants), np.array(energies or np.zeros(np.shape(constants))))
    return Reactor(BY_TIME, of, START, protocol)


def test_time_goes_on_when_something_is_added():
    dilution = Protocol(None, 1.0, (Event(1.0, 1.0), Event(3.0, 2.0)))
    times = np.array([0.5, 1.0, 2.0, 4.0])
    reactor = treated(dilution, [[0.2]])
    volumes = np.array([1.0, 1.0, 2.0, 4.0])
    expected = 2.0 / volumes * np.exp(-0.2 * times**2 / 2)

    found = courses(reactor, times, FINE).concentrations[0, :, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    made = extents(reactor, times, FINE).extents[0, :, 0]
    np.testing.assert_allclose(made, 2.0 - expected * volumes, rtol=1e-8)
    derived = sensitivities(reactor, times, FINE).by_constant[0, :, 0, 0]
    np.testing.assert_allclose(derived, -(times**2) / 2 * expected, rtol=1e-7)


def test_each_sample_may_have_a_time_of_its_own():
    dilution = Protocol(None, 1.0, (Event(1.0, 1.0),))
    own = np.array([[0.5, 2.0, 4.0], [0.9, 3.0, 4.0]])
    reactor = Reactor(
        BY_TIME, RateConstants.isothermal(np.full((2, 1), 0.2)), START.repeat(2, axis=0), dilution
    )
    expected = 2.0 / np.where(own > 1, 2, 1) * np.exp(-0.2 * own**2 / 2)

    found = courses(reactor, own, FINE).concentrations[..., 0]
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_a_ramp_of_temperature_and_the_time_go_together():
    energy, begin, end = 60.0, 298.15, 348.15
    heated = Protocol(Programme((0.0, 4.0, 8.0), (begin, end, end)))
    reactor = treated(heated, [[0.05]], [[energy]])
    reactor = replace(reactor, rate_constants=replace(reactor.rate_constants, reference=begin))
    times = np.array([2.0, 6.0])

    def rate(hours):
        kelvin = begin + (end - begin) * min(hours / 4.0, 1.0)
        return 0.05 * np.exp(-energy / GAS_CONSTANT * (1 / kelvin - 1 / begin)) * hours

    expected = [2 * np.exp(-quad(rate, 0, x, points=[4.0], epsabs=1e-12)[0]) for x in times]
    found = courses(reactor, times, FINE).concentrations[0, :, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    derived = sensitivities(reactor, times, FINE).by_constant[0, :, 0, 0]
    np.testing.assert_allclose(derived, np.log(found / 2) * found / 0.05, rtol=1e-6)


def test_fluxes_are_asked_for_at_a_time():
    kinetics = compile_network(BY_TIME)
    at_each = kinetics.fluxes(
        np.array([[[2.0, 0.0], [1.0, 1.0]]]), np.array([[[0.2]]]), np.r_[3, 5]
    )

    np.testing.assert_allclose(at_each[0, :, 0], [0.2 * 3 * 2, 0.2 * 5 * 1])
    np.testing.assert_allclose(kinetics.fluxes(START[0], np.array([0.2]), 3.0), [1.2])
    with pytest.raises(ValueError, match="the rate of step needs the time"):
        kinetics.fluxes(START[0], np.array([0.2]))


def test_the_clock_is_one_species_more_and_bounds_no_other():
    larger = clocked(BY_TIME)
    assert (larger.species_names, larger.rate_constant_names) == (
        ("A", "B", clock._CLOCK),
        ("k", clock._PACE),
    )
    assert not larger.timed_steps
    found = task.checked_task(BY_TIME, [[1.0]], START * 1e-9, [5.0], FINE, 1, 1000.0)
    np.testing.assert_array_equal(found.initial, with_column(START * 1e-9, 1000.0))
    np.testing.assert_array_equal(found.ceilings, [[2e-9, 2e-9, 5.0]])
