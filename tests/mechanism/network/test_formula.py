"""Compositions: read as written, refused where they could mean two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.formula import parse_composition, write_composition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5Dy 2L", (("Dy", 5), ("L", 2))),
        ("5 Dy  2 L", (("Dy", 5), ("L", 2))),
        (" Dy\tL ", (("Dy", 1), ("L", 1))),
        ("C10H16", (("C10H16", 1),)),
        ("007Dy", (("Dy", 7),)),
        ("", ()),
        ("  ", ()),
    ],
)
def test_a_composition_is_counts_and_building_blocks(text, expected):
    assert parse_composition(text) == expected


def test_a_formula_is_not_taken_apart():
    assert parse_composition("Dy6L2") == (("Dy6L2", 1),)


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z][a-z]?_?[0-9]?", fullmatch=True), st.integers(1, 99_999), max_size=5
    )
)
def test_a_written_composition_reads_back(blocks):
    text = " ".join(f"{count}{block}" for block, count in blocks.items())

    assert dict(parse_composition(text)) == blocks


def test_a_composition_is_written_with_plus_signs():
    assert write_composition((("Dy", 6), ("L", 2))) == "6 Dy + 2 L"
    assert write_composition(()) == "nothing"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "5Dy + 2L",
            "composition '5Dy + 2L': cannot read '+ 2L'; "
            "write counts and building blocks with spaces between, such as '5Dy 2L'",
        ),
        (
            "2.5Dy",
            "composition '2.5Dy': cannot read '2.5Dy'; "
            "write counts and building blocks with spaces between, such as '5Dy 2L'",
        ),
        (
            "-1 Dy",
            "composition '-1 Dy': cannot read '-1 Dy'; "
            "write counts and building blocks with spaces between, such as '5Dy 2L'",
        ),
        ("2Dy Dy", "composition '2Dy Dy': 'Dy' is named twice; write one count for it"),
        ("0Dy L", "building block 'Dy' has the count 0; leave it out"),
        (
            "100001Dy",
            "building block 'Dy' has the count '100001'; at most 100000 are accepted",
        ),
    ],
)
def test_an_unclear_composition_is_refused(text, message):
    with pytest.raises(InputError) as fault:
        parse_composition(text)

    assert str(fault.value) == message


def test_a_count_of_five_thousand_digits_is_refused_in_one_short_line():
    with pytest.raises(InputError) as fault:
        parse_composition("9" * 5000 + "Dy")

    assert len(str(fault.value)) < 150
