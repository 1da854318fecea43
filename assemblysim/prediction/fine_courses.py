"""Courses on a grid fine enough to find maxima and crossings in, whatever their time scale.

The grid is uniform in a coordinate u with steps of ``t`` that grow from nothing, stay a fixed
share of ``t`` over eight decades and are bounded at last: the window of 48 h and a ligand that is
bound within a millisecond are both resolved. Between grid points courses are polynomials through
the seven nearest *values*: the rate equations would give slopes as well, but for a fast
intermediate, which is held where making and using it cancel, these slopes are all rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.integration import Tolerance
from assemblysim.kinetics.pots import Pot, extents
from assemblysim.kinetics.trajectory import ExtentBatch

# Of the window: the earliest step; as a share of t: the next ones; of the window: the last ones.
EARLIEST, GROWTH, LAST = 1e-10, 0.04, 1 / 300
# Halvings of a grid step, to rounding.
HALVINGS = 50
# Draws integrated and looked at in one go, so that memory stays below a hundred megabytes.
DRAWS_AT_ONCE = 100

PREDICTION_TOLERANCE = Tolerance(rtol=1e-9, atol_share=1e-12, max_steps=20_000)


@dataclass(frozen=True, eq=False)
class FineGrid:
    """Times of a window, uniform in a coordinate.

    Attributes:
        times: shape (G,), h, from 0 to the window; G is odd.
        slopes: shape (G,), dt/du in h, for a coordinate u that grows by 1 a point.
    """

    times: np.ndarray
    slopes: np.ndarray

    def integral(self, values: np.ndarray) -> np.ndarray:
        """Integrate over time by Simpson's rule, from (..., G) in mM to (...) in mM h."""
        weights = np.full(len(self.times), 2.0)
        weights[1::2] = 4.0
        weights[[0, -1]] = 1.0
        return np.asarray(values @ (weights * self.slopes / 3))

    def time_at(self, place: np.ndarray) -> np.ndarray:
        """Return the time, h, at fractional indices of any shape."""
        courses = np.broadcast_to(self.times, (*place.shape, len(self.times)))
        return np.asarray(LocalPolynomials.around(courses, np.rint(place).astype(int))(place))


def fine_grid(window: float) -> FineGrid:
    """Make the grid of a window, h."""
    first, last = EARLIEST * window, LAST * window

    def coordinate(t: np.ndarray) -> np.ndarray:
        return np.log1p(GROWTH * t / first) / GROWTH + t / last

    points = 2 * int(np.ceil(coordinate(np.array(window)) / 2)) + 1
    stretch = coordinate(np.array(window)) / (points - 1)
    target = np.arange(points) * stretch
    low, high = np.zeros(points), np.full(points, window)
    for _ in range(200):
        middle = (low + high) / 2
        beyond = coordinate(middle) > target
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    times = (low + high) / 2
    times[0], times[-1] = 0.0, window
    return FineGrid(times, stretch / (1 / (first + GROWTH * times) + 1 / last))


@dataclass(frozen=True, eq=False)
class LocalPolynomials:
    """One polynomial for each of any number of courses, through seven neighbouring values.

    Attributes:
        centres: shape (...), the index of the middle one of the seven.
        coefficients: shape (..., 7), of the powers of the distance from the centre.
    """

    centres: np.ndarray
    coefficients: np.ndarray

    @classmethod
    def around(cls, courses: np.ndarray, indices: np.ndarray) -> LocalPolynomials:
        """Fit courses, shape (..., G), around indices, shape (...)."""
        centres = np.clip(indices, REACH, courses.shape[-1] - 1 - REACH)
        nodes = np.take_along_axis(courses, centres[..., None] + STENCIL, axis=-1)
        return cls(centres, nodes @ FIT.T)

    def __call__(self, place: np.ndarray) -> np.ndarray:
        """Return the values at fractional indices, shape (...)."""
        powers = (place - self.centres)[..., None] ** POWERS
        return np.asarray((powers * self.coefficients).sum(axis=-1))

    def slope(self, place: np.ndarray) -> np.ndarray:
        """Return the derivatives by the index at fractional indices, shape (...)."""
        powers = (place - self.centres)[..., None] ** POWERS[:-1]
        return np.asarray((powers * POWERS[1:] * self.coefficients[..., 1:]).sum(axis=-1))


REACH = 3
STENCIL = np.arange(-REACH, REACH + 1)
POWERS = np.arange(2 * REACH + 1)
FIT = np.linalg.inv(STENCIL[:, None].astype(float) ** POWERS)


def bisected(
    function: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Find where functions change their sign.

    Args:
        function: takes and returns shape (...), the values of all functions at once.
        low: shape (...), where each function still has its first sign.
        high: shape (...), where it has the other.

    Returns:
        The places, shape (...).
    """
    positive = function(low) > 0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        before = (function(middle) > 0) == positive
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return np.asarray((low + high) / 2)


def integrated_in_parts(
    pot: Pot, times: np.ndarray, tolerance: Tolerance
) -> Iterator[tuple[slice, ExtentBatch]]:
    """Integrate many draws, some at a time.

    Args:
        pot: what runs, D draws.
        times: shape (G,), h.
        tolerance: of the integration.

    Yields:
        Which draws, and their courses and extents.
    """
    for start in range(0, len(pot), DRAWS_AT_ONCE):
        part = slice(start, min(start + DRAWS_AT_ONCE, len(pot)))
        yield part, extents(pot[part], times, tolerance)
