"""A target with two curved ridges, as a density over standard-normal coordinates."""

import numpy as np


def ridges(position):
    """Return the log of likelihood times prior, shape (B,), at shape (B, 3)."""
    x, y, z = position.T
    gap = (y - 0.7 * (x**2 - 1)) / 0.2
    height = (np.abs(z) - 1.0) / 0.15
    prior = -0.5 * (position**2).sum(axis=1) - 1.5 * np.log(2 * np.pi)
    return prior - 0.5 * gap**2 - 0.5 * height**2 + 0.4 * z
