"""Two-component noise: an additive error, and one in proportion to the signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.noise.additive import AdditiveNoise
from assemblysim.measurement.noise_model import SAMPLING_ERROR, Scatter, Sizes, Spread


@dataclass(frozen=True)
class TwoComponentNoise(AdditiveNoise):
    """y = s + e with e ~ N(0, noise_additive^2 + (noise s)^2); a shared error is relative."""

    name = "two-component"
    explanation = "both, added"
    in_methods = "an error with an additive and a proportional part"
    in_forecast = "an error with a constant and a proportional part"
    sizes = ("noise", "noise_additive")
    additive = frozenset({"noise_additive"})

    def spread(self, sizes: Sizes) -> Spread:
        """Return both parts."""
        return Spread(sizes["noise_additive"], sizes["noise"])

    def scatter(self, signals: np.ndarray, sizes: Sizes) -> Scatter:
        """Add the variances."""
        own = np.broadcast_to(sizes["noise"][:, None, :], signals.shape)
        sampling = np.broadcast_to(sizes[SAMPLING_ERROR][:, None, :], signals.shape)
        sd = np.sqrt(sizes["noise_additive"][:, None, :] ** 2 + (own * signals) ** 2)
        return Scatter(signals, sd, sampling * signals)

    def draw(
        self, expected: np.ndarray, errors: tuple[np.ndarray, np.ndarray], sizes: Sizes
    ) -> np.ndarray:
        """Add an error of both parts."""
        own, shared = errors
        sd = np.sqrt(sizes["noise_additive"] ** 2 + (sizes["noise"] * expected) ** 2)
        return np.asarray(expected * (1 + sizes[SAMPLING_ERROR] * shared) + sd * own)
