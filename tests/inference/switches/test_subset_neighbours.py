"""Neighbours of the best subsets: each is fitted, once, and as well as from anywhere."""

import numpy as np
import pytest
from linear_switches import linear_switches

from assemblysim.inference.switches.subset_fits import SubsetFits
from assemblysim.inference.switches.subset_neighbours import NEAR, learn_neighbours


def known(problem, rows):
    fits = SubsetFits(problem)
    fits.take(np.array([rows[0]]), np.zeros((1, problem.dimension)))
    fits.learn(np.array(rows), np.array([rows[0]] * len(rows)))
    return fits


def around(row):
    return {np.abs(row - one).tobytes() for one in np.eye(len(row))}


@pytest.mark.parametrize("exclusions", [(), ((0, 1), (2, 3))])
def test_all_neighbours_of_the_best_subsets_are_known_afterwards(exclusions):
    problem, _ = linear_switches(5, 6, exclusions)
    rows = [row for row in problem.space.subsets() if row.sum() in (1, 2)]
    fits = known(problem, rows)
    best = max(rows, key=lambda row: fits.of(row).score)
    before = dict(fits.known)

    learn_neighbours(fits, 1)

    expected = {
        text for text in around(best) if problem.space.admissible(np.frombuffer(text)).all()
    }
    assert set(fits.known) == set(before) | expected
    assert len(fits.known) > len(before)
    assert all(fits.known[text] is fit for text, fit in before.items())


def test_what_lies_far_behind_gets_no_neighbours():
    problem, _ = linear_switches(5, 6)
    rows = list(np.eye(6))
    fits = known(problem, rows)
    near = [row for row in rows if fits.of(row).score > fits.scores.max() - NEAR]
    assert 0 < len(near) < len(rows)

    learn_neighbours(fits, len(rows))

    assert set(fits.known) == {row.tobytes() for row in rows}.union(*map(around, near))


def test_a_neighbour_is_fitted_as_well_as_from_its_own_side():
    problem, _ = linear_switches(3, 5)
    fits = known(problem, [np.ones(5)])
    learn_neighbours(fits, 1)
    for text in around(np.ones(5)):
        own = known(problem, [np.frombuffer(text)])
        assert fits.known[text].score == pytest.approx(own.scores[0], abs=0.02)
