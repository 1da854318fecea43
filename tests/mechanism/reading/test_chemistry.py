"""The tables [ions] and [chemistry]: what they may hold, and the one line where they may not."""

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
"""


def chemistry(tmp_path, tables, model=MODEL):
    path = tmp_path / "model.toml"
    path.write_text(model + tables, encoding="utf-8")
    return read_system(path).chemistry


def test_a_model_without_ions_has_no_chemistry(tmp_path):
    assert chemistry(tmp_path, "") is None


def test_the_first_ion_counts_and_free_blocks_are_assumed_by_their_charge(tmp_path):
    found = chemistry(
        tmp_path,
        '[ions]\nA = ["[Dy2(L)(OH)2]2+", "[Dy2(L)(OH)3]+"]\n'
        "[chemistry]\nDy = { charge = 3 }\nL = { charge = -2 }",
    )

    assert found.form("A").text == "[Dy2L(OH)2]2+"
    assert {name: ion.text for name, ion in found.assumed.items()} == {
        "Dy": "Dy(OAc)3",
        "L": "H2L",
    }


@pytest.mark.parametrize(
    ("chemistry_lines", "expected"),
    [
        ("Dy = { charge = 3 }", {"Dy": "Dy(OAc)3"}),
        ("L = { charge = 0 }", {"L": "L"}),
        ("L = { charge = -1 }", {"L": "HL"}),
        ('Dy = { charge = 2 }\nco_reactants = ["NO3-", "OH-", "H2O"]', {"Dy": "Dy(NO3)2"}),
        ('Dy = { charge = 2 }\nco_reactants = ["OH-", "H2O"]', {"Dy": "[Dy]2+"}),
        ('Dy = { charge = 1 }\nco_reactants = ["Cl-"]', {"Dy": "DyCl"}),
        ('L = { formula = "C2H6" }', {}),
    ],
)
def test_assumed_forms_follow_charges_and_co_reactants(tmp_path, chemistry_lines, expected):
    found = chemistry(tmp_path, f'[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\n{chemistry_lines}')

    assert {name: ion.text for name, ion in found.assumed.items()} == expected


def test_an_ion_that_is_stated_is_not_assumed(tmp_path):
    found = chemistry(
        tmp_path,
        '[ions]\nDy = "[Dy(H2O)8]3+"\nA = "[Dy2(L)]2+"\n[chemistry]\nDy = { charge = 3 }',
    )

    assert found.assumed == {}
    assert found.form("Dy").text == "[Dy(H2O)8]3+"


def test_a_block_may_be_called_like_an_element(tmp_path):
    """The block comes first; carbon that is meant is then counted as the block, and refused."""
    model = MODEL.replace('L = "L"', 'C = "C"').replace("+ L", "+ C").replace("2Dy L", "2Dy C")

    found = chemistry(tmp_path, '[ions]\nA = "[Dy2(C)(OAc)]2+"', model)
    with pytest.raises(InputError, match="holds 2 Dy \\+ 2 C, but the species 2 Dy \\+ 1 C"):
        chemistry(tmp_path, '[ions]\nA = "[Dy2(C)(CN)]2+"', model)

    assert found.form("A").formula.count("C") == 1


def test_a_usual_co_reactant_that_the_model_follows_is_left_out(tmp_path):
    model = (
        MODEL.replace('L = "L"', 'L = "L"\nW = "W"')
        .replace("+ L", "+ L + W")
        .replace('"2Dy L"', '"2Dy L W"')
    )
    found = chemistry(
        tmp_path, '[ions]\nA = "[Dy2(L)(H2O)]2+"\n[chemistry]\nW = { formula = "H2O" }', model
    )

    assert found.co_reactants.names == ("AcO-", "OH-", "MeOH")
    assert found.form("A").formula.count("W") == 1


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        (
            '[ions]\nA = "[Dy3(L)(OH)6]+"',
            "[ions]: 'A': ion '[Dy3(L)(OH)6]+' holds 3 Dy + 1 L, but the species 2 Dy + 1 L; mend "
            "one of them",
        ),
        (
            '[ions]\nA = "[Dy2(OH)2]4+"',
            "[ions]: 'A': ion '[Dy2(OH)2]4+' holds 2 Dy, but the species 2 Dy + 1 L; mend one of "
            "them",
        ),
        ('[ions]\nB = "[Dy2(L)]2+"', "[ions]: unknown species 'B'; known: A, Dy, L"),
        (
            "[ions]\nA = 3",
            "[ions]: 'A': write an ion, as \"[Dy3(L)(OH)6]+\", or a list of ions",
        ),
        (
            "[ions]\nA = []",
            "[ions]: 'A': write an ion, as \"[Dy3(L)(OH)6]+\", or a list of ions",
        ),
        ("[ions]\n", "[ions] is empty; write at least one line in it"),
        (
            "[chemistry]\nDy = { charge = 3 }",
            "[chemistry]: there is no [ions] that it is about; add that table",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nPd = { charge = 2 }',
            "[chemistry]: unknown building block 'Pd'; known: Dy, L",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nDy = 3',
            "[chemistry]: 'Dy': write Dy = { formula = \"...\", charge = 3 }",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nDy = { charge = "3+" }',
            "[chemistry]: 'Dy': the charge '3+' is not a whole number of at most 60 in size, as 3 "
            "or -2",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nDy = { charges = 3 }',
            "[chemistry]: 'Dy': unknown key 'charges'; did you mean 'charge'?",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nL = { formula = "C29Q" }',
            "[chemistry]: 'L': formula 'C29Q': cannot read 'C29Q'; write elements, building blocks "
            "of the model and known abbreviations, as Dy3(L)(OH)6",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nco_reactants = "H2O"',
            '[chemistry]: co_reactants: write a list, as ["AcO-", "OH-", "MeOH", "H2O"]',
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nco_reactants = ["H2L"]',
            "[chemistry]: co_reactants: 'H2L' holds the building block 'L', which the model "
            "follows; leave it out",
        ),
        (
            '[ions]\nA = "[Dy2(L)]2+"\n[chemistry]\nco_reactants = ["H+", "OH-", "H2O"]',
            "[chemistry]: co_reactants: co-reactant 'H2O' can be made of H+ and OH-, so that no "
            "balance would be unique; leave one of them out",
        ),
    ],
)
def test_faults_are_told_in_one_line(tmp_path, tables, fault):
    with pytest.raises(InputError) as refused:
        chemistry(tmp_path, tables)

    assert str(refused.value).removeprefix(f"{tmp_path}/model.toml: ") == fault
