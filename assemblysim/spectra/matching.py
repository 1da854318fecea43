"""Ions of a list in a measured spectrum: does each have its envelope there?

The same envelopes are also looked for where no ion can be, so that a cosine has something to be
compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.result.spectra.ions import IonMatch, SpectrumMatches
from assemblysim.spectra.checking import atoms_of, composition
from assemblysim.spectra.ion_list import ListedIon
from assemblysim.spectra.printed_numbers import LEAST_HEIGHT, IonPeaks
from assemblysim.spectra.reading.scan import Polarity, Scan, chosen_scans, mean_scan
from assemblysim.spectra.tolerance import MzTolerance

EXPECTED_HEIGHT: Final = 0.05  # over the highest peak; isotopologues that are counted
LEAST_COVERED: Final = 0.5  # of an envelope, within the range of the spectrum
_SHIFTS: Final = (0, 1, -1, 2, -2, 3, -3)  # units; of equal cosines the first counts
# In distances of isotope peaks of charge 1: between the peaks of charges up to 4.
_DECOYS: Final = tuple(k + f for k in range(-5, 5) for f in (0.2, 0.4))


@dataclass(frozen=True, eq=False)
class _Windows:
    """Sums of intensities over windows of m/z."""

    mz: np.ndarray
    sums: np.ndarray
    tolerance: MzTolerance

    @classmethod
    def of(cls, scan: Scan, tolerance: MzTolerance) -> _Windows:
        return cls(scan.mz, np.concatenate([[0.0], np.cumsum(scan.intensities)]), tolerance)

    def at(self, mz: np.ndarray) -> np.ndarray:
        """Return the intensity within the tolerance of each m/z, shape of `mz`."""
        half = np.array([self.tolerance.at(one) for one in mz])
        ends = np.searchsorted(self.mz, mz + half, "right")
        return np.asarray(self.sums[ends] - self.sums[np.searchsorted(self.mz, mz - half, "left")])

    def cover(self, mz: np.ndarray) -> np.ndarray:
        """Say which m/z lie within the spectrum; the ends of a list of peaks are peaks, too."""
        first, last = float(self.mz[0]), float(self.mz[-1])
        low, high = first - self.tolerance.at(first), last + self.tolerance.at(last)
        return np.asarray((mz >= low) & (mz <= high))


def match_ions(
    ions: Sequence[ListedIon],
    scans: Sequence[Scan],
    reader: FormulaReader,
    tolerance: MzTolerance,
    between: tuple[float, float] | None = None,
) -> SpectrumMatches:
    """Hold the envelope of every ion against the mean of a file's scans.

    Args:
        ions: of a list; neutral formulas are left out, equal compositions come once.
        scans: of one file; ions find those of their own polarity.
        reader: of formulas over the building blocks.
        tolerance: around each isotope peak.
        between: first and last time of the scans, h; None for all.

    Raises:
        InputError: no scan is left, the tolerance is wider than the distance of isotope peaks,
            or the atoms of a building block are not known.
    """
    kept: dict[object, ListedIon] = {}
    for one in ions:
        if one.ion.charge:
            kept.setdefault(composition(one, reader), one)
    peaks = [IonPeaks(atoms_of(one, reader), one.ion.charge) for one in kept.values()]
    windows: dict[bool, _Windows] = {}
    for positive in sorted({one.charge > 0 for one in peaks}):
        sign: Polarity = "positive" if positive else "negative"
        signed = any(one.polarity for one in scans)
        scan = mean_scan(chosen_scans(scans, sign if signed else "", between))
        windows[positive] = _Windows.of(scan, tolerance)
    found = []
    for one, envelope in zip(kept.values(), peaks, strict=True):
        with at(f"{one.place}, {one.ion.text}"):
            _refuse_wide(envelope, tolerance)
            others = [(o.place, p) for o, p in zip(kept.values(), peaks, strict=True) if o != one]
            shared = tuple(place for place, p in others if _overlap(envelope, p, tolerance))
            found.append(_matched(one, envelope, windows[envelope.charge > 0], shared))
    return SpectrumMatches(tolerance.text, tuple(found))


def _matched(
    one: ListedIon, peaks: IonPeaks, windows: _Windows, shared: tuple[str, ...]
) -> IonMatch:
    heights = peaks.whole.heights
    inside = windows.cover(peaks.whole.mz)
    # Of an ion at the edge of the spectrum a tail would fit by chance.
    covered = float(peaks.whole.fractions[inside].sum()) > LEAST_COVERED
    kept = (heights >= LEAST_HEIGHT) & inside & covered
    mz, heights = peaks.whole.mz[kept], heights[kept]
    measured = windows.at(mz)
    counted = heights >= EXPECTED_HEIGHT
    decoys = [_cosine(heights, windows.at(mz + d / abs(peaks.charge))) for d in _DECOYS]
    moved = {k: _cosine(heights, windows.at(mz + k / abs(peaks.charge))) for k in _SHIFTS}
    total = float(windows.sums[-1])
    return IonMatch(
        one.place,
        one.species,
        one.ion.text,
        int(counted.sum()),
        int((measured[counted] > 0).sum()),
        _cosine(heights, measured),
        max(decoys, default=0.0),
        len(_DECOYS),
        max(_SHIFTS, key=lambda k: moved[k]),
        float(measured.sum()) / total if total > 0 else 0.0,
        shared,
    )


def _cosine(expected: np.ndarray, measured: np.ndarray) -> float:
    """Return the cosine of the angle between two envelopes; 0 where nothing is measured."""
    size = float(np.linalg.norm(expected) * np.linalg.norm(measured))
    return float(expected @ measured) / size if size > 0 else 0.0


def _refuse_wide(peaks: IonPeaks, tolerance: MzTolerance) -> None:
    """Refuse a tolerance with which windows of neighbouring isotope peaks meet."""
    seen = peaks.at_least(EXPECTED_HEIGHT)
    for low, high in pairwise(seen.tolist()):
        if high - low < tolerance.at(low) + tolerance.at(high):
            raise InputError(
                f"isotope peaks are {high - low:.3f} apart, and the tolerance reaches "
                f"{tolerance.at(high):.3f}; state one below half the distance"
            )


def _overlap(one: IonPeaks, other: IonPeaks, tolerance: MzTolerance) -> bool:
    """Say whether isotope peaks of two ions fall into one window."""
    if (one.charge > 0) != (other.charge > 0):
        return False
    mine, theirs = one.at_least(EXPECTED_HEIGHT), other.at_least(EXPECTED_HEIGHT)
    apart = np.abs(mine[:, None] - theirs).min()
    return bool(apart <= 2 * tolerance.at(float(mine.max())))
