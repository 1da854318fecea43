"""The unknowns of a mechanism: what each is called, its unit, and what is known before the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from assemblysim.inference.model.prior import Prior, together
from assemblysim.mechanism.constants.dimension import Dimension

Kind = Literal[
    "rate",
    "energy",
    "entropy",
    "constant",
    "ratio",
    "response",
    "contrast",
    "coefficient",
    "noise",
    "background",
    "initial",
    "time",
    "vessel",
    "statement",
]


@dataclass(frozen=True)
class Parameter:
    """One unknown number.

    Attributes:
        name: unique in its study.
        unit: as printed; "" for a pure number.
        kind: what it belongs to.
        prior: what is known of it before the data, in `unit`.
        stated: whether a user states the prior; it is a default one otherwise.
    """

    name: str
    unit: str
    kind: Kind
    prior: Prior
    stated: bool = True

    @property
    def dimension(self) -> Dimension:
        """Powers of concentration and time in its unit."""
        return Dimension.read(self.unit)

    def __hash__(self) -> int:
        return hash(self.name)  # cheap, since parameters are looked up for every batch


def values_from_normal(parameters: tuple[Parameter, ...], position: np.ndarray) -> np.ndarray:
    """Turn standard-normal coordinates into parameter values.

    In these coordinates every prior is a standard normal, so a bound of a prior
    is no wall that walkers could pile up against.

    Args:
        parameters: the P unknowns.
        position: shape (..., P), standard-normal coordinates.

    Returns:
        Shape (..., P), each in its parameter's unit.
    """
    return _transform(parameters)(position)


def normal_from_values(parameters: tuple[Parameter, ...], values: np.ndarray) -> np.ndarray:
    """Turn parameter values, shape (..., P), into standard-normal coordinates."""
    columns = [p.prior.to_normal(values[..., i]) for i, p in enumerate(parameters)]
    return np.stack(columns, axis=-1)


@lru_cache(maxsize=64)
def _transform(parameters: tuple[Parameter, ...]) -> Callable[[np.ndarray], np.ndarray]:
    return together([parameter.prior for parameter in parameters])


@dataclass(frozen=True, eq=False)
class NamedValues:
    """A batch of parameter values by name, free and fixed ones alike.

    Attributes:
        values: shape (B, P), the free ones.
        places: their columns by name.
        fixed: values that all of the batch share, by name.
    """

    values: np.ndarray
    places: Mapping[str, int]
    fixed: Mapping[str, float]

    @property
    def batch(self) -> int:
        """How many sets of values there are, B."""
        return len(self.values)

    def get(self, name: str) -> np.ndarray:
        """Return the values of one parameter, shape (B,)."""
        place = self.places.get(name)
        return np.full(self.batch, self.fixed[name]) if place is None else self.values[:, place]

    def stack(self, names: tuple[str, ...]) -> np.ndarray:
        """Return several parameters side by side, shape (B, len(names))."""
        columns = [self.places.get(name, -1) for name in names]
        stacked = self.values.take(columns, axis=1)
        for i, (name, column) in enumerate(zip(names, columns, strict=True)):
            if column < 0:
                stacked[:, i] = self.fixed[name]
        return stacked
