"""Courses between the points of a grid: polynomials through the seven nearest *values*.

The rate equations would give derivatives as well, but for a fast intermediate, which is held where
making and using it cancel, these derivatives are all rounding.
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
        return _value(self.coefficients, place - self.centres)

    def derivative(self, place: np.ndarray) -> np.ndarray:
        """Return the derivatives by the index at fractional indices, shape (...)."""
        return _value(POWERS[1:] * self.coefficients[..., 1:], place - self.centres)

    def curvature(self, place: np.ndarray) -> np.ndarray:
        """Return the second derivatives by the index at fractional indices, shape (...)."""
        factors = POWERS[2:] * (POWERS[2:] - 1)
        return _value(factors * self.coefficients[..., 2:], place - self.centres)


def _value(coefficients: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the values of polynomials by Horner's rule.

    Args:
        coefficients: shape (..., N), of rising powers.
        at: shape (...).
    """
    found = coefficients[..., -1]
    for power in range(coefficients.shape[-1] - 2, -1, -1):
        found = found * at + coefficients[..., power]
    return np.asarray(found)


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
