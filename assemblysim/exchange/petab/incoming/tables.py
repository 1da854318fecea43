"""The tables of a PEtab problem of version 1 or 2 as one and the same values."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.exchange.petab.incoming.yaml_subset import Yaml, parse_yaml
from assemblysim.exchange.petab.problem import (
    Observable,
    Period,
    PetabParameter,
    PetabPrior,
    PetabProblem,
    PetabReading,
    Value,
)
from assemblysim.files.places import at

_Row = dict[str, str]
# What version 1 calls a prior, and whether its numbers are on the parameter's own scale.
_FIRST_PRIORS: Final = {
    "uniform": ("uniform", False),
    "normal": ("normal", False),
    "laplace": ("laplace", False),
    "logNormal": ("log-normal", False),
    "logLaplace": ("log-laplace", False),
    "parameterScaleUniform": ("uniform", True),
    "parameterScaleNormal": ("normal", True),
    "parameterScaleLaplace": ("laplace", True),
}
_AXES: Final = {"": "", "lin": "", "log": "log-", "log10": "log10-"}


def read_tables(path: Path) -> tuple[PetabProblem, Path]:
    """Read all tables of a problem.

    Args:
        path: its YAML file.

    Returns:
        The tables, and the path of its model.

    Raises:
        InputError: a file cannot be read, or holds what is not read here: one line by name.
    """
    content = parse_yaml(_text(path))
    with at(str(path)):
        if not isinstance(content, dict):
            raise InputError("no PEtab problem; name its YAML file")
        version = str(content.get("format_version", "")).split(".")[0]
        if version not in ("1", "2"):
            raise InputError(f"format_version '{content.get('format_version')}'; 1 and 2 are read")
        read = _first if version == "1" else _second
        tables, model = read(path.parent, content)
        _refuse_no_numbers(tables)
        return tables, model


def _refuse_no_numbers(tables: PetabProblem) -> None:
    """Refuse measurements that have no density, which PEtab does not have either."""
    logs = {one.name for one in tables.observables if one.distribution.startswith("log")}
    for number, one in enumerate(tables.readings, 1):
        with at(f"measurement {number} ('{one.observable}' at {one.time:g})"):
            if math.isnan(one.time) or not math.isfinite(one.value):
                raise InputError(
                    f"a time {one.time:g} and a value {one.value:g}, where numbers are needed; "
                    "leave out the row of what was not measured"
                )
            if one.observable in logs and one.value <= 0:
                raise InputError(
                    f"{one.value:g} has no logarithm, on whose axis its noise is normal; give a "
                    "value above 0, or another noise"
                )


def _first(folder: Path, content: dict[str, Yaml]) -> tuple[PetabProblem, Path]:
    problems = content.get("problems")
    if not isinstance(problems, list) or len(problems) != 1 or not isinstance(problems[0], dict):
        raise InputError("several problems in one file, which is not read; give each its own file")
    one = problems[0]
    model = _only(folder, one.get("sbml_files") or _located(one), "sbml_files")
    experiments: dict[str, tuple[Period, ...]] = {}
    for row in _rows(folder, one.get("condition_files")):
        said = {k: v for k, v in row.items() if v and v.lower() != "nan"}  # as the model has it
        changes = {k: _value(v) for k, v in said.items() if not k.startswith("condition")}
        experiments[row["conditionId"]] = (Period(0.0, changes),)
    readings = _rows(folder, one.get("measurement_files"))
    for row in readings:
        if row.get("preequilibrationConditionId"):
            raise InputError("preequilibration, which is not read; state the start in conditions")
    observables = tuple(map(_first_observable, _rows(folder, one.get("observable_files"))))
    parameters = tuple(map(_first_parameter, _rows(folder, content.get("parameter_file"))))
    return (
        PetabProblem(
            folder.name,
            "",
            observables,
            tuple(_reading(row, "simulationConditionId") for row in readings),
            experiments,
            parameters,
        ),
        model,
    )


def _located(problem: dict[str, Yaml]) -> list[Yaml]:
    models = problem.get("model_files")
    found = [*models.values()] if isinstance(models, dict) else []
    return [one["location"] for one in found if isinstance(one, dict)]


def _second(folder: Path, content: dict[str, Yaml]) -> tuple[PetabProblem, Path]:
    if content.get("extensions"):
        raise InputError("extensions of PEtab, which are not read; leave them out")
    model = _only(folder, _located(content), "model_files")
    changes: dict[str, dict[str, Value]] = {}
    for row in _rows(folder, content.get("condition_files")):
        own = changes.setdefault(row["conditionId"], {})
        own[row["targetId"]] = _value(row["targetValue"])
    periods: dict[str, list[Period]] = {}
    for row in _rows(folder, content.get("experiment_files")):
        time = float(row["time"])
        if math.isinf(time):
            raise InputError(
                f"experiment '{row['experimentId']}': preequilibration, which is not read; state "
                "the start in its condition"
            )
        periods.setdefault(row["experimentId"], []).append(
            Period(time, changes.get(row["conditionId"], {}))
        )
    experiments = {name: _in_order(name, found) for name, found in periods.items()}
    observables = tuple(map(_second_observable, _rows(folder, content.get("observable_files"))))
    readings = _rows(folder, content.get("measurement_files"))
    parameters = tuple(map(_second_parameter, _rows(folder, content.get("parameter_files"))))
    return (
        PetabProblem(
            folder.name,
            "",
            observables,
            tuple(_reading(row, "experimentId") for row in readings),
            experiments,
            parameters,
        ),
        model,
    )


def _in_order(name: str, periods: list[Period]) -> tuple[Period, ...]:
    merged: dict[float, dict[str, Value]] = {}
    for one in periods:
        merged.setdefault(one.start, {}).update(one.changes)
    if len(merged) > 1 or next(iter(merged)) != 0:
        raise InputError(
            f"experiment '{name}': several periods, or a start other than 0, which are not read; "
            "give each period an experiment of its own"
        )
    return tuple(Period(start, changes) for start, changes in merged.items())


def _first_observable(row: _Row) -> Observable:
    written = row.get("observableTransformation", "")
    axis = _AXES.get(written, f"{written} ")
    kind = row.get("noiseDistribution") or "normal"
    return Observable(
        row["observableId"],
        row.get("observableName", ""),
        row["observableFormula"],
        row.get("noiseFormula") or "1",
        f"{axis}{kind}",
    )


def _second_observable(row: _Row) -> Observable:
    return Observable(
        row["observableId"],
        row.get("observableName", ""),
        row["observableFormula"],
        row.get("noiseFormula") or "1",
        row.get("noiseDistribution") or "normal",
        _split(row.get("observablePlaceholders", "")),
        _split(row.get("noisePlaceholders", "")),
    )


def _first_parameter(row: _Row) -> PetabParameter:
    scale, prior = row.get("parameterScale") or "lin", None
    name = row.get("objectivePriorType", "")
    lower, upper = _number(row.get("lowerBound")), _number(row.get("upperBound"))
    if name:
        if name not in _FIRST_PRIORS:
            raise InputError(f"parameter '{row['parameterId']}': prior '{name}', which is not read")
        kind, scaled = _FIRST_PRIORS[name]
        numbers = tuple(map(float, _split(row.get("objectivePriorParameters", ""))))
        base = {"lin": 1.0, "log": 1.0, "log10": math.log(10)}[scale]
        if scaled and scale != "lin":
            if kind == "uniform":
                kind, numbers = "log-uniform", tuple(math.exp(base * one) for one in numbers)
            else:
                kind, numbers = f"log-{kind}", tuple(base * one for one in numbers)
        prior = PetabPrior(kind, numbers)
    elif scale != "lin":
        prior = PetabPrior("log-uniform", (lower, upper))
    return PetabParameter(
        row["parameterId"],
        lower,
        upper,
        _number(row.get("nominalValue")),
        row["estimate"] == "1",
        prior,
        scale,
    )


def _second_parameter(row: _Row) -> PetabParameter:
    kind, prior = row.get("priorDistribution", ""), None
    if kind:
        prior = PetabPrior(kind, tuple(map(float, _split(row.get("priorParameters", "")))))
    return PetabParameter(
        row["parameterId"],
        _number(row.get("lowerBound")),
        _number(row.get("upperBound")),
        _number(row.get("nominalValue")),
        row["estimate"].lower() == "true",
        prior,
    )


def _reading(row: _Row, experiment: str) -> PetabReading:
    return PetabReading(
        row["observableId"],
        row.get(experiment, ""),
        float(row["time"]),
        float(row["measurement"]),
        tuple(map(_value, _split(row.get("observableParameters", "")))),
        tuple(map(_value, _split(row.get("noiseParameters", "")))),
    )


def _rows(folder: Path, files: Yaml | None) -> list[_Row]:
    """Return the rows of tables one after another."""
    names: Sequence[Yaml] = [] if not files else files if isinstance(files, list) else [files]
    found: list[_Row] = []
    for name in names:
        path = folder / str(name)
        reader = csv.DictReader(_text(path).splitlines(), delimiter="\t")
        for row in reader:
            found.append({str(k).strip(): (v or "").strip() for k, v in row.items()})
    return found


def _only(folder: Path, files: Yaml | None, key: str) -> Path:
    if not isinstance(files, list) or len(files) != 1:
        raise InputError(f"{key}: not one model, which is all that is read; give one SBML file")
    return folder / str(files[0])


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "no text in UTF-8"
        raise InputError(f"{path}: cannot be read: {reason}; check the path") from None


def _split(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(";") if one.strip())


def _value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text


def _number(text: str | None) -> float:
    return float(text) if text else math.nan
