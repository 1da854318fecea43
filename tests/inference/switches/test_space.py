"""Subsets of candidates: which there are, and what is known of them before the data."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.switches.space import SwitchSpace, connected


def space(prior, exclusions=()):
    names = tuple("abcdefghijklmnopqrstuvwxyz"[: len(prior)])
    return SwitchSpace(names, tuple((n,) for n in names), tuple(prior), exclusions)


def test_the_prior_is_that_of_independent_switches_given_the_exclusions():
    found = space((0.5, 0.2, 0.9), ((0, 2),))
    every = {tuple(one.astype(int)) for one in found.subsets()}
    # By hand: of the four pairs of a and c, (1, 1) is out: 0.05 + 0.45 + 0.05 remain.
    total = 0.5 * 0.1 + 0.5 * 0.9 + 0.5 * 0.1

    assert every == {(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1) if not a * c}
    assert found.subset_count == 6
    np.testing.assert_allclose(found.marginal_prior, [0.05 / total, 0.2, 0.45 / total])
    assert found.log_total == pytest.approx(np.log(total))
    logs = found.log_prior(np.array([[1.0, 0, 0], [1.0, 0, 1.0]]))
    np.testing.assert_allclose(logs, [np.log(0.5 * 0.8 * 0.1), -np.inf])


def test_draws_are_as_frequent_as_the_prior_says():
    found = space((0.5, 0.2, 0.9), ((0, 2),))
    drawn = found.draw(20_000, np.random.default_rng(1))

    assert found.admissible(drawn).all()
    error = np.sqrt(found.marginal_prior * (1 - found.marginal_prior) / 20_000)
    assert (abs(drawn.mean(axis=0) - found.marginal_prior) < 4 * error).all()


def test_too_many_that_exclude_each_other_are_refused():
    many = space((0.5,) * 17, (tuple(range(17)),))

    with pytest.raises(InputError, match=r"17 candidates exclude each other .* at most 16"):
        many.draw(1, np.random.default_rng(0))


def test_sets_that_share_a_member_are_one_part():
    assert connected(5, [(0, 3), (3, 1)]) == ((0, 1, 3), (2,), (4,))
