"""The check of whole lists: the published ions, each against an independent computation."""

from decimal import Decimal
from functools import cache

import pytest
from checkout import ROOT
from direct_envelopes import TABLE, peaks
from formula_oracle import LIGANDS, atoms

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.checking import (
    NO_METAL,
    IonListRequest,
    atoms_of,
    check_ion_list,
    composition,
)
from assemblysim.spectra.ion_list import read_ion_list
from assemblysim.spectra.tolerance import read_tolerance

ELECTRON = Decimal("0.000548579909")
CHARGES = {"Dy": 3, "L": -2, "Pd": 2}
STUDIES = {"dy6": LIGANDS["L1"], "hnp_dy6": LIGANDS["L2"]}


def request(path, ligand, tolerance=None):
    reader = FormulaReader({"Dy": "Dy", "L": ligand, "Pd": "Pd"})
    return IonListRequest(path, reader, CHARGES, tolerance and read_tolerance(tolerance))


@cache
def published(name, tolerance=None):
    return check_ion_list(request(ROOT / "fits" / name / "ions.csv", STUDIES[name], tolerance))


def written(path, *lines):
    path.write_text("\n".join(("species,ion,charge,calculated,found", *lines)), encoding="utf-8")
    return path


def independent_verdict(printed, counts, charge):
    """Which peak a number is, by peaks from the oracle and decimal arithmetic."""
    number = Decimal(printed)
    half = Decimal(5).scaleb(number.as_tuple().exponent - 1)
    seen = peaks(counts, charge)
    highest = max(seen, key=lambda pair: pair[1])[0]
    abundant = sum(n * Decimal(max(TABLE[e], key=lambda i: i[2])[1]) for e, n in counts.items())
    abundant = (abundant - charge * ELECTRON) / charge
    if abs(number - abundant) <= half:
        return "most abundant isotopes"
    if abs(number - Decimal(highest)) <= half:
        return "highest"
    return "another" if any(abs(number - Decimal(mz)) <= half for mz, _ in seen) else "none"


@pytest.mark.parametrize("name", STUDIES)
def test_verdicts_on_the_published_ions_are_those_of_an_independent_computation(name):
    found = published(name)
    listed = read_ion_list(ROOT / "fits" / name / "ions.csv", FormulaReader({"Dy": "", "L": ""}))

    for one, line in zip(found.ions, listed.ions, strict=True):
        if one.charge == 0:
            continue
        counts = atoms(line.written[1:-1], STUDIES[name])
        seen = peaks(counts, one.charge)
        assert one.charge_verdict == "fits"
        if one.calculated:
            assert one.calculated_peak == independent_verdict(one.calculated, counts, one.charge)
        else:
            assert one.calculated_peak == "not printed"
        near, height = min(seen, key=lambda pair: abs(pair[0] - one.found))
        assert one.found_verdict == "no tolerance stated"
        assert one.found_nearest.mz == pytest.approx(near, abs=1e-5)
        assert one.found_nearest.height == pytest.approx(height, rel=1e-4)
        highest = max(seen, key=lambda pair: pair[1])[0]
        assert one.ppm_nearest == pytest.approx((one.found - near) / near * 1e6, abs=0.01)
        assert one.ppm_highest == pytest.approx((one.found - highest) / highest * 1e6, abs=0.01)


def test_no_published_ion_is_sound_unless_its_number_is_a_peak():
    every = [one for name in STUDIES for one in published(name).ions if one.charge]

    assert len(every) == 32
    assert sum(one.sound for one in every) == 14
    for one in every:
        assert one.sound == (one.calculated_peak in ("highest", "another"))
        assert (one.search is not None) == (one.calculated_peak == "none")


def test_what_species_rest_on():
    found = {name: published(name).species for name in STUDIES}
    sound = {
        name: {s: (one.sound, one.listed) for s, one in f.items()} for name, f in found.items()
    }

    assert sound == {
        "dy6": {"Dy2L": (1, 3), "Dy3L": (2, 4), "Dy6L2": (4, 9)},
        "hnp_dy6": {"Dy2L": (0, 3), "Dy3L": (2, 4), "Dy5L2": (1, 3), "Dy6L2": (4, 6)},
    }


def test_the_crystals_are_neutral_in_one_study_and_want_two_protons_in_the_other():
    (first,) = (one for one in published("dy6").ions if one.charge == 0)
    (second,) = (one for one in published("hnp_dy6").ions if one.charge == 0)

    assert (first.charge_sum, first.charge_verdict, first.search) == (0, "fits", None)
    assert (second.charge_sum, second.charge_verdict) == (-2, "does not fit")
    assert "+ 2 H+" in {one.change for one in second.search.found}


def test_a_missing_methanol_is_found_in_a_published_line():
    (line,) = (one for one in published("dy6").ions if one.calculated == "1265.16")

    (explanation,) = line.search.found
    assert (explanation.change, explanation.peak.height) == ("+ MeOH", pytest.approx(1))


