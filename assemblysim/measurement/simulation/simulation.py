"""Readings that the measurement model would give: for predictive bands, and as synthetic data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assemblysim.errors import InputError
from assemblysim.language import time_label
from assemblysim.measurement.data import IntensityTable, Measurement, Noise
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.noise import NoiseSizes, noise_layout
from assemblysim.measurement.readings import SMALLEST_SIGNAL
from assemblysim.measurement.simulation.display import signal_factor
from assemblysim.measurement.simulation.misspecifications import (
    Misspecification,
    UnitErrors,
    unit_errors,
)


def simulate_readings(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    sampled: np.ndarray,
    noise: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw one new reading for each expected signal, in display units.

    Readings that would stay below the detection limit keep their number: the limit is drawn
    beside them. What would be negative is 0.

    Args:
        likelihood: of the readings; it says how they scatter and are displayed.
        signals: shape (B, T', I), expected at any times.
        sampled: shape (B, T, I), expected at the sampling times; see `display_signals`.
        noise: shape (B, Q), in the order of ``likelihood.noise_names``.
        rng: source of randomness.

    Returns:
        Shape (B, T', I).
    """
    scale, kind = likelihood.measurement.scale, likelihood.measurement.noise
    shared = "sampling_error" in likelihood.noise_names
    sizes = noise_layout(likelihood.measurement, shared=shared).sizes(noise)
    unit = np.ones((1, 1, 1))
    if kind != "proportional" and scale == "per spectrum":
        unit = signals.sum(axis=2, keepdims=True)
    if kind != "proportional" and scale == "per species":
        rows = sampled[:, likelihood.readings.at]
        measured = np.isfinite(likelihood.readings.values)
        unit = np.where(measured, rows, 0.0).sum(axis=1)[:, None, :]
    common, own = rng.standard_normal(signals.shape), rng.standard_normal(signals.shape)
    errors = UnitErrors(own, common)
    drawn = _scattered(signals, errors, kind, _in_units(sizes, kind, unit))
    drawn = np.maximum(drawn, 0.0)
    base = drawn if scale == "per spectrum" else signals
    return np.asarray(drawn * signal_factor(likelihood, base, sampled))


def simulate_table(
    signals: np.ndarray,
    times: np.ndarray,
    replicates: int,
    noise: Mapping[str, float],
    measurement: Measurement,
    rng: np.random.Generator,
) -> IntensityTable:
    """Draw a synthetic table of intensities.

    Every spectrum (per spectrum) or column (per species) is multiplied by a gain that is
    log-uniform over a decade. What stays below the detection limit becomes 0. Per spectrum the
    limit is a share of the total of what is recorded: taking the signals from the largest down,
    one is recorded if it reaches that share of those recorded before it. This is the likelihood's
    model but where the last signal recorded is within one part in 1/share of its own limit.
    Constant and two-component noise count in units of the *expected* total of a spectrum or
    column, while the likelihood divides by the total that was read.

    Args:
        signals: shape (T, I), expected at the sampling times.
        times: shape (T,), h, increasing.
        replicates: spectra at each sampling time.
        noise: values of ``noise``, ``noise_additive`` and ``sampling_error``, the first two for
            each signal where it has its own; the last two may be left out where they are zero.
        measurement: how signals become readings.
        rng: source of randomness.

    Returns:
        The table, ``replicates`` rows for each time.

    Raises:
        InputError: a reading would be below zero and no detection limit is stated.
    """
    at = np.repeat(np.arange(len(times)), replicates)
    shared = rng.standard_normal(signals.shape)[at]
    errors = UnitErrors(rng.standard_normal(shared.shape), shared)
    scattered = _with_errors(signals[at], noise, measurement, errors)
    if measurement.detection_limit is None:
        _refuse_negative(scattered, times[at], measurement)
    names = tuple(signal.name for signal in measurement.signals)
    return IntensityTable(names, times[at], _as_read(scattered, measurement, rng))


