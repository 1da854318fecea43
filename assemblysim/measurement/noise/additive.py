"""What noise models have in common that are about an intensity rather than its logarithm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.likelihoods.additive_noise import AdditiveNoiseLikelihood
from assemblysim.measurement.likelihoods.margins import additive_margins
from assemblysim.measurement.measured_intensities import (
    SMALLEST_SIGNAL,
    Groups,
    MeasuredIntensities,
)
from assemblysim.measurement.noise_model import NoiseModel, NoiseParameters, ScatterModel, Sizes
from assemblysim.measurement.scales import Scale


@dataclass(frozen=True)
class AdditiveNoise(NoiseModel):
    """A normal error of an intensity; its sd may depend on the signal."""

    def refuse_unsupported(self, scale: Scale, *, per_signal: bool, shared: bool) -> None:
        """Refuse nothing: there is a likelihood on every scale."""

    def likelihood(
        self, intensities: MeasuredIntensities, scale: Scale, own: tuple[str, ...], *, shared: bool
    ) -> ScatterModel:
        """Return the density of y, or of y / total; there replicates count as independent."""
        if scale.known:
            return AbsoluteLikelihood(intensities, NoiseParameters(self, own, shared))
        groups = Groups(intensities, scale.by_column)
        return AdditiveNoiseLikelihood(groups, NoiseParameters(self, own))

    def margins(
        self, intensities: MeasuredIntensities, scale: Scale, signals: np.ndarray, sizes: Sizes
    ) -> np.ndarray:
        """Return (limit - expectation) / sd."""
        return additive_margins(intensities, scale, signals, self.spread(sizes))

    def fitted_factor(self, shown: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Return the factors of least squares."""
        squares = np.where(shown != 0, expected**2, 0.0).sum(axis=1)
        return np.asarray((shown * expected).sum(axis=1) / np.maximum(squares, SMALLEST_SIGNAL))
