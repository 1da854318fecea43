"""What the likelihoods share in which every group of intensities has an unknown scale factor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.language import time_label
from assemblysim.measurement.measured_intensities import Groups
from assemblysim.measurement.noise_model import NoiseParameters


@dataclass(frozen=True, eq=False)
class GroupedLikelihood:
    """Intensities in groups, spectra or columns, each with an unknown scale factor.

    Attributes:
        groups: the intensities.
        parameters: the noise parameters.
    """

    groups: Groups
    parameters: NoiseParameters

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Names of the Q noise parameters."""
        return self.parameters.names

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """One for each group, or sampling time with a shared error, that says anything."""
        names = self.groups.names
        if self._shared_by_time:
            names = tuple(f"sample at {time_label(t)}" for t in self.groups.intensities.times)
        return tuple(names[block] for block in self.block_of)

    @cached_property
    def block_of(self) -> np.ndarray:
        """Shape (U,), each observation's sampling time, spectrum or column."""
        informative = self.groups.informative
        if self._shared_by_time:
            informative = np.logical_or.reduceat(informative, self.groups.intensities.starts)
        return np.flatnonzero(informative)

    @property
    def _shared_by_time(self) -> bool:
        return self.parameters.shared and not self.groups.by_column
