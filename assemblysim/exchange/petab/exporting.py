"""One mechanism of a study as a PEtab problem, with a note wherever the two differ."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.exchange.petab.model import PetabModel
from assemblysim.exchange.petab.notes import notes_on
from assemblysim.exchange.petab.observed import Observed
from assemblysim.exchange.petab.priors import petab_parameter
from assemblysim.exchange.petab.problem import PetabProblem
from assemblysim.files.places import at
from assemblysim.inference.model.problem import Problem
from assemblysim.language import listed
from assemblysim.result.on_disk import SUMMARY
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.stored_posterior import every_stored_value


def exported_problem(
    study: Study, mechanism: str, results: Path | None = None, *, version: int = 2
) -> PetabProblem:
    """Return one mechanism of a study as a PEtab problem.

    Args:
        study: its files.
        mechanism: one of those compared.
        results: folder of its results, whose posterior medians become nominal values; medians of
            the priors where there are none.
        version: of PEtab, 1 or 2: they differ in the priors that they have.

    Raises:
        InputError: there is no such mechanism, or nothing that PEtab could say of the data.
    """
    refuse_unknown("mechanism", mechanism, dict.fromkeys(study.mechanisms))
    with at(str(study.folder)):
        return _exported(study, build_problem(study, mechanism), results, version)


def _exported(study: Study, problem: Problem, results: Path | None, version: int) -> PetabProblem:
    _refuse_unsaid(problem)
    model = PetabModel(problem)
    values = np.array([[float(p.prior.quantile(0.5)) for p in problem.parameters]])
    if results is not None and (results / SUMMARY).is_file():
        values = np.median(every_stored_value(problem, results), axis=0)[None]
    named = problem.named(values)
    text = model.text(
        model.formulas.fresh(problem.mechanism),
        f"{study.title}: {problem.mechanism}",
        dict(study.system.titles),
        named,
    )
    observed = Observed(model, named)
    experiments = {}
    for i, experiment in enumerate(problem.experiments):
        if experiment.intensities is None:
            continue
        identifier = model.formulas.fresh(f"experiment_{experiment.name}")
        experiments[identifier] = model.periods(i)
        observed.add(experiment, identifier)
    parameters, other = [], []
    for one, value in zip(problem.parameters, values[0], strict=True):
        row, exact = petab_parameter(
            model.formulas.identifier(one.name), one.prior, float(value), version
        )
        parameters.append(row)
        if not exact:
            other.append(one.name)
    found = PetabProblem(
        problem.mechanism,
        text,
        tuple(observed.observables.values()),
        tuple(observed.readings),
        experiments,
        (*parameters, *observed.factors),
    )
    said = _without_unused(found)
    notes = (*notes_on(study, problem, observed, other), *_unused(found, said))
    return replace(said, notes=notes)


def _without_unused(found: PetabProblem) -> PetabProblem:
    """Leave out unknowns of what PEtab cannot say, such as those of words."""
    texts = [found.model]
    texts += [text for one in found.observables for text in (one.formula, one.noise)]
    texts += [str(one) for reading in found.readings for one in reading.parameters]
    texts += [
        str(value)
        for periods in found.experiments.values()
        for period in periods
        for value in period.changes.values()
    ]
    words = set(re.findall(r"\w+", "\n".join(texts)))
    kept = tuple(one for one in found.parameters if one.name in words)
    return replace(found, parameters=kept)


def _unused(before: PetabProblem, after: PetabProblem) -> list[str]:
    kept = {one.name for one in after.parameters}
    gone = [one.name for one in before.parameters if one.name not in kept]
    return [f"{listed(gone)}: no part of what is exported, left out"] if gone else []


def _refuse_unsaid(problem: Problem) -> None:
    if all(one.intensities is None for one in problem.experiments):
        raise InputError(
            "no experiment has intensities, and PEtab cannot say words; export a study with data"
        )
    for one in problem.experiments:
        if one.intensities is not None and not one.measurement.tails.normal:
            raise InputError(
                f"experiment '{one.name}': errors with heavy tails, which PEtab cannot say beside "
                'its normal ones; write tails = "normal"'
            )
        if one.intensities is not None and one.intensities.measured.covariances is not None:
            raise InputError(
                f"experiment '{one.name}': covariances of intensities, which PEtab cannot say; "
                'write covariance = "none", or export a copy of the study that does'
            )
        if one.intensities is not None and not one.clock.exact:
            raise InputError(
                f"experiment '{one.name}': times of sampling are unknown, which PEtab cannot say; "
                "state dead_time and time_error as numbers"
            )
        if one.vessels:
            raise InputError(
                f"experiment '{one.name}': samples are vessels of their own, which PEtab cannot "
                "say; export a copy of the study without 'vessels'"
            )
