"""Lifetimes and routes: how long each intermediate lasts, and which way the products are made."""

from __future__ import annotations

from functools import partial

from assemblysim.report.content.large import is_too_large, main_curves
from assemblysim.report.content.steps import typeset_titles
from assemblysim.report.content.stored import StoredStudy, lettered, ranked_names
from assemblysim.report.document.nodes import (
    Caution,
    FigureBlock,
    Node,
    Picture,
    Section,
    SideBySide,
)
from assemblysim.report.figures.control_map import control_map, describe_control, telling_control
from assemblysim.report.sections.averaged import averaged_lifetimes, main_routes, pathway_parts
from assemblysim.report.sections.forecast.flows import flow_diagram_parts, fraction_cautions
from assemblysim.report.sections.forecast.forecast import stored_forecast
from assemblysim.report.sections.forecast.stopping import main_windows
from assemblysim.report.sections.front.together import composition_parts, route_course_parts
from assemblysim.result.predictions import ControlDegree
from assemblysim.result.summary import StudyResult
from assemblysim.study.results.forecast import StudyForecast

_TITLE = "Lifetimes and routes"
_DEGREES = (
    "Which step matters: per cent more of each yield for a step made 1 % faster (medians). Empty: "
    "a step that the mechanism does not have."
)


def routes_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where nothing is predicted."""
    result, found = study.result, stored_forecast(study.result)
    parts: list[Node] = []
    if found is not None:
        parts += [Caution(text) for text in fraction_cautions(result, list(found.mechanisms))]
    parts += averaged_lifetimes(result, _shown(study))
    parts += main_routes(result)
    figures = [*pathway_parts(result), *route_course_parts(study)]
    if found is not None:
        parts += main_windows(found)
        figures += _flows(result, found)
        figures += _control(result, found)
    parts += [SideBySide(tuple(figures))] if figures else []
    parts += composition_parts(study)
    return (Section("routes", _TITLE, tuple(parts), link=_TITLE),) if parts else ()


def _shown(study: StoredStudy) -> list[str] | None:
    """Return the species of a large network whose courses are shown; None of a smaller one."""
    best = ranked_names(study.result)[0]
    if not is_too_large(study.result.mechanisms[best]):
        return None
    return [one.name for c in study.courses.get(best, ())[:1] for one in main_curves(c).curves]


def _flows(result: StudyResult, found: StudyForecast) -> tuple[FigureBlock, ...]:
    """Show where the material flows under the first mechanism of the forecast."""
    first = next(((n, one) for n, one in found.mechanisms.items() if one.flux is not None), None)
    return () if first is None else flow_diagram_parts(result, *first)


def _control(result: StudyResult, found: StudyForecast) -> tuple[FigureBlock, ...]:
    """Show how much each step governs the yields under each mechanism."""
    letters, titles = lettered(result), typeset_titles(result.mechanisms.values())
    rows: list[tuple[str, str, dict[str, ControlDegree]]] = [
        (product, letters[name], {titles.get(step, step): one for step, one in steps.items()})
        for name, one in found.mechanisms.items()
        for product, steps in one.rate_control.get("yield", {}).items()
    ]
    if not rows:
        return ()
    shown, left = telling_control(rows)
    if not shown:
        return ()
    picture = Picture("control", describe_control(rows), partial(control_map, shown))
    return (FigureBlock(picture, f"{_DEGREES}{left}"),)
