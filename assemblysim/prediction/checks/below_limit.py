"""Residuals of readings that stayed below the detection limit, drawn from where they may lie.

A censored reading has no residual, but a distribution of one: below the limit. A randomised
quantile residual (Dunn & Smyth, J. Comput. Graph. Stat. 5, 236, 1996) is one draw from it, so that
all residuals together are standard normal where the model is right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.noise import noise_layout
from assemblysim.measurement.readings import SMALLEST_SIGNAL

# Rounds in which the variance of two-component noise and the best amplitude agree.
ROUNDS = 4


@dataclass(frozen=True, eq=False)
class _Spread:
    """How readings scatter: additive and relative sd, shape (B, 1 or N, I)."""

    additive: np.ndarray
    relative: np.ndarray


def residuals_with_limits(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    noise: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Compute standardised residuals of all readings, those below the limit included.

    The unknown size of a spectrum or a column is put at its best value given the readings above
    the limit, and its error is added to that of a reading below.

    Args:
        likelihood: of the readings.
        signals: shape (B, T, I), expected at the sampling times.
        noise: shape (B, Q), in the order of ``likelihood.noise_names``.
        rng: source of randomness.

    Returns:
        Shape (B, N, I), nan where nothing was measured or the size is known from nothing.
    """
    residuals = likelihood.standardised_residuals(signals, noise)
    censored = likelihood.readings.censored
    if not censored.any():
        return residuals
    room = _room(likelihood, np.maximum(signals, SMALLEST_SIGNAL), noise)
    # log of a uniform share of the chance to stay below: the quantile of what was drawn
    log_fraction = log_ndtr(room) + np.log(rng.uniform(size=room.shape))
    return np.where(censored, ndtri_exp(np.minimum(log_fraction, -1e-300)), residuals)


def _room(likelihood: IntensityLikelihood, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return (limit - expectation) / sd of every reading, shape (B, N, I); nan if unknown."""
    readings, measurement = likelihood.readings, likelihood.measurement
    expected = signals[:, readings.at]
    spread = _spread(likelihood, noise)
    axis = {"absolute": None, "per spectrum": 2, "per species": 1}[measurement.scale]
    limits = np.where(readings.censored, readings.limits, 1.0)
    if measurement.noise == "proportional":
        logs = np.log(np.where(readings.observed, readings.values, 1.0)) - np.log(expected)
        gain, error = _mean(logs, 1 / spread.relative**2, readings.observed, axis)
        sd = np.sqrt(spread.relative**2 + error**2)
        return np.asarray((np.log(limits) - np.log(expected) - gain) / sd)
    return _additive_room(likelihood, expected, spread, axis)


def _additive_room(
    likelihood: IntensityLikelihood, expected: np.ndarray, spread: _Spread, axis: int | None
) -> np.ndarray:
    readings = likelihood.readings
    numbers = np.where(readings.observed, readings.values, 0.0)
    unit = np.ones((1, 1)) if axis is None else numbers.sum(axis=axis - 1, keepdims=True)
    additive = spread.additive * np.where(unit > 0, unit, 1.0)
    amplitude, error = np.ones((1, 1, 1)), np.zeros((1, 1, 1))
    variance = np.broadcast_to(additive**2, expected.shape)
    for _ in range(ROUNDS):
        if axis is not None:
            weight = expected**2 / variance
            amplitude, error = _mean(numbers / expected, weight, readings.observed, axis)
        variance = additive**2 + (spread.relative * amplitude * expected) ** 2
    sd = np.sqrt(variance + (error * expected) ** 2)
    limits = np.where(readings.censored, readings.limits, 1.0)
    return np.asarray((limits - amplitude * expected) / sd)


def _spread(likelihood: IntensityLikelihood, noise: np.ndarray) -> _Spread:
    """Put a shared sampling error and a reading's own together."""
    names = likelihood.noise_names
    layout = noise_layout(likelihood.measurement, shared="sampling_error" in names)
    sizes = layout.sizes(noise)
    own = np.hypot(sizes.reading, sizes.sampling)[:, None, :]
    if layout.kind == "constant":
        return _Spread(own, np.zeros_like(own))
    return _Spread(sizes.additive[:, None, :], own)


def _mean(
    values: np.ndarray, weights: np.ndarray, known: np.ndarray, axis: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted means over the known of a group, and their errors; 0 without an axis.

    On a known scale there is no axis to take a mean over, and the log gain is 0.
    """
    if axis is None:
        zero = np.zeros((1, 1, 1))
        return zero, zero
    weights = np.where(known, weights, 0.0)
    total = weights.sum(axis=axis, keepdims=True)
    seen = total > 0
    mean = (weights * values).sum(axis=axis, keepdims=True) / np.where(seen, total, np.nan)
    return mean, 1 / np.sqrt(np.where(seen, total, np.nan))
