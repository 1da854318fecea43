"""Known noise: a standard deviation stated for each intensity, times a common factor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.noise.additive import AdditiveNoise
from assemblysim.measurement.noise_model import (
    SAMPLING_ERROR,
    NoiseParameters,
    Scatter,
    ScatterModel,
    Sizes,
    Spread,
)
from assemblysim.measurement.scales import Scale


@dataclass(frozen=True)
class KnownNoise(AdditiveNoise):
    """y = s + e with e ~ N(0, (noise_factor sd)^2), sd being that of the table.

    Replicates count as independent: each has its own sd.
    """

    name = "known"
    explanation = (
        "the standard deviation that the table states for each intensity, times `noise_factor`, "
        "which is 1 unless it has a prior"
    )
    in_methods = "a normal error of the standard deviation that is stated for it"
    in_forecast = "an error as large as those stated for its signal"
    sizes = ("noise_factor",)
    additive = frozenset({SAMPLING_ERROR})
    stated = True

    @property
    def relative(self) -> bool:
        """Whether an error depends on the signal: it does not."""
        return False

    def likelihood(
        self, intensities: MeasuredIntensities, scale: Scale, own: tuple[str, ...], *, shared: bool
    ) -> ScatterModel:
        """Return the density of y, or of y / total, with an sd for each intensity."""
        if scale.known:
            return AbsoluteLikelihood(intensities, NoiseParameters(self, own))
        return super().likelihood(intensities, scale, own, shared=shared)

    def spread(self, sizes: Sizes) -> Spread:
        """Return an additive sd, in units of that of an intensity."""
        return Spread(sizes["noise_factor"], np.zeros_like(sizes["noise_factor"]))

    def scatter(self, signals: np.ndarray, sizes: Sizes) -> Scatter:
        """Return the sd in units of that of an intensity."""
        own = np.broadcast_to(sizes["noise_factor"][:, None, :], signals.shape)
        return Scatter(signals, own, np.zeros(signals.shape))

    def draw(
        self, expected: np.ndarray, errors: tuple[np.ndarray, np.ndarray], sizes: Sizes
    ) -> np.ndarray:
        """Add errors; those of intensities are in units of the signals."""
        return np.asarray(expected + sizes["noise_factor"] * errors[0])
