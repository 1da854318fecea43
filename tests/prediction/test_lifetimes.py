"""Lifetimes against the closed form of A -> B -> C, and what counts as not having happened."""

import numpy as np
import pytest
from closed_forms import chain_middle, chain_middle_integral
from sample_networks import (
    BINDING,
    CHAIN,
    HNP_DY6,
    HNP_DY6_CONSTANTS,
    HNP_DY6_INITIAL,
    open_species,
)
from scipy.optimize import brentq

from assemblysim.files.codec import to_plain
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.prediction.courses.fine_grid import fine_grid
from assemblysim.prediction.courses.intervals import interval_of
from assemblysim.prediction.courses.local_polynomials import LocalPolynomials, bisected
from assemblysim.prediction.lifetimes import (
    UNITS,
    Lifetimes,
    average_lifetimes,
    intermediates,
    lifetimes_in,
)
from assemblysim.result.numbers import Interval

WINDOW = 48.0
A0 = np.array([2.0, 0.0, 0.0])
ONSET = list(UNITS).index("onset")
RESIDENCE = list(UNITS).index("residence_time")


def of_chain(k1, k2, threshold=1e-4, window=WINDOW):
    found = lifetimes_in(
        Reactor.isothermal(CHAIN, np.array([[k1, k2]]), A0[None]), window, threshold
    )
    return dict(zip(found.quantities, found.values[0, 0], strict=True))


def exact_of_chain(k1, k2, threshold=1e-4):
    """All seven quantities for a maximum within the window, by root finding on the formula."""

    def b(t):
        return chain_middle(t, k1, k2, 2.0, np.exp)

    top = np.log(k2 / k1) / (k2 - k1)

    def crossing(level, start, end):
        return brentq(lambda t: b(t) - level, start, end, xtol=1e-300, rtol=1e-14)

    after = crossing(b(top) / 2, top, 1e3 / min(k1, k2))
    formed = 2.0 * -np.expm1(-k1 * WINDOW)
    return {
        "onset": crossing(threshold, 0.0, top),
        "time_of_maximum": top,
        "maximum": b(top),
        "half_life": after - top,
        "width_at_half_maximum": after - crossing(b(top) / 2, 0.0, top),
        "residence_time": chain_middle_integral(WINDOW, k1, k2, 2.0, np.exp) / formed,
        "lifetime_at_maximum": 1 / k2,
    }


@pytest.mark.parametrize("k1", [0.2, 1.0, 30.0, 1e3])
@pytest.mark.parametrize("k2", [0.15, 1.7, 50.0, 1.7e3])
def test_all_quantities_of_a_chain_match_its_closed_form(k1, k2):
    found, expected = of_chain(k1, k2), exact_of_chain(k1, k2)

    for quantity in UNITS:
        # A flat maximum, of a fast intermediate, is not sharp in time.
        rtol = 1e-5 if quantity == "time_of_maximum" and k2 > 1e3 * k1 else 1e-6
        assert found[quantity] == pytest.approx(expected[quantity], rel=rtol), quantity


@pytest.mark.parametrize(("k1", "k2"), [(1.0, 0.7), (50.0, 0.2), (0.3, 20.0)])
def test_in_the_long_run_the_mean_residence_time_is_one_over_the_constant_of_loss(k1, k2):
    found = of_chain(k1, k2, window=40 / min(k1, k2))

    assert found["residence_time"] == pytest.approx(1 / k2, rel=1e-6)


def test_a_reaction_over_in_a_fraction_of_a_second_is_still_resolved():
    found, expected = of_chain(3e6, 1e6), exact_of_chain(3e6, 1e6)

    assert found == pytest.approx(expected, rel=1e-6)


def test_a_maximum_at_the_end_of_the_window_has_not_happened():
    found = of_chain(0.02, 0.01)

    for quantity in UNITS:
        assert np.isfinite(found[quantity]) == (quantity in ("onset", "residence_time"))


def test_a_maximum_just_within_the_window_has_happened():
    top = np.log(2) / 0.01

    assert np.isinf(of_chain(0.02, 0.01, window=0.99 * top)["time_of_maximum"])
    later = of_chain(0.02, 0.01, window=1.02 * top)
    assert later["time_of_maximum"] == pytest.approx(top, rel=1e-6)
    assert np.isinf(later["half_life"])
    assert np.isinf(later["width_at_half_maximum"])


