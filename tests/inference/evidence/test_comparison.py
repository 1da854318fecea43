import numpy as np
import pytest

from assemblysim.inference.evidence.comparison import Candidate, evidence_words, rank_mechanisms
from assemblysim.result.evidence import LogEvidence
from assemblysim.sentences.verdict import verdict_words


def candidate(name, value, error=0.05, parameters=5, trusted=True, independent_estimate=None):
    second = LogEvidence(
        "sequential Monte Carlo",
        value if independent_estimate is None else independent_estimate,
        0.1,
    )
    evidence = LogEvidence("bridge sampling", value, error)
    return Candidate(name, evidence, second, parameters, trusted)


def ranking(*candidates):
    return rank_mechanisms(candidates, np.random.default_rng(0))


def test_probabilities_are_the_normalised_evidences():
    found = ranking(candidate("a", -10.0), candidate("b", -10.0 + np.log(3)))

    assert tuple(found.probabilities) == ("b", "a")
    np.testing.assert_allclose(list(found.probabilities.values()), [0.75, 0.25], rtol=1e-12)


def test_the_interval_of_a_probability_carries_the_evidences_errors():
    sharp = ranking(candidate("a", 0.0, 0.01), candidate("b", 0.0, 0.01))
    blunt = ranking(candidate("a", 0.0, 1.0), candidate("b", 0.0, 1.0))
    # the log odds have standard deviation sqrt(2), so 95 % of them lie within +-2.77
    expected = 1 / (1 + np.exp(1.959964 * np.sqrt(2)))

    assert sharp.intervals["a"][1] - sharp.intervals["a"][0] < 0.02
    assert abs(blunt.intervals["a"][0] - expected) < 0.01


def test_mechanisms_within_three_nats_are_not_told_apart():
    found = ranking(candidate("a", 0.0, parameters=7), candidate("b", -2.0, parameters=5))

    assert found.left_open == ("a", "b")
    assert not found.decided
    assert verdict_words(found.verdict) == (
        "These data cannot tell a and b apart. None of the mechanisms is ruled out."
    )


def test_a_simpler_mechanism_suffices_only_where_nothing_speaks_against_it():
    found = ranking(candidate("a", 0.0, parameters=7), candidate("b", -0.5, parameters=5))

    assert verdict_words(found.verdict) == (
        "These data cannot tell a and b apart. The simplest of them, b with 5 unknowns, suffices. "
        "None of the mechanisms is ruled out."
    )


def test_a_verdict_shows_titles_where_mechanisms_have_one():
    found = ranking(candidate("a", 0.0, parameters=7), candidate("b", -0.5, parameters=5))
    clear = ranking(candidate("a", 0.0), candidate("b", -8.0))

    assert verdict_words(found.verdict, {"b": "dimers join"}) == (
        "These data cannot tell a and 'dimers join' apart. The simplest of them, 'dimers join' "
        "with 5 unknowns, suffices. None of the mechanisms is ruled out."
    )
    assert "evidence against the next best, 'dimers join'," in verdict_words(
        clear.verdict, {"b": "dimers join"}
    )


def test_a_clear_winner_is_named_with_its_factor():
    found = ranking(candidate("a", 0.0), candidate("b", -8.0), candidate("c", -300.0))

    assert found.decided
    assert verdict_words(found.verdict) == (
        "The data favour a over every other mechanism: the evidence against the next best, b, "
        "is very strong (ln Bayes factor 8.0 ± 0.1)."
    )


def test_a_gap_that_its_error_could_close_is_no_decision():
    assert ranking(candidate("a", 0.0, 0.0), candidate("b", -3.5, 0.1)).decided
    assert not ranking(candidate("a", 0.0, 0.0), candidate("b", -3.5, 0.5)).decided


def test_draws_that_failed_their_checks_give_no_verdict():
    found = ranking(candidate("a", 0.0), candidate("b", -50.0, trusted=False))

    assert verdict_words(found.verdict) == "No verdict: the draws of b did not pass their checks."
    assert found.left_open == ()
    assert not found.decided


def test_an_evidence_without_a_known_error_gives_no_verdict():
    found = ranking(candidate("a", 0.0), candidate("b", -1.0, error=float("nan")))

    assert verdict_words(found.verdict) == "No verdict: the draws of b did not pass their checks."


def test_two_estimates_more_than_three_combined_errors_apart_give_no_verdict():
    # errors of 0.05 and 0.1: three combined errors are 0.335
    near = ranking(candidate("a", 0.0), candidate("b", -50.0, independent_estimate=-50.33))
    apart = ranking(candidate("a", 0.0), candidate("b", -50.0, independent_estimate=-50.34))

    assert near.decided
    assert not apart.decided
    assert apart.left_open == ()
    assert verdict_words(apart.verdict) == (
        "No verdict: the two estimates of the log evidence of b do not agree, "
        "-50.00 ± 0.05 by bridge sampling and -50.34 ± 0.10 by sequential Monte Carlo."
    )


def test_one_mechanism_alone_is_not_called_a_winner():
    found = ranking(candidate("a", 0.0))

    assert not found.decided
    assert verdict_words(found.verdict) == "Only one mechanism, a, was fitted: nothing to compare."


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.9, "not worth more than a bare mention"),
        (2.9, "positive"),
        (4.9, "strong"),
        (5.1, "very strong"),
    ],
)
def test_words_are_those_of_kass_and_raftery(factor, words):
    assert evidence_words(factor) == words
