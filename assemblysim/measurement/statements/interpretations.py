"""The ways in which a text may be read, and the samples that each knows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.errors import InputError
from assemblysim.language import quoted

# A time written as 0.0833 h means 5 min: within 1 % or a minute it is the same time.
_RELATIVE_TOLERANCE = 0.01
_MINUTE = 1 / 60
# Weights are written with few digits, as three times 0.333.
_ROUNDING = 0.01


@dataclass(frozen=True)
class Interpretation:
    """One way to read a text.

    Attributes:
        name: as tables of statements call it; "" where there is only one.
        title: what people read.
        weight: probability before the data.
    """

    name: str = ""
    title: str = ""
    weight: float = 1.0


ONLY = (Interpretation(),)


@dataclass(frozen=True, eq=False)
class Samples:
    """When samples were taken, and which of them each interpretation knows of.

    Attributes:
        times: shape (T,), h, increasing.
        known: for each of the K interpretations its name, and the indices of its times.
    """

    times: np.ndarray
    known: tuple[tuple[str, np.ndarray], ...]

    def of(self, interpretation: str) -> np.ndarray:
        """Return the times that an interpretation knows of, h."""
        return np.asarray(self.times[dict(self.known)[interpretation]])


def samples_of(
    common: np.ndarray, interpretations: Sequence[Interpretation], own: dict[str, np.ndarray]
) -> Samples:
    """Put the samples of all interpretations together.

    Args:
        common: shape (N,), h: the samples that all know of.
        interpretations: all of them.
        own: further times, h, by the name of the only interpretation that knows of them.
    """
    times = np.unique(np.concatenate([np.asarray(common, dtype=float), *own.values()]))
    here = {one.name: np.union1d(common, own.get(one.name, common[:0])) for one in interpretations}
    known = tuple((name, np.searchsorted(times, found)) for name, found in here.items())
    return Samples(times, known)


def covered_times(start: float, end: float, sampled: np.ndarray) -> np.ndarray:
    """Return the indices of the sampling times (h) from `start` to `end`.

    Its ends count as a sampling time that is within 1 % or one minute of them.
    """
    slack = np.maximum(_RELATIVE_TOLERANCE * sampled, _MINUTE)
    return np.flatnonzero((sampled >= start - slack) & (sampled <= end + slack))


def prior_weights(stated: dict[str, float | None]) -> dict[str, float]:
    """Return the weight of each alternative: equal where none is stated.

    Raises:
        InputError: only some have a weight, one is not above 0, or they do not sum to 1.
    """
    given = {name: weight for name, weight in stated.items() if weight is not None}
    if not given:
        return {name: 1 / len(stated) for name in stated}
    for name in stated:
        if name not in given:
            raise InputError(
                f"{len(given)} of {len(stated)} have a weight, and {quoted(name)} has none; "
                "state the weight of each, or of none, which makes them equal"
            )
    for name, weight in given.items():
        if not 0 < weight <= 1:
            raise InputError(
                f"{quoted(name)}: weight {weight:g} is not between 0 and 1; leave out what is "
                "excluded"
            )
    total = sum(given.values())
    if abs(total - 1) > _ROUNDING:
        raise InputError(f"the weights sum to {total:g}; write weights that sum to 1")
    return {name: weight / total for name, weight in given.items()}
