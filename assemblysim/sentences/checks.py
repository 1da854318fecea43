"""Whether a mechanism would give data like the real ones, in a sentence."""

from __future__ import annotations

import numpy as np

from assemblysim.language import time_label
from assemblysim.prediction.checks.predictive_checks import STATISTICS
from assemblysim.result.checks import PredictiveCheckResult


def check_words(found: PredictiveCheckResult, mechanism: str) -> str:
    """Say in one or two sentences whether a mechanism is good enough."""
    p_values = found.statistics
    if not p_values:
        return f"{mechanism}: there are no measurements to check it with."
    if found.passed is None:
        return f"{mechanism}: {found.replicated} new draws of the data are too few to check it."
    if found.passed:
        least = min(p_values, key=lambda name: p_values[name])
        return (
            f"{mechanism} would give data like these (smallest p {p_values[least]:.2g}, "
            f"of {least})."
        )
    reasons = "; ".join(f"{STATISTICS[n]} (p {p_values[n]:.2g})" for n in found.failed)
    words = f"{mechanism} does not fit: {reasons}."
    worst = _worst(found)
    return f"{words} Worst: {worst}." if worst else words


def _worst(found: PredictiveCheckResult) -> str:
    """Name the signal and the sampling time at which the mean residual is largest."""
    largest, words = 0.0, ""
    for one in found.residuals:
        for time in np.unique(one.times_h).tolist():
            rows = one.mean[one.times_h == time]
            for name, column in zip(one.signals, rows.T, strict=True):
                known = column[np.isfinite(column)]
                size = abs(float(known.sum())) / np.sqrt(len(known)) if len(known) else 0.0
                if size > largest:
                    side = "above" if known.sum() > 0 else "below"
                    largest = size
                    words = f"{name} at {time_label(time)} was measured {side} the course"
    return words
