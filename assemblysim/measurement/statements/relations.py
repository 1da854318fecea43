"""What each relation claims of the noisy signal at the sampling times."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from assemblysim.errors import InputError
from assemblysim.language import time_label
from assemblysim.measurement.data import Relation, Statement
from assemblysim.measurement.statements.interpretations import covered_times


@dataclass(frozen=True)
class Claim:
    """What one row claims of a signal at N sampling times.

    Attributes:
        rises: (lower, higher) pairs of neighbouring times.
        largest: at which times the largest of all may be; None where nothing is said of it.
        detected: times at which the signal is above the detection limit.
        absent: times at which it is below it.
        near: (time, fraction) where it is at least a fraction of the largest of all; None is the
            fraction that counts as abundant.
        small: (time, fraction) where it is at most a fraction of the largest of all.
        minor: (time, fraction) where it is at most a fraction of the spectrum.
    """

    rises: frozenset[tuple[int, int]] = frozenset()
    largest: frozenset[int] | None = None
    detected: frozenset[int] = frozenset()
    absent: frozenset[int] = frozenset()
    near: frozenset[tuple[int, float | None]] = frozenset()
    small: frozenset[tuple[int, float]] = frozenset()
    minor: frozenset[tuple[int, float]] = frozenset()

    def __add__(self, other: Claim) -> Claim:
        """Return that both hold."""
        largest = other.largest if self.largest is None else self.largest
        if self.largest is not None and other.largest is not None:
            largest = self.largest & other.largest
        return Claim(
            self.rises | other.rises,
            largest,
            self.detected | other.detected,
            self.absent | other.absent,
            self.near | other.near,
            self.small | other.small,
            self.minor | other.minor,
        )

    def alone(self, count: int) -> tuple[tuple[int, ...], Claim]:
        """Return on which of `count` sampling times it depends, and it with no other times.

        Where it says something of the largest of all it depends on all of them.
        """
        anywhere = self.largest is None or len(self.largest) == count
        if self.near or self.small or not anywhere:
            return tuple(range(count)), self
        compared = {time for pair in self.rises for time in pair}
        held = self.detected | self.absent | {time for time, _ in self.minor}
        times = tuple(sorted(compared | held)) or (0,)
        place = {time: i for i, time in enumerate(times)}
        return times, Claim(
            rises=frozenset((place[low], place[high]) for low, high in self.rises),
            detected=frozenset(place[time] for time in self.detected),
            absent=frozenset(place[time] for time in self.absent),
            minor=frozenset((place[time], fraction) for time, fraction in self.minor),
        )

    def impossible(self, count: int) -> bool:
        """Say whether it contradicts itself at `count` sampling times, whatever the signals are."""
        below_another = {low for low, _ in self.rises} | {t for t, share in self.small if share < 1}
        largest = range(count) if self.largest is None else self.largest
        return (
            any((b, a) in self.rises for a, b in self.rises)
            or bool(self.detected & self.absent)
            or set(largest) <= below_another
        )


# From the covered times, the fraction, and how many sampling times there are.
_Claiming = Callable[[list[int], float | None], Claim]


@dataclass(frozen=True)
class RelationKind:
    """One relation.

    Attributes:
        name: as tables write it.
        meaning: for the reference page.
        claims: what it claims of the times it covers.
        needs: how many sampling times it is about at least.
        fraction: whether it has a fraction.
    """

    name: Relation
    meaning: str
    claims: _Claiming
    needs: int = 1
    fraction: Literal["none", "may have", "needs"] = "none"


def _pairs(times: list[int]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(times))


def _share(fraction: float | None) -> float:
    return 1.0 if fraction is None else fraction


_KINDS: Final = (
    RelationKind(
        "detected",
        "above the detection limit at each of the times",
        lambda times, _: Claim(detected=frozenset(times)),
    ),
    RelationKind(
        "absent",
        "below the detection limit at each of the times",
        lambda times, _: Claim(absent=frozenset(times)),
    ),
    RelationKind(
        "abundant",
        "at each of the times at least a fraction of its own maximum: its `fraction`, or else the "
        "parameter `fraction`",
        lambda times, share: Claim(near=frozenset((t, share) for t in times)),
        fraction="may have",
    ),
    RelationKind(
        "maximum",
        "the largest of all sampling times is one of these",
        lambda times, _: Claim(largest=frozenset(times)),
    ),
    RelationKind(
        "increasing",
        "each of the times is above the one before",
        lambda times, _: Claim(rises=frozenset(_pairs(times))),
        needs=2,
    ),
    RelationKind(
        "decreasing",
        "each of the times is below the one before",
        lambda times, _: Claim(rises=frozenset((b, a) for a, b in _pairs(times))),
        needs=2,
    ),
    RelationKind(
        "appears between",
        "below the detection limit at `from_h` and at every sample before, above it at `to_h`",
        lambda times, _: Claim(
            absent=frozenset(range(times[0] + 1)), detected=frozenset(times[-1:])
        ),
        needs=2,
    ),
    RelationKind(
        "at most of maximum",
        "at each of the times at most `fraction` of its own maximum",
        lambda times, share: Claim(small=frozenset((t, _share(share)) for t in times)),
        fraction="needs",
    ),
    RelationKind(
        "at most of spectrum",
        "at each of the times at most `fraction` of the sum of all signals",
        lambda times, share: Claim(minor=frozenset((t, _share(share)) for t in times)),
        fraction="needs",
    ),
    RelationKind(
        "unmentioned",
        "silence: below the detection limit at each of the times, or above it and not mentioned",
        lambda times, _: Claim(absent=frozenset(times)),
    ),
)
RELATION_KINDS: Final[dict[str, RelationKind]] = {kind.name: kind for kind in _KINDS}


def claim_of(statement: Statement, sampled: np.ndarray) -> Claim:
    """Return what a row claims of the sampling times, shape (N,), h.

    Raises:
        InputError: the row is about none of them, or about one where it needs two.
    """
    kind = RELATION_KINDS[statement.relation]
    covered = covered_times(statement.start, statement.end, sampled).tolist()
    if len(covered) < kind.needs:
        raise InputError(
            f"statements: '{statement.text}' covers {len(covered)} of the sampling times and "
            f"needs {kind.needs}; sampled: {', '.join(time_label(t) for t in sampled)}"
        )
    return kind.claims(covered, statement.fraction)
