"""Numbers with what is known of their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error, of Monte Carlo or of the evidences it is made from."""

    value: float
    error: float


@dataclass(frozen=True)
class Interval:
    """A median with the central 95 % interval; None where an end lies beyond the experiment."""

    median: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class LifetimeQuantity(Interval):
    """One quantity of an intermediate, such as its half-life.

    Attributes:
        unit: "h", or the study's unit of concentrations.
        probability_beyond: that it does not happen within the experiment; None without a draw.
    """

    unit: str
    probability_beyond: float | None


@dataclass(frozen=True)
class StoredPrior:
    """A prior.

    Attributes:
        kind: as study files name it.
        numbers: that define it, by name.
        name: of a distribution of scipy.stats; "" of other kinds.
    """

    kind: str
    numbers: Mapping[str, float]
    name: str = ""
