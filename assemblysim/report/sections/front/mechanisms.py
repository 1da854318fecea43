"""The mechanisms: how probable each is, and what those in the lead look like."""

from __future__ import annotations

from assemblysim.language import capital
from assemblysim.report.content import headlines
from assemblysim.report.content.large import SHOWN_COURSES, is_too_large, large_networks
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
    leading = {name: result.mechanisms[name] for name in headlines.leading(result)}
    large = {name: one for name, one in leading.items() if is_too_large(one)}
    schemes = [one for name in leading if name not in large for one in scheme_parts(result, name)]
    parts: list[Node] = [table]
    if schemes:
        parts += [SideBySide(tuple(schemes)), Paragraph(_CONSTANTS, "small")]
    if large:
        parts += [TableBlock(large_networks(large), "large_networks")]
        parts += [Paragraph(f"{capital(SHOWN_COURSES)}.", "small")]
    return (Section("mechanisms", _TITLE, tuple(parts), link=_TITLE),)
