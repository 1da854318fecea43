"""Time courses with bands: of every species from the posterior, of signals as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.trajectory import TrajectoryBatch
from assemblysim.result.courses import PREDICTIVE_QUANTILES, QUANTILES, Courses

# The first time after 0, as a fraction of the window: well before a sample after some minutes.
EARLIEST = 1e-3


@dataclass(frozen=True, eq=False)
class SignalDraws:
    """What the measurement model makes of drawn concentrations.

    Attributes:
        signals: names of the I signals.
        expected: shape (D, G, I), expected signals, display unit.
        intensities: shape (D', G, I), simulated new intensities, display unit.
        data_times: shape (N,), h.
        data: shape (N, I), what was read, display unit; nan not measured, 0 not detected.
        display_unit: their unit.
    """

    signals: tuple[str, ...]
    expected: np.ndarray
    intensities: np.ndarray
    data_times: np.ndarray
    data: np.ndarray
    display_unit: str


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


def courses_of_draws(experiment: str, drawn: TrajectoryBatch, signals: SignalDraws) -> Courses:
    """Put the bands of concentrations and of signals together.

    Args:
        experiment: its name.
        drawn: D trajectories; those that failed are left out.
        signals: what the caller made of them.

    Returns:
        Quantiles over the draws.
    """
    completed = drawn.concentrations[drawn.completed]
    return Courses(
        experiment,
        drawn.times,
        drawn.species,
        bands(completed, QUANTILES),
        signals.signals,
        bands(signals.expected, QUANTILES),
        bands(signals.intensities, PREDICTIVE_QUANTILES),
        signals.data_times,
        signals.data,
        signals.display_unit,
    )


def bands(values: np.ndarray, quantiles: tuple[float, ...]) -> np.ndarray:
    """Return quantiles over the draws, shape (K, ...), from shape (D, ...); nan if D is 0."""
    if not len(values):
        return np.full((len(quantiles), *values.shape[1:]), np.nan)
    return np.asarray(np.quantile(values, quantiles, axis=0))
