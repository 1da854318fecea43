"""The statements: what each sentence of the source says under each mechanism."""

from __future__ import annotations

from collections.abc import Iterator

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, lettered, ranked_names
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Paragraph, Section, Table, TableBlock
from assemblysim.result.mechanism import StatementResult
from assemblysim.result.summary import StudyResult

# Contributions that differ by more than this, in nats, are marked: a factor of 1.6.
_NOTABLE_NATS = 0.5
_READING_AID = (
    "Shaded: sentences whose mean log probability differs between mechanisms by more than 0.5 "
    "nats, a factor of 1.6. The others hardly count in the comparison."
)


def statement_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where the study has no statements."""
    table = statement_table(study.result)
    if table is None:
        return ()
    parts = (Paragraph(_READING_AID), TableBlock(table, "statements"))
    return (Section("statements", "What each statement says", parts, link="Statements"),)


def statement_table(result: StudyResult) -> Table | None:
    """Show what each sentence says under each mechanism; None where there are none."""
    names = ranked_names(result)
    several = len(result.conditions) > 1
    by_text: dict[str, dict[str, StatementResult]] = {}
    for name in names:
        for statement in result.mechanisms[name].statements:
            where = f"{statement.experiment}: " if several else ""
            under = f" [{statement.interpretation}]" if statement.interpretation else ""
            by_text.setdefault(f"{where}{statement.text}{under}", {})[name] = statement
    if not by_text:
        return None
    rows = []
    for text, found in by_text.items():
        first = next(iter(found.values()))
        nats = [s.log_contribution for s in found.values() if is_number(s.log_contribution)]
        differs = bool(nats) and max(nats) - min(nats) > _NOTABLE_NATS
        cells = [_statement_cell(found.get(name), max(nats, default=0.0)) for name in names]
        said = Cell(
            text,
            "; ".join(_details(first, result.measurement.error_rate)),
            "notable" if differs else "",
        )
        rows.append((said, *cells))
    return Table.of(
        "For each sentence: posterior probability that all that it claims holds in the noisy "
        "signals, and below it the mean logarithm of the probability of the sentence (nats)",
        ("sentence", *names),
        rows,
    )


def telling_statements(result: StudyResult) -> Table | None:
    """Return those rows of the table on which mechanisms differ; None where there are none."""
    every = statement_table(result)
    rows = [] if every is None else [row for row in every.rows if row[0].mark]
    if every is None or not rows:
        return None
    caption = (
        f"The sentences that tell the mechanisms apart, {len(rows)} of {len(every.rows)}: "
        "probability that what is said holds, and below it what that adds to the evidence (nats)"
    )
    if any(one.interpretation for m in result.mechanisms.values() for one in m.statements):
        caption += "; in brackets: the interpretation that reads it so"
    letters = lettered(result)
    heads = (letters.get(name, name) for name in every.columns)
    plain = (
        tuple(
            Cell(c.text, "" if i == 0 else c.note, c.mark if i else "") for i, c in enumerate(row)
        )
        for row in rows
    )
    return Table(caption, tuple(heads), tuple(plain))


def _details(statement: StatementResult, rate: float) -> Iterator[str]:
    """Yield what a sentence claims beyond its name, and how it is read and trusted."""
    for claim in statement.claims:
        if claim.text != statement.text:
            yield claim.text
        if claim.reading:
            yield f"read as: {claim.reading}"
    if statement.silent:
        yield f"silence: something visible is not mentioned with probability {statement.rate:g}"
    elif statement.rate != rate:
        yield f"wrong with probability {statement.rate:g}, others with {rate:g}"


def _statement_cell(statement: StatementResult | None, best: float) -> Cell:
    if statement is None:
        return Cell(MISSING)
    nats = statement.log_contribution
    mark = "bad" if is_number(nats) and best - nats > _NOTABLE_NATS else ""
    return Cell(words.probability(statement.probability), words.signed(nats, 2), mark)
