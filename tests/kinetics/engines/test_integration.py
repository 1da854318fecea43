"""The integration against closed forms, published digits, conservation laws and another solver."""

import mpmath
import numpy as np
import pytest
import sympy
from closed_forms import (
    chain_middle,
    chain_middle_equal,
    decay,
    dimerisation,
    feed_and_dimerise,
    reversible_binding,
)
from integrations import EVERY, TIGHT, TIMES, concentrations, trajectories_of
from sample_networks import (
    BINDING,
    CHAIN,
    DECAY,
    DIMERISATION,
    FEED_AND_DIMERISE,
    HNP_DY6,
    HNP_DY6_CONSTANTS,
    HNP_DY6_INITIAL,
    ROBERTSON,
)
from scipy.integrate import solve_ivp

from assemblysim.kinetics.engines.integration import (
    Tolerance,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.mechanism.network.network import Network

DECADES = [1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3]
SIX_DECADES = pytest.mark.parametrize("k", DECADES)
PAIRS = pytest.mark.parametrize(
    ("k1", "k2"), [(x, y) for x in [*DECADES[::2], 0.03, 30.0] for y in DECADES[::2]]
)


def assert_agrees(found, expected):
    """To 1e-6 of itself, or to 1e-9 mM where less than 1e-3 mM is there."""
    np.testing.assert_allclose(found, np.asarray(expected, float), rtol=1e-6, atol=1e-9)


@SIX_DECADES
def test_decay_matches_its_closed_form(k):
    found = concentrations(DECAY, [k], [2.0, 0.0])

    assert_agrees(found[:, 0], decay(TIMES, k, 2.0, np.exp))


@PAIRS
def test_a_chain_matches_its_closed_form(k1, k2):
    found = concentrations(CHAIN, [k1, k2], [2.0, 0.0, 0.0])

    if k1 == k2:
        expected = chain_middle_equal(TIMES, k1, 2.0, np.exp)
    else:
        expected = chain_middle(TIMES, k1, k2, 2.0, np.exp)
    assert_agrees(found[:, 1], expected)


@PAIRS
def test_binding_matches_its_closed_form(k1, k2):
    found = concentrations(BINDING, [k1, k2], [1.0, 2.0, 0.0])

    assert_agrees(found[:, 2], reversible_binding(TIMES, k1, k2, 1.0, 2.0, np.exp, np.sqrt))


@SIX_DECADES
def test_dimerisation_matches_its_closed_form(k):
    found = concentrations(DIMERISATION, [k], [2.0, 0.0])

    assert_agrees(found[:, 0], dimerisation(TIMES, k, 2.0))


@PAIRS
def test_a_fed_dimerisation_matches_its_closed_form(k1, k2):
    found = concentrations(FEED_AND_DIMERISE, [k1, k2], [2.0, 0.0, 0.0])

    with mpmath.workdps(30):
        functions = (mpmath.exp, mpmath.sqrt, mpmath.besseli, mpmath.besselk)
        k1, k2, a0 = mpmath.mpf(k1), mpmath.mpf(k2), mpmath.mpf(2)
        expected = [feed_and_dimerise(mpmath.mpf(t), k1, k2, a0, functions) for t in TIMES[1::4]]
    assert_agrees(found[1::4, 1], expected)


def test_robertsons_problem_matches_the_published_digits():
    found = concentrations(
        ROBERTSON,
        [0.04, 3e7, 1e4],
        [1.0, 0.0, 0.0],
        np.array([0.4, 40.0, 1e11]),
        rtol=1e-9,
        atol=1e-20,
    )

    # Hairer & Wanner's test set: y at t = 1e11.
    published = [0.2083340149701255e-07, 0.8333360770334713e-13, 0.9999999791665050]
    np.testing.assert_allclose(found[-1], published, rtol=1e-5)


def test_equilibrium_is_the_ratio_of_the_constants():
    a, b, c = concentrations(BINDING, [3.0, 0.5], [1.0, 2.0, 0.0], np.array([1e4]))[0]

    assert c / (a * b) == pytest.approx(3.0 / 0.5, rel=1e-6)


@pytest.mark.parametrize("decades", [0.0, 3.0])
def test_conserved_totals_stay(decades):
    random = np.random.default_rng(8)
    rate_constants = HNP_DY6_CONSTANTS * 10 ** random.uniform(-decades, decades, (20, 5))
    initial = np.tile(HNP_DY6_INITIAL, (20, 1))
    found = integrate_batch(HNP_DY6, rate_constants, initial, TIMES).concentrations

    np.testing.assert_allclose(found @ [1, 0, 2, 3, 5, 6], 190.0, rtol=1e-8)
    np.testing.assert_allclose(found @ [0, 1, 1, 1, 2, 2], 23.8, rtol=1e-8)


def test_another_solver_with_a_right_hand_side_by_hand_agrees():
    def by_hand(_, c):
        k = HNP_DY6_CONSTANTS
        chelate, grow, dimerise = k[0] * c[1] * c[0], k[1] * c[2] * c[0], k[2] * c[3] ** 2
        couple, close = k[3] * c[2] * c[3], k[4] * c[4] * c[0]
        return [
            -2 * chelate - grow - close,
            -chelate,
            chelate - grow - couple,
            grow - 2 * dimerise - couple,
            couple - close,
            dimerise + close,
        ]

    other = solve_ivp(by_hand, (0, 48), HNP_DY6_INITIAL, "Radau", TIMES, rtol=1e-10, atol=1e-12)
    found = concentrations(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL)
    np.testing.assert_allclose(found, other.y.T, rtol=1e-6, atol=1e-8)


def test_the_default_tolerance_is_as_good_as_it_says():
    random = np.random.default_rng(11)
    rate_constants = HNP_DY6_CONSTANTS * 10 ** random.uniform(-3, 3, (60, 5))
    initial = np.tile(HNP_DY6_INITIAL, (60, 1))
    reference = integrate_batch(HNP_DY6, rate_constants, initial, TIMES, TIGHT).concentrations

    def error(tolerance):
        found = integrate_batch(HNP_DY6, rate_constants, initial, TIMES, tolerance).concentrations
        relative = np.abs(found - reference) / (reference + 1e-5 * 23.8)
        return np.quantile(relative.max(axis=(1, 2)), 0.95)

    assert error(Tolerance()) < 2e-4
    assert error(Tolerance(rtol=1e-3, atol_fraction=1e-8)) > 2e-4  # the bound can fail


def test_the_time_axis_can_be_split():
    whole = concentrations(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, np.array([6.0, 48.0]))
    rest = concentrations(HNP_DY6, HNP_DY6_CONSTANTS, whole[0], np.array([42.0]))

    np.testing.assert_allclose(rest[0], whole[1], rtol=1e-6, atol=1e-8)


def test_the_order_of_species_and_reactions_does_not_matter():
    reordered = Network(HNP_DY6.species[::-1], HNP_DY6.reactions[::-1])
    by_name = dict(zip(HNP_DY6.rate_constant_names, HNP_DY6_CONSTANTS, strict=True))
    rate_constants = np.array([by_name[name] for name in reordered.rate_constant_names])

    found = concentrations(reordered, rate_constants, HNP_DY6_INITIAL[::-1].copy())
    expected = concentrations(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL)
    np.testing.assert_allclose(found[:, ::-1], expected, rtol=1e-6, atol=1e-8)


def test_minutes_and_molar_give_the_same_course():
    per_second_order = np.array([1e3 / 60] * 5)
    found = concentrations(
        HNP_DY6, HNP_DY6_CONSTANTS * per_second_order, HNP_DY6_INITIAL / 1e3, TIMES * 60, atol=1e-13
    )

    expected = concentrations(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL)
    np.testing.assert_allclose(found * 1e3, expected, rtol=1e-6, atol=1e-8)


def test_a_batch_equals_its_vectors_one_by_one():
    rate_constants = HNP_DY6_CONSTANTS * np.array([[1.0], [0.1], [10.0]])
    initial = HNP_DY6_INITIAL * np.array([[1.0], [2.0], [0.5]])
    batch = integrate_batch(HNP_DY6, rate_constants, initial, TIMES)

    for b in range(3):
        alone = integrate_batch(HNP_DY6, rate_constants[b : b + 1], initial[b : b + 1], TIMES)
        np.testing.assert_array_equal(batch.concentrations[b], alone.concentrations[0])


def test_nothing_is_returned_below_zero():
    rate_constants = HNP_DY6_CONSTANTS * 10 ** np.random.default_rng(4).uniform(-3, 3, (50, 5))
    batch = integrate_batch(HNP_DY6, rate_constants, np.tile(HNP_DY6_INITIAL, (50, 1)), TIMES)

    assert batch.completed.all()
    assert batch.concentrations.min() == 0


@EVERY
def test_extents_and_sensitivities_leave_the_concentrations_as_they_are(integration):
    arrays = HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None]
    batch = trajectories_of(integration(HNP_DY6, *arrays, TIMES))

    expected = concentrations(HNP_DY6, *(a[0] for a in arrays))
    np.testing.assert_allclose(batch.concentrations[0], expected, rtol=2e-4, atol=1e-6)


