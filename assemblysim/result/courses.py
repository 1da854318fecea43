"""Time courses with bands: of species, of signals as they are read, of routes and assemblies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
PREDICTIVE_QUANTILES = (0.025, 0.975)
# What signals are displayed in that are quotients of two sums of concentrations.
RATIO = "ratio"


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


@dataclass(frozen=True, eq=False)
class AssemblyCourses:
    """How products were made over time in one experiment, and what assemblies hold on the mean.

    Attributes:
        experiment: its name.
        times: shape (G,), h.
        routes: K pairs of a product that several steps make and one of these steps.
        fractions: shape (5, G, K), the `QUANTILES` over the draws of what the step made of all of
            the product that was made until then; nan before much was made.
        blocks: the two building blocks that are counted; none where there are fewer.
        composition: shape (5, G, 2), the same of how many of each block a particle of two units
            or more holds on the mean; nan before such particles are there.
    """

    experiment: str
    times: np.ndarray
    routes: tuple[tuple[str, str], ...]
    fractions: np.ndarray
    blocks: tuple[str, ...]
    composition: np.ndarray

    def __post_init__(self) -> None:
        grid = len(self.times)
        for name, width in (("fractions", len(self.routes)), ("composition", len(self.blocks))):
            found, shape = getattr(self, name).shape, (len(QUANTILES), grid, width)
            if found != shape:
                raise ValueError(f"assembly courses: {name} has shape {found} instead of {shape}")
