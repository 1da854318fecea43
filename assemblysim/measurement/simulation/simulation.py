"""Intensities that the measurement model would give, for predictive bands and synthetic data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.noise_model import SAMPLING_ERROR
from assemblysim.measurement.simulation.display import display_signals
from assemblysim.measurement.simulation.misspecifications import (
    Misspecification,
    UnitErrors,
    unit_errors,
)
from assemblysim.measurement.tails_model import Alike


def simulate_intensities(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    sampled: np.ndarray,
    noise: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw one new intensity for each expected signal, in display units.

    A draw has the same errors at all times, so that quantiles over many draws are smooth in time;
    at each time they are those of independent errors. Intensities that would stay below the
    detection limit keep their number: the limit is drawn beside them. What would be negative is 0,
    unless the table itself has numbers that are.

    Args:
        likelihood: of the intensities; it says how they scatter and are displayed.
        signals: shape (B, T', I), expected at any times.
        sampled: shape (B, T, I), expected at the sampling times; see `display_signals`.
        noise: shape (B, Q), in the order of ``likelihood.noise_names``.
        rng: source of randomness.

    Returns:
        Shape (B, T', I).
    """
    measured, measurement = likelihood.measured, likelihood.measurement
    rows = np.where(np.isfinite(measured.values), sampled[:, measured.at], 0.0)
    alike = (len(signals), 1, signals.shape[2])
    errors = [rng.standard_normal(alike) for _ in range(2)]
    stretches = measurement.tails.stretches(alike, _alike(likelihood, np.zeros(1, dtype=int)), rng)
    shared, own = (
        np.broadcast_to(error * stretch, signals.shape)
        for error, stretch in zip(errors, stretches[::-1], strict=True)
    )
    total = measurement.scale.total(signals, rows)
    sizes = likelihood.parameters.in_signals(noise, total)
    typical = typical_sds(measured, measurement)
    if typical is not None:
        own = own * typical * total
    if measured.covariances is not None:  # quantiles of one signal at a time
        variances = np.diagonal(measured.covariances, axis1=1, axis2=2)
        known = np.sqrt(np.median(variances, axis=0)) * rng.standard_normal(alike)
        signals = signals * np.exp(known)
    drawn = measurement.noise.draw(signals, (own, shared), sizes)
    if not (measured.observed & (measured.values <= 0)).any():
        drawn = np.maximum(drawn, 0.0)
    return display_signals(likelihood, drawn, sampled)


def simulate_like(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    noise: np.ndarray,
    misspecification: Misspecification,
    rng: np.random.Generator,
) -> IntensityTable | None:
    """Draw a synthetic table with a real one's sampling times, replicates and gaps.

    Args:
        likelihood: of the real table.
        signals: shape (T, I), expected at its sampling times.
        noise: shape (Q,), in the order of ``likelihood.noise_names``.
        misspecification: what of the errors the likelihood does not know; "none" for nothing.
        rng: source of randomness.

    Returns:
        The table of `simulated_likelihood`, or None as there.
    """
    found = simulated_likelihood(likelihood, signals, noise, misspecification, rng)
    return None if found is None else found[0]


def simulated_likelihood(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    noise: np.ndarray,
    misspecification: Misspecification,
    rng: np.random.Generator,
) -> tuple[IntensityTable, IntensityLikelihood] | None:
    """Draw a synthetic table as `simulate_like` does, and build its likelihood.

    Every spectrum (per spectrum) or column (per species) is multiplied by a scale factor that is
    log-uniform over a decade. What stays below the detection limit becomes 0. Per spectrum the
    limit is a fraction of the total of what is recorded: taking the signals from the largest down,
    one is recorded if it reaches that fraction of those recorded before it. This is the
    likelihood's model but where the last signal recorded is within one part in 1/fraction of its
    own limit. Constant and two-component noise count in units of the *expected* total of a
    spectrum or column, while the likelihood divides by the total that was read.

    Args:
        likelihood: of the real table.
        signals: shape (T, I), expected at its sampling times.
        noise: shape (Q,), in the order of ``likelihood.noise_names``.
        misspecification: what of the errors the likelihood does not know; "none" for nothing.
        rng: source of randomness.

    Returns:
        Table and likelihood; None where what was drawn is no table that a study could have: an
        intensity below zero without a detection limit though its logarithm counts, or nothing that
        says anything. This depends on the intensities alone, so leaving such tables out does not
        bias what is inferred from the rest.
    """
    intensities, measurement = likelihood.measured, likelihood.measurement
    measured = np.isfinite(intensities.values)
    expected = np.where(measured, signals[intensities.at], 0.0)
    errors = unit_errors(intensities, misspecification, rng)
    scattered, sds = _scattered(likelihood, expected, noise, (errors, rng))
    limited = np.isfinite(intensities.limits)
    if measurement.noise.logarithmic and (scattered[measured & ~limited] <= 0).any():
        return None
    cut, limits = _as_read(scattered, intensities, measurement)
    factors = measurement.scale.multiplied(
        np.ones(cut.shape), 10 ** rng.uniform(0, 1, size=cut.shape)
    )
    values, limits = np.where(measured, cut * factors, np.nan), limits * factors
    below = measured & limited & (cut == 0)
    if not np.isfinite(values[measured]).all() or not (values[measured] > 0).any():
        return None
    times = intensities.times[intensities.at]
    sds = None if sds is None else sds * factors
    table = IntensityTable(
        intensities.signals,
        times,
        values,
        below=below,
        limits=limits,
        sds=sds,
        covariances=_covariances_like(intensities, np.where(below, limits, values)),
    )
    made = intensity_likelihood(table, measurement)
    return (table, made) if made.observations else None


