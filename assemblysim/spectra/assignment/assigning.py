"""One spectrum assigned: its ions with errors, sums of cores with their covariance, the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import norm

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.result.spectra.assignment import AssignedIon, CoreSum
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import MzCells, PeakShape, mz_cells, responses
from assemblysim.spectra.assignment.fitting import CellFit, fit_cells
from assemblysim.spectra.reading.scan import Scan

SEEN: Final = float(norm.ppf(0.995))  # standard errors; noise alone gets there in one of 200
_LIMIT: Final = float(norm.ppf(0.95))
_INTERVAL: Final = float(norm.ppf(0.975))
EXPECTED_HEIGHT: Final = 0.05  # over the highest peak; isotope peaks that are counted
_NOTHING: Final = 1e-9  # of an ion, within a peak's cells
_PEAK_SEEN: Final = 3.0  # standard deviations
NOT_TOLD_APART: Final = -0.9  # correlation of two ions' errors
_ONE_COLUMN: Final = 0.9999  # cosine of two ions' cells; they are fitted as one

_Column = tuple[np.ndarray, np.ndarray]  # an ion's cells, and what one unit of it puts into them


@dataclass(frozen=True, eq=False)
class SpectrumFit:
    """A fitted spectrum with everything that pictures and sums need.

    Attributes:
        candidates: the K ions that were fitted.
        shape: of the peaks.
        cells: around all their peaks.
        parts: shape (C, K), what one unit of each puts into each cell.
        fit: intensities and errors.
    """

    candidates: tuple[CandidateIon, ...]
    shape: PeakShape
    cells: MzCells
    parts: csr_array
    fit: CellFit


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
    return SpectrumFit(ions, shape, cells, parts, _widened(parts, fit, cells))


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


def _widened(parts: csr_array, fit: CellFit, cells: MzCells) -> CellFit:
    """Widen errors of ions whose peaks the fit does not describe, by their own chi-square."""
    factors = np.sqrt(np.maximum(chi_squares(parts, fit, cells), 1.0))
    covariance = fit.covariance * np.outer(factors, factors)
    return replace(fit, covariance=covariance)


def chi_squares(parts: csr_array, fit: CellFit, cells: MzCells) -> np.ndarray:
    """Return the mean square of standardised residuals at each ion's peaks, shape (K,).

    MzCells count by the part of the ion that they hold.
    """
    squares = np.where(fit.counted, fit.standardised(cells) ** 2, 0.0)
    weights = np.asarray(parts.T @ fit.counted.astype(float))
    return np.asarray(parts.T @ squares) / np.where(weights > 0, weights, 1.0)


def assigned_ions(found: SpectrumFit) -> tuple[AssignedIon, ...]:
    """Return what is reported of each ion."""
    errors = np.sqrt(np.diag(found.fit.covariance))
    squares = chi_squares(found.parts, found.fit, found.cells)
    correlation = found.fit.covariance / np.outer(errors, errors)
    columns = found.parts.tocsc()
    ions = []
    for place, one in enumerate(found.candidates):
        own = slice(columns.indptr[place], columns.indptr[place + 1])
        column = columns.indices[own], columns.data[own]
        amount, free = float(found.fit.amounts[place]), float(found.fit.free[place])
        seen, expected = _peaks_seen(found, place, column)
        near = np.flatnonzero(correlation[place] < NOT_TOLD_APART)
        is_seen = free > SEEN * errors[place]
        ions.append(
            AssignedIon(
                one.core,
                one.text,
                one.texts[1:],
                one.charge,
                one.envelope.highest,
                amount,
                float(errors[place]),
                None if is_seen else max(free, 0.0) + _LIMIT * float(errors[place]),
                _cosine(found, place, column),
                float(squares[place]),
                expected,
                seen,
                tuple(found.candidates[k].text for k in near),
            )
        )
    return tuple(ions)


def _others(found: SpectrumFit, place: int, column: _Column) -> np.ndarray:
    """Return what is measured in an ion's cells less background and all other ions."""
    cells, parts = column
    own = parts * found.fit.amounts[place]
    return np.asarray(found.cells.intensities[cells] - (found.fit.expected[cells] - own))


def _cosine(found: SpectrumFit, place: int, column: _Column) -> float:
    parts = column[1]
    inside = parts >= EXPECTED_HEIGHT * parts.max(initial=0.0)
    left = _others(found, place, column)[inside]
    size = float(np.linalg.norm(left) * np.linalg.norm(parts[inside]))
    return float(left @ parts[inside]) / size if size > 0 else 0.0


def _peaks_seen(found: SpectrumFit, place: int, column: _Column) -> tuple[int, int]:
    """Count isotope peaks that stand out, and those that should."""
    envelope, cells = found.candidates[place].envelope, found.cells
    mz = found.shape.place(envelope.mz[envelope.heights >= EXPECTED_HEIGHT])
    half = 0.75 * found.shape.width(mz)
    first, last = np.searchsorted(cells.high, mz - half), np.searchsorted(cells.low, mz + half)
    base = int(first.min())
    own = np.arange(base, max(int(last.max()), base))
    left = cells.intensities[own] - found.fit.expected[own]
    inside = (column[0] >= base) & (column[0] < base + len(own))
    parts = np.zeros(len(own))
    parts[column[0][inside] - base] = column[1][inside]
    sums = np.cumsum([left + parts * found.fit.amounts[place], parts,
                      found.fit.noise.variance(found.fit.expected[own])], axis=1)  # fmt: skip
    sums = np.concatenate([np.zeros((3, 1)), sums], axis=1)
    rest, there, variance = sums[:, last - base] - sums[:, first - base]
    expected = there > _NOTHING
    seen = expected & (rest > _PEAK_SEEN * np.sqrt(np.maximum(variance, 0.0)))
    return int(seen.sum()), int(expected.sum())


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
