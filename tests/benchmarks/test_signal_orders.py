"""Evidences of 30 studies in two orders of signals: the stored ones, and one made anew."""

import json

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.sampling.settings import SmcSettings
from benchmarks.responses.signal_orders import compared, summary

STORED = ROOT / "benchmarks" / "results" / "signal_orders.json"
LIGHT = SmcSettings(runs=3, particles=96, pilot_particles=192, exploratory_runs=1)


def test_stored_differences_are_what_their_errors_say_and_were_not_before():
    page = json.loads(STORED.read_text(encoding="utf-8"))
    found = summary(page["rows"])

    assert found == page["summary"]
    assert found["studies"] == 30
    assert found["largest_error"] <= 0.05
    # a mean of 30 squares of standard normals lies above 1.5 three times in a hundred
    assert found["mean_square"] < 1.5
    assert found["mean_square_before"] > 5


def test_one_study_made_anew_agrees_with_the_stored_one():
    stored = json.loads(STORED.read_text(encoding="utf-8"))["rows"][0]
    found = compared(0, 20, LIGHT, np.inf)
    gaps = np.array(found["log_evidence"]) - stored["log_evidence"]
    errors = np.hypot(found["error"], stored["error"])

    assert found["model"] == stored["model"]
    assert np.abs(gaps / errors).max() < 4
    assert found["moved_before"] == pytest.approx(stored["moved_before"], abs=0.1)
    # the former rule moved it by more than both errors together
    assert abs(stored["moved_before"]) > 2 * np.hypot(*stored["error"])
