"""What is said of steps: only where runs agree with each other and with evidences."""

import numpy as np
import pytest

from assemblysim.inference.switches.space import SwitchSpace
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.steps.concluding import (
    FoundRun,
    Weighed,
    agreement_check,
    best_subsets,
    chosen_subsets,
    convergence_checks,
    r_hat_of_switches,
    replaced_pairs,
    step_probabilities,
    under_other_prior,
)

SPACE = SwitchSpace(("a", "b"), (("a",), ("b",)), (0.5, 0.5))
SUBSETS = np.array(list(SPACE.subsets()))
GROUPS = (("a",), ("b",))


def run(chances, seed, log_evidence=0.0):
    """A run that draws the four subsets, 00 01 10 11, with some chances."""
    rng = np.random.default_rng(seed)
    switches = SUBSETS[rng.choice(4, 2000, p=chances)]
    return FoundRun(switches, switches, log_evidence)


def weighed(chances, error=0.03):
    logs = np.log(chances)
    return Weighed(SUBSETS, tuple(LogEvidence("x", float(v), error) for v in logs), complete=True)


CHANCES = (0.05, 0.45, 0.35, 0.15)
AGREED = [run(CHANCES, seed) for seed in range(4)]


def test_runs_that_agree_pass_and_one_that_does_not_is_seen():
    assert all(check.passed for check in convergence_checks(AGREED))
    other = [*AGREED[:3], run((0.05, 0.65, 0.15, 0.15), 9)]
    failed = [check.name for check in convergence_checks(other) if not check.passed]
    assert failed == ["runs agree on probabilities"]
    far = [*AGREED[:3], run(CHANCES, 3, log_evidence=-5.0)]
    assert [c.name for c in convergence_checks(far) if not c.passed] == [
        "runs agree on the log evidence"
    ]
    assert r_hat_of_switches(np.array([[0.0], [1.0], [0.0], [1.0]]))[0] > 5


def test_evidences_confirm_frequencies_or_take_them_away():
    rng = np.random.default_rng(0)

    assert agreement_check(SPACE, AGREED, weighed(CHANCES), rng).passed
    # All runs missed the same subset: they agree with each other, and evidences tell.
    missed = [run((0.0, 0.6, 0.4, 0.0), seed) for seed in range(4)]
    assert all(check.passed for check in convergence_checks(missed))
    assert not agreement_check(SPACE, missed, weighed(CHANCES), rng).passed
    unknown = agreement_check(SPACE, AGREED, weighed(CHANCES, np.inf), rng)
    assert (unknown.value, unknown.passed) == (np.inf, False)


def test_without_convergence_no_probability_is_stored():
    rng = np.random.default_rng(0)
    held = step_probabilities(SPACE, GROUPS, AGREED, weighed(CHANCES), rng, converged=False)
    told = step_probabilities(SPACE, GROUPS, AGREED, weighed(CHANCES), rng, converged=True)

    assert {one.on for one in held.values()} == {one.needed for one in held.values()} == {None}
    assert set(held["a"].on_by_prior.values()) == {None}
    assert best_subsets(SPACE, AGREED, weighed(CHANCES), converged=False)[0].frequency is None
    assert told["a"].on.value == pytest.approx(0.5, abs=0.02)
    assert told["b"].on.value == pytest.approx(0.6, abs=0.02)
    assert told["a"].weighed.value == pytest.approx(0.5, abs=0.01)


def test_another_prior_is_a_change_of_odds():
    (found,) = {tuple(under_other_prior(SPACE, AGREED[0].switches, 0.1))}
    odds = np.array(CHANCES) * [81, 9, 9, 1]

    exact = odds / odds.sum() @ SUBSETS
    np.testing.assert_allclose(found, exact, atol=0.03)


def test_steps_that_stand_for_each_other_are_a_pair():
    switches = run((0.01, 0.5, 0.48, 0.01), 5).switches
    (pair,) = replaced_pairs(SPACE, switches)

    assert pair.names == ("a", "b")
    assert pair.either == pytest.approx(0.99, abs=0.01)
    assert pair.alone == pytest.approx((0.48, 0.5), abs=0.04)
    assert replaced_pairs(SPACE, run((0.25, 0.25, 0.25, 0.25), 6).switches) == ()


def test_neighbours_of_the_best_subsets_are_weighed_too():
    many = SwitchSpace(tuple("abcdefgh"), tuple((n,) for n in "abcdefgh"), (0.5,) * 8)
    row = np.array([1.0, 0, 0, 0, 0, 0, 0, 0])
    alone = [FoundRun(np.tile(row, (10, 1)), np.tile(row, (10, 1)), 0.0)]

    found, complete = chosen_subsets(many, alone, 9)
    every, all_of_them = chosen_subsets(many, alone, 256)

    assert not complete
    assert sorted(abs(found - row).sum(axis=1).tolist()) == [0.0] + [1.0] * 8
    assert (len(every), all_of_them) == (256, True)
