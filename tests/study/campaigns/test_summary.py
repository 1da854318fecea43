import numpy as np
import pytest
from calibration_example import MECHANISMS, record, uniform_records

from assemblysim.sentences.calibration import condition_sentences
from assemblysim.study.campaigns.summary import (
    condition_summary,
    coverage_summary,
    prediction_summary,
    rank_summary,
)


def summary(records, source="prior", misspecification="none"):
    return condition_summary(records, MECHANISMS, source, misspecification)


def said(records, source="prior", misspecification="none"):
    return condition_sentences(summary(records, source, misspecification), misspecification)


def test_coverage_counts_the_truths_inside_central_intervals():
    fractions = [0.01, 0.02, 0.03, 0.2, 0.3, 0.5, 0.74, 0.76, 0.95, 0.98]
    records = [record(i, below={"k": b}) for i, b in enumerate(fractions)]
    found = coverage_summary(records)

    assert [found.parameters["k"][level].hits for level in ("0.5", "0.8", "0.95")] == [
        3,
        5,
        7,
    ]
    assert found.all["0.8"].share == pytest.approx(0.5)
    assert found.all["0.8"].count == 10


def test_coverage_of_predictions_counts_the_true_ones_inside_by_their_kind():
    fractions = np.linspace(0.005, 0.995, 100)
    records = [record(i, below={"B": b, "C": 0.5}) for i, b in enumerate(fractions)]
    found = prediction_summary(records)

    assert set(found) == {"time_of_maximum"}
    for level in (0.5, 0.8, 0.95):
        one = found["time_of_maximum"][f"{level:g}"]
        assert one.count == 200
        # those of C are all inside, those of B as often as the level says, to one of 100
        assert one.share == pytest.approx(0.5 * (1 + level), abs=0.006)
    sentences = said(records)
    assert any("times of maxima 97.0 ± " in one or "times of maxima 97.5 ± " in one
               for one in sentences)  # fmt: skip


def test_the_error_of_coverage_knows_that_parameters_of_one_study_go_together():
    """Ten copies of a parameter tell no more than one."""
    rng = np.random.default_rng(2)
    below = rng.uniform(size=200)
    alone = coverage_summary([record(i, below={"a": b}) for i, b in enumerate(below)])
    copies = coverage_summary(
        [record(i, below={f"a{k}": b for k in range(10)}) for i, b in enumerate(below)]
    )
    binomial = np.sqrt(0.8 * 0.2 / 200)

    assert alone.all["0.8"].error == pytest.approx(binomial, rel=0.2)
    assert copies.all["0.8"].error == pytest.approx(alone.all["0.8"].error)


def test_uniform_ranks_pass_and_ranks_in_the_middle_do_not():
    good = rank_summary(uniform_records(), MECHANISMS, judged=True)
    bad = rank_summary(
        [record(i, below={"k": 0.3 + 0.4 * (i % 7) / 7}) for i in range(60)],
        MECHANISMS,
        judged=True,
    )

    assert good.together_p_value > 0.05
    assert bad.together_p_value < 0.001
    assert bad.inside == 0
    assert set(good.mechanisms) == set(MECHANISMS)
    assert good.mechanisms["both"]["noise"].count == 20


def test_what_counts_is_the_share_among_verdicts():
    records = [
        record(0, "right"),
        record(1, "wrong with confidence", probability=0.995),
        record(2, "no verdict"),
        record(3, "cannot tell", suffices=True),
        record(4, "cannot tell"),
    ]
    found = summary(records)
    said_of_it = said(records)

    assert (found.wrong_with_confidence.hits, found.wrong_with_confidence.count) == (1, 4)
    assert found.recovery[MECHANISMS[1]]["wrong with confidence"] == 1
    assert found.recovery[MECHANISMS[0]] == {
        "right": 1,
        "cannot tell": 1,
        "richer than the truth": 0,
        "wrong": 0,
        "wrong with confidence": 0,
        "no verdict": 0,
    }
    assert said_of_it[0].startswith(
        "Wrong with confidence (probability 0.99 or more for a mechanism that is not the true one "
        "and does not contain it): 1 of 4 simulated studies, 25.0 % (95 % interval 0.6 % to "
        "80.6 %)."
    )
    assert any("In 1 of the 2 undecided studies" in s for s in said_of_it)
    assert any("1 truths were drawn anew" in s for s in said_of_it)


def test_a_fit_that_was_not_good_enough_counts_in_neither_ranks_nor_coverage():
    found = summary([*uniform_records(30), record(30, "no verdict", trusted=False)])

    assert found.not_fitted == 1
    assert found.ranks.parameters["noise"].count == 30
    assert found.coverage.parameters["noise"]["0.5"].count == 30


@pytest.mark.parametrize(
    ("source", "misspecification", "words"),
    [
        ("prior", "none", "together they are consistent with a correct posterior"),
        ("posterior", "none", "truths from a posterior need not have uniform ranks"),
        ("prior", "shared", "with errors that the model does not know ranks need not be uniform"),
    ],
)
def test_ranks_are_judged_only_where_they_ought_to_be_uniform(source, misspecification, words):
    found = summary(uniform_records(), source, misspecification)
    said_of_it = said(uniform_records(), source, misspecification)

    assert words in " ".join(said_of_it)
    assert found.ranks.judged == (source == "prior" and misspecification == "none")


def test_ranks_that_no_correct_posterior_gives_are_said_to_be_so():
    said_of_it = said([record(i, below={"k": 0.5}) for i in range(40)])

    assert "not what a correct posterior gives" in " ".join(said_of_it)


def test_where_no_fit_was_good_enough_nothing_is_said_of_intervals():
    said_of_it = said([record(i, "no verdict", trusted=False) for i in range(3)])

    assert not any("intervals hold" in sentence for sentence in said_of_it)
    assert "3 fits of the true mechanism were not good enough" in said_of_it[-1]
