"""Where the material flows: which way products are made, and what every step turned over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from assemblysim.language import listed
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.report.content import words
from assemblysim.report.content.large import is_too_large
from assemblysim.report.content.stored import StoredStudy, Summary
from assemblysim.report.content.words import is_number
from assemblysim.report.document.collected import file_stem
from assemblysim.report.document.nodes import (
    Caution,
    Cell,
    FigureBlock,
    Folded,
    Heading,
    Listing,
    Node,
    Pair,
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
from assemblysim.report.sections.forecast.forecast import ENDS, stored_forecast
from assemblysim.study.results import stored_posterior

_ARROWS = (
    "Arrows as wide as the median net turnover of each step; dotted: too little to be seen. A step "
    "that takes two of a species is one turnover, so arrows into a box and out of it need not "
    "balance. 95 % intervals are in the table. Dashed boxes: species that the data do not show."
)
_BANDS = (
    "Line: median; band: 95 % of the posterior, cut off where it exceeds three times the largest "
    "median. Colours are those of the arrows. Below zero a step runs back."
)


def flow_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no forecast is stored."""
    summary = study.summary
    found = stored_forecast(summary)
    if found is None:
        return ()
    names, hours = list(found["mechanisms"]), found["conditions"]["until_h"]
    parts: list[Node] = [Caution(text) for text in fraction_cautions(summary, names)]
    sentences = tuple(fraction_sentences(summary, names))
    parts += [Listing(sentences)] if sentences else []
    first = next((n for n in names if summary["mechanisms"][n].get("flux")), None)
    each = [_mechanism(summary, name, hours, with_fluxes=name == first) for name in names]
    parts += each[0] if each else ()
    others = tuple(part for one in each[1:] for part in one)
    parts += [Folded("The other mechanisms in play", others)] if others else []
    title = "Where the material flows"
    return (Section("flows", title, tuple(parts), link=title),)


def _mechanism(summary: Summary, name: str, hours: float, *, with_fluxes: bool) -> tuple[Node, ...]:
    """Show the diagram of one mechanism, its fluxes over time where wanted, and its turnovers."""
    mechanism = summary["mechanisms"][name]
    is_drawn = bool(mechanism.get("flux")) and not is_too_large(mechanism)
    drawn: tuple[Node, ...] = (_diagram(summary, name),) if is_drawn else ()
    turnover = extent_table(mechanism.get("extents") or {}, name, hours)
    if with_fluxes:
        fluxes = _fluxes(summary, name)
        drawn = (Pair(drawn, (fluxes,)),) if drawn else (fluxes,)
    return (Heading(name), *drawn, *table_blocks("turnover", turnover, mechanism=name))


def _diagram(summary: Summary, name: str) -> FigureBlock:
    mechanism = summary["mechanisms"][name]
    observed = (summary.get("measurement") or {}).get("signals") or []
    picture = Picture(
        f"flows_{file_stem(name)}",
        flux_alternatives.describe_flux_diagram(name, mechanism),
        partial(flux_diagram, mechanism, step_looks(summary), observed),
    )
    return FigureBlock(picture, _ARROWS)


def _fluxes(summary: Summary, name: str) -> TimeFigures:
    looks, flux = step_looks(summary), summary["mechanisms"][name]["flux"]
    linear, logarithmic = (
        Picture(
            f"flux_{file_stem(name)}{'_log' if log_time else ''}",
            flux_alternatives.describe_fluxes(name, flux, log_time=log_time),
            partial(flux_figure, flux, looks, log_time=log_time),
        )
        for log_time in (False, True)
    )
    conditions = (summary.get("conditions") or [{}])[0]
    log_first = shown_logarithmic(conditions.get("sampled_h") or [], float(flux["times_h"][-1]))
    return TimeFigures("Net flux over time", linear, logarithmic, log_first, _BANDS)


