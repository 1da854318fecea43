"""A natural log evidence with its error, and how far two of them lie apart."""

from __future__ import annotations

import numpy as np

from assemblysim.result.evidence import LogEvidence


def disagreement(one: LogEvidence, other: LogEvidence) -> float:
    """Return how many combined errors two estimates of a log evidence lie apart."""
    gap, error = abs(one.value - other.value), float(np.hypot(one.error, other.error))
    if error > 0:
        return gap / error
    return float("inf") if gap > 0 else 0.0
