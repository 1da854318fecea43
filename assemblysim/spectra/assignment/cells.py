"""The axis of m/z in cells: what a spectrum holds in each, and what an ion would put there.

Of a profile, cells are as wide as a peak at half its height. Of a list of peaks, a cell is the
neighbourhood of isotope peaks that its instrument does not part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.special import ndtr

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.spectra.reading.scan import Scan

LEAST_HEIGHT: Final = 1e-3  # over the highest peak; cells of lower ones are left out
_FWHM: Final = 2 * math.sqrt(2 * math.log(2))  # of a Gaussian, in standard deviations
_REACH: Final = 5.0  # standard deviations of a peak that are followed
_MARGIN: Final = 6.0  # widths of cells beside the last peak, which tell the background
_DENSE: Final = 0.5  # of a cell; points that are further apart are left where nothing was seen
_CENTROID_SCATTER: Final = 0.1  # of the width at half height
_COARSE: Final = 0.05  # of ln of a cell's width; see `_profile_ends`


@dataclass(frozen=True)
class PeakShape:
    """How an instrument shows a peak.

    Attributes:
        shift: by how much measured m/z are too high, ppm.
        resolution: m/z over the full width at half maximum.
        centroids: whether the spectrum is a list of peaks.
    """

    shift: float
    resolution: float
    centroids: bool = False

    def place(self, mz: np.ndarray) -> np.ndarray:
        """Return where peaks are measured."""
        return np.asarray(mz * (1 + 1e-6 * self.shift))

    def width(self, mz: np.ndarray) -> np.ndarray:
        """Return the full width at half maximum."""
        return np.asarray(mz / self.resolution)

    def spread(self, mz: np.ndarray) -> np.ndarray:
        """Return the standard deviation of what is measured about a peak's place."""
        width = self.width(mz)
        return np.asarray(width * _CENTROID_SCATTER if self.centroids else width / _FWHM)


@dataclass(frozen=True, eq=False)
class MzCells:
    """MzCells of m/z with what is measured in them.

    Attributes:
        low, high: shape (C,), their ends, u per elementary charge, increasing.
        intensities: shape (C,), sums over the cell, in the instrument's unit.
        saturated: places of cells in which the detector no longer followed.
    """

    low: np.ndarray
    high: np.ndarray
    intensities: np.ndarray
    saturated: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))

    @property
    def middle(self) -> np.ndarray:
        """Shape (C,): their middles."""
        return np.asarray(0.5 * (self.low + self.high))

    @property
    def full(self) -> np.ndarray:
        """Shape (C,): True where the detector was saturated."""
        found = np.zeros(len(self.low), dtype=bool)
        found[self.saturated] = True
        return found


def mz_cells(scan: Scan, envelopes: Sequence[Envelope], shape: PeakShape) -> MzCells:
    """Return the cells around all peaks of some ions within the range of a spectrum.

    Args:
        scan: a profile, or a list of peaks where `shape` says so.
        envelopes: of the ions.
        shape: of the peaks.
    """
    kept = [e.mz[e.heights >= LEAST_HEIGHT] for e in envelopes]
    peaks = np.unique(shape.place(np.concatenate(kept)))
    width = 1 / shape.resolution
    if not scan.mz.size:
        return MzCells(np.zeros(0), np.zeros(0), np.zeros(0))
    first, last = scan.mz[0] * (1 - width), scan.mz[-1] * (1 + width)
    peaks = peaks[(peaks >= first) & (peaks <= last)]
    low, high = _listed_ends(peaks, width) if shape.centroids else _profile_ends(peaks, width)
    inside = (high > first) & (low < last)
    low, high = low[inside], high[inside]
    if not shape.centroids:
        low, high = _whole_points(low, scan.mz), _whole_points(high, scan.mz)
    sums = _Sums.of(scan, points=shape.centroids)
    full = _holding(low, high, scan.saturated)
    return MzCells(low, high, sums.upto(high) - sums.upto(low), full)


def _holding(low: np.ndarray, high: np.ndarray, mz: np.ndarray) -> np.ndarray:
    """Return the places of the cells that hold one of some m/z."""
    place = np.searchsorted(high, mz)
    within = place < len(low)
    within[within] = mz[within] >= low[place[within]]
    return np.unique(place[within])


