"""From finished draws to what is stored: each mechanism's figures and the comparison of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from assemblysim.files.writing.manifest import remove_results
from assemblysim.inference.evidence.faults import fault_factors
from assemblysim.inference.evidence.nested import nested_check
from assemblysim.inference.fitting import Conclusions, conclude
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.progress import Listener
from assemblysim.result.conditions import SamplingEffort
from assemblysim.result.courses import RATIO, AssemblyCourses, Courses
from assemblysim.result.evidence import DecidingReading, LogEvidence
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.on_disk import store_assembly, store_courses, store_result
from assemblysim.result.summary import SUMMARY_VERSION, StudyResult
from assemblysim.study.definition.study import Study
from assemblysim.study.doubts.lack_of_fit import looked_at, with_lack_of_fit
from assemblysim.study.doubts.prior_edges import with_prior_edges
from assemblysim.study.doubts.wild_spectra import with_left_out, with_wild_spectra
from assemblysim.study.draws.inference_data import PosteriorDraws, posterior_draws
from assemblysim.study.draws.netcdf import write_draws
from assemblysim.study.execution.events import event_of
from assemblysim.study.execution.running import fit_all, made_from
from assemblysim.study.execution.stored_stages import each_stored
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.chemistry import study_chemistry
from assemblysim.study.results.differences import with_differences
from assemblysim.study.results.experiments import (
    experiment_conditions,
    measurement_model,
    temperature_model,
)
from assemblysim.study.results.forecast import some_draws, study_forecast
from assemblysim.study.results.mechanism_result import mechanism_result
from assemblysim.study.results.predictions import Predictions, averaged, predict_study
from assemblysim.study.results.storage import Mark, Progress, digest
from assemblysim.study.results.stored_posterior import in_play
from assemblysim.study.results.verdict import candidates, comparison_result, discriminating
from assemblysim.study.results.versions import versions
from assemblysim.study.workers import Workers

CONCLUDING = "concluding"  # folder of what is only needed until all mechanisms are concluded

# Optima from which a problem with a fault is maximised.
FAULT_STARTS = 2


@dataclass(frozen=True, eq=False)
class Record:
    """All that one mechanism's fit leads to.

    Attributes:
        result: its part of what is stored.
        predictions: per draw, for averages over mechanisms.
        values: shape (D, P), the draws that the predictions are made from.
        courses: one for each experiment.
        assembly: likewise, routes and mean compositions over time.
        draws: what is stored for other programs.
    """

    result: MechanismResult
    predictions: Predictions
    values: np.ndarray
    courses: tuple[Courses, ...]
    assembly: tuple[AssemblyCourses, ...]
    draws: PosteriorDraws


def run_all(
    study: Study, results: Path, workers: Workers, tell: Listener, *, nested_checks: bool = False
) -> StudyResult:
    """Fit every mechanism of a study, conclude, and store everything but the report.

    Args:
        study: as read.
        results: the folder to store in.
        workers: where the work is done.
        tell: called whenever there is something to show.
        nested_checks: whether each log evidence is checked by nested sampling too.

    Returns:
        The result, as it is on disk.
    """
    settings = study.sampling
    problems = tuple(build_problem(study, name) for name in study.mechanisms)
    inputs = dict(study.inputs)
    fits = fit_all(problems, settings, study.seed, inputs, results, workers, tell)
    finished = [fits[p.mechanism] for p in problems]
    records = _all_concluded(study, problems, finished, results, workers, tell)

    def begin(stage: str) -> None:
        for problem, fit in zip(problems, finished, strict=True):
            tell(event_of(problem.mechanism, stage, fit, settings, ""))

    if nested_checks:
        begin("nested check")
        for i, evidence in run_nested_checks(study, problems, results, workers):
            tell(event_of(problems[i].mechanism, "nested check done", finished[i], settings, ""))
            name = problems[i].mechanism
            one = records[name].result
            one = replace(one, log_evidence=(*one.log_evidence, evidence))
            records[name] = replace(records[name], result=one)
    begin("faults")
    records = with_fault_factors(problems, fits, records, workers)
    # Stored before the forecast too: nothing that follows may lose what was fitted.
    result = study_result(study, problems, records)
    store_result(results, result)
    begin("forecast")
    result = with_forecast(result, study, problems, records, workers)
    store_result(results, result)
    remove_results(results, [f"{problem.mechanism}/{CONCLUDING}" for problem in problems])
    return result


def _all_concluded(  # what a run hands from stage to stage
    study: Study,
    problems: tuple[Problem, ...],
    finished: Sequence[Progress],
    results: Path,
    workers: Workers,
    tell: Listener,
) -> dict[str, Record]:
    """Draw the conclusions of every mechanism, storing each as it ends."""
    settings, count = study.sampling, len(problems)
    marks = [_concluded_from(study, *pair) for pair in zip(problems, finished, strict=True)]
    made = each_stored(
        Record,
        [results / m["mechanism"] / CONCLUDING / f"{m['draws']}.npz" for m in marks],
        marks,
        workers,
        conclude_mechanism,
        [study] * count,
        problems,
        finished,
        [settings] * count,
    )
    found: dict[int, Record] = {}
    for i, record in made:
        found[i] = record
        _store_mechanism(study, results, problems[i], record)
        tell(event_of(problems[i].mechanism, "conclusions", finished[i], settings, ""))
    return {problem.mechanism: found[i] for i, problem in enumerate(problems)}


def _concluded_from(study: Study, problem: Problem, fit: Progress) -> Mark:
    """Return all that the conclusions of a mechanism depend on."""
    draws = hashlib.sha256()
    for state in fit.states:
        draws.update(np.ascontiguousarray(state.chain).tobytes())
    return {
        **made_from(problem, study.sampling, study.seed, dict(study.inputs)),
        "convergence": digest(study.sampling.convergence),
        "draws": draws.hexdigest()[:16],
    }


def with_fault_factors(
    problems: tuple[Problem, ...],
    fits: Mapping[str, Progress],
    records: Mapping[str, Record],
    workers: Workers,
) -> dict[str, Record]:
    """Fit smooth faults of the data to the mechanisms that are not far behind."""
    found = dict(records)
    values = {name: one.result.log_evidence[0].value for name, one in records.items()}
    names = looked_at(values)
    chosen = [
        problem
        for problem in problems
        if problem.mechanism in names and any(e.intensities for e in problem.experiments)
    ]
    starts = [
        np.array([one.position for one in fits[p.mechanism].start.optima[:FAULT_STARTS]])
        for p in chosen
    ]
    factors = workers.map(fault_factors, chosen, starts)
    for problem, each in zip(chosen, factors, strict=True):
        one = found[problem.mechanism]
        result = replace(one.result, fault_factors=each)
        found[problem.mechanism] = replace(one, result=result)
    return found


def with_forecast(
    result: StudyResult,
    study: Study,
    problems: tuple[Problem, ...],
    records: Mapping[str, Record],
    workers: Workers,
) -> StudyResult:
    """Return a result with what to do with the mechanisms that the comparison left in play."""
    draws = {name: record.values for name, record in records.items()}
    found = study_forecast(study, problems, draws, result.comparison.probabilities, workers)
    return replace(
        result,
        forecast=found.conditions,
        averaged=replace(result.averaged, windows=found.windows),
        mechanisms={
            name: replace(one, forecast=found.mechanisms.get(name))
            for name, one in result.mechanisms.items()
        },
    )


def run_nested_checks(
    study: Study, problems: tuple[Problem, ...], results: Path, workers: Workers
) -> Iterator[tuple[int, LogEvidence]]:
    """Check every log evidence by nested sampling; each is stored as it ends, and not repeated.

    Yields:
        The place of a problem, and its estimate, in the order in which they end.
    """
    inputs = dict(study.inputs)
    marks = {p.mechanism: made_from(p, study.sampling, study.seed, inputs) for p in problems}
    paths = {name: results / name / "nested_check.npz" for name in marks}
    return each_stored(
        LogEvidence,
        list(paths.values()),
        list(marks.values()),
        workers,
        nested_check,
        problems,
        [study.seed] * len(problems),
    )


def conclude_mechanism(
    study: Study, problem: Problem, fit: Progress, settings: FitSettings
) -> Record:
    """Draw all conclusions of one mechanism."""
    failed_fraction = fit.failed / max(1, fit.calls)
    found: Conclusions = conclude(
        problem, fit.start, fit.states, failed_fraction, settings, study.seed
    )
    rng = stream(study.seed, problem.mechanism, "predictions")
    predictions, courses, assembly = predict_study(problem, found.values, study, rng)
    draws = kept_draws(fit.states)
    checks_rng = stream(study.seed, problem.mechanism, "fitness")
    result = mechanism_result(study, problem, found, draws, fit, predictions, checks_rng)
    result = with_wild_spectra(result, problem, found.values)
    values = some_draws(problem, found.values, stream(study.seed, problem.mechanism, "forecast"))
    stored = posterior_draws(problem, fit.states, stream(study.seed, problem.mechanism, "stored"))
    return Record(result, predictions, values, courses, assembly, stored)


def _store_mechanism(study: Study, results: Path, problem: Problem, record: Record) -> None:
    """Store one mechanism's draws and courses."""
    attributes = {"seed": str(study.seed), "mechanism": problem.mechanism, **versions()}
    write_draws(results / problem.mechanism / "draws.nc", record.draws, attributes)
    for i, courses in enumerate(record.courses):
        store_courses(results, problem.mechanism, i, courses)
    for i, assembly in enumerate(record.assembly):
        store_assembly(results, problem.mechanism, i, assembly)