def _scattered(
    likelihood: IntensityLikelihood,
    expected: np.ndarray,
    noise: np.ndarray,
    drawn: tuple[UnitErrors, np.random.Generator],
) -> tuple[np.ndarray, np.ndarray | None]:
    """Add errors to expected intensities, (N, I), before scale factors and limits.

    Returns:
        The intensities, 0 where nothing was measured, and their known standard deviations.
    """
    intensities, measurement = likelihood.measured, likelihood.measurement
    (errors, rng), measured = drawn, np.isfinite(intensities.values)
    stretches = measurement.tails.stretches(
        errors.own.shape, _alike(likelihood, intensities.at), rng
    )
    errors = UnitErrors(errors.own * stretches[0], errors.shared * stretches[1])
    sds = _sds_in_signals(intensities, expected, measurement)
    if sds is not None:
        errors = replace(errors, own=errors.own * sds)
    named = dict(zip(likelihood.noise_names, noise.tolist(), strict=True))
    shown = expected * _known_errors(intensities, rng)
    return np.where(measured, _with_errors(shown, named, measurement, errors), 0.0), sds


def _known_errors(intensities: MeasuredIntensities, rng: np.random.Generator) -> np.ndarray:
    """Draw factors of intensities, shape (N, I), whose logs have the known covariances."""
    if intensities.covariances is None:
        return np.ones(intensities.values.shape)
    values, vectors = np.linalg.eigh(intensities.covariances)
    drawn = np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(intensities.values.shape)
    return np.asarray(np.exp((vectors @ drawn[:, :, None])[..., 0]))


def _covariances_like(intensities: MeasuredIntensities, sizes: np.ndarray) -> np.ndarray | None:
    """Return covariances that are to new intensities, (N, I), what those known are to the old."""
    if intensities.covariances is None:
        return None
    known = np.nan_to_num(sizes)
    return np.asarray(intensities.covariances * known[:, :, None] * known[:, None, :])


def _alike(likelihood: IntensityLikelihood, rows: np.ndarray) -> Alike:
    """Say which errors of spectra of samplings, (N,), are large together where tails are heavy."""
    scale, shared = likelihood.measurement.scale, SAMPLING_ERROR in likelihood.noise_names
    together = shared and not scale.known and likelihood.measurement.noise.logarithmic
    return Alike(rows, scale.by_column, together)


def typical_sds(intensities: MeasuredIntensities, measurement: Measurement) -> np.ndarray | None:
    """Return the median standard deviation of each signal, shape (I,); None where none is known.

    On an unknown scale it is in units of a spectrum's or column's total.
    """
    if intensities.sds is None:
        return None
    total = _read_total(intensities, measurement)
    return np.asarray(np.median(intensities.sds / np.where(total > 0, total, 1.0), axis=0))


def typical_covariance(intensities: MeasuredIntensities) -> np.ndarray | None:
    """Return the known covariance, over intensities, of a middling spectrum, shape (I, I).

    Returns:
        None where none is known.
    """
    if intensities.covariances is None:
        return None
    sizes = np.trace(intensities.covariances, axis1=1, axis2=2)
    return np.asarray(intensities.covariances[np.argsort(sizes)[len(sizes) // 2]])


def _sds_in_signals(
    intensities: MeasuredIntensities, expected: np.ndarray, measurement: Measurement
) -> np.ndarray | None:
    """Return known standard deviations in units of expected signals, shape (N, I), or None."""
    if intensities.sds is None:
        return None
    read = _read_total(intensities, measurement)
    ratio = measurement.scale.total(expected, expected) / np.where(read > 0, read, 1.0)
    return np.asarray(intensities.sds * ratio)


def _read_total(intensities: MeasuredIntensities, measurement: Measurement) -> np.ndarray:
    values = np.where(intensities.observed, intensities.values, 0.0)
    return measurement.scale.total(values, values)


def _with_errors(
    expected: np.ndarray,
    noise: Mapping[str, float],
    measurement: Measurement,
    errors: UnitErrors,
) -> np.ndarray:
    """Add errors to a table's expected intensities, (N, I), before scale factors and limits."""
    parameters = measurement.noise_parameters(shared=True)
    values = [
        noise[name] if name in parameters.own_names else noise.get(name, 0.0)
        for name in parameters.names
    ]
    total = measurement.scale.total(expected, expected)[None]
    sizes = parameters.in_signals(np.array([values]), total)
    drawn = measurement.noise.draw(expected[None], (errors.own, errors.shared), sizes)
    return np.asarray(drawn[0])


def _as_read(
    scattered: np.ndarray, intensities: MeasuredIntensities, measurement: Measurement
) -> tuple[np.ndarray, np.ndarray]:
    """Put what stays below its limit to 0.

    Returns:
        The values, (N, I), and in their units the limits that single cells have of their own,
        nan elsewhere. On an unknown scale these are the same fractions as in the real table.
    """
    every = [measurement.limit_of(signal.name) for signal in measurement.signals]
    fractions = np.array([one.number if one and one.relative else 0.0 for one in every])
    positive = np.maximum(scattered, 0.0)
    recorded = measurement.scale.recorded(positive, fractions)
    limits = np.where([one is None for one in every], intensities.limits, np.nan)
    if not measurement.scale.known:
        whole = measurement.scale.whole
        real = whole(np.maximum(np.nan_to_num(intensities.values), 0.0))
        limits = limits / np.where(real > 0, real, 1.0) * whole(positive)
    fixed = [np.nan if one is None or one.relative else one.number for one in every]
    cut = np.where(np.isfinite(limits), limits, np.array(fixed))
    lost = ((recorded == 0) & (fractions > 0)) | (scattered < cut)
    return np.where(lost, 0.0, scattered), limits
