"""Whether faulty data are noticed: the counting, the faults themselves, and one study of some."""

import json
from dataclasses import replace

import numpy as np
import pytest

from assemblysim.result.evidence import ComparisonResult, PriorEdge, Verdict
from assemblysim.result.numbers import Estimate
from benchmarks.faulty import faults
from benchmarks.faulty.faults import (
    KINDS,
    TIMES,
    is_right,
    is_wrong,
    made,
    problems_of,
    summary_of,
    table_of,
    truth_of,
)
from benchmarks.stored.rows import stored


def row(leader="dimer", truth="dimer", probability=0.99, *, believed=True):
    return {"leader": leader, "truth": truth, "probability": probability, "believed": believed,
            "left_out": [], "exchanged": []}  # fmt: skip


def test_a_verdict_is_wrong_where_it_is_confident_and_believed():
    assert is_wrong(row("mixed"))
    assert not is_wrong(row("mixed", probability=0.94))
    assert not is_wrong(row("mixed", believed=False))
    assert is_right(row())
    assert not is_right(row(believed=False))
    assert is_wrong(row("dimer", truth="hidden"))


def test_rows_are_counted_by_kind_and_made_once(tmp_path):
    rows = {"clean 0": row(), "clean absolute 0": row("mixed"), "drift 0": row(believed=False)}
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"made_from": {"seed": 1}, "rows": rows}), "utf-8")

    found = summary_of(rows)

    assert (found["clean"]["studies"], found["clean"]["right"]) == (1, 1)
    assert found["clean absolute"]["wrong"] == 1
    assert found["drift"]["not believed"] == 1
    assert stored(path, {"seed": 1}) == rows
    assert stored(path, {"seed": 2}) == {}


def test_each_fault_is_in_its_table_and_nowhere_else():
    problems = problems_of("per spectrum")

    def table(kind, seed=5):
        truth = problems[truth_of(kind, 0)]
        return table_of(truth, kind, "per spectrum", np.random.default_rng(seed)).values

    clean = table("clean")
    changed = {}
    for kind in ("outlier", "exchanged"):
        changed[kind] = np.flatnonzero((table(kind) != clean).any(axis=1))
    drift = table("drift")
    seen = ((drift > 0) & (clean > 0))[:, [0, 3]].all(axis=1)
    change = (drift[seen, 3] / drift[seen, 0]) / (clean[seen, 3] / clean[seen, 0])

    assert ((clean > 0).sum(axis=0)[[0, 1, 3]] > 4).all()  # what a dimer shows is seen
    assert len(changed["outlier"]) == 1
    assert len(changed["exchanged"]) == 2
    assert np.ptp(changed["exchanged"]) >= 4
    assert seen.sum() > 4
    np.testing.assert_allclose(change, 4 ** (np.repeat(TIMES, 2)[seen] / TIMES[-1]))


@pytest.mark.slow
def test_an_amount_that_is_not_there_is_noticed_and_one_that_is_is_not():
    bad, good = (made(kind, 0, 1) for kind in ("start absolute", "clean absolute"))

    assert not bad["believed"]
    assert max(bad["faults"], key=bad["faults"].get) == "starting amounts"
    assert bad["checks"]  # draws with numbers below zero are kept
    assert good["believed"]
    assert max(good["faults"].values()) < 0


@pytest.mark.slow
def test_an_outlier_is_left_out_and_the_rest_is_believed():
    found = made("outlier", 0, 1)

    assert found["left_out"] == [17]
    assert found["believed"]
    assert not is_wrong(found)
    assert set(KINDS) >= {"outlier"}


def test_a_verdict_that_leans_on_an_edge_is_not_believed(monkeypatch):
    edge = PriorEdge("stepwise", "k_bind", True, 100.0, "1/(mM h)", 3.0)
    verdict = Verdict("favoured", ("stepwise",), ("dimer",), "strong", Estimate(4.0, 0.1))
    chances = {"stepwise": 0.98, "dimer": 0.02}

    def believed(edges):
        found = ComparisonResult(chances, {}, {}, ("stepwise",), replace(verdict, edges=edges))
        monkeypatch.setattr(faults, "compared", lambda *_: found)
        return made("clean", 0, 1)

    assert is_wrong(believed(None))
    assert not is_wrong(believed((edge,)))
    assert believed((edge,))["edges"] == ["stepwise k_bind"]


@pytest.mark.many_studies
def test_one_of_each_other_kind_is_as_a_table_of_many_has_it():
    clean, swapped, drift = (made(kind, 1, 20261129) for kind in ("clean", "exchanged", "drift"))
    hidden = made("hidden", 0, 20261129)

    assert is_right(clean)
    assert is_right(swapped)
    assert swapped["exchanged"] == [[13, 17]]
    assert not drift["believed"]
    assert not is_wrong(hidden)