def test_a_stated_tolerance_judges_measured_numbers():
    wide, narrow = published("dy6", "150 ppm"), published("dy6", "30 ppm")
    judged = [one for one in narrow.ions if one.found is not None]

    assert {one.found_verdict for one in judged} == {"within", "outside"}
    for one in judged:
        assert (one.found_verdict == "within") == (abs(one.ppm_nearest) <= 30)
    assert sum(one.sound for one in narrow.ions) < sum(one.sound for one in wide.ions)


def test_a_measured_number_stands_in_for_a_calculated_one_that_is_not_printed():
    (line,) = (one for one in published("hnp_dy6", "30 ppm").ions if one.found == 925.03)
    (unjudged,) = (one for one in published("hnp_dy6").ions if one.found == 925.03)

    assert (line.calculated, line.sound, unjudged.sound) == ("", True, False)


def test_different_writings_of_one_composition_are_one_ion(tmp_path):
    path = written(
        tmp_path / "list.csv",
        "A,[Dy2(L)(OH)2(MeOH)(DMF)],2,,",
        "A,[Dy2(L)(OMe)(OH)(H2O)(DMF)],2,,",  # OH- + MeOH = OMe- + H2O
        "A,[Dy2(L)(O)(H2O)(MeOH)(DMF)],2,,",  # 2 OH- = O2- + H2O
        "A,[Dy2(L)(OH)2(MeOH)(DMF)],1,,",  # another charge
        "B,[Dy2(L)(OH)2(EtOH)(DMF)],2,,",
    )
    found = check_ion_list(request(path, STUDIES["dy6"]))

    (same,) = found.same
    assert [text.split(":")[0] for text in same] == ["line 2", "line 3", "line 4"]
    assert (found.species["A"].listed, found.species["A"].distinct) == (4, 2)
    verdicts = [one.charge_verdict for one in found.ions]
    assert verdicts == ["fits", "fits", "fits", "does not fit", "fits"]


def test_another_chemistry_needs_no_model(tmp_path):
    """A palladium cage with nitrate: the numbers come from the formulas, so all are right."""
    reader = FormulaReader({"Pd": "Pd", "L": "C17H13N3"})
    lines = []
    for charge, nitrates in ((8, 0), (6, 2), (4, 4), (3, 5), (2, 6)):
        counts = {"Pd": 4, "C": 136, "H": 104, "N": 24 + nitrates, "O": 3 * nitrates}
        mz = max(peaks(counts, charge), key=lambda pair: pair[1])[0]
        anions = f"(NO3){nitrates}" if nitrates else ""
        lines.append(f"cage,[Pd4(L)8{anions}]{charge}+,,{mz:.3f},{mz + 0.001:.4f}")
    wrong = lines[1].replace("(NO3)2", "(NO3)3")
    path = written(tmp_path / "cage.csv", *lines, wrong)
    found = check_ion_list(IonListRequest(path, reader, {"Pd": 2, "L": 0}, read_tolerance("5 mDa")))

    assert [one.sound for one in found.ions] == [True] * 5 + [False]
    last = found.ions[-1]
    assert (last.charge_sum, last.charge_verdict, last.calculated_peak) == (
        5,
        "does not fit",
        "none",
    )
    assert "- NO3-" in {one.change for one in last.search.found}


def test_a_ligand_without_a_formula_is_refused_by_line(tmp_path):
    reader = FormulaReader({"Dy": "Dy", "L": ""})
    path = written(tmp_path / "list.csv", "A,[Dy2(L)(OH)3],1,,")
    with pytest.raises(InputError) as refused:
        check_ion_list(IonListRequest(path, reader, {}))

    assert str(refused.value) == (
        f"{path}: line 2: the atoms of 'L' are not known; state its formula, as --block "
        'L="[C29H19N5O4]2-", or under [chemistry] in the model'
    )
    (one,) = read_ion_list(path, FormulaReader({"Dy": "Dy", "L": "C2H4"})).ions
    known = FormulaReader({"Dy": "Dy", "L": "C2H4"})
    assert composition(one, known) == (frozenset(atoms_of(one, known).items()), 1)


def test_an_ion_without_a_metal_may_be_a_radical(tmp_path):
    """Benzene's radical cation: its parts are neutral, and nothing is wrong with it."""
    lines = ("A,[C6H6],1,78.0464,", "A,[NH4],1,18.0338,", "A,[Zn(C6H6)],1,,")
    path = written(tmp_path / "list.csv", *lines)
    found = check_ion_list(IonListRequest(path, FormulaReader(), {})).ions

    assert [one.charge_verdict for one in found] == ["not known", "fits", "does not fit"]
    assert [one.sound for one in found] == [True, True, False]
    assert found[0].charge_unknown == (NO_METAL,)
