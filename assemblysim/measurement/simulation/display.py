"""Readings and expected signals in the units in which they are shown.

Per spectrum: % of the spectrum's total. Per species: % of the column's largest reading. Absolute:
the unit itself.
"""

from __future__ import annotations

import numpy as np

from assemblysim.measurement.data import Measurement
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.readings import SMALLEST_SIGNAL


def display_unit(measurement: Measurement, unit: str, *, read: bool = True) -> str:
    """Say what a displayed number means, given the unit of the signals.

    Args:
        measurement: how signals become readings.
        unit: of the signals.
        read: whether there are readings; if not, signals are shown by `display_unread`.
    """
    if measurement.scale == "per spectrum":
        return "% of the spectrum's total"
    if measurement.scale == "absolute":
        return unit
    return "% of its largest reading" if read else "% of its own maximum"


def display_unread(measurement: Measurement, signals: np.ndarray) -> np.ndarray:
    """Return expected signals, shape (B, T, I), in display units where there are no readings.

    Per species, each course is shown in % of its own maximum over the T times.
    """
    if measurement.scale == "absolute":
        return signals
    if measurement.scale == "per spectrum":
        whole = signals.sum(axis=2, keepdims=True)
    else:
        whole = signals.max(axis=1, keepdims=True, initial=0.0)
    return np.asarray(100 * signals / np.maximum(whole, SMALLEST_SIGNAL))


def display_readings(likelihood: IntensityLikelihood) -> np.ndarray:
    """Return the readings in display units, shape (N, I); nan and 0 stay what they mean."""
    values = likelihood.readings.values
    return np.asarray(values * _reading_factor(likelihood))


def display_signals(
    likelihood: IntensityLikelihood, signals: np.ndarray, sampled: np.ndarray
) -> np.ndarray:
    """Return expected signals in display units, so that they lie upon the readings.

    Args:
        likelihood: of the readings.
        signals: shape (B, T', I), at any times.
        sampled: shape (B, T, I), the same at the sampling times: per species, the unknown scale
            of a column is taken from how its readings compare with these.

    Returns:
        Shape (B, T', I).
    """
    return np.asarray(signals * signal_factor(likelihood, signals, sampled))


def signal_factor(
    likelihood: IntensityLikelihood, signals: np.ndarray, sampled: np.ndarray
) -> np.ndarray:
    """Return what turns signals into display units, shape (B, T' or 1, I or 1)."""
    scale = likelihood.measurement.scale
    if scale == "absolute":
        return np.ones((1, 1, 1))
    if scale == "per spectrum":
        return np.asarray(100 / np.maximum(signals.sum(axis=2, keepdims=True), SMALLEST_SIGNAL))
    shown = np.nan_to_num(display_readings(likelihood))
    expected = np.maximum(sampled[:, likelihood.readings.at], SMALLEST_SIGNAL)
    seen = shown > 0
    if likelihood.measurement.noise == "proportional":
        ratio = np.where(seen, np.log(np.where(seen, shown, 1.0)) - np.log(expected), 0.0)
        fitted = np.exp(ratio.sum(axis=1) / np.maximum(seen.sum(axis=0), 1))
    else:
        squares = np.where(seen, expected**2, 0.0).sum(axis=1)
        fitted = (shown * expected).sum(axis=1) / np.maximum(squares, SMALLEST_SIGNAL)
    largest = 100 / np.maximum(sampled.max(axis=1), SMALLEST_SIGNAL)
    return np.asarray(np.where(seen.any(axis=0), fitted, largest)[:, None, :])


def _reading_factor(likelihood: IntensityLikelihood) -> np.ndarray:
    known = np.nan_to_num(likelihood.readings.values)
    if likelihood.measurement.scale == "absolute":
        return np.ones((1, 1))
    if likelihood.measurement.scale == "per spectrum":
        whole = known.sum(axis=1, keepdims=True)
    else:
        whole = known.max(axis=0, keepdims=True)
    return np.asarray(100 / np.where(whole > 0, whole, 1.0))
