"""Time courses with bands: of every species from the posterior, of signals as they are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assemblysim.kinetics.trajectory import TrajectoryBatch
from assemblysim.result.courses import QUANTILES

# The first time after 0, as a fraction of the window: well before a sample after some minutes.
EARLIEST = 1e-3
# Of the draws: where fewer say something, their quantiles would be those of a few.
LEAST_KNOWN = 0.5


def course_times(window: float, points: int, moments: Sequence[float] = ()) -> np.ndarray:
    """Return times to draw courses at, shape (about `points`,), h, from 0 to the window.

    Half are even over the window and half over its logarithm, so that a linear and a
    logarithmic time axis both show smooth curves.

    Args:
        window: h.
        points: how many, about.
        moments: h, of additions and withdrawals, where courses jump; each is there, and the next
            number behind it, so that a jump is drawn as one.
    """
    even = np.linspace(0.0, window, points // 2)
    logarithmic = np.geomspace(EARLIEST * window, window, points - points // 2)
    inside = np.array([moment for moment in moments if moment < window])
    jumps = (inside, np.nextafter(inside, np.inf))
    return np.unique(np.concatenate((even, logarithmic[:-1], *jumps)))


def species_bands(drawn: TrajectoryBatch) -> np.ndarray:
    """Return the `QUANTILES` of every concentration over the draws that did not fail."""
    return bands(drawn.concentrations[drawn.completed], QUANTILES)


def bands(values: np.ndarray, quantiles: tuple[float, ...]) -> np.ndarray:
    """Return quantiles over the draws, shape (K, ...), from shape (D, ...); nan if D is 0."""
    if not len(values):
        return np.full((len(quantiles), *values.shape[1:]), np.nan)
    return np.asarray(np.quantile(values, quantiles, axis=0))


def bands_of_known(values: np.ndarray, quantiles: tuple[float, ...] = QUANTILES) -> np.ndarray:
    """Return quantiles of what is known, shape (K, ...), from shape (D, ...).

    Args:
        values: of the draws; nan where a draw says nothing.
        quantiles: K of them.

    Returns:
        The quantiles over the draws that say something; nan where fewer than half of those that
        ever do.
    """
    if not len(values) or not values[0].size:
        return bands(values, quantiles)
    known = np.isfinite(values)
    if known.all():
        return bands(values, quantiles)
    ever = known.any(axis=tuple(range(1, values.ndim))).sum()
    enough = known.sum(axis=0) >= max(LEAST_KNOWN * ever, 1)
    found = np.full((len(quantiles), *values.shape[1:]), np.nan)
    found[:, enough] = np.nanquantile(values[:, enough], quantiles, axis=0)
    return found