def test_a_plateau_is_not_a_maximum():
    network = Network(
        open_species("A", "B", "C"),
        (
            Reaction("there", ("A",), ("B",), "kf"),
            Reaction("back", ("B",), ("A",), "kr", reverse_of="there"),
        ),
    )
    found = lifetimes_in(
        Reactor.isothermal(network, np.array([[1.0, 0.5]]), A0[None]), WINDOW, 1e-3
    )

    assert found.species == ("A", "B")
    values = dict(zip(found.quantities, found.values[0, 1], strict=True))
    assert np.isinf(values["time_of_maximum"])
    assert np.isfinite(values["onset"])


def test_a_threshold_that_is_never_reached_has_no_onset():
    assert np.isinf(of_chain(1.0, 1.7, threshold=1.9)["onset"])


def test_what_is_there_from_the_start_has_its_onset_and_its_maximum_at_zero():
    found = lifetimes_in(
        Reactor.isothermal(CHAIN, np.array([[1e-9, 0.5]]), np.array([[1.0, 2.0, 0.0]])), WINDOW, 1.0
    ).values[0, 0]
    values = dict(zip(UNITS, found, strict=True))

    assert values["onset"] == 0
    assert values["time_of_maximum"] == pytest.approx(0, abs=1e-12)
    assert values["lifetime_at_maximum"] == pytest.approx(1 / 0.5, rel=1e-6)
    assert values["half_life"] == pytest.approx(np.log(2) / 0.5, rel=1e-6)
    assert values["width_at_half_maximum"] == pytest.approx(np.log(2) / 0.5, rel=1e-6)


def test_what_never_forms_has_no_lifetime():
    found = lifetimes_in(Reactor.isothermal(CHAIN, np.array([[0.0, 1.0]]), A0[None]), WINDOW, 1e-3)

    assert np.isinf(found.values).all()


def test_intermediates_are_formed_and_consumed():
    assert intermediates(CHAIN) == ("B",)
    assert intermediates(HNP_DY6) == ("Dy2L", "Dy3L", "Dy5L2")
    assert intermediates(BINDING) == ("A", "B", "C")


def test_the_formation_flux_of_a_reversible_step_is_gross():
    rate_constants = np.array([[3.0, 0.5]])
    found = lifetimes_in(
        Reactor.isothermal(BINDING, rate_constants, np.array([[1.0, 2.0, 0.0]])), 1e4, 1e-3
    )
    values = dict(zip(UNITS, found.values[0, 2], strict=True))

    # Once at equilibrium C stays 1/koff between formation and loss, however long one waits.
    assert values["residence_time"] == pytest.approx(1 / 0.5, rel=1e-3)


def test_a_threshold_may_differ_between_draws_and_between_species():
    rate_constants = np.tile(HNP_DY6_CONSTANTS, (2, 1))
    initial = np.tile(HNP_DY6_INITIAL, (2, 1))
    low, high = 0.05, 0.5
    by_draw = lifetimes_in(
        Reactor.isothermal(HNP_DY6, rate_constants, initial), WINDOW, np.array([low, high])
    ).values
    one_by_one = [
        lifetimes_in(
            Reactor.isothermal(HNP_DY6, rate_constants[:1], initial[:1]), WINDOW, x
        ).values[0]
        for x in (low, high)
    ]
    by_species = lifetimes_in(
        Reactor.isothermal(HNP_DY6, rate_constants[:1], initial[:1]),
        WINDOW,
        np.array([[low, high, low]]),
    ).values[0]

    np.testing.assert_array_equal(by_draw, one_by_one)
    expected = np.array([one_by_one[i][x, ONSET] for x, i in enumerate((0, 1, 0))])
    np.testing.assert_array_equal(by_species[:, ONSET], expected)
    assert one_by_one[0][0, ONSET] < one_by_one[1][0, ONSET]


def test_the_maxima_of_hnp_dy6_lie_where_its_course_is_highest():
    found = lifetimes_in(
        Reactor.isothermal(HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None]), WINDOW, 0.1
    )

    tops = found.values[0, :, 1]
    # On a grid of one hour Dy3L is highest at 6 h and Dy5L2 between 3 and 6 h.
    assert tops[0] < tops[2] < tops[1]
    assert 4 < tops[1] < 7


