"""The grid of a window: fine enough to find maxima and crossings in, whatever their time scale.

The grid is uniform in a coordinate u with steps of ``t`` that grow from nothing, stay a fixed
fraction of ``t`` over eight decades and are bounded at last: the window of 48 h and a ligand that
is bound within a millisecond are both resolved. Where something is done to the reactor the grid
falls into segments: such a moment is there twice, as an end and as the begin of the next.
After an addition or a step of temperature steps grow from nothing again, since then things
happen as fast as after mixing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.kinetics.reactor.protocol import UNTOUCHED, Protocol, segments
from assemblysim.prediction.courses.local_polynomials import REACH, LocalPolynomials

# Of the window: the earliest step; as a fraction of t: the next ones; of the window: the last ones.
EARLIEST, GROWTH, LAST = 1e-10, 0.04, 1 / 300


@dataclass(frozen=True, eq=False)
class FineGrid:
    """Times of a window, in segments that are each uniform in a coordinate.

    Attributes:
        times: shape (G,), h, from 0 to the window; a moment between two segments is there twice.
        spacing: shape (G,), dt/du in h, for a coordinate u that grows by 1 a point.
        begins: shape (K,), the index at which each segment begins; each has an odd number of
            points, seven at least.
    """

    times: np.ndarray
    spacing: np.ndarray
    begins: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """Shape (K,), the index of the last point of each segment."""
        return np.asarray(np.append(self.begins[1:], len(self.times)) - 1)

    @cached_property
    def segments(self) -> np.ndarray:
        """Shape (G,), the number of the segment that each point lies in."""
        return np.repeat(np.arange(len(self.begins)), self.ends - self.begins + 1)

    @cached_property
    def asked(self) -> np.ndarray:
        """The times without the repeated ones, increasing."""
        return np.delete(self.times, self.begins[1:])

    @cached_property
    def columns(self) -> np.ndarray:
        """Shape (G,), where in `asked` each point is."""
        return np.asarray(np.arange(len(self.times)) - self.segments)

    def bounds(self, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and the last index of the segments that indices lie in."""
        segment = self.segments[indices]
        return self.begins[segment], self.ends[segment]

    def centres(self, indices: np.ndarray) -> np.ndarray:
        """Return indices, those next to the end of a segment moved in for a polynomial's sake."""
        first, last = self.bounds(indices)
        return np.asarray(np.clip(indices, first + REACH, last - REACH))

    def jumps(self, place: np.ndarray) -> np.ndarray:
        """Say which places (fractional indices) are the last points before another segment."""
        return np.isin(place, self.ends[:-1])

    def borders(self, place: np.ndarray) -> np.ndarray:
        """Say which places are next to another segment, on either side."""
        return self.jumps(place) | np.isin(place, self.begins[1:])

    def integral(self, values: np.ndarray) -> np.ndarray:
        """Integrate over time by Simpson's rule, from (..., G) in mM to (...) in mM h."""
        inside = np.arange(len(self.times)) - self.begins[self.segments]
        weights = np.where(inside % 2 == 1, 4.0, 2.0)
        weights[self.begins] = weights[self.ends] = 1.0
        return np.asarray(values @ (weights * self.spacing / 3))

    def around(self, courses: np.ndarray, place: np.ndarray) -> LocalPolynomials:
        """Return the polynomials of courses, shape (..., G), around places, shape (...)."""
        return LocalPolynomials.around(courses, self.centres(np.rint(place).astype(int)))

    def time_at(self, place: np.ndarray) -> np.ndarray:
        """Return the time, h, at fractional indices of any shape."""
        courses = np.broadcast_to(self.times, (*place.shape, len(self.times)))
        nearest = np.rint(place).astype(int)
        between = self.around(courses, place)(place)
        return np.where(place == nearest, self.times[nearest], between)


def fine_grid(window: float, protocol: Protocol = UNTOUCHED) -> FineGrid:
    """Make the grid of a window, h, in which something may be done to the reactor."""
    parts, begins, points, origin = [], [], 0, 0.0
    done = segments(protocol, window)
    for before, segment in zip((None, *done), done, strict=False):
        if before is not None and (before.after or before.last != segment.first):
            origin = segment.begin
        parts.append(_segment_times(window, origin, segment.begin, segment.end))
        begins.append(points)
        points += len(parts[-1][0])
    times, spacing = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return FineGrid(times, spacing, np.array(begins))


def _segment_times(
    window: float, origin: float, begin: float, end: float
) -> tuple[np.ndarray, ...]:
    """Return the times of a segment and dt/du; its coordinate counts from an origin, h."""
    first, last = EARLIEST * window, LAST * window

    def coordinate(t: np.ndarray) -> np.ndarray:
        return np.log1p(GROWTH * t / first) / GROWTH + t / last

    lowest, highest = coordinate(np.array([begin - origin, end - origin]))
    steps = max(2 * int(np.ceil((highest - lowest) / 2)), 2 * REACH)
    step = (highest - lowest) / steps
    target = lowest + np.arange(steps + 1) * step
    low, high = np.full(steps + 1, begin - origin), np.full(steps + 1, end - origin)
    for _ in range(200):
        middle = (low + high) / 2
        beyond = coordinate(middle) > target
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    since = (low + high) / 2
    since[0], since[-1] = begin - origin, end - origin
    times = origin + since
    times[0], times[-1] = begin, end
    return times, step / (1 / (first + GROWTH * since) + 1 / last)
