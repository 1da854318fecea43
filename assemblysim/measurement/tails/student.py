"""Student's t of four degrees of freedom in place of normal errors.

Every reading has an error of its own tail where that is exact: on an absolute scale, and with
unknown scale factors where nothing is shared. Where replicates share a sampling error beside
unknown scale factors, that would be an integral over all of them; there the block, a sampling or
a column, has one tail: its errors of both kinds are large together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.likelihoods.additive_noise import AdditiveNoiseLikelihood
from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.likelihoods.students_t import DEGREES, normal_quantile
from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.noise_model import NoiseModel, ScatterModel
from assemblysim.measurement.scales import Scale
from assemblysim.measurement.tails.by_block import StudentBlocks
from assemblysim.measurement.tails.by_reading import (
    StudentAbsolute,
    StudentAdditive,
    StudentProportional,
)
from assemblysim.measurement.tails_model import Tails


@dataclass(frozen=True)
class StudentTails(Tails):
    """Errors are Student's t."""

    name = "student-t"
    explanation = (
        "errors have heavy tails: Student's t of 4 degrees of freedom, for every reading, or, "
        "where replicates share a sampling error beside unknown scale factors, for all errors of a "
        "sampling (or of a column) together"
    )
    in_methods = " with heavy tails (Student's t, 4 degrees of freedom)"
    in_forecast = " with heavy tails"
    degrees = DEGREES

    def likelihood(
        self,
        noise: NoiseModel,
        intensities: MeasuredIntensities,
        scale: Scale,
        own: tuple[str, ...],
        *,
        shared: bool,
    ) -> ScatterModel:
        """Return the one that stands in place of the normal likelihood."""
        model = noise.likelihood(intensities, scale, own, shared=shared)
        if isinstance(model, AbsoluteLikelihood):
            return StudentAbsolute(model.intensities, model.parameters)
        if isinstance(model, AdditiveNoiseLikelihood):
            return StudentAdditive(model.groups, model.parameters)
        if not isinstance(model, NetworkLikelihood):
            raise TypeError(f"{type(model).__name__} has no form with heavy tails")
        kind = StudentBlocks if model.parameters.shared else StudentProportional
        return kind(model.groups, model.parameters)

    def as_normal(self, standardised: np.ndarray) -> np.ndarray:
        """Return the quantiles."""
        return normal_quantile(standardised)
