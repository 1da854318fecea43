import pytest

from assemblysim.language import (
    LONGEST,
    capital,
    counted,
    either,
    listed,
    number_words,
    quoted,
    time_label,
)


@pytest.mark.parametrize(
    ("names", "words", "choice"),
    [
        ((), "", ""),
        (("a",), "a", "a"),
        (("a", "b"), "a and b", "a or b"),
        (("a", "b", "c"), "a, b and c", "a, b or c"),
    ],
)
def test_names_are_joined_as_in_a_sentence(names, words, choice):
    assert listed(iter(names)) == words
    assert either(iter(names)) == choice


def test_text_of_users_stays_on_one_line_and_is_shortened():
    assert quoted("a\n  b\tc") == "'a b c'"
    assert quoted("a\x07") == "'a?'"
    assert quoted("x" * LONGEST) == f"'{'x' * LONGEST}'"
    assert quoted("x" * 500) == f"'{'x' * (LONGEST - 1)}…'"


def test_a_count_has_its_noun_in_the_right_number():
    assert counted(1, "statement") == "1 statement"
    assert counted(0, "statement") == "0 statements"
    assert counted(2, "optimum", "optima") == "2 optima"


def test_a_sentence_begins_with_a_capital_and_keeps_the_rest():
    assert capital("an NMR tube") == "An NMR tube"
    assert capital("k_grow differs") == "k_grow differs"  # a capital K is an equilibrium constant
    assert capital("") == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (0.25, "0.25"),
        (9999.4, "9999"),
        (1e4, "1e4"),
        (2.5e6, "2.5e6"),
        (1.234567e-4, "1.235e-4"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_have_four_digits_and_short_exponents(value, words):
    assert number_words(value) == words
    assert number_words(-value) in (f"-{words}", words)


@pytest.mark.parametrize(
    ("hours", "words"), [(1 / 12, "5 min"), (0.5, "30 min"), (0.123, "0.123 h"), (36.0, "36 h")]
)
def test_times_below_an_hour_are_in_whole_minutes_where_they_are_whole(hours, words):
    assert time_label(hours) == words
