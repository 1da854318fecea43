"""From finished draws to what is stored: each mechanism's figures, the comparison, summary.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.inference.evidence.nested import METHOD as AUDIT
from assemblysim.inference.evidence.nested import nested_check
from assemblysim.inference.fitting import (
    Conclusions,
    conclude,
    stream,
)
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.progress import Listener
from assemblysim.result.courses import Courses
from assemblysim.result.evidence import LogEvidence
from assemblysim.result.on_disk import store_courses
from assemblysim.study.definition.conditions import conditions_words
from assemblysim.study.definition.study import Study
from assemblysim.study.execution.running import event_of, fit_all, made_from
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.forecast import some_draws, study_forecast
from assemblysim.study.results.mechanism_summary import mechanism_summary
from assemblysim.study.results.posterior_checks import posterior_check_summary, posterior_checks
from assemblysim.study.results.predictions import Predictions, averaged, in_unit, predict_study
from assemblysim.study.results.storage import (
    Progress,
    read_arrays,
    write_arrays,
    write_draws,
    write_json,
)
from assemblysim.study.results.stored_posterior import in_play
from assemblysim.study.results.verdict import comparison_summary, discriminating, stated_cautions
from assemblysim.study.results.versions import versions
from assemblysim.study.workers import Workers


@dataclass(frozen=True, eq=False)
class Record:
    """All that one mechanism's fit leads to.

    Attributes:
        summary: its part of summary.json.
        predictions: per draw, for averages over mechanisms.
        values: shape (D, P), the draws that the predictions are made from.
        courses: one for each experiment.
    """

    summary: dict[str, Any]
    predictions: Predictions
    values: np.ndarray
    courses: tuple[Courses, ...]


def run_all(
    study: Study, results: Path, workers: Workers, tell: Listener, *, nested_checks: bool = False
) -> dict[str, Any]:
    """Fit every mechanism of a study, conclude, and store everything but the report.

    Args:
        study: as read.
        results: the folder to store in.
        workers: where the work is done.
        tell: called whenever there is something to show.
        nested_checks: whether each log evidence is checked by nested sampling too.

    Returns:
        The content of summary.json, as it is on disk.
    """
    settings = study.sampling
    problems = tuple(build_problem(study, name) for name in study.mechanisms)
    inputs = dict(study.inputs)
    fits = fit_all(problems, settings, study.seed, inputs, results, workers, tell)
    count = len(problems)
    finished = [fits[p.mechanism] for p in problems]
    made = workers.map(conclude_mechanism, [study] * count, problems, finished, [settings] * count)
    records: dict[str, Record] = {}
    for problem, fit, record in zip(problems, finished, made, strict=True):
        records[problem.mechanism] = record
        _store_mechanism(study, results, problem, fit, record)
        tell(event_of(problem.mechanism, "conclusions", fit, settings, ""))
    if nested_checks:
        for name, evidence in run_nested_checks(study, problems, results, workers).items():
            records[name].summary["log_evidence"].append(asdict(evidence))
    # Stored before the outlook too: nothing that follows may lose what was fitted.
    summary = write_json(results / "summary.json", study_summary(study, problems, records))
    add_forecast(summary, study, problems, records, workers)
    return write_json(results / "summary.json", summary)


def add_forecast(
    summary: dict[str, Any],
    study: Study,
    problems: tuple[Problem, ...],
    records: Mapping[str, Record],
    workers: Workers,
) -> None:
    """Add to a summary what to do with the mechanisms that the comparison left in play."""
    draws = {name: record.values for name, record in records.items()}
    weights = summary["comparison"]["probabilities"]
    found = study_forecast(study, problems, draws, weights, workers)
    summary["outlook"] = found["conditions"]
    summary["averaged"]["windows"] = found["windows"]
    for name, one in found["mechanisms"].items():
        summary["mechanisms"][name] |= one


def run_nested_checks(
    study: Study, problems: tuple[Problem, ...], results: Path, workers: Workers
) -> dict[str, LogEvidence]:
    """Check every log evidence by nested sampling; each is stored as it ends, and not repeated."""
    inputs = dict(study.inputs)
    marks = {p.mechanism: made_from(p, study.sampling, study.seed, inputs) for p in problems}
    paths = {name: results / name / "nested_check.npz" for name in marks}
    stored = {name: read_arrays(paths[name], marks[name]) for name in marks}
    found = {
        name: LogEvidence(AUDIT, *arrays["log_evidence"].tolist())
        for name, arrays in stored.items()
        if arrays is not None
    }
    waiting = [problem for problem in problems if problem.mechanism not in found]
    answers = workers.map(nested_check, waiting, [study.seed] * len(waiting))
    for problem, evidence in zip(waiting, answers, strict=True):
        name = problem.mechanism
        pair = np.array([evidence.value, evidence.error])
        write_arrays(paths[name], marks[name], {"log_evidence": pair})
        found[name] = evidence
    return {problem.mechanism: found[problem.mechanism] for problem in problems}


def conclude_mechanism(
    study: Study, problem: Problem, fit: Progress, settings: FitSettings
) -> Record:
    """Draw all conclusions of one mechanism."""
    failed_fraction = fit.failed / max(1, fit.calls)
    found: Conclusions = conclude(
        problem, fit.start, fit.states, failed_fraction, settings, study.seed
    )
    rng = stream(study.seed, problem.mechanism, "predictions")
    predictions, courses = predict_study(problem, found.values, study, rng)
    draws = kept_draws(fit.states)
    summary = mechanism_summary(study, problem, found, draws, fit)
    checked = posterior_checks(
        problem, found.values, stream(study.seed, problem.mechanism, "fitness")
    )
    summary["predictive_checks"] = posterior_check_summary(checked, problem.mechanism)
    unit = study.concentration_unit
    summary["lifetimes"] = in_unit(predictions.lifetime_summary(0), unit)
    if len(problem.experiments) > 1:
        summary["lifetimes_by_experiment"] = {
            e.name: in_unit(predictions.lifetime_summary(i), unit)
            for i, e in enumerate(problem.experiments)
        }
    summary["pathways"] = predictions.pathway_summary(0)
    values = some_draws(problem, found.values, stream(study.seed, problem.mechanism, "forecast"))
    return Record(summary, predictions, values, courses)


def _store_mechanism(
    study: Study, results: Path, problem: Problem, fit: Progress, record: Record
) -> None:
    """Store one mechanism's draws and courses."""
    values = values_from_normal(problem.parameters, kept_draws(fit.states))
    attributes = {"seed": str(study.seed), "mechanism": problem.mechanism, **versions()}
    folder = results / problem.mechanism
    write_draws(folder / "draws.nc", problem.parameters, values, attributes)
    for i, courses in enumerate(record.courses):
        store_courses(results, problem.mechanism, i, courses)


