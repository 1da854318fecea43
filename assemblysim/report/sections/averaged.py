"""The predictions of all mechanisms together, weighted by their probabilities."""

from __future__ import annotations

from functools import partial

from assemblysim.report.content.following import lifetime_table, pathway_table
from assemblysim.report.content.stored import StoredStudy, Summary, ranked_names, window
from assemblysim.report.document.nodes import (
    FigureBlock,
    Node,
    Picture,
    Section,
    TableBlock,
    table_blocks,
)
from assemblysim.report.figures import alternatives, figures


def averaged_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where nothing is predicted."""
    parts: list[Node] = []
    picture = _pathways(study.summary)
    if picture is not None:
        caption = (
            "Fraction of each product made by each step, where there is more than one; lines: "
            "95 % intervals."
        )
        parts.append(FigureBlock(picture, caption))
    parts += averaged_tables(study.summary)
    if not parts:
        return ()
    title = "Predictions together"
    return (Section("averaged", title, tuple(parts), link=title),)


def averaged_tables(summary: Summary) -> tuple[TableBlock, ...]:
    """Return the predictions averaged over mechanisms by their probabilities."""
    averaged = summary.get("averaged") or {}
    caption = (
        "Lifetimes, averaged by their probabilities over the mechanisms that have the "
        "intermediate: median and 95 % interval"
    )
    return table_blocks(
        "averaged",
        lifetime_table(averaged.get("lifetimes") or {}, window(summary), caption),
        pathway_table(averaged.get("pathways") or {}, "Pathway fractions, averaged likewise"),
    )


def _pathways(summary: Summary) -> Picture | None:
    """Draw the pathway fractions where some product is made in more than one way."""
    rows = [
        (name, product, reaction, fraction)
        for name in ranked_names(summary)
        for product, fractions in (summary["mechanisms"][name].get("pathways") or {}).items()
        for reaction, fraction in fractions.items()
        if len(fractions) > 1
    ]
    if not rows:
        return None
    draw = partial(figures.pathway_figure, rows)
    return Picture("pathways", alternatives.describe_pathways(rows), draw)
