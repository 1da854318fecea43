"""The accepted calibration: made from the files as they are, saying what it must, reproducible."""

from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from light_calibration import LIGHT_SEARCH

from assemblysim.files.codec import from_plain, stored_json
from assemblysim.inference.calibration.quick import QuickSettings
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.result.calibration import CalibrationResult
from assemblysim.study.campaigns.calibration import Request, run_calibration
from assemblysim.study.definition.reading import read_study
from assemblysim.study.workers import OneWorker

QUICKER = QuickSettings(
    screened=128,
    starts=2,
    efforts=(
        SmcSettings(pilot_particles=160, ess_threshold=0.5, local_moves=2, most_rounds=2),
        *QuickSettings().efforts[1:],
    ),
    draws=1000,
    wanted=200,
    walkers=100,
    moves=6,
)
STUDY = ROOT / "fits" / "hnp_dy6_synthetic"


@pytest.fixture(scope="module")
def found():
    path = STUDY / "accepted" / "calibration.json"
    return from_plain(CalibrationResult, stored_json(path))


def test_it_was_made_from_the_files_as_they_are(found):
    study = read_study(STUDY)

    assert found.inputs == dict(study.inputs)
    assert found.seed == study.seed
    assert found.mechanisms == study.mechanisms
    assert found.conditions["none"].studies >= 200


def test_ranks_are_inside_their_band_and_intervals_cover_what_they_say(found):
    one = found.conditions["none"]

    assert one.ranks.together_p_value > 0.05
    assert 0.92 <= one.coverage.all["0.95"].share <= 0.98
    for level in ("0.5", "0.8"):
        covered = one.coverage.all[level]
        assert abs(covered.share - float(level)) < 3 * covered.error


def test_it_is_hardly_ever_wrong_with_confidence(found):
    for name, one in found.conditions.items():
        wrong = one.wrong_with_confidence
        most = 0.01 if name == "none" else 0.05
        assert wrong.hits <= most * wrong.count, name


def test_stated_probabilities_come_true(found):
    for one in found.conditions["none"].reliability:
        count = one.right.count
        if count:
            stated = one.stated
            error = np.sqrt(stated * (1 - stated) / count)
            # One surprise more than expected is always allowed where few are expected.
            assert abs(one.right.hits / count - stated) < 4 * error + 1 / count


@pytest.mark.slow
def test_a_smaller_calibration_agrees_with_the_accepted_one(found, tmp_path):
    """Two of the mechanisms and five studies: the figures agree within their errors.

    Fits are made with less work than those of the accepted one, and judged as strictly.
    """
    study = replace(read_study(STUDY), mechanisms=("two_Dy3L", "through_Dy5L2"))
    request = Request(studies=5, settings=QUICKER, search=LIGHT_SEARCH)
    again = run_calibration(study, request, tmp_path, OneWorker(), lambda *_: None)
    large, small = found.conditions["none"], again.conditions["none"]

    for level in ("0.5", "0.8", "0.95"):
        one, other = large.coverage.all[level], small.coverage.all[level]
        assert abs(one.share - other.share) < 4 * np.hypot(one.error, other.error)
    assert small.ranks.together_p_value > 0.001
    rate_constants = (large.wrong_with_confidence, small.wrong_with_confidence)
    assert max(r.lower for r in rate_constants) <= min(r.upper for r in rate_constants)


def test_intervals_of_lifetimes_and_pathway_shares_hold_what_is_true(found):
    for kind in ("time_of_maximum", "half_life", "fraction"):
        covered = found.conditions["none"].predictions[kind]["0.95"]
        assert 0.92 <= covered.share <= 0.98, kind
        assert covered.count >= 200
