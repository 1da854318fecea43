"""A course of spectra: what one lends to another, and what is refused in one line."""

from dataclasses import replace

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.course import (
    AssignmentSettings,
    MeasuredSpectrum,
    assign_course,
)
from assemblysim.spectra.reading.scan import Scan
from benchmarks.spectra.generating import Instrument, profile

ATOMS = {"Pd": 2, "C": 60, "H": 44, "N": 8}
IONS = (
    CandidateIon("A", ATOMS, 2, ("[A]2+",)),
    CandidateIon("B", {**ATOMS, "H": 48, "O": 2}, 2, ("[B]2+",)),
)
SETTINGS = AssignmentSettings(30.0, None, (2,), ("A", "B"))


def spectrum(counts, seed=1, shift=8.0):
    instrument = Instrument(20000, shift, (530.0, 575.0), background=0.5)
    envelopes = [one.envelope for one in IONS]
    scan = profile(envelopes, counts, instrument, np.random.default_rng(seed))
    return MeasuredSpectrum(f"s{seed}.csv", "a profile", scan, float(seed))


def test_a_spectrum_without_a_clear_envelope_has_the_shift_of_the_others():
    told = []
    found = assign_course(
        [spectrum((5000, 2000), 1), spectrum((0, 0), 2), spectrum((2000, 5000), 3)],
        IONS,
        SETTINGS,
        told.append,
    )
    first, empty, last = (one for one, _ in found)

    assert told == [first, empty, last]
    assert empty.anchors == 0
    assert first.anchors == 2
    assert min(first.shift, last.shift) <= empty.shift <= max(first.shift, last.shift)
    assert not any(core.seen for core in empty.cores)
    assert all(core.seen for core in first.cores)
    (share, *_) = first.cores
    assert share.lower < 5 / 7 < share.upper
    assert share.upper - share.lower < 0.1


def test_without_any_clear_envelope_nothing_is_guessed():
    with pytest.raises(InputError, match="no ion's envelope stands out clearly in any"):
        assign_course([spectrum((0, 0))], IONS, SETTINGS)


def test_the_last_digit_of_an_intensity_moves_no_share():
    """The grid of cells once followed the measured width to all digits, and shares by 4 %."""
    first = spectrum((500, 200))
    rng = np.random.default_rng(2)
    shares = []
    for size in (0.0, 1e-12, 1e-12, 1e-12):
        rest = 1 + size * rng.standard_normal(first.scan.mz.size)
        scan = replace(first.scan, intensities=first.scan.intensities * rest)
        ((found, _),) = assign_course([replace(first, scan=scan)], IONS, SETTINGS)
        shares.append(found.cores[0].amount)

    np.testing.assert_allclose(shares, shares[0], rtol=1e-6)


def listed(heights):
    mz = np.concatenate([one.envelope.mz for one in IONS])
    order = np.argsort(mz)
    scan = Scan("s", mz[order], np.asarray(heights)[order])
    return MeasuredSpectrum("peaks.csv", "a peak list", scan, 1.0)


def peaks(first, second):
    heights = [IONS[0].envelope.fractions * first, IONS[1].envelope.fractions * second]
    whole = np.concatenate(heights)
    return np.where(whole > 30, whole, 0.0)


def test_a_list_of_peaks_needs_a_resolution():
    with pytest.raises(InputError, match=r"peaks.csv: is taken for a list of peaks, whose width"):
        assign_course([listed(peaks(9000, 4000))], IONS, SETTINGS)


def test_a_list_of_peaks_is_assigned_and_what_is_not_above_0_is_told():
    heights = peaks(9000, 4000)
    heights[heights == 0] = -1.0
    ((found, _),) = assign_course([listed(heights)], IONS, replace(SETTINGS, resolution=20000.0))

    assert f"; {np.count_nonzero(heights < 0)} without intensity above 0" in found.recognised
    first, second = found.ions
    assert first.amount == pytest.approx(9000, rel=0.01)
    assert second.amount == pytest.approx(4000, rel=0.01)


def test_a_spectrum_elsewhere_is_refused():
    far = MeasuredSpectrum("far.csv", "", Scan("s", np.arange(100, 101, 0.01), np.ones(100)), 1.0)

    with pytest.raises(InputError, match="none of 2 ions lies within its range, m/z 100 to 101"):
        assign_course([far], IONS, replace(SETTINGS, sampling="profile"))
