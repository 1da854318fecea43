"""The same ions with another metal."""

import pytest
from checkout import ROOT
from direct_envelopes import peaks

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.homologue import homologous_ions
from assemblysim.spectra.ion_list import read_ion_list

READER = FormulaReader({"Dy": "Dy", "L": "C29H33N7O4"})
GADOLINIUM = FormulaReader({"L": "C29H33N7O4"})


def test_one_word_makes_the_gadolinium_homologues():
    found = read_ion_list(ROOT / "fits" / "dy6" / "ions.csv", READER)
    ions = homologous_ions(found, READER, "Gd")
    charged = [one for one in found.ions if one.ion.charge]

    assert len(ions) == len(charged) == 16
    for one, before in zip(ions, charged, strict=True):
        atoms = GADOLINIUM.atoms(GADOLINIUM.read(before.written.replace("Dy", "Gd")))
        direct = max(peaks(atoms, one.charge), key=lambda pair: pair[1])[0]
        assert one.highest_mz == pytest.approx(direct, abs=1e-6)
        assert one.species == before.species
        assert GADOLINIUM.atoms(GADOLINIUM.read(one.ion.rpartition("]")[0][1:])) == atoms


def test_a_labelled_metal_is_replaced_whole(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("ion\n[[161Dy]2(L)(OH)3]+\n")
    (one,) = homologous_ions(read_ion_list(path, READER), READER, "Gd")

    assert one.ion == "[Gd2L(OH)3]+"


@pytest.mark.parametrize(
    ("ions", "metal", "fault"),
    [
        ("[Dy2(L)]+", "Xx", "--metal: 'Xx' is no element; write one such as Gd"),
        ("[Dy(L)Zn]+", "Gd", "--metal: the list must hold one metal, and holds Dy and Zn"),
        ("[H3L]+", "Gd", "--metal: the list must hold one metal, and holds none"),
        (
            "[Dy2(L)]+",
            "Tc",
            "Tc has no isotopic composition in nature; write an isotope, as [98Tc]",
        ),
    ],
)
def test_what_has_no_homologue_is_refused(tmp_path, ions, metal, fault):
    path = tmp_path / "list.csv"
    path.write_text(f"ion\n{ions}\n")
    with pytest.raises(InputError) as refused:
        homologous_ions(read_ion_list(path, READER), READER, metal)

    assert str(refused.value) == fault
