"""Mass shift and peak width of a spectrum, from its clearest envelopes."""

from dataclasses import replace

import numpy as np
import pytest

from assemblysim.isotopes.envelopes import envelope
from assemblysim.spectra.assignment.calibrating import (
    calibrated,
    is_profile,
    measured_resolution,
)
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.reading.scan import Scan
from benchmarks.spectra.generating import Instrument, profile

IONS = [
    envelope({"Pd": 2, "C": 60 + n, "H": 44 + 2 * n, "N": 8}, 2) for n in (0, 3)
]  # about m/z 540 and 561
SPAN = (530.0, 575.0)


def spectrum(seed, shift, resolution, counts=(6000, 3000)):
    instrument = Instrument(resolution, shift, SPAN, background=0.5)
    return profile(IONS, counts, instrument, np.random.default_rng(seed))


@pytest.mark.parametrize(("shift", "resolution"), [(17.0, 20000), (-8.0, 20000), (13.0, 5000)])
def test_shift_and_resolution_are_found_within_their_errors(shift, resolution):
    scan = spectrum(7, shift, resolution)
    start = PeakShape(0.0, measured_resolution(scan))
    found = calibrated(scan, IONS, start, 30.0)

    assert abs(found.shape.shift - shift) < 4 * found.shift_error
    assert found.shift_error < 0.03 * 1e6 / resolution
    assert found.shape.resolution == pytest.approx(resolution, rel=0.03)
    assert set(found.anchors) == {0, 1}


def test_peaks_that_the_detector_cut_off_tell_no_width():
    scan = spectrum(7, 0.0, 8000, (20000, 9000))
    cut = 0.07 * scan.intensities.max()
    flat = replace(scan, intensities=np.minimum(scan.intensities, cut))
    marked = replace(flat, saturated=scan.mz[scan.intensities >= cut])

    assert measured_resolution(marked) == pytest.approx(8000, rel=0.12)
    assert measured_resolution(flat) < 0.82 * 8000


def test_no_shift_is_taken_from_noise():
    scan = spectrum(3, 0.0, 20000, counts=(0, 0))

    assert calibrated(scan, IONS, PeakShape(0.0, 20000), 30.0).anchors == ()


def test_a_shift_that_another_one_explains_as_well_is_not_taken():
    twins = [type(one)(one.mz * (1 + 6e-5), one.fractions) for one in IONS]
    scan = spectrum(7, 2.0, 20000)

    assert calibrated(scan, IONS, PeakShape(0.0, 20000), 12.0).anchors
    assert not calibrated(scan, [*IONS, *twins], PeakShape(0.0, 20000), 80.0).anchors


def test_a_list_of_peaks_has_its_shift_and_keeps_its_resolution():
    mz, heights = IONS[0].mz * (1 + 9e-6), IONS[0].fractions * 1e5
    found = calibrated(Scan("s", mz, heights), IONS, PeakShape(0.0, 20000, True), 30.0)

    assert found.shape.shift == pytest.approx(9, abs=0.1)
    assert found.shape.resolution == 20000


def test_profiles_and_lists_are_told_by_the_points_in_their_peaks():
    assert is_profile(spectrum(1, 0.0, 20000))
    assert is_profile(spectrum(1, 0.0, 5000))
    assert not is_profile(Scan("s", IONS[0].mz, IONS[0].fractions))
    assert not is_profile(Scan("s", np.zeros(0), np.zeros(0)))