def simulate_like(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    noise: np.ndarray,
    misspecification: Misspecification,
    rng: np.random.Generator,
) -> IntensityTable | None:
    """Draw a synthetic table with a real one's sampling times, replicates and gaps.

    Gains, detection limits and units of the noise are those of `simulate_table`.

    Args:
        likelihood: of the real table.
        signals: shape (T, I), expected at its sampling times.
        noise: shape (Q,), in the order of ``likelihood.noise_names``.
        misspecification: what of the errors the likelihood does not know; "none" for nothing.
        rng: source of randomness.

    Returns:
        The table; None where what was drawn is no table that a study could have: a reading below
        zero without a detection limit, or nothing that says anything. This depends on
        the readings alone, so leaving such tables out does not bias what is inferred from the rest.
    """
    readings, measurement = likelihood.readings, likelihood.measurement
    errors = unit_errors(readings, misspecification, rng)
    measured = np.isfinite(readings.values)
    expected = np.where(measured, signals[readings.at], 0.0)
    named = dict(zip(likelihood.noise_names, noise.tolist(), strict=True))
    scattered = np.where(measured, _with_errors(expected, named, measurement, errors), 0.0)
    if measurement.detection_limit is None and (scattered[measured] <= 0).any():
        return None
    values = np.where(measured, _as_read(scattered, measurement, rng), np.nan)
    if not np.isfinite(values[measured]).all() or not (values[measured] > 0).any():
        return None
    table = IntensityTable(readings.signals, readings.times[readings.at], values)
    return table if intensity_likelihood(table, measurement).units else None


def _with_errors(
    expected: np.ndarray,
    noise: Mapping[str, float],
    measurement: Measurement,
    errors: UnitErrors,
) -> np.ndarray:
    """Add errors to the expected readings of a table, shape (N, I), before gains and limits."""
    unit = np.ones((1, 1))
    if measurement.noise != "proportional" and measurement.scale == "per spectrum":
        unit = expected.sum(axis=1, keepdims=True)
    if measurement.noise != "proportional" and measurement.scale == "per species":
        unit = expected.sum(axis=0, keepdims=True)
    layout = noise_layout(measurement, shared=True)
    optional = (*layout.additive_names, "sampling_error")
    sizes = layout.sizes(
        np.array([[noise.get(n, 0.0) if n in optional else noise[n] for n in layout.names]])
    )
    sds = _in_units(sizes, measurement.noise, unit[None])
    return np.asarray(_scattered(expected[None], errors, measurement.noise, sds)[0])


def _as_read(
    scattered: np.ndarray, measurement: Measurement, rng: np.random.Generator
) -> np.ndarray:
    """Put what stays below the limit to 0 and multiply spectra, or columns, by their gains."""
    values = np.maximum(scattered, 0.0)
    if measurement.detection_limit is not None:
        values = _recorded(values, measurement.detection_limit, measurement.scale)
    gains = 10 ** rng.uniform(0, 1, size=values.shape)
    if measurement.scale == "per spectrum":
        values = values * gains[:, :1]
    elif measurement.scale == "per species":
        values = values * gains[:1]
    return np.asarray(values)


def _in_units(sizes: NoiseSizes, kind: Noise, unit: np.ndarray) -> dict[str, np.ndarray]:
    """Turn noise parameters into sds: relative and additive, of a reading and of a sampling."""
    own, additive, sampling = (
        size[:, None, :] for size in (sizes.reading, sizes.additive, sizes.sampling)
    )
    if kind == "constant":
        return {"additive": own * unit, "sampling": sampling * unit}
    return {"relative": own, "additive": additive * unit, "sampling": sampling}


def _scattered(
    expected: np.ndarray, errors: UnitErrors, kind: Noise, sd: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Add errors to expected signals, in the sds of a reading and of a sampling."""
    own, shared = errors.own, errors.shared
    if kind == "proportional":
        exponent = sd["relative"] * own + sd["sampling"] * shared
        return np.asarray(np.maximum(expected, SMALLEST_SIGNAL) * np.exp(exponent))
    if kind == "constant":
        return np.asarray(expected + sd["additive"] * own + sd["sampling"] * shared)
    reading = np.sqrt(sd["additive"] ** 2 + (sd["relative"] * expected) ** 2)
    return np.asarray(expected * (1 + sd["sampling"] * shared) + reading * own)


def _refuse_negative(values: np.ndarray, row_times: np.ndarray, measurement: Measurement) -> None:
    negative = np.argwhere(values <= 0)
    if len(negative):
        row, column = negative[0]
        raise InputError(
            f"simulated intensities: '{measurement.signals[column].name}' is "
            f"{values[row, column]:.3g} at {time_label(row_times[row])}, below zero; "
            "state detection_limit in [measurement]"
        )


def _recorded(values: np.ndarray, fraction: float, scale: str) -> np.ndarray:
    """Set to 0 what stays below the detection limit."""
    if scale != "per spectrum":
        return np.where(values < fraction * values.max(axis=0), 0.0, values)
    order = np.argsort(-values, axis=1)
    falling = np.take_along_axis(values, order, axis=1)
    before = np.cumsum(falling, axis=1) - falling
    # Once one is lost, all smaller ones are: they are held against the same total.
    kept = np.logical_and.accumulate(falling >= fraction * before, axis=1)
    result = np.zeros(values.shape)
    np.put_along_axis(result, order, np.where(kept, falling, 0.0), axis=1)
    return result
