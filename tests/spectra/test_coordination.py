"""Donor atoms that a formula brings, and those that its metals can hold."""

import pytest

from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.coordination import coordination_of, metal_of

READER = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4", "M": "Zn"})
CHARGES = {"Dy": 3, "L": -2}


@pytest.mark.parametrize(
    ("text", "donors", "most"),
    [
        ("[Dy2(L)(OH)2(DMF)8(CH3OH)6(H2O)4]", 21, 18),  # 9 each, by Shannon
        ("[Dy(acac)3(H2O)2]", 8, 9),
        ("Dy(OAc)3·4H2O", 3, 9),
        ("[{Dy(bpy)2}2(OH)2]", 10, 18),
        ("Na[Dy(OH)4]", 4, 21),
        ("[M(terpy)Cl2]", 5, 8),
        ("[Og(H2O)2]", 2, None),
        ("H2L", 1, None),
        ("[La(H2O)9]", 9, 12),
    ],
)
def test_donors_and_places(text, donors, most):
    found = coordination_of(text, READER, CHARGES)

    assert (found.donors, found.most) == (donors, most)


def test_a_metal_is_a_block_of_one_metal_or_an_element():
    found = {symbol: metal_of(symbol, READER) for symbol in ("Dy", "M", "L", "O", "161Dy", "OAc")}

    assert found == {"Dy": "Dy", "M": "Zn", "L": "", "O": "", "161Dy": "Dy", "OAc": ""}
