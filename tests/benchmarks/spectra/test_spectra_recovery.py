"""Intervals of assigned spectra: the stored courses, one made anew, and one made to fail."""

import json
from dataclasses import replace

import pytest
from checkout import ROOT

from benchmarks.spectra.recovery import CORES, Setting, candidates, course, summary

STORED = ROOT / "benchmarks" / "results" / "spectra_recovery.json"
SMALL = Setting(times=2, foreign=0)


def test_stored_intervals_hold_and_absent_cores_stay_absent():
    page = json.loads(STORED.read_text(encoding="utf-8"))
    found = summary(page["rows"])

    assert found == page["summary"]
    for counts in found.values():
        assert counts["courses"] == 30
        assert 0.92 < counts["held"] / counts["shares"] < 0.98
        assert counts["called_seen"] / counts["absent"] < 0.02
        assert counts["decoys_seen"] / counts["decoys"] < 0.01
    absent, called = (
        sum(counts[key] for counts in found.values()) for key in ("absent", "called_seen")
    )
    assert absent >= 1000
    assert called <= 0.01 * absent


def test_a_small_course_holds_and_one_with_a_wrong_ion_list_does_not(monkeypatch):
    row = course(20000, 0, 1, SMALL)

    assert row["held"] >= row["shares"] - 1
    assert row["called_seen"] == 0
    # The ions of every core are called another's: shares are wrong, and that is seen.
    names = list(CORES)
    other = dict(zip(names, [*names[1:], names[0]], strict=True))
    ions = tuple(replace(one, core=other[one.core]) for one in candidates())
    monkeypatch.setattr("benchmarks.spectra.recovery.called", lambda: ions)
    wrong = course(20000, 0, 1, SMALL)
    assert wrong["held"] <= wrong["shares"] - 3
    assert wrong["called_seen"] > 0


def test_the_forty_ions_are_of_four_cores_and_two_charges():
    found = candidates()

    assert len(found) == 40
    assert {(one.core, one.charge) for one in found} == {
        (core, charge) for core in ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2") for charge in (1, 2)
    }
    assert len({(one.charge, frozenset(one.atoms.items())) for one in found}) == 40
    assert found[0].envelope.highest == pytest.approx(906, abs=4)