def test_a_draw_that_cannot_be_integrated_is_counted_and_left_out():
    rate_constants = np.array([[1.0, 1.7], [np.nan, 1.0], [1.0, 1.7]])
    found = lifetimes_in(
        Reactor.isothermal(CHAIN, rate_constants, np.tile(A0, (3, 1))), WINDOW, 1e-3
    )
    summary = to_plain(average_lifetimes([found], [1.0]))

    assert found.failed == 1
    assert np.isfinite(found.values[[0, 2]]).all()
    assert summary["B"]["onset"]["probability_beyond"] == 0
    assert summary["B"]["maximum"]["median"] == pytest.approx(of_chain(1.0, 1.7)["maximum"])


def summary_of_times(times):
    values = np.full((len(times), 1, len(UNITS)), np.inf)
    values[:, 0, ONSET] = times
    return to_plain(average_lifetimes([Lifetimes(("B",), tuple(UNITS), WINDOW, values)], [1.0]))[
        "B"
    ]["onset"]


def test_a_summary_holds_median_interval_unit_and_what_lies_beyond():
    summary = summary_of_times(np.arange(1.0, 202.0))

    assert summary == {
        "median": 101.0,
        "lower": 6.0,
        "upper": 196.0,
        "unit": "h",
        "probability_beyond": 0.0,
    }


def test_a_quantile_beyond_the_window_is_none():
    times = np.concatenate((np.arange(1.0, 91.0), np.full(10, np.inf)))
    summary = summary_of_times(times)

    assert summary["probability_beyond"] == 0.1
    assert summary["upper"] is None
    assert summary["median"] == 50.0
    assert summary_of_times(np.full(10, np.inf))["median"] is None


def test_mechanisms_are_averaged_by_their_probabilities_not_by_their_draws():
    def constant(value, count):
        values = np.full((count, 1, len(UNITS)), value)
        return Lifetimes(("B",), tuple(UNITS), WINDOW, values)

    many, few = constant(1.0, 1000), constant(3.0, 10)

    assert to_plain(average_lifetimes([many, few], [0.4, 0.6]))["B"]["onset"]["median"] == 3.0
    assert to_plain(average_lifetimes([many, few], [0.6, 0.4]))["B"]["onset"]["median"] == 1.0


def test_a_mechanism_without_the_species_does_not_count():
    values = np.ones((4, 1, len(UNITS)))
    with_b = Lifetimes(("B",), tuple(UNITS), WINDOW, values)
    without = Lifetimes((), tuple(UNITS), WINDOW, np.empty((4, 0, len(UNITS))))

    found = to_plain(average_lifetimes([with_b, without], [0.75, 0.25]))["B"]["onset"]
    assert found["probability_beyond"] == 0
    assert found["upper"] == 1.0


def test_draws_without_weight_do_not_count():
    found = interval_of(np.array([1.0, 2.0, 99.0]), np.array([1.0, 1.0, 0.0]))

    assert found == Interval(1.0, 1.0, 2.0)


class TestGrid:
    def test_it_starts_at_zero_and_ends_at_the_window(self):
        grid = fine_grid(WINDOW)

        assert grid.times[0] == 0
        assert grid.times[-1] == WINDOW
        assert (np.diff(grid.times) > 0).all()

    @pytest.mark.parametrize("k", [1e-3, 1.0, 1e3, 1e6])
    def test_it_integrates_an_exponential(self, k):
        grid = fine_grid(WINDOW)

        expected = -np.expm1(-k * WINDOW) / k
        assert grid.integral(np.exp(-k * grid.times)) == pytest.approx(expected, rel=1e-6)

    def test_a_polynomial_of_the_sixth_degree_is_met_exactly(self):
        index = np.arange(20.0)
        courses = np.stack([index**6, -(index**3)])
        polynomials = LocalPolynomials.around(courses, np.array([3, 12]))
        place = np.array([1.3, 12.6])

        np.testing.assert_allclose(polynomials(place), [1.3**6, -(12.6**3)], rtol=1e-9)
        np.testing.assert_allclose(
            polynomials.derivative(place), [6 * 1.3**5, -3 * 12.6**2], rtol=1e-9
        )

    def test_bisection_finds_a_change_of_sign_in_either_direction(self):
        found = bisected(lambda x: np.array([1.0, -1.0]) * (x - 0.3), np.zeros(2), np.ones(2))

        np.testing.assert_allclose(found, 0.3, atol=1e-12)
