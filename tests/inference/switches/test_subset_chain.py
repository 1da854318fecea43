"""Chains over subsets: what is probable is met, from anywhere, and proposals favour no side."""

from collections import Counter

import numpy as np
import pytest
from linear_switches import linear_switches

from assemblysim.inference.switches.search import SubsetOptimum
from assemblysim.inference.switches.subset_chain import fitted_subsets, turned


@pytest.mark.parametrize("exclusions", [(), ((0, 1), (2, 3))])
def test_from_a_poor_subset_the_chains_find_what_holds_the_evidence(exclusions):
    problem, _ = linear_switches(5, 7, exclusions)
    start = SubsetOptimum(np.eye(7)[6], np.zeros(7), 0.0)
    rng = np.random.default_rng(2)
    fits = fitted_subsets(problem, [start], 90, rng)
    log_evidence, _ = problem.exact()
    found = np.logaddexp.reduce(fits.scores) - problem.space.log_total

    assert len(fits.known) < problem.space.subset_count or exclusions
    assert problem.space.admissible(fits.switches).all()
    assert found == pytest.approx(log_evidence, abs=0.1)
    # A search that stays where it begins would not.
    assert fits.scores[0] - problem.space.log_total < log_evidence - 0.5


def test_a_proposal_is_as_probable_from_either_side():
    problem, _ = linear_switches(1, 4)
    rng, count = np.random.default_rng(7), 10_000
    ends = [np.array(row, float) for row in ([1, 1, 1, 0], [1, 0, 1, 1], [1, 1, 0, 0])]

    def times(one, other):
        found = turned(problem.space, np.tile(one, (count, 1)), rng)
        assert (abs((found - one).sum(axis=1)) <= 1).all()
        assert set(abs(found - one).sum(axis=1)) == {1, 2}
        return Counter(row.tobytes() for row in found)[other.tobytes()]

    for one, other in ((ends[0], ends[1]), (ends[0], ends[2])):
        forth, back = times(one, other), times(other, one)
        assert min(forth, back) > 250
        assert abs(forth - back) < 5 * np.sqrt(forth + back)
