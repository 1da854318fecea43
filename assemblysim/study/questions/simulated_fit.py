"""A fitted mechanism simulated at numbers of the fit, some of them changed or scanned."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from assemblysim.errors import InputError, did_you_mean, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.result.courses import Courses
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import Start
from assemblysim.study.problem.options import read_pairs, written_values
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.predictions import ChangedRun, experiment_courses
from assemblysim.study.results.stored_posterior import every_stored_value, result_of, stored_values
from assemblysim.units import convert

Numbers = Literal["median", "best", "draws"]
NUMBERS: tuple[Numbers, ...] = ("median", "best", "draws")
DRAWS = 400
MOST_SCANNED = (9, 5)  # values of the first and of the second constant: hues and dashes


@dataclass(frozen=True)
class ScannedConstant:
    """A constant that is scanned.

    Attributes:
        name: of the constant.
        unit: as written.
        shown: the values as written.
        values: in the constant's own unit.
    """

    name: str
    unit: str
    shown: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class FitSimulation:
    """What is asked of a fit.

    Attributes:
        mechanism: None for the most probable.
        numbers: the posterior's medians, the best point found, or draws.
        constants: "name=value unit" pairs that replace numbers of the fit.
        scans: "name=value, value unit" of one or two constants.
        initial: "species=value unit" pairs that replace those of the experiment.
        experiment: None for the first.
        until: h; None as long as the experiment was.
    """

    mechanism: str | None = None
    numbers: Numbers = "median"
    constants: tuple[str, ...] = ()
    scans: tuple[str, ...] = ()
    initial: tuple[str, ...] = ()
    experiment: str | None = None
    until: float | None = None


@dataclass(frozen=True, eq=False)
class SimulatedFit:
    """Courses at numbers of a fit.

    Attributes:
        mechanism: whose numbers they are.
        scans: none, one or two.
        cells: (numbers of the scanned constants as written, courses) pairs.
    """

    mechanism: str
    scans: tuple[ScannedConstant, ...]
    cells: tuple[tuple[tuple[float, ...], Courses], ...]


def simulated_fit(study: Study, results: Path, wanted: FitSimulation) -> SimulatedFit:
    """Simulate an experiment of a study at numbers of its fit.

    The data are there to be drawn over, unless something else was mixed.

    Args:
        study: as read.
        results: the folder of its fit.
        wanted: what is asked.

    Raises:
        InputError: there is no stored fit, or what is wanted does not fit the study.
    """
    name = wanted.mechanism or _most_probable(study, results)
    refuse_unknown("mechanism", name, dict.fromkeys(study.mechanisms))
    problem = build_problem(study, name)
    experiments = [one.name for one in problem.experiments]
    if wanted.experiment is not None:
        refuse_unknown("experiment", wanted.experiment, dict.fromkeys(experiments))
    place = 0 if wanted.experiment is None else experiments.index(wanted.experiment)
    units = {one.name: study.concentration_unit for one in study.system.species}
    changes = tuple(read_pairs(wanted.initial, "--initial", units, "species").items())
    start = Start(place, changes)
    values = _changed(problem, _values(study, results, problem, wanted.numbers), wanted.constants)
    scans = read_scans(_units(problem), wanted.scans)
    stated = {pair.partition("=")[0].strip() for pair in wanted.constants}
    for scan in scans:
        if scan.name in stated:
            raise InputError(f"--set: '{scan.name}' is scanned; leave one of the two")
    cells = []
    for shown, vector in _scanned(problem, values, scans):
        found = _courses(study, problem, vector, start, wanted.until)
        cells.append((shown, found if not changes else _without_data(found)))
    return SimulatedFit(name, scans, tuple(cells))


def read_numbers(text: str, option: str = "--numbers") -> Numbers:
    """Read which numbers of a fit are meant.

    Raises:
        InputError: none that there are.
    """
    for known in NUMBERS:
        if text == known:
            return known
    raise InputError(f"{option}: '{text}' is not known; write {', '.join(NUMBERS)}")


def read_scans(units: dict[str, str], texts: tuple[str, ...]) -> tuple[ScannedConstant, ...]:
    """Read the constants that are scanned, such as "k_close=0.1, 1, 10 1/(mM h)".

    Args:
        units: of every constant that may be scanned.
        texts: as the option ``--scan`` gives them.

    Raises:
        InputError: a name or a value is at fault, or there are too many.
    """
    if len(texts) > len(MOST_SCANNED):
        raise InputError(f"--scan: {len(texts)} constants; scan {len(MOST_SCANNED)} at most")
    found: list[ScannedConstant] = []
    for text, most in zip(texts, MOST_SCANNED, strict=False):
        name, sign, written = (part.strip() for part in text.partition("="))
        if not sign or not written:
            first, unit = next(iter(units.items()), ("k", "1/h"))
            raise InputError(
                f'--scan: {text!r} is not name=values; write it as "{first}=1, 2 {unit}"'
            )
        if name not in units:
            raise InputError(f"--scan: unknown constant '{name}'{did_you_mean(name, units)}")
        if name in [one.name for one in found]:
            raise InputError(f"--scan: '{name}' is given twice; keep one")
        with at(f"--scan {name}"):
            shown, unit = written_values(written, logarithmic=True)
            if len(shown) > most:
                raise InputError(f"{len(shown)} values; write {most} at most")
            if not unit and units[name] not in ("", "1"):
                raise InputError(f"the values have no unit; write {units[name]} behind the last")
            inside = [convert(one, unit, units[name]) if unit else one for one in shown]
            if min(inside) < 0:
                raise InputError(f"{min(shown):g} is negative; write values from 0 up")
        found.append(ScannedConstant(name, unit, tuple(shown), tuple(inside)))
    return tuple(found)


def _most_probable(study: Study, results: Path) -> str:
    probabilities = result_of(study, results).comparison.probabilities
    return max(probabilities, key=lambda name: probabilities[name])


def _units(problem: Problem) -> dict[str, str]:
    return {one.name: one.unit for one in problem.parameters}


def _values(study: Study, results: Path, problem: Problem, numbers: Numbers) -> np.ndarray:
    """Return numbers of the fit, shape (D, P), in the parameters' units."""
    fitted = result_of(study, results).mechanisms[problem.mechanism].parameters
    if numbers == "best":
        return np.array([[fitted[name].map for name in problem.parameter_names]])
    if numbers == "median":
        return np.asarray(np.median(every_stored_value(problem, results), axis=0))[None]
    return stored_values(problem, results, DRAWS, stream(study.seed, problem.mechanism, "course"))


