"""Where the material flows: which way products are made, and what every step turned over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from assemblysim.language import listed
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS
from assemblysim.report.content import words
from assemblysim.report.content.following import by_experiment, interval_percent
from assemblysim.report.content.large import is_too_large
from assemblysim.report.content.steps import step_titles, typeset_titles
from assemblysim.report.content.stored import StoredStudy, is_words_only, seen_signals
from assemblysim.report.content.words import is_number
from assemblysim.report.document.collected import file_stem
from assemblysim.report.document.nodes import (
    Caution,
    FigureBlock,
    Heading,
    Listing,
    Node,
    Picture,
    Section,
    Table,
    TimeFigures,
    table_blocks,
)
from assemblysim.report.figures.appearance import step_looks
from assemblysim.report.figures.time_axis import shown_logarithmic
from assemblysim.report.schemes import flux_alternatives
from assemblysim.report.schemes.flux_diagram import flux_diagram
from assemblysim.report.schemes.flux_figure import flux_figure
from assemblysim.report.sections.forecast.forecast import stored_forecast
from assemblysim.result.numbers import Interval
from assemblysim.result.predictions import FluxResult, MechanismForecastResult, StepTurnover
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.checks import check_words
from assemblysim.study.results import stored_posterior

_ARROWS = (
    "Arrows as wide as the fraction of a building block that passes through each step (median, of "
    "all that was put in), pale as wide as the upper end of the 95 % interval; dotted: next to "
    "nothing. Dashed boxes: species that the data do not show."
)
_TURNOVER = " Where no block is known they are as wide as the turnover."
_BANDS = (
    "Line: median; band: 95 % of the posterior, cut off where it exceeds three times the largest "
    "median. Colours are those of the arrows. Below zero a step runs back."
)


def flow_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no forecast is stored."""
    result = study.result
    found = stored_forecast(result)
    if found is None:
        return ()
    names, hours = list(found.mechanisms), found.conditions.until_h
    parts: list[Node] = [Caution(text) for text in fraction_cautions(result, names)]
    sentences = tuple(fraction_sentences(result, names))
    parts += [Listing(sentences)] if sentences else []
    every = found.mechanisms.items()
    first = next((name for name, one in every if one.flux is not None), None)
    each = [_mechanism(result, name, one, hours, first == name) for name, one in every]
    parts += [part for one in each for part in one]
    title = "Where the material flows"
    return (Section("flows", title, tuple(parts), link=title),)


def _mechanism(
    result: StudyResult, name: str, one: MechanismForecastResult, hours: float, with_fluxes: bool
) -> tuple[Node, ...]:
    """Show the fluxes of the first mechanism, the diagrams of others, and what they turned over."""
    titles = step_titles([result.mechanisms[name]])
    turnover = extent_table(one.extents, name, hours, titles)
    drawn: tuple[Node, ...] = ()
    if one.flux is not None:
        drawn = () if with_fluxes else flow_diagram_parts(result, name, one)
        fluxes = (_fluxes(result, name, one.flux),)
        drawn = fluxes if with_fluxes else drawn
    return (Heading(name), *drawn, *table_blocks("turnover", turnover, mechanism=name))


def flow_diagram_parts(
    result: StudyResult, name: str, one: MechanismForecastResult
) -> tuple[FigureBlock, ...]:
    """Show where the material flows under a mechanism; nothing where it is too large to draw."""
    if one.flux is None or is_too_large(result.mechanisms[name]):
        return ()
    mechanism = result.mechanisms[name]
    picture = Picture(
        f"flows_{file_stem(name)}",
        flux_alternatives.describe_flux_diagram(name, mechanism, one.extents),
        partial(flux_diagram, mechanism, one.extents, step_looks(result), seen_signals(result)),
    )
    unknown = any(not step.shares for step in one.extents.values())
    return (FigureBlock(picture, _ARROWS + _TURNOVER * unknown),)


def _fluxes(result: StudyResult, name: str, flux: FluxResult) -> TimeFigures:
    titles = typeset_titles([result.mechanisms[name]])
    linear, logarithmic = (
        Picture(
            f"flux_{file_stem(name)}{'_log' if log_time else ''}",
            flux_alternatives.describe_fluxes(name, flux, log_time=log_time),
            partial(flux_figure, flux, step_looks(result), titles, log_time=log_time),
        )
        for log_time in (False, True)
    )
    sampled = result.conditions[0].sampled_h
    log_first = shown_logarithmic(sampled, float(flux.times_h[-1]))
    return TimeFigures("Net flux over time", linear, logarithmic, log_first, _BANDS)


