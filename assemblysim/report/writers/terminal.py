"""Results for a terminal: tables and panels of rich, and plain text where it is no terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from assemblysim.report.content import headlines, tables, words
from assemblysim.report.content.stored import failed_checks, ranked_names, species_names, window
from assemblysim.report.forecast.forecast_words import (
    named_in_play,
    share_cautions,
    share_sentences,
)

Summary = Mapping[str, Any]

_STYLES = {"bad": "bold red", "good": "green", "notable": "yellow", "": ""}


def comparison_view(summary: Summary) -> RenderableType:
    """Return what ``compare`` shows: warnings, verdict, ranking, criteria, caveats."""
    names = species_names(summary)
    parts: list[RenderableType] = [
        Text(f"{b.label}  {b.text}", style="bold red" if b.kind == "bad" else "bold yellow")
        for b in headlines.banners(summary)
    ]
    verdict = words.sentence(headlines.verdict(summary), names)
    parts.append(Panel(Text(verdict), title="Verdict", title_align="left"))
    shown = [
        tables.ranking_table(summary),
        tables.statement_table(summary),
        tables.criteria_table(summary),
        tables.sensitivity_table(summary),
    ]
    parts += [rich_table(table, names) for table in shown if table is not None]
    parts += _listed("Before you use this", headlines.caveats(summary), names)
    parts += _listed("What measurement would decide", headlines.deciding(summary), names)
    return Group(*parts)


def effort_view(summary: Summary) -> RenderableType:
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
                tables.Cell(name),
                tables.Cell(words.probability(probabilities.get(name))),
                tables.Cell(words.plus_minus(evidence.get("value"), evidence.get("error"))),
                tables.Cell(words.signed(one.get("log_likelihood_max"))),
                tables.Cell(str(one.get("steps") or words.MISSING)),
                tables.Cell(str(one.get("likelihood_calls") or words.MISSING)),
                tables.Cell(words.duration((one.get("seconds") or 0.0) / 3600)),
                tables.Cell(f"FAILED: {', '.join(bad)}", "", "bad")
                if bad
                else tables.Cell("passed", "", "good"),
            )
        )
    columns = (
        "mechanism", "probability", "log evidence", "best log-likelihood", "steps",
        "likelihood calls", "computing", "checks",
    )  # fmt: skip
    table = tables.Table("What was fitted, and what it cost", columns, tuple(rows))
    return rich_table(table, species_names(summary))


def prediction_view(summary: Summary, mechanism: str | None = None) -> RenderableType:
    """Return what ``predict`` shows: lifetimes and pathway shares.

    Args:
        summary: the stored summary.
        mechanism: the mechanism to show alone; None shows all and their average.

    Returns:
        The tables, the most probable mechanism first.
    """
    names = species_names(summary)
    parts: list[RenderableType] = [
        Text(f"{b.label}  {b.text}", style="bold red" if b.kind == "bad" else "bold yellow")
        for b in headlines.banners(summary)
    ]
    for name in ranked_names(summary) if mechanism is None else [mechanism]:
        one = summary["mechanisms"][name]
        shown = (
            tables.lifetime_table(
                one.get("lifetimes") or {}, window(summary), f"{name}: lifetimes"
            ),
            tables.pathway_table(one.get("pathways") or {}, f"{name}: pathway shares"),
        )
        parts += [rich_table(table, names) for table in shown if table is not None]
    if mechanism is None:
        leading = named_in_play(summary)
        parts += _listed("Which way products are made", share_sentences(summary, leading), names)
        parts += _listed("Mind", share_cautions(summary, leading), names)
        parts += [rich_table(table, names) for table in tables.averaged_tables(summary)]
    return Group(*parts)


def rich_table(table: tables.Table, names: Iterable[str] = ()) -> RichTable:
    """Turn a table of the report into one of rich, formulas typeset.

    Text goes in as it is: brackets in it are no markup.

    Args:
        table: the table.
        names: species whose names are formulas.
    """
    known = list(names)
    drawn = RichTable(
        title=Text(words.sentence(table.caption, known)), title_justify="left", title_style="bold"
    )
    for column in table.columns:
        drawn.add_column(Text(words.sentence(column, known)), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(_cell(cell, known) for cell in row))
    return drawn


def plain_text(view: RenderableType, width: int = 100) -> str:
    """Write a view without colours or escape codes, for files, pipes and logs.

    Args:
        view: of this module.
        width: characters in a line.
    """
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False)
    console.print(view)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _cell(cell: tables.Cell, names: list[str]) -> Text:
    text = Text(words.sentence(cell.text, names), style=_STYLES[cell.mark])
    if cell.note:
        text.append(f"\n{words.sentence(cell.note, names)}", style="dim")
    return text


def _listed(title: str, sentences: list[str], names: list[str]) -> list[RenderableType]:
    if not sentences:
        return []
    lines = "\n".join(f"• {words.sentence(sentence, names)}" for sentence in sentences)
    return [Text(f"\n{title}", style="bold"), Text(lines)]
