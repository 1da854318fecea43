"""What one figure shows together: all species, all experiments, all routes, the mean particle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from assemblysim.language import listed
from assemblysim.report.content import headlines
from assemblysim.report.content.steps import typeset_titles
from assemblysim.report.content.stored import (
    StoredCourse,
    StoredStudy,
    lettered,
    ranked_names,
)
from assemblysim.report.content.words import formula
from assemblysim.report.document.nodes import FigureBlock, Picture
from assemblysim.report.figures.appearance import species_looks, step_looks
from assemblysim.report.figures.over_time import compared, composition, routes, species
from assemblysim.report.figures.time_axis import shown_logarithmic
from assemblysim.report.sections.mechanism import (
    assembled_species,
    known_composition,
    sampled_times,
)
from assemblysim.result.summary import StudyResult


def together_parts(study: StoredStudy, name: str) -> Iterator[FigureBlock]:
    """Show all species in one panel and the experiments over each other, under a mechanism."""
    result, every = study.result, study.courses.get(name, ())
    if every and _more_than_signals(every[0]) and species.shown_species(every[0]):
        first, sampled = every[0], sampled_times(result, every[0])
        draw = partial(
            species.species_figure, first, species_looks(result), sampled=sampled,
            log_time=shown_logarithmic(sampled, float(first.times[-1])),
        )  # fmt: skip
        picture = Picture("species", species.describe_species(name, first), draw)
        yield FigureBlock(picture, _species_caption(result, first))
    overlaid = every[: compared.MOST_OVERLAID]
    if len(overlaid) > 1 and compared.comparable_signals(overlaid):
        log_time = any(
            shown_logarithmic(sampled_times(result, one), float(one.times[-1])) for one in overlaid
        )
        picture = Picture(
            "experiments",
            compared.describe_compared(name, overlaid),
            partial(compared.compared_figure, overlaid, log_time=log_time),
        )
        left = f" The first {len(overlaid)} of {len(every)}." * (len(overlaid) < len(every))
        caption = f"The experiments over each other: data, medians and 95 % bands.{left}"
        yield FigureBlock(picture, caption)


def _more_than_signals(course: StoredCourse) -> bool:
    """Say whether all species in one panel are more than all signals, which the answer shows."""
    measured = {one.name: one.axis for one in course.curves if one.measured}
    return any(measured.get(one.name) != one.axis for one in course.concentrations)


def _species_caption(result: StudyResult, course: StoredCourse) -> str:
    shown = species.shown_species(course)
    where = f" in {course.experiment}" if len(result.conditions) > 1 else ""
    text = f"All species{where}: medians and 95 % bands."
    if len(shown) > species.MOST_NAMED:
        text += f" Grey: {len(shown) - species.MOST_NAMED} more, each below those named."
    names = {one.name for one in shown}
    high = [
        formula(one.name)
        for one in course.concentrations
        if one.name not in names and float(np.nanmax(one.band[2], initial=0.0)) > 0
    ]
    return f"{text} Higher than the panel: {listed(high)}." if high else text


def route_course_parts(study: StoredStudy) -> Iterator[FigureBlock]:
    """Show the fraction of each route over time under the leading mechanisms."""
    result, letters = study.result, lettered(study.result)
    several = len(result.conditions) > 1
    titles = typeset_titles(result.mechanisms.values())
    every = [
        panel
        for name in headlines.leading(result)
        for found in study.assembly.get(name, ())
        for panel in routes.route_panels(
            found, f"under {letters[name]}" + (f", {found.experiment}" if several else ""), titles
        )
    ][: routes.MOST_PANELS]
    if not every:
        return
    looks = {titles.get(step, step): look for step, look in step_looks(result).items()}
    begins = [routes.first_known(panel) for panel in every]
    log_time = shown_logarithmic(begins, float(every[0].times[-1]))
    picture = Picture(
        "routes",
        routes.describe_routes(every),
        partial(routes.route_figure, every, looks, log_time=log_time),
    )
    caption = (
        "Which part of what was made until then each step made: medians and 95 % bands, from when "
        "a hundredth of the product is there."
    )
    yield FigureBlock(picture, caption)


def composition_parts(study: StoredStudy) -> Iterator[FigureBlock]:
    """Show the mean composition of what assembles under the most probable mechanism of many."""
    result, best = study.result, ranked_names(study.result)[0]
    found = known_composition(study, best)
    if found is None:
        return
    sampled = result.conditions[0].sampled_h
    log_time = shown_logarithmic(sampled, float(found.times[-1]))
    picture = Picture(
        "composition",
        composition.describe_composition(best, found),
        partial(composition.composition_figure, found, log_time=log_time),
    )
    (metal, ligand), count = found.blocks, len(assembled_species(result, best))
    caption = (
        f"Mean composition of the {count} assemblies: {metal} against {ligand} per particle, as "
        "time goes on, and both over time; lines and bands: 95 %."
    )
    yield FigureBlock(picture, caption, broad=True)
