"""A natural log evidence with its error, and how far two of them lie apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LogEvidence:
    """A natural log evidence.

    Attributes:
        method: how it was found.
        value: the estimate.
        error: its standard error.
    """

    method: str
    value: float
    error: float


def disagreement(one: LogEvidence, other: LogEvidence) -> float:
    """Return how many combined errors two estimates of a log evidence lie apart."""
    gap, error = abs(one.value - other.value), float(np.hypot(one.error, other.error))
    if error > 0:
        return gap / error
    return float("inf") if gap > 0 else 0.0
