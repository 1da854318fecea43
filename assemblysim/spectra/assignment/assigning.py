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
_PEAK_SEEN: Final = 3.0  # standard deviations
NOT_TOLD_APART: Final = -0.9  # correlation of two ions' errors
_ONE_COLUMN: Final = 0.9999  # cosine of two ions' cells; they are fitted as one


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
    alike = np.asarray((unit.T @ unit).todense())
    kept: list[int] = []
    for place, one in enumerate(candidates):
        same = [k for k in kept if candidates[k].core == one.core and alike[k, place] > _ONE_COLUMN]
        if sizes[place] > 0 and not same:
            kept.append(place)
    return kept


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
        column = np.asarray(columns[:, [place]].todense()).ravel()
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


def _others(found: SpectrumFit, place: int, column: np.ndarray) -> np.ndarray:
    """Return what is measured less background and all other ions."""
    own = column * found.fit.amounts[place]
    return np.asarray(found.cells.intensities - (found.fit.expected - own))


def _cosine(found: SpectrumFit, place: int, column: np.ndarray) -> float:
    inside = column >= EXPECTED_HEIGHT * column.max(initial=0.0)
    left = _others(found, place, column)[inside]
    size = float(np.linalg.norm(left) * np.linalg.norm(column[inside]))
    return float(left @ column[inside]) / size if size > 0 else 0.0


def _peaks_seen(found: SpectrumFit, place: int, column: np.ndarray) -> tuple[int, int]:
    """Count isotope peaks that stand out, and those that should."""
    envelope = found.candidates[place].envelope
    mz = found.shape.place(envelope.mz[envelope.heights >= EXPECTED_HEIGHT])
    half = 0.75 * found.shape.width(mz)
    left, cells = _others(found, place, column), found.cells
    variance = found.fit.noise.variance(found.fit.expected)
    seen = expected = 0
    for at, reach in zip(mz.tolist(), half.tolist(), strict=True):
        window = slice(
            int(np.searchsorted(cells.high, at - reach)),
            int(np.searchsorted(cells.low, at + reach)),
        )
        if column[window].sum() <= 0:
            continue
        expected += 1
        seen += bool(left[window].sum() > _PEAK_SEEN * np.sqrt(variance[window].sum()))
    return seen, expected


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
