import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Statement
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.statements.interpretations import (
    ONLY,
    Interpretation,
    covered_times,
    prior_weights,
    samples_of,
)
from assemblysim.measurement.statements.likelihood import SourceReader, statement_likelihood
from assemblysim.measurement.statements.sentences import Rates, sentences_by_interpretation

TIMES = np.array([1 / 12, 1.0, 6.0])
TWO = (Interpretation("A", "", 0.5), Interpretation("B", "", 0.5))
SAMPLES = samples_of(TIMES, TWO, {"B": np.array([1 / 6])})


RATES = Rates(0.02, 0.5)


def read(*rows, samples=SAMPLES, rates=RATES):
    return sentences_by_interpretation([Statement(*row) for row in rows], samples, rates)


def test_rows_with_one_label_are_one_sentence_and_the_others_one_each():
    found = read(
        ("A", "detected", 1, 1, "", "first"),
        ("A", "absent", 6, 6, ""),
        ("B", "detected", 6, 6, "", "first"),
    )

    assert [one.name for one in found["A"]] == ["first", "A absent at 6 h"]
    assert [len(one.rows) for one in found["B"]] == [2, 1]


def test_an_interpretation_has_the_samples_that_it_alone_knows_of():
    np.testing.assert_allclose(SAMPLES.times, [1 / 12, 1 / 6, 1, 6])
    np.testing.assert_allclose(SAMPLES.of("A"), TIMES)
    np.testing.assert_allclose(SAMPLES.of("B"), SAMPLES.times)


def test_a_sample_that_an_interpretation_does_not_know_of_says_nothing_under_it():
    """The dip at 10 min breaks the rise of B alone."""
    likelihood = statement_likelihood(
        (Statement("X", "increasing", 0.0833, 6, ""),),
        SAMPLES,
        ("X", "Y"),
        SCALES["absolute"],
        Rates(),
    )
    course = np.array([[[1.0, 1.0], [1e-6, 1.0], [10.0, 1.0], [100.0, 1.0]]])

    found = likelihood.probabilities(course, SourceReader(*np.full((3, 1), 0.1)))

    np.testing.assert_allclose(found[0, :, 0], [1.0, 0.0], atol=1e-9)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            [("X", "detected", 1, 1, "", "", ("A",))],
            "statements: 'X detected at 1 h' is said under A but not under B, and saying less is "
            "no advantage; give what B reads in its place the same label in the column 'sentence'",
        ),
        (
            [("X", "increasing", 1, 6, "", "s"), ("X", "decreasing", 1, 6, "", "s")],
            "statements: 's' contradicts itself about X, with 'X decreasing from 1 h to 6 h'; give "
            "the rows that are said apart a label each",
        ),
        (
            [("X", "at most of maximum", 0.0833, 6, "", "", (), 0.5)],
            "statements: 'X at most 50 % of its own maximum from 5 min to 6 h' contradicts itself "
            "about X, with 'X at most 50 % of its own maximum from 5 min to 6 h'; give the rows "
            "that are said apart a label each",
        ),
        (
            [("X", "unmentioned", 1, 6, "", "s"), ("Y", "absent", 1, 6, "", "s")],
            "statements: 's' is a sentence and silence at once; give rows with 'unmentioned' a "
            "label of their own",
        ),
        (
            [("X", "absent", 1, 6, "", "s", (), None, 0.1),
             ("Y", "absent", 1, 6, "", "s", (), None, 0.2)],
            "statements: 's' has error_rate 0.1 and 0.2; a sentence has one",
        ),
        (
            [("X", "absent", 1, 6, "", "s", ("A",), None, 0.1),
             ("X", "absent", 1, 6, "", "s", ("B",))],
            "statements: 's' has rate 0.1 under A and 0.02 under B; a sentence is trusted alike, "
            "however it is read",
        ),
    ],
)  # fmt: skip
def test_rows_that_do_not_go_together_are_refused(rows, fault):
    with pytest.raises(InputError) as raised:
        read(*rows)

    assert str(raised.value) == fault


def test_silence_needs_its_rate():
    with pytest.raises(InputError, match=r"state unmentioned_rate = 0\.5, for instance"):
        read(("X", "unmentioned", 1, 6, ""), rates=Rates())

    own = read(("X", "unmentioned", 1, 6, "", "", (), None, None, 0.3), rates=Rates())
    assert own["A"][0].rate == 0.3


@pytest.mark.parametrize(
    ("stated", "weights"),
    [
        ({"A": None, "B": None, "C": None}, [1 / 3] * 3),
        ({"A": 0.333, "B": 0.333, "C": 0.333}, [1 / 3] * 3),
        ({"A": 0.2, "B": 0.8}, [0.2, 0.8]),
    ],
)
def test_weights_are_equal_unless_stated(stated, weights):
    assert list(prior_weights(stated).values()) == pytest.approx(weights, rel=1e-12)


@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        (
            {"A": 0.5, "B": None},
            "1 of 2 have a weight, and 'B' has none; state the weight of each, or of none, which "
            "makes them equal",
        ),
        ({"A": 0.5, "B": 0.6}, "the weights sum to 1.1; write weights that sum to 1"),
        (
            {"A": 1.0, "B": 0.0},
            "'B': weight 0 is not between 0 and 1; leave out what is excluded",
        ),
    ],
)
def test_weights_that_do_not_go_together_are_refused(stated, fault):
    with pytest.raises(InputError) as raised:
        prior_weights(stated)

    assert str(raised.value) == fault


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(0.0833, 0.0833, [0]), (0.0833, 6, [0, 1, 2]), (0.99, 1.01, [1]), (5.95, 5.95, [2]),
     (2, 5, []), (3, 48, [2])],
)  # fmt: skip
def test_a_time_within_one_per_cent_or_a_minute_is_covered(start, end, covered):
    np.testing.assert_array_equal(covered_times(start, end, TIMES), covered)


def test_one_interpretation_is_as_good_as_none():
    rows = [("X", "detected", 1, 1, ""), ("X", "increasing", 1, 6, "", "s")]

    alone = read(*rows, samples=samples_of(TIMES, ONLY, {}))
    named = read(*rows, samples=samples_of(TIMES, (Interpretation("A"),), {}))

    assert alone[""] == named["A"]
