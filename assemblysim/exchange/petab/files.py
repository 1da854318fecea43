"""A PEtab problem as its files, of version 2 or 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from assemblysim.errors import InputError
from assemblysim.exchange.petab.problem import PetabParameter, PetabProblem, Value

MARK: Final = "# made by assemblysim"
PROBLEM_FILE: Final = "problem.yaml"
_FIRST_PRIORS: Final = {
    "uniform": "uniform",
    "normal": "normal",
    "laplace": "laplace",
    "log-normal": "logNormal",
    "log-uniform": "parameterScaleUniform",
}
# Version 1 has no infinite bounds.
_FAR: Final = 1e6


def problem_files(problem: PetabProblem, version: int) -> dict[str, str]:
    """Return the texts of a problem's files by name.

    Args:
        problem: all tables and the model.
        version: of PEtab, 1 or 2.

    Raises:
        InputError: version 1 cannot say it.
    """
    if version not in (1, 2):
        raise InputError(f"PEtab version {version}; 1 and 2 are written")
    tables = _second(problem) if version == 2 else _first(problem)
    texts = {f"{name}.tsv": _table(rows) for name, rows in tables.items()}
    return {PROBLEM_FILE: _yaml(problem, version), "model.xml": problem.model, **texts}


_Rows = list[Sequence[Value]]


def _second(problem: PetabProblem) -> dict[str, _Rows]:
    conditions: _Rows = [("conditionId", "targetId", "targetValue")]
    experiments: _Rows = [("experimentId", "time", "conditionId")]
    for name, periods in problem.experiments.items():
        for number, period in enumerate(periods):
            condition = f"{name}_{number}" if number else f"{name}_start"
            experiments.append((name, period.start, condition))
            conditions += [(condition, target, v) for target, v in period.changes.items()]
    observables: _Rows = [
        (
            "observableId",
            "observableName",
            "observableFormula",
            "observablePlaceholders",
            "noiseFormula",
            "noisePlaceholders",
            "noiseDistribution",
        )
    ]
    for one in problem.observables:
        places = (";".join(one.placeholders), one.noise, ";".join(one.noise_placeholders))
        observables.append((one.name, one.title, one.formula, *places, one.distribution))
    parameters: _Rows = [
        (
            "parameterId",
            "lowerBound",
            "upperBound",
            "nominalValue",
            "estimate",
            "priorDistribution",
            "priorParameters",
        )
    ]
    for row in problem.parameters:
        prior = ("", "") if row.prior is None else (row.prior.distribution, _all(row.prior.numbers))
        estimated = "true" if row.estimate else "false"
        parameters.append((row.name, row.lower, row.upper, row.nominal, estimated, *prior))
    return {
        "conditions": conditions,
        "experiments": experiments,
        "measurements": _readings(problem, "experimentId"),
        "observables": observables,
        "parameters": parameters,
    }


def _first(problem: PetabProblem) -> dict[str, _Rows]:
    targets = list(dict.fromkeys(t for p in problem.experiments.values() for t in p[0].changes))
    conditions: _Rows = [("conditionId", *targets)]
    for name, periods in problem.experiments.items():
        changes = periods[0].changes
        for target, value in changes.items():
            if isinstance(value, str) and not value.isidentifier() and not _plain(value):
                raise InputError(
                    f"{target} follows from other numbers, which PEtab 1 cannot say; export "
                    "version 2"
                )
        if len(periods) > 1:
            raise InputError(
                "something is added or heated during an experiment, which PEtab 1 cannot say; "
                "export version 2"
            )
        conditions.append((name, *(changes.get(target, "") for target in targets)))
    observables: _Rows = [
        (
            "observableId",
            "observableName",
            "observableFormula",
            "observableTransformation",
            "noiseFormula",
            "noiseDistribution",
        )
    ]
    for one in problem.observables:
        axis = "log" if one.distribution == "log-normal" else "lin"
        observables.append((one.name, one.title, one.formula, axis, one.noise, "normal"))
    parameters: _Rows = [
        (
            "parameterId",
            "parameterScale",
            "lowerBound",
            "upperBound",
            "nominalValue",
            "estimate",
            "objectivePriorType",
            "objectivePriorParameters",
        )
    ]
    parameters += [_first_parameter(one) for one in problem.parameters]
    return {
        "conditions": conditions,
        "measurements": _readings(problem, "simulationConditionId"),
        "observables": observables,
        "parameters": parameters,
    }


def _first_parameter(one: PetabParameter) -> Sequence[Value]:
    lower, upper, prior = one.lower, one.upper, ("", "")
    if one.prior is not None:
        numbers = one.prior.numbers
        if one.prior.distribution == "log-uniform":
            numbers = tuple(math.log(number) for number in numbers)
        prior = (_FIRST_PRIORS[one.prior.distribution], _all(numbers))
    size = max(abs(one.nominal), 1e-12)
    lower = lower if math.isfinite(lower) else -_FAR * size
    upper = upper if math.isfinite(upper) else _FAR * size
    if one.scale != "lin" and lower <= 0:
        lower = size / _FAR
    estimated = "1" if one.estimate else "0"
    return (one.name, one.scale, lower, upper, one.nominal, estimated, *prior)


def _readings(problem: PetabProblem, experiment: str) -> _Rows:
    rows: _Rows = [
        (
            "observableId",
            experiment,
            "time",
            "measurement",
            "observableParameters",
            "noiseParameters",
        )
    ]
    for one in problem.readings:
        numbers = (_all(one.parameters), _all(one.noise_parameters))
        rows.append((one.observable, one.experiment, one.time, one.value, *numbers))
    return rows


def _yaml(problem: PetabProblem, version: int) -> str:
    head = [f"{MARK}; what PEtab says otherwise than the study:"]
    head += [f"# - {' '.join(note.split())}" for note in problem.notes or ("nothing",)]
    if version == 1:
        body = [
            "format_version: 1",
            "parameter_file: parameters.tsv",
            "problems:",
            "  - sbml_files: [model.xml]",
            "    condition_files: [conditions.tsv]",
            "    measurement_files: [measurements.tsv]",
            "    observable_files: [observables.tsv]",
        ]
    else:
        body = [
            "format_version: 2.0.0",
            "parameter_files: [parameters.tsv]",
            "model_files:",
            "  model:",
            "    location: model.xml",
            "    language: sbml",
            "condition_files: [conditions.tsv]",
            "experiment_files: [experiments.tsv]",
            "measurement_files: [measurements.tsv]",
            "observable_files: [observables.tsv]",
        ]
    return "\n".join([*head, *body]) + "\n"


def _all(values: Sequence[Value]) -> str:
    return ";".join(map(_cell, values))


def _cell(value: Value) -> str:
    return " ".join(value.split()) if isinstance(value, str) else repr(float(value))


def _table(rows: _Rows) -> str:
    return "\n".join("\t".join(map(_cell, row)) for row in rows) + "\n"


def _plain(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
