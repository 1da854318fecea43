from dataclasses import replace

import numpy as np
import pytest
from light_calibration import LIGHT, replicated_study
from scipy.special import logsumexp

from assemblysim.inference.calibration.quick import UNSEEN_ERROR, fit_quickly
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.study.problem.problems import build_problem


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """Two mechanisms with two unknown rate constants each, the noise stated."""
    study = replicated_study(tmp_path_factory.mktemp("small"), noise=0.5)
    return [build_problem(study, name) for name in study.mechanisms]


@pytest.fixture(scope="module")
def grids(problems):
    """For each: log evidence, means and standard deviations by quadrature."""
    found = []
    for problem in problems:
        _, mean, _ = quadrature(Posterior(problem), np.zeros(2), 6.0, 301)
        found.append(quadrature(Posterior(problem), mean, 0.4, 301))
        # Nothing that counts lies outside the finer grid.
        assert found[-1][0] == pytest.approx(quadrature(Posterior(problem), mean, 0.8, 601)[0])
    return found


def quadrature(target, centre, reach, count):
    """Log evidence, mean and standard deviations on a square grid of two coordinates."""
    side = np.linspace(-reach, reach, count)
    positions = centre + np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    density = target(positions)
    weights = np.exp(density - logsumexp(density))
    mean = weights @ positions
    spread = np.sqrt(weights @ (positions - mean) ** 2)
    return logsumexp(density) + 2 * np.log(side[1] - side[0]), mean, spread


@pytest.fixture(scope="module")
def fits(problems):
    return fit_quickly(problems, replace(LIGHT, behind=1e9), np.random.default_rng(1))


def test_a_quick_fit_finds_the_evidence_of_quadrature(fits, grids):
    for fit, (log_evidence, _, _) in zip(fits, grids, strict=True):
        assert abs(fit.log_evidence.value - log_evidence) < 2 * fit.log_evidence.error
        assert fit.log_evidence.error < 2 * UNSEEN_ERROR


def test_a_quick_fit_finds_the_posterior_of_quadrature(fits, grids):
    for fit, (_, mean, spread) in zip(fits, grids, strict=True):
        # Sixty walkers, looked at six times: worth at least a hundred draws.
        error = spread / np.sqrt(100)
        assert (np.abs(fit.positions.mean(axis=0) - mean) < 4 * error).all()
        assert (np.abs(fit.positions.std(axis=0) / spread - 1) < 4 / np.sqrt(200)).all()
        # The check has power: a posterior that is 0.7 times as wide is seen.
        assert (np.abs(0.7 * fit.positions.std(axis=0) / spread - 1) > 0.2).all()


def test_the_same_stream_gives_the_same_fit(problems, fits):
    again = fit_quickly(problems, replace(LIGHT, behind=1e9), np.random.default_rng(1))

    for one, other in zip(fits, again, strict=True):
        np.testing.assert_array_equal(one.positions, other.positions)
        assert one.log_evidence == other.log_evidence


def test_more_is_spent_where_the_first_effort_did_not_do(problems, fits):
    more = SmcSettings(pilot_particles=128, ess_threshold=0.5, local_moves=2, most_rounds=2)
    greedy = replace(LIGHT, efforts=(*LIGHT.efforts, more), wanted=1e9, behind=1e9)
    again = fit_quickly(problems, greedy, np.random.default_rng(1))

    for one, other in zip(fits, again, strict=True):
        assert other.calls > one.calls


def test_a_mechanism_far_behind_costs_less_and_stays_far_behind(problems):
    near = fit_quickly(problems, replace(LIGHT, behind=1e9), np.random.default_rng(2))
    far = fit_quickly(
        problems, replace(LIGHT, behind=-1e9, enough_behind=20), np.random.default_rng(2)
    )
    order = sorted(range(2), key=lambda i: -near[i].log_evidence.value)

    assert far[order[1]].calls < near[order[1]].calls
    gap = far[order[1]].log_evidence.value - near[order[1]].log_evidence.value
    assert abs(gap) < 3 * far[order[1]].log_evidence.error
