"""Where courses on a fine grid are highest and where they cross a level; a jump crosses at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.prediction.courses.fine_grid import FineGrid
from assemblysim.prediction.courses.local_polynomials import LocalPolynomials, bisected

# A course must fall by this fraction of its maximum before the maximum counts as passed: more than
# the integration's error, less than anyone could measure.
FALL = 1e-5


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where courses are highest.

    Attributes:
        courses: shape (D, X, G), mM.
        place: shape (D, X), fractional index of the maximum.
        height: shape (D, X), mM.
        happened: shape (D, X), whether the course fell again within the window.
    """

    courses: np.ndarray
    place: np.ndarray
    height: np.ndarray
    happened: np.ndarray


def find_maximum(courses: np.ndarray, grid: FineGrid) -> Maximum:
    """Find the highest point of courses, shape (..., G), mM, and whether it was passed."""
    index = courses.argmax(axis=-1)
    highest, end = courses.max(axis=-1), courses[..., -1]
    place, turns, polynomials = _turn(courses, index, grid)
    # Where a course bends only, both segments have the same value, and either may hold the top.
    following = np.minimum(index + 1, courses.shape[-1] - 1)
    level = np.take_along_axis(courses, following[..., None], axis=-1)[..., 0] == highest
    bends = grid.jumps(index) & level & ~turns
    if bends.any():
        other = _turn(courses, np.where(bends, following, index), grid)
        place, polynomials = np.where(bends, other[0], place), other[2]
    happened = (end < highest * (1 - FALL)) & (highest > 0)
    return Maximum(courses, place, polynomials(place), happened)


def _turn(
    courses: np.ndarray, index: np.ndarray, grid: FineGrid
) -> tuple[np.ndarray, np.ndarray, LocalPolynomials]:
    """Return the tops next to highest points, whether they are smooth, and the courses there."""
    polynomials = grid.around(courses, index)
    first, last = grid.bounds(index)
    low, high = np.maximum(index - 1.0, first), np.minimum(index + 1.0, last)
    turns = (polynomials.derivative(low) > 0) & (polynomials.derivative(high) < 0)
    return np.where(turns, bisected(polynomials.derivative, low, high), index), turns, polynomials


def onset(courses: np.ndarray, thresholds: np.ndarray, grid: FineGrid) -> np.ndarray:
    """Return when courses first exceed thresholds (mM), shape (D, X), h; infinite if never."""
    above = courses > thresholds[..., None]
    index = above.argmax(axis=-1)
    time = _crossing(courses, thresholds, np.maximum(index - 1.0, 0.0), index, grid)
    return np.where(above.any(axis=-1), np.where(index == 0, 0.0, time), np.inf)


def crossing_after(maximum: Maximum, level: np.ndarray, grid: FineGrid) -> np.ndarray:
    """Return when courses first fall to a level after the maximum, shape (D, X), h."""
    indices = np.arange(maximum.courses.shape[-1])
    later = indices > maximum.place[..., None]
    below = later & (maximum.courses <= level[..., None])
    index = below.argmax(axis=-1)
    low = np.maximum(index - 1.0, maximum.place)
    time = _crossing(maximum.courses, level, low, index, grid)
    return np.where(below.any(axis=-1) & maximum.happened, time, np.inf)


def crossing_before(maximum: Maximum, level: np.ndarray, grid: FineGrid) -> np.ndarray:
    """Return when courses last rose to a level before the maximum, shape (D, X), h, or 0."""
    indices = np.arange(maximum.courses.shape[-1])
    earlier = indices < maximum.place[..., None]
    below = earlier & (maximum.courses <= level[..., None])
    index = indices[-1] - below[..., ::-1].argmax(axis=-1)
    high = np.minimum(index + 1.0, maximum.place)
    time = _crossing(maximum.courses, level, index, high, grid)
    return np.where(below.any(axis=-1), time, 0.0)


def _crossing(
    courses: np.ndarray, level: np.ndarray, low: np.ndarray, high: np.ndarray, grid: FineGrid
) -> np.ndarray:
    """Return the times at which courses cross a level between two places, shape (D, X), h."""
    nearest = np.floor(low).astype(int)
    # Between the end of a segment and the begin of the next no time goes by.
    place = np.where(grid.jumps(low), low, high)
    polynomials = LocalPolynomials.around(courses, grid.centres(nearest))
    found = bisected(lambda x: polynomials(x) - level, low.astype(float), place.astype(float))
    return grid.time_at(found)
