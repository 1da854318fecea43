"""The answer: the verdict, what takes it away, the ranking, what would decide."""

from __future__ import annotations

from functools import partial

from assemblysim.report.content import headlines, words
from assemblysim.report.content.stored import StoredStudy, Summary
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import (
    Cell,
    FigureBlock,
    Folded,
    Heading,
    Listing,
    Node,
    Pair,
    Paragraph,
    Picture,
    Section,
    Table,
    TableBlock,
    listed_parts,
)
from assemblysim.report.figures import alternatives, figures

_MOST_CAVEATS = 3


def answer_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build what the reader must know first."""
    summary = study.summary
    picture = probability_picture(summary)
    caveats = _caveats(headlines.caveats(summary))
    ranking = ranking_table(summary)
    parts: list[Node] = [Paragraph(headlines.verdict(summary), "verdict")]
    if picture is None:
        parts += caveats
    else:
        caption = (
            "Probability of each mechanism, given these data, these priors, and that one of the "
            "mechanisms compared is at work. Lines: 95 % intervals from the error of the evidences."
        )
        parts.append(Pair((FigureBlock(picture, caption),), caveats))
    if ranking is not None:
        parts.append(TableBlock(ranking, "ranking", only_filed=headlines.is_single(summary)))
    parts += listed_parts("What measurement would decide", headlines.deciding(summary))
    return (Section("answer", "", tuple(parts)),)


def _caveats(every: list[str]) -> tuple[Node, ...]:
    """Show the first caveats, and fold the others away."""
    first, others = tuple(every[:_MOST_CAVEATS]), tuple(every[_MOST_CAVEATS:])
    shown = (
        Listing(first)
        if first
        else Paragraph("The study states no caveats, and the criteria agree.")
    )
    title = f"Further caveats ({len(others)})"
    more = (Folded(title, (Listing(others),)),) if others else ()
    return (Heading("Before you use this"), shown, *more)


def probability_picture(summary: Summary) -> Picture | None:
    """Return the figure of the probabilities; a single bar at 1 would look like evidence."""
    comparison = summary.get("comparison") or {}
    fractions = {
        n: p for n, p in (comparison.get("probabilities") or {}).items() if words.is_number(p)
    }
    if len(fractions) < 2:
        return None
    intervals = comparison.get("intervals") or {}
    return Picture(
        "probabilities",
        alternatives.describe_probabilities(fractions, intervals),
        partial(figures.probability_figure, fractions, intervals, comparison.get("open") or ()),
    )


def ranking_table(summary: Summary) -> Table | None:
    """Rank the mechanisms by probability; None where nothing was compared."""
    comparison = summary.get("comparison")
    if not comparison:
        return None
    factors = comparison.get("log_bayes_factors") or {}
    left_open = comparison.get("open") or ()
    rows = []
    for name, fraction in sorted(
        comparison["probabilities"].items(), key=lambda pair: -(pair[1] or 0)
    ):
        low, high = ((comparison.get("intervals") or {}).get(name) or (None, None))[:2]
        factor = factors.get(name) or {}
        first = factor.get("value") in (0, 0.0, None)
        rows.append(
            (
                name,
                Cell(words.probability(fraction), words.probability_interval(low, high)),
                MISSING if first else words.plus_minus(factor.get("value"), factor.get("error")),
                MISSING if first else str(factor.get("words") or MISSING),
                "open" if len(left_open) > 1 and name in left_open else "",
            )
        )
    return Table.of(
        "Posterior probability of each mechanism, all taken as equally probable before the data; "
        "interval: error of the evidences only",
        ("mechanism", "probability (95 %)", "ln Bayes factor of the best against it",
         "evidence against it", "left open"),
        rows,
    )  # fmt: skip
