"""Constant noise: the same error at every height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.noise.additive import AdditiveNoise
from assemblysim.measurement.noise_model import SAMPLING_ERROR, Scatter, Sizes, Spread


@dataclass(frozen=True)
class ConstantNoise(AdditiveNoise):
    """y = s + e with e ~ N(0, noise^2); replicates share an error of size ``sampling_error``."""

    name = "constant"
    explanation = "the same error at every height"
    in_methods = "a normal error of constant size"
    in_forecast = "a constant error of each intensity"
    additive = frozenset({"noise", SAMPLING_ERROR})

    def spread(self, sizes: Sizes) -> Spread:
        """Return an additive sd."""
        return Spread(sizes["noise"], np.zeros_like(sizes["noise"]))

    def scatter(self, signals: np.ndarray, sizes: Sizes) -> Scatter:
        """Return the same sd for every signal."""
        own, sampling = (
            np.broadcast_to(sizes[size][:, None, :], signals.shape)
            for size in ("noise", SAMPLING_ERROR)
        )
        return Scatter(signals, own, sampling)

    def draw(
        self, expected: np.ndarray, errors: tuple[np.ndarray, np.ndarray], sizes: Sizes
    ) -> np.ndarray:
        """Add errors."""
        own, shared = errors
        return np.asarray(expected + sizes["noise"] * own + sizes[SAMPLING_ERROR] * shared)
