"""How far detection limits lie from what is expected, in units of an intensity's error.

The unknown factor of a spectrum or a column is put at its best value given the intensities above
the limit, and its error is added to that of an intensity below.
"""

from __future__ import annotations

import numpy as np

from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.noise_model import Spread
from assemblysim.measurement.scales import Scale

# Rounds in which the variance of two-component noise and the best scale factor agree.
_ROUNDS = 4


def log_normal_margins(
    intensities: MeasuredIntensities, scale: Scale, signals: np.ndarray, sd: np.ndarray
) -> np.ndarray:
    """Return (log limit - log expectation) / sd, shape (B, N, I); nan if unknown.

    Args:
        intensities: the table.
        scale: what is unknown about its intensity axis.
        signals: shape (B, T, I), above 0.
        sd: shape (B, 1, k), of a log intensity.
    """
    expected = signals[:, intensities.at]
    limits = np.where(intensities.censored, intensities.limits, 1.0)
    logs = np.log(np.where(intensities.observed, intensities.values, 1.0)) - np.log(expected)
    factor, error = _mean(logs, 1 / sd**2, intensities.observed, scale)
    if intensities.in_concentrations is not None:
        known = intensities.in_concentrations
        factor, error = np.where(known, 0.0, factor), np.where(known, 0.0, error)
    return np.asarray((np.log(limits) - np.log(expected) - factor) / np.sqrt(sd**2 + error**2))


def additive_margins(
    intensities: MeasuredIntensities, scale: Scale, signals: np.ndarray, spread: Spread
) -> np.ndarray:
    """Return (limit - expectation) / sd, shape (B, N, I); nan if unknown.

    Args:
        intensities: the table.
        scale: what is unknown about its intensity axis.
        signals: shape (B, T, I), above 0.
        spread: of shape (B, 1, k).
    """
    expected = signals[:, intensities.at]
    numbers = np.where(intensities.observed, intensities.values, 0.0)
    unit = scale.total(numbers, numbers)
    if intensities.sds is None:
        additive = spread.additive * np.where(unit > 0, unit, 1.0)
    else:
        additive = intensities.in_sds(spread.additive)
    factor, error = np.ones((1, 1, 1)), np.zeros((1, 1, 1))
    variance = np.broadcast_to(additive**2, expected.shape)
    for _ in range(_ROUNDS):
        if not scale.known:
            weight = expected**2 / variance
            factor, error = _mean(numbers / expected, weight, intensities.observed, scale)
        variance = additive**2 + (spread.relative * factor * expected) ** 2
    limits = np.where(intensities.censored, intensities.limits, 1.0)
    return np.asarray((limits - factor * expected) / np.sqrt(variance + (error * expected) ** 2))


def _mean(
    values: np.ndarray, weights: np.ndarray, known: np.ndarray, scale: Scale
) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted means over the known of a group, and their errors; 0 on a known scale."""
    if scale.known:
        zero = np.zeros((1, 1, 1))
        return zero, zero
    weights = np.where(known, weights, 0.0)
    total = weights.sum(axis=scale.axis, keepdims=True)
    seen = total > 0
    mean = (weights * values).sum(axis=scale.axis, keepdims=True) / np.where(seen, total, np.nan)
    return mean, 1 / np.sqrt(np.where(seen, total, np.nan))
