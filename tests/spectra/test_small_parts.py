"""Changes of small parts: a planted one is found, and what chance would find is told."""

import itertools

import numpy as np
import pytest
from direct_envelopes import peaks

from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.small_parts import (
    MOST_PARTS,
    changes_of,
    charge_changes,
    search,
    small_parts,
)

READER = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4"})
FORMULA = READER.read("[Dy2(L)(OMe)2(OH)2(MeOH)(H2O)2(DMF)]")
PARTS = small_parts(["[Dy2(L)(OAc)2(MeOH)(H2O)(DMF)]"], READER)


def test_parts_are_what_stands_in_brackets_with_proton_hydroxide_and_water():
    assert {part.text: part.charge for part in PARTS} == {
        "H+": 1, "OH-": -1, "H2O": 0, "OAc-": -1, "MeOH": 0, "DMF": 0
    }  # fmt: skip


def test_every_change_of_up_to_three_parts_comes_once():
    changes = [frozenset(change.parts) for change in changes_of(PARTS)]
    n = len(PARTS)
    # Numbers from -3 to 3 of each part, their sizes adding up to 1, 2 or 3.
    expected = sum(
        1 <= sum(map(abs, numbers)) <= MOST_PARTS
        for numbers in itertools.product(range(-3, 4), repeat=n)
    )

    assert len(changes) == len(set(changes)) == expected


def target(text):
    """The highest peak of a formula at 1+, as printed, and half its last digit."""
    atoms = READER.atoms(READER.read(text))
    mz = max(peaks(atoms, 1), key=lambda pair: pair[1])[0]
    return round(mz, 2), 0.005


@pytest.mark.parametrize(
    ("true", "change"),
    [
        ("[Dy2(L)(OMe)2(OH)2(MeOH)2(H2O)2(DMF)]", "+ MeOH"),
        ("[Dy2(L)(OMe)2(OH)2(MeOH)(H2O)(DMF)2]", "+ DMF - H2O"),
        ("[Dy2(L)(OMe)2(OH)2(H2O)2]", "- MeOH - DMF"),
        ("[Dy2(L)(OMe)2(OH)(OAc)(MeOH)(H2O)2(DMF)]", "+ OAc- - OH-"),
    ],
)
def test_a_planted_change_is_found(true, change):
    found = search(FORMULA, 1, target(true), 0, PARTS, READER)

    planted = {part for term in change.split(" ") for part in (term,) if part not in "+-"}
    texts = [one.change for one in found.found]
    assert any(planted == {t for t in text.split(" ") if t not in "+-"} for text in texts), texts
    assert found.found[0].peak.height == pytest.approx(1)
    assert found.neighbours == 20


def test_a_number_between_all_peaks_has_no_explanation():
    number, half = target("[Dy2(L)(OMe)2(OH)2(MeOH)2(H2O)2(DMF)]")
    found = search(FORMULA, 1, (number + 0.4, half), 0, PARTS, READER)

    assert found.found == ()
    assert found.neighbours_explained == 0
    assert found.tried > 50


def test_neighbouring_numbers_show_how_many_would_be_explained_by_chance():
    """With a wide half-width all are; the count is that of a loop over every composition."""
    number, _ = target("[Dy2(L)(OMe)2(OH)2(MeOH)2(H2O)2(DMF)]")
    wide = search(FORMULA, 1, (number, 0.3), 0, PARTS, READER)
    narrow = search(FORMULA, 1, (number, 0.005), 0, PARTS, READER)
    near = []
    for change in changes_of(PARTS):
        changed = change.applied(FORMULA) if change.size == 1 and change.charge == 0 else None
        if changed is not None:
            near += [mz for mz, _ in peaks(READER.atoms(changed), 1, least=0.1)]
    shifted = [number + k for k in range(-12, 13) if abs(k) > 2]
    expected = sum(np.abs(np.array(near) - one).min() <= 0.005 for one in shifted)

    assert narrow.neighbours_explained == expected
    assert narrow.neighbours_explained < wide.neighbours_explained


def test_nothing_is_given_off_that_is_not_there():
    bare = READER.read("[Dy2(L)]")
    for change in changes_of(PARTS):
        changed = change.applied(bare)
        # Nothing of it holds anything of a part, but H, C and N may be held by two of them.
        assert changed is None or all(n > 0 for n in dict(changed.parts).values())
        if all(n < 0 for _, n in change.parts):
            assert changed is None


def test_a_charge_is_mended_by_fewest_parts_and_by_protons():
    crystal = READER.read("[Dy6(L)2(O)4(OAc)4(OMe)4(H2O)4]")
    parts = small_parts(["[Dy6(L)2(O)4(OAc)4(OMe)4(H2O)4]"], READER)
    found = charge_changes(crystal, 2, parts)

    assert {one.change for one in found.found} == {"- O2-", "+ 2 H+"}
    assert {one.peak for one in found.found} == {None}
