"""What pictures and tables keep of a fitted spectrum: envelopes, and counts of small parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from assemblysim.result.spectra.assignment import EnvelopePanel, PartCount
from assemblysim.spectra.assignment.assigning import SEEN, SpectrumFit
from assemblysim.spectra.assignment.isotope_peaks import EXPECTED_HEIGHT

_MARGIN: Final = 2.0  # u beside the envelope
_DIGITS: Final = 6


def envelope_panels(found: SpectrumFit, cores: Sequence[str]) -> tuple[EnvelopePanel, ...]:
    """Return the strongest envelope of each core: measured, all ions together, its own ions.

    Args:
        found: the fitted spectrum.
        cores: in the order of the report; those without an ion are left out.
    """
    return tuple(panel for core in cores for panel in _panel(found, core))


def _panel(found: SpectrumFit, core: str) -> Iterator[EnvelopePanel]:
    own = [i for i, one in enumerate(found.candidates) if one.core == core]
    if not own:
        return
    strongest = max(own, key=lambda i: found.fit.amounts[i])
    envelope = found.candidates[strongest].envelope
    seen = found.shape.place(envelope.mz[envelope.heights >= EXPECTED_HEIGHT])
    cells = found.cells
    shown = (cells.high > seen[0] - _MARGIN) & (cells.low < seen[-1] + _MARGIN)
    amounts = np.zeros(len(found.candidates))
    amounts[own] = found.fit.amounts[own]
    lines = (cells.middle, cells.intensities, found.fit.expected, found.parts @ amounts)
    yield EnvelopePanel(core, found.candidates[strongest].text, *(_kept(x[shown]) for x in lines))


def _kept(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(f"{one:.{_DIGITS}g}") for one in values.tolist())


def part_counts(found: SpectrumFit, cores: Sequence[str]) -> tuple[PartCount, ...]:
    """Return how many of each small part the ions of a core hold on average, where it is seen.

    Ions of which one composition may be written in several ways count as the first; ions of a list,
    whose parts are not known one by one, do not count.
    """
    counts = []
    for core in cores:
        own = [i for i, one in enumerate(found.candidates) if one.core == core]
        amounts = found.fit.free[own]
        covariance = found.fit.covariance[np.ix_(own, own)]
        total = float(amounts.sum())
        if not own or total <= SEEN * float(np.sqrt(covariance.sum())):
            continue
        for part in dict.fromkeys(p for i in own for p in found.candidates[i].parts):
            numbers = np.array([found.candidates[i].number_of(part) or 0 for i in own])
            if not numbers.any():
                continue
            mean = float(numbers @ amounts) / total
            change = (numbers - mean) / total
            error = float(np.sqrt(max(change @ covariance @ change, 0.0)))
            counts.append(PartCount(core, part, mean, error))
    return tuple(counts)
