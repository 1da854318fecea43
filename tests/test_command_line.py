import csv
import json
import os
import subprocess
import sys

import pytest
from checkout import ROOT
from command_line import call
from malformed_cases import CASES

import assemblysim
from assemblysim.kinetics.engines.integration import engine_in_use

CONSTANTS = {
    "k_chelate": "100 1/(M h)",
    "k_grow": "3 1/(M h)",
    "k_dimerise": "1.5 1/(M h)",
    "k_couple": "12 1/(M h)",
    "k_close": "1.5 1/(M h)",
}
SIMULATE = (
    "simulate",
    str(ROOT / "models/hnp_dy6.toml"),
    "--mechanism",
    "both",
    *(word for name, value in CONSTANTS.items() for word in ("--set", f"{name}={value}")),
    "--initial",
    "Dy=190 mM",
    "--initial",
    "L=23.8 mM",
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_malformed_input_exits_1_with_its_one_line(case, tmp_path, monkeypatch, capsys):
    path = case.write(tmp_path)
    command = "simulate" if case.model else "fit"
    status, out, err = call(monkeypatch, capsys, command, str(path))

    assert status == 1
    assert out == ""
    assert err == f"assemblysim: {case.expected(tmp_path)}\n"


@pytest.mark.parametrize(
    "words",
    [(), ("nonsense",), ("fit",), ("fit", ".", "--workers", "0"), ("simulate", "x", "--bad")],
)
def test_wrong_usage_exits_2(words, monkeypatch, capsys):
    status, _, err = call(monkeypatch, capsys, *words)

    assert status == 2
    assert "Traceback" not in err


def test_check_shows_totals_and_rate_equations(monkeypatch, capsys):
    status, out, _ = call(monkeypatch, capsys, "check", str(ROOT / "models/hnp_dy6.toml"))

    assert status == 0
    assert "d[Dy6L2]/dt = v(dimerise) + v(close)" in out


def test_check_of_a_study_lists_its_priors(monkeypatch, capsys):
    status, out, _ = call(monkeypatch, capsys, "check", str(ROOT / "fits/alpha_pinene"), "--json")
    priors = json.loads(out)["priors"]

    assert status == 0
    assert set(priors) == {"published", "no_return", "chain"}
    # first sampling time 20.5 h, last 607 h: from 1/(100 * 607 h) to 100/20.5 h
    assert priors["published"]["k1"] == "log-uniform between 1.647e-5 and 4.878 1/h"


def test_simulate_writes_the_course_and_draws_it(tmp_path, monkeypatch, capsys):
    table, picture = tmp_path / "course.csv", tmp_path / "course.png"
    status, out, _ = call(
        monkeypatch, capsys, *SIMULATE, "--out", str(table), "--plot", str(picture)
    )
    rows = list(csv.DictReader(table.read_text().splitlines()))

    assert status == 0
    assert f"wrote {table}" in out
    assert float(rows[-1]["time (h)"]) == 48
    # the ligand's total stays what it was: 23.8 mM
    parts = {"L": 1, "Dy2L": 1, "Dy3L": 1, "Dy5L2": 2, "Dy6L2": 2}
    total = sum(n * float(rows[-1][f"{name} (mM)"]) for name, n in parts.items())
    assert total == pytest.approx(23.8, rel=1e-6)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_simulate_gives_json_to_machines(monkeypatch, capsys):
    status, out, _ = call(monkeypatch, capsys, *SIMULATE, "--json", "--until", "90 min")
    course = json.loads(out)

    assert status == 0
    assert course["time_h"][-1] == 1.5
    assert len(course["concentration_mM"]["Dy6L2"]) == len(course["time_h"])


def test_simulate_scans_constants_of_a_mechanism(tmp_path, monkeypatch, capsys):
    table = tmp_path / "course.csv"
    words = (*SIMULATE, "--until", "90 min", "--out", str(table))
    name = next(word.partition("=")[0] for word in SIMULATE if word.startswith("k_"))
    at = SIMULATE.index(next(word for word in SIMULATE if word.startswith(name)))
    unit = SIMULATE[at].partition("=")[2].partition(" ")[2]
    without = (*words[: at - 1], *words[at + 1 :])
    for _ in range(2):
        status, out, _ = call(monkeypatch, capsys, *without, "--scan", f"{name}=0, 1 {unit}")
        assert status == 0
    rows = list(csv.reader(table.read_text().splitlines()))

    assert rows[0][:2] == [f"{name} ({unit})", "time (h)"]
    assert [row[0] for row in rows[1::241]] == ["0", "1"]
    assert f"{name} 1 {unit}, at 1.5 h, mM: " in out


def test_simulate_answers_a_former_name_of_a_mechanism_by_one_line(monkeypatch, capsys):
    at = SIMULATE.index("k_dimerise=1.5 1/(M h)")
    rest = (*SIMULATE[4 : at - 1], *SIMULATE[at + 1 :])
    status, out, told = call(monkeypatch, capsys, *SIMULATE[:3], "stepwise", *rest)
    today = call(monkeypatch, capsys, *SIMULATE[:3], "through_Dy5L2", *rest)

    assert (status, out, "") == today
    assert status == 0
    assert told.count("\n") == 1
    assert "mechanism 'stepwise' is called 'through_Dy5L2' now; the former name is" in told


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (SIMULATE[:2], "several mechanisms; add --mechanism, one of two_Dy3L, through_Dy5L2, both"),
        (SIMULATE[:6], "--set: no value for k_grow, k_dimerise, k_couple, k_close; add --set"),
        ((*SIMULATE, "--set", "k_grwo=1 1/h"), "unknown constant 'k_grwo'; did you mean"),
        ((*SIMULATE[:4], "--set", "k_grow=1 1/h"), "--set k_grow: unit"),
        ((*SIMULATE, "--until", "-1 h"), "--until: -1 h is not after the start"),
        ((*SIMULATE, "--initial", "Dy=1 mM"), "'Dy' is given twice; keep one"),
        ((*SIMULATE, "--plot", "course.txt"), "is no figure file; end it in .png, .svg or .pdf"),
        (SIMULATE[:-4], "nothing to start from; add --initial"),
    ],
)
def test_simulate_says_what_is_missing(words, line, monkeypatch, capsys):
    status, _, err = call(monkeypatch, capsys, *words)

    assert status == 1
    assert line in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["compare", "predict", "report"])
