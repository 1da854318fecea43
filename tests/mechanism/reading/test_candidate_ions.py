"""The table [candidate_ions]: what it may hold, and the one line where it may not."""

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.reading.system import read_system

MODEL = """
[species]
Dy = "Dy"
L = "L"
A = "2Dy L"
[reactions]
make = "2 Dy + L -> A ; k"
[chemistry]
Dy = { charge = 3 }
L = { formula = "C29H19N5O4", charge = -2 }
"""


def rules(tmp_path, lines, model=MODEL):
    path = tmp_path / "model.toml"
    path.write_text(f"{model}\n[candidate_ions]\n{lines}", encoding="utf-8")
    return read_system(path).ion_rules


def test_a_model_without_the_table_has_no_rules(tmp_path):
    path = tmp_path / "model.toml"
    path.write_text(MODEL.partition("[chemistry]")[0], encoding="utf-8")

    assert read_system(path).ion_rules is None


def test_parts_have_the_charges_of_groups_or_those_written(tmp_path):
    found = rules(
        tmp_path,
        'charges = [2, 1]\nanions = { OAc = 4, "[C6H2N3O7]-" = 1, O = 2 }\n'
        'solvents = { DMF = 3 }\nadducts = { "Na+" = 1 }\nother_cores = { Dy = 4, L = 1 }',
    )

    charges = {one.text: (one.kind, one.charge, one.most) for one in found.parts}
    assert charges == {
        "OAc": ("anion", -1, 4),
        "C6H2N3O7": ("anion", -1, 1),
        "O": ("anion", -2, 2),
        "DMF": ("solvent", 0, 3),
        "Na": ("adduct", 1, 1),
    }
    assert dict(found.parts[0].atoms) == {"C": 2, "H": 3, "O": 2}
    assert found.charges == (2, 1)
    assert found.most_solvent == 8
    assert found.other_cores == {"Dy": 4, "L": 1}
    assert found.block_charges == {"Dy": 3, "L": -2}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("anions = { OAc = 4 }", "charges: write those to look for, as [1, 2]"),
        ("charges = [1, -1]", "charges 1 and -1 are of both signs; a spectrum has one"),
        ("charges = [0]", "charges: write those to look for"),
        ("charges = [1]\nanions = { C6H2N3O7 = 1 }", "the charge of 'C6H2N3O7' is not known"),
        ("charges = [1]\nanions = { DMF = 1 }", "'DMF' has the charge +0, and that of anions is"),
        ("charges = [1]\nsolvents = { OAc = 1 }", "'OAc' has the charge -1, and that of solvents"),
        ("charges = [1]\nsolvents = { DMF = 90 }", "DMF = '90' is not a whole number from 0 to 60"),
        ("charges = [1]\nsolvents = { L = 1 }", "'L' holds the building block 'L'; leave it out"),
        ("charges = [1]\nsolvent = { DMF = 1 }", "did you mean 'solvents'?"),
        ("charges = [1]\nother_cores = { Dy = 4 }", "other_cores: has no number for 'L'; add one"),
        ("charges = [1]\nanions = 3", "anions: write a table"),
    ],
)
def test_faults_are_one_line(tmp_path, lines, told):
    with pytest.raises(InputError) as fault:
        rules(tmp_path, lines)

    assert told in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_block_without_a_formula_is_named(tmp_path):
    with pytest.raises(InputError, match="the ions of 'L' are not known; write below"):
        rules(tmp_path, "charges = [1]", MODEL.replace('formula = "C29H19N5O4", ', ""))
