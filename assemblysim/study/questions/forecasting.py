"""What a fitted study predicts under conditions of one's own: from stored draws, in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.inference.fitting import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.prediction.lifetimes import (
    Lifetimes,
    average_lifetimes,
    lifetimes_in,
    summarise_lifetimes,
)
from assemblysim.prediction.pathways import (
    PathwayFractions,
    average_pathways,
    pathway_fractions_in,
    summarise_pathways,
)
from assemblysim.prediction.windows import Level
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import UNCHANGED, Start, start_words
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.forecast import (
    SHARE,
    MechanismForecastDraws,
    averaged_windows,
    draws_for,
    forecast_in,
    level_in,
    shared_blocks,
)
from assemblysim.study.results.predictions import (
    in_unit,
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
    outlook: MechanismForecastDraws

    def summary(self, unit: str) -> dict[str, Any]:
        """Return what is printed and given to machines, concentrations in the study's unit."""
        return {
            "lifetimes": in_unit(summarise_lifetimes(self.lifetimes), unit),
            "pathways": summarise_pathways(self.pathways),
            **self.outlook.summary(unit),
        }


def forecast(
    study: Study, results: Path, question: Question, workers: Workers | None = None
) -> dict[str, Any]:
    """Answer a question from the stored draws of every mechanism in play.

    Args:
        study: as read.
        results: the folder of its fit.
        question: the conditions.
        workers: where mechanisms are computed side by side; None for this process.

    Returns:
        ``conditions``, ``cautions``, and for each mechanism in ``mechanisms`` and their
        average in ``averaged`` lifetimes, pathway shares and windows; for each mechanism also
        degrees of rate control, extents and fluxes.

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
    return {
        "conditions": _conditions(study, question, until, level) | {"draws": draws},
        "cautions": _cautions(study, question, until),
        "probabilities": probabilities,
        "mechanisms": {name: one.summary(unit) for name, one in found.items()},
        "averaged": in_unit(_averaged(found, probabilities), unit),
    }


def forecast_draws(
    problem: Problem, values: np.ndarray, start: Start, until: float, level: Level | None
) -> Forecast:
    """Predict from draws of one mechanism.

    Args:
        problem: the mechanism.
        values: shape (D, P), in the parameters' units.
        start: the concentrations at t = 0.
        until: h.
        level: which share of which component; None where nothing has a composition.
    """
    named = problem.named(values)
    reactor = start.reactor(problem, named)
    initial = reactor.initial
    every = lifetimes_in(reactor, until, presence_threshold(problem, initial))
    return Forecast(
        without_starting_materials(every, problem, initial),
        pathway_fractions_in(reactor, until),
        forecast_in(problem, values, start, until, level),
    )


def _averaged(found: Mapping[str, Forecast], probabilities: Mapping[str, float]) -> dict[str, Any]:
    weights = [probabilities[name] for name in found]
    return {
        "lifetimes": average_lifetimes([one.lifetimes for one in found.values()], weights),
        "pathways": average_pathways([one.pathways for one in found.values()], weights),
        "windows": averaged_windows({n: one.outlook for n, one in found.items()}, probabilities),
    }


def _conditions(
    study: Study, question: Question, until: float, level: Level | None
) -> dict[str, Any]:
    experiment = study.experiments[question.start.experiment]
    changed = dict(question.start.changes)
    unit = study.concentration_unit
    initial = {
        name: start if isinstance(start, float) else start.describe(unit)
        for name, start in experiment.initial
    }
    return {
        "experiment": experiment.name,
        "initial": {**initial, **changed},
        "changed": start_words(study, question.start),
        "unit": unit,
        "until_h": until,
        "block": None if level is None else level.block,
        "share": None if level is None else level.fraction,
    }


def _cautions(study: Study, question: Question, until: float) -> list[str]:
    """Say what of this was never measured."""
    experiment = study.experiments[question.start.experiment]
    found = []
    changed = start_words(study, question.start)
    if changed:
        found.append(
            f"Nothing was measured {changed} ({experiment.name}): this follows from the "
            "mechanism and its rate constants alone."
        )
    last = float(experiment.times[-1])
    if until > last:
        found.append(f"Nothing was measured after {last:g} h: what follows there is extrapolated.")
    return found
