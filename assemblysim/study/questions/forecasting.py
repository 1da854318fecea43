"""What a fitted study predicts under conditions of one's own: from stored draws, in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.prediction.lifetimes import (
    Lifetimes,
    average_lifetimes,
    lifetimes_in,
)
from assemblysim.prediction.pathways import (
    PathwayFractions,
    average_pathways,
    pathway_fractions_in,
)
from assemblysim.prediction.windows import Level
from assemblysim.result.forecast import ForecastAnswer, MechanismAnswer
from assemblysim.result.predictions import AveragedPredictions, MechanismForecastResult
from assemblysim.result.summary import StudyResult
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import UNCHANGED, Start
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.experiments import changed_start, experiment_conditions
from assemblysim.study.results.forecast import (
    SHARE,
    MechanismForecastDraws,
    averaged_windows,
    draws_for,
    forecast_conditions,
    forecast_in,
    level_in,
    shared_blocks,
)
from assemblysim.study.results.predictions import (
    presence_threshold,
    without_starting_materials,
)
from assemblysim.study.results.stored_posterior import probabilities_in_play, stored_values
from assemblysim.study.workers import OneWorker, Workers


@dataclass(frozen=True)
class Question:
    """What is asked of a fitted study.

    Attributes:
        start: concentrations at t = 0.
        until: h, how long the reaction is followed; None as long as the experiment was.
        fraction: of a component, which an intermediate should exceed.
        block: the component; None for the scarcest.
    """

    start: Start = UNCHANGED
    until: float | None = None
    fraction: float = SHARE
    block: str | None = None


@dataclass(frozen=True, eq=False)
class Forecast:
    """What one mechanism predicts, draw by draw."""

    lifetimes: Lifetimes
    pathways: PathwayFractions
    drawn: MechanismForecastDraws

    def answer(self, unit: str) -> MechanismAnswer:
        """Return what is printed and given to machines, concentrations in the study's unit."""
        return MechanismAnswer(
            average_lifetimes([self.lifetimes], [1.0], unit),
            average_pathways([self.pathways], [1.0]),
            self.drawn.result(unit),
        )


def forecast(
    study: Study, results: Path, question: Question, workers: Workers | None = None
) -> ForecastAnswer:
    """Answer a question from the stored draws of every mechanism in play.

    Args:
        study: as read.
        results: the folder of its fit.
        question: the conditions.
        workers: where mechanisms are computed side by side; None for this process.

    Returns:
        What was asked, and the predictions of each mechanism and of all, averaged.

    Raises:
        InputError: there is no stored fit, or the question does not fit the study.
    """
    probabilities = probabilities_in_play(study, results)
    start, unit, count = question.start, study.concentration_unit, len(probabilities)
    problems = [build_problem(study, name) for name in probabilities]
    values = [
        stored_values(p, results, draws_for(p), stream(study.seed, p.mechanism, "forecast"))
        for p in problems
    ]
    draws = min(map(len, values))
    until = question.until or problems[0].experiments[start.experiment].window
    shared = shared_blocks(problems)
    level = level_in(problems[0], values[0], start, question.fraction, question.block, shared)
    asked = ([start] * count, [until] * count, [level] * count)
    made = (workers or OneWorker()).map(forecast_draws, problems, values, *asked)
    found: dict[str, Forecast] = dict(zip(probabilities, made, strict=True))
    experiment = study.experiments[start.experiment]
    where = experiment_conditions(experiment, unit, window_h=until, sampled_h=())
    return ForecastAnswer(
        forecast_conditions(study, start, until, level, draws, probabilities),
        changed_start(study, start),
        {**where.initial, **dict(start.changes)},
        float(experiment.times[-1]),
        {name: one.answer(unit) for name, one in found.items()},
        _averaged(found, probabilities, unit),
    )


def forecast_draws(
    problem: Problem, values: np.ndarray, start: Start, until: float, level: Level | None
) -> Forecast:
    """Predict from draws of one mechanism.

    Args:
        problem: the mechanism.
        values: shape (D, P), in the parameters' units.
        start: the concentrations at t = 0.
        until: h.
        level: which fraction of which component; None where nothing has a composition.
    """
    named = problem.named(values)
    reactor = start.reactor(problem, named)
    experiment = problem.experiments[start.experiment]
    every = lifetimes_in(reactor, until, presence_threshold(experiment, reactor.initial))
    return Forecast(
        without_starting_materials(every, reactor),
        pathway_fractions_in(reactor, until),
        forecast_in(problem, values, start, until, level),
    )


def _averaged(
    found: Mapping[str, Forecast], probabilities: Mapping[str, float], unit: str
) -> AveragedPredictions:
    weights = [probabilities[name] for name in found]
    return AveragedPredictions(
        average_lifetimes([one.lifetimes for one in found.values()], weights, unit),
        average_pathways([one.pathways for one in found.values()], weights),
        averaged_windows({n: one.drawn for n, one in found.items()}, probabilities),
    )


def as_fitted(found: ForecastAnswer, result: StudyResult) -> ForecastAnswer:
    """Return a forecast for the experiment's own conditions with what the fit knows better.

    Args:
        found: from some of the draws.
        result: of the fit, whose lifetimes and pathway fractions all draws were used for.
    """
    best = result.averaged
    return replace(
        found,
        mechanisms={
            name: MechanismAnswer(one.lifetimes, one.pathways, _forecast_of(found, name))
            for name, one in result.mechanisms.items()
        },
        averaged=replace(found.averaged, lifetimes=best.lifetimes, pathways=best.pathways),
    )


def _forecast_of(found: ForecastAnswer, name: str) -> MechanismForecastResult | None:
    return found.mechanisms[name].forecast if name in found.mechanisms else None