def _changed(problem: Problem, values: np.ndarray, pairs: tuple[str, ...]) -> np.ndarray:
    """Return parameter vectors with some of their numbers replaced."""
    changed = values.copy()
    for name, value in read_pairs(pairs, "--set", _units(problem), "constant").items():
        changed[:, problem.parameter_names.index(name)] = value
    return changed


def _scanned(
    problem: Problem, values: np.ndarray, scans: tuple[ScannedConstant, ...]
) -> Iterator[tuple[tuple[float, ...], np.ndarray]]:
    """Yield the vectors of each combination of scanned values, the last one fastest."""
    for places in itertools.product(*(range(len(one.values)) for one in scans)):
        vector = values.copy()
        for scan, i in zip(scans, places, strict=True):
            vector[:, problem.parameter_names.index(scan.name)] = scan.values[i]
        yield tuple(s.shown[i] for s, i in zip(scans, places, strict=True)), vector


def _courses(
    study: Study, problem: Problem, values: np.ndarray, start: Start, until: float | None
) -> Courses:
    experiment, named = problem.experiments[start.experiment], problem.named(values)
    run = ChangedRun(start.reactor(problem, named), until or experiment.window)
    rng = stream(study.seed, problem.mechanism, "simulate")
    found, _ = experiment_courses(problem, experiment, named, study, rng, run)
    return found


def _without_data(found: Courses) -> Courses:
    return replace(found, data_times=found.data_times[:0], data=found.data[:0])
