"""What to measure next, in short: the best of what was looked at, mechanisms by their letters."""

from __future__ import annotations

from collections.abc import Mapping

from assemblysim.inference.evidence.comparison import POSITIVE
from assemblysim.language import capital, listed
from assemblysim.report.content.stored import StoredStudy, lettered
from assemblysim.report.document.nodes import (
    Listing,
    Node,
    Paragraph,
    Section,
    Table,
    table_blocks,
)
from assemblysim.report.sections.forecast.next_spectrum import (
    alone_words,
    design_sentences,
    measurement_table,
    narrowing_table,
)
from assemblysim.result.design import DesignResult
from assemblysim.sentences.design import (
    MIGHT,
    candidate_words,
    factor_words,
    is_rough,
    proposal_words,
)

_TITLE = "What to measure next"
_MOST_ROWS = 5
_ALL = "All that was looked at, with errors and what the figures rest on, stands in the appendix."


def measuring_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no forecast is stored."""
    result, design = study.result, study.design
    if result.forecast is None:
        return ()
    letters = lettered(result)
    parts: tuple[Node, ...]
    if design is None:
        table = measurement_table(result)
        short = (
            None if table is None else Table(table.caption, table.columns, table.rows[:_MOST_ROWS])
        )
        said = Listing(tuple(design_sentences(result, design)))
        parts = (said, *table_blocks("next_in_short", short))
    elif not design.candidates[0].pairs and design.candidates[0].narrowing is not None:
        parts = (
            Listing((capital(alone_words(study, next(iter(design.probabilities)))) + ".",)),
            *table_blocks("next_in_short", narrowing_table(design, _MOST_ROWS)),
            Paragraph(_ALL, "small"),
        )
    else:
        parts = (
            *table_blocks("next_in_short", short_design_table(design, letters)),
            *table_blocks("experiments_in_short", short_experiments_table(design, letters)),
            Paragraph(_ALL, "small"),
        )
    return (Section("next", _TITLE, parts, link=_TITLE),)


def short_design_table(found: DesignResult, letters: Mapping[str, str]) -> Table:
    """Show the most telling spectra and which pairs of mechanisms each might decide."""
    rows = []
    for place, one in enumerate(found.candidates[:_MOST_ROWS]):
        ranked = sorted(one.pairs, key=lambda pair: -pair.decided.value)
        pairs = [
            f"{_apart(pair.between, letters)} ({pair.decided.value:.2f})"
            for pair in ranked
            if pair.decided.value >= MIGHT
        ]
        if pairs or not place:
            said = listed(pairs[:3]) if pairs else "no two"
            rows.append((capital(candidate_words(one)), said))
    return Table.of(
        "The most telling spectra, and what each may decide, with its probability (letters as in "
        "the ranking)",
        ("spectrum", "may decide"),
        rows,
    )


def short_experiments_table(found: DesignResult, letters: Mapping[str, str]) -> Table | None:
    """Show the most telling experiments; None where none were asked for."""
    best = found.experiments[:_MOST_ROWS]
    every = [one for one in best if one.told.log_bayes_factor.value >= POSITIVE] or best[:1]
    if not every:
        return None
    rows = [
        (
            capital(proposal_words(one)),
            _apart(one.told.between, letters),
            factor_words(one.told.log_bayes_factor) + (" (rough)" if is_rough(one) else ""),
            "–" if one.needed is None else str(one.needed),
        )
        for one in every
    ]
    return Table.of(
        f"The most telling experiments, each with {every[0].compared} spectra; needed are as many "
        "as make the expected Bayes factor 20 to 1",
        ("experiment", "tells apart best", "expected ln Bayes factor", "spectra needed"),
        rows,
    ).telling()


def _apart(between: tuple[str, ...], letters: Mapping[str, str]) -> str:
    return " from ".join(letters.get(name, name) for name in between)
