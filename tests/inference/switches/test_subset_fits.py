"""Fits of subsets: optimum, curvature and Laplace's evidence, which of a linear model is exact."""

import numpy as np
import pytest
from linear_switches import linear_switches

from assemblysim.inference.switches.subset_fits import SubsetFits


def learnt(problem):
    """Fit every subset, one after the other from one that differs by one switch."""
    fits, nothing = SubsetFits(problem), np.zeros((1, len(problem.space)))
    fits.take(nothing, np.zeros((1, problem.dimension)))
    for row in problem.space.subsets():
        if fits.of(row) is None:
            beside = row.copy()
            beside[np.flatnonzero(row)[-1]] = 0.0
            fits.learn(row[None], beside[None])
    return fits


@pytest.mark.parametrize("seed", range(3))
def test_of_a_linear_model_every_fit_is_the_closed_form(seed):
    problem, _ = linear_switches(seed, 5)
    fits = learnt(problem)

    assert len(fits.known) == 32
    for row, score in zip(fits.switches, fits.scores, strict=True):
        fit, used = fits.of(row), problem.design * row
        curvature = used.T @ used + np.eye(5)
        exact = np.linalg.solve(curvature, used.T @ problem.data)
        np.testing.assert_allclose(fit.curvature, curvature, atol=1e-6)
        off = fit.position - exact
        assert off @ curvature @ off < 0.1**2  # standard deviations
        log_prior = float(problem.space.log_prior(row))
        # Not quite at the optimum a fit is a little low.
        assert -1e-9 < log_prior + problem.subset_evidence(row) - score < 1e-2


def test_several_subsets_are_fitted_side_by_side_as_alone():
    problem, _ = linear_switches(4, 4)
    rows = np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 1.0, 1.0]])
    fits = SubsetFits(problem)
    fits.take(np.zeros((1, 4)), np.zeros((1, 4)))
    fits.learn(rows, np.zeros((3, 4)))
    for row in rows:
        alone = SubsetFits(problem)
        alone.take(np.zeros((1, 4)), np.zeros((1, 4)))
        alone.learn(row[None], np.zeros((1, 4)))

        assert alone.of(row).score == pytest.approx(fits.of(row).score, abs=1e-12)
    assert fits.of(np.ones(4)) is None
