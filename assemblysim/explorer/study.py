"""What the explorer shows of a study: its data, and of each mechanism what is known so far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from assemblysim.explorer.experiments import Networks, run_of, seen_in
from assemblysim.explorer.likelihoods import rule_tables
from assemblysim.explorer.scheme import told_scheme
from assemblysim.explorer.sliders import (
    PARTS,
    Known,
    Slider,
    slider_of,
    steps_by_constant,
)
from assemblysim.explorer.tables import Plain
from assemblysim.explorer.trees import tree_of
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.priors import LogNormal
from assemblysim.inference.model.problem import Problem
from assemblysim.report.titles import shown_title
from assemblysim.result.summary import StudyResult
from assemblysim.result.unknowns import ParameterResult
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.stored_posterior import stored_values

# Draws of each mechanism in its cloud.
DRAWS = 60
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
    experiments = [seen_in(problems[0], one) for one in problems[0].experiments]
    return {
        "title": study.title,
        "question": study.question,
        "unit": study.concentration_unit,
        "stage": "prior" if fitted is None else "posterior",
        "networks": networks.tables,
        "rules": rule_tables(),
        "cases": _cases(problems[0]),
        "mechanisms": mechanisms,
        "experiments": experiments,
    }


def _cases(problem: Problem) -> list[Plain]:
    """The ways in which all data may have come about: course of temperature, reading, weight."""
    courses = [name for name, _ in problem.course_weights]
    readings = [one.name for one in problem.interpretations]
    return [
        {
            "course": courses.index(one.course),
            "reading": readings.index(one.interpretation),
            "weight": one.weight,
        }
        for one in problem.cases
    ]


def _mechanism(
    study: Study, results: Path, fitted: StudyResult | None, problem: Problem, networks: Networks
) -> dict[str, Plain]:
    name = problem.mechanism
    found = None if fitted is None else fitted.mechanisms[name].parameters
    sliders = _sliders(problem, found)
    moved = {one.name for one in sliders}
    draws: dict[str, Plain] = {"names": [], "values": []}
    if fitted is not None:
        values = stored_values(problem, results, DRAWS, stream(study.seed, name, "explorer"))
        draws = _draws(problem, values, [one.name for one in sliders])
    hypothesis = study.hypothesis(name)
    title, told = hypothesis.title_in(study.system), hypothesis.description(study.system)
    return {
        "name": name,
        "title": shown_title(name, title, told),
        "description": dict(study.system.descriptions).get(name, ""),
        "probability": None if fitted is None else fitted.comparison.probabilities[name],
        "scheme": told_scheme(problem.network),
        "sliders": [one.plain() for one in sliders],
        "fixed": dict(problem.fixed),
        "derived": [
            {"name": one.name, "tree": tree_of(one), "words": one.describe()}
            for one in problem.derived
            if one.name not in moved
        ],
        "draws": draws,
        "experiments": [run_of(problem, one, networks) for one in problem.experiments],
    }


def _sliders(problem: Problem, found: Mapping[str, ParameterResult] | None) -> list[Slider]:
    """Return a slider for each unknown that moves a curve.

    Of responses that only count in ratios it is the responses, not the contrasts that are sampled.
    """
    steps = steps_by_constant(problem.network)
    exchanged = [
        Parameter(name, "", "response", LogNormal(1.0, one.spread))
        for one in problem.exchangeable
        for name in one.responses
    ]
    sliders = []
    for one in (*problem.parameters, *exchanged):
        if one.kind in PARTS:
            known = None if found is None else _known(found[one.name])
            sliders.append(slider_of(one, known, steps.get(one.name, ())))
    return sliders


def _known(found: ParameterResult) -> Known:
    return Known(found.map, found.median, found.lower, found.upper, found.determined)


def _draws(problem: Problem, values: np.ndarray, names: list[str]) -> dict[str, Plain]:
    rows: list[Plain] = [
        [float(f"{x:.{DIGITS}g}") for x in row]
        for row in problem.named(values).stack(tuple(names)).tolist()
    ]
    return {"names": list(names), "values": rows}
