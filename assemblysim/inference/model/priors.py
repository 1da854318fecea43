"""The kinds of priors: one class each, entered by ``@prior_kind`` and found by its name."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtri_exp

from assemblysim.errors import InputError
from assemblysim.inference.model.prior import (
    FARTHEST,
    LARGEST_LOG,
    LOG_SQRT_2PI,
    Line,
    Prior,
    StraightPrior,
    prior_kind,
)
from assemblysim.language import number_words

# Below this distance from 0, in standard deviations, a normal cut at 0 is taken as flat:
# the two forms lose equally many digits there.
_FLAT: Final = 1e-7


@dataclass(frozen=True)
class _Between(StraightPrior):
    """Flat between two bounds, on some axis."""

    lower: float
    upper: float

    meaning: ClassVar[str] = "lower and upper bound"
    flat: ClassVar[bool] = True

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        return self.lower, self.upper

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        ends = f"{number_words(self.lower)} and {number_words(self.upper)}"
        return f"{self.kind.replace('_', '-')} between {ends}{behind(unit)}"


@prior_kind
@dataclass(frozen=True)
class LogUniform(_Between):
    """Flat in the logarithm between two bounds."""

    kind: ClassVar[str] = "log_uniform"
    rule: ClassVar[str] = "needs a lower bound above 0 and an upper bound above it"

    @property
    def line(self) -> Line:
        """How values follow from a coordinate."""
        return Line(float(np.log(self.lower)), float(np.log(self.upper)), bounded=True, logs=True)

    def scaled(self, factor: float) -> LogUniform:
        """Return it `factor` times as wide in the logarithm."""
        centre = 0.5 * np.log(self.lower * self.upper)
        half = 0.5 * factor * np.log(self.upper / self.lower)
        return LogUniform(float(np.exp(centre - half)), float(np.exp(centre + half)))

    def shifted(self, fraction: float) -> LogUniform:
        """Return it moved by a fraction of its width."""
        by = float((self.upper / self.lower) ** fraction)
        return LogUniform(self.lower * by, self.upper * by)

    def _is_distribution(self) -> bool:
        return 0 < self.lower < self.upper


@prior_kind
@dataclass(frozen=True)
class Uniform(_Between):
    """Flat between two bounds that are not negative."""

    kind: ClassVar[str] = "uniform"
    rule: ClassVar[str] = "needs a lower bound of at least 0 and an upper bound above it"

    @property
    def line(self) -> Line:
        """How values follow from a coordinate."""
        return Line(self.lower, self.upper, bounded=True, logs=False)

    def scaled(self, factor: float) -> Uniform:
        """Return it `factor` times as wide, as far as it does not go below 0."""
        width = factor * (self.upper - self.lower)
        least = max(0.0, 0.5 * (self.lower + self.upper - width))
        return Uniform(least, least + width)

    def shifted(self, fraction: float) -> Uniform:
        """Return it moved by a fraction of its width, as far as it does not go below 0."""
        least = max(0.0, self.lower + fraction * (self.upper - self.lower))
        return Uniform(least, least + self.upper - self.lower)

    def _is_distribution(self) -> bool:
        return 0 <= self.lower < self.upper


@prior_kind
@dataclass(frozen=True)
class LogNormal(StraightPrior):
    """Normal in the logarithm; the factor is the geometric standard deviation."""

    median: float
    factor: float

    kind: ClassVar[str] = "log_normal"
    meaning: ClassVar[str] = "median, and factor (geometric standard deviation)"
    rule: ClassVar[str] = "needs a median above 0 and a factor above 1"
    pure: ClassVar[tuple[str, ...]] = ("factor",)

    @property
    def line(self) -> Line:
        """How values follow from a coordinate."""
        return Line(
            float(np.log(self.median)), float(np.log(self.factor)), bounded=False, logs=True
        )

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        median, factor = number_words(self.median), number_words(self.factor)
        return f"log-normal with median {median}{behind(unit)} and factor {factor}"

    def scaled(self, factor: float) -> LogNormal:
        """Return it `factor` times as wide in the logarithm."""
        return replace(self, factor=float(self.factor**factor))

    def shifted(self, fraction: float) -> LogNormal:
        """Return it moved by a fraction of two standard deviations of the logarithm."""
        return replace(self, median=float(self.median * self.factor ** (2 * fraction)))

    def _is_distribution(self) -> bool:
        return self.median > 0 and self.factor > 1


@dataclass(frozen=True)
class _MeanAndDeviation(Prior):
    """A normal, cut at 0 or not."""

    mean: float
    deviation: float

    rule: ClassVar[str] = "needs a mean and a standard deviation above 0"

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        numbers = f"mean {number_words(self.mean)} and standard deviation "
        return f"normal with {numbers}{number_words(self.deviation)}{behind(unit)}"

    def scaled(self, factor: float) -> Prior:
        """Return it `factor` times as wide."""
        return replace(self, deviation=factor * self.deviation)

    def shifted(self, fraction: float) -> Prior:
        """Return it moved by a fraction of two standard deviations."""
        return replace(self, mean=self.mean + 2 * fraction * self.deviation)

    def _is_distribution(self) -> bool:
        return self.deviation > 0


@prior_kind
@dataclass(frozen=True)
class PositiveNormal(_MeanAndDeviation):
    """A normal cut at 0: only positive values."""

    kind: ClassVar[str] = "normal"
    meaning: ClassVar[str] = "mean and standard deviation"

    def __post_init__(self) -> None:
        """Refuse numbers that are no distribution, also where no positive value has weight."""
        super().__post_init__()
        # A mean further below 0 leaves no positive value that a double can weigh.
        if self.mean < -FARTHEST * self.deviation:
            raise InputError(f"normal prior has its mean {number_words(self.mean)} far below 0")

    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values, by the upper tail."""
        position = np.clip(np.asarray(u, dtype=float), -FARTHEST, FARTHEST)
        centre = self._centre
        direct = centre - ndtri_exp(log_ndtr(-position) + log_ndtr(centre))
        log_flat = np.minimum(log_ndtr(position) - self._log_density_at_cut, LARGEST_LOG)
        near = direct * (1 + abs(centre)) < _FLAT
        return np.asarray(self.deviation * np.where(near, np.exp(log_flat), direct))

    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values into standard-normal coordinates."""
        centre, distance = self._centre, np.maximum(np.asarray(x, float), 0) / self.deviation
        with np.errstate(divide="ignore", invalid="ignore"):
            upper = np.minimum(log_ndtr(centre - distance) - log_ndtr(centre), 0.0)
            lower = np.minimum(np.log(distance) + self._log_density_at_cut, 0.0)
            near = distance * (1 + abs(centre)) < _FLAT
            u = np.where(near, ndtri_exp(lower), -ndtri_exp(upper))
        return np.asarray(np.clip(u, -FARTHEST, FARTHEST))

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        return f"{super().describe(unit)}, cut at 0"

    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        z, kept = (x - self.mean) / self.deviation, log_ndtr(self._centre)
        return np.asarray(-0.5 * z**2 - math.log(self.deviation) - LOG_SQRT_2PI - kept)

    @property
    def _centre(self) -> float:
        """The mean in standard deviations."""
        return self.mean / self.deviation

    @property
    def _log_density_at_cut(self) -> float:
        """Log-density at 0, per standard deviation."""
        z = self._centre
        return float(-0.5 * z**2 - LOG_SQRT_2PI - log_ndtr(z))


@prior_kind
@dataclass(frozen=True)
class SignedNormal(_MeanAndDeviation, StraightPrior):
    """A normal that is not cut, for entropies and free energies."""

    kind: ClassVar[str] = "signed_normal"
    meaning: ClassVar[str] = "the same, of a number that may be negative"

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        return -math.inf, math.inf

    @property
    def line(self) -> Line:
        """How values follow from a coordinate."""
        return Line(self.mean, self.deviation, bounded=False, logs=False)

    @property
    def deviation_about_median(self) -> float:
        """The standard deviation."""
        return self.deviation


def behind(unit: str) -> str:
    """Return a unit as it stands behind a number."""
    return f" {unit}" if unit else ""