class TestExtents:
    def test_they_account_for_every_concentration(self):
        rate_constants = np.array([[3.0, 0.5], [1e3, 1e3]])
        initial = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0]])
        batch = integrate_extents(BINDING, rate_constants, initial, TIMES)

        net = batch.extents[..., 0] - batch.extents[..., 1]
        np.testing.assert_allclose(
            batch.trajectories.concentrations[..., 2], net, rtol=1e-9, atol=1e-9
        )

    def test_the_extent_of_a_decay_is_what_is_gone(self):
        extents = integrate_extents(
            DECAY, np.array([[0.3]]), np.array([[2.0, 0.0]]), TIMES, TIGHT
        ).extents

        assert_agrees(extents[0, :, 0], 2.0 - decay(TIMES, 0.3, 2.0, np.exp))

    def test_the_two_routes_of_hnp_dy6_share_the_product(self):
        extents = integrate_extents(
            HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None], TIMES, TIGHT
        ).extents[0, -1]

        assert extents[4] / (extents[2] + extents[4]) == pytest.approx(0.4807, abs=5e-5)


class TestSensitivities:
    @PAIRS
    def test_those_of_a_chain_match_their_closed_form(self, k1, k2):
        if k1 == k2:
            k2 *= 1.5
        times = TIMES[1:]
        batch = integrate_sensitivities(
            CHAIN, np.array([[k1, k2]]), np.array([[2.0, 0.0, 0.0]]), times, TIGHT
        )

        t, s1, s2, a0 = sympy.symbols("t s1 s2 a0", positive=True)
        middle = chain_middle(t, s1, s2, a0)
        for found, by in (
            (batch.by_constant[0, :, 1, 0], s1),
            (batch.by_constant[0, :, 1, 1], s2),
            (batch.by_initial[0, :, 1, 0], a0),
        ):
            exact = sympy.lambdify((t, s1, s2, a0), middle.diff(by), "mpmath")
            with mpmath.workdps(40):
                expected = [float(exact(mpmath.mpf(x), k1, k2, 2)) for x in times]
            scale = 2.0 / (1.0 if by is a0 else {s1: k1, s2: k2}[by])
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8 * scale)

    def test_those_of_binding_match_their_closed_form(self):
        rate_constants, initial = np.array([[3.0, 0.5]]), np.array([[1.0, 2.0, 0.0]])
        batch = integrate_sensitivities(BINDING, rate_constants, initial, TIMES, TIGHT)

        symbols = sympy.symbols("t kon koff a0 b0", positive=True)
        complex_ = reversible_binding(*symbols)
        found = (*batch.by_constant[0, :, 2].T, *batch.by_initial[0, :, 2, :2].T)
        for column, by in zip(found, symbols[1:], strict=True):
            exact = sympy.lambdify(symbols, complex_.diff(by), "numpy")
            expected = exact(TIMES, 3.0, 0.5, 1.0, 2.0)
            np.testing.assert_allclose(column, expected, rtol=1e-6, atol=1e-8)

    def test_those_of_hnp_dy6_match_finite_differences(self):
        batch = integrate_sensitivities(
            HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None] + 1, TIMES, TIGHT
        )
        point = np.concatenate((HNP_DY6_CONSTANTS, HNP_DY6_INITIAL + 1))
        steps = 1e-3 * point
        ends = point + np.concatenate((np.diag(steps), -np.diag(steps)))
        courses = integrate_batch(HNP_DY6, ends[:, :5], ends[:, 5:], TIMES, TIGHT).concentrations
        expected = (courses[:11] - courses[11:]) / (2 * steps[:, None, None])

        found = np.concatenate((batch.by_constant[0], batch.by_initial[0]), axis=-1)
        scale = np.abs(expected).max(axis=(1, 2))
        error = np.abs(np.moveaxis(found, -1, 0) - expected).max(axis=(1, 2))
        assert (error < 5e-6 * scale).all()

    def test_at_the_default_tolerance_they_are_as_good_as_the_concentrations(self):
        random = np.random.default_rng(12)
        rate_constants = HNP_DY6_CONSTANTS * 10 ** random.uniform(-3, 3, (20, 5))
        initial = np.tile(HNP_DY6_INITIAL, (20, 1))
        rough = integrate_sensitivities(HNP_DY6, rate_constants, initial, TIMES)
        fine = integrate_sensitivities(HNP_DY6, rate_constants, initial, TIMES, TIGHT)

        logarithmic = (rough.by_constant - fine.by_constant) * rate_constants[:, None, None]
        assert np.abs(logarithmic).max() < 5e-5 * 23.8

    def test_they_exist_at_a_constant_of_zero(self):
        batch = integrate_sensitivities(
            DECAY, np.array([[0.0]]), np.array([[2.0, 0.0]]), TIMES, TIGHT
        )

        np.testing.assert_allclose(batch.by_constant[0, :, 0, 0], -2.0 * TIMES, atol=1e-9)
