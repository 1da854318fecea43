"""Courses between the points of a grid: polynomials through the seven nearest *values*.

The rate equations would give slopes as well, but for a fast intermediate, which is held where
making and using it cancel, these slopes are all rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Halvings of a grid step, to rounding.
HALVINGS = 50
REACH = 3
STENCIL = np.arange(-REACH, REACH + 1)
POWERS = np.arange(2 * REACH + 1)
FIT = np.linalg.inv(STENCIL[:, None].astype(float) ** POWERS)


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
    def around(cls, courses: np.ndarray, centres: np.ndarray) -> LocalPolynomials:
        """Fit courses, shape (..., G), around indices, shape (...), three from either end."""
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

    def curvature(self, place: np.ndarray) -> np.ndarray:
        """Return the second derivatives by the index at fractional indices, shape (...)."""
        powers = (place - self.centres)[..., None] ** POWERS[:-2]
        factors = POWERS[2:] * (POWERS[2:] - 1)
        return np.asarray((powers * factors * self.coefficients[..., 2:]).sum(axis=-1))


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
