"""``simulate`` on a study whose fit is known as far as its claims say."""

import csv
import json

import numpy as np
import pytest
from claimed_study import write_claimed
from command_line import call

from assemblysim.report.figures.time_axis import round_times
from assemblysim.study.questions import simulated_fit as simulating

NAME = "alpha_pinene"


@pytest.fixture
def fitted(tmp_path, monkeypatch):
    """A study in a folder of its own, at constants of 1e-3 per hour and noise of 1."""
    folder = write_claimed(tmp_path, NAME)

    def known(problem, *_):
        row = [1e-3 if one.unit == "1/h" else 1.0 for one in problem.parameters]
        return np.array([row, row])

    monkeypatch.setattr(simulating, "every_stored_value", known)
    monkeypatch.setattr(simulating, "stored_values", known)
    return folder


@pytest.mark.usefixtures("blank_pictures")
def test_a_fit_is_written_and_drawn_with_constants_scanned(fitted, monkeypatch, capsys):
    table, picture = fitted / "c.csv", fitted / "c.svg"
    files = ("--out", str(table), "--plot", str(picture))
    scan = ("--scan", "k1=1e-3, 2e-3 1/h", "--until", "10 d")
    for _ in range(2):
        status, out, said = call(monkeypatch, capsys, "simulate", str(fitted), *scan, *files)
        assert (status, said) == (0, "")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    columns = list(rows[0])

    assert columns[:2] == ["k1 (1/h)", "time (d)"]
    assert {row["k1 (1/h)"] for row in rows} == {"0.001", "0.002"}
    assert float(rows[-1]["time (d)"]) == pytest.approx(10.0)
    assert any(name.startswith("signal ") for name in columns)
    assert f"wrote {picture}" in out
    assert "at the posterior's medians" in out
    assert "k1 0.002 1/h, at 10 d, " in out


def test_draws_have_quantiles_and_machines_get_json(fitted, monkeypatch, capsys):
    words = ("simulate", str(fitted), "--numbers", "draws")
    _, out, _ = call(monkeypatch, capsys, *words)
    _, machine, _ = call(monkeypatch, capsys, *words, "--json")
    heads = out.partition("\n")[0]
    (course,) = json.loads(machine)["courses"]

    assert " median," in heads
    assert heads.endswith(" 97.5 % quantile")
    assert {len(one) for one in course["concentration"].values()} == {len(course["time_h"])}


def test_what_does_not_go_together_is_refused(fitted, monkeypatch, capsys):
    model = str(fitted.parents[1] / "models" / f"{NAME}.toml")
    for words, line in (
        ((model, "--numbers", "best"), "--numbers: "),
        ((str(fitted), "--numbers", "bst"), "--numbers: 'bst' is not known"),
        ((str(fitted), "--until", "0 h"), "--until: 0 h is not after the start"),
        ((str(fitted), "--experiment", "none"), "unknown experiment 'none'"),
    ):
        status, _, said = call(monkeypatch, capsys, "simulate", *words)
        assert (status, line in said, len(said.splitlines())) == (1, True, 1)


@pytest.mark.parametrize(
    ("end", "unit", "ticks"),
    [
        (48.0, "h", [0, 12, 24, 36, 48]),
        (24.0, "h", [0, 6, 12, 18, 24]),
        (100.0, "h", [0, 24, 48, 72, 96]),
        (90.0, "min", [0, 30, 60, 90]),
        (0.5, "h", [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (7.0, "d", [0, 2, 4, 6]),
    ],
)
def test_ticks_are_at_round_times(end, unit, ticks):
    assert round_times(end, unit) == ticks
