"""Growing a subset from nothing: the best one by evidence is reached, whatever the start."""

import numpy as np
import pytest
from linear_switches import linear_switches

from assemblysim.inference.switches.forward import grown


def best(problem):
    every = list(problem.space.subsets())
    return max(every, key=lambda row: problem.subset_evidence(row) + problem.space.log_prior(row))


@pytest.mark.parametrize("exclusions", [(), ((0, 1), (2, 3))])
def test_the_best_subset_of_clear_data_is_reached_and_its_optimum_is_exact(exclusions):
    truth = [1.0, 0, 1, 0, 0]
    for seed in range(6):
        problem, _ = linear_switches(seed, 5, exclusions, truth=truth)
        found = grown(problem, np.random.default_rng(seed))[0]
        wanted = best(problem)

        on = np.flatnonzero(found.switches)
        used = problem.design[:, on]
        exact = np.linalg.solve(used.T @ used + np.eye(len(on)), used.T @ problem.data)
        np.testing.assert_allclose(found.position[on], exact, atol=1e-3)
        score = problem.subset_evidence(found.switches) - problem.subset_evidence(wanted)
        assert score > -0.7  # a local maximum may stay a little behind
        assert problem.space.admissible(found.switches)
