import io
import math
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from assemblysim.commands import progress_bars
from assemblysim.commands.progress_bars import (
    Pace,
    listener,
    say_engine,
    say_stage,
    silent_stage,
    stage,
    state_of,
)
from assemblysim.kinetics.engines.integration import engine_in_use
from assemblysim.progress import ProgressEvent
from assemblysim.study.execution.events import greatest_likelihood

EVENT = ProgressEvent(
    "both", "sampling", 200, 1000, 5000, -31.5, 250.0, "R-hat 1.1", finished=False
)


def at(steps, **changes):
    return replace(EVENT, steps=steps, **changes)


def test_the_time_left_follows_from_the_steps_already_made():
    pace = Pace()
    pace.note(at(0, stage="smc"), 100.0)
    pace.note(at(200), 120.0)  # 10 steps a second

    assert pace.left(at(200)) == pytest.approx(80.0)
    assert pace.left(at(200, finished=True)) is None
    assert "at most 80 s left" in pace.words(at(200))


def test_no_time_is_promised_before_a_step_was_made():
    pace = Pace()
    pace.note(at(0, stage="search"), 0.0)
    pace.note(at(0, stage="smc"), 10.0)

    assert pace.left(at(0, stage="smc")) is None
    assert "left" not in pace.words(at(0, stage="smc"))


def test_a_resumed_run_counts_its_own_steps_only():
    pace = Pace()
    pace.note(at(600), 0.0)
    pace.note(at(700), 50.0)

    assert pace.left(at(700)) == pytest.approx(150.0)


def test_the_best_likelihood_is_kept_and_the_rate_shown():
    pace = Pace()
    for best in (-40.0, -31.5, -33.0):
        pace.note(at(20, best=best), 0.0)

    assert pace.words(at(20)) == "250 calls/s, best log-likelihood -31.5"


def test_the_greatest_likelihood_leaves_the_prior_out():
    positions = np.array([[0.0, 0.0], [3.0, -1.0]])
    prior = -0.5 * (positions**2).sum(axis=1) - math.log(2 * math.pi)

    assert greatest_likelihood(positions, prior + np.array([-5.0, -4.0])) == pytest.approx(-4.0)


def test_without_a_terminal_the_first_event_and_the_end_of_sampling_are_told(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with listener(("both",)) as tell:
        tell(at(0, stage="search"))
        for steps in range(0, 1000, 20):
            tell(at(steps))
        tell(at(1000, worst="", finished=True))
        tell(at(1000, stage="conclusions", finished=True))

    engine, first, line, last = sys.stderr.getvalue().splitlines()
    assert engine.startswith("[  first] engine ")
    assert "both: search done" in first
    assert "both: 1000 of at most 1000 steps, converged" in line
    assert "both: 1000 of at most 1000 steps, done" in last
    assert "\x1b" not in line


def test_without_a_terminal_each_stage_is_told_and_silence_is_broken(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(progress_bars, "STILL", 0.01)
    monkeypatch.setattr(progress_bars, "QUIET", 0.03)
    with listener(("both",)) as tell:
        for name in ("faults", "faults", "forecast"):
            tell(at(1000, stage=name, finished=True))
        waited(lambda: "still at both: done; now what it predicts" in sys.stderr.getvalue())
    lines = sys.stderr.getvalue().splitlines()

    assert sum("held against faults of the data" in line for line in lines) == 1
    assert sum("calls/s" in line and "now what it predicts" in line for line in lines) == 1


def test_a_stage_tells_that_it_still_runs_until_it_is_done(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(progress_bars, "STILL", 0.01)
    with stage("drawing"):
        waited(lambda: "[   then] still drawing, 0 s" in sys.stderr.getvalue())

    assert sys.stderr.getvalue().startswith("[   then] drawing\n")
    with silent_stage("drawing"):
        assert sys.stderr.getvalue().count("[   then] drawing\n") == 1


def waited(seen):
    """Wait at most ten seconds until something is seen."""
    for _ in range(1000):
        if seen():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it is not seen")


def test_names_are_whole_in_a_terminal_of_60_columns(monkeypatch):
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=60, color_system=None)
    monkeypatch.setattr(progress_bars, "Console", lambda **_: console)
    name = "both_routes_growth_reversible"
    with listener((name,)) as tell:
        tell(at(200, mechanism=name))
        console.print("now")

    assert name in shown.getvalue()
    assert "200/1000" in shown.getvalue()


def test_without_a_terminal_a_long_run_is_told_of_now_and_then(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    clock = iter(np.arange(0.0, 1e6, progress_bars.QUIET / 3))
    monkeypatch.setattr(progress_bars.time, "monotonic", lambda: float(next(clock)))
    with listener(("both",)) as tell:
        for steps in range(0, 180, 20):
            tell(at(steps))

    assert len(sys.stderr.getvalue().splitlines()) == 1 + 3


def test_a_terminal_shows_rate_time_left_and_likelihood(monkeypatch):
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=160)
    monkeypatch.setattr(progress_bars, "Console", lambda **_: console)
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(progress_bars.time, "monotonic", lambda: float(next(clock)))
    with listener(("both", "two_Dy3L")) as tell:
        tell(at(0, stage="smc", worst="pilot, inverse temperature 0.1"))
        tell(at(200))
        console.print("now")

    text = shown.getvalue()
    assert "200/1000" in text
    assert "250 calls/s" in text
    assert "left" in text
    assert "best log-likelihood -31.5" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stage": "search"}, "search done"),
        ({"stage": "smc", "worst": "pilot, 0.1"}, "SMC, pilot, 0.1"),
        ({"stage": "smc", "worst": ""}, "SMC done, walkers placed"),
        ({}, "sampling, R-hat 1.1"),
        ({"worst": ""}, "sampling"),
        ({"finished": True, "worst": ""}, "converged"),
        ({"finished": True}, "not converged: R-hat 1.1"),
        ({"stage": "conclusions"}, "done"),
        ({"stage": "nested check"}, "done; now checked by nested sampling"),
        ({"stage": "nested check done"}, "done, and checked by nested sampling"),
        ({"stage": "faults"}, "done; now held against faults of the data"),
        ({"stage": "forecast"}, "done; now what it predicts"),
    ],
)
def test_where_a_mechanism_stands_is_said_in_words(changes, words):
    assert state_of(replace(EVENT, **changes)) == words


def test_a_stage_is_a_line_of_progress_and_no_line_of_the_program(capsys):
    say_stage("ranking what to measure next")

    # where a run is killed, one line beside those of progress says so
    assert capsys.readouterr().err == "[   then] ranking what to measure next\n"


def test_a_run_says_first_which_engine_integrates(capsys):
    say_engine()

    assert capsys.readouterr().err == f"[  first] engine {engine_in_use()}\n"
