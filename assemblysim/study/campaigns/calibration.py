"""The calibration of a study: many simulated ones, resumed where it stopped, stored as it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.codec import store_json
from assemblysim.inference.calibration.quick import QuickSettings
from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.measurement.simulation.misspecifications import (
    MISSPECIFICATIONS,
    Misspecification,
)
from assemblysim.mechanism.network.containment import contains
from assemblysim.progress import CalibrationListener
from assemblysim.result.calibration import (
    CALIBRATION_VERSION,
    CalibrationCondition,
    CalibrationResult,
    SimulatedRecord,
)
from assemblysim.result.on_disk import CALIBRATION
from assemblysim.study.campaigns.records import (
    fingerprint,
    read_records,
    write_records,
)
from assemblysim.study.campaigns.simulated_study import CAREFUL, Design, Source, calibrate_one
from assemblysim.study.campaigns.summary import condition_summary
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.stored_posterior import every_stored_value, result_of
from assemblysim.study.results.versions import versions
from assemblysim.study.workers import Workers

# Raise when what a record says changes, so that old ones are not gone on with.
RECORDS_VERSION = 5
# Simulated studies handed out at once: workers that answer only when all is done lose no more.
CHUNK = 48


@dataclass(frozen=True)
class Request:
    """What is asked of a calibration.

    Attributes:
        studies: how many simulated studies with errors as the model says.
        misspecification_studies: how many for each kind of errors that it does not know.
        misspecifications: kinds of errors that the model does not know; errors as the model says
            come first in any case.
        source: where truths are drawn from.
        settings: how much work goes into each quick fit.
        search: how much into the draws of the true mechanism.
    """

    studies: int = 200
    misspecification_studies: int = 200
    misspecifications: tuple[Misspecification, ...] = ()
    source: Source = "prior"
    settings: QuickSettings = field(default_factory=QuickSettings)
    search: FitSettings = CAREFUL


def run_calibration(
    study: Study, request: Request, results: Path, workers: Workers, tell: CalibrationListener
) -> CalibrationResult:
    """Simulate and fit as many studies as asked, and store what they say.

    Args:
        study: as read.
        request: how many, with which errors.
        results: the folder to store in.
        workers: where the work is done.
        tell: called after each simulated study.

    Returns:
        What they say together, as it is on disk.

    Raises:
        InputError: the study cannot be simulated, or stored records belong to something else.
    """
    design = design_of(study, request, results)
    _refuse_known_misspecifications(study, design, request.misspecifications)
    made_from = _made_from(study, design)
    conditions: dict[str, CalibrationCondition] = {}
    for misspecification in ("none", *request.misspecifications):
        path = results / "calibration" / f"{request.source}-{misspecification}.jsonl"
        records = read_records(path, made_from)
        wanted = range(
            request.studies if misspecification == "none" else request.misspecification_studies
        )
        for record in _missing(
            design, misspecification, [i for i in wanted if i not in records], workers
        ):
            records[record.index] = record
            write_records(path, made_from, records.values())
            tell(misspecification, sum(i in records for i in wanted), len(wanted))
        conditions[misspecification] = condition_summary(
            [records[i] for i in wanted], study.mechanisms, request.source, misspecification
        )
    found = CalibrationResult(
        version=CALIBRATION_VERSION,
        study=study.folder.name,
        title=study.title,
        seed=study.seed,
        source=request.source,
        studies=request.studies,
        made_from=made_from,
        versions=versions(),
        inputs=dict(study.inputs),
        settings={"quick": str(design.settings), "careful": str(design.search)},
        mechanisms=study.mechanisms,
        contained_in=design.richer,
        conditions=conditions,
    )
    store_json(results / CALIBRATION, found)
    return found


def _missing(
    design: Design, misspecification: Misspecification, indices: Sequence[int], workers: Workers
) -> Iterator[SimulatedRecord]:
    """Make the records that are not there yet, a chunk at a time."""
    for first in range(0, len(indices), CHUNK):
        chunk = indices[first : first + CHUNK]
        count = len(chunk)
        yield from workers.map(calibrate_one, [design] * count, [misspecification] * count, chunk)


def design_of(study: Study, request: Request, results: Path) -> Design:
    """Return what all simulated studies share.

    Args:
        study: as read.
        request: where truths are drawn from, and how fits are made.
        results: the folder with the stored fit, for truths from the posterior.

    Raises:
        InputError: the study has statements, which cannot be simulated, or no fit is stored.
    """
    place = study.folder / "study.toml"
    for experiment in study.experiments:
        if experiment.statements or experiment.table is None:
            raise InputError(
                f"{place}: experiment '{experiment.name}': statements in words cannot be "
                "simulated, since which ones an author writes down depends on what was seen; "
                "calibrate a study of intensities alone"
            )
    if len(study.course_weights) > 1:
        raise InputError(
            f"{place}: [temperature] weights: a simulated study needs one course of temperature; "
            "take the weights out to calibrate"
        )
    problems = tuple(build_problem(study, name) for name in study.mechanisms)
    truths = {}
    if request.source == "posterior":
        result_of(study, results)  # of these files
        truths = {p.mechanism: stored_draws(p, results) for p in problems}
    networks = {p.mechanism: p.network for p in problems}
    richer = {
        name: tuple(n for n, other in networks.items() if contains(other, network))
        for name, network in networks.items()
    }
    return Design(
        problems,
        richer,
        request.source,
        truths,
        study.seed,
        request.settings,
        request.search,
        study.sampling.convergence.failed_fraction,
    )


def stored_draws(problem: Problem, results: Path) -> np.ndarray:
    """Return stored posterior draws of a mechanism, shape (D, P), standard-normal coordinates.

    Raises:
        InputError: they are not there, or cannot be read.
    """
    return normal_from_values(problem.parameters, every_stored_value(problem, results))


def unknown_misspecifications(study: Study) -> tuple[Misspecification, ...]:
    """Return the kinds of errors that a study's model does not know."""
    problems = tuple(build_problem(study, name) for name in study.mechanisms[:1])
    return tuple(
        misspecification
        for misspecification in MISSPECIFICATIONS
        if not _known(problems, misspecification)
    )