def study_summary(
    study: Study, problems: tuple[Problem, ...], records: Mapping[str, Record]
) -> dict[str, Any]:
    """Put together the content of summary.json."""
    mechanisms = {name: record.summary for name, record in records.items()}
    comparison = comparison_summary(mechanisms, stream(study.seed, "", "comparison"))
    readings = any(one["readings"] for one in mechanisms.values())
    comparison["cautions"] += stated_cautions(dict(problems[0].fixed), readings)
    weights = comparison["probabilities"]
    ranking = list(weights)
    first = {name: record.courses[0] for name, record in records.items()}
    unit = first[ranking[0]].display_unit
    relative = not study.measurement.scale.known
    largest = max(float(np.max(c.expected[2])) for c in first.values())
    floor = 100 * (study.measurement.detection_limit or 0.005) if relative else 0.005 * largest
    return {
        "study": study.folder.name,
        "title": study.title,
        "question": study.question,
        "source": study.system.source,
        "synthetic": study.synthetic,
        "seed": study.seed,
        "versions": versions(),
        "inputs": dict(study.inputs),
        "notes": list(study.notes),
        "converged": all(c["passed"] for one in mechanisms.values() for c in one["checks"]),
        "temperature": None
        if study.heating is None
        else {
            "reference_K": study.heating.reference,
            "law": study.heating.law.name,
            "form": study.heating.form,
            "varies": study.heating.varies,
        },
        "conditions": [_conditions(study, i, problems[0]) for i in range(len(study.experiments))],
        "measurement": _measurement(study, problems[0]),
        "sampling": {
            "ensembles": study.sampling.ensembles,
            "walkers": study.sampling.walkers,
            "max_steps": study.sampling.max_steps,
            "starts": study.sampling.starts,
        },
        "mechanisms": mechanisms,
        "averaged": in_unit(
            averaged({n: r.predictions for n, r in records.items()}, weights),
            study.concentration_unit,
        ),
        "comparison": comparison,
        "discriminating": discriminating(
            {name: record.predictions.signals for name, record in records.items()},
            _compared(list(in_play(weights)), ranking),
            floor,
            unit,
            problems[0].experiments[0].times.tolist(),
            stream(study.seed, "", "discriminating"),
            f" in {study.experiments[0].name}" if len(study.experiments) > 1 else "",
        ),
    }


def _measurement(study: Study, problem: Problem) -> dict[str, Any]:
    return {
        "scale": study.measurement.scale.name,
        "noise": study.measurement.noise.name,
        "detection_limit": study.measurement.detection_limit,
        "signals": [signal.name for signal in study.measurement.signals],
        "stated": dict(problem.fixed),
        "error_rate": study.statement_settings.error_rate,
    }


def _compared(in_play: list[str], ranking: list[str]) -> list[tuple[str, str]]:
    """Return the pairs worth telling apart: of those in play, else the best and each other."""
    if len(in_play) > 1:
        return list(combinations(in_play, 2))
    return [(ranking[0], other) for other in ranking[1:]]


def _conditions(study: Study, index: int, problem: Problem) -> dict[str, Any]:
    """Describe one experiment."""
    experiment = study.experiments[index]
    part = problem.experiments[index]
    unit = study.concentration_unit
    table = experiment.table
    return {
        "experiment": experiment.name,
        "initial": {
            name: start.describe(unit) if not isinstance(start, float) else f"{start:g} {unit}"
            for name, start in experiment.initial
        },
        "conduct": list(conditions_words(experiment.conditions, unit)),
        "window_h": part.window,
        "readings": 0 if table is None else int(np.isfinite(table.values).sum()),
        "statements": len(experiment.statements),
        "sampled_h": part.times.tolist(),
    }
