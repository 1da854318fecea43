"""Neighbouring times whose noisy signals are compared: one integral after the other.

In z(1) < z(2) > z(3) the comparisons share z(2), but given it they are independent. So the
probability is found by integrating along the path: what the times before contribute is a function
of the next signal alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from assemblysim.measurement.statements.lattice import (
    Accumulated,
    Lattice,
    Window,
    accumulated,
    integral,
    lattice_of,
)

# A comparison that fails but for this chance leaves the whole below what is asked for.
_NEVER = 1e-18


@dataclass(frozen=True)
class Path:
    """Neighbouring times, each compared with the next.

    Attributes:
        times: at least one.
        rising: for each but the last, whether the next is above it.
    """

    times: tuple[int, ...]
    rising: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Numbers:
    """One log signal at N times and what it is held against, for B vectors, in units of its noise.

    Attributes:
        signal: shape (B, N).
        lower: shape (B, N), what it is above; minus infinity where nothing is said.
        upper: shape (B, N), what it is below; infinity where nothing is said.
        above: shape (B, N), how far below the largest it is at most, as a negative number; minus
            infinity where nothing is said.
        below: shape (B, N), how far below the largest it is at least; infinity where nothing is
            said.
    """

    signal: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    above: np.ndarray
    below: np.ndarray

    def of(self, vectors: np.ndarray) -> Numbers:
        """Return those of some parameter vectors."""
        parts = (self.signal, self.lower, self.upper, self.above, self.below)
        return Numbers(*(part[vectors] for part in parts))


def between(lower: np.ndarray, upper: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return the probability that a signal about `centre` is read between two bounds."""
    low, high = lower - centre, upper - centre
    if np.isneginf(low).all():
        return np.asarray(ndtr(high))
    mirrored = low > 0  # differences of small numbers, not of numbers close to one
    first, second = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    return np.asarray(np.maximum(ndtr(second) - ndtr(first), 0.0))


def peak_of(path: Path) -> int | None:
    """Return where on a path the largest must be; None where it has several peaks."""
    fallen = path.rising.index(False) if False in path.rising else len(path.rising)
    return None if any(path.rising[fallen:]) else fallen


def path_probability(path: Path, numbers: Numbers) -> np.ndarray:
    """Return the probability that the comparisons and bounds along a path hold, shape (B,)."""
    times = list(path.times)
    signal, lower, upper = (
        numbers.signal[:, times],
        numbers.lower[:, times],
        numbers.upper[:, times],
    )
    single = between(lower, upper, signal)
    if len(times) == 1:
        return single[:, 0]
    steps = np.diff(signal, axis=1) * np.where(path.rising, 1.0, -1.0)
    pairs = ndtr(steps * np.sqrt(0.5))
    free = not (np.isfinite(lower).any() or np.isfinite(upper).any())
    if free and len(times) == 2:
        return np.asarray(pairs[:, 0])
    found = np.zeros(len(signal))
    open_ = (single.min(axis=1) > _NEVER) & (pairs.min(axis=1) > _NEVER)
    certain = (1 - single).sum(axis=1) + ndtr(-steps * np.sqrt(0.5)).sum(axis=1) < _NEVER
    found[certain] = 1.0
    chosen = np.flatnonzero(open_ & ~certain)
    if chosen.size:
        found[chosen] = _along(path, numbers.of(chosen))
    return found


def _along(path: Path, numbers: Numbers) -> np.ndarray:
    times = list(path.times)
    bounds = [*numbers.lower[:, times].T, *numbers.upper[:, times].T]
    finite = [bound for bound in bounds if np.isfinite(bound).any()]
    lattice = lattice_of(finite, numbers.signal[:, times[0]])
    density, _ = _arrived(path, numbers, lattice, range(len(times)))
    return integral(density)


def _arrived(
    path: Path, numbers: Numbers, lattice: Lattice, order: range
) -> tuple[np.ndarray, Window]:
    """Return the density of the last signal of a walk along a path in `order`, all else holding."""
    before: Accumulated | None = None
    for step, place in enumerate(order):
        time = path.times[place]
        centre = numbers.signal[:, time]
        window = lattice.window(centre)
        density = window.density(centre, numbers.lower[:, time], numbers.upper[:, time])
        if before is not None:
            density *= before.at(window)
        if step + 1 < len(order):
            link = path.rising[min(place, order[step + 1])]
            before = accumulated(window, density, from_below=link == (order.step > 0))
    return density, window


def up_to(path: Path, numbers: Numbers, lattice: Lattice, window: Window) -> np.ndarray:
    """Return the probability that a path with one peak holds, below each node of a window.

    Args:
        path: of several times, with one peak.
        numbers: what it is about.
        lattice: with all bounds of the path among its thresholds.
        window: panels of the lattice, at the nodes of which its largest has to stay below.

    Returns:
        Shape (B, N, NODES).
    """
    peak = peak_of(path)
    last = len(path.times) - 1
    top = last if peak is None else peak
    density, about = _arrived(path, numbers, lattice, range(top + 1))
    if top < last:
        time = path.times[top]
        own = about.density(numbers.signal[:, time], numbers.lower[:, time], numbers.upper[:, time])
        other, _ = _arrived(path, numbers, lattice, range(last, top - 1, -1))
        # Both hold the density of the peak itself, which is counted once.
        density = np.divide(density * other, own, out=np.zeros_like(own), where=own > 0)
    return accumulated(about, density, from_below=True).at(window)