def extent_table(
    extents: Mapping[str, StepTurnover],
    mechanism: str,
    hours: float,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Table | None:
    """Show how much every step turned over on the whole; None where nothing is stored."""
    blocks = list(dict.fromkeys(block for one in extents.values() for block in one.shares))
    rows = [
        (
            titles.get(step, step),
            _turnover(one.extent),
            *(interval_percent(one.shares[block]) for block in blocks),
        )
        for step, one in extents.items()
    ]
    if not rows:
        return None
    unit = next(iter(extents.values())).unit
    heads = (f"fraction of {block}" for block in blocks)
    behind = (
        "; fractions: building blocks that pass through it, of all that was put in"
        if blocks
        else ""
    )
    return Table.of(
        f"{mechanism}: net turnover of every step in {words.duration(hours)}{behind}",
        ("step", f"turnover ({unit})", *heads),
        rows,
    )


def _turnover(one: Interval) -> str:
    middle, low, high = (words.number(end, 3) for end in (one.median, one.lower, one.upper))
    return f"{middle} ({low} to {high})" if low != high else middle


def named_in_play(result: StudyResult) -> list[str]:
    """Return the mechanisms that are probable enough to be named, the most probable first."""
    return list(stored_posterior.in_play(result.comparison.probabilities))


def fraction_sentences(result: StudyResult, names: list[str]) -> list[str]:
    """Say by which routes products are made, always with the mechanism and the noise model assumed.

    Args:
        result: of the study.
        names: of the mechanisms in play, the most probable first.
    """
    probabilities = result.comparison.probabilities
    mechanisms, averaged = result.mechanisms, result.averaged
    titles = step_titles(mechanisms.values())
    found = [
        f"If '{name}' is at work (probability {words.probability(probabilities[name])}), with "
        f"{noise_words(result)}: {_fractions(fractions, titles)} of {product}{where}."
        for name in names
        for _, pathways, where in by_experiment(
            mechanisms[name].pathways, mechanisms[name].pathways_by_experiment, ()
        )
        for product, fractions in pathways.items()
        if len(fractions) > 1
    ]
    weighed = listed(
        [
            f"{n} ({words.probability(p)})"
            for n, p in probabilities.items()
            if p >= stored_posterior.LEAST_PROBABILITY
        ]
    )
    found += [
        f"Averaged over {weighed} by their probabilities: {_fractions(fractions, titles)} of "
        f"{product}{where}."
        for _, pathways, where in by_experiment(
            averaged.pathways, averaged.pathways_by_experiment, ()
        )
        for product, fractions in pathways.items()
        if len(fractions) > 1 and len(probabilities) > 1
    ]
    return found


def _fractions(fractions: Mapping[str, Interval], titles: Mapping[str, str]) -> str:
    parts = [
        f"{titles.get(route, route)} makes {interval_percent(fraction)}"
        for route, fraction in fractions.items()
        if is_number(fraction.upper) and fraction.upper > words.HARDLY
    ]
    return listed(parts) if parts else "no known route makes any"


def noise_words(result: StudyResult) -> str:
    """Name what the fractions assume of the data's errors."""
    measurement = result.measurement
    if is_words_only(result):
        return f"sentences that are wrong with probability {measurement.error_rate:g}"
    own = NOISES[measurement.noise].in_forecast + TAILS[measurement.tails].in_forecast
    return own + SCALES[measurement.scale].in_forecast


def fraction_cautions(result: StudyResult, names: list[str]) -> list[str]:
    """Say what the fractions rest on, and warn where the leading mechanism does not fit."""
    told = (*(one.pathways for one in result.mechanisms.values()), result.averaged.pathways)
    if not names or not any(len(steps) > 1 for one in told for steps in one.values()):
        return []
    leader = names[0]
    checks = result.mechanisms[leader].predictive_checks
    found = []
    if checks is None:
        why = "there are no intensities to check it against."
    else:
        why = check_words(checks, leader)
    if checks is not None and checks.passed is False:
        found.append(
            f"{leader}, the most probable mechanism, does not pass its posterior predictive "
            "checks: the fractions and fluxes below are those of a mechanism that does not fit. "
            f"{why}"
        )
    elif checks is None or checks.passed is None:
        found.append(
            f"Whether {leader}, the most probable mechanism, fits at all is not known: {why}"
        )
    found.append(
        "A fraction holds only if its mechanism does: a mechanism that has a route finds a "
        "fraction for it, also where that route plays no part."
    )
    return found
