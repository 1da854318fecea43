"""Formulas as chemists write them: what they hold, and what is refused."""

import pytest
from formula_oracle import LIGANDS, atoms
from published_ions import IONS

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader

READER = FormulaReader({"Dy": "Dy", **LIGANDS})
MASSES = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Dy": 162.5}  # of the elements
SYMBOLIC = FormulaReader({"Pd": "Pd", "L": ""})


def parts(text, reader=SYMBOLIC):
    return dict(reader.read(text).parts)


@pytest.mark.parametrize(("_system", "_core", "ion", "_charge", "_mz"), IONS)
def test_atoms_of_published_ions_agree_with_an_independent_count(_system, _core, ion, _charge, _mz):
    read = READER.read(ion)

    assert READER.atoms(read) == atoms(ion[1:-1])
    # The spelling of ours is read back as the same, and is counted alike.
    assert READER.read(read.text).parts == read.parts
    assert atoms(read.text) == atoms(ion[1:-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pd2(L)4", {"Pd": 2, "L": 4}),
        ("Pd₂L₄", {"Pd": 2, "L": 4}),
        ("[{Pd(L)2}2(NO3)3]", {"Pd": 2, "L": 4, "N": 3, "O": 9}),
        ("Dy(OAc)3·4H2O", {"Dy": 1, "OAc": 3, "H": 8, "O": 4}),
        ("Dy(CH3COO)3.4H2O", {"Dy": 1, "OAc": 3, "H": 8, "O": 4}),
        ("Dy(O2CCH3)3 • 4 H2O", {"Dy": 1, "OAc": 3, "H": 8, "O": 4}),
        ("Pd(AcO)2(HOAc)", {"Pd": 1, "OAc": 3, "H": 1}),
        ("Pd(OMe)(MeO)(CH3O)(OCH3)", {"Pd": 1, "O": 4, "Me": 4}),
        ("Pd(CH3OH)(MeOH)(HOMe)", {"Pd": 1, "O": 3, "Me": 3, "H": 3}),
        ("Pd(CH3CN)2(MeCN)(NCMe)", {"Pd": 1, "Me": 4, "C": 4, "N": 4}),
        ("Pd(dmf)(DMF)((CH3)2NCHO)", {"Pd": 1, "DMF": 3}),
        ("Pd(en)2(py)(bipy)(bpy)(acac)", {"Pd": 1, "en": 2, "py": 1, "bpy": 2, "acac": 1}),
        ("PdEt2(PPh3)", {"Pd": 1, "Et": 2, "P": 1, "Ph": 3}),
        ("Cp*2Fe", {"Cp*": 2, "Fe": 1}),
        ("N(iPr)2Et", {"N": 1, "iPr": 2, "Et": 1}),
        ("H2L", {"H": 2, "L": 1}),
        ("CO", {"C": 1, "O": 1}),
        ("Co", {"Co": 1}),
        ("((((Pd))))", {"Pd": 1}),
    ],
)
def test_notations_of_coordination_chemistry_are_read(text, expected):
    assert parts(text) == expected


def test_a_ligand_written_out_in_brackets_is_the_building_block():
    assert parts("Dy3(C29H19N5O4)(OH)6", READER) == {"Dy": 3, "L2": 1, "O": 6, "H": 6}


def test_a_block_of_one_element_is_read_by_its_symbol():
    assert parts("Pd2(L)4", FormulaReader({"M": "Pd", "L": ""})) == {"M": 2, "L": 4}


def test_a_block_comes_before_an_abbreviation():
    assert parts("Pd(py)4(CH3CN)", FormulaReader({"py": "C5H5N"}))["py"] == 4
    assert parts("Pd(C5H5N)", FormulaReader({"py": "C5H5N"})) == {"Pd": 1, "py": 1}


def test_atoms_of_a_symbolic_ligand_are_not_known():
    assert SYMBOLIC.atoms(SYMBOLIC.read("Pd2L4")) is None
    assert SYMBOLIC.atoms(SYMBOLIC.read("Pd(OAc)2")) == {"Pd": 1, "C": 4, "H": 6, "O": 4}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pd(L)2(CH3COO)", "PdL2(OAc)"),
        ("Pd(O)4", "PdO4"),
        ("Pd(CH3O)2", "Pd(OMe)2"),
        ("Pd(C2H5OH)", "Pd(EtOH)"),
    ],
)
def test_a_formula_has_one_spelling(text, expected):
    assert SYMBOLIC.read(text).text == expected


