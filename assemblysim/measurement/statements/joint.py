"""The probability that several comparisons of one noisy signal hold together.

A log signal u(t), in units of its noise, is read as z(t) = u(t) + e(t) with one standard normal
e(t) for each sampling time. Claims about z are bounds, rises and falls between neighbouring times,
which time has the largest of all, and how far others stay below that. Without the last two the
probability is a product over paths of neighbours that are compared (`paths`); with them it is a sum
over which time has the largest, and an integral over how large it is.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from assemblysim.measurement.statements.lattice import WEIGHTS, lattice_of
from assemblysim.measurement.statements.paths import (
    Numbers,
    Path,
    between,
    path_probability,
    peak_of,
    up_to,
)

# A signal that is this far below another has a chance of 1e-18 to be read above it.
_SURELY = 12.5
# Panels on which a density is below this are left out.
_NOTHING = 1e-19
# Vectors handed to nested integrals at once.
_CHUNK = 2048


@dataclass(frozen=True)
class Claims:
    """What is claimed of one signal at N sampling times, apart from the numbers.

    Attributes:
        count: N.
        rises: (lower, higher) pairs of neighbouring times.
        largest: at which times the largest of all may be.
        relative: the times that are held against the largest of all.
        bounded: the times that are held against a threshold.
    """

    count: int
    rises: frozenset[tuple[int, int]]
    largest: frozenset[int]
    relative: frozenset[int]
    bounded: frozenset[int]

    @cached_property
    def compares_all(self) -> bool:
        """Whether which of all is the largest matters."""
        return bool(self.relative) or len(self.largest) < self.count

    def paths(self, without: int | None = None) -> tuple[Path, ...]:
        """Return the runs of neighbours that are compared with each other, and single times."""
        found: list[list[int]] = []
        for time in range(self.count):
            if time == without:
                continue
            linked = {(time - 1, time), (time, time - 1)} & self.rises
            if linked and time - 1 != without:
                found[-1].append(time)
            else:
                found.append([time])
        return tuple(
            Path(tuple(run), tuple((a, b) in self.rises for a, b in itertools.pairwise(run)))
            for run in found
        )

    @cached_property
    def candidates(self) -> tuple[int, ...]:
        """The times that may have the largest, since nothing says that another is above them."""
        lower = {low for low, _ in self.rises}
        return tuple(time for time in sorted(self.largest) if time not in lower)


def joint_probability(claims: Claims, numbers: Numbers) -> np.ndarray:
    """Return the probability that all claims hold.

    Args:
        claims: about one signal.
        numbers: for B parameter vectors, in units of the noise.

    Returns:
        Shape (B,), good to 1e-6 of itself where it is above 1e-12, and to 1e-18 elsewhere.
    """
    if not claims.compares_all:
        found = np.ones(len(numbers.signal))
        for path in claims.paths():
            if len(path.times) > 1 or path.times[0] in claims.bounded:
                found *= path_probability(path, numbers)
        return found
    found = np.zeros(len(numbers.signal))
    signal = numbers.signal
    top = signal.max(axis=1)
    for time in claims.candidates:
        if time in claims.relative and not (numbers.below[:, time] >= 0).any():
            continue  # the largest is not below itself
        for chosen in _in_chunks(np.flatnonzero(signal[:, time] > top - _SURELY)):
            found[chosen] += _with_largest_at(time, claims, numbers.of(chosen))
    return found


def _in_chunks(indices: np.ndarray) -> list[np.ndarray]:
    return [indices[i : i + _CHUNK] for i in range(0, len(indices), _CHUNK)]


def _with_largest_at(time: int, claims: Claims, numbers: Numbers) -> np.ndarray:
    """Return the probability that the claims hold and `time` has the largest, shape (B,)."""
    signal = numbers.signal
    centre = signal[:, time]
    lattice = lattice_of(_kinks(claims, numbers), centre)
    window = lattice.window(centre)
    whole = window.density(centre, numbers.lower[:, time], numbers.upper[:, time])
    # All others stay below the largest: not probable where that is below the highest of them.
    others = np.delete(signal, time, axis=1).max(axis=1, initial=-np.inf)
    reach = ndtr(window.edges[:, 1:] - others[:, None])
    vector, panel = np.nonzero(whole.max(axis=2) * reach > _NOTHING)
    largest, found = window.nodes[vector, panel], whole[vector, panel]
    own = numbers.of(vector)
    for path in claims.paths(without=time):
        single = len(path.times) == 1
        if single or not claims.relative.isdisjoint(path.times) or peak_of(path) is None:
            found *= _nested(path, own, largest)
        else:
            found *= up_to(path, numbers, lattice, window)[vector, panel]
    return np.bincount(vector, weights=found @ WEIGHTS, minlength=len(signal))


def _kinks(claims: Claims, numbers: Numbers) -> list[np.ndarray]:
    """Return where bounds change with the largest in another way, columns of shape (B,)."""
    found = []
    for path in claims.paths():
        held = [time for time in path.times if time in claims.relative]
        gaps = [gap[:, time] for time in held for gap in (numbers.above, numbers.below)]
        for time in (time for time in path.times if time in claims.bounded):
            for bound in (numbers.lower[:, time], numbers.upper[:, time]):
                if np.isfinite(bound).any():
                    found += [bound, *(bound - gap for gap in gaps if np.isfinite(gap).any())]
    return found


def _bounds_below(
    numbers: Numbers, time: int, largest: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of the signal at a time if the largest is so large, (B,) or (B, N)."""
    parts = (numbers.lower, numbers.upper, numbers.above, numbers.below)
    shape = (-1, *(1,) * (largest.ndim - 1))
    lower, upper, above, below = (part[:, time].reshape(shape) for part in parts)
    return np.maximum(lower, largest + above), np.minimum(upper, largest + np.minimum(below, 0.0))


def _nested(path: Path, numbers: Numbers, largest: np.ndarray) -> np.ndarray:
    """Return the probability of a path for each size of the largest, shape (B, N)."""
    if len(path.times) == 1:
        (time,) = path.times
        return between(*_bounds_below(numbers, time, largest), numbers.signal[:, time, None])
    sizes, found = largest.ravel(), np.empty(largest.size)
    for chosen in _in_chunks(np.arange(largest.size)):
        own = numbers.of(chosen // largest.shape[1])
        lower, upper = own.lower.copy(), own.upper.copy()
        for time in path.times:
            lower[:, time], upper[:, time] = _bounds_below(own, time, sizes[chosen])
        found[chosen] = path_probability(path, replace(own, lower=lower, upper=upper))
    return found.reshape(largest.shape)
