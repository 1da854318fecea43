"""Time courses as values: what an integration returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Concentrations of every species over time.

    Attributes:
        species: names, length S.
        times: shape (T,), h.
        concentrations: shape (T, S), mM.
    """

    species: tuple[str, ...]
    times: np.ndarray
    concentrations: np.ndarray


@dataclass(frozen=True, eq=False)
class TrajectoryBatch:
    """Concentrations for B parameter vectors.

    Attributes:
        species: names, length S.
        times: shape (T,), h.
        concentrations: shape (B, T, S), mM; meaningless where not completed.
        reached: shape (B,), h: how far each integration came.
        status: shape (B,), a `task.Ending` each: how it ended.
        steps: shape (B,), how many steps the engine tried.
    """

    species: tuple[str, ...]
    times: np.ndarray
    concentrations: np.ndarray
    reached: np.ndarray
    status: np.ndarray
    steps: np.ndarray

    @property
    def completed(self) -> np.ndarray:
        """Shape (B,), bool: whether the last time was reached."""
        return np.asarray(self.status == 0)


@dataclass(frozen=True, eq=False)
class SensitivityBatch:
    """A batch with its derivatives by the rate constants and by the initial concentrations.

    Attributes:
        trajectories: the B trajectories.
        by_constant: shape (B, T, S, P), dc/dk.
        by_initial: shape (B, T, S, S), dc/dc0; the last axis is the initial species, and
            empty where these were not asked for.
    """

    trajectories: TrajectoryBatch
    by_constant: np.ndarray
    by_initial: np.ndarray


@dataclass(frozen=True, eq=False)
class ExtentBatch:
    """A batch with the extent of every one-way reaction.

    Attributes:
        trajectories: the B trajectories.
        extents: shape (B, T, R), mM: time integral of each reaction's rate.
    """

    trajectories: TrajectoryBatch
    extents: np.ndarray
