"""The table of abbreviations is consistent: no name means two things."""

import re

from assemblysim.mechanism.ions.abbreviations import ELEMENTS, GROUPS, SAME_GROUP, WRITTEN_OUT
from assemblysim.mechanism.ions.chemical_formula import FormulaReader

# Sum formulas from the compounds' own, by hand: C7H7SO3H less H, and so on.
KNOWN = {"OAc": 59.04, "OTf": 149.07, "OTs": 171.19, "acac": 99.11, "DMF": 73.09, "py": 79.10}
KNOWN |= {"DMSO": 78.13, "bpy": 156.19, "phen": 180.21, "terpy": 233.27, "dppe": 398.43}
KNOWN |= {"salen": 266.30, "hfac": 207.05, "tta": 221.17, "Cp*": 135.23, "THF": 72.11, "en": 60.10}
KNOWN |= {"OPiv": 101.12, "OBz": 121.11, "OTFA": 113.02, "dbm": 223.25, "thd": 183.27, "DMA": 87.12}
KNOWN |= {"dien": 103.17, "trien": 146.24, "tren": 146.24, "tmeda": 116.21, "edta": 288.21}
KNOWN |= {"ox": 88.02, "cod": 108.18, "dppp": 412.45, "Me": 15.03, "Et": 29.06, "Ph": 77.11}
KNOWN |= {"nPr": 43.09, "iPr": 43.09, "Bn": 91.13, "Cy": 83.15, "Cp": 65.09}
KNOWN |= dict.fromkeys(("Bu", "nBu", "iBu", "sBu", "tBu"), 57.12)
MASSES = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998, "P": 30.974, "S": 32.06}


def test_there_are_118_elements_and_two_isotopes():
    assert len(ELEMENTS) == 120


def test_no_group_is_called_like_an_element_and_every_other_name_leads_to_a_group():
    assert not set(GROUPS) & ELEMENTS
    assert not set(SAME_GROUP) & (ELEMENTS | set(GROUPS))
    assert set(SAME_GROUP.values()) <= set(GROUPS)


def test_groups_have_their_molar_masses():
    mass = {
        name: sum(MASSES[e] * int(n or 1) for e, n in re.findall(r"([A-Z][a-z]?)(\d*)", formula))
        for name, formula in GROUPS.items()
    }

    assert set(KNOWN) == set(GROUPS)
    assert {n: m for n, m in mass.items() if abs(m - KNOWN[n]) > 0.03} == {}


def test_what_is_written_out_has_the_atoms_of_its_abbreviation():
    reader = FormulaReader()
    for written, name in WRITTEN_OUT.items():
        # In front of a metal nothing is taken as a whole.
        plain = reader.atoms(reader.read("Pd" + written))
        short = reader.atoms(reader.read("Pd" + name))
        assert plain == short, written
