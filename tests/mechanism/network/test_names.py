import pytest

from assemblysim.errors import InputError
from assemblysim.language import LONGEST
from assemblysim.mechanism.network.names import check_label, check_name


@pytest.mark.parametrize("name", ["A", "Dy6L2", "k_grow", "x" * LONGEST])
def test_a_letter_then_letters_digits_and_underscores_are_a_name(name):
    check_name("species", name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("2L", "species '2L' is not a name: a letter first"),
        ("A-B", "is not a name"),
        ("Ä", "is not a name"),
        ("", "is not a name"),
        ("x" * (LONGEST + 1), "has 61 characters; at most 60"),
        ("exp", "species 'exp' has the name of a function; take another name"),
        ("t", "species 't' has the name of the time in rate laws; take another name"),
    ],
)
def test_what_could_be_a_number_or_a_function_is_no_name(name, fault):
    with pytest.raises(InputError) as refused:
        check_name("species", name)

    assert fault in str(refused.value)


def test_a_label_may_begin_with_a_digit_and_hold_hyphens_but_names_a_folder():
    check_label("mechanism", "2nd-order")
    for label in ("a b", "a/b", "..", "", "-a", "x" * (LONGEST + 1)):
        with pytest.raises(InputError, match="mechanism"):
            check_label("mechanism", label)
