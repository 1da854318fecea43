"""What the evidence is a mean over: how a text may be read, how the temperature may have gone."""

from __future__ import annotations

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, lettered, ranked_names
from assemblysim.report.document.nodes import Cell, Paragraph, Section, Table, TableBlock
from assemblysim.result.evidence import AlternativeComparison
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.verdict import verdict_words

_KINDS = {"interpretation": "reading of the words", "course": "course of temperature"}
_MEAN = (
    "The evidence of each mechanism is the mean over these alternatives by their probability "
    "before the data, so the verdict holds whichever is true; beside it stands what it would be if "
    "one of them were certain."
)
_PREDICTED = (
    "Lifetimes, pathways and forecasts are computed with the course of temperature as stated."
)


def alternatives_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where there is one reading and one course of temperature."""
    table = alternatives_table(study.result)
    if table is None:
        return ()
    kinds = {one.kind for one in study.result.comparison.alternatives}
    text = f"{_MEAN} {_PREDICTED}" if "course" in kinds else _MEAN
    parts = (Paragraph(text), TableBlock(table, "alternatives"))
    return (Section("alternatives", "What is averaged over", parts, link="Averaged over"),)


def alternatives_table(result: StudyResult) -> Table | None:
    """Show each alternative: its probabilities, and the verdict if it is certain."""
    every = result.comparison.alternatives
    if not every:
        return None
    names, letters = ranked_names(result), lettered(result)
    return Table.of(
        "Alternatives: probability before and after the data, over all mechanisms; probability of "
        "each mechanism, by its letter in the ranking, if the alternative is certain",
        ("alternative", "before", "after", *map(letters.__getitem__, names), "verdict then"),
        [_row(one, names) for one in every],
    )


def _row(one: AlternativeComparison, names: list[str]) -> tuple[Cell | str, ...]:
    known = one.probabilities or {}
    said = "the draws do not tell" if one.verdict is None else verdict_words(one.verdict)
    title = one.title if one.title == one.name or not one.name else f"{one.name}: {one.title}"
    return (
        Cell(title, _KINDS[one.kind]),
        words.probability(one.prior),
        words.probability(one.posterior),
        *(words.probability(known.get(name)) for name in names),
        said,
    )
