from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import gamma
from spectra import intensity_likelihood, measurement, table

from assemblysim.measurement.tails.by_block import StudentBlocks
from assemblysim.measurement.tails.registry import TAILS

TIMES = np.repeat([1.0, 2.0], 2)
RNG = np.random.default_rng(3)
VALUES = np.exp(0.6 * RNG.normal(size=(4, 3)))
SIGNALS = np.exp(0.6 * RNG.normal(size=(3, 2, 3)))
SIZES = np.array([[0.2, 0.1], [0.05, 3.0], [0.4, 1e-6]])
ZEROS = {0: [], 1: [(0, 1)], 3: [(0, 1), (1, 1), (3, 0)]}


def both(scale, zeros):
    """The likelihood with heavy tails and the normal one, of one table."""
    values = VALUES.copy()
    for place in ZEROS[zeros]:
        values[place] = 0
    told = measurement(scale, limit=0.2, count=3)
    return (
        intensity_likelihood(table(values, TIMES), replace(told, tails=tails))
        for tails in (TAILS["student-t"], TAILS["normal"])
    )


def averaged(normal, log_lambda, sizes):
    """The mean over what the squares of a block's errors are divided by, on a fine grid."""
    prior = gamma.logpdf(np.exp(log_lambda), 2, scale=0.5) + log_lambda
    terms = np.array([
        normal.pointwise(SIGNALS, sizes * np.exp(-0.5 * one)) + weight
        for one, weight in zip(log_lambda, prior, strict=True)
    ])  # fmt: skip
    top = terms.max(axis=0)
    return top + np.log(np.exp(terms - top).sum(axis=0) * (log_lambda[1] - log_lambda[0]))


@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_the_errors_of_a_block_are_large_together(scale, zeros):
    heavy, normal = both(scale, zeros)

    exact = averaged(normal, np.arange(-30, 4, 0.05), SIZES)

    assert isinstance(heavy.model, StudentBlocks)
    assert heavy.observations == normal.observations
    np.testing.assert_allclose(heavy.pointwise(SIGNALS, SIZES), exact, atol=1e-8)


@pytest.mark.parametrize("zeros", [0, 3])
def test_with_many_degrees_of_freedom_errors_are_normal(zeros, monkeypatch):
    heavy, normal = both("per spectrum", zeros)
    usual = heavy.pointwise(SIGNALS, SIZES)

    monkeypatch.setattr(StudentBlocks, "degrees", 1e6)
    found = heavy.pointwise(SIGNALS, SIZES)

    np.testing.assert_allclose(found, normal.pointwise(SIGNALS, SIZES), rtol=1e-3, atol=1e-3)
    assert np.abs(found - usual).max() > 0.1


@pytest.mark.parametrize("zeros", [0, 3])
def test_gradients_are_those_of_differences(zeros):
    heavy, _ = both("per spectrum", zeros)
    found = heavy.gradients(SIGNALS, SIZES)

    for place in range(6):
        step = 1e-5 * np.eye(6)[place].reshape(2, 3)
        up, down = (heavy.pointwise(SIGNALS * np.exp(s * step), SIZES).sum(axis=1) for s in (1, -1))
        np.testing.assert_allclose(found.by_signal[:, place], (up - down) / 2e-5, atol=1e-4)
    for size in range(2):
        step = 1e-5 * np.eye(2)[size]
        up, down = (heavy.pointwise(SIGNALS, SIZES * np.exp(s * step)).sum(axis=1) for s in (1, -1))
        np.testing.assert_allclose(found.by_size[:, size], (up - down) / 2e-5, atol=1e-3)


def test_without_the_kernel_points_are_the_same_and_gradients_are_differences(monkeypatch):
    heavy, _ = both("per spectrum", 1)
    compiled = heavy.pointwise(SIGNALS, SIZES)

    monkeypatch.setattr("assemblysim.measurement.likelihoods.network._kernel", None)

    np.testing.assert_allclose(heavy.pointwise(SIGNALS, SIZES), compiled, atol=1e-8)
    assert heavy.gradients(SIGNALS, SIZES) is None


def test_anything_is_finite_and_smooth():
    heavy, _ = both("per spectrum", 3)
    rng = np.random.default_rng(8)
    sizes = 10 ** rng.uniform([-4, -9], [4, 12], (200, 2))
    signals = np.exp(10 * rng.normal(size=(200, 2, 3)))

    points = heavy.pointwise(signals, sizes)
    near = heavy.pointwise(signals, sizes * (1 + 1e-9))

    assert np.isfinite(points).all()
    np.testing.assert_allclose(points, near, rtol=1e-7, atol=1e-7)
