"""What the commands show of stored results: parts of the report, and a few tables of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assemblysim.language import capital
from assemblysim.report.content import headlines, words
from assemblysim.report.content.following import lifetime_table, pathway_table
from assemblysim.report.content.stored import (
    StoredStudy,
    Summary,
    failed_checks,
    ranked_names,
    species_names,
    window,
)
from assemblysim.report.document.nodes import (
    Caution,
    Cell,
    Listing,
    Node,
    Table,
    TableBlock,
    View,
    listed_parts,
    table_blocks,
)
from assemblysim.report.sections.answer import answer_section
from assemblysim.report.sections.averaged import averaged_tables
from assemblysim.report.sections.criteria import criteria_section
from assemblysim.report.sections.forecast.control import control_sentences, control_table
from assemblysim.report.sections.forecast.flows import (
    extent_table,
    fraction_cautions,
    fraction_sentences,
    named_in_play,
)
from assemblysim.report.sections.forecast.next_spectrum import design_table
from assemblysim.report.sections.forecast.stopping import stopping_sentences, window_tables
from assemblysim.report.sections.statements import statement_section


def comparison_view(summary: Summary) -> View:
    """Return what ``compare`` shows: warnings, the answer, statements, criteria."""
    study = StoredStudy(Path(), summary, {})
    sections = (
        section
        for build in (answer_section, statement_section, criteria_section)
        for section in build(study)
    )
    parts = (part for section in sections for part in section.parts)
    return View((*headlines.banners(summary), *parts), tuple(species_names(summary)))


def effort_view(summary: Summary) -> View:
    """Return the table that ends a fit: what each mechanism's fit found, and what it cost."""
    probabilities = (summary.get("comparison") or {}).get("probabilities") or {}
    failed = failed_checks(summary)
    rows = []
    for name in ranked_names(summary):
        one = summary["mechanisms"][name]
        evidence = (one.get("log_evidence") or [{}])[0]
        bad = failed.get(name)
        rows.append(
            (
                name,
                words.probability(probabilities.get(name)),
                words.plus_minus(evidence.get("value"), evidence.get("error")),
                words.signed(one.get("log_likelihood_max")),
                str(one.get("steps") or words.MISSING),
                str(one.get("likelihood_calls") or words.MISSING),
                words.duration((one.get("seconds") or 0.0) / 3600),
                Cell(f"FAILED: {', '.join(bad)}", "", "bad") if bad else Cell("passed", "", "good"),
            )
        )
    columns = (
        "mechanism", "probability", "log evidence", "best log-likelihood", "steps",
        "likelihood calls", "computing", "checks",
    )  # fmt: skip
    table = Table.of("What was fitted, and what it cost", columns, rows)
    return View((TableBlock(table, "effort"),), tuple(species_names(summary)))


def prediction_view(summary: Summary, mechanism: str | None = None) -> View:
    """Return what ``predict`` shows: lifetimes and pathway fractions.

    Args:
        summary: the stored summary.
        mechanism: the mechanism to show alone; None shows all and their average.

    Returns:
        The tables, the most probable mechanism first.
    """
    parts: list[Node] = [*headlines.banners(summary)]
    for name in ranked_names(summary) if mechanism is None else [mechanism]:
        one = summary["mechanisms"][name]
        parts += table_blocks(
            "predictions",
            lifetime_table(one.get("lifetimes") or {}, window(summary), f"{name}: lifetimes"),
            pathway_table(one.get("pathways") or {}, f"{name}: pathway fractions"),
        )
    if mechanism is None:
        leading = named_in_play(summary)
        by_routes = fraction_sentences(summary, leading)
        parts += listed_parts("By which routes products are made", by_routes)
        parts += [Caution(text) for text in fraction_cautions(summary, leading)]
        parts += averaged_tables(summary)
    return View(tuple(parts), tuple(species_names(summary)))


def forecast_view(found: Mapping[str, Any]) -> View:
    """Return what ``predict`` shows of a forecast; lifetimes come beside it.

    Args:
        found: what `study.forecasting.forecast` returned.
    """
    name = next(iter(found["probabilities"]))  # the others are in --json
    one = found["mechanisms"][name]
    tables = (
        *window_tables(found),
        control_table(one["rate_control"], name),
        extent_table(one["extents"], name, found["conditions"]["until_h"]),
    )
    parts: tuple[Node, ...] = (
        *(Caution(text) for text in found["cautions"]),
        Listing((*stopping_sentences(found), *control_sentences(found))),
        *table_blocks("forecast", *tables),
    )
    return View(parts, _species(found))


def changed_view(found: Mapping[str, Any], summary: Summary) -> View:
    """Return lifetimes and pathway fractions of a forecast under changed conditions.

    Args:
        found: what `study.forecasting.forecast` returned.
        summary: of the fit, for what the fractions rest on.
    """
    hours = found["conditions"]["until_h"]
    where = found["conditions"]["changed"] or f"followed for {hours:g} h"
    averaged = found["averaged"]
    tables = (
        lifetime_table(averaged["lifetimes"], hours, f"Lifetimes {where}, averaged"),
        pathway_table(averaged["pathways"], f"Pathway fractions {where}, averaged"),
    )
    cautions = fraction_cautions(summary, list(found["mechanisms"]))
    parts: tuple[Node, ...] = (
        *table_blocks("changed", *tables),
        *(Caution(text) for text in cautions),
    )
    return View(parts, _species(found))


def design_view(found: Mapping[str, Any]) -> View:
    """Return what ``design`` shows.

    Args:
        found: what `study.designing.design_study` returned.
    """
    return View(
        (
            Listing(tuple(capital(sentence) for sentence in found["sentences"])),
            TableBlock(design_table(found), "next"),
            *(Caution(caution) for caution in found["cautions"]),
        )
    )


def _species(found: Mapping[str, Any]) -> tuple[str, ...]:
    every = [one["windows"] for one in found["mechanisms"].values()]
    control = [q for one in found["mechanisms"].values() for q in one["rate_control"].values()]
    return tuple(dict.fromkeys(name for part in (*every, *control) for name in part))
