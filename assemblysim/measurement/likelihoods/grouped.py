"""What the likelihoods share in which every group of intensities has an unknown scale factor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

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
        """One for each group that says anything."""
        return self.groups.informative_names

    @cached_property
    def block_of(self) -> np.ndarray:
        """Shape (U,), each observation's spectrum, or column."""
        return np.flatnonzero(self.groups.informative)
