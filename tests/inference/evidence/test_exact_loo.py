import numpy as np
import pytest
from gaussians import correlated
from small_study import WORDS, chain_table, small_study

from assemblysim.inference.evidence.criteria import exact_loo_observations
from assemblysim.inference.evidence.exact_loo import evidence_of, leave_one_out_in_full
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.problem.problems import build_problem


def on_a_grid(problem, points=401, reach=4.0):
    """Weights of the posterior and each unit's log-likelihood over a square of two unknowns."""
    axis = np.linspace(-reach, reach, points)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    units = log_likelihood(problem, values_from_normal(problem.parameters, grid)).pointwise
    cell = 2 * np.log(axis[1] - axis[0])
    return grid, units, log_standard_normal(grid) + cell


def test_the_evidence_near_known_draws_is_found():
    target, rng = correlated(4), np.random.default_rng(0)
    near = rng.multivariate_normal(target.mean + 0.4, 0.5 * target.covariance, 1000)
    found = evidence_of(target, near, rng)

    assert abs(found.value - target.log_evidence) < 4 * found.error
    assert found.error < 0.05


def test_units_that_the_draws_do_not_tell_are_computed_anew(tmp_path):
    table = chain_table(noise=0.3)
    table.values[5] *= [12.0, 1.0, 1.0]  # one spectrum that decides much alone
    problem = build_problem(small_study(tmp_path, table=table, words=WORDS, noise=0.3), "chain")
    grid, units, prior = on_a_grid(problem)
    total = units.sum(axis=1) + prior
    evidence = np.logaddexp.reduce(total)
    exact = [evidence - np.logaddexp.reduce(total - unit) for unit in units.T]

    rng = np.random.default_rng(1)
    weights = np.exp(total - evidence)
    draws = grid[rng.choice(len(grid), 2000, p=weights / weights.sum())]
    draws = draws + (grid[1, 1] - grid[0, 1]) * rng.uniform(-0.5, 0.5, draws.shape)
    points = log_likelihood(problem, values_from_normal(problem.parameters, draws)).pointwise
    smoothed, bad = exact_loo_observations(points)
    found = leave_one_out_in_full(problem, draws, points, LogEvidence("exact", evidence, 0.0), rng)

    assert bad.sum() >= 1
    assert found.bad_k == bad.sum()
    assert found.recomputed >= 1
    assert found.value == pytest.approx(np.sum(exact), abs=0.3)
    assert abs(smoothed.sum() - np.sum(exact)) > 0.3  # without it the figure is off
