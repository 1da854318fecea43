"""The isotope peaks of fitted ions, one by one: which are seen, and which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.spectra.assignment.cells import MzCells, PeakShape
from assemblysim.spectra.assignment.fitting import CellFit

EXPECTED_HEIGHT: Final = 0.05  # over the highest peak; isotope peaks that are counted
_NOTHING: Final = 1e-9  # of an ion, within a peak's cells
_PEAK_SEEN: Final = 3.0  # standard deviations
_HEIGHT_ERROR: Final = 0.2  # of an isotope peak; shapes and abundances may be so wrong
_CONTRADICTED: Final = (2.0, 4.0)  # mean square of missing isotope peaks: begins, and is certain


@dataclass(frozen=True, eq=False)
class IsotopePeaks:
    """The isotope peaks of one ion, at least a twentieth as high as the highest, shape (P,) each.

    Attributes:
        measured: intensities less background and all other ions.
        parts: what one unit of the ion puts there; those where nothing is are left out.
        variances: of noise.
        saturated: how many more lie where the detector no longer followed.
    """

    measured: np.ndarray
    parts: np.ndarray
    variances: np.ndarray
    saturated: int

    @property
    def seen(self) -> int:
        """How many stand out of the noise."""
        return int((self.measured > _PEAK_SEEN * np.sqrt(self.variances)).sum())

    def missing(self, amount: float) -> float:
        """Return the mean square by which peaks are too low; about 1 or less where they are not.

        Peaks that are too high are no evidence against an ion: another one may lie upon it.
        """
        if amount <= 0 or not self.parts.size:
            return 0.0
        expected = amount * self.parts
        spread = np.sqrt(self.variances + (_HEIGHT_ERROR * expected) ** 2)
        low = np.minimum((self.measured - expected) / spread, 0.0)
        return float(2 * (low**2).mean())

    def contradict(self, amount: float) -> bool:
        """Say whether peaks that are missing speak against so much of the ion."""
        return self.missing(amount) > _CONTRADICTED[0]


def isotope_peaks(
    envelopes: Sequence[Envelope],
    into: tuple[MzCells, csr_array],
    fit: CellFit,
    shape: PeakShape,
    fitted_amounts: np.ndarray,
) -> tuple[IsotopePeaks, ...]:
    """Return the isotope peaks of each ion.

    Args:
        envelopes: of K ions.
        into: cells, and what one unit of each ion puts into each of them.
        fit: of the cells.
        shape: of the peaks.
        fitted_amounts: shape (K,), of these ions in the fit; 0 of those that are not in it.
    """
    cells, columns = into[0], into[1].tocsc()
    left, variance = cells.intensities - fit.expected, fit.noise.variance(fit.expected)
    full = cells.full.astype(float)
    found = []
    for place, envelope in enumerate(envelopes):
        mz = shape.place(envelope.mz[envelope.heights >= EXPECTED_HEIGHT])
        half = 0.75 * shape.width(mz)
        first, last = np.searchsorted(cells.high, mz - half), np.searchsorted(cells.low, mz + half)
        base = int(first.min())
        own = np.arange(base, max(int(last.max()), base))
        column = slice(columns.indptr[place], columns.indptr[place + 1])
        rows, values = columns.indices[column], columns.data[column]
        inside = (rows >= base) & (rows < base + len(own))
        parts = np.zeros(len(own))
        parts[rows[inside] - base] = values[inside]
        whole = [left[own] + parts * fitted_amounts[place], parts, variance[own], full[own]]
        sums = np.concatenate([np.zeros((4, 1)), np.cumsum(whole, axis=1)], axis=1)
        rest, there, noise, cut = sums[:, last - base] - sums[:, first - base]
        inside = there > _NOTHING
        told = inside & (cut < 0.5)
        noise = np.maximum(noise[told], 0.0)
        found.append(IsotopePeaks(rest[told], there[told], noise, int((inside & ~told).sum())))
    return tuple(found)


def doubtful(peaks: Sequence[IsotopePeaks], amounts: np.ndarray) -> np.ndarray:
    """Return variances of ions some of whose isotope peaks are missing, shape (K,).

    All of such an ion may be something else: its error is as large as itself.
    """
    missing = np.array([one.missing(a) for one, a in zip(peaks, amounts.tolist(), strict=True)])
    begins, certain = _CONTRADICTED
    doubt = np.clip((missing - begins) / (certain - begins), 0.0, 1.0)
    return np.asarray(doubt * amounts**2)
