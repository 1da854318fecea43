"""Data and fit: the courses of the most probable mechanism, its residuals, and how each fits."""

from __future__ import annotations

from collections.abc import Iterator

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, ranked_names
from assemblysim.report.content.words import is_number
from assemblysim.report.document.naming import titled
from assemblysim.report.document.nodes import (
    Cell,
    Node,
    Paragraph,
    Section,
    SideBySide,
    Table,
    table_blocks,
)
from assemblysim.report.sections.front.together import together_parts
from assemblysim.report.sections.mechanism import course_parts
from assemblysim.report.sections.statements import telling_statements
from assemblysim.result.checks import PredictiveCheckResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.scatter import scatter_words

_OF_WHAT = {
    "scatter": "size of the residuals",
    "largest": "largest residual",
    "trend": "residuals of one sign in a row",
    "lack of fit": "means of replicates",
}
_TITLE = "Data and fit"
_NONE_TELLS = "No sentence tells the mechanisms apart; all of them stand in the appendix."


def fit_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where nothing was observed and nothing stored."""
    result, best = study.result, ranked_names(study.result)[0]
    courses = tuple(course_parts(study, best))
    parts: list[Node] = []
    if courses:
        parts += [
            Paragraph(f"Under the most probable mechanism, {best}:"),
            SideBySide((*courses, *together_parts(study, best))),
        ]
    scatter = scatter_words(result.mechanisms[best], result.measurement)
    parts += [Paragraph(scatter)] if scatter else []
    parts += table_blocks("fit", fit_table(result))
    parts += _statements(result)
    return (Section("fit", _TITLE, tuple(parts), link=_TITLE),) if parts else ()


def _statements(result: StudyResult) -> Iterator[Node]:
    if not any(one.statements for one in result.mechanisms.values()):
        return
    table = telling_statements(result)
    yield from table_blocks("telling_statements", table)
    if table is None:
        yield Paragraph(_NONE_TELLS)


def fit_table(result: StudyResult) -> Table | None:
    """Say of each mechanism whether it would give data like these; None without measurements."""
    rows = []
    for name in ranked_names(result):
        checks = result.mechanisms[name].predictive_checks
        if checks is not None and checks.statistics:
            rows.append((titled(name), _answer(checks), _smallest(checks), _wild(result, name)))
    if not rows:
        return None
    if any(row[-1] for row in rows):
        rows = [(*row[:-1], row[-1] or "none") for row in rows]
    return Table.of(
        "Would each mechanism give data like these? p: fraction of new data sets that look at "
        "least as bad as the real one; a small p is a warning, a large one no proof",
        ("mechanism", "fits", "smallest p, and of what", "spectra that it does not fit"),
        rows,
    ).telling()


def _answer(checks: PredictiveCheckResult) -> Cell:
    if checks.passed is None:
        return Cell("too few draws to tell", "", "notable")
    return Cell("yes", "", "good") if checks.passed else Cell("no", "", "bad")


def _smallest(checks: PredictiveCheckResult) -> str:
    known = {name: p for name, p in checks.statistics.items() if is_number(p)}
    if not known:
        return "not known"
    least = min(known, key=known.__getitem__)
    return f"{words.number(known[least], 2)}, {_OF_WHAT.get(least, least)}"


def _wild(result: StudyResult, name: str) -> str:
    found = [one.label for one in result.mechanisms[name].wild_spectra if one.probability > 0.5]
    return "; ".join(found)
