"""What differs between groups, and how the width of the ratios' priors decides it."""

from __future__ import annotations

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, ranked_names
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import (
    Listing,
    Paragraph,
    Section,
    Table,
    TableBlock,
    table_blocks,
)
from assemblysim.result.evidence import DifferenceResult, RatioWidth
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.verdict import difference_words, verdict_words

_WIDTH = (
    "A constant that may differ is its geometric mean over the groups and a ratio, whose prior is "
    "stated. The wider that is, the more different constants it counts with, and the more the data "
    "have to show before a difference is worth it: so the comparison stands here for other widths "
    "too. Each Bayes factor is the mean evidence of the mechanisms in which the constant differs "
    "against that of those in which the groups share it."
)


def difference_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no constant may differ."""
    result = study.result
    comparison = result.comparison
    if not comparison.ratio_widths:
        return ()
    said = tuple(difference_words(one) for one in comparison.differences)
    parts = (
        *((Listing(said),) if said else ()),
        Paragraph(_WIDTH),
        *table_blocks("differences", difference_table(result)),
        TableBlock(width_table(result), "ratio_widths"),
        TableBlock(width_probability_table(result), "ratio_width_probabilities"),
    )
    title = "What differs between the groups"
    return (Section("differences", title, parts, link="What differs"),)


def difference_table(result: StudyResult) -> Table | None:
    """Show the ln Bayes factor in favour of each difference, under each width of the priors."""
    comparison = result.comparison
    if not comparison.differences:
        return None
    widths = comparison.ratio_widths
    rows = []
    for one in comparison.differences:
        found = [next((d for d in width.differences if _same(d, one)), None) for width in widths]
        rows.append(
            (
                one.constant,
                *(
                    MISSING
                    if d is None
                    else words.plus_minus(d.log_bayes_factor.value, d.log_bayes_factor.error)
                    for d in found
                ),
            )
        )
    return Table.of(
        "ln Bayes factor in favour of a difference, by the prior of the ratio",
        ("constant", *map(_width_words, widths)),
        rows,
    )


def _same(one: DifferenceResult, other: DifferenceResult) -> bool:
    return (one.constant, one.groups) == (other.constant, other.groups)


def width_table(result: StudyResult) -> Table:
    """Show the verdict under each width of the ratios' priors."""
    rows = [
        (
            _width_words(one),
            f"the draws of {', '.join(one.cut_off)} do not tell"
            if one.verdict is None
            else verdict_words(one.verdict, result.titles),
        )
        for one in result.comparison.ratio_widths
    ]
    columns = ("prior of a ratio", "verdict")
    return Table.of("Verdict under other priors of the ratios", columns, rows)


def width_probability_table(result: StudyResult) -> Table:
    """Show the probabilities under each width of the ratios' priors."""
    widths = result.comparison.ratio_widths
    rows = [
        (name, *(words.probability((one.probabilities or {}).get(name)) for one in widths))
        for name in ranked_names(result)
    ]
    columns = ("mechanism", *map(_width_words, widths))
    return Table.of("Probabilities under other priors of the ratios", columns, rows)


def _width_words(one: RatioWidth) -> str:
    """Say how wide a prior is: within which factor a ratio is two times in three."""
    stated = " (stated)" if one.scale == 1 else ""
    if one.factor is None:
        return f"{one.scale:g} times as wide{stated}"
    return f"factor {words.number(one.factor, 2)}{stated}"
