import json
import sys
from functools import partial

import pytest
from checkout import ROOT
from command_line import call
from light_calibration import LIGHT, LIGHT_SEARCH
from malformed_files import write_good_study

from assemblysim.commands import study_commands
from assemblysim.commands.progress_bars import calibration_listener
from assemblysim.study.campaigns.calibration import Request


@pytest.fixture
def readings(tmp_path):
    """A small study of readings alone, whose replicates share an error that its model knows."""
    folder = write_good_study(tmp_path)
    text = (folder / "study.toml").read_text("utf-8")
    said = 'statements = "statements.csv"\nsampled    = ["30 min", "1 h", "2 h"]\n'
    (folder / "study.toml").write_text(text.replace(said, ""), encoding="utf-8")
    return folder


def test_a_study_is_calibrated_from_the_command_line(readings, monkeypatch, capsys):
    light = partial(Request, settings=LIGHT, search=LIGHT_SEARCH)
    monkeypatch.setattr(study_commands, "Request", light)
    words = (
        "calibrate",
        str(readings),
        "--studies",
        "2",
        "--misspecification",
        "all",
        "--workers",
        "1",
    )
    status, out, err = call(
        monkeypatch, capsys, *words, "--misspecification-studies", "1", "--seed", "5", "--json"
    )
    found = json.loads(out)

    assert status == 0
    assert found["seed"] == 5
    assert {k: v["studies"] for k, v in found["conditions"].items()} == {
        "none": 2,
        "understated": 1,
        "heavy-tails": 1,
    }
    assert found["contained_in"] == {"forward": [], "only_turn": ["forward"]}
    assert found.pop("sentences")["none"][0].startswith("Wrong with confidence")
    assert found == json.loads((readings / "results" / "calibration.json").read_text("utf-8"))
    assert "misspecification none: 2 of 2 simulated studies" in err

    status, out, err = call(
        monkeypatch, capsys, *words, "--misspecification-studies", "1", "--seed", "5"
    )
    assert status == 0
    assert "• Wrong with confidence" in out
    assert f"stored in {readings / 'results' / 'calibration.json'}" in out
    assert err == ""

    status, out, err = call(monkeypatch, capsys, *words)
    assert status == 1
    assert "2 simulated studies of other inputs, seed, settings or versions" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("--misspecification", "shard"),
            "--misspecification: 'shard' is not known; did you mean 'shared'?",
        ),
        (("--from", "nowhere"), "--from: 'nowhere' is not known; write prior or posterior"),
        (("--from", "posterior"), "; run 'assemblysim fit"),
        (
            ("--misspecification", "shared"),
            "--misspecification shared: the model lets replicates share an error",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(words, line, readings, monkeypatch, capsys):
    status, out, err = call(monkeypatch, capsys, "calibrate", str(readings), *words)

    assert status == 1
    assert out == ""
    assert line in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", ["dy6", "hnp_dy6"])
def test_words_alone_are_refused(name, monkeypatch, capsys):
    status, _, err = call(monkeypatch, capsys, "calibrate", str(ROOT / "fits" / name))

    assert status == 1
    assert "statements in words cannot be simulated" in err
    assert len(err.splitlines()) == 1


def test_lines_come_now_and_then_and_when_all_is_done(monkeypatch, capsys):
    with calibration_listener() as tell:
        for done in (1, 2, 3):
            tell("none", done, 3)

    lines = [line.split("] ")[1] for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "misspecification none: 1 of 3 simulated studies",
        "misspecification none: 3 of 3 simulated studies",
    ]


def test_a_terminal_gets_a_bar_for_each_kind_of_error(monkeypatch):
    written = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "write", lambda text: written.append(text) or len(text))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with calibration_listener() as tell:
        tell("shared", 2, 3)

    text = "".join(written)
    assert "shared" in text
    assert "2/3" in text
    assert "understated" not in text
