"""Concentrations and yields over time that a fitted study predicts, with their bands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.errors import RunError
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.prediction.courses.bands import bands, course_times
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE
from assemblysim.result.courses import QUANTILES
from assemblysim.study.definition.study import Study
from assemblysim.study.questions.drawn_reactors import drawn_reactors, fractions_of
from assemblysim.study.questions.forecasting import Question

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
    drawn = drawn_reactors(study, results, question)
    times = course_times(drawn.until, POINTS, drawn.moments)
    followed, held, failed, block = [], [], 0, drawn.block_of(question.block)
    for reactor in drawn.reactors.values():
        found = courses(reactor, times, PREDICTION_TOLERANCE)
        failed += int(np.count_nonzero(~found.completed))
        known = found.concentrations[found.completed]
        fractions = fractions_of(reactor[found.completed], known, block)
        followed.append(drawn.placed(reactor, known))
        held.append(drawn.placed(reactor, fractions))
    concentrations, yields = np.concatenate(followed), np.concatenate(held)
    if not len(concentrations):
        raise RunError(
            "no draw of the posterior could be followed to the end under these conditions"
        )
    found_bands = bands(concentrations, QUANTILES), bands(yields, QUANTILES)
    named = drawn.experiment, study.concentration_unit, times, drawn.species
    return PredictedCourse(*named, found_bands[0], block, found_bands[1], failed)
