"""Charges in the ways in which they are written, and what would be a guess."""

import pytest
from published_ions import IONS

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import read_ion

READER = FormulaReader({"Dy": "Dy", "L": ""})
TWO_LIGANDS = FormulaReader({"Dy": "Dy", "L": "", "L1": "", "L2": ""})


@pytest.mark.parametrize(("_system", "core", "ion", "charge", "_mz"), IONS)
def test_charge_and_core_of_published_ions_are_read(_system, core, ion, charge, _mz):
    sign = "+" if charge == 1 else f"{charge}+"
    read = read_ion(ion + sign, TWO_LIGANDS)

    assert read.charge == charge
    assert read.formula.count("Dy") == int(core[2])
    assert read.formula.count("L1") + read.formula.count("L2") == (2 if core.endswith("L2") else 1)
    assert read_ion(read.text, TWO_LIGANDS) == read


def test_a_count_that_would_make_another_block_keeps_the_brackets():
    read = read_ion("[Dy6(L)2(O)4]6+", TWO_LIGANDS)

    assert read.text == "[Dy6(L)2O4]6+"
    assert read_ion(read.text, TWO_LIGANDS) == read


@pytest.mark.parametrize(
    ("text", "charge", "written"),
    [
        ("[Dy3(L)(OH)6]+", 1, "[Dy3L(OH)6]+"),
        ("[Dy3(L)(OH)6]⁺", 1, "[Dy3L(OH)6]+"),
        ("[Dy2(L)(OH)2]2+", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2]²⁺", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2]^2+", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2]^{2+}", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2](2+)", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2] 2+", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2]+2", 2, "[Dy2L(OH)2]2+"),
        ("[Dy2(L)(OH)2]++", 2, "[Dy2L(OH)2]2+"),
        ("[L](2-)", -2, "[L]2-"),
        ("[L]2−", -2, "[L]2-"),
        ("[L]²⁻", -2, "[L]2-"),
        ("Dy3+", 3, "Dy3+"),
        ("Dy+3", 3, "Dy3+"),
        ("NO3-", -1, "NO3^-"),
        ("NO3^-", -1, "NO3^-"),
        ("SO42-", -2, "SO4^2-"),
        ("SO4 2-", -2, "SO4^2-"),
        ("NH4+", 1, "NH4^+"),
        ("AcO-", -1, "OAc-"),
        ("OH–", -1, "OH-"),
        ("H+", 1, "H+"),
        ("e-", -1, "e-"),
        ("H2O", 0, "H2O"),
        ("[Dy6(L)2(O)4(OAc)6(H2O)4]", 0, "[Dy6L2O4(OAc)6(H2O)4]"),
        ("Dy(OAc)3", 0, "Dy(OAc)3"),
        ("[VO2]+", 1, "[VO2]+"),
        ("[VO]2+", 2, "[VO]2+"),
    ],
)
def test_a_charge_is_read_however_it_is_written(text, charge, written):
    read = read_ion(text, READER)

    assert (read.charge, read.text) == (charge, written)
    assert read_ion(read.text, READER) == read


@pytest.mark.parametrize("text", ["VO2+", "I3-", "O2-", "HNEt3+", "L2-", "Hg22+", "Dy(OAc)2+"])
def test_digits_that_may_count_atoms_or_charges_are_not_guessed(text):
    with pytest.raises(InputError, match="the digits before the sign may count atoms or charges"):
        read_ion(text, READER)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[Dy]+-", "ion '[Dy]+-': cannot read the charge '+-'; write it as 2+"),
        ("[Dy]2++", "ion '[Dy]2++': cannot read the charge '2++'; write it as 2+"),
        ("[Dy]0+", "ion '[Dy]0+': a charge of '0+'; at most 60 are read"),
        ("[Dy]999999+", "ion '[Dy]999999+': a charge of '999999+'; at most 60 are read"),
        ("[Dy]±", "ion '[Dy]±': '±' is no charge; write + or -"),
        ("+", "the formula is empty; write one, such as 'Dy3(L)(OH)6'"),
    ],
)
def test_a_charge_that_is_none_is_refused(text, fault):
    with pytest.raises(InputError) as refused:
        read_ion(text, READER)

    assert str(refused.value) == fault


def test_an_isotope_in_its_brackets_is_not_the_ion_in_its_own():
    labelled = read_ion("[13C]", FormulaReader())
    ion = read_ion("[[13C]H3]+", FormulaReader())

    assert (labelled.text, labelled.bracketed) == ("[13C]", False)
    assert (ion.text, ion.charge, ion.bracketed) == ("[[13C]H3]+", 1, True)
