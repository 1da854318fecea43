"""One spectrum fitted: its ions with errors, and sums of cores with their covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import norm

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.result.spectra.assignment import CoreSum
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import MzCells, PeakShape, mz_cells, responses
from assemblysim.spectra.assignment.fitting import CellFit, fit_cells
from assemblysim.spectra.assignment.isotope_peaks import IsotopePeaks, doubtful, isotope_peaks
from assemblysim.spectra.reading.scan import Scan

SEEN: Final = float(norm.ppf(0.995))  # standard errors; noise alone gets there in one of 200
_INTERVAL: Final = float(norm.ppf(0.975))
_ONE_COLUMN: Final = 0.9999  # cosine of two ions' cells; they are fitted as one
_MOST_OFF: Final = 6.0  # standard deviations that an unexplained cell counts for


@dataclass(frozen=True, eq=False)
class SpectrumFit:
    """A fitted spectrum with everything that pictures and sums need.

    Attributes:
        candidates: the K ions that were fitted.
        shape: of the peaks.
        cells: around all their peaks.
        parts: shape (C, K), what one unit of each puts into each cell.
        fit: intensities and errors.
        peaks: isotope peaks of each.
    """

    candidates: tuple[CandidateIon, ...]
    shape: PeakShape
    cells: MzCells
    parts: csr_array
    fit: CellFit
    peaks: tuple[IsotopePeaks, ...]


def fitted(
    scan: Scan,
    candidates: Sequence[CandidateIon],
    shape: PeakShape,
    *,
    threshold: float | None = None,
    beside: Sequence[Envelope] = (),
) -> SpectrumFit:
    """Fit the ions that a spectrum may hold.

    Ions of one core that no cell tells apart are one, under the first one's name.

    Args:
        scan: profile, or list of peaks.
        candidates: the ions.
        shape: of the peaks.
        threshold: of a list of peaks.
        beside: envelopes that are not fitted, whose cells are needed afterwards.
    """
    envelopes = [one.envelope for one in candidates]
    cells = mz_cells(scan, [*envelopes, *beside], shape)
    parts = responses(envelopes, cells, shape)
    kept = _told_apart(candidates, parts)
    parts = csr_array(parts[:, kept])
    fit = fit_cells(cells, parts, threshold=threshold)
    ions = tuple(candidates[i] for i in kept)
    peaks = isotope_peaks([one.envelope for one in ions], (cells, parts), fit, shape, fit.amounts)
    return SpectrumFit(ions, shape, cells, parts, _widened(parts, fit, cells, peaks), peaks)


def _told_apart(candidates: Sequence[CandidateIon], parts: csr_array) -> list[int]:
    """Return the first of every group of one core whose cells are alike; none without cells."""
    sizes = np.sqrt(np.asarray(parts.multiply(parts).sum(axis=0)).ravel())
    unit = parts.multiply(1 / np.where(sizes > 0, sizes, 1.0)).tocsc()
    alike = (unit.T @ unit).tocoo()
    near = (alike.data > _ONE_COLUMN) & (alike.row < alike.col)
    before: dict[int, list[int]] = {}
    for first, second in zip(alike.row[near].tolist(), alike.col[near].tolist(), strict=True):
        before.setdefault(second, []).append(first)
    kept: dict[int, None] = {}
    for place, one in enumerate(candidates):
        same = [k for k in before.get(place, ()) if k in kept and candidates[k].core == one.core]
        if sizes[place] > 0 and not same:
            kept[place] = None
    return list(kept)


def _widened(
    parts: csr_array, fit: CellFit, cells: MzCells, peaks: Sequence[IsotopePeaks]
) -> CellFit:
    """Widen errors of ions whose peaks the fit does not describe, by their own chi-square.

    See `doubtful` for the rest.
    """
    factors = np.sqrt(np.maximum(chi_squares(parts, fit, cells), 1.0))
    covariance = fit.covariance * np.outer(factors, factors)
    covariance[np.diag_indices(len(peaks))] += doubtful(peaks, fit.amounts)
    return replace(fit, covariance=covariance)


def chi_squares(parts: csr_array, fit: CellFit, cells: MzCells) -> np.ndarray:
    """Return the mean square of standardised residuals at each ion's peaks, shape (K,).

    Cells count by the part of the ion that they hold. Where intensity is unexplained, some of it
    lies in cells beside it that count, so that it counts, too, up to a bound.
    """
    squares = fit.standardised(cells) ** 2
    squares = np.where(fit.counted, squares, np.minimum(squares, _MOST_OFF**2))
    squares[cells.saturated] = 0.0
    weights = np.asarray(parts.T @ (~cells.full).astype(float))
    return np.asarray(parts.T @ squares) / np.where(weights > 0, weights, 1.0)


def core_sums(found: SpectrumFit, cores: Sequence[str]) -> tuple[tuple[CoreSum, ...], np.ndarray]:
    """Return the sum of each core's ions, and the covariance of these sums.

    Args:
        found: the fitted spectrum.
        cores: all that are reported; one without an ion in the range of the spectrum is left out.

    Method: sums of estimates without a bound at 0 are not biased; fractions have a first-order
    error, and their intervals end at 0 and 1.
    """
    names = [one.core for one in found.candidates]
    kept = [core for core in cores if core in names]
    member = np.array([[name == core for name in names] for core in kept], dtype=float)
    member = member.reshape(len(kept), len(names))
    amounts = member @ found.fit.free
    covariance = member @ found.fit.covariance @ member.T
    errors = np.sqrt(np.diag(covariance))
    total = float(np.maximum(amounts, 0.0).sum())
    fractions = amounts / total if total > 0 else np.zeros(len(kept))
    change = (np.eye(len(kept)) - fractions[:, None]) / total if total > 0 else np.zeros((0, 0))
    spread = np.sqrt(np.diag(change @ covariance @ change.T)) if total > 0 else np.ones(len(kept))
    sums = []
    for i, core in enumerate(kept):
        seen = bool(amounts[i] > SEEN * errors[i])
        low = fractions[i] - _INTERVAL * spread[i] if seen else 0.0
        high = max(fractions[i], 0.0) + _INTERVAL * spread[i]
        sums.append(
            CoreSum(
                core,
                names.count(core),
                seen,
                float(amounts[i]),
                float(errors[i]),
                float(np.clip(fractions[i], 0.0, 1.0)),
                float(np.clip(low, 0.0, 1.0)),
                float(np.clip(high, 0.0, 1.0)),
            )
        )
    return tuple(sums), covariance
