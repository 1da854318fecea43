"""Posterior draws of a fitted study, read back for what is asked of it afterwards."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import h5netcdf
import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.writing.manifest import read_result
from assemblysim.inference.model.problem import Problem
from assemblysim.language import listed
from assemblysim.result.on_disk import SUMMARY, stored_result
from assemblysim.result.summary import StudyResult
from assemblysim.study.definition.study import Study
from assemblysim.study.draws.netcdf import variable_name

# A mechanism less probable than this plays no part in what is averaged or designed.
LEAST_PROBABILITY = 0.01


def stored_values(
    problem: Problem, results: Path, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Return some of the stored draws of a mechanism, shape (D, P), in the parameters' units.

    Args:
        problem: the mechanism.
        results: the folder of the stored fit.
        count: how many at most, chosen at random without taking one twice.
        rng: source of randomness.

    Raises:
        InputError: they are not there, or cannot be read.
    """
    values = every_stored_value(problem, results)
    return values[rng.choice(len(values), min(count, len(values)), replace=False)]


def probabilities_in_play(study: Study, results: Path) -> dict[str, float]:
    """Return the mechanisms that a fit left in play, the most probable first, adding up to 1.

    Raises:
        InputError: no comparison is stored, or it was made from other files.
    """
    return in_play(result_of(study, results).comparison.probabilities)


def result_of(study: Study, results: Path) -> StudyResult:
    """Return the stored result of a study.

    Raises:
        InputError: none is stored, or it was made from other files.
    """
    found = stored_result(results, study.folder)
    if names := changed_inputs(study, found):
        raise InputError(
            f"{results / SUMMARY}: {listed(names)} changed since the fit; "
            f"run 'assemblysim fit {study.folder} --anew' first"
        )
    return found


def changed_inputs(study: Study, result: StudyResult) -> list[str]:
    """Return the files, by their paths from the study's folder, that are not as they were fitted.

    A file that only one of the two read counts as well.
    """
    now, then = dict(study.inputs), result.inputs
    return [name for name in {**now, **then} if now.get(name) != then.get(name)]


def in_play(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Return the mechanisms that are probable enough, the most probable first, adding up to 1."""
    kept = {n: p for n, p in probabilities.items() if p >= LEAST_PROBABILITY}
    total = sum(kept.values())
    return {n: p / total for n, p in sorted(kept.items(), key=lambda item: -item[1])}


def every_stored_value(problem: Problem, results: Path) -> np.ndarray:
    """Return all stored draws of a mechanism, shape (D, P), in the parameters' units.

    Raises:
        InputError: they are not there, or cannot be read.
    """
    path = results / problem.mechanism / "draws.nc"
    try:
        with h5netcdf.File(io.BytesIO(read_result(path)), "r") as file:
            group = file["posterior"]
            names = map(variable_name, problem.parameter_names)
            columns = [np.array(group[name]).reshape(-1) for name in names]
    except InputError as fault:
        raise InputError(f"{path}: {fault}; run 'assemblysim fit' again") from fault
    except (OSError, KeyError) as fault:
        raise InputError(
            f"{path}: no stored draws of {problem.mechanism}; run 'assemblysim fit' first"
        ) from fault
    return np.stack(columns, axis=1).astype(float)
