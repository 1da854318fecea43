import numpy as np
import pytest

from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.interpretations import ONLY, Interpretation, samples_of
from assemblysim.measurement.statements.redundancy import implied, repetitions
from assemblysim.measurement.statements.relations import Claim
from assemblysim.measurement.statements.sentences import Rates, sentences_by_interpretation

TIMES = np.array([1 / 12, 1.0, 6.0, 12.0, 48.0])


def said(*rows, interpretations=ONLY):
    samples = samples_of(TIMES, interpretations, {})
    every = [Statement(*row[:4], "", *row[4:]) for row in rows]
    found = sentences_by_interpretation(every, samples, Rates(0.02, 0.5))
    return [one.words for one in repetitions(tuple(found.values()), samples)]


FALL = ("X", "decreasing", 0.0833, 48)
TWICE = "and counts twice; leave it out, or make them one sentence"


@pytest.mark.parametrize(
    ("row", "others"),
    [
        (("X", "maximum", 0.0833, 0.0833), [FALL]),
        (("X", "decreasing", 1, 12), [FALL]),
        (("X", "detected", 1, 1), [("X", "detected", 12, 12), FALL]),
        (("X", "absent", 48, 48), [("X", "absent", 6, 6), FALL]),
        (("X", "absent", 6, 12), [("X", "absent", 6, 48)]),
        (("X", "abundant", 6, 6), [("X", "maximum", 6, 6)]),
        (("X", "abundant", 1, 1, "", (), 0.5), [("X", "abundant", 1, 6, "", (), 0.8)]),
        (("X", "at most of maximum", 48, 48, "", (), 0.5),
         [("X", "at most of maximum", 12, 12, "", (), 0.2), FALL]),
        (("X", "at most of spectrum", 1, 1, "", (), 0.5),
         [("X", "at most of spectrum", 1, 1, "", (), 0.2)]),
        (("X", "appears between", 0.0833, 1),
         [("X", "absent", 0.0833, 0.0833), ("X", "detected", 1, 1)]),
        (("X", "unmentioned", 0.0833, 48), [("X", "absent", 0.0833, 48)]),
        (("X", "maximum", 1, 6), [("X", "maximum", 6, 6)]),
        # the maximum over 48 h follows from the limit alone
        (("X", "maximum", 0.0833, 0.0833),
         [("X", "detected", 0.0833, 0.0833), ("X", "decreasing", 0.0833, 12),
          ("X", "absent", 12, 48)]),
    ],
)  # fmt: skip
def test_a_row_that_follows_from_others_is_named_with_them(row, others):
    lines = said(row, *others)

    text = Statement(*row[:4], "", *row[4:]).text
    given = " and ".join(f"'{Statement(*o[:4], '', *o[4:]).text}'" for o in others)
    assert f"'{text}' follows from {given}, {TWICE}" in lines


@pytest.mark.parametrize(
    "rows",
    [
        [("X", "maximum", 0.0833, 0.0833), ("X", "decreasing", 0.0833, 12)],
        [("X", "detected", 1, 1), ("X", "abundant", 1, 1)],
        [("X", "detected", 6, 6), ("X", "increasing", 1, 6)],
        [("X", "absent", 6, 6), ("X", "unmentioned", 0.0833, 48)],
        [("X", "abundant", 1, 1), ("X", "abundant", 1, 1, "", (), 0.5)],
        [("X", "detected", 1, 1), ("Y", "detected", 1, 1)],
        [("X", "maximum", 1, 6), ("X", "decreasing", 6, 48)],
    ],
)
def test_rows_that_do_not_follow_are_left_alone(rows):
    assert said(*rows) == []


def test_a_row_that_follows_within_its_sentence_counts_once_and_is_said_to():
    lines = said(("X", "maximum", 0.0833, 0.0833, "s"), (*FALL, "s"))

    assert lines == [
        "'X maximum at 5 min' follows from 'X decreasing from 5 min to 48 h', in its own sentence: "
        "it adds nothing there"
    ]


def test_sentences_that_repeat_one_another_are_named_once():
    lines = said(
        ("X", "absent", 1, 6, "early"),
        ("Y", "detected", 1, 1, "early"),
        ("Y", "detected", 1, 1, "again"),
        ("X", "absent", 1, 1, "again"),
        ("X", "absent", 6, 6, "again"),
    )

    assert lines == ["sentences 'early' and 'again' repeat one another; keep one"]


def test_two_interpretations_say_nothing_twice():
    two = (Interpretation("A", "", 0.5), Interpretation("B", "", 0.5))
    rows = [("X", "maximum", 1, 1, "s", ("A",)), ("X", "decreasing", 1, 48, "s", ("B",))]

    assert said(*rows, interpretations=two) == []


def any_claim(rng):
    """A claim about four times."""
    at, share = int(rng.integers(4)), float(rng.choice([0.3, 0.7]))
    pair = (at % 3, at % 3 + 1)
    return [
        Claim(rises=frozenset([pair])),
        Claim(rises=frozenset([pair[::-1]])),
        Claim(largest=frozenset([at])),
        Claim(largest=frozenset({at, (at + 1) % 4})),
        Claim(detected=frozenset([at])),
        Claim(absent=frozenset([at])),
        Claim(near=frozenset([(at, share)])),
        Claim(small=frozenset([(at, share)])),
        Claim(minor=frozenset([(at, share)])),
    ][rng.integers(9)]


def holds(claim, signals):
    """Whether a claim holds of each of many signals, shape (N, 4); the limit and spectrum are 1."""
    largest = signals.max(axis=1)
    found = np.ones(len(signals), dtype=bool)
    for low, high in claim.rises:
        found &= signals[:, low] < signals[:, high]
    if claim.largest is not None:
        found &= np.isin(signals.argmax(axis=1), list(claim.largest))
    for t in claim.detected:
        found &= signals[:, t] > 1
    for t in claim.absent:
        found &= signals[:, t] < 1
    for t, share in claim.near:
        found &= signals[:, t] >= share * largest
    for t, share in claim.small:
        found &= signals[:, t] <= share * largest
    for t, share in claim.minor:
        found &= signals[:, t] <= share
    return found


def test_what_is_called_implied_never_fails_where_the_others_hold():
    rng = np.random.default_rng(4)
    signals = np.exp(rng.normal(0, 1, (4000, 4)))
    implications = 0
    for _ in range(1500):
        claim, given = any_claim(rng), [any_claim(rng) for _ in range(3)]
        if implied(claim, given, 4):
            implications += 1
            kept = signals[np.all([holds(one, signals) for one in given], axis=0)]
            assert holds(claim, kept).all()

    assert implications > 150
