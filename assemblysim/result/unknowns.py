"""What the data settle of one mechanism's unknowns: values, profiles, products and ranks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from assemblysim.result.numbers import StoredPrior

Determined = Literal["determined", "bounded on one side", "not determined"]


@dataclass(frozen=True)
class DeterminedBy:
    """How far one parameter is determined by each of two tests."""

    posterior: Determined
    profile: Determined


@dataclass(frozen=True)
class ProfileInterval:
    """A 95 % interval of the profile likelihood; None on a side that is open."""

    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class ParameterResult:
    """One unknown.

    Attributes:
        unit: of all its numbers.
        median, lower, upper: of the posterior, 95 %.
        map: at the largest posterior density.
        determined: how far the data determine it, by both tests together.
        determined_by: each test alone.
        profile: its interval.
        prior: what was known of it before the data.
        kind: "rate", "energy", "response", "noise", ...
        rises: by how much the profile rises in the last decade at the lower and upper edge of a
            default prior, nats; None where neither side is open at one.
    """

    unit: str
    median: float
    lower: float
    upper: float
    map: float
    determined: Determined
    determined_by: DeterminedBy
    profile: ProfileInterval
    prior: StoredPrior
    kind: str
    rises: tuple[float, float] | None = None

    @property
    def prior_widths(self) -> float:
        """How many widths of a log-normal prior the median lies above its median; else 0."""
        numbers = self.prior.numbers
        if self.prior.kind != "log_normal" or self.median <= 0:
            return 0.0
        return math.log(self.median / numbers["median"]) / math.log(numbers["factor"])


@dataclass(frozen=True)
class Combination:
    """A product of powers of parameters.

    Attributes:
        names: of its members, two or three.
        exponents: whole numbers, the first above 0.
        structural: whether it is all that any data of this kind could settle of its members.
        determined: whether these data determine it.
        unit: as printed.
        lower, median, upper: quantiles 2.5, 50 and 97.5 %, in `unit`.
    """

    names: tuple[str, ...]
    exponents: tuple[int, ...]
    structural: bool
    determined: bool
    unit: str
    lower: float
    median: float
    upper: float

    @property
    def text(self) -> str:
        """Write it, such as ``k_couple * response_Dy5L2`` or ``k_a^2 / k_b``."""
        above = [_power(n, e) for n, e in zip(self.names, self.exponents, strict=True) if e > 0]
        below = [_power(n, -e) for n, e in zip(self.names, self.exponents, strict=True) if e < 0]
        divided = "" if not below else " / " + (below[0] if len(below) == 1 else _bracket(below))
        return " * ".join(above) + divided


@dataclass(frozen=True)
class IdentifiabilityResult:
    """What data of this kind can settle of one mechanism's parameters.

    Attributes:
        parameters: names of the rate constants, initial concentrations, responses and background
            that signals can tell apart or not.
        rank_at_optimum: rank of their sensitivities at the optimum.
        rank: the largest rank at any point: what perfect data of this kind could tell apart.
        structurally_non_identifiable: names of those that such data cannot settle alone.
        without_effect: names, of these, of those that change no measured signal at all.
        measured: whether there are measurements, and not statements alone.
        combinations: products and ratios that are settled where their members are not.
    """

    parameters: tuple[str, ...]
    rank_at_optimum: int
    rank: int
    structurally_non_identifiable: tuple[str, ...]
    without_effect: tuple[str, ...]
    measured: bool
    combinations: tuple[Combination, ...]


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"


def _bracket(names: list[str]) -> str:
    return f"({' * '.join(names)})"
