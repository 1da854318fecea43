"""CandidateIon ions: all that the stated chemistry allows, each composition and charge once."""

from itertools import product

import pytest

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import average_mz
from assemblysim.mechanism.ions.candidate_rules import IonPart, IonRules
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import read_ion
from assemblysim.spectra.assignment.candidates import (
    WantedCore,
    cores_of,
    enumerated,
    from_list,
)
from assemblysim.spectra.ion_list import ListedIon

READER = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4"})
PARTS = (
    IonPart("OH", "anion", -1, (("O", 1), ("H", 1)), 4),
    IonPart("OMe", "anion", -1, (("C", 1), ("H", 3), ("O", 1)), 4),
    IonPart("O", "anion", -2, (("O", 1),), 2),
    IonPart("MeOH", "solvent", 0, (("C", 1), ("H", 4), ("O", 1)), 2),
    IonPart("H2O", "solvent", 0, (("H", 2), ("O", 1)), 2),
)
DY2L = WantedCore("Dy2L", (("Dy", 2), ("L", 1)))


def rules(charges=(1, 2), most_solvent=3, parts=PARTS, other_cores=None):
    return IonRules(READER, {"Dy": 3, "L": -2}, parts, charges, most_solvent, other_cores or {})


def by_loops(charges, most_solvent):
    """The same, counted out one by one: composition and charge of every allowed writing."""
    found = {}
    for charge in charges:
        for numbers in product(*(range(one.most + 1) for one in PARTS)):
            if 4 + sum(n * p.charge for n, p in zip(numbers, PARTS, strict=True)) != charge:
                continue
            if numbers[3] + numbers[4] > most_solvent:
                continue
            text = "Dy2(L)" + "".join(
                f"({p.text}){n}" for n, p in zip(numbers, PARTS, strict=True) if n
            )
            atoms = READER.atoms(READER.read(text))
            found.setdefault((charge, frozenset(atoms.items())), []).append(text)
    return found


def test_every_allowed_composition_comes_once():
    expected = by_loops((1, 2), 3)
    found = enumerated([DY2L], rules(), (100, 2000))

    assert {(one.charge, frozenset(one.atoms.items())) for one in found} == expected.keys()
    assert len(found) == len(expected)
    assert max(map(len, expected.values())) > 3  # OH- with MeOH is OMe- with H2O


def test_all_writings_have_the_atoms_and_the_charge_of_their_candidate():
    for one in enumerated([DY2L], rules(), (100, 2000)):
        for text in one.texts:
            ion = read_ion(text, READER)
            assert READER.atoms(ion.formula) == dict(one.atoms)
            assert ion.charge == one.charge
    sizes = [sum(one.written.numbers[0]) for one in enumerated([DY2L], rules(), (100, 2000))]
    assert min(sizes) < 3


def test_only_what_lies_within_the_range_of_mz_is_made():
    whole = enumerated([DY2L], rules(), (100, 2000))
    inside = enumerated([DY2L], rules(), (880, 910))

    expected = [o.text for o in whole if 880 <= average_mz(o.atoms, o.charge) <= 910]
    assert [one.text for one in inside] == expected
    assert 0 < len(inside) < len(whole)


def test_cores_that_no_species_has_come_within_the_stated_bounds():
    found = cores_of(
        {"Dy": (("Dy", 1),), "A": DY2L.blocks, "base": ()}, rules(other_cores={"Dy": 2, "L": 1})
    )

    assert [one.name for one in found] == ["Dy", "A", "1 L", "1 Dy + 1 L", "2 Dy"]


def test_too_many_writings_are_refused_before_they_are_made():
    many = 2 * tuple(IonPart(p.text, p.kind, p.charge, p.atoms, 60) for p in PARTS)

    with pytest.raises(InputError, match="core Dy2L: more than 1000000 ions come into question"):
        enumerated([DY2L], rules(most_solvent=60, parts=many), (100, 2000))


def listed(place, species, text):
    return ListedIon(place, species, text, read_ion(text, READER), "", None)


def test_a_list_gives_each_composition_once_under_its_species():
    found = from_list(
        [
            listed("line 2", "A", "[Dy2(L)(OH)3(MeOH)]+"),
            listed("line 3", "A", "[Dy2(L)(OH)2(OMe)(H2O)]+"),
            listed("line 4", "", "[Dy(L)]+"),
            listed("line 5", "A", "Dy2(L)(OH)4"),
        ],
        READER,
    )

    assert [(one.core, len(one.texts)) for one in found] == [("A", 2), ("1 Dy + 1 L", 1)]


def test_one_composition_of_two_species_is_refused():
    with pytest.raises(InputError, match="of the same composition to A; mend one of them"):
        from_list([listed("line 2", "A", "[Dy(L)]+"), listed("line 3", "B", "[DyL]+")], READER)
