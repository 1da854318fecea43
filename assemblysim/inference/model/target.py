"""What a sampler needs of a posterior: a log-density over standard-normal coordinates."""

from __future__ import annotations

from typing import Protocol

import numpy as np

LOG_SQRT_2PI = 0.5 * float(np.log(2 * np.pi))


class Target(Protocol):
    """A log-density over standard-normal coordinates, evaluated a batch at a time."""

    def __call__(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (B,), at positions of shape (B, P)."""


def log_standard_normal(position: np.ndarray) -> np.ndarray:
    """Return the log-density of the prior in these coordinates, shape (B,)."""
    return np.asarray(
        -0.5 * np.add.reduce(position**2, axis=-1) - position.shape[-1] * LOG_SQRT_2PI
    )


class Counted:
    """A target that counts its calls and those below a floor, which are failed integrations."""

    def __init__(self, target: Target, floor: float) -> None:
        self.target = target
        self.floor = floor
        self.calls = 0
        self.failed = 0

    def __call__(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (B,), and count."""
        log_density = self.target(position)
        self.calls += len(log_density)
        self.failed += int((log_density < self.floor).sum())
        return log_density
