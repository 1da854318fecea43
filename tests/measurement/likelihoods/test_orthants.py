import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import multivariate_normal
from spectra import log_integral

from assemblysim.measurement.likelihoods.orthants import (
    NO_LIMIT,
    hazard,
    log_mean_product,
    log_nested_product,
)

RNG = np.random.default_rng(5)


def brute_single(limits, slope):
    def integrand(u):
        density = -0.5 * u**2 - 0.5 * np.log(2 * np.pi)
        return density + log_ndtr(np.asarray(limits)[:, None] - slope * u).sum(axis=0)

    return log_integral(integrand, -60.0, 12.0)


def brute_nested(limits, outer, inner, members):
    """Trapezoidal sums over two shared errors and each member's own, in turn."""
    x = np.linspace(-9, 9, 101)
    first, second = (a.ravel() for a in np.meshgrid(x, x))
    step = x[1] - x[0]
    total = -0.5 * (first**2 + second**2) - np.log(2 * np.pi) + 2 * np.log(step)
    u = np.linspace(-9, 9, 41)
    for member in sorted(set(members)):
        own = np.broadcast_to(-0.5 * u**2 - 0.5 * np.log(2 * np.pi), (len(first), len(u)))
        for j in np.flatnonzero(np.array(members) == member):
            shared = limits[j] - first * outer[j, 0] - second * outer[j, 1]
            own = own + log_ndtr(shared[:, None] - inner[j] * u)
        total = total + np.logaddexp.reduce(own, axis=1) + np.log(u[1] - u[0])
    return np.logaddexp.reduce(total)


@pytest.mark.parametrize("slope", [0.3, 0.7, 1.0])
@pytest.mark.parametrize("centre", [3.0, 0.0, -2.0, -30.0])
def test_a_mean_product_matches_brute_force_to_1e_8(slope, centre):
    limits = centre + RNG.normal(size=(4, 5)) * np.array([[0.3], [1.0], [3.0], [6.0]])

    values = log_mean_product(limits, np.full(4, slope))

    brute = [brute_single(row, slope) for row in limits]
    np.testing.assert_allclose(values, brute, atol=1e-8, rtol=1e-11)


def test_one_limit_is_exact_and_no_limit_counts_for_nothing():
    limits = np.array([[-2.0, NO_LIMIT, NO_LIMIT], [NO_LIMIT, NO_LIMIT, NO_LIMIT]])

    values = log_mean_product(limits, np.array([0.5, 0.5]))

    np.testing.assert_allclose(values, [log_ndtr(-2 / np.sqrt(1.25)), 0.0], rtol=1e-15)


def test_padding_changes_nothing():
    limits = np.array([[-1.0, 0.5]])
    padded = np.array([[-1.0, NO_LIMIT, 0.5]])

    np.testing.assert_allclose(
        log_mean_product(padded, np.ones(1)), log_mean_product(limits, np.ones(1)), rtol=1e-14
    )


def test_the_hazard_is_the_slope_of_the_log_distribution_function():
    v = np.array([-40.0, -3.0, 0.0, 2.0, 6.0])
    h = 1e-4

    slope = (log_ndtr(v + h) - log_ndtr(v - h)) / (2 * h)

    np.testing.assert_allclose(hazard(v), slope, rtol=1e-5, atol=1e-12)
    assert hazard(np.array([60.0]))[0] == 0.0


def three_replicates(ratio, seen=2):
    """Three spectra with two signals below the limit and `seen` above it, as in the model."""
    shared = np.linalg.cholesky(ratio**2 * (np.eye(2) + 1 / seen))
    outer = np.tile(shared, (3, 1))
    return outer, np.full(6, 1 / np.sqrt(seen)), (0, 0, 1, 1, 2, 2)


# Sampling error over reading error, and the error claimed for it.
@pytest.mark.parametrize(("ratio", "claimed"), [(0.3, 1e-3), (1.0, 1e-3), (2.0, 1e-2), (4.0, 4e-2)])
@pytest.mark.parametrize("centre", [2.0, 0.0, -3.0, -8.0])
def test_replicates_below_the_limit_match_brute_force(ratio, claimed, centre):
    outer, inner, members = three_replicates(ratio)
    limits = centre + RNG.normal(size=(2, 6)) * np.sqrt(1 + ratio**2)

    values = log_nested_product(limits, np.stack([outer] * 2), np.stack([inner] * 2), members)

    brute = [brute_nested(row, outer, inner, members) for row in limits]
    np.testing.assert_allclose(values, brute, atol=claimed, rtol=0)


@pytest.mark.parametrize("shared", [1, 2, 3, 4, 5])
def test_any_number_of_shared_errors_matches_a_normal_orthant(shared):
    members = (0, 0, 1, 1, 2, 3)
    outer = 0.6 * RNG.normal(size=(6, shared)) / np.sqrt(shared)
    inner = np.array([0.7, 0.7, 0.5, 0.5, 1.0, 0.6])
    limits = RNG.normal(size=6)

    value = log_nested_product(limits[None], outer[None], inner[None], members)[0]

    same = np.equal.outer(members, members)
    covariance = np.eye(6) + outer @ outer.T + np.outer(inner, inner) * same
    oracle = multivariate_normal(cov=covariance, abseps=1e-7, releps=1e-6, maxpts=10**6, seed=1)
    assert value == pytest.approx(oracle.logcdf(limits), abs=2e-3)


def test_far_out_in_the_tail_the_result_stays_finite_and_smooth():
    outer, inner, members = three_replicates(1.0)
    depth = np.linspace(-40.0, -39.0, 21)
    limits = depth[:, None] + np.array([0.0, 5.0, 1.0, 6.0, -1.0, 4.0])

    values = log_nested_product(limits, np.stack([outer] * 21), np.stack([inner] * 21), members)

    assert np.isfinite(values).all()
    # Third differences of a smooth function on a fine grid vanish.
    assert np.abs(np.diff(values, 3)).max() < 1e-6


@pytest.mark.parametrize("centre", [-36.0, -42.0, -50.0])
def test_a_shared_error_of_forty_standard_deviations_has_a_finite_logarithm(centre):
    """Ten signals that a spectrum does not have and a model says are large: no log of 0."""
    limits = centre + RNG.normal(size=(3, 10)) * 0.5

    values = log_mean_product(limits, np.ones(3))

    brute = [brute_single(row, 1.0) for row in limits]
    np.testing.assert_allclose(values, brute, rtol=1e-8)


def test_each_row_is_computed_as_if_alone():
    outer, inner, members = three_replicates(0.8)
    limits = RNG.normal(size=(7, 6)) * 4
    stacked = np.stack([outer] * 7), np.stack([inner] * 7)

    together = log_nested_product(limits, *stacked, members)
    alone = [
        log_nested_product(limits[k : k + 1], outer[None], inner[None], members)[0]
        for k in range(7)
    ]

    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("slope", [0.1, 0.3, 0.5, 0.7071, 1.0])
@pytest.mark.parametrize("entries", [2, 3, 8])
def test_the_cheap_rules_give_what_many_nodes_give(slope, entries):
    limits = np.random.default_rng(11).uniform(-12, 5, (300, entries))
    limits = np.concatenate((limits, np.full((300, 1), NO_LIMIT)), axis=1)
    slopes = np.full(300, slope)

    cheap = log_mean_product(limits, slopes)

    np.testing.assert_allclose(cheap, log_mean_product(limits, slopes, 200), rtol=0, atol=1e-8)
    np.testing.assert_array_equal(log_mean_product(limits[5], slopes[5]), cheap[5])
