"""Where two mechanisms expect most different spectra: what measurement would decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.prediction.courses import Courses

# A reading good to 15 %, as replicate spectra give it.
READING_ERROR = 0.15
# The half-width of a central 95 % interval in standard deviations.
HALF_WIDTH = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """One reading on which two mechanisms disagree.

    Attributes:
        signal: which signal.
        time: h.
        first: median expectation of the first mechanism, display unit.
        second: of the second.
        separation: difference of the logarithms in standard deviations of their
            uncertainty, which includes a reading error of 15 %.
    """

    signal: str
    time: float
    first: float
    second: float
    separation: float


def largest_difference(one: Courses, other: Courses, floor: float) -> Difference | None:
    """Find the signal and time at which two mechanisms' expectations lie furthest apart.

    Args:
        one: courses of the first mechanism, on the same grid and signals as the other's.
        other: of the second.
        floor: what cannot be told from nothing, display unit; smaller expectations are
            raised to it.

    Returns:
        The reading with the largest separation; None where no signal exceeds the floor.
    """
    logs = [np.log(np.maximum(c.expected, floor)) for c in (one, other)]
    variance = sum(((c[4] - c[0]) / (2 * HALF_WIDTH)) ** 2 for c in logs)
    separation = np.abs(logs[0][2] - logs[1][2]) / np.sqrt(variance + 2 * READING_ERROR**2)
    separation[0] = 0.0  # nothing has happened yet
    if not np.any(separation > 0):
        return None
    at, signal = np.unravel_index(np.argmax(separation), separation.shape)
    return Difference(
        one.signals[signal],
        float(one.times[at]),
        float(one.expected[2, at, signal]),
        float(other.expected[2, at, signal]),
        float(separation[at, signal]),
    )
