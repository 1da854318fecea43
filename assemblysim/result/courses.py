"""Time courses with bands: of every species from the posterior, of signals as they are read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
PREDICTIVE_QUANTILES = (0.025, 0.975)


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
