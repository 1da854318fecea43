import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm

from assemblysim.measurement.likelihoods.orthant_sums import (
    Below,
    log_chance_below,
    log_mean_of_alike,
    log_pair,
    log_two_signals,
)

RNG = np.random.default_rng(9)


def panels(limits, sd, reach=10):
    """Gauss-Legendre nodes and weights over one error, fine about every limit."""
    x, w = np.polynomial.legendre.leggauss(16)
    far = 10.0 ** np.arange(0, 9, 0.5)
    near = [limit + np.concatenate((np.arange(-14, 15.0), far, -far)) for limit in limits]
    breaks = np.unique(np.concatenate([np.linspace(-reach * sd, reach * sd, 8 * reach + 1), *near]))
    breaks = breaks[(np.abs(breaks) <= reach * sd) & (breaks <= min(limits) + 25)]
    length = np.diff(breaks)[:, None]
    return (breaks[:-1, None] + length * (x + 1) / 2).ravel(), (length * w / 2).ravel()


def mean_of_product(limits, loading):
    y, weights = panels(limits, loading, reach=40)
    terms = log_ndtr(limits[:, None] - y).sum(axis=0) + norm.logpdf(y, scale=loading)
    return np.logaddexp.reduce(terms + np.log(weights))


@pytest.mark.parametrize("loading", [0.3, 1.0, 1.5, 30.0, 1e4, 1e8])
@pytest.mark.parametrize("centre", [3.0, -2.0, -15.0])
def test_alike_entries_match_dense_panels_however_large_their_shared_error(loading, centre):
    limits = centre + RNG.normal(size=3) * np.array([0.3, 1.0, 3.0])

    value = log_mean_of_alike(limits[None], np.array([loading]))[0]

    assert value == pytest.approx(mean_of_product(limits, loading), abs=2e-8)


@pytest.mark.parametrize("correlation", [-0.05, -0.5, -0.95])
def test_two_entries_of_negative_correlation_match_a_fine_sum(correlation):
    h, k = RNG.normal(size=2) * 2 - 1
    x = h - np.linspace(0, 30, 300001)
    slope = np.sqrt(1 - correlation**2)
    terms = log_ndtr((k - correlation * x) / slope) + norm.logpdf(x)
    terms[0] -= np.log(2)
    expected = np.logaddexp.reduce(terms) + np.log(1e-4)

    value = log_pair(np.array([[h, k]]), np.array([correlation]))[0]

    assert value == pytest.approx(expected, abs=3e-6)


@pytest.mark.parametrize("loading", [1.2, 5.0, 300.0])
@pytest.mark.parametrize("numbers", [1, 3])
def test_two_signals_in_all_spectra_match_dense_panels(loading, numbers):
    limits = RNG.normal(size=(3, 2)) * 2 + np.array([-3.0, 4.0])
    sd = loading * np.sqrt(1 + 1 / numbers)
    (one, first), (two, second) = (panels(column, sd) for column in limits.T)
    covariance = loading**2 * (np.eye(2) + 1 / numbers)
    inverse = np.linalg.inv(covariance)
    pairs = np.stack(np.meshgrid(one, two, indexing="ij"), axis=-1)
    density = -0.5 * np.einsum("abi,ij,abj->ab", pairs, inverse, pairs)
    density += np.log(first)[:, None] + np.log(second)
    density -= 0.5 * np.log(np.linalg.det(2 * np.pi * covariance))
    own, weights = np.polynomial.hermite_e.hermegauss(60)
    for a, b in limits:
        shift = own / np.sqrt(numbers)
        joint = (ndtr(a - one[:, None] - shift) * weights) @ ndtr(b - two[:, None] - shift).T
        with np.errstate(divide="ignore"):
            density += np.log(joint / weights.sum())

    value = log_two_signals(limits[None], np.array([loading]), numbers)[0]

    assert value == pytest.approx(np.logaddexp.reduce(density.ravel()), abs=1e-5)


def test_a_joint_chance_never_exceeds_that_of_its_least_likely_part():
    limits = RNG.normal(size=(200, 3)) * 4
    outer = RNG.normal(size=(200, 3, 2)) * 10.0 ** RNG.uniform(-8, 12, size=(200, 1, 1))
    below = Below(limits, outer, np.ones((200, 3)), (0, 1, 1))

    value = log_chance_below(below, lambda cases, _, __: np.zeros(len(cases.limits)))

    single = np.log(ndtr(limits / np.sqrt(below.variance))).min(axis=1)
    assert (value <= single + 1e-12).all()
    assert np.isfinite(value).all()