def _profile_ends(peaks: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return ends on a grid of equal steps of ln(m/z), so that cells are as wide as peaks.

    The step is one of a few values: a grid that follows the measured width to all its digits is
    another one at 1000 u, a hundred thousand steps away, as soon as the last of them differs.
    """
    step = math.exp(_COARSE * round(math.log(width) / _COARSE))
    places = np.unique(np.floor(np.log(peaks) / step).astype(np.int64))
    beside = np.arange(-int(_MARGIN), int(_MARGIN) + 1)
    places = np.unique((places[:, None] + beside).ravel())
    return np.exp(places * step), np.exp((places + 1) * step)


def _whole_points(ends: np.ndarray, mz: np.ndarray) -> np.ndarray:
    """Move ends between two points of the profile, so that cells share no point's noise."""
    if len(mz) < 2:
        return ends
    after = np.clip(np.searchsorted(mz, ends), 1, len(mz) - 1)
    middle = 0.5 * (mz[after - 1] + mz[after])
    dense = mz[after] - mz[after - 1] < _DENSE * np.diff(ends, append=np.inf)
    return np.where(dense, middle, ends)


def _listed_ends(peaks: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a cell for each group of peaks that are nearer to each other than a width."""
    if not peaks.size:
        return peaks, peaks
    starts = np.flatnonzero(np.concatenate([[True], np.diff(peaks) > width * peaks[1:]]))
    ends = np.concatenate([starts[1:] - 1, [len(peaks) - 1]])
    low, high = peaks[starts], peaks[ends]
    between = 0.5 * (high[:-1] + low[1:])
    left = np.maximum(low * (1 - width), np.concatenate([[-np.inf], between]))
    right = np.minimum(high * (1 + width), np.concatenate([between, [np.inf]]))
    return left, right


@dataclass(frozen=True, eq=False)
class _Sums:
    """The sum of a spectrum up to any m/z."""

    nodes: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(cls, scan: Scan, *, points: bool) -> _Sums:
        """Each point of a profile covers the distance to its nearer neighbour."""
        gaps = np.diff(scan.mz, prepend=-np.inf, append=np.inf)
        nearer = np.minimum(gaps[:-1], gaps[1:])
        half = 0.5 * np.where(np.isfinite(nearer), nearer, 0.0)
        half = np.maximum(np.zeros_like(half) if points else half, 1e-9 * scan.mz)
        nodes = np.column_stack([scan.mz - half, scan.mz + half]).ravel()
        after = np.cumsum(scan.intensities)
        sums = np.column_stack([np.concatenate([[0.0], after[:-1]]), after]).ravel()
        return cls(np.maximum.accumulate(nodes), sums)

    def upto(self, mz: np.ndarray) -> np.ndarray:
        return np.asarray(np.interp(mz, self.nodes, self.sums))


def responses(envelopes: Sequence[Envelope], cells: MzCells, shape: PeakShape) -> csr_array:
    """Return which part of each ion falls into each cell, shape (C, K).

    Args:
        envelopes: of K ions.
        cells: of the axis, from low to high m/z.
        shape: of the peaks.
    """
    rows, columns, values = [], [], []
    for column, one in enumerate(envelopes):
        seen = one.heights >= LEAST_HEIGHT
        place = shape.place(one.mz[seen])
        spread = shape.spread(place)
        first = np.searchsorted(cells.high, place - _REACH * spread)
        last = np.searchsorted(cells.low, place + _REACH * spread)
        lengths = np.maximum(last - first, 0)
        peak = np.repeat(np.arange(len(place)), lengths)
        before = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
        cell = np.arange(lengths.sum()) - before[peak] + first[peak]
        upper = ndtr((cells.high[cell] - place[peak]) / spread[peak])
        lower = ndtr((cells.low[cell] - place[peak]) / spread[peak])
        rows.append(cell)
        columns.append(np.full(len(cell), column))
        values.append((upper - lower) * one.fractions[seen][peak])
    whole = (len(cells.low), len(envelopes))
    if not rows:
        return csr_array(whole)
    data = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(data, shape=whole)