def study_result(
    study: Study, problems: tuple[Problem, ...], records: Mapping[str, Record]
) -> StudyResult:
    """Put together what is stored, without forecasts."""
    mechanisms = {name: record.result for name, record in records.items()}
    titles = {one.name: one.title for one in study.interpretations}
    rng = stream(study.seed, "", "comparison")
    comparison = comparison_result(mechanisms, rng, titles)
    comparison = with_differences(comparison, study, mechanisms, candidates(mechanisms), rng)
    comparison = with_left_out(comparison, study.seed, problems, mechanisms)
    factors = {name: one.fault_factors for name, one in mechanisms.items() if one.fault_factors}
    comparison = with_lack_of_fit(comparison, mechanisms, factors)
    comparison = with_prior_edges(comparison, mechanisms)
    predictions = {name: record.predictions for name, record in records.items()}
    weights, unit = comparison.probabilities, study.concentration_unit
    return StudyResult(
        version=SUMMARY_VERSION,
        study=study.folder.name,
        title=study.title,
        question=study.question,
        source=study.system.source,
        synthetic=study.synthetic,
        seed=study.seed,
        versions=versions(),
        inputs=dict(study.inputs),
        notes=tuple(study.notes),
        converged=all(c.passed for one in mechanisms.values() for c in one.checks),
        temperature=temperature_model(study),
        conditions=tuple(
            experiment_conditions(
                one, unit, window_h=part.window, sampled_h=tuple(part.times.tolist())
            )
            for one, part in zip(study.experiments, problems[0].experiments, strict=True)
        ),
        measurement=measurement_model(study, problems[0]),
        sampling=SamplingEffort(
            study.sampling.ensembles,
            study.sampling.walkers,
            study.sampling.max_steps,
            study.sampling.starts,
        ),
        mechanisms=mechanisms,
        averaged=averaged(predictions, weights, unit, [one.name for one in study.experiments]),
        comparison=comparison,
        discriminating=deciding_in_each(study.seed, problems[0], records, weights),
        forecast=None,
        chemistry=study_chemistry(study),
    )


