"""What follows from the draws of all subsets together: lifetimes and fractions of routes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import reactor_of
from assemblysim.inference.switches.switched import SwitchedProblem
from assemblysim.prediction.lifetimes import lifetimes_in
from assemblysim.prediction.pathways import pathway_fractions_in
from assemblysim.result.predictions import AveragedPredictions
from assemblysim.study.results.predictions import (
    Predictions,
    averaged,
    presence_threshold,
    without_starting_materials,
)

# Draws that predictions are made from, evenly from all.
DRAWS = 800


def predictions_over_subsets(
    problem: SwitchedProblem,
    positions: np.ndarray,
    switches: np.ndarray,
    unit: str,
    experiments: Sequence[str],
) -> AveragedPredictions:
    """Average lifetimes and fractions of routes over all subsets, as often as each was drawn.

    Every draw is a subset with its constants, so its courses are integrated with the steps that
    are on alone, and nothing has to be weighed.

    Args:
        problem: with its switches.
        positions: shape (D, P).
        switches: shape (D, G).
        unit: of the study's concentrations.
        experiments: names of those of the problem.
    """
    kept = np.linspace(0, len(switches) - 1, min(DRAWS, len(switches))).round().astype(int)
    values = values_from_normal(problem.plain.parameters, positions[kept])
    named = problem.switched.named(np.concatenate([values, switches[kept]], axis=1))
    lifetimes, pathways = [], []
    for experiment in problem.switched.experiments:
        reactor = reactor_of(problem.switched, experiment, named)
        thresholds = presence_threshold(experiment, reactor.initial)
        every = lifetimes_in(reactor, experiment.window, thresholds)
        lifetimes.append(without_starting_materials(every, reactor))
        pathways.append(pathway_fractions_in(reactor, experiment.window))
    found = Predictions(tuple(lifetimes), tuple(pathways), ())
    return averaged({"": found}, {"": 1.0}, unit, experiments)
