import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import multivariate_normal

from assemblysim.measurement.likelihoods.chances import Margins, lattice, log_below, normal_rules

RNG = np.random.default_rng(9)


def margins(limits, slopes, shared, errors):
    return Margins(limits[None], slopes[None], np.asarray(shared)[None], np.asarray(errors))


def brute(limits, slopes, shared, errors):
    """Two gains and every shared error by fine sums, in turn."""
    x = np.linspace(-9, 9, 121)
    first, second = (a.ravel() for a in np.meshgrid(x, x))
    total = -0.5 * (first**2 + second**2) - np.log(2 * np.pi) + 2 * np.log(x[1] - x[0])
    u = np.linspace(-9, 9, 61)
    for error in set(errors):
        own = np.broadcast_to(-0.5 * u**2 - 0.5 * np.log(2 * np.pi), (len(first), len(u)))
        for j in np.flatnonzero(np.equal(errors, error)):
            lifted = limits[j] + first * slopes[j, 0] + second * slopes[j, 1]
            own = own + log_ndtr(lifted[:, None] - shared[j] * u)
        total = total + np.logaddexp.reduce(own, axis=1) + np.log(u[1] - u[0])
    return np.logaddexp.reduce(total)


@pytest.mark.parametrize("shared", [0.3, 1.0, 1.7])
@pytest.mark.parametrize("centre", [2.0, -1.0, -6.0])
def test_scattered_cells_match_fine_sums_over_gains_and_shared_errors(shared, centre):
    errors = (0, 0, 1, 1, 2)
    slopes = np.array([[0.6, 0.1], [0.0, 0.6], [0.6, 0.1], [0.0, 0.6], [0.6, 0.1]])
    limits = centre + RNG.normal(size=5)
    each = np.full(5, shared)

    value = log_below(margins(limits, slopes, each, errors))[0]

    assert value == pytest.approx(brute(limits, slopes, each, errors), abs=1e-6)


@pytest.mark.parametrize("gains", [1, 3, 5])
def test_any_number_of_gains_matches_a_normal_orthant(gains):
    errors = (0, 0, 1, 1, 2, 3)
    slopes = 0.6 * RNG.normal(size=(6, gains)) / np.sqrt(gains)
    shared = np.array([0.7, 0.7, 0.5, 0.5, 1.0, 0.6])
    limits = RNG.normal(size=6)

    value = log_below(margins(limits, slopes, shared, errors))[0]

    same = np.equal.outer(errors, errors)
    covariance = np.eye(6) + slopes @ slopes.T + np.outer(shared, shared) * same
    oracle = multivariate_normal(cov=covariance, abseps=1e-7, releps=1e-6, maxpts=10**6, seed=1)
    # The oracle is a mean over random points.
    assert value == pytest.approx(oracle.logcdf(limits), abs=1e-4)


@pytest.mark.parametrize("correlation", [-0.9, -0.05, 0.0, 0.5, 1 - 1e-9])
def test_two_cells_match_a_fine_sum(correlation):
    h, k = RNG.normal(size=2) * 2 - 1
    # Two cells of unit variance with that correlation, from two gains and a tenth of own error.
    sd, covariance = 1.0, np.array([[1, correlation], [correlation, 1]])
    if correlation > 0.99:
        own = 0.5 * (1 - correlation)
        covariance = covariance - own * np.eye(2)
    else:
        own = 0.5 * min(1 - abs(correlation), 1.0)
        covariance = covariance - own * np.eye(2)
    values, vectors = np.linalg.eigh(covariance)
    slopes = vectors * np.sqrt(np.maximum(values, 0)) / np.sqrt(own)
    found = log_below(margins(np.array([h, k]) / np.sqrt(own), slopes, np.zeros(2), (0, 1)))[0]

    x = h - np.linspace(0, 30, 300001)
    slope = np.sqrt((1 - correlation) * (1 + correlation))
    terms = log_ndtr((k - correlation * x) / slope) - 0.5 * x**2 - 0.5 * np.log(2 * np.pi)
    terms[0] -= np.log(2)
    assert sd * found == pytest.approx(np.logaddexp.reduce(terms) + np.log(1e-4), abs=3e-6)


def test_a_joint_chance_never_exceeds_that_of_its_least_likely_part():
    limits = RNG.normal(size=(25, 3)) * 4
    slopes = RNG.normal(size=(25, 3, 2))
    shared = 10.0 ** RNG.uniform(-8, 12, size=(25, 1)) * np.ones(3)

    value = log_below(Margins(limits, slopes, shared, np.array([0, 1, 1])))

    spread = np.sqrt(1 + (slopes**2).sum(axis=2) + shared**2)
    assert (value <= log_ndtr(limits / spread).min(axis=1) + 1e-12).all()
    assert np.isfinite(value).all()


def test_rules_and_lattices_have_the_moments_of_a_standard_normal():
    for excess in (0.0, 0.2, 4.0, 1e9):
        points, weights = normal_rules().of(excess)
        assert np.exp(weights).sum() == pytest.approx(1, abs=1e-13)
        if len(points) > 1:
            assert np.exp(weights) @ points**2 == pytest.approx(1, abs=1e-12)
    spread = lattice(4)
    assert lattice(3).size == 0
    np.testing.assert_allclose(np.cov(spread.T, bias=True), np.eye(4), atol=0.02)
