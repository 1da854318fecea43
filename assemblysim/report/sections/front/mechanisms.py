"""The mechanisms: how probable each is, and what those in the lead look like."""

from __future__ import annotations

from assemblysim.report.content import headlines
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.document.nodes import Node, Paragraph, Section, SideBySide, TableBlock
from assemblysim.report.sections.answer import ranking_table
from assemblysim.report.sections.mechanism import scheme_parts

_TITLE = "Mechanisms"
_CONSTANTS = (
    "On the steps: medians of the constants that the data determine. Dashed boxes: species that "
    "the data do not show."
)


def mechanisms_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section."""
    result = study.result
    table = TableBlock(ranking_table(result), "ranking", only_filed=headlines.is_single(result))
    schemes = [one for name in headlines.leading(result) for one in scheme_parts(result, name)]
    parts: tuple[Node, ...] = (table, SideBySide(tuple(schemes)), Paragraph(_CONSTANTS, "small"))
    return (Section("mechanisms", _TITLE, parts, link=_TITLE),)