def extent_table(extents: Mapping[str, Any], mechanism: str, hours: float) -> Table | None:
    """Show how much every step turned over on the whole; None where nothing is stored."""
    fractions = list(dict.fromkeys(k for one in extents.values() for k in one if k != "extent"))
    rows = [
        (
            Cell(step),
            Cell(_turnover(one["extent"])),
            *(Cell(words.percent_interval(*(one[k][q] for q in ENDS))) for k in fractions),
        )
        for step, one in extents.items()
    ]
    if not rows:
        return None
    unit = next(iter(extents.values()))["extent"].get("unit") or "mM"
    heads = (f"fraction of {k.removeprefix('share_of_')}" for k in fractions)
    behind = (
        "; fractions: building blocks that pass through it, of all that was put in"
        if fractions
        else ""
    )
    return Table(
        f"{mechanism}: net turnover of every step in {words.duration(hours)}{behind}",
        ("step", f"turnover ({unit})", *heads),
        tuple(rows),
    )


def _turnover(one: Mapping[str, Any]) -> str:
    middle, low, high = (words.number(one[q], 3) for q in ENDS)
    return f"{middle} ({low} to {high})" if low != high else middle


def named_in_play(summary: Summary) -> list[str]:
    """Return the mechanisms that are probable enough to be named, the most probable first."""
    probabilities = (summary.get("comparison") or {}).get("probabilities") or {}
    return list(stored_posterior.in_play({n: p for n, p in probabilities.items() if is_number(p)}))


def fraction_sentences(summary: Summary, names: list[str]) -> list[str]:
    """Say by which routes products are made, always with the mechanism and the noise model assumed.

    Args:
        summary: the stored summary.
        names: of the mechanisms in play, the most probable first.
    """
    probabilities = (summary.get("comparison") or {}).get("probabilities") or {}
    every = summary["mechanisms"]
    found = [
        f"If '{name}' is at work (probability {words.probability(probabilities.get(name))}), with "
        f"{noise_words(summary)}: {_fractions(fractions)} of {product}."
        for name in names
        for product, fractions in (every[name].get("pathways") or {}).items()
        if len(fractions) > 1
    ]
    weighed = listed(
        [
            f"{n} ({words.probability(p)})"
            for n, p in probabilities.items()
            if p >= stored_posterior.LEAST_PROBABILITY
        ]
    )
    averaged = (summary.get("averaged") or {}).get("pathways") or {}
    found += [
        f"Averaged over {weighed} by their probabilities: {_fractions(fractions)} of {product}."
        for product, fractions in averaged.items()
        if len(fractions) > 1 and len(probabilities) > 1
    ]
    return found


def _fractions(fractions: Mapping[str, Any]) -> str:
    parts = [
        f"{route} makes {words.percent_interval(*(fraction.get(k) for k in ENDS))}"
        for route, fraction in fractions.items()
        if is_number(fraction.get("upper")) and fraction["upper"] > words.HARDLY
    ]
    return listed(parts) if parts else "no known route makes any"


def noise_words(summary: Summary) -> str:
    """Name what the fractions assume of the data's errors."""
    measurement = summary.get("measurement") or {}
    conditions = summary.get("conditions") or []
    if not any(c.get("readings") for c in conditions):
        rate = measurement.get("error_rate")
        return f"statements that are wrong with probability {rate:g}" if rate else "statements"
    return NOISES[measurement["noise"]].in_forecast + SCALES[measurement["scale"]].in_forecast


def fraction_cautions(summary: Summary, names: list[str]) -> list[str]:
    """Say what the fractions rest on, and warn where the leading mechanism does not fit."""
    told = [*summary["mechanisms"].values(), summary.get("averaged") or {}]
    several = (len(s) > 1 for one in told for s in (one.get("pathways") or {}).values())
    if not names or not any(several):
        return []
    leader = names[0]
    checks = summary["mechanisms"][leader].get("predictive_checks")
    found = []
    if checks and checks.get("passed") is False:
        found.append(
            f"{leader}, the most probable mechanism, does not pass its posterior predictive "
            f"checks: the fractions and fluxes below are those of a mechanism that does not fit. "
            f"{checks.get('sentence') or ''}".strip()
        )
    elif not checks or checks.get("passed") is None:
        why = (checks or {}).get("sentence") or "there are no intensities to check it against."
        found.append(
            f"Whether {leader}, the most probable mechanism, fits at all is not known: {why}"
        )
    found.append(
        "A fraction holds only if its mechanism does: a mechanism that has a route finds a "
        "fraction for it, also where that route plays no part."
    )
    return found
