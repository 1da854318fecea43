"""By how much a spectrum's m/z are off, and how wide its peaks are, from its clearest envelopes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.optimize import least_squares

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.spectra.assignment.cells import PeakShape, mz_cells, responses
from assemblysim.spectra.assignment.fitting import fit_cells
from assemblysim.spectra.reading.scan import Scan

CLEAR: Final = 0.9  # cosine of an envelope that the shift is taken from
MOST_ANCHORS: Final = 12
_SURE: Final = 8.0  # standard errors of an anchor's intensity; chance does not get there
_APART: Final = 0.2  # u, of two anchors' highest peaks
_ELSEWHERE: Final = 0.75  # widths of a peak
_AS_GOOD: Final = 0.8  # of the best shift's score; another with so much leaves it unsure
_HEIGHT: Final = 0.1  # of isotope peaks that a first look uses
_TALLEST: Final = 30  # peaks whose width is measured
_LOWEST: Final = 0.05  # of them, over the tallest; lower ones are noise where there are few
_POINTS_OF_A_PROFILE: Final = 3.0  # at least, above half the height
_GAP_OF_A_PROFILE: Final = 0.08  # u; isotope peaks of charge 12 are as near to each other
_SMOOTHED: Final = 1.0  # points, before widths are measured
_STEPS_IN_WIDTH: Final = 6  # shifts that are tried, within a peak's width


@dataclass(frozen=True)
class Calibration:
    """What the clearest envelopes tell.

    Attributes:
        shape: shift and resolution.
        anchors: places of the candidates that it rests on; empty where none is clear.
        shift_error: standard error of the shift, ppm.
    """

    shape: PeakShape
    anchors: tuple[int, ...]
    shift_error: float


def is_profile(scan: Scan) -> bool:
    """Say whether a spectrum is a profile, by the points of its tallest peaks.

    A profile has several above half the height, close together; neighbours in a list are
    isotope peaks.
    """
    peaks = _tallest(scan.intensities.astype(float))
    points = float(np.median([high - low + 1 for low, _, high in peaks] or [0]))
    gaps = [float(np.diff(scan.mz[low : high + 1]).max()) for low, _, high in peaks if high > low]
    return points >= _POINTS_OF_A_PROFILE and float(np.median(gaps)) < _GAP_OF_A_PROFILE


def measured_resolution(scan: Scan) -> float | None:
    """Return m/z over the width at half height of a profile's tallest peaks; None if it has none.

    The wider half of them is left out: isotope peaks that run into each other. So are those that
    the detector cut off.
    """
    smooth = gaussian_filter1d(scan.intensities.astype(float), _SMOOTHED)
    found = []
    for low, top, high in _tallest(smooth):
        whole = not np.isin(scan.mz[low : high + 1], scan.saturated).any()
        if whole and low > 0 and high < len(smooth) - 1 and high > low:
            half = 0.5 * smooth[top]
            first = _crossing(scan.mz, smooth, (low - 1, low), half)
            last = _crossing(scan.mz, smooth, (high + 1, high), half)
            found.append(float(scan.mz[top]) / (last - first))
    return float(np.quantile(found, 0.75)) if found else None


def _tallest(heights: np.ndarray) -> list[tuple[int, int, int]]:
    """Return (first, highest, last) point above half the height of each of the tallest peaks."""
    left = heights.copy()
    found = []
    for _ in range(_TALLEST if len(heights) else 0):
        top = int(left.argmax())
        if left[top] <= _LOWEST * max(heights.max(), 0.0):
            break
        low, high = top, top
        while low > 0 and heights[low - 1] > 0.5 * heights[top]:
            low -= 1
        while high < len(heights) - 1 and heights[high + 1] > 0.5 * heights[top]:
            high += 1
        found.append((low, top, high))
        size = high - low + 1
        left[max(low - size, 0) : high + size + 1] = 0.0
    return found


def _crossing(mz: np.ndarray, heights: np.ndarray, points: tuple[int, int], level: float) -> float:
    below, above = points
    part = (level - heights[below]) / (heights[above] - heights[below])
    return float(mz[below] + part * (mz[above] - mz[below]))


def calibrated(
    scan: Scan, envelopes: Sequence[Envelope], start: PeakShape, widest: float
) -> Calibration:
    """Return shift and peak width of a spectrum.

    Args:
        scan: profile, or list of peaks.
        envelopes: of the candidates.
        start: with the resolution to begin with; that of a list of peaks stays.
        widest: largest shift that is looked for, ppm.
    """
    first = _First.of(scan)
    step = 1e6 / start.resolution / _STEPS_IN_WIDTH
    shifts = step * np.arange(-math.floor(widest / step), math.floor(widest / step) + 1)
    tables = [_seen(one) for one in envelopes]
    if not tables:
        return Calibration(PeakShape(0.0, start.resolution, start.centroids), (), widest)
    scores = np.stack([first.fits(tables, start, one) for one in shifts.tolist()])
    places = np.array([one.highest for one in envelopes])
    found = [_anchors(one, places) for one in scores]
    worth = scores[:, :, 0] ** 6 * scores[:, :, 1]
    totals = np.array([one[anchors].sum() for one, anchors in zip(worth, found, strict=True)])
    best = int(totals.argmax())
    # A list of peaks has its peaks within half a width on either side.
    apart = _ELSEWHERE + 0.5 * start.centroids
    elsewhere = np.abs(shifts - shifts[best]) > apart * step * _STEPS_IN_WIDTH
    unsure = totals[elsewhere].max(initial=0.0) > _AS_GOOD * totals[best]
    if not found[best] or unsure:
        return Calibration(PeakShape(0.0, start.resolution, start.centroids), (), widest)
    near = PeakShape(float(shifts[best]), start.resolution, start.centroids)
    return _refined(scan, [envelopes[i] for i in found[best]], found[best], near)


def _anchors(scores: np.ndarray, places: np.ndarray) -> list[int]:
    """Return the clear envelopes, the most intense first; of those in one place the best one.

    Args:
        scores: shape (K, 2), cosine and intensity of each candidate.
        places: shape (K,), the m/z of its highest peak.
    """
    worth = np.where(scores[:, 0] > CLEAR, scores[:, 0] ** 6 * scores[:, 1], 0.0)
    found: list[int] = []
    for place in np.argsort(-worth, kind="stable").tolist():
        if worth[place] <= 0 or len(found) == MOST_ANCHORS:
            break
        if all(abs(places[place] - places[other]) > _APART for other in found):
            found.append(place)
    return found


def _seen(one: Envelope) -> tuple[np.ndarray, np.ndarray]:
    high = one.heights >= _HEIGHT
    return one.mz[high], one.fractions[high]


@dataclass(frozen=True, eq=False)
class _First:
    """A first look at a spectrum, by sums over windows at peaks."""

    mz: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(cls, scan: Scan) -> _First:
        return cls(scan.mz, np.concatenate([[0.0], np.cumsum(scan.intensities)]))

    def fits(
        self, tables: Sequence[tuple[np.ndarray, np.ndarray]], shape: PeakShape, shift: float
    ) -> np.ndarray:
        """Return the cosine of each envelope with what is measured, and its intensity, (K, 2).

        Args:
            tables: m/z and fractions of the peaks of each of K envelopes.
            shape: of the peaks.
            shift: ppm.
        """
        starts = np.cumsum([0, *(len(mz) for mz, _ in tables[:-1])])
        fractions = np.concatenate([one for _, one in tables])
        place = np.concatenate([mz for mz, _ in tables]) * (1 + 1e-6 * shift)
        half = (0.5 if shape.centroids else 0.25) * shape.width(place)
        ends = np.searchsorted(self.mz, place + half, "right")
        found = self.sums[ends] - self.sums[np.searchsorted(self.mz, place - half, "left")]
        size = np.sqrt(np.add.reduceat(found**2, starts))
        expected = np.sqrt(np.add.reduceat(fractions**2, starts))
        along = np.add.reduceat(found * fractions, starts) / expected
        cosine = np.where(size > 0, along / np.where(size > 0, size, 1.0), 0.0)
        return np.asarray(np.maximum(np.column_stack([cosine, along / expected]), 0.0))


def _refined(
    scan: Scan, envelopes: Sequence[Envelope], anchors: Sequence[int], near: PeakShape
) -> Calibration:
    """Fit shift and, of a profile, resolution to the anchors by least squares on cells."""
    if near.centroids:
        return _from_peaks(scan, envelopes, anchors, near)
    found = Calibration(near, tuple(anchors), 0.0)
    for outliers in (False, True):
        found = _fitted_shape(scan, envelopes, found, outliers=outliers)
    cells = mz_cells(scan, envelopes, found.shape)
    fit = fit_cells(cells, responses(envelopes, cells, found.shape))
    sure = fit.free > _SURE * np.sqrt(np.diag(fit.covariance))
    kept = tuple(place for place, one in zip(anchors, sure.tolist(), strict=True) if one)
    return Calibration(found.shape, kept, found.shift_error)


def _fitted_shape(
    scan: Scan, envelopes: Sequence[Envelope], before: Calibration, *, outliers: bool
) -> Calibration:
    near = before.shape
    cells = mz_cells(scan, envelopes, near)
    fit = fit_cells(cells, responses(envelopes, cells, near), outliers=outliers)
    spread = np.sqrt(fit.noise.variance(fit.expected))
    target = (cells.intensities - fit.background) / spread
    in_width = 1e6 / near.resolution

    def rest(unknown: np.ndarray) -> np.ndarray:
        shape = _moved(near, unknown, in_width)
        model = (responses(envelopes, cells, shape) @ fit.amounts) / spread
        # Ions change as a whole with the shape; one common factor follows that.
        factor = float(model @ target) / max(float(model @ model), 1e-300)
        return np.asarray((target - factor * model) * fit.counted)

    bounds = ([-0.6, -0.7], [0.6, 0.7])
    found = least_squares(
        rest, np.zeros(2), bounds=bounds, diff_step=1e-3, loss="soft_l1", f_scale=3.0, max_nfev=15
    )
    information = found.jac.T @ found.jac + np.diag([1e-12, 1e-12])
    error = math.sqrt(float(np.linalg.inv(information)[0, 0])) * in_width
    return Calibration(_moved(near, found.x, in_width), before.anchors, error)


def _moved(near: PeakShape, unknown: np.ndarray, in_width: float) -> PeakShape:
    shift = near.shift + float(unknown[0]) * in_width
    return PeakShape(shift, near.resolution * math.exp(float(unknown[1])), near.centroids)


def _from_peaks(
    scan: Scan, envelopes: Sequence[Envelope], anchors: Sequence[int], near: PeakShape
) -> Calibration:
    """Take the shift of a list from the distances of its peaks, weighted by their intensity."""
    apart, weights = [], []
    for one in envelopes:
        for mz in _seen(one)[0].tolist():
            place = mz * (1 + 1e-6 * near.shift)
            window = np.abs(scan.mz - place) <= 0.5 * place / near.resolution
            if window.any():
                peak = np.flatnonzero(window)[scan.intensities[window].argmax()]
                apart.append(1e6 * (scan.mz[peak] / mz - 1))
                weights.append(scan.intensities[peak])
    values, heights = np.array(apart), np.array(weights)
    shift = float(np.average(values, weights=heights))
    scatter = float(np.average((values - shift) ** 2, weights=heights)) ** 0.5
    error = scatter / math.sqrt(len(values))
    return Calibration(PeakShape(shift, near.resolution, True), tuple(anchors), error)
