"""Student's t: its density and the chance to stay below a number, as logarithms."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import betainc, gammaln, ndtri_exp

# One error in 60 lies beyond four sizes, of normal ones one in 16,000; and the chance to be below
# a number has a closed form.
DEGREES: Final = 4


def log_density(z: np.ndarray, degrees: float = DEGREES) -> np.ndarray:
    """Return the log density of t at z."""
    height = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - 0.5 * np.log(degrees * np.pi)
    return np.asarray(height - 0.5 * (degrees + 1) * log_one_plus(z, degrees))


def log_one_plus(z: np.ndarray, degrees: float) -> np.ndarray:
    """Return log(1 + z^2 / degrees) of a number of any size."""
    size = np.abs(z) / np.sqrt(degrees)
    small = np.minimum(size, 1e8)
    return np.asarray(np.log1p(small**2) + 2 * np.log(np.maximum(size, 1e8) / 1e8))


def log_chance_below(z: np.ndarray, degrees: float = DEGREES) -> np.ndarray:
    """Return the log of the chance that t is below z, exact to the digits at either end."""
    size = np.abs(z)
    far = np.maximum(size, 1e8)
    near = np.minimum(size, 1e8)
    if degrees == DEGREES:  # a polynomial, which is smoother than the general function
        square = degrees + near**2
        x = near / np.sqrt(square)
        beyond = 0.25 * (degrees / (square * (1 + x))) ** 2 * (2 + x)
    else:
        beyond = 0.5 * betainc(degrees / 2, 0.5, degrees / (degrees + near**2))
    with np.errstate(divide="ignore"):  # where a chance is 1 but for rounding, its log is 0
        tail = np.log(beyond) - degrees * (np.log(far) - np.log(1e8))
        return np.asarray(np.where(z > 0, np.log1p(-beyond), tail))


def normal_quantile(z: np.ndarray, degrees: float = DEGREES) -> np.ndarray:
    """Return the normal number below which a normal error lies as often as t lies below z."""
    known = np.nan_to_num(z)
    quantile = ndtri_exp(log_chance_below(-np.abs(known), degrees))
    return np.where(np.isnan(z), np.nan, np.where(known > 0, -quantile, quantile))
