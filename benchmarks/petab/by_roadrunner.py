"""A PEtab problem simulated by libRoadRunner and judged by the petab library, at nominal values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def opened(path: Path, version: int) -> Any:
    """Read a problem by the petab library, which checks it.

    Raises:
        ValueError: the library finds a fault.
    """
    if version == 2:
        from petab import v2

        problem = v2.Problem.from_yaml(path)
        faults = [str(one) for one in problem.validate() if one.level >= 40]
    else:
        from petab import v1
        from petab.v1.lint import lint_problem

        problem = v1.Problem.from_yaml(path)
        faults = ["lint_problem of petab"] if lint_problem(problem) else []
    if faults:
        raise ValueError(f"{path}: {'; '.join(faults)}")
    return problem


def simulations_of(path: Path, version: int) -> np.ndarray:
    """Return the observables at nominal values, in the order of the measurements."""
    problem = opened(path, version)
    nominal = {str(n): float(v) for n, v in problem.parameter_df["nominalValue"].items()}
    measurements = problem.measurement_df
    column = "experimentId" if version == 2 else "simulationConditionId"
    found = pd.Series(np.nan, index=measurements.index)
    for experiment, rows in measurements.groupby(column):
        periods = _periods(problem, str(experiment), version)
        times = np.unique(rows["time"].astype(float))
        course = _course(path.parent / "model.xml", nominal, periods, times)
        for place, row in rows.iterrows():
            found[place] = _observed(problem, row, nominal, course[float(row["time"])])
    return found.to_numpy(float)


def log_likelihood_of(path: Path, version: int, simulations: np.ndarray) -> float:
    """Return the log-likelihood that the petab library computes from simulations."""
    problem = opened(path, version)
    if version == 1:
        from petab.v1.calculate import calculate_llh

        table = problem.measurement_df.rename(columns={"measurement": "simulation"})
        table["simulation"] = simulations
        return float(
            calculate_llh(
                problem.measurement_df, table, problem.observable_df, problem.parameter_df
            )
        )
    from petab.v2.calculate import calculate_llh as second

    table = problem.measurement_df.rename(columns={"measurement": "simulation"})
    table["simulation"] = simulations
    return float(second(problem.measurement_df, table, problem.observable_df, problem.parameter_df))


def _periods(problem: Any, experiment: str, version: int) -> list[tuple[float, dict[str, Any]]]:
    if version == 1:
        row = problem.condition_df.loc[experiment]
        said = {str(k): v for k, v in row.items() if k != "conditionName"}
        return [(0.0, {k: v for k, v in said.items() if v == v})]  # nan: as the model has it
    table = problem.experiment_df
    conditions = problem.condition_df
    found: dict[float, dict[str, Any]] = {}
    for _, row in table[table["experimentId"] == experiment].iterrows():
        own = conditions[conditions["conditionId"] == row["conditionId"]]
        changes = dict(zip(own["targetId"], own["targetValue"], strict=True))
        found.setdefault(float(row["time"]), {}).update(changes)
    return sorted(found.items())


def _course(
    model: Path,
    nominal: dict[str, float],
    periods: list[tuple[float, dict[str, Any]]],
    times: np.ndarray,
) -> dict[float, dict[str, float]]:
    """Return the concentrations at each time; at a change those before it."""
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    runner = roadrunner.RoadRunner(str(model))
    runner.integrator.absolute_tolerance = 1e-13
    runner.integrator.relative_tolerance = 1e-11
    species = _species(model, runner)
    parameters = [str(one) for one in runner.model.getGlobalParameterIds()]
    # What the first period sets counts in what the model assigns at the start.
    first = {k: _value(v, nominal) for k, v in periods[0][1].items() if k in parameters}
    for name in parameters:
        if name in nominal or name in first:
            runner[name] = first.get(name, nominal.get(name))
    runner.reset()
    found: dict[float, dict[str, float]] = {}
    now = 0.0
    stops = [start for start, _ in periods[1:]] + [np.inf]
    for (_, changes), stop in zip(periods, stops, strict=True):
        state = {**nominal, **{name: float(runner[which]) for name, which in species.items()}}
        new = {target: _value(value, state) for target, value in changes.items()}
        for target, value in new.items():
            runner[species.get(target, target)] = value
        for time in times[(times >= now) & (times < stop)]:
            if time > now:
                runner.simulate(now, float(time), 2)
                now = float(time)
            found[float(time)] = {name: float(runner[which]) for name, which in species.items()}
        if np.isfinite(stop) and stop > now:
            runner.simulate(now, stop, 2)
            now = stop
    return found


def _species(model: Path, runner: Any) -> dict[str, str]:
    """Return for each species what its identifier means: its amount, or its concentration."""
    import libsbml

    found = libsbml.readSBMLFromFile(str(model)).getModel()
    return {
        str(name): name if found.getSpecies(name).getHasOnlySubstanceUnits() else f"[{name}]"
        for name in runner.model.getFloatingSpeciesIds()
    }


def _value(formula: Any, known: dict[str, float]) -> float:
    from petab.v1.math import sympify_petab

    if isinstance(formula, int | float):
        return float(formula)
    expression = sympify_petab(formula)
    return float(expression.subs({s: known[s.name] for s in expression.free_symbols}))


def _observed(problem: Any, row: Any, nominal: dict[str, float], state: dict[str, float]) -> float:
    observable = problem.observable_df.loc[row["observableId"]]
    known = {**nominal, **state}
    given = row.get("observableParameters", "")
    values = [] if given is None or given != given else [v for v in str(given).split(";") if v]
    for number, value in enumerate(values):
        name = f"observableParameter{number + 1}_{row['observableId']}"
        known[name] = nominal[value] if value in nominal else float(value)
    return _value(observable["observableFormula"], known)
