"""What any prior can be asked: its values at standard-normal coordinates, its density, its words.

`priors` holds the kinds that there are.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import ClassVar, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.language import number_words
from assemblysim.units import quantity

# Entropies and free energies may be negative; no other number of a study can.
SIGNED_UNITS: Final = ("J/(mol K)", "kJ/mol")
# Beyond 37 standard deviations the tail of a normal is no longer a double.
FARTHEST: Final = 37.0
# exp(+-700) is still a double: a log-normal with a huge factor saturates there.
LARGEST_LOG: Final = 700.0
LOG_SQRT_2PI: Final = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Prior(ABC):
    """A distribution of one number; a subclass's fields are the numbers that define it.

    Attributes:
        kind: what it is called under ``[priors]``.
        meaning: of its numbers, as the reference page has it.
        rule: what its numbers must be.
        pure: those of its fields that have no unit.
        flat: whether it is flat between two bounds, on some axis, and so says nothing more.
    """

    kind: ClassVar[str]
    meaning: ClassVar[str]
    rule: ClassVar[str]
    pure: ClassVar[tuple[str, ...]] = ()
    flat: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse numbers that are no distribution.

        Raises:
            InputError: a bound, median, factor, mean or standard deviation is out of range.
        """
        numbers = [getattr(self, field.name) for field in fields(self)]
        if not all(map(math.isfinite, numbers)) or not self._is_distribution():
            said = " and ".join(map(number_words, numbers))
            raise InputError(f"{self.kind} prior has {said}; it {self.rule}")

    @classmethod
    def read(cls, table: Mapping[str, object], unit: str) -> Prior:
        """Make the prior from its table in a study, such as ``{ uniform = ["0 mM", "9 mM"] }``.

        Args:
            table: its kind, with as many quantities as it has numbers.
            unit: of the parameter, "" for a pure number.

        Raises:
            InputError: a unit does not fit, or the numbers are no distribution.
        """
        written = table[cls.kind]
        names = [field.name for field in fields(cls)]
        parts = written if isinstance(written, list) else [written]
        with at(cls.kind):
            numbers = [
                quantity(one, "" if name in cls.pure else unit)
                for name, one in zip(names, parts, strict=True)
            ]
        return cls(*numbers)

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        return 0.0, math.inf

    @abstractmethod
    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values, x = quantile(Phi(u)).

        Args:
            u: any shape; digits are kept to |u| = 37, and beyond it counts as 37.

        Returns:
            Values of the same shape, strictly inside the bounds.
        """

    @abstractmethod
    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values of any shape into standard-normal coordinates, the inverse of from_normal.

        A value at or beyond a bound is given the farthest coordinate, -37 or 37.
        """

    @abstractmethod
    def describe(self, unit: str = "") -> str:
        """Say it in words, such as "log-uniform between 1e-4 and 1e4 1/(mM h)"."""

    @abstractmethod
    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        """Return the natural log of the density at values inside the bounds."""

    def _is_distribution(self) -> bool:
        """Say whether finite numbers are what `rule` says."""
        return True

    @property
    def signed(self) -> bool:
        """Whether values may be negative."""
        return self.bounds[0] < 0

    @property
    def deviation_about_median(self) -> float:
        """Half of the way between the quantiles one standard deviation below and above."""
        low, high = self.from_normal([-1.0, 1.0])
        return float(high - low) / 2

    def quantile(self, q: ArrayLike) -> np.ndarray:
        """Return the values below which a fraction `q` (0 to 1, any shape) of the prior lies."""
        return self.from_normal(ndtri(np.asarray(q, dtype=float)))

    def log_density(self, x: ArrayLike) -> np.ndarray:
        """Return the natural log of the density per unit of x; -inf outside the bounds."""
        value = np.asarray(x, dtype=float)
        low, high = self.bounds
        inside = (value > low) & (value < high)
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

    def scaled(self, factor: float) -> Prior:
        """Return it `factor` times as wide about the same centre, on the axis it is stated on."""
        return Reshaped(self, stretch=factor)

    def shifted(self, fraction: float) -> Prior:
        """Return it moved by a fraction of its width (of two standard deviations for a normal)."""
        return Reshaped(self, move=fraction)


PRIORS: Final[dict[str, type[Prior]]] = {}
SomePrior = TypeVar("SomePrior", bound=type[Prior])


def prior_kind(kind: SomePrior) -> SomePrior:
    """Enter a class of priors into the registry, which is all that a new one takes."""
    PRIORS[kind.kind] = kind
    return kind


@dataclass(frozen=True)
class Line:
    """How values follow from a coordinate: straight, on a plain or a logarithmic axis.

    Attributes:
        start: the lower bound on the axis; of an unbounded prior the median.
        end: the upper bound on the axis; of an unbounded prior the standard deviation.
        bounded: whether values go straight with the fraction of the prior below them; otherwise
            they go straight with the standard-normal coordinate itself.
        logs: whether the axis is logarithmic.
    """

    start: float
    end: float
    bounded: bool
    logs: bool

    @property
    def span(self) -> float:
        """What a fraction of 1, or a standard deviation, is on the axis."""
        return self.end - self.start if self.bounded else self.end


