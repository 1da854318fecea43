"""What charge formulas come to, by hand and on ions that are written with their charge."""

import pytest
from published_ions import IONS

from assemblysim.mechanism.ions.abbreviations import GROUPS
from assemblysim.mechanism.ions.chemical_formula import FormulaReader, Piece
from assemblysim.mechanism.ions.ion import read_ion
from assemblysim.mechanism.ions.oxidation import (
    charge_sum,
    group_charge,
    largest_coordination,
    piece_charge,
)

READER = FormulaReader({"Dy": "Dy", "L1": "C29H33N7O4", "L2": "C29H19N5O4", "Q": ""})
CHARGES = {"Dy": 3, "L1": -2, "L2": -2}


def summed(text):
    found = charge_sum(text, READER, CHARGES)
    return found.charge, found.unknown


@pytest.mark.parametrize(("_system", "_core", "ion", "charge", "_mz"), IONS)
def test_published_ions_fit_their_charge(_system, _core, ion, charge, _mz):
    assert summed(ion) == (charge, ())


@pytest.mark.parametrize(
    ("text", "charge"),
    [
        ("[Dy6(L1)2(O)4(OAc)6(H2O)4]", 0),
        # By hand: 6 Dy(3+), 2 L(2-), 4 O(2-), 4 OAc(-), 4 OMe(-): 18 - 4 - 8 - 4 - 4.
        ("[Dy6(L2)2(O)4(OAc)4(CH3O)4(H2O)4]·3CH3OH", -2),
        ("Zn4O(OAc)6", 0),
        ("Gd(acac)3(H2O)2", 0),
        ("Dy(OD)3(D2O)", 0),
        ("Gd(NO3)3·6H2O", 0),
        ("(NH4)2(SO4)", 0),
        ("Zn(SO4)(CH3CN)2", 0),
        ("Na2(C2O4)", 0),
        ("H2L1", 0),
        ("[{Zn(en)}2(OH)]", 3),
        ("Dy(O[13C]OCH3)3", None),
        ("[Dy(DMF)(MeOH)(py)(bpy)(THF)(DMSO)]", 3),
    ],
)
def test_formulas_come_to_the_charge_that_is_counted_by_hand(text, charge):
    total, unknown = summed(text)

    assert (total == charge and not unknown) if charge is not None else unknown


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Pd(OAc)2", ("Pd",)),  # Pd is 1+ to 4+
        ("Dy(O2)(OH)", ("O2",)),  # oxide twice, or peroxide
        ("Dy2(Q)(OH)3", ("Q",)),
        ("ZnC2O4", ("C",)),  # no bracket says that this is oxalate
        ("PdMe2", ("Pd", "Me")),  # methyl on a metal is no Me+
    ],
)
def test_what_is_not_known_is_named(text, unknown):
    assert summed(text)[1] == unknown


OWN_CHARGE = """NO3- OAc- [BF4]- [PF6]- [NH4]+ OH- [SO4]2- [PO4]3- H2O acac- [HNEt3]+ OTf- MeO-
    ClO4- [HCO3]- [N3]- PhO- Na+ Cl- [H3O]+"""


@pytest.mark.parametrize("text", OWN_CHARGE.split())
def test_ions_with_a_charge_of_their_own_have_it(text):
    ion = read_ion(text, FormulaReader())

    assert group_charge(frozenset(ion.formula.parts)) == ion.charge


def test_abbreviations_of_ligands_have_a_charge_but_alkyl_and_aryl_have_none():
    reader = FormulaReader()
    known = {name: group_charge(frozenset(reader.read(name).parts)) for name in GROUPS}

    alkyls = {"Me", "Et", "nPr", "iPr", "nBu", "iBu", "sBu", "tBu", "Bu", "Cy", "Ph", "Bn"}
    assert {name for name, charge in known.items() if charge is None} == alkyls


def test_pieces_are_what_stands_between_the_outermost_brackets():
    assert READER.pieces("Dy3(L1)(OH)6·4H2O") == (
        Piece("Dy", 3, bracketed=False),
        Piece("L1", 1, bracketed=True),
        Piece("OH", 6, bracketed=True),
        Piece("H2O", 4, bracketed=True, apart=True),
    )
    assert READER.pieces("[13C]2H6")[0] == Piece("13C", 2, bracketed=False)
    assert READER.pieces("2[Dy(OH)]") == (Piece("Dy(OH)", 2, bracketed=True),)
    assert piece_charge(Piece("L1", 1, bracketed=True), READER, CHARGES) == -2
    assert piece_charge(Piece("Dy(L1)", 1, bracketed=True), READER, CHARGES) is None


def test_shannons_largest_coordination_numbers():
    found = largest_coordination()

    assert (found["Dy", 3], found["La", 3], found["Zn", 2], found["Pd", 2]) == (9, 12, 8, 6)
