"""The unknowns of a mechanism: what each is called, its unit, and what is known before the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assemblysim.inference.priors import Prior

Kind = Literal["rate", "response", "noise", "background", "initial", "statement"]


@dataclass(frozen=True)
class Parameter:
    """One unknown number.

    Attributes:
        name: unique in its study.
        unit: as printed; "" for a pure number.
        kind: what it belongs to.
        prior: what is known of it before the data, in `unit`.
    """

    name: str
    unit: str
    kind: Kind
    prior: Prior


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
    columns = [p.prior.from_normal(position[..., i]) for i, p in enumerate(parameters)]
    return np.stack(columns, axis=-1)


def normal_from_values(parameters: tuple[Parameter, ...], values: np.ndarray) -> np.ndarray:
    """Turn parameter values, shape (..., P), into standard-normal coordinates."""
    columns = [p.prior.to_normal(values[..., i]) for i, p in enumerate(parameters)]
    return np.stack(columns, axis=-1)


@dataclass(frozen=True, eq=False)
class NamedValues:
    """A batch of parameter values by name, free and stated ones alike.

    Attributes:
        batch: B.
        columns: name to an array of shape (B,), or to one number that all share.
    """

    batch: int
    columns: Mapping[str, np.ndarray | float]

    def get(self, name: str) -> np.ndarray:
        """Return the values of one parameter, shape (B,)."""
        return np.broadcast_to(np.asarray(self.columns[name], dtype=float), (self.batch,))

    def stack(self, names: tuple[str, ...]) -> np.ndarray:
        """Return several parameters side by side, shape (B, len(names))."""
        if not names:
            return np.zeros((self.batch, 0))
        return np.stack([self.get(name) for name in names], axis=-1)
