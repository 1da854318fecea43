"""Counting of intervals and verdicts of simulated studies, and ten of them with little work."""

from dataclasses import replace

import numpy as np
import pytest
from light_calibration import LIGHT, LIGHT_SEARCH

from assemblysim.study.campaigns.calibration import Request
from benchmarks.calibrated.coverage import design, is_sure, made, summary_of

LITTLE = Request(
    settings=LIGHT,
    search=replace(
        LIGHT_SEARCH,
        importance=replace(
            LIGHT_SEARCH.importance, first_draws=1000, draws=400, rounds=2, walkers=80, steps=10,
            batches=3, most_batches=10, effective_size=400.0, error=0.1,
        ),
    ),
)  # fmt: skip


def row(leader="dimer", *, probability=0.97, leans=False, outcome="right", below=(), trusted=True):
    return {
        "truth": "dimer", "leader": leader, "contains the truth": leader == "mixed",
        "probability": probability, "outcome": outcome, "leans": leans, "trusted": trusted,
        "below": {
            "rate constants": {f"k_{i}": value for i, value in enumerate(below)},
            "route fractions": {}, "half-lives": {},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "sure"),
    [
        (row(), True),
        (row(probability=0.95), False),
        (row(leans=True), False),
        (row(outcome="no verdict"), False),
    ],
)
def test_a_verdict_is_sure_above_95_per_cent_where_nothing_takes_it_away(found, sure):
    assert is_sure(found) == sure


def test_wrong_verdicts_and_intervals_are_counted():
    rows = [
        row(below=(0.5, 0.99)),
        row("mixed", below=(0.03, 0.97)),
        row("stepwise", below=(0.01, 0.5)),
        row("stepwise", leans=True, below=(0.5,)),
        row(below=(0.999,), trusted=False),
    ]
    found = summary_of(dict(zip("abcde", rows, strict=True)))

    verdicts = found["verdicts"]
    assert (verdicts["studies"], verdicts["sure"], verdicts["wrong"]) == (5, 4, 2)
    assert verdicts["wrong, containing the truth"] == 1
    assert (verdicts["leaning on an edge"], verdicts["not trusted"]) == (1, 1)
    # 5 of 7; the residuals of the studies are -3/7, 4/7, -3/7 and 2/7.
    expected = {"intervals": 7, "inside %": 71.43, "error %": round(100 * 38**0.5 / 49, 2)}
    assert found["rate constants"] == expected
    assert "half-lives" not in found


def test_the_study_states_nothing_of_what_is_unknown():
    """Default priors, shared replicates, zeros, and responses unlike by a factor of 2 each."""
    for problem in design(1, LITTLE).problems:
        (experiment,) = problem.experiments
        assert not any(one.stated for one in problem.parameters if one.kind == "rate")
        assert "sampling_error" in experiment.intensities.noise_names
        (group,) = problem.exchangeable
        (contrasts,) = {group.directions.shape[1]}
        # Each log response is normal of sd ln 2; their mean, which is hidden, is taken out.
        widths = np.linalg.norm(group.directions, axis=1)
        assert contrasts == 3
        assert widths == pytest.approx(np.log(2) * np.sqrt(3 / 4))


@pytest.mark.many_studies
def test_ten_studies_hold_their_truths():
    """With so little work intervals are rough: a fault in what is counted is what this finds."""
    rows = {f"study {i}": made(i, 1, LITTLE) for i in range(10)}
    found = summary_of(rows)

    assert found["verdicts"]["wrong"] <= 1
    assert found["rate constants"]["intervals"] == sum(
        len(one["below"]["rate constants"]) for one in rows.values() if one["trusted"]
    )
    assert found["rate constants"]["inside %"] > 75
    assert found["half-lives"]["inside %"] > 70
    assert found["verdicts"]["without a verdict"] <= 3