def deciding_in_each(
    seed: int, problem: Problem, records: Mapping[str, Record], weights: Mapping[str, float]
) -> tuple[DecidingReading, ...]:
    """Return the measurements that would tell most between the leading mechanisms.

    Args:
        seed: of the study.
        problem: of any of its mechanisms, for the experiments.
        records: by mechanism.
        weights: probabilities of the mechanisms, the most probable first.

    Returns:
        Of each pair of mechanisms one in each experiment, the most telling first.
    """
    ranking, rng = list(weights), stream(seed, "", "discriminating")
    pairs = _compared(list(in_play(weights)), ranking)
    found: list[DecidingReading] = []
    for i, experiment in enumerate(problem.experiments):
        measurement = experiment.measurement
        courses = {name: record.courses[i] for name, record in records.items()}
        largest = max(float(np.nanmax(one.expected[2], initial=0.0)) for one in courses.values())
        relative = 100 * (measurement.detection_limit or 0.005)
        found += discriminating(
            {name: record.predictions.signals[i] for name, record in records.items()},
            pairs,
            0.005 * largest if measurement.scale.known else relative,
            courses[ranking[0]].display_unit.removeprefix(RATIO),
            experiment.times.tolist(),
            rng,
            experiment.name if len(problem.experiments) > 1 else "",
        )
    return tuple(sorted(found, key=lambda one: -one.probability))


def _compared(in_play: list[str], ranking: list[str]) -> list[tuple[str, str]]:
    """Return the pairs worth telling apart: of those in play, else the best and each other."""
    if len(in_play) > 1:
        return list(combinations(in_play, 2))
    return [(ranking[0], other) for other in ranking[1:]]
