"""What is known of one number before the data, with its standard-normal coordinate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtr, ndtri, ndtri_exp

from assemblysim.errors import InputError
from assemblysim.language import number_words

PriorKind = Literal["log_uniform", "uniform", "log_normal", "normal", "signed_normal"]

# Beyond 37 standard deviations the tail of a normal is no longer a double.
_FARTHEST: Final = 37.0
# exp(+-700) is still a double: a log-normal with a huge factor saturates there.
_LARGEST_LOG: Final = 700.0
# Below this distance from 0, in standard deviations, a normal cut at 0 is taken as flat:
# the two forms lose equally many digits there.
_FLAT: Final = 1e-7
_LOG_SQRT_2PI: Final = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Prior:
    """A distribution over positive numbers; of the signed kind, over all numbers.

    Attributes:
        kind: ``log_uniform``, ``uniform``, ``log_normal``, ``normal`` or ``signed_normal``.
        a: lower bound; log_normal: the median; normal: the mean.
        b: upper bound; log_normal: the geometric standard deviation, a pure number above 1;
            normal: the standard deviation. A normal is cut at 0: only positive values. A
            signed normal, for entropies and free energies, is not.
    """

    kind: PriorKind
    a: float
    b: float

    def __post_init__(self) -> None:
        """Refuse numbers that are no distribution.

        Raises:
            InputError: a bound, median, factor, mean or standard deviation is out of range.
        """
        fault = _fault(self.kind, self.a, self.b)
        if fault:
            raise InputError(fault)

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        if self.kind in ("log_uniform", "uniform"):
            return self.a, self.b
        return (-math.inf if self.signed else 0.0), math.inf

    @property
    def signed(self) -> bool:
        """Whether values may be negative."""
        return self.kind == "signed_normal"

    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values, x = quantile(Phi(u)).

        Args:
            u: any shape; digits are kept to |u| = 37, and beyond it counts as 37.

        Returns:
            Values of the same shape, strictly inside the bounds.
        """
        position = np.clip(np.asarray(u, dtype=float), -_FARTHEST, _FARTHEST)
        if self.kind == "log_normal":
            grown = math.log(self.a) + position * math.log(self.b)
            return np.asarray(np.exp(np.clip(grown, -_LARGEST_LOG, _LARGEST_LOG)))
        if self.kind == "normal":
            return self._cut_from_normal(position)
        if self.signed:
            return np.asarray(self.a + self.b * position)
        low, high = self._scaled(np.asarray(self.bounds))
        inside = low + (high - low) * ndtr(position)
        values = np.exp(inside) if self.kind == "log_uniform" else inside
        return np.asarray(
            np.clip(values, np.nextafter(self.a, math.inf), np.nextafter(self.b, -math.inf))
        )

    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values of any shape into standard-normal coordinates, the inverse of from_normal.

        A value at or beyond a bound is given the farthest coordinate, -37 or 37.
        """
        value = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == "log_normal":
                u = (np.log(np.maximum(value, 0)) - math.log(self.a)) / math.log(self.b)
            elif self.kind == "normal":
                u = self._cut_to_normal(np.maximum(value, 0))
            elif self.signed:
                u = (value - self.a) / self.b
            else:
                inside = self._scaled(np.clip(value, self.a, self.b))
                low, high = self._scaled(np.asarray(self.bounds))
                span = high - low
                u = np.where(
                    inside < 0.5 * (low + high),
                    ndtri((inside - low) / span),
                    -ndtri((high - inside) / span),
                )
        return np.asarray(np.clip(u, -_FARTHEST, _FARTHEST))

    def quantile(self, q: ArrayLike) -> np.ndarray:
        """Return the values below which a share `q` (0 to 1, any shape) of the prior lies."""
        return self.from_normal(ndtri(np.asarray(q, dtype=float)))

    def log_density(self, x: ArrayLike) -> np.ndarray:
        """Return the natural log of the density per unit of x; -inf outside the bounds."""
        value = np.asarray(x, dtype=float)
        inside = (value > self.bounds[0]) & (value < self.bounds[1])
        safe = np.where(inside, value, 1.0)
        return np.asarray(np.where(inside, self._log_density_inside(safe), -np.inf))

    def log_density_of_log(self, x: ArrayLike) -> np.ndarray:
        """Return the natural log of the density per unit of ln x; -inf outside the bounds.

        Where values may be negative it is the density per unit of x.
        """
        value = np.asarray(x, dtype=float)
        if self.signed:
            return self.log_density(value)
        safe = np.where(value > 0, value, 1.0)
        return np.asarray(self.log_density(value) + np.log(safe))

    def describe(self, unit: str = "") -> str:
        """Say it in words, such as "log-uniform between 1e-4 and 1e4 1/(mM h)"."""
        a, b = number_words(self.a), number_words(self.b)
        behind = f" {unit}" if unit else ""
        if self.kind == "normal":
            return f"normal with mean {a} and standard deviation {b}{behind}, cut at 0"
        if self.signed:
            return f"normal with mean {a} and standard deviation {b}{behind}"
        if self.kind == "log_normal":
            return f"log-normal with median {a}{behind} and factor {b}"
        return f"{self.kind.replace('_', '-')} between {a} and {b}{behind}"

    def _scaled(self, x: np.ndarray) -> np.ndarray:
        """Return the axis on which a bounded prior is flat."""
        return np.log(x) if self.kind == "log_uniform" else x

    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        if self.kind == "uniform":
            return np.full(x.shape, -math.log(self.b - self.a))
        if self.kind == "log_uniform":
            return np.asarray(-np.log(x) - math.log(math.log(self.b) - math.log(self.a)))
        if self.kind == "log_normal":
            width = math.log(self.b)
            z = (np.log(x) - math.log(self.a)) / width
            return np.asarray(-0.5 * z**2 - np.log(x) - math.log(width) - _LOG_SQRT_2PI)
        z = (x - self.a) / self.b
        kept = 0.0 if self.signed else log_ndtr(self.a / self.b)
        return np.asarray(-0.5 * z**2 - math.log(self.b) - _LOG_SQRT_2PI - kept)

    @property
    def _log_density_at_cut(self) -> float:
        """Log-density of a normal at its cut, per standard deviation."""
        z = self.a / self.b
        return float(-0.5 * z**2 - _LOG_SQRT_2PI - log_ndtr(z))

    def _cut_from_normal(self, u: np.ndarray) -> np.ndarray:
        """Return the quantiles of a normal cut at 0, by its upper tail."""
        centre = self.a / self.b
        direct = centre - ndtri_exp(log_ndtr(-u) + log_ndtr(centre))
        log_flat = np.minimum(log_ndtr(u) - self._log_density_at_cut, _LARGEST_LOG)
        near = direct * (1 + abs(centre)) < _FLAT
        return np.asarray(self.b * np.where(near, np.exp(log_flat), direct))

    def _cut_to_normal(self, x: np.ndarray) -> np.ndarray:
        centre = self.a / self.b
        distance = x / self.b
        upper = np.minimum(log_ndtr(centre - distance) - log_ndtr(centre), 0.0)
        lower = np.minimum(np.log(distance) + self._log_density_at_cut, 0.0)
        near = distance * (1 + abs(centre)) < _FLAT
        return np.asarray(np.where(near, ndtri_exp(lower), -ndtri_exp(upper)))


def together(priors: Sequence[Prior]) -> Callable[[np.ndarray], np.ndarray]:
    """Return one function that does `Prior.from_normal` for several priors, in few calls of numpy.

    Args:
        priors: P of them.

    Returns:
        From standard-normal coordinates, shape (..., P), to values of the same shape.
    """
    kinds = np.array([prior.kind for prior in priors])
    a, b = (np.array([getattr(prior, name) for prior in priors]) for name in ("a", "b"))
    own = (kinds == "normal") | (kinds == "signed_normal")
    grown, cut = kinds == "log_normal", np.flatnonzero(own).tolist()
    bounded = ~(grown | own)
    logs = grown | (kinds == "log_uniform")
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (np.where(logs, np.log(x), x) for x in (a, b))
    span = np.where(grown, high, high - low)
    farthest_log = np.where(grown, _LARGEST_LOG, np.inf)
    least = np.where(bounded, np.nextafter(a, math.inf), -np.inf)
    most = np.where(bounded, np.nextafter(b, -math.inf), np.inf)

    def from_normal(u: np.ndarray) -> np.ndarray:
        values = np.asarray(np.maximum(u, -_FARTHEST))
        np.minimum(values, _FARTHEST, out=values)
        np.copyto(values, ndtr(values), where=bounded)  # ndtr itself crashes with where
        values *= span
        values += low
        np.maximum(values, -farthest_log, out=values)
        np.minimum(values, farthest_log, out=values)
        np.exp(values, out=values, where=logs)
        np.maximum(values, least, out=values)
        np.minimum(values, most, out=values)
        for place in cut:
            values[..., place] = priors[place].from_normal(u[..., place])
        return values

    return from_normal


def _fault(kind: str, a: float, b: float) -> str:
    """Say what is wrong with the numbers of a prior; "" when nothing is."""
    pair = f"{number_words(a)} and {number_words(b)}"
    checks = {
        "log_uniform": (0 < a < b, "needs a lower bound above 0 and an upper bound above it"),
        "uniform": (0 <= a < b, "needs a lower bound of at least 0 and an upper bound above it"),
        "log_normal": (a > 0 and b > 1, "needs a median above 0 and a factor above 1"),
        "normal": (b > 0, "needs a mean and a standard deviation above 0"),
        "signed_normal": (b > 0, "needs a mean and a standard deviation above 0"),
    }
    if kind not in checks:
        return f"unknown kind of prior '{kind}'; known: {', '.join(checks)}"
    good, rule = checks[kind]
    finite = math.isfinite(a) and math.isfinite(b)
    if good and finite:
        # A mean further below 0 leaves no positive value that a double can weigh.
        too_far = kind == "normal" and a < -_FARTHEST * b
        return f"normal prior has its mean {pair.split()[0]} far below 0" if too_far else ""
    return f"{kind} prior has {pair}; it {rule}"
