"""MzCells of m/z: nothing is lost between them, and an ion puts into each what falls there."""

import numpy as np
import pytest

from assemblysim.isotopes.envelopes import envelope
from assemblysim.spectra.assignment.cells import PeakShape, mz_cells, responses
from assemblysim.spectra.reading.scan import Scan

ION = envelope({"Zn": 2, "C": 40, "H": 40, "N": 8}, 2)
SHAPE = PeakShape(shift=12.0, resolution=20000)


def scan_of(mz, intensities):
    return Scan("s", np.asarray(mz, dtype=float), np.asarray(intensities, dtype=float))


def fine_profile():
    mz = np.arange(ION.mz[0] - 2, ION.mz[-1] + 2, 0.0025)
    return scan_of(mz, ION.profile(mz / (1 + 12e-6), 20000) * 0.0025)


def test_cells_hold_what_the_ion_is_said_to_put_there():
    scan = fine_profile()
    cells = mz_cells(scan, [ION], SHAPE)
    (said,) = responses([ION], cells, SHAPE).T.toarray()

    assert said.sum() == pytest.approx(1, abs=2e-3)
    # A cell ends between two points, so it holds up to half a point of the profile more or less.
    np.testing.assert_allclose(cells.intensities, said, atol=0.02 * said.max())
    assert cells.intensities.sum() == pytest.approx(said.sum(), rel=1e-3)


def test_a_shift_that_is_not_followed_is_seen():
    cells = mz_cells(fine_profile(), [ION], SHAPE)
    (said,) = responses([ION], cells, PeakShape(0.0, 20000)).T.toarray()

    assert np.abs(cells.intensities - said).max() > 0.1 * said.max()


def test_peaks_of_a_list_fall_into_the_cells_of_their_isotope_peaks():
    shape = PeakShape(0.0, 20000, centroids=True)
    scan = scan_of(ION.mz, ION.fractions)
    cells = mz_cells(scan, [ION], shape)
    (said,) = responses([ION], cells, shape).T.toarray()

    np.testing.assert_allclose(cells.intensities, said, atol=1e-6)
    assert len(cells.low) == np.count_nonzero(ION.heights >= 1e-3)


def test_peaks_that_a_list_does_not_part_share_a_cell():
    shape = PeakShape(0.0, 500, centroids=True)

    assert len(mz_cells(scan_of(ION.mz, ION.fractions), [ION], shape).low) == 1


def test_where_a_profile_has_no_points_nothing_is_smeared():
    mz = np.concatenate([np.arange(700, 700.5, 0.01), np.arange(720, 720.5, 0.01)])
    scan = scan_of(mz, np.ones_like(mz))
    cells = mz_cells(scan, [ION, envelope({"C": 57, "H": 26}, 1)], PeakShape(0.0, 5000))
    empty = (cells.low > 701) & (cells.high < 719)

    assert empty.any()
    assert cells.intensities[empty].max() == 0


def test_a_spectrum_elsewhere_has_no_cells():
    assert len(mz_cells(scan_of([2000.0, 2000.01], [1, 1]), [ION], SHAPE).low) == 0
