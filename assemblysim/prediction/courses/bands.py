"""Time courses with bands: of every species from the posterior, of signals as they are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assemblysim.kinetics.trajectory import TrajectoryBatch
from assemblysim.result.courses import QUANTILES

# The first time after 0, as a fraction of the window: well before a sample after some minutes.
EARLIEST = 1e-3


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
