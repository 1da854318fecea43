"""The whole stored result of a study: what summary.json holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assemblysim.result.conditions import (
    ExperimentConditions,
    MeasurementModel,
    SamplingEffort,
    TemperatureModel,
)
from assemblysim.result.evidence import ComparisonResult, DecidingReading
from assemblysim.result.forecast import ForecastConditions
from assemblysim.result.mechanism import ChemistryResult, MechanismResult
from assemblysim.result.predictions import AveragedPredictions

# Raise when the layout changes, so that results of another are refused in one line.
SUMMARY_VERSION = 9


@dataclass(frozen=True, eq=False)
class StudyResult:
    """All that the fit of a study found.

    Attributes:
        version: of the layout, `SUMMARY_VERSION`.
        study: the folder's name.
        title, question, source, notes: the study's own words.
        synthetic: whether the data were simulated.
        seed: of all random numbers.
        versions: of everything that a number depends on.
        inputs: digests of the study's files.
        converged: whether every check of every mechanism passed.
        temperature: how rate constants depend on it; None where none is stated.
        conditions: one for each experiment.
        measurement: what is measured.
        sampling: how the draws were made.
        mechanisms: by name, in the study's order.
        averaged: predictions averaged over mechanisms; windows over those in play.
        comparison: of the mechanisms.
        discriminating: the most telling further measurements, the best first.
        forecast: what the forecasts of the mechanisms in play are about; None before they are
            made.
        chemistry: steps balanced with what is not followed, by the group of experiments whose ions
            they are; "" where those of the model hold for all; none where no ions are stated.
    """

    version: int
    study: str
    title: str
    question: str
    source: str
    synthetic: bool
    seed: int
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    notes: tuple[str, ...]
    converged: bool
    temperature: TemperatureModel | None
    conditions: tuple[ExperimentConditions, ...]
    measurement: MeasurementModel
    sampling: SamplingEffort
    mechanisms: Mapping[str, MechanismResult]
    averaged: AveragedPredictions
    comparison: ComparisonResult
    discriminating: tuple[DecidingReading, ...]
    forecast: ForecastConditions | None
    chemistry: Mapping[str, ChemistryResult]

    @property
    def titles(self) -> dict[str, str]:
        """What people read in place of a mechanism's name, for each that has a title."""
        return {name: one.title for name, one in self.mechanisms.items() if one.title}
