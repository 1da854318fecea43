"""A mechanism: its scheme, its courses, what follows from it, and whether it is good enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from assemblysim.language import capital
from assemblysim.mechanism.reading.texts import LISTED_STEPS
from assemblysim.report.content import checks, headlines, large, unknowns, words
from assemblysim.report.content.draws import ParameterDraws
from assemblysim.report.content.following import by_experiment, lifetime_table, pathway_table
from assemblysim.report.content.modes import separate_modes
from assemblysim.report.content.steps import equation_text, law_text, step_titles
from assemblysim.report.content.stored import (
    StoredCourse,
    StoredStudy,
    is_words_only,
    lettered,
    ranked_names,
    seen_signals,
    window,
)
from assemblysim.report.document.collected import file_stem
from assemblysim.report.document.naming import bare, titled
from assemblysim.report.document.nodes import (
    FigureBlock,
    Heading,
    Listing,
    Node,
    Pair,
    Paragraph,
    Picture,
    Section,
    Table,
    TableBlock,
    TimeFigures,
    listed_parts,
    table_blocks,
)
from assemblysim.report.figures import alternatives, corner, figures, residuals
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.over_time import composition
from assemblysim.report.figures.time_axis import shown_logarithmic
from assemblysim.report.schemes.scheme import scheme_figure
from assemblysim.result.courses import AssemblyCourses
from assemblysim.result.mechanism import MechanismResult, StoredSpecies
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.scatter import scatter_words

# Assemblies from which on their mean composition says more than each of them.
_MANY = 8


def mechanism_sections(study: StoredStudy) -> tuple[Section, ...]:
    """Build a section for each mechanism, the most probable first."""
    result = study.result
    single = headlines.is_single(result)
    found = []
    for group, names in headlines.grouped_names(result):
        for name in names:
            chance = words.probability(result.comparison.probabilities[name])
            found.append(
                Section(
                    anchor(name),
                    name,
                    _parts(study, name),
                    link=name,
                    group=group if name == names[0] else "",
                    tag="" if single else f"probability {chance}",
                    is_open=False,
                )
            )
    return tuple(found)


def anchor(name: str) -> str:
    """Make an identifier for links from any text."""
    return "m-" + "".join(c if c.isalnum() else f"-{ord(c):x}-" for c in bare(name))


def _parts(study: StoredStudy, name: str) -> tuple[Node, ...]:
    result, mechanism = study.result, study.result.mechanisms[name]
    is_large = large.is_too_large(mechanism)
    drawn = name not in headlines.leading(result)
    description = "" if drawn and not is_large else mechanism.description
    scatter = scatter_words(mechanism, result.measurement)
    steps = large.shared_constants(mechanism) if is_large else step_table(mechanism)
    parts: list[Node] = [Paragraph(description)] if description else []
    parts += _drawn(study, name)
    parts += [Paragraph(scatter)] if scatter else []
    parts += table_blocks("lifetimes", *_lifetime_tables(result, mechanism), mechanism=name)
    parts += table_blocks("pathways", *_pathway_tables(result, mechanism), mechanism=name)
    parts += _unknowns(mechanism, name)
    parts += _corner(study, name)
    parts += _good_enough(result, name)
    predictive = checks.predictive_check_table(mechanism)
    parts += table_blocks("predictive", predictive, mechanism=name)
    parts += table_blocks("wild", checks.wild_spectra_table(mechanism), mechanism=name)
    parts += table_blocks("steps", steps, mechanism=name)
    parts += _rate_equations(mechanism)
    parts += table_blocks("checks", checks.draw_check_table(mechanism), mechanism=name)
    parts += listed_parts("Modes of the posterior", separate_modes(mechanism))
    return tuple(parts)


def _drawn(study: StoredStudy, name: str) -> tuple[Node, ...]:
    """Show the scheme and the courses, where they do not stand in the main part."""
    result = study.result
    scheme = () if name in headlines.leading(result) else scheme_parts(result, name)
    courses = () if name == ranked_names(result)[0] else tuple(course_parts(study, name))
    return (Pair(scheme, courses),) if scheme and courses else (*scheme, *courses)


def scheme_parts(result: StudyResult, name: str) -> tuple[Node, ...]:
    """Show the scheme of a mechanism with its constants, or what stands in its place."""
    mechanism = result.mechanisms[name]
    if large.is_too_large(mechanism):
        return _large_network(mechanism)
    picture = Picture(
        f"scheme_{file_stem(name)}",
        alternatives.describe_scheme(name, mechanism),
        partial(scheme_figure, mechanism, species_looks(result), seen_signals(result)),
    )
    told = mechanism.description.removeprefix(LISTED_STEPS)
    title = titled(name)
    repeated = told.casefold().startswith(title.casefold())  # it was made of the description
    text = told if repeated else f"{title}: {told}" if told else title
    return (FigureBlock(picture, capital(text)),)


def _large_network(mechanism: MechanismResult) -> tuple[Node, ...]:
    return (
        Paragraph("The network is too large to be drawn."),
        Listing(large.large_network(mechanism)),
    )


def mean_particle(study: StoredStudy, name: str) -> Iterator[FigureBlock]:
    """Show how the mean particle grows under a mechanism whose scheme cannot be drawn."""
    found = known_composition(study, name)
    if found is None:
        return
    picture = Picture(
        "particle",
        composition.describe_composition(name, found),
        partial(composition.composition_way_figure, found),
    )
    count, letter = len(assembled_species(study.result, name)), lettered(study.result)[name]
    caption = f"Mean composition of the {count} assemblies over time under {letter}; bars: 95 %."
    yield FigureBlock(picture, caption)


def assembled_species(result: StudyResult, name: str) -> list[StoredSpecies]:
    """Return the species of a mechanism that hold two blocks or more."""
    species = result.mechanisms[name].species
    return [one for one in species if sum(n for _, n in one.composition) > 1]


def known_composition(study: StoredStudy, name: str) -> AssemblyCourses | None:
    """Return the mean compositions under a mechanism, where they are known and of many."""
    found = next(iter(study.assembly.get(name, ())), None)
    if found is None or not found.blocks or len(assembled_species(study.result, name)) < _MANY:
        return None
    return found if np.isfinite(found.composition).all(axis=(0, 2)).any() else None


def course_parts(study: StoredStudy, name: str) -> Iterator[TimeFigures]:
    """Show both figures of each experiment, and what their signs mean below the last."""
    every = study.courses.get(name, ())
    for place, course in enumerate(every):
        where = f" in {course.experiment}" if len(every) > 1 else ""
        linear, logarithmic = (
            _course_picture(study.result, name, place, course, log_time=log_time)
            for log_time in (False, True)
        )
        log_first = shown_logarithmic(sampled_times(study.result, course), float(course.times[-1]))
        legend = _legend(study.result) if place == len(every) - 1 else ""
        yield TimeFigures(f"Time course{where}", linear, logarithmic, log_first, legend)


def _course_picture(
    result: StudyResult, name: str, place: int, course: StoredCourse, *, log_time: bool
) -> Picture:
    mechanism, found = result.mechanisms[name], residuals.stored_residuals(result, name)
    shown = large.main_curves(course) if large.is_too_large(mechanism) else course
    here = (one for one in mechanism.statements if one.experiment == course.experiment)
    said = tuple(dict.fromkeys(claim for one in here for claim in one.claims))
    own = found.get(course.experiment)
    told = alternatives.describe_course(name, shown, log_time=log_time)
    if own is not None:
        where = course.experiment if len(found) > 1 else ""
        told += f" {residuals.describe_residuals(name, where, own)}"
    return Picture(
        f"courses_{file_stem(name)}_{place}{'_log' if log_time else ''}",
        told,
        partial(
            figures.course_figure, shown, species_looks(result), log_time=log_time,
            sampled=sampled_times(result, course), statements=said, found=own,
        ),
    )  # fmt: skip


def sampled_times(result: StudyResult, course: StoredCourse) -> tuple[float, ...]:
    """Return when samples were taken in the experiment of a course, h."""
    sampled = {one.experiment: one.sampled_h for one in result.conditions}
    return sampled.get(course.experiment, ())


def _legend(result: StudyResult) -> str:
    """Say what the signs in the figures of courses mean."""
    text = "Line: median; dark and middle bands: 50 % and 95 % of the posterior; "
    if is_words_only(result):
        text += (
            "dotted lines: times that the statements are about. No intensity was measured, so the "
            "bands are what the words leave possible."
        )
    else:
        text += (
            "light band: 95 % of new measurements; points: measurements; open triangles: below "
            "the detection limit, drawn at it."
        )
    if any(residuals.stored_residuals(result, name) for name in result.mechanisms):
        text += (
            " Strips: residuals in standard deviations, averaged over the posterior, and their "
            "mean at each time; about 95 % lie within ±2 if the mechanism is right."
        )
    if any(one.statements for one in result.mechanisms.values()):
        text += (
            " Statements, above the curves: ● detected, ○ absent, ■ abundant, ◆ maximum, "
            "▲ increasing, ▼ decreasing, ▶ appears, □ at most a fraction of its own maximum, "
            "◇ at most a fraction of the spectrum, × unmentioned."
        )
    return text


def _lifetime_tables(result: StudyResult, mechanism: MechanismResult) -> Iterator[Table | None]:
    """Return the lifetimes in each experiment."""
    hours = {one.experiment: one.window_h for one in result.conditions}
    every = by_experiment(mechanism.lifetimes, mechanism.lifetimes_by_experiment, list(hours))
    for experiment, lifetimes, where in every:
        caption = f"Lifetimes{where}: median and 95 % interval"
        yield lifetime_table(lifetimes, hours.get(experiment, window(result)), caption)


def _pathway_tables(result: StudyResult, mechanism: MechanismResult) -> Iterator[Table | None]:
    """Show the pathway fractions, of a large network those of the observed products alone."""
    every = by_experiment(mechanism.pathways, mechanism.pathways_by_experiment, ())
    for _, stored, where in every:
        pathways = stored
        if large.is_too_large(mechanism):
            pathways = large.observed_only(stored, result.measurement.signals)
        caption = f"Which step makes how much of the product{where}"
        yield pathway_table(pathways, caption, step_titles([mechanism]))


def _unknowns(mechanism: MechanismResult, name: str) -> Iterator[Node]:
    yield TableBlock(unknowns.parameter_table(mechanism), "parameters", name)
    yield from table_blocks("activation", unknowns.activation_table(mechanism), mechanism=name)
    yield Paragraph(unknowns.EXPLANATION, "small")
    settled = unknowns.settled(mechanism)
    if settled:
        yield Listing(tuple(settled), "settled")


def _corner(study: StoredStudy, name: str) -> Iterator[Node]:
    """Show how the determined unknowns lie together, where there are several."""
    draws, mechanism = study.draws.get(name), study.result.mechanisms[name]
    picture = corner_picture(name, mechanism, draws) if draws is not None else None
    if picture is None:
        return
    yield Heading("How the determined unknowns lie together")
    caption = (
        "Posterior of the determined unknowns, rate constants and other positive factors as "
        "logarithms. On the diagonal: histogram, median (line) and 95 % interval (dashed). Below: "
        "regions that hold 50 and 95 % of the draws of a pair. Above: correlation of the pair, "
        f"bold from 0.7 on. {corner.corner_words(mechanism, corner.corner_names(mechanism))}"
    )
    yield FigureBlock(picture, caption.rstrip(), broad=True)


def corner_picture(name: str, mechanism: MechanismResult, draws: ParameterDraws) -> Picture | None:
    """Return the corner plot of a mechanism; None where fewer than two unknowns are determined."""
    shown = tuple(n for n in corner.corner_names(mechanism) if n in draws.names)
    if len(shown) < 2:
        return None
    return Picture(
        f"corner_{file_stem(name)}",
        corner.describe_corner(name, draws, shown),
        partial(corner.corner_figure, draws, shown),
    )


def _good_enough(result: StudyResult, name: str) -> Iterator[Node]:
    """Show what the posterior predictive checks say."""
    sentences = checks.check_sentences(result.mechanisms[name], name)
    if sentences:
        yield Heading("Is this mechanism good enough?")
        yield Listing(sentences, "settled")


def step_table(mechanism: MechanismResult) -> Table:
    """Show every one-way step with its rate law."""
    rows = [
        (reaction.name, equation_text(reaction), law_text(mechanism, reaction))
        for reaction in mechanism.reactions
    ]
    return Table.of("Steps and their rate laws", ("step", "equation", "rate"), rows)


def _rate_equations(mechanism: MechanismResult) -> Iterator[Node]:
    """Show the rate equations with the signs of print."""
    equations = mechanism.rate_equations
    if equations:
        yield Heading("Rate equations")
        yield Listing(tuple(_readable_equation(one) for one in equations), "equations")


def _readable_equation(text: str) -> str:
    text = re.sub(r" *\*\* *([0-9]+)\b", lambda m: words.superscript(int(m.group(1))), text)
    return text.replace("**", "^").replace("*", " · ").replace(" - ", " − ")