class StraightPrior(Prior):
    """A prior that is flat or normal on a plain or a logarithmic axis."""

    @property
    @abstractmethod
    def line(self) -> Line:
        """How values follow from a coordinate."""

    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values."""
        return _alone(self)(np.asarray(u, dtype=float)[..., None])[..., 0]

    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values into standard-normal coordinates."""
        line, value = self.line, np.clip(np.asarray(x, dtype=float), *self.bounds)
        with np.errstate(divide="ignore", invalid="ignore"):
            place = np.log(value) if line.logs else value
            if line.bounded:
                lower, upper = (place - line.start) / line.span, (line.end - place) / line.span
                low = place < 0.5 * (line.start + line.end)
                u = np.where(low, ndtri(lower), -ndtri(upper))
            else:
                u = (place - line.start) / line.span
        return np.asarray(np.clip(u, -FARTHEST, FARTHEST))

    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        line = self.line
        place = np.log(x) if line.logs else x
        by_log = place if line.logs else np.zeros(x.shape)
        if line.bounded:
            return np.asarray(-by_log - math.log(line.span))
        z = (place - line.start) / line.span
        return np.asarray(-0.5 * z**2 - by_log - math.log(line.span) - LOG_SQRT_2PI)


@dataclass(frozen=True)
class Reshaped(Prior):
    """A prior stretched about its median and moved, on a logarithmic axis if none is negative.

    Attributes:
        base: the prior as it was.
        stretch: how many times as wide it becomes.
        move: by what fraction of two standard deviations it goes up.
    """

    base: Prior
    stretch: float = 1.0
    move: float = 0.0

    def __post_init__(self) -> None:
        """Nothing can be wrong: it is a change of a prior that was checked."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        low, high = self._forth(np.array(self.base.bounds))
        return float(low), float(high)

    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values."""
        values = self._forth(self.base.from_normal(u))
        return values if self.base.signed else np.clip(values, *np.exp([-LARGEST_LOG, LARGEST_LOG]))

    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values into standard-normal coordinates."""
        return self.base.to_normal(self._back(np.asarray(x, dtype=float)))

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        return f"{self.base.describe(unit)}, {self.stretch:g} times as wide, moved {self.move:+g}"

    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        before = self.base.log_density_of_log(self._back(x)) - math.log(self.stretch)
        return before if self.base.signed else np.asarray(before - np.log(x))

    @property
    def _middle(self) -> tuple[float, float]:
        """The median and how far it is moved, on the axis."""
        low, middle, high = self._axis(self.base.from_normal([-1.0, 0.0, 1.0]))
        return float(middle), self.move * float(high - low)

    def _axis(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return x if self.base.signed else np.asarray(np.log(np.maximum(x, 0)))

    def _values(self, place: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return place if self.base.signed else np.asarray(np.exp(place))

    def _forth(self, x: np.ndarray) -> np.ndarray:
        middle, move = self._middle
        return self._values(middle + self.stretch * (self._axis(x) - middle) + move)

    def _back(self, x: np.ndarray) -> np.ndarray:
        middle, move = self._middle
        return self._values(middle + (self._axis(x) - middle - move) / self.stretch)


def together(priors: Sequence[Prior]) -> Callable[[np.ndarray], np.ndarray]:
    """Return one function that does `Prior.from_normal` for several priors, in few calls of numpy.

    Args:
        priors: P of them.

    Returns:
        From standard-normal coordinates, shape (..., P), to values of the same shape.
    """
    lines = [one.line if isinstance(one, StraightPrior) else None for one in priors]
    alone = [(place, one) for place, one in enumerate(priors) if lines[place] is None]
    known = [line or Line(0.0, 1.0, bounded=False, logs=False) for line in lines]
    bounded, logs = (np.array([getattr(line, n) for line in known]) for n in ("bounded", "logs"))
    start, span = (np.array([getattr(line, n) for line in known]) for n in ("start", "span"))
    farthest_log = np.where(logs & ~bounded, LARGEST_LOG, np.inf)
    low, high = np.array([prior.bounds for prior in priors]).reshape(-1, 2).T
    least = np.where(bounded, np.nextafter(low, math.inf), -np.inf)
    most = np.where(bounded, np.nextafter(high, -math.inf), np.inf)

    def from_normal(u: np.ndarray) -> np.ndarray:
        values = np.asarray(np.maximum(u, -FARTHEST))
        np.minimum(values, FARTHEST, out=values)
        np.copyto(values, ndtr(values), where=bounded)  # ndtr itself crashes with where
        values *= span
        values += start
        np.maximum(values, -farthest_log, out=values)
        np.minimum(values, farthest_log, out=values)
        np.exp(values, out=values, where=logs)
        np.maximum(values, least, out=values)
        np.minimum(values, most, out=values)
        for place, prior in alone:
            values[..., place] = prior.from_normal(u[..., place])
        return values

    return from_normal


@lru_cache(maxsize=256)
def _alone(prior: Prior) -> Callable[[np.ndarray], np.ndarray]:
    return together([prior])
