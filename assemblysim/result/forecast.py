"""What was asked of a fitted study under conditions of one's own, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assemblysim.result.numbers import StoredPrior
from assemblysim.result.predictions import (
    AveragedPredictions,
    LifetimeTable,
    MechanismForecastResult,
    PathwayTable,
)


@dataclass(frozen=True)
class ConcentrationChange:
    """Another initial concentration of one species.

    Attributes:
        species: its name.
        value: in the study's unit.
        before: what it was, where that is a number.
    """

    species: str
    value: float
    before: float | None


@dataclass(frozen=True)
class ChangedStart:
    """How conditions differ from those of an experiment.

    Attributes:
        experiment: the experiment's name.
        unit: of concentrations.
        changes: of initial concentrations.
        temperature_K: another temperature; None for the experiment's own.
    """

    experiment: str
    unit: str
    changes: tuple[ConcentrationChange, ...] = ()
    temperature_K: float | None = None


@dataclass(frozen=True)
class ForecastConditions:
    """What a forecast is about.

    Attributes:
        experiment: whose conditions these are, or are variants of.
        until_h: how long the reaction is followed.
        unit: of concentrations.
        block: the component that intermediates hold a fraction of; None where nothing has a
            composition.
        share: of it that counts; None likewise.
        draws: of each mechanism.
        probabilities: of the mechanisms in play, the most probable first, adding up to 1.
    """

    experiment: str
    until_h: float
    unit: str
    block: str | None
    share: float | None
    draws: int
    probabilities: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class MechanismAnswer:
    """What one mechanism predicts under the conditions asked about; no forecast out of play."""

    lifetimes: LifetimeTable
    pathways: PathwayTable
    forecast: MechanismForecastResult | None


@dataclass(frozen=True, eq=False)
class ForecastAnswer:
    """What a fitted study predicts under conditions of one's own.

    Attributes:
        conditions: what was asked.
        start: how they differ from the experiment's.
        initial: concentrations at t = 0, or what was known of them.
        measured_until_h: the last sampling time of the experiment.
        mechanisms: those in play.
        averaged: over them.
    """

    conditions: ForecastConditions
    start: ChangedStart
    initial: Mapping[str, float | StoredPrior]
    measured_until_h: float
    mechanisms: Mapping[str, MechanismAnswer]
    averaged: AveragedPredictions