def test_a_study_without_results_is_told_to_fit_first(command, tmp_path, monkeypatch, capsys):
    study = str(ROOT / "fits/dy6")
    status, _, err = call(
        monkeypatch, capsys, command, study, "--results", str(tmp_path / "nothing")
    )

    assert status == 1
    assert "run 'assemblysim fit " in err
    assert len(err.splitlines()) == 1


def test_a_results_folder_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    words = ("fit", str(ROOT / "fits/alpha_pinene"), "--max-steps", "20", "--workers", "1")
    status, _, err = call(monkeypatch, capsys, *words, "--results", str(tmp_path / "file" / "r"))

    assert status == 1
    assert "cannot be written" in err.splitlines()[-1]


def test_the_version_is_told_with_the_engine_in_use(monkeypatch, capsys):
    status, out, _ = call(monkeypatch, capsys, "--version")

    assert status == 0
    assert out == f"assemblysim {assemblysim.__version__}, engine {engine_in_use()}\n"


def test_the_installed_command_starts():
    done = subprocess.run(
        [sys.executable, "-m", "assemblysim", "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "TERM": "dumb"},
        check=True,
    )

    assert "simulate" in done.stdout


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--until", "1e300 h"), "--until: 1e300 h is beyond 1e+100 h; write a shorter"),
        (("--initial", "Dy=1e-320 mM"), "--initial: Dy is below 1e-200 mM; write 0, or more"),
        (("--out", "."), ".: is a directory; name a file in it"),
    ],
)
def test_odd_values_of_simulate_are_refused_in_one_line(words, line, monkeypatch, capsys):
    given = SIMULATE if words[0] != "--initial" else SIMULATE[:-4]
    status, _, err = call(monkeypatch, capsys, *given, *words)

    assert (status, err) == (1, f"assemblysim: {line}\n")


@pytest.mark.parametrize("content", ["", "\n", "time (h)\n"])
def test_a_table_that_simulate_did_not_write_stays(content, tmp_path, monkeypatch, capsys):
    table = tmp_path / "mine.csv"
    table.write_text(content)
    status, _, err = call(monkeypatch, capsys, *SIMULATE, "--out", str(table))

    assert status == 1
    assert err.startswith(f"assemblysim: {table}: exists and was not written by this command; ")
    assert table.read_text() == content


def test_an_unknown_instruction_set_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("ASSEMBLYSIM_INSTRUCTIONS", "foo")
    status, _, err = call(monkeypatch, capsys, *SIMULATE)

    assert status == 1
    assert err.startswith("assemblysim: ASSEMBLYSIM_INSTRUCTIONS: 'foo' is not an instruction set")
