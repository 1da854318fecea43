"""Saturation: flat tops of a profile, a stated level, and none by chance."""

import numpy as np
import pytest

from assemblysim.spectra.reading.saturation import flat_top, with_saturation
from assemblysim.spectra.reading.scan import Scan, mean_scan

MZ = np.arange(500, 502, 0.01)
PEAK = 1e5 * np.exp(-0.5 * ((MZ - 501) / 0.03) ** 2) + 10.0


def scan(intensities, sampling="profile"):
    return Scan("s", MZ, np.asarray(intensities), 1, "positive", sampling)


def test_a_flat_top_is_found_and_its_points_are_marked():
    cut = scan(np.minimum(PEAK, 6e4))

    assert flat_top(cut) == 6e4
    marked = with_saturation(cut, None).saturated
    assert marked.tolist() == MZ[PEAK >= 6e4].tolist()
    assert len(marked) >= 5


@pytest.mark.parametrize(
    "whole",
    [
        scan(PEAK),
        scan(np.minimum(PEAK, 6e4), "centroid"),
        scan(np.minimum(PEAK, 100.0)),  # no higher than chance repeats in a spectrum of few counts
        scan(np.zeros_like(PEAK)),
    ],
)
def test_other_spectra_have_no_flat_top(whole):
    assert flat_top(whole) is None
    assert with_saturation(whole, None).saturated.size == 0


def test_equal_peaks_far_apart_are_no_flat_top():
    heights = np.full(len(MZ), 10.0)
    heights[[20, 90, 150]] = 5e4

    assert flat_top(scan(heights)) is None


def test_a_stated_level_marks_what_reaches_it():
    marked = with_saturation(scan(PEAK, "centroid"), 9e4).saturated

    assert marked.tolist() == MZ[PEAK >= 9e4].tolist()


def test_a_mean_is_saturated_where_one_of_its_scans_is():
    one, other = with_saturation(scan(np.minimum(PEAK, 6e4)), None), scan(0.1 * PEAK)

    assert mean_scan([one, other]).saturated.tolist() == one.saturated.tolist()
