"""Isotope peaks one by one: those that are missing speak against an ion, those too high do not."""

import numpy as np
import pytest

from assemblysim.spectra.assignment.isotope_peaks import IsotopePeaks, doubtful

PARTS = np.array([0.1, 0.2, 0.3, 0.2, 0.1])
VARIANCES = np.full(5, 4.0)


def peaks(measured):
    return IsotopePeaks(np.asarray(measured, dtype=float), PARTS, VARIANCES, 0)


def test_peaks_stand_out_by_three_standard_deviations():
    assert peaks([6.1, 5.9, 30.0, 0.0, 7.0]).seen == 3


def test_missing_peaks_count_and_peaks_too_high_do_not():
    expected = 300 * PARTS
    gone = np.where(np.arange(5) < 3, expected, 0.0)

    assert peaks(expected).missing(300) == 0
    assert peaks(3 * expected).missing(300) == 0
    # Two of five peaks, of 60 and 30, are 0: each is so many standard deviations too low.
    sigmas = expected[3:] / np.sqrt(4 + (0.2 * expected[3:]) ** 2)
    assert peaks(gone).missing(300) == pytest.approx(2 * (sigmas**2).sum() / 5)


def test_noise_alone_has_a_mean_square_of_one():
    rng = np.random.default_rng(1)
    found = [peaks(20 * PARTS + 2 * rng.standard_normal(5)).missing(20) for _ in range(400)]

    assert np.mean(found) == pytest.approx(1, abs=0.25)


def test_an_ion_whose_peaks_are_missing_is_as_unsure_as_it_is_large():
    gone = peaks([0.0, 0.0, 90.0, 0.0, 0.0])

    assert doubtful([gone, peaks(300 * PARTS)], np.array([300.0, 300.0])).tolist() == [9e4, 0.0]
    assert doubtful([gone], np.array([0.0])).tolist() == [0.0]
