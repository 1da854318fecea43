"""What a fit leaves: envelopes where no ion can be, and peaks that no ion explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.result.spectra.assignment import UnexplainedPeak
from assemblysim.spectra.assignment.assigning import SEEN, SpectrumFit
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import responses
from assemblysim.spectra.assignment.isotope_peaks import doubtful, isotope_peaks
from assemblysim.spectra.reading.scan import Scan

MOST_DECOYS: Final = 200
LARGEST: Final = 5  # unexplained peaks that are told
_UNIT: Final = 1.0034  # u, between isotope peaks of charge 1
_MOVED: Final = (-6, 7)  # units; far enough that an envelope's own ion does not look like it
_STANDS_OUT: Final = 6.0  # robust standard deviations, of points beside all ions


def decoys_of(candidates: Sequence[CandidateIon], charges: Sequence[int]) -> tuple[Envelope, ...]:
    """Return the candidates' envelopes moved to where no ion of the charges looked for can be.

    Args:
        candidates: to move.
        charges: looked for, of either sign.
    """
    places = np.linspace(0.0, 1.0, 24, endpoint=False)[1:]
    taken = sorted({k / abs(z) for z in charges for k in range(abs(z) + 1)})
    free = [min(abs(place - one) for one in taken) for place in places.tolist()]
    part = float(places[int(np.argmax(free))])
    step = max(1, -(-2 * len(candidates) // MOST_DECOYS))
    return tuple(
        Envelope(one.envelope.mz + (k + part) * _UNIT / abs(one.charge), one.envelope.fractions)
        for one in candidates[::step]
        for k in _MOVED
    )


def decoys_seen(found: SpectrumFit, decoys: Sequence[Envelope]) -> tuple[int, int]:
    """Return how many decoys lie within the spectrum, and how many would count as seen."""
    parts = responses(decoys, found.cells, found.shape)
    inside = np.asarray(parts.sum(axis=0)).ravel() > 0.5
    if not inside.any():
        return 0, 0
    kept = np.flatnonzero(inside)
    into = csr_array(parts[:, kept])
    amounts, errors = found.fit.added(found.cells, into)
    within = [decoys[place] for place in kept.tolist()]
    peaks = isotope_peaks(within, (found.cells, into), found.fit, found.shape, np.zeros(len(kept)))
    errors = np.sqrt(errors**2 + doubtful(peaks, np.maximum(amounts, 0.0)))
    return len(kept), int(np.count_nonzero(amounts > SEEN * errors))


def unexplained_sum(found: SpectrumFit) -> float:
    """Return the intensity above the fit of the cells that do not count."""
    counts = found.fit.counted | found.cells.full
    left = (found.cells.intensities - found.fit.expected)[~counts]
    return float(np.maximum(left, 0.0).sum())


def largest_unexplained(found: SpectrumFit, scan: Scan) -> tuple[UnexplainedPeak, ...]:
    """Return the largest peaks that stand out above all ions, or beside them."""
    cells = found.cells
    left = np.where(found.fit.counted | cells.full, 0.0, cells.intensities - found.fit.expected)
    peaks = [(float(cells.middle[i]), float(left[i])) for i in np.flatnonzero(left > 0)]
    peaks += _beside(found, scan)
    peaks.sort(key=lambda pair: -pair[1])
    kept: list[tuple[float, float]] = []
    for mz, height in peaks:
        if all(abs(mz - other) > 2 * mz / found.shape.resolution for other, _ in kept):
            kept.append((mz, height))
        if len(kept) == LARGEST:
            break
    return tuple(UnexplainedPeak(mz, height) for mz, height in kept)


def _beside(found: SpectrumFit, scan: Scan) -> list[tuple[float, float]]:
    """Return peaks beside all cells: m/z of the highest point, and the sum over a peak's width."""
    cell = np.searchsorted(found.cells.high, scan.mz)
    within = cell < len(found.cells.low)
    within[within] = scan.mz[within] >= found.cells.low[cell[within]]
    outside = np.where(within, 0.0, scan.intensities)
    values = scan.intensities[~within]
    if not values.size:
        return []
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - middle)))
    peaks = []
    for _ in range(LARGEST):
        top = int(outside.argmax())
        if outside[top] <= middle + _STANDS_OUT * spread or outside[top] <= 0:
            break
        half = float(scan.mz[top]) / found.shape.resolution
        window = np.abs(scan.mz - scan.mz[top]) <= half
        peaks.append((float(scan.mz[top]), float(outside[window].sum())))
        outside[np.abs(scan.mz - scan.mz[top]) <= 2 * half] = 0.0
    return peaks
