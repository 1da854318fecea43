"""The density of a wild spectrum: wide, and of the data and the settings alone.

No mechanism enters, so that a spectrum that is wrong speaks for none of them. Every intensity that
has a detection limit stays below it with probability one half; of those above it

| scale        | noise                   | density                                           |
|--------------|-------------------------|---------------------------------------------------|
| per spectrum | proportional            | uniform over compositions                         |
| per spectrum | constant, two-component | normal about equal parts, sd half of the total    |
| absolute     | proportional            | log-normal about the signal's mean, a factor of 10|
| absolute     | constant, two-component | normal about half of the signal's largest, sd that|

each in the measure of the likelihood that it stands beside: of the contrasts of log y, of those of
y / total, of log y, and of y.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import gammaln

from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.scales import Scale

LOG_TWO_PI: Final = float(np.log(2 * np.pi))
# sd of a wild fraction of a spectrum about equal parts: a simplex fits into it.
FRACTION_SD: Final = 0.5
# sd of the logarithm of a wild intensity about those of its signal: a factor of ten.
LOG_SD: Final = float(np.log(10.0))


def may_be_wild(intensities: MeasuredIntensities, scale: Scale) -> np.ndarray:
    """Say which spectra say anything, shape (N,): the others cannot be wrong."""
    observed = intensities.observed.sum(axis=1)
    numbers = observed + intensities.censored.sum(axis=1)
    return np.asarray(numbers > 0 if scale.known else (observed > 0) & (numbers > 1))


def log_wild_densities(
    intensities: MeasuredIntensities, scale: Scale, *, logarithmic: bool
) -> np.ndarray:
    """Return the log density of every spectrum, were it wild.

    Args:
        intensities: the table.
        scale: what is unknown about its intensity axis: of each spectrum, or nothing.
        logarithmic: whether the likelihood is one of logarithms.

    Returns:
        Shape (N,).
    """
    limited = (np.isfinite(intensities.limits) & np.isfinite(intensities.values)).sum(axis=1)
    if scale.known:
        each = _logarithms(intensities) if logarithmic else _amounts(intensities)
        above = np.where(intensities.observed, each, 0.0).sum(axis=1)
    else:
        above = _compositions(intensities) if logarithmic else _fractions(intensities)
    return np.asarray(above - limited * np.log(2.0))


def _compositions(intensities: MeasuredIntensities) -> np.ndarray:
    """Return the log density (n - 1)! prod f of n - 1 log ratios, f uniform, shape (N,)."""
    observed = intensities.observed
    values = np.where(observed, intensities.values, 0.0)
    total = values.sum(axis=1, keepdims=True)
    fractions = np.where(observed, values / np.where(total > 0, total, 1.0), 1.0)
    count = np.maximum(observed.sum(axis=1), 1)
    return np.asarray(gammaln(count) + np.log(fractions).sum(axis=1))


def _fractions(intensities: MeasuredIntensities) -> np.ndarray:
    """Return the log density of n - 1 of n fractions that add up to 1, shape (N,)."""
    observed = intensities.observed
    values = np.where(observed, intensities.values, 0.0)
    total = values.sum(axis=1, keepdims=True)
    count = np.maximum(observed.sum(axis=1), 1)
    away = np.where(observed, values / np.where(total > 0, total, 1.0) - 1 / count[:, None], 0.0)
    freedom = count - 1
    return np.asarray(
        0.5 * np.log(count)
        - freedom * (0.5 * LOG_TWO_PI + np.log(FRACTION_SD))
        - 0.5 * (away**2).sum(axis=1) / FRACTION_SD**2
    )


def _logarithms(intensities: MeasuredIntensities) -> np.ndarray:
    """Return log densities of log intensities, shape (N, I); of no meaning where there is none."""
    observed = intensities.observed
    logs = np.where(observed, np.log(np.where(observed, intensities.values, 1.0)), 0.0)
    mean = logs.sum(axis=0) / np.maximum(observed.sum(axis=0), 1)
    return np.asarray(-0.5 * (LOG_TWO_PI + ((logs - mean) / LOG_SD) ** 2) - np.log(LOG_SD))


def _amounts(intensities: MeasuredIntensities) -> np.ndarray:
    """Return log densities of intensities, shape (N, I); of no meaning where there is none."""
    values = np.where(intensities.observed, intensities.values, 0.0)
    largest = np.abs(values).max(axis=0, initial=0.0)
    width = np.where(largest > 0, largest, max(float(largest.max(initial=0.0)), 1e-300))
    return np.asarray(-0.5 * (LOG_TWO_PI + (values / width - 0.5) ** 2) - np.log(width))