def test_a_block_whose_name_ends_in_a_digit_keeps_its_brackets():
    assert READER.read("Dy(L1)2").text == "Dy(L1)2"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the formula is empty; write one, such as 'Dy3(L)(OH)6'"),
        ("Pd(OH", "formula 'Pd(OH': a bracket is left open; add ')'"),
        ("Pd(OH]", "formula 'Pd(OH]': ']' closes no bracket; mend the pairs"),
        ("Pd)", "formula 'Pd)': ')' closes no bracket; mend the pairs"),
        ("Pd()2", "formula 'Pd()2': nothing stands where a symbol is due"),
        ("Pd0", "formula 'Pd0': the count '0' is not between 1 and 100000"),
        ("Pd9999999", "formula 'Pd9999999': the count '9999999' is not between 1 and 100000"),
        (
            "(Pd99999)99999",
            "formula '(Pd99999)99999': holds Pd 9999800001 times; at most 100000 are read",
        ),
        ("Pd·", "formula 'Pd·': nothing stands where a symbol is due"),
        ("H" * 400, "the formula has 400 characters; at most 300 are read"),
        (
            "PdQ2",
            "formula 'PdQ2': cannot read 'PdQ2'; write elements, building blocks of the model and "
            "known abbreviations, as Dy3(L)(OH)6",
        ),
        (
            "NiPr2",
            "formula 'NiPr2': 'NiPr2' can be read in two ways; put alkyl groups in brackets, as "
            "N(iPr)2 or Sn(Bu)3",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(text, fault):
    with pytest.raises(InputError) as refused:
        SYMBOLIC.read(text)

    assert str(refused.value) == fault


def test_deep_brackets_are_refused():
    with pytest.raises(InputError, match="more than 20 brackets are nested"):
        SYMBOLIC.read("(" * 30 + "Pd" + ")" * 30)


# Formula's mean m/z less the published one, where they differ by more than 2.5: so it was printed.
OFF = {
    "[Dy3(L1)(OH)6(CH3OH)2(H2O)2]": -31.9,
    "[Dy3(L2)(OH)6(DMF)(CH3OH)4(H2O)2]": -119.9,
    "[Dy5(L2)2(O)4(OH)2(CH3OH)(H2O)]": -4.4,
    "[Dy5(L2)2(O)4(OH)2]": -6.4,
    "[Dy6(L1)2(O)4(CH3COO)2(OH)2(CH3OH)2(H2O)2]": 8.1,
    "[Dy2(L2)(OH)3(DMF)2(CH3OH)(H2O)]": 2.6,
}


def test_masses_of_published_formulas_are_the_published_ones_but_for_six():
    off = {}
    for _, _, ion, charge, mz in IONS:
        held = READER.atoms(READER.read(ion))
        mass = sum(MASSES[element] * n for element, n in held.items()) / charge
        if abs(mass - mz) > 2.5:
            off[ion] = round(mass - mz, 1)

    assert off == OFF


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("[13C]6H6", {"13C": 6, "H": 6}, "[13C]6H6"),
        ("[13C6]H6", {"13C": 6, "H": 6}, "[13C]6H6"),
        ("Pd([15N]H3)2", {"Pd": 1, "15N": 2, "H": 6}, "Pd([15N]H3)2"),
        ("[[161Dy]2(L)]", {"161Dy": 2, "L": 1}, "([161Dy]2L)"),
        ("[2H]2O", {"D": 2, "O": 1}, "D2O"),
        ("[13C]", {"13C": 1}, "[13C]"),
        ("[Pd2](L)", {"Pd": 2, "L": 1}, "(Pd2)L"),
    ],
)
def test_isotopes_are_read_in_square_brackets(text, expected, shown):
    read = SYMBOLIC.read(text)

    assert dict(read.parts) == expected
    assert read.text == shown
    assert SYMBOLIC.read(shown).parts == read.parts


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "[14C]H4",
            "formula '[14C]H4': the table of isotopes has no 14C; mend the mass number, or write "
            "14 atoms as C14",
        ),
        ("[13C6]2", "formula '[13C6]2': '[13C6]2' has two counts; write one"),
    ],
)
def test_isotopes_that_cannot_be_meant_are_refused(text, fault):
    with pytest.raises(InputError) as refused:
        SYMBOLIC.read(text)

    assert str(refused.value) == fault
