from dataclasses import replace

import numpy as np
import pytest
from gaussians import Gaussian, Mixture, correlated
from scipy.stats import chi2
from small_study import FIXED, chain_table, small_study

from assemblysim.inference.evidence.nested import nested_check, nested_sampling
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.study.problem.problems import build_problem

EXACT = correlated(3)
TWO_MODES = Mixture(
    (
        Gaussian(np.array([-2.0, 0.0]), 0.02 * np.eye(2), -3.0),
        Gaussian(np.array([2.0, 0.5]), 0.1 * np.eye(2), -4.0),
    )
)


@pytest.mark.parametrize(("target", "dimension"), [(EXACT, 3), (TWO_MODES, 2)])
def test_nested_sampling_finds_a_known_evidence(target, dimension):
    found = nested_sampling(target, dimension, np.random.default_rng(1), live=150)

    assert found.method == "nested sampling (dynesty)"
    assert 0.02 < found.error < 0.17
    assert abs(found.value - target.log_evidence) < 4 * found.error
    # The check has power: an evidence that is off by 0.7 is seen.
    assert abs(found.value - (target.log_evidence + 0.7)) > 4 * found.error


def test_the_same_stream_gives_the_same_evidence():
    first, second = (
        nested_sampling(TWO_MODES, 2, np.random.default_rng(7), live=20) for _ in range(2)
    )

    assert first == second
    assert first != nested_sampling(TWO_MODES, 2, np.random.default_rng(8), live=20)


def test_a_likelihood_that_is_flat_almost_everywhere_is_no_obstacle():
    """Words that all fail give one value to the last digit; it is ordered by the tie-break."""
    floor, inside = -30.0, -1.0

    def target(position):
        near = (position**2).sum(axis=1) < 1.0
        return np.where(near, inside, floor) + log_standard_normal(position)

    fraction = chi2.cdf(1.0, 3)
    exact = np.logaddexp(inside + np.log(fraction), floor + np.log1p(-fraction))
    found = nested_sampling(target, 3, np.random.default_rng(3), live=100)

    assert abs(found.value - exact) < 4 * found.error


def test_an_audit_of_one_rate_constant_agrees_with_quadrature(tmp_path):
    study = small_study(
        tmp_path, table=chain_table(), fixed=(*FIXED, ("k_second", 0.5)), noise=0.05
    )
    study = replace(study, priors=study.priors[:1])
    problem = build_problem(study, "chain")
    axis = np.linspace(-8, 8, 20001)[:, None]
    total = log_likelihood(problem, values_from_normal(problem.parameters, axis)).total
    exact = np.logaddexp.reduce(total + log_standard_normal(axis)) + np.log(axis[1, 0] - axis[0, 0])

    found = nested_check(problem, 5, live=150)

    assert problem.parameter_names == ("k_first",)
    assert found.error < 0.2
    assert abs(found.value - exact) < 4 * found.error
    assert abs(found.value - (exact + 1.0)) > 4 * found.error
