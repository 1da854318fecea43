"""What the explorer shows of a study: its data, and of each mechanism what is known so far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from assemblysim.explorer.experiments import Networks, run_of, seen_in
from assemblysim.explorer.sliders import PARTS, Known, Slider, slider_of, steps_by_constant
from assemblysim.explorer.tables import Plain
from assemblysim.explorer.trees import tree_of
from assemblysim.inference.fitting import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.result.summary import StudyResult
from assemblysim.result.unknowns import ParameterResult
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.stored_posterior import stored_values

# Draws of each mechanism in its cloud.
DRAWS = 100
DIGITS = 6


def explored_study(study: Study, results: Path, fitted: StudyResult | None) -> dict[str, Plain]:
    """Return the page's content.

    Args:
        study: as read.
        results: the folder of its fit.
        fitted: the stored result; None before a fit, where priors stand in for posteriors.

    Raises:
        InputError: draws are missing, or a number follows from others in an unknown way.
    """
    networks = Networks()
    problems = [build_problem(study, name) for name in study.mechanisms]
    mechanisms = [_mechanism(study, results, fitted, one, networks) for one in problems]
    if fitted is not None:
        mechanisms.sort(key=lambda one: -float(str(one["probability"])))
    experiments = [seen_in(one) for one in problems[0].experiments]
    return {
        "title": study.title,
        "question": study.question,
        "unit": study.concentration_unit,
        "stage": "prior" if fitted is None else "posterior",
        "networks": networks.tables,
        "mechanisms": mechanisms,
        "experiments": experiments,
    }


def _mechanism(
    study: Study, results: Path, fitted: StudyResult | None, problem: Problem, networks: Networks
) -> dict[str, Plain]:
    name = problem.mechanism
    runs = [run_of(problem, one, networks) for one in problem.experiments]
    found = None if fitted is None else fitted.mechanisms[name].parameters
    sliders = _sliders(problem, found)
    draws: dict[str, Plain] = {"names": [], "values": []}
    if fitted is not None:
        values = stored_values(problem, results, DRAWS, stream(study.seed, name, "explorer"))
        draws = _draws(problem, values, [one.name for one in sliders])
    titles = dict(study.system.titles)
    return {
        "name": name,
        "title": titles.get(name, name),
        "description": dict(study.system.descriptions).get(name, ""),
        "probability": None if fitted is None else fitted.comparison.probabilities[name],
        "sliders": [one.plain() for one in sliders],
        "fixed": dict(problem.fixed),
        "derived": [
            {"name": one.name, "tree": tree_of(one), "words": one.describe()}
            for one in problem.derived
        ],
        "draws": draws,
        "experiments": runs,
    }


def _sliders(problem: Problem, found: Mapping[str, ParameterResult] | None) -> list[Slider]:
    """Return a slider for each unknown that moves a curve."""
    steps = steps_by_constant(problem.network)
    sliders = []
    for one in problem.parameters:
        if one.kind not in PARTS:
            continue
        known = None
        if found is not None:
            fit = found[one.name]
            known = Known(fit.map, fit.median, fit.lower, fit.upper, fit.determined)
        sliders.append(slider_of(one, known, steps.get(one.name, ())))
    return sliders


def _draws(problem: Problem, values: np.ndarray, names: list[str]) -> dict[str, Plain]:
    places = [problem.parameter_names.index(name) for name in names]
    rows: list[Plain] = [
        [float(f"{x:.{DIGITS}g}") for x in row] for row in values[:, places].tolist()
    ]
    return {"names": list(names), "values": rows}
