"""Distributions of ``scipy.stats`` as priors, any continuous one by its name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.model.prior import FARTHEST, SIGNED_UNITS, Prior, prior_kind
from assemblysim.inference.model.priors import behind
from assemblysim.language import listed, number_words, quoted
from assemblysim.units import quantity


class ScipyPrior(Prior):
    """A prior whose values and density are those of a distribution of scipy."""

    @property
    @abstractmethod
    def distribution(self) -> Any:
        """The distribution, frozen."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The open interval that all values lie in."""
        low, high = self.distribution.support()
        return float(low), float(high)

    def from_normal(self, u: ArrayLike) -> np.ndarray:
        """Turn standard-normal coordinates into values, from the nearer end."""
        position = np.clip(np.asarray(u, dtype=float), -FARTHEST, FARTHEST)
        tail, known = ndtr(-np.abs(position)), self.distribution
        values = np.where(position < 0, known.ppf(tail), known.isf(tail))
        low, high = self.bounds
        return np.asarray(np.clip(values, np.nextafter(low, np.inf), np.nextafter(high, -np.inf)))

    def to_normal(self, x: ArrayLike) -> np.ndarray:
        """Turn values into standard-normal coordinates."""
        value, known = np.asarray(x, dtype=float), self.distribution
        below, above = known.cdf(value), known.sf(value)
        u = np.where(below < above, ndtri(below), -ndtri(above))
        return np.asarray(np.clip(u, -FARTHEST, FARTHEST))

    def _log_density_inside(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.distribution.logpdf(x))


@prior_kind
@dataclass(frozen=True)
class Distribution(ScipyPrior):
    """A continuous distribution of ``scipy.stats`` by its name there.

    Attributes:
        name: such as ``gamma``.
        numbers: (name, value) pairs of its shapes, and of ``loc`` and ``scale`` as far as stated.
    """

    name: str
    numbers: tuple[tuple[str, float], ...]

    kind: ClassVar[str] = "distribution"
    meaning: ClassVar[str] = (
        "name of a continuous distribution of `scipy.stats`, such as `gamma`; its shapes, `loc` "
        "and `scale` stand beside it"
    )

    def __post_init__(self) -> None:
        """Refuse numbers that are no distribution.

        Raises:
            InputError: scipy knows no such distribution.
        """
        low, high = self.bounds
        if not low < high:
            raise InputError(f"no distribution is {self.describe()}; see scipy.stats.{self.name}")

    @classmethod
    def read(cls, table: Mapping[str, object], unit: str) -> Prior:
        """Make it from ``{ distribution = "gamma", a = 2, scale = "0.1 1/h" }``.

        Raises:
            InputError: an unknown name, a number too many or too few, a unit that does not fit,
                or negative values of what has none.
        """
        name = str(table[cls.kind])
        with at(cls.kind):
            shapes = _shapes(name)
            known = (*shapes, "loc", "scale")
            given = [key for key in table if key != cls.kind]
            for key in given:
                refuse_unknown("key", key, known)
            for key in (*shapes, *(["scale"] if unit else [])):
                if key not in given:
                    raise InputError(f"{name} has no {key}; write {key} beside its name")
            numbers = tuple((k, quantity(table[k], "" if k in shapes else unit)) for k in given)
        found = cls(name, numbers)
        if found.signed and unit not in SIGNED_UNITS:
            raise InputError(
                f"{found.describe(unit)} has values below 0; choose one that has none, as gamma"
            )
        return found

    @property
    def distribution(self) -> Any:
        """The distribution, frozen."""
        return _frozen(self.name, self.numbers)

    def describe(self, unit: str = "") -> str:
        """Say it in words."""
        said = [
            f"{key} {number_words(value)}{behind(unit) if key in ('loc', 'scale') else ''}"
            for key, value in self.numbers
        ]
        return f"{self.name} with {listed(said)}" if said else self.name


def _shapes(name: str) -> tuple[str, ...]:
    """Return the names of the shapes of a distribution of scipy.

    Raises:
        InputError: there is no continuous distribution of that name.
    """
    from scipy import stats  # slow to import, and needed for this prior only

    found = getattr(stats, name, None)
    if not isinstance(found, stats.rv_continuous):
        raise InputError(
            f"{quoted(name)} is no continuous distribution of scipy.stats; write one, as gamma"
        )
    return tuple(found.shapes.split(", ")) if found.shapes else ()


@lru_cache(maxsize=256)
def _frozen(name: str, numbers: tuple[tuple[str, float], ...]) -> Any:
    from scipy import stats

    return getattr(stats, name)(**dict(numbers))
