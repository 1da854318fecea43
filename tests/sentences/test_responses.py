"""What is said of responses: what was assumed, and where the data go beyond it."""

from types import SimpleNamespace

import pytest
from unknowns import unknown

from assemblysim.result.mechanism import ExchangedResponses
from assemblysim.sentences.responses import (
    exchanged_words,
    far_words,
    reference_words,
    wider_words,
)

FREE = ExchangedResponses(("response_A", "response_B"), (), 2.0)


def response(median, factor=2.0):
    return unknown("response", median, prior=1.0, factor=factor)


def test_what_is_assumed_is_said_with_its_width():
    assert exchanged_words(FREE) == (
        "of the responses of A and B nothing is stated: only their ratios count, and any two are "
        "within a factor of 2.7 of each other, two times in three; their geometric mean is taken "
        "to be 1"
    )
    stated = ExchangedResponses(("response_B",), ("response_A", "response_C"), 3.0)
    assert exchanged_words(stated) == (
        "of the response of B nothing is stated: it lies within a factor of 3.84 of the geometric "
        "mean of those of A and C, two times in three"
    )
    alone = ExchangedResponses(("response_A",), (), 2.0)
    assert "alone is hidden in the scale factors" in exchanged_words(alone)


@pytest.mark.parametrize(
    ("fixed", "reference", "words"),
    [
        ({"response_A": 1.0}, None, "that of A (1), the first one listed; relative_to names"),
        ({"response_B": 1.0}, None, "relative to that of B (1)"),
        ({"response_B": 1.0}, "B", "relative to that of B, as relative_to says"),
        ({}, None, "on a scale of its own"),
    ],
)
def test_what_responses_are_relative_to_is_said(fixed, reference, words):
    assert words in reference_words(fixed, reference, "A")


def test_only_responses_beyond_two_widths_of_their_prior_are_named():
    near = {"response_A": response(3.9), "response_B": response(0.26)}
    (said,) = far_words({**near, "response_C": response(4.2), "response_D": response(0.1)})

    assert far_words(near) == ()
    assert "2 responses" in said
    assert "C (4.2, 2.1 widths) and D (0.1, 3.3 widths)" in said
    assert far_words({"response_D": response(0.1, factor=4.0)}) == ()


def test_the_interval_that_owes_most_to_the_width_is_named():
    known = {name: SimpleNamespace(lower=1.0, upper=10.0, unit="1/h") for name in ("k_a", "k_b")}
    wider = {"k_a": (0.9, 11.0), "k_b": (0.5, 50.0)}
    one = SimpleNamespace(parameters=known, responses=(FREE,), wider_responses=wider)
    (said,) = wider_words(one)

    assert "factor of 2.5 in place of 2" in said
    assert "at most 2 times as wide: that of k_b becomes 0.5 to 50 1/h" in said
    assert wider_words(SimpleNamespace(parameters=known, responses=(), wider_responses=wider)) == ()
