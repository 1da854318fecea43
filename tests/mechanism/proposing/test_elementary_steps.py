"""Steps from compositions: each balanced, none twice, none missing where counted by hand."""

from itertools import combinations_with_replacement

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.network.network import Species
from assemblysim.mechanism.proposing import elementary_steps as module
from assemblysim.mechanism.proposing.elementary_steps import KINDS, elementary_steps, species_up_to

CLUSTERS = species_up_to((("Dy", 6), ("L", 2)))


def equations(species, *kinds):
    return {
        f"{'+'.join(sorted(s.reactants))}={'+'.join(sorted(s.products))}"
        for s in elementary_steps(species, kinds or KINDS)
    }


def total(names, species):
    counts = {one.name: dict(one.composition) for one in species}
    return {b: sum(counts[n].get(b, 0) for n in names) for b in ("Dy", "L")}


def test_every_step_is_balanced_and_none_comes_twice():
    steps = elementary_steps(CLUSTERS)
    sides = [tuple(sorted((tuple(sorted(s.reactants)), tuple(sorted(s.products))))) for s in steps]

    assert all(total(s.reactants, CLUSTERS) == total(s.products, CLUSTERS) for s in steps)
    assert len(set(sides)) == len(sides) > 80
    assert {s.kind for s in steps} == {"attach", "join", "exchange", "transfer"}


def test_attach_and_join_are_all_pairs_whose_sum_is_a_species():
    whole = {frozenset(total((one.name,), CLUSTERS).items()) for one in CLUSTERS}
    pairs = {
        f"{'+'.join(sorted((a.name, b.name)))}"
        for a, b in combinations_with_replacement(CLUSTERS, 2)
        if frozenset(total((a.name, b.name), CLUSTERS).items()) in whole
    }

    assert {e.split("=")[0] for e in equations(CLUSTERS, "attach", "join")} == pairs


def test_the_steps_of_six_species_are_those_found_by_hand():
    ligands = ("PdX2", "PdX", "PdLX", "Pd", "L", "X")
    made = {"PdX2": "Pd 2X", "PdX": "Pd X", "PdLX": "Pd L X", "Pd": "Pd", "L": "L", "X": "X"}
    read = {"2X": ("X", 2)}
    species = tuple(
        Species(n, tuple(read.get(part, (part, 1)) for part in made[n].split())) for n in ligands
    )

    assert equations(species, "attach") == {"PdX+X=PdX2", "Pd+X=PdX", "L+PdX=PdLX"}
    assert equations(species, "exchange") == {"L+PdX2=PdLX+X"}
    assert equations(species, "transfer") == set()
    assert equations(species, "close") == set()


def test_isomers_close_and_each_is_a_product_of_its_own():
    species = (
        Species("A", (("A", 1),)),
        Species("A2", (("A", 2),)),
        Species("A2_ring", (("A", 2),)),
        Species("solvent", ()),
    )

    assert equations(species) == {"A+A=A2", "A+A=A2_ring", "A2=A2_ring"}


def test_more_steps_than_a_mechanism_can_have_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_STEPS", 10)
    with pytest.raises(InputError, match=r"^11 steps, at most 10; choose fewer kinds or species$"):
        elementary_steps(CLUSTERS)
    with pytest.raises(InputError, match="at most 5000; choose smaller largest counts"):
        species_up_to((("A", 1000), ("B", 1000)))
