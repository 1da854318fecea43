"""Proportional noise: an error in per cent of the signal, log-normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.errors import InputError
from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.likelihoods.correlated import CorrelatedLikelihood
from assemblysim.measurement.likelihoods.limits_in_concentrations import ConcentrationLimits
from assemblysim.measurement.likelihoods.margins import log_normal_margins
from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.measured_intensities import (
    SMALLEST_SIGNAL,
    Groups,
    MeasuredIntensities,
)
from assemblysim.measurement.noise_model import (
    SAMPLING_ERROR,
    NoiseModel,
    NoiseParameters,
    Scatter,
    ScatterModel,
    Sizes,
    Spread,
)
from assemblysim.measurement.scales import Scale


@dataclass(frozen=True)
class ProportionalNoise(NoiseModel):
    """log y = log s + e with e ~ N(0, noise^2); replicates share an error of the same kind."""

    name = "proportional"
    explanation = "an error in per cent of the signal (log-normal)"
    in_methods = "a log-normal error"
    in_forecast = "an error in proportion to each intensity"
    logarithmic = True
    takes_covariances = True

    def refuse_unsupported(self, scale: Scale, *, per_signal: bool, shared: bool) -> None:
        """Refuse sizes by signal beside a sampling error that is shared within spectra."""
        if per_signal and shared and scale.by_row:
            raise InputError(
                f"noise_per_signal does not go with replicates that share a sampling error on the "
                f"scale '{scale.name}'; write share_replicates = false, or leave it out"
            )

    def likelihood(
        self, intensities: MeasuredIntensities, scale: Scale, own: tuple[str, ...], *, shared: bool
    ) -> ScatterModel:
        """Return the density of log y, unknown scale factors integrated out."""
        parameters = NoiseParameters(self, own, shared)
        if scale.known:
            return AbsoluteLikelihood(intensities, parameters)
        groups = Groups(intensities, scale.by_column)
        if intensities.covariances is not None:
            return CorrelatedLikelihood(groups, parameters)
        if intensities.in_concentrations is not None:
            return ConcentrationLimits(groups, parameters)
        return NetworkLikelihood(groups, parameters)

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """Return logarithms."""
        return np.asarray(np.log(values))

    def spread(self, sizes: Sizes) -> Spread:
        """Return a relative sd."""
        return Spread(np.zeros_like(sizes["noise"]), sizes["noise"])

    def scatter(self, signals: np.ndarray, sizes: Sizes) -> Scatter:
        """Return the same sd for the logarithm of every signal."""
        own, sampling = (
            np.broadcast_to(sizes[size][:, None, :], signals.shape)
            for size in ("noise", SAMPLING_ERROR)
        )
        return Scatter(np.log(signals), own, sampling)

    def draw(
        self, expected: np.ndarray, errors: tuple[np.ndarray, np.ndarray], sizes: Sizes
    ) -> np.ndarray:
        """Multiply by log-normal errors."""
        own, shared = errors
        exponent = sizes["noise"] * own + sizes[SAMPLING_ERROR] * shared
        with np.errstate(over="ignore"):  # of sizes that no table has
            return np.asarray(np.maximum(expected, SMALLEST_SIGNAL) * np.exp(exponent))

    def margins(
        self, intensities: MeasuredIntensities, scale: Scale, signals: np.ndarray, sizes: Sizes
    ) -> np.ndarray:
        """Return log(limit / expectation) / sd."""
        return log_normal_margins(intensities, scale, signals, self.spread(sizes).relative)

    def fitted_factor(self, shown: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Return the geometric means of the ratios."""
        seen = shown > 0
        ratio = np.where(seen, np.log(np.where(seen, shown, 1.0)) - np.log(expected), 0.0)
        return np.asarray(np.exp(ratio.sum(axis=1) / np.maximum(seen.sum(axis=0), 1)))
