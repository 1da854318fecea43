"""What is reported of each fitted ion: intensity, error, cosine, peaks, and what else it may be."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.stats import norm

from assemblysim.result.spectra.assignment import AssignedIon
from assemblysim.spectra.assignment.assigning import SEEN, SpectrumFit, chi_squares
from assemblysim.spectra.assignment.explaining import needed_ions, next_best
from assemblysim.spectra.assignment.isotope_peaks import EXPECTED_HEIGHT

NOT_TOLD_APART: Final = -0.9  # correlation of two ions' errors
_LIMIT: Final = float(norm.ppf(0.95))

_Column = tuple[np.ndarray, np.ndarray]  # an ion's cells, and what one unit of it puts into them


def assigned_ions(found: SpectrumFit) -> tuple[AssignedIon, ...]:
    """Return what is reported of each ion."""
    errors = np.sqrt(np.diag(found.fit.covariance))
    squares = chi_squares(found.parts, found.fit, found.cells)
    correlation = found.fit.covariance / np.outer(errors, errors)
    columns = found.parts.tocsc()
    follows = ~found.cells.full
    instead, kept = next_best(found), needed_ions(found)
    ions = []
    for place, (one, other) in enumerate(zip(found.candidates, instead, strict=True)):
        own = slice(columns.indptr[place], columns.indptr[place + 1])
        told = follows[columns.indices[own]]
        column = columns.indices[own][told], columns.data[own][told]
        amount, free = float(found.fit.amounts[place]), float(found.fit.free[place])
        peaks = found.peaks[place]
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
                len(peaks.parts),
                peaks.seen,
                tuple(found.candidates[k].text for k in near),
                bool(kept[place]) and not peaks.contradict(amount),
                "" if other is None else found.candidates[other.place].text,
                None if other is None else other.worse,
                peaks.saturated,
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
