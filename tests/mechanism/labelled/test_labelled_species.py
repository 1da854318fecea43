"""Labelled species: how many there are, what they hold and what they are called."""

import itertools
import math

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.labelled.forms import Labels
from assemblysim.mechanism.labelled.labelled_species import (
    count_forms,
    labelled_forms,
    refuse_alike_names,
)
from assemblysim.mechanism.network.network import Species

DY6L2 = Species("Dy6L2", (("Dy", 6), ("L", 2)))
TWO = Labels((("Dy", ("Dy", "Gd")), ("L", ("L", "Ld"))))


@pytest.mark.parametrize("forms", [1, 2, 3, 4])
@pytest.mark.parametrize("count", [1, 2, 6])
def test_numbers_of_labelled_species_equal_closed_forms(forms, count):
    names = tuple(f"M{'abcd'[i]}" for i in range(forms))
    species = Species("X", (("Ma", count), ("L", 2)))
    labels = Labels((("Ma", names),))
    # Every way to colour the single blocks, those alike taken once: the definition itself.
    coloured = {tuple(sorted(c)) for c in itertools.product(range(forms), repeat=count)}

    assert len(labelled_forms(species, labels)) == len(coloured)
    assert count_forms(species, labels) == math.comb(count + forms - 1, count) == len(coloured)


def test_names_follow_the_formula_and_the_core_keeps_its_own():
    names = [one.name for one in labelled_forms(DY6L2, Labels(TWO.forms[:1]))]

    assert names == ["Dy6L2", "Dy5GdL2", "Dy4Gd2L2", "Dy3Gd3L2", "Dy2Gd4L2", "DyGd5L2", "Gd6L2"]


def test_compositions_hold_the_forms():
    found = {one.name: one.composition for one in labelled_forms(DY6L2, TWO)}

    assert len(found) == 21
    assert found["Dy4Gd2LLd"] == (("Dy", 4), ("Gd", 2), ("L", 1), ("Ld", 1))
    assert found["Gd6Ld2"] == (("Gd", 6), ("Ld", 2))
    assert found["Dy6L2"] == DY6L2.composition


@pytest.mark.parametrize(
    ("species", "names"),
    [
        (Species("dimer", (("Dy", 2),)), ["dimer", "dimer_Gd", "dimer_Gd2"]),
        (Species("M", (("Dy", 1),)), ["M", "M_Gd"]),
        (Species("LDyL_cis", (("Dy", 1), ("L", 2))), ["LDyL_cis", "GdL2_cis"]),
        (Species("acid", ()), ["acid"]),
        (Species("L", (("L", 1),)), ["L"]),
        # The name says 2 Dy, the composition 3: no formula to change.
        (Species("Dy2", (("Dy", 3),)), ["Dy2", "Dy2_Gd", "Dy2_Gd2", "Dy2_Gd3"]),
    ],
)
def test_names_that_are_no_formulas_get_what_was_put_in(species, names):
    assert [one.name for one in labelled_forms(species, Labels(TWO.forms[:1]))] == names


def test_names_that_would_be_alike_are_refused():
    isomers = (Species("DyL", (("Dy", 1), ("L", 1))), Species("LDy", (("Dy", 1), ("L", 1))))
    every = [one for each in isomers for one in labelled_forms(each, TWO)]

    with pytest.raises(InputError, match="labelled forms of DyL and of LDy would both be called"):
        refuse_alike_names(every, [])
    with pytest.raises(InputError, match="a rate constant would both be called 'GdL'"):
        refuse_alike_names(every[:3], ["GdL"])
    long = labelled_forms(Species("x" * 59, (("Dy", 2),)), TWO)
    with pytest.raises(InputError, match="at most 60"):
        refuse_alike_names(long, [])
