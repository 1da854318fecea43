import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import norm
from spectra import log_integral

from assemblysim.measurement.likelihoods.normal import (
    hazard,
    log_mean_alike,
    log_mean_unlike,
)

RNG = np.random.default_rng(5)


def brute(limits, slopes):
    def integrand(u):
        density = -0.5 * u**2 - 0.5 * np.log(2 * np.pi)
        return density + log_ndtr(limits[:, None] - np.multiply.outer(slopes, u)).sum(axis=0)

    return log_integral(integrand, -60.0, 60.0)


@pytest.mark.parametrize("slope", [0.01, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("centre", [3.0, 0.0, -2.0, -30.0])
def test_a_mean_of_alike_limits_matches_brute_force(slope, centre):
    limits = centre + RNG.normal(size=(4, 5)) * np.array([[0.3], [1.0], [3.0], [6.0]])

    values = log_mean_alike(limits, np.full(4, slope))

    exact = [brute(row, np.full(5, slope)) for row in limits]
    np.testing.assert_allclose(values, exact, atol=1e-8, rtol=1e-10)


def panels(limits, sd, reach=40):
    """Gauss-Legendre nodes and weights over one error, fine about every limit."""
    x, w = np.polynomial.legendre.leggauss(16)
    far = 10.0 ** np.arange(0, 9, 0.5)
    near = [limit + np.concatenate((np.arange(-14, 15.0), far, -far)) for limit in limits]
    breaks = np.unique(np.concatenate([np.linspace(-reach * sd, reach * sd, 8 * reach + 1), *near]))
    breaks = breaks[(np.abs(breaks) <= reach * sd) & (breaks <= min(limits) + 25)]
    length = np.diff(breaks)[:, None]
    return (breaks[:-1, None] + length * (x + 1) / 2).ravel(), (length * w / 2).ravel()


@pytest.mark.parametrize("slope", [1.0 + 1e-9, 1.5, 30.0, 1e4, 1e8])
@pytest.mark.parametrize("centre", [3.0, -2.0, -15.0, -40.0])
def test_alike_limits_match_dense_panels_however_large_their_shared_error(slope, centre):
    limits = centre + RNG.normal(size=3) * np.array([0.3, 1.0, 3.0])

    value = log_mean_alike(limits[None], np.array([slope]))[0]

    y, weights = panels(limits, slope)
    terms = log_ndtr(limits[:, None] - y).sum(axis=0) + norm.logpdf(y, scale=slope)
    exact = np.logaddexp.reduce(terms + np.log(weights))
    assert value == pytest.approx(exact, abs=2e-8)


def test_one_limit_is_exact_and_rows_are_computed_as_if_alone():
    limits, slopes = RNG.normal(size=(20, 3)) * 6, 10 ** RNG.uniform(-2, 2, size=20)

    together = log_mean_alike(limits, slopes)

    alone = [log_mean_alike(limits[k : k + 1], slopes[k : k + 1])[0] for k in range(20)]
    np.testing.assert_array_equal(together, alone)
    one = log_mean_alike(np.array([[-2.0]]), np.array([0.5]))
    np.testing.assert_allclose(one, log_ndtr(-2 / np.sqrt(1.25)), rtol=1e-15)


@pytest.mark.parametrize("slopes", [(0.5, -0.5), (2.0, -0.1, 0.3), (30.0, 1e-3, 4.0)])
@pytest.mark.parametrize("centre", [3.0, -2.0, -12.0])
def test_slopes_of_any_size_and_sign_match_brute_force(slopes, centre):
    limits = centre + RNG.normal(size=len(slopes))

    value = log_mean_unlike(limits[None], np.array([slopes]))[0]

    assert value == pytest.approx(brute(limits, np.array(slopes)), abs=1e-8, rel=1e-10)


def test_the_hazard_is_the_slope_of_the_log_distribution_function():
    v = np.array([-40.0, -3.0, 0.0, 2.0, 6.0])
    h = 1e-4

    slope = (log_ndtr(v + h) - log_ndtr(v - h)) / (2 * h)

    np.testing.assert_allclose(hazard(v), slope, rtol=1e-5, atol=1e-12)
    assert hazard(np.array([60.0]))[0] < 1e-290
