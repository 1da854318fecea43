"""What is stored of a study's experiments: how each was conducted, measured and asked about."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.scipy_priors import Distribution
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.measurement.data import IntensityTable
from assemblysim.result.conditions import (
    ExperimentConditions,
    MeasurementModel,
    StoredEvent,
    StoredLimit,
    TemperatureModel,
    TimeError,
)
from assemblysim.result.forecast import ChangedStart, ConcentrationChange
from assemblysim.result.numbers import StoredPrior
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.problem.changed_conditions import Start


def experiment_conditions(
    experiment: Experiment, unit: str, *, window_h: float, sampled_h: tuple[float, ...]
) -> ExperimentConditions:
    """Return what is stored of how an experiment was conducted.

    Args:
        experiment: one of a study's.
        unit: of concentrations.
        window_h: how long it was followed.
        sampled_h: when samples were taken.
    """
    conditions, table = experiment.conditions, experiment.table
    protocol = conditions.protocol
    programme = protocol.programme
    return ExperimentConditions(
        experiment=experiment.name,
        unit=unit,
        initial={name: _known(start) for name, start in experiment.initial},
        temperature=() if programme is None else temperature_points(programme),
        events=(
            *(
                StoredEvent(e.time, e.volume, dict(e.contents or e.settings))
                for e in protocol.events
            ),
            *(
                StoredEvent(f.begin, f.rate * (f.end - f.begin), dict(f.contents), f.end)
                for f in protocol.feeds
            ),
        ),
        held=protocol.held,
        dead_time_h=_known(conditions.dead_time),
        time_errors=tuple(TimeError(time, error) for time, error in conditions.time_errors),
        dilution=conditions.dilution,
        window_h=window_h,
        measurements=0 if table is None else int(np.isfinite(table.values).sum()),
        statements=len(experiment.statements),
        sampled_h=sampled_h,
    )


def temperature_points(programme: Programme) -> tuple[tuple[float, float], ...]:
    """Return the (h, K) knots of a course of temperature."""
    return tuple(zip(programme.times, programme.kelvin, strict=True))


def changed_start(study: Study, start: Start) -> ChangedStart:
    """Return how a start differs from the experiment's own."""
    experiment = study.experiments[start.experiment]
    given = dict(experiment.initial)
    changes = (
        ConcentrationChange(name, value, before if isinstance(before, float) else None)
        for name, value in start.changes
        for before in (given.get(name, 0.0),)
    )
    kelvin = None if start.programme is None else start.programme.kelvin[0]
    return ChangedStart(experiment.name, study.concentration_unit, tuple(changes), kelvin)


def stored_prior(prior: Prior) -> StoredPrior:
    """Return what is stored of a prior."""
    if isinstance(prior, Distribution):
        return StoredPrior(prior.kind, dict(prior.numbers), prior.name)
    return StoredPrior(prior.kind, asdict(prior))


def _known(value: float | Prior) -> float | StoredPrior:
    return stored_prior(value) if isinstance(value, Prior) else value


def temperature_model(study: Study) -> TemperatureModel | None:
    """Say how rate constants depend on temperature; None where none is stated."""
    heating = study.heating
    if heating is None:
        return None
    return TemperatureModel(heating.reference, heating.law.name, heating.form, heating.varies)


def _stated_in_cells(table: IntensityTable | None) -> int:
    limits = None if table is None else table.limits
    return 0 if limits is None else int(np.isfinite(limits).sum())


def measurement_model(study: Study, problem: Problem) -> MeasurementModel:
    """Say what is measured, and how well."""
    measurement = study.measurement
    return MeasurementModel(
        measurement.scale.name,
        measurement.noise.name,
        measurement.detection_limit,
        {one.signal: StoredLimit(one.number, one.relative) for one in measurement.signal_limits},
        sum(_stated_in_cells(experiment.table) for experiment in study.experiments),
        tuple(signal.name for signal in measurement.signals),
        dict(problem.fixed),
        study.statement_settings.error_rate,
        measurement.wild_spectra if problem.may_have_wild_spectra else 0.0,
        measurement.tails.name,
        _ratios(study),
        sum(_with_covariances(experiment.table) for experiment in study.experiments),
    )


def _with_covariances(table: IntensityTable | None) -> int:
    known = None if table is None else table.covariances
    return 0 if known is None else int((np.diagonal(known, axis1=1, axis2=2) > 0).sum())


def _ratios(study: Study) -> tuple[str, ...]:
    """Return the signals that are ratios of concentrations, in any experiment."""
    every = [study.measurement, *(study.measurement_of(one) for one in study.experiments)]
    return tuple(
        dict.fromkeys(s.name for measurement in every for s in measurement.signals if s.divisor)
    )
