"""Concentrations and yields over time that a fitted study predicts, with their bands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.errors import RunError
from assemblysim.inference.fitting import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.prediction.courses.bands import bands, course_times
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE
from assemblysim.prediction.windows import scarcest_block
from assemblysim.result.courses import QUANTILES
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.forecasting import Question
from assemblysim.study.results.forecast import DRAWS
from assemblysim.study.results.stored_posterior import probabilities_in_play, stored_values

POINTS = 200


@dataclass(frozen=True, eq=False)
class PredictedCourse:
    """What all mechanisms in play lead to, weighted by their probabilities.

    Attributes:
        experiment: whose start was changed, if anything was.
        unit: of concentrations.
        times: shape (T,), h.
        species: names of the S species of all mechanisms.
        concentrations: shape (5, T, S), the `QUANTILES` over the draws; a species that a mechanism
            does not have counts as 0 in its draws.
        block: the building block that yields are fractions of; "" where there are none, since
            nothing has a composition or something is added on the way.
        yields: shape (5, T, S), what fraction of the block each species holds; nan where none.
        failed: how many draws could not be followed to the end, and are left out.
    """

    experiment: str
    unit: str
    times: np.ndarray
    species: tuple[str, ...]
    concentrations: np.ndarray
    block: str
    yields: np.ndarray
    failed: int


def predicted_course(study: Study, results: Path, question: Question) -> PredictedCourse:
    """Integrate draws of every mechanism in play under the conditions of a question.

    Args:
        study: as read.
        results: the folder of its fit.
        question: the start, how long, and the building block of yields.

    Raises:
        InputError: there is no stored fit, or the question does not fit the study.
        RunError: no draw could be followed.
    """
    probabilities, start = probabilities_in_play(study, results), question.start
    problems = {name: build_problem(study, name) for name in probabilities}
    experiment = next(iter(problems.values())).experiments[start.experiment]
    until = question.until or experiment.window
    times = course_times(until, POINTS, experiment.protocol.moments)
    species = tuple(
        dict.fromkeys(
            name
            for problem in problems.values()
            for name in problem.experiments[start.experiment].network.species_names
        )
    )
    followed, held, failed, block = [], [], 0, question.block or ""
    for name, probability in probabilities.items():
        reactor = _drawn(study, results, problems[name], question, probability)
        if experiment.protocol.moments:
            block = ""  # what is added counts too, and a fraction of what is in can fall
        elif not block:
            block = _scarcest(reactor)
        found = courses(reactor, times, PREDICTION_TOLERANCE)
        failed += int(np.count_nonzero(~found.completed))
        known = found.concentrations[found.completed]
        fractions = _fractions(reactor[found.completed], known, block)
        places = [species.index(one) for one in reactor.network.species_names]
        followed.append(_placed(known, places, len(species)))
        held.append(_placed(fractions, places, len(species)))
    concentrations, yields = np.concatenate(followed), np.concatenate(held)
    if not len(concentrations):
        raise RunError(
            "no draw of the posterior could be followed to the end under these conditions"
        )
    found_bands = bands(concentrations, QUANTILES), bands(yields, QUANTILES)
    named = experiment.name, study.concentration_unit, times, species
    return PredictedCourse(*named, found_bands[0], block, found_bands[1], failed)


def _drawn(
    study: Study, results: Path, problem: Problem, question: Question, probability: float
) -> Reactor:
    """Return reactors at as many draws as a mechanism is probable."""
    count = max(1, round(DRAWS * probability))
    values = stored_values(problem, results, count, stream(study.seed, problem.mechanism, "course"))
    return question.start.reactor(problem, problem.named(values))


def _scarcest(reactor: Reactor) -> str:
    network = reactor.network
    if not (composition_matrix(network.species).T @ reactor.initial.T).any():
        return ""
    return scarcest_block(network, reactor.initial)


def _fractions(reactor: Reactor, concentrations: np.ndarray, block: str) -> np.ndarray:
    """Return what fraction of a building block each species holds, shape (D, T, S)."""
    names = building_blocks(reactor.network.species)
    if block not in names:
        return np.full(concentrations.shape, np.nan)
    counts = composition_matrix(reactor.network.species)[:, names.index(block)]
    total = reactor.initial @ counts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(concentrations * counts / total[:, None, None])


def _placed(values: np.ndarray, places: list[int], size: int) -> np.ndarray:
    """Return values, shape (D, T, S'), among all species, 0 for those that are not there."""
    found = np.zeros((*values.shape[:2], size))
    found[:, :, places] = values
    return found
