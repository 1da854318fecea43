"""Lifetimes, windows and rate control beside an addition, against closed forms of A -> B -> C."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from closed_forms import chain_middle, chain_middle_integral
from sample_networks import CHAIN
from scipy.optimize import brentq

from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.temperature import Programme, RateConstants
from assemblysim.prediction.courses.bands import course_times
from assemblysim.prediction.courses.fine_courses import fine_courses
from assemblysim.prediction.courses.fine_grid import fine_grid
from assemblysim.prediction.flux import net_fluxes_in
from assemblysim.prediction.lifetimes import UNITS, lifetimes_in
from assemblysim.prediction.rate_control import rate_control_in
from assemblysim.prediction.windows import Level, windows_in

WINDOW, MOMENT = 48.0, 7.0
K1, K2 = 0.02, 0.3
A0 = 2.0  # mM
FINE = Tolerance(1e-11, 1e-14, 100_000)


def chain(*events: Event, constants: tuple[float, float] = (K1, K2)) -> Reactor:
    """A -> B -> C in 10 mL, of which B is the intermediate."""
    start = np.array([[A0, 0.0, 0.0]])
    reactor = Reactor.isothermal(CHAIN, np.array([constants]), start)
    return replace(reactor, protocol=Protocol(None, 10.0, events))


def middle_after(event: Event, k: tuple[float, float] = (K1, K2)) -> Callable[[float], float]:
    """[B] so many hours after an addition of A and B at MOMENT."""
    fraction, put_in = 10 / (10 + event.volume), dict(event.contents)
    added = {name: c * event.volume / (10 + event.volume) for name, c in put_in.items()}
    a = fraction * A0 * np.exp(-k[0] * MOMENT) + added.get("A", 0.0)
    b = fraction * chain_middle(MOMENT, *k, A0, np.exp) + added.get("B", 0.0)
    return lambda t: chain_middle(t, *k, a, np.exp) + b * np.exp(-k[1] * t)


def quantities(reactor: Reactor, threshold: float = 1e-3) -> dict[str, float]:
    found = lifetimes_in(reactor, WINDOW, threshold)
    return dict(zip(UNITS, found.values[0, 0].tolist(), strict=True))


def test_a_maximum_made_by_an_addition_is_at_that_moment_and_as_high_as_it_is_then() -> None:
    event = Event(MOMENT, 2.0, (("B", 6.0),))
    found, later = quantities(chain(event)), middle_after(event)
    half = brentq(lambda t: later(t) - later(0) / 2, 0, 20, xtol=1e-14)
    # Extents and amounts count over the 10 mL of the start.
    before = chain_middle_integral(MOMENT, K1, K2, A0, np.exp)
    a, left = (10 * A0 * np.exp(-K1 * MOMENT) / 12, WINDOW - MOMENT)
    after = chain_middle_integral(left, K1, K2, a, np.exp)
    after += later(0) * -np.expm1(-K2 * left) / K2
    formed = A0 * -np.expm1(-K1 * WINDOW)

    assert found["time_of_maximum"] == MOMENT
    assert found["maximum"] == pytest.approx(later(0), rel=1e-8)
    assert found["half_life"] == pytest.approx(half, rel=1e-7)
    # half of it was crossed by the jump itself
    assert found["width_at_half_maximum"] == pytest.approx(half, rel=1e-7)
    assert found["lifetime_at_maximum"] == pytest.approx(1 / K2, rel=1e-8)
    assert found["residence_time"] == pytest.approx((before + 1.2 * after) / formed, rel=1e-7)


@pytest.mark.parametrize("volume", [2.0, 1e-6])
def test_a_level_between_the_two_sides_of_a_jump_is_crossed_at_that_moment(volume: float) -> None:
    event = Event(MOMENT, volume, (("B", 1.0 / volume),))
    below = chain_middle(np.linspace(0, MOMENT, 200), K1, K2, A0, np.exp).max()
    level = (below + middle_after(event)(0)) / 2

    assert quantities(chain(event), level)["onset"] == MOMENT


def test_a_level_that_is_met_just_after_a_jump_is_crossed_there() -> None:
    # A is added; B goes on from where it was and soon passes what it never had before.
    event = Event(MOMENT, 1e-9, (("A", 5e10),))
    k = (K1, K2)
    before = chain_middle(MOMENT, *k, A0, np.exp)
    later = middle_after(event, k)
    for after in (1e-6, 1e-3, 0.1):  # h
        found = quantities(chain(event), later(after))["onset"] - MOMENT
        assert later(after) > before
        assert found == pytest.approx(after, rel=1e-4)


def test_a_maximum_soon_after_an_addition_is_where_the_closed_form_has_it() -> None:
    # a quick step after the addition: the top is some minutes behind the jump
    event, k = Event(MOMENT, 2.0, (("A", 12.0),)), (4.0, 9.0)
    found, later = quantities(chain(event, constants=k)), middle_after(event, k)
    step = 1e-6
    top = brentq(lambda t: later(t + step) - later(t - step), 0.01, 1.0, xtol=1e-13)

    assert found["time_of_maximum"] == pytest.approx(MOMENT + top, rel=1e-8)
    assert found["maximum"] == pytest.approx(later(top), rel=1e-8)
    half = brentq(lambda t: later(t) - later(top) / 2, top, 5.0, xtol=1e-14)
    rise = brentq(lambda t: later(t) - later(top) / 2, 0, top, xtol=1e-14)
    assert found["half_life"] == pytest.approx(half - top, rel=1e-6)
    assert found["width_at_half_maximum"] == pytest.approx(half - rise, rel=1e-6)


def test_what_a_dilution_cuts_off_has_its_maximum_and_its_half_life_there() -> None:
    found = quantities(chain(Event(MOMENT, 15.0), constants=(0.5, 0.01)))

    assert found["time_of_maximum"] == MOMENT
    height = chain_middle(MOMENT, 0.5, 0.01, A0, np.exp)
    assert found["maximum"] == pytest.approx(height, rel=1e-8)
    assert found["half_life"] == 0
    assert found["residence_time"] > 0


def test_a_window_opens_with_the_addition_that_opens_it() -> None:
    event = Event(MOMENT, 2.0, (("B", 6.0),))
    found = windows_in(chain(event), WINDOW, Level("M", 0.2)).values[0, 0]
    total = (10 * A0 + 2 * 6.0) / 12
    later = middle_after(event)
    end = MOMENT + brentq(lambda t: later(t) / total - 0.2, 0, 20, xtol=1e-14)

    assert found[0] == found[2] == MOMENT
    assert found[1] == pytest.approx(end, rel=1e-8)
    assert found[3] == pytest.approx(later(0) / total, rel=1e-8)


def test_dilution_of_first_order_steps_changes_no_share() -> None:
    k = (0.5, 0.3)
    plain = windows_in(chain(constants=k), WINDOW, Level("M", 0.3))
    diluted = windows_in(chain(Event(1.1, 30.0), constants=k), WINDOW, Level("M", 0.3))

    np.testing.assert_allclose(diluted.values, plain.values, rtol=1e-7)


def test_the_bend_of_a_temperature_programme_is_not_smeared() -> None:
    # B has its top on a step of temperature, and falls to half of it while the reactor cools
    programme = Programme((0.0, 3.0, 3.0, 4.0), (300.0, 300.0, 350.0, 310.0))
    rate_constants = RateConstants(np.array([[0.2, 0.03]]), np.array([[20.0, 90.0]]), 300.0)
    reactor = Reactor(CHAIN, rate_constants, np.array([[A0, 0.0, 0.0]]), Protocol(programme))
    found = quantities(reactor)

    def b(t: float) -> float:
        return float(courses(reactor, np.array([t]), FINE).concentrations[0, 0, 1])

    after = brentq(lambda t: b(t) - b(3.0) / 2, 3.0, 3.6, xtol=1e-13)
    assert found["time_of_maximum"] == 3.0
    assert found["maximum"] == pytest.approx(b(3.0), rel=1e-8)
    assert found["half_life"] == pytest.approx(after - 3.0, rel=1e-7)


def test_what_governs_a_maximum_after_an_addition_is_what_differences_say() -> None:
    event, k = Event(MOMENT, 2.0, (("A", 24.0),)), np.array([4.0, 9.0])
    found = rate_control_in(chain(event, constants=tuple(k)), WINDOW)
    values = dict(zip(found.quantities, found.values[0], strict=True))
    for column in range(2):
        sides = []
        for factor in (1.001, 0.999):
            moved = k * np.where(np.arange(2) == column, factor, 1.0)
            sides.append(quantities(chain(event, constants=tuple(moved))))
        for name in ("maximum", "time_of_maximum"):
            derivative = np.log(sides[0][name] / sides[1][name]) / np.log(1.001 / 0.999)
            assert values[name, "B"][column] == pytest.approx(derivative, rel=1e-4, abs=1e-7)


def test_no_step_moves_a_maximum_that_is_an_additions_own() -> None:
    found = rate_control_in(chain(Event(MOMENT, 2.0, (("B", 6.0),))), WINDOW)
    values = dict(zip(found.quantities, found.values[0], strict=True))

    assert values["time_of_maximum", "B"].tolist() == [0.0, 0.0]
    assert np.abs(values["maximum", "B"]).max() > 1e-3


def test_a_grid_has_both_sides_of_every_moment() -> None:
    reactor = chain(Event(MOMENT, 2.0, (("B", 6.0),)), Event(MOMENT, 12.0), Event(9.0, -1.0))
    grid = fine_grid(WINDOW, reactor.protocol)
    ((_, batch),) = fine_courses(reactor, grid)
    b, before = batch.trajectories.concentrations[0, :, 1], grid.ends[:-1]

    assert grid.times[grid.begins].tolist() == [0.0, MOMENT, 9.0]
    assert grid.times[before].tolist() == [MOMENT, 9.0]
    assert (np.diff(grid.asked) > 0).all()
    assert b[before[0] + 1] == pytest.approx(b[before[0]] * 10 / 24 + 6.0 * 2 / 24, rel=1e-12)
    assert b[before[1] + 1] == b[before[1]]
    # and an integral over it is the sum over its segments
    course = np.where(grid.times < MOMENT, 1.0, np.exp(-grid.times))
    course[grid.begins[1]] = np.exp(-MOMENT)
    course[before[0]] = 1.0
    expected = MOMENT + np.exp(-MOMENT) - np.exp(-WINDOW)
    assert grid.integral(course) == pytest.approx(expected, rel=1e-7)


def test_a_drawn_course_jumps_at_once() -> None:
    event = Event(MOMENT, 2.0, (("B", 6.0),))
    times = course_times(WINDOW, 60, [MOMENT, 50.0])
    at = times.tolist().index(MOMENT)
    b = courses(chain(event), times, FINE).concentrations[0, :, 1]

    assert times[-1] == WINDOW
    assert times[at + 1] - MOMENT < 1e-14
    assert b[at] == pytest.approx(chain_middle(MOMENT, K1, K2, A0, np.exp), rel=1e-8)
    assert b[at + 1] == pytest.approx(middle_after(event)(0), rel=1e-8)


def test_a_flux_jumps_at_once() -> None:
    event = Event(MOMENT, 2.0, (("B", 6.0),))
    found = net_fluxes_in(chain(event), WINDOW)
    at, second = found.times.tolist().index(MOMENT), found.steps.index("second")

    assert found.flux[2, at, second] == pytest.approx(
        K2 * chain_middle(MOMENT, K1, K2, A0, np.exp), rel=1e-7
    )
    assert found.flux[2, at + 1, second] == pytest.approx(K2 * middle_after(event)(0), rel=1e-7)
