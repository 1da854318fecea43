"""The answer: the verdict, what takes it away, the ranking, what would decide."""

from __future__ import annotations

from functools import partial

from assemblysim.inference.evidence.comparison import evidence_words
from assemblysim.report.content import headlines, words
from assemblysim.report.content.stored import StoredStudy, ranked_names
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
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.verdict import verdict_words

_MOST_CAVEATS = 3


def answer_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build what the reader must know first."""
    result = study.result
    picture = probability_picture(result)
    caveats = _caveats(headlines.caveats(result))
    ranking = ranking_table(result)
    parts: list[Node] = [
        Paragraph(verdict_words(result.comparison.verdict, result.titles), "verdict")
    ]
    if picture is None:
        parts += caveats
    else:
        caption = (
            "Probability of each mechanism, given these data, these priors, and that one of the "
            "mechanisms compared is at work. Lines: 95 % intervals from the error of the evidences."
        )
        parts.append(Pair((FigureBlock(picture, caption),), caveats))
    parts.append(TableBlock(ranking, "ranking", only_filed=headlines.is_single(result)))
    parts += listed_parts("What measurement would decide", headlines.deciding(result))
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


def probability_picture(result: StudyResult) -> Picture | None:
    """Return the figure of the probabilities; a single bar at 1 would look like evidence."""
    comparison = result.comparison
    if len(comparison.probabilities) < 2:
        return None
    return Picture(
        "probabilities",
        alternatives.describe_probabilities(comparison.probabilities, comparison.intervals),
        partial(
            figures.probability_figure,
            comparison.probabilities,
            comparison.intervals,
            comparison.left_open,
        ),
    )


def ranking_table(result: StudyResult) -> Table:
    """Rank the mechanisms by probability."""
    comparison = result.comparison
    left_open = comparison.left_open
    rows = []
    for name in ranked_names(result):
        factor = comparison.log_bayes_factors[name]
        first = factor.value == 0
        between = words.probability_interval(*comparison.intervals[name])
        rows.append(
            (
                Cell(name, result.mechanisms[name].title),
                Cell(words.probability(comparison.probabilities[name]), between),
                MISSING if first else words.plus_minus(factor.value, factor.error),
                MISSING if first else evidence_words(factor.value),
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
