"""The tables [labelled] and [labelled_constants]: what they say, and what is refused."""

import pytest
from sample_networks import HNP_DY6

from assemblysim.errors import InputError
from assemblysim.mechanism.labelled.forms import Labels, read_labels

CONSTANTS = HNP_DY6.rate_constant_names


def read(labelled, constants=()):
    return read_labels(labelled, dict(constants), HNP_DY6.species, CONSTANTS)


def test_the_first_form_is_the_block_itself():
    labels = read({"Dy": ["Gd", "Y"], "L": "Ld"})

    assert labels.forms == (("Dy", ("Dy", "Gd", "Y")), ("L", ("L", "Ld")))
    assert labels.forms_of("L") == ("L", "Ld")
    assert Labels(()).forms_of("X") == ("X",)


def test_a_changed_constant_asks_each_pattern_for_a_molecule_of_its_own():
    labels = read(
        {"Dy": "Gd"},
        {"k_dimerise": {"Gd3L + Gd3L": "k_like", "Gd*L": "k_any"}, "k_grow": {"* -> Gd2*": "k_g"}},
    )

    def changed(constant, reactants, products=()):
        found = labels.change_of(constant, reactants, products)
        return found and found.changed

    assert changed("k_dimerise", ["Gd3L", "Gd3L"]) == "k_like"
    assert changed("k_dimerise", ["Dy3L", "Gd3L"]) == "k_any"
    assert changed("k_dimerise", ["Dy3L", "Dy3L"]) is None
    assert changed("k_grow", ["DyGdL", "Gd"], ["Gd2DyL"]) == "k_g"
    assert changed("k_grow", ["DyGdL", "Gd"], ["Gd3L"]) is None
    assert changed("k_close", ["Gd3L", "Gd3L"]) is None


@pytest.mark.parametrize(
    ("labelled", "constants", "line"),
    [
        (
            {"D": "Gd"},
            {},
            "[labelled]: unknown building block 'D'; did you mean 'Dy'?",
        ),
        (
            {"Dy": "L"},
            {},
            "[labelled]: Dy: 'L' is a block, a species or a form already; give the form another "
            "name",
        ),
        (
            {"Dy": "Gd", "L": "Gd"},
            {},
            "[labelled]: L: 'Gd' is a block, a species or a form already; give the form another "
            "name",
        ),
        ({"Dy": "k_grow"}, {}, "[labelled]: Dy: 'k_grow' is a rate constant; rename one of them"),
        (
            {"Dy": []},
            {},
            '[labelled]: Dy: no labelled form is listed; write them as Dy = "Gd" or '
            'Dy = ["Gd", "Y"], or take the line out',
        ),
        (
            {"Dy": 64},
            {},
            '[labelled]: Dy: 64 is no name of a form; write them as Dy = "Gd" or Dy = ["Gd", "Y"]',
        ),
        (
            {"Dy": "Gd"},
            {"k_grew": {"Gd": "k"}},
            "[labelled_constants]: unknown rate constant 'k_grew'; did you mean 'k_grow'?",
        ),
        (
            {"Dy": "Gd"},
            {"k_grow": "k_grow_Gd"},
            "[labelled_constants]: k_grow: not a table of labelled reactants; write "
            'k_grow = { Gd = "k_grow_Gd" }',
        ),
        (
            {"Dy": "Gd"},
            {"k_grow": {"Gd +": "k_grow_Gd"}},
            "[labelled_constants]: k_grow: 'Gd +' cannot be read; write "
            'k_grow = { Gd = "k_grow_Gd" }',
        ),
        (
            {"Dy": "Gd"},
            {"k_grow": {"Gd": "k_close"}},
            "[labelled_constants]: k_grow: 'k_close' is a species or a constant of the mechanism; "
            "take another name",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(labelled, constants, line):
    with pytest.raises(InputError) as refusal:
        read(labelled, constants)

    assert str(refusal.value) == line
