"""A prior of any kind cut at bounds, as PEtab cuts each at those of its parameter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtri_exp

from assemblysim.errors import InputError
from assemblysim.inference.model.prior import FARTHEST, Prior
from assemblysim.language import number_words


@dataclass(frozen=True)
class CutPrior(Prior):
    """A prior within bounds, its density divided by what lies between them.

    Attributes:
        base: the prior as it is without bounds.
        lower: bound; beyond the base's own it cuts nothing.
        upper: bound, alike.
    """

    base: Prior
    lower: float
    upper: float

    def __post_init__(self) -> None:
        """Refuse bounds between which there is nothing.

        Raises:
            InputError: the prior has no weight there that a double can hold.
        """
        low, high = self._ends
        if not self.lower < self.upper or not low < high or not math.isfinite(self._log_weight):
            ends = f"{number_words(self.lower)} and {number_words(self.upper)}"
            raise InputError(
                f"{self.base.describe()} has no weight between the bounds {ends}; widen them"
            )

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        low, high = self.base.bounds
        return max(low, self.lower), min(high, self.upper)

    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values, from the nearer end."""
        place = np.clip(np.asarray(u, dtype=float), -FARTHEST, FARTHEST)
        low, high = self._ends
        below, above = log_ndtr(place), log_ndtr(-place)
        lower = np.logaddexp(log_ndtr(low) + above, log_ndtr(high) + below)
        upper = np.logaddexp(log_ndtr(-low) + above, log_ndtr(-high) + below)
        inside = np.where(lower < upper, _quantile(lower), -_quantile(upper))
        values = self.base.from_normal(np.clip(inside, low, high))
        least, most = self.bounds
        return np.asarray(np.clip(values, np.nextafter(least, np.inf), np.nextafter(most, -np.inf)))

    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values into standard-normal coordinates."""
        low, high = self._ends
        place = np.clip(self.base.to_normal(x), low, high)
        below = _log_between(np.full(place.shape, low), place) - self._log_weight
        above = _log_between(place, np.full(place.shape, high)) - self._log_weight
        u = np.where(below < above, _quantile(below), -_quantile(above))
        return np.asarray(np.clip(u, -FARTHEST, FARTHEST))

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        low, high = self.bounds
        return f"{self.base.describe(unit)}, cut at {number_words(low)} and {number_words(high)}"

    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.base.log_density(x) - self._log_weight)

    @property
    def _ends(self) -> tuple[float, float]:
        """The bounds in the base's standard-normal coordinates; beyond all doubles where none."""
        least, most = self.base.bounds
        low = float(self.base.to_normal(self.lower)) if self.lower > least else -np.inf
        high = float(self.base.to_normal(self.upper)) if self.upper < most else np.inf
        return low, high

    @property
    def _log_weight(self) -> float:
        """The logarithm of the fraction of the base that lies between the bounds."""
        low, high = self._ends
        return float(_log_between(np.array(low), np.array(high)))


def _log_between(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the log of a standard normal's weight between two numbers, by the nearer tail."""
    flip = low > -high  # both tails are alike; the far one loses no digits
    least, most = np.where(flip, -high, low), np.where(flip, -low, high)
    with np.errstate(divide="ignore"):
        larger, smaller = log_ndtr(most), log_ndtr(least)
        return np.asarray(larger + np.log1p(-np.exp(np.minimum(smaller - larger, 0.0))))


def _quantile(log_fraction: np.ndarray) -> np.ndarray:
    return np.asarray(ndtri_exp(np.minimum(log_fraction, 0.0)))
