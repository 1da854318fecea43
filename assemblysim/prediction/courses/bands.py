"""Time courses with bands: of every species from the posterior, of signals as they are read."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.kinetics.trajectory import TrajectoryBatch

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
PREDICTIVE_QUANTILES = (0.025, 0.975)
# The first time after 0, as a share of the window: well before a sample after some minutes.
EARLIEST = 1e-3
TEXTS = ("experiment", "species", "signals", "display_unit")


@dataclass(frozen=True, eq=False)
class Courses:
    """What one mechanism predicts for one experiment, and what was read.

    Attributes:
        experiment: its name.
        times: shape (G,), h.
        species: names of the S species.
        concentrations: shape (5, G, S), mM, the `QUANTILES` over the draws.
        signals: names of the I signals.
        expected: shape (5, G, I), the same of the expected signals, display unit.
        predictive: shape (2, G, I), the `PREDICTIVE_QUANTILES` of a new reading, display unit.
        data_times: shape (N,), h.
        data: shape (N, I), the readings, display unit; nan not measured, 0 not detected.
        display_unit: what the signals are shown in, such as "mM" or "% of spectrum".
    """

    experiment: str
    times: np.ndarray
    species: tuple[str, ...]
    concentrations: np.ndarray
    signals: tuple[str, ...]
    expected: np.ndarray
    predictive: np.ndarray
    data_times: np.ndarray
    data: np.ndarray
    display_unit: str

    def __post_init__(self) -> None:
        grid, species, signals = len(self.times), len(self.species), len(self.signals)
        for name, shape in (
            ("concentrations", (len(QUANTILES), grid, species)),
            ("expected", (len(QUANTILES), grid, signals)),
            ("predictive", (len(PREDICTIVE_QUANTILES), grid, signals)),
            ("data", (len(self.data_times), signals)),
        ):
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"courses: {name} has shape {found} instead of {shape}")

    def save(self, path: Path) -> None:
        """Write an .npz file that holds numbers and plain text only."""
        arrays = {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}
        arrays |= {name: np.array(arrays[name], dtype=str) for name in TEXTS}
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Courses:
        """Read what `save` wrote.

        Raises:
            InputError: the file cannot be read or does not hold courses.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                found = {f.name: stored[f.name] for f in fields(cls)}
                texts = {n: found[n].tolist() for n in TEXTS}
                lists = {n: tuple(texts[n]) for n in ("species", "signals")}
                return cls(**{**found, **texts, **lists})
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as fault:
            reason = " ".join(str(fault).split())
            raise InputError(
                f"{path}: does not hold courses ({reason}); run 'assemblysim fit' again"
            ) from fault


@dataclass(frozen=True, eq=False)
class SignalDraws:
    """What the measurement model makes of drawn concentrations.

    Attributes:
        signals: names of the I signals.
        expected: shape (D, G, I), expected signals, display unit.
        readings: shape (D', G, I), simulated new readings, display unit.
        data_times: shape (N,), h.
        data: shape (N, I), what was read, display unit; nan not measured, 0 not detected.
        display_unit: their unit.
    """

    signals: tuple[str, ...]
    expected: np.ndarray
    readings: np.ndarray
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
        bands(signals.readings, PREDICTIVE_QUANTILES),
        signals.data_times,
        signals.data,
        signals.display_unit,
    )


def bands(values: np.ndarray, quantiles: tuple[float, ...]) -> np.ndarray:
    """Return quantiles over the draws, shape (Q, ...), from shape (D, ...); nan if D is 0."""
    if not len(values):
        return np.full((len(quantiles), *values.shape[1:]), np.nan)
    return np.asarray(np.quantile(values, quantiles, axis=0))