def _known(problems: Sequence[Problem], misspecification: Misspecification) -> str:
    """Say why a kind of error is no misspecification; "" where it is one."""
    if misspecification != "shared":
        return ""
    parts = [e.intensities for p in problems for e in p.experiments if e.intensities is not None]
    if not any(part.measured.replicated for part in parts):
        return "no sampling time has replicates"
    if any("sampling_error" in part.noise_names for part in parts):
        return "the model lets replicates share an error already"
    return ""


def _refuse_known_misspecifications(
    study: Study, design: Design, misspecifications: Sequence[Misspecification]
) -> None:
    for misspecification in misspecifications:
        reason = _known(design.problems, misspecification)
        if reason:
            place = study.folder / "study.toml"
            raise InputError(
                f"{place}: --misspecification {misspecification}: {reason}; leave it out"
            )


def _made_from(study: Study, design: Design) -> str:
    """Return the fingerprint of all that a record depends on but its kind of error and number."""
    truths = {
        name: hashlib.sha256(np.ascontiguousarray(draws).tobytes()).hexdigest()
        for name, draws in design.truths.items()
    }
    return fingerprint(
        {
            "records": RECORDS_VERSION,
            "parameters": {p.mechanism: [str(q) for q in p.parameters] for p in design.problems},
            "stated": {p.mechanism: list(p.fixed) for p in design.problems},
            "tolerance": str(design.problems[0].tolerance),
            "measurement": str(study.measurement),
            "source": design.source,
            "truths": truths,
            "settings": [str(design.settings), str(design.search)],
            "failed_fraction": design.failed_fraction,
            "seed": study.seed,
            "inputs": dict(study.inputs),
            "versions": versions(),
        }
    )
