"""Whether differences between two groups are found: the counting, and one study of each kind."""

import json

import numpy as np
import pytest
from checkout import ROOT

from benchmarks.groups import differences
from benchmarks.groups.differences import (
    SHOWN,
    UNSEEN,
    call_of,
    called,
    fractions,
    is_right,
    is_wrong,
    position_of,
    problems_of,
    summary_of,
    waiting,
)
from benchmarks.stored.rows import stored


def row(call, lower=2.0):
    return {"call": call, "ratio_lower": lower}


def test_a_call_is_strong_evidence_by_two_errors():
    assert [call_of(f, 0.5) for f in (4.0, 3.9, -3.9, -4.0)] == ["differs", "open", "open", "same"]


def test_what_is_right_and_what_is_wrong_depends_on_the_truth_and_the_side():
    assert is_right(30, row("differs"))
    assert not is_right(30, row("differs", 0.5))
    assert not is_right(1, row("differs"))
    wrong = [(30, row("same")), (3, row("differs", 0.5)), (1, row("differs"))]
    assert all(is_wrong(*one) for one in wrong)
    assert not any(is_wrong(r, row("open")) for r in (30, 3, 1))
    assert not is_wrong(1, row("same"))


def test_rows_are_counted_by_their_kind_and_made_once(tmp_path):
    rows = {"ratio 30 0": row("differs"), "ratio 1 0": row("differs")}
    rows |= {"limit 0": {"truth": 0.2, "limit": 0.3}, "limit 1": {"truth": 0.4, "limit": 0.3}}
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"made_from": {"seed": 1}, "rows": rows}), "utf-8")

    assert summary_of(rows) == {
        "ratio 30": {"tables": 1, "found": 1, "wrong": 0},
        "ratio 3": {"tables": 0, "found": 0, "wrong": 0},
        "ratio 1": {"tables": 1, "found": 0, "wrong": 1},
        "limit": {"truths": 2, "held": 1},
    }
    assert stored(path, {"seed": 1}) == rows
    assert stored(path, {"seed": 2}) == {}
    names = [name for name, _, _ in waiting(1, 2)]
    assert names == ["ratio 30 0", "ratio 3 0", "ratio 1 0", "limit 0", "limit 1"]


def test_the_truth_has_the_ratio_and_the_unseen_route_its_fraction():
    _, differs = problems_of(SHOWN)
    unseen, _ = problems_of(UNSEEN)
    at = position_of(differs, 30.0)

    place = differs.parameter_names.index("ratio_k_couple")
    # factor 10: 30 lies 1.48 standard deviations above 1
    assert at[place] == pytest.approx(np.log10(30))
    assert [s.name for s in unseen.experiments[0].measurement.signals] == list(UNSEEN)
    less, more = fractions(differs, np.stack([at, position_of(differs, 1.0)]))
    assert 0 < less < more < 1


def test_a_thirtyfold_difference_is_found(monkeypatch):
    monkeypatch.setattr(differences, "QUICK", differences.QuickSettings(screened=64, starts=2))
    found = called(30.0, 0, 3)

    assert is_right(30.0, found)


def test_the_stored_page_finds_differences_calls_few_wrongly_and_keeps_its_limits():
    """A thirtyfold ratio in 15 of 20, at most one wrong call of each kind, 181 of 200 limits."""
    page = ROOT / "benchmarks" / "results" / "differences.json"
    stored_page = json.loads(page.read_text("utf-8"))
    found = summary_of(stored_page["rows"])

    assert stored_page["summary"] == found
    assert [found[f"ratio {r}"]["tables"] for r in (30, 3, 1)] == [20, 20, 20]
    assert found["ratio 30"]["found"] >= 15
    assert max(found[f"ratio {r}"]["wrong"] for r in (30, 3, 1)) <= 1
    assert found["limit"]["truths"] == 200
    assert found["limit"]["held"] >= 181
