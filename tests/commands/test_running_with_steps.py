"""Candidate steps beside named mechanisms: `run` weighs them and says where mechanisms lie."""

import json

import pytest
from command_line import call
from switched_study import write_study

STEPS = """certain = ["bind"]
candidates = ["pair", "grow"]
particles = 40
rounds = 1
last_rounds = 6
screened = 16
starts = 1
"""
QUICK = """
[sampling]
ensembles = 2
walkers = 16
max_steps = 20
round_steps = 20
screened = 64
starts = 2
smc = { runs = 2, particles = 64, pilot_particles = 64, exploratory_runs = 1, most_rounds = 2 }
"""


def write(folder, steps=STEPS):
    path = write_study(folder, steps) / "study.toml"
    text = path.read_text(encoding="utf-8").replace('["all"]', '["true"]')
    path.write_text(text + QUICK, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("blank_pictures")
def test_run_weighs_candidates_and_places_the_named_mechanisms(tmp_path, monkeypatch, capsys):
    folder = write(tmp_path / "s")
    words = ("run", str(folder), "--workers", "1")

    status, _, said = call(monkeypatch, capsys, *words)

    assert status == 0
    assert "weighing candidate steps" in said
    assert json.loads((folder / "results" / "steps.json").read_text())["certain"] == ["bind"]
    report = (folder / "results" / "report.md").read_text(encoding="utf-8")
    assert "## Which steps are needed" in report
    assert "The mechanisms that the study names, among the subsets" in report
    assert "| true | pair | 1 |" in report


def test_a_fault_in_steps_is_told_before_anything_is_computed(tmp_path, monkeypatch, capsys):
    folder = write(tmp_path / "s", 'certain = ["bnd"]\n')

    status, _, said = call(monkeypatch, capsys, "run", str(folder), "--workers", "1")

    assert status != 0
    assert "[steps]" in said
    assert "bnd" in said
    assert not list((folder / "results").glob("*/"))
