"""Which peak of a formula a printed m/z is, and how far a measured one lies from its peaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from assemblysim.isotopes.envelopes import (
    ELECTRON_MASS,
    Envelope,
    average_mz,
    envelope,
    most_abundant_isotopes_mz,
)
from assemblysim.result.spectra.ions import CalculatedPeak, FoundVerdict, IonPeak
from assemblysim.spectra.tolerance import MzTolerance

LEAST_HEIGHT: Final = 0.01  # over the highest peak; what is lower is lost in noise
_OTHER_CHARGES: Final = 6  # formulas at these are tried where a number is no peak
_TOO_FEW: Final = 0.25  # of the distance of two peaks: then a number is near to any of them


@dataclass(frozen=True, eq=False)
class IonPeaks:
    """The peaks of an ion that may be seen.

    Attributes:
        atoms: element to its number.
        charge: not 0.
    """

    atoms: Mapping[str, int]
    charge: int

    @cached_property
    def whole(self) -> Envelope:
        """The envelope."""
        return envelope(self.atoms, self.charge)

    @cached_property
    def most_abundant_mz(self) -> float:
        """With the most abundant isotope of each element."""
        return most_abundant_isotopes_mz(self.atoms, self.charge)

    def at_least(self, height: float) -> np.ndarray:
        """Return the m/z of peaks that are so high over the highest, shape (K,)."""
        return np.asarray(self.whole.mz[self.whole.heights >= height])

    def nearest(self, mz: float) -> IonPeak:
        """Return the nearest peak that may be seen."""
        seen = self.whole.heights >= LEAST_HEIGHT
        peaks, heights = self.whole.mz[seen], self.whole.heights[seen]
        place = int(np.abs(peaks - mz).argmin())
        return IonPeak(float(peaks[place]), float(heights[place]))


def half_of_last_digit(printed: str) -> float:
    """Return half a unit of the last digit of a number as printed, as 0.005 for 877.49."""
    return 0.5 * 10.0 ** -len(printed.partition(".")[2])


def calculated_peak(printed: str, peaks: IonPeaks) -> CalculatedPeak:
    """Say which peak of an ion a calculated number is, within half its last digit.

    Args:
        printed: the number; "" where none is.
        peaks: of the ion.
    """
    if not printed:
        return "not printed"
    number, half = float(printed), half_of_last_digit(printed)
    if half * abs(peaks.charge) >= _TOO_FEW:
        return "too few digits"
    highest = _is(number, peaks.whole.highest, half)
    if _is(number, peaks.most_abundant_mz, half):
        return "most abundant isotopes and highest" if highest else "most abundant isotopes"
    if highest:
        return "highest"
    return "another" if _is(number, peaks.nearest(number).mz, half) else "none"


def remark_on(printed: str, peaks: IonPeaks) -> str:
    """Say what a calculated number, which is no peak, is of the same formula; "" if nothing."""
    number, half = float(printed), half_of_last_digit(printed)
    if _is(number, average_mz(peaks.atoms, peaks.charge), half):
        return "the average mass, at which no ion has a peak"
    mistaken = number - peaks.charge / abs(peaks.charge) * ELECTRON_MASS
    if _is(mistaken, peaks.nearest(mistaken).mz, half):
        return "a peak if the mass of the electrons is left out"
    sign = 1 if peaks.charge > 0 else -1
    for size in range(1, _OTHER_CHARGES + 1):
        other = IonPeaks(peaks.atoms, sign * size)
        if size != abs(peaks.charge) and _is(number, other.nearest(number).mz, half):
            return f"a peak of the same formula with the charge {size}{'+' if sign > 0 else '-'}"
    return ""


def found_verdict(
    found: float | None, peaks: IonPeaks, tolerance: MzTolerance | None
) -> FoundVerdict:
    """Say whether a measured number lies within a tolerance of a peak that may be seen."""
    if found is None:
        return "not printed"
    if tolerance is None:
        return "no tolerance stated"
    nearest = peaks.nearest(found).mz
    return "within" if abs(found - nearest) <= tolerance.at(nearest) else "outside"


def ppm(measured: float, mz: float) -> float:
    """Return how far a measured m/z lies above another, in millionths of that."""
    return (measured / mz - 1) * 1e6


def _is(number: float, mz: float, half: float) -> bool:
    """Say whether a number rounds to another one; a ten-thousandth is left for arithmetic."""
    return abs(number - mz) <= half * 1.0001
