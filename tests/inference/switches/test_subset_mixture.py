"""A mixture about fits: it is the density of its draws, and evidences by its draws are exact."""

import numpy as np
import pytest
from linear_switches import linear_switches
from scipy.special import logsumexp

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.switches.search import SubsetOptimum
from assemblysim.inference.switches.subset_chain import fitted_subsets
from assemblysim.inference.switches.subset_fits import SubsetFit, SubsetFits
from assemblysim.inference.switches.subset_mixture import SubsetMixture


def distorted(fits, rng):
    """Return fits that are off by a part of a standard deviation, a nat and the width."""
    known = {
        text: SubsetFit(
            np.where(fit.position == 0, 0.0, fit.position + 0.2 * rng.standard_normal()),
            1.5 * fit.curvature - 0.5 * np.diag(np.where(fit.position == 0, 1.0, 0.0)),
            fit.log_density,
            fit.score + rng.standard_normal(),
        )
        for text, fit in fits.known.items()
    }
    return SubsetFits(fits.problem, known)


@pytest.mark.parametrize("exclusions", [(), ((0, 1),)])
@pytest.mark.parametrize("changed", [lambda fits, _: fits, distorted], ids=["fits", "distorted"])
def test_the_evidence_by_its_draws_is_the_closed_form(exclusions, changed):
    problem, _ = linear_switches(6, 5, exclusions)
    rng = np.random.default_rng(3)
    start = SubsetOptimum(np.zeros(5), np.zeros(5), 0.0)
    mixture = SubsetMixture(changed(fitted_subsets(problem, [start], 20, rng), rng))
    switches, positions = mixture.draw(20_000, rng)
    logs = problem.log_likelihood(positions, switches) + log_standard_normal(positions)
    logs += problem.space.log_prior(switches) - problem.space.log_total
    logs -= mixture.log_density(switches, positions)
    found = logsumexp(logs) - np.log(len(logs))
    weights = np.exp(logs - logs.max())
    error = weights.std() / weights.mean() / np.sqrt(len(weights))

    assert problem.space.admissible(switches).all()
    assert error < 0.03
    assert abs(found - problem.exact()[0]) < 4 * error
    assert abs(found + 0.2 - problem.exact()[0]) > 4 * error


def test_a_subset_without_a_fit_has_the_prior_s_part():
    problem, _ = linear_switches(8, 4)
    fits = SubsetFits(problem)
    fits.take(np.zeros((1, 4)), np.zeros((1, 4)))
    at, position = np.array([[1.0, 0, 1, 0]]), np.full((1, 4), 0.3)
    found = SubsetMixture(fits).log_density(at, position)[0]

    assert found == pytest.approx(np.log(0.05 / 16) + log_standard_normal(position)[0])
