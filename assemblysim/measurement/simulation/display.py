"""Intensities and expected signals in the units in which they are shown.

Per spectrum: % of the spectrum's total. Per species: % of the column's largest intensity.
Absolute: the unit itself.
"""

from __future__ import annotations

import numpy as np

from assemblysim.measurement.data import Measurement
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL


def display_unit(measurement: Measurement, unit: str, *, read: bool = True) -> str:
    """Say what a displayed number means, given the unit of the signals.

    Args:
        measurement: how signals become intensities.
        unit: of the signals.
        read: whether there are intensities; if not, signals are shown by `display_unread`.
    """
    shown = measurement.scale.shown_in
    return unit if shown is None else shown[0 if read else 1]


def display_unread(measurement: Measurement, signals: np.ndarray) -> np.ndarray:
    """Return expected signals, shape (B, T, I), in display units where there are no intensities.

    Per species, each course is shown in % of its own maximum over the T times.
    """
    if measurement.scale.known:
        return signals
    whole = measurement.scale.whole(signals)
    return np.asarray(100 * signals / np.maximum(whole, SMALLEST_SIGNAL))


def display_intensities(likelihood: IntensityLikelihood) -> np.ndarray:
    """Return the intensities in display units, shape (N, I); nan and 0 stay what they mean."""
    values, scale = likelihood.measured.values, likelihood.measurement.scale
    if scale.known:
        return values.copy()
    whole = scale.whole(np.nan_to_num(values))
    return np.asarray(values * (100 / np.where(whole > 0, whole, 1.0)))


def display_signals(
    likelihood: IntensityLikelihood, signals: np.ndarray, sampled: np.ndarray
) -> np.ndarray:
    """Return expected signals in display units, so that they lie upon the intensities.

    Args:
        likelihood: of the intensities.
        signals: shape (B, T', I), at any times.
        sampled: shape (B, T, I), the same at the sampling times: per species, the unknown scale
            of a column is taken from how its intensities compare with these.

    Returns:
        Shape (B, T', I).
    """
    scale = likelihood.measurement.scale
    if scale.known:
        return signals
    if scale.by_row:
        return np.asarray(signals * (100 / np.maximum(scale.whole(signals), SMALLEST_SIGNAL)))
    shown = np.nan_to_num(display_intensities(likelihood))
    expected = np.maximum(sampled[:, likelihood.measured.at], SMALLEST_SIGNAL)
    fitted = likelihood.measurement.noise.fitted_factor(shown, expected)
    largest = 100 / np.maximum(sampled.max(axis=1), SMALLEST_SIGNAL)
    factor = np.where((shown > 0).any(axis=0), fitted, largest)
    return np.asarray(signals * factor[:, None, :])
