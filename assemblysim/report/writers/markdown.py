"""The report of a study as Markdown, for repositories and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assemblysim.report.content import words
from assemblysim.report.document import nodes

_SIGNS = re.compile(r"([\\`*\[\]<>|#$~&])|((?<![^\W_])_|_(?![^\W_]))")
_LIST_MARK = re.compile(r"^([-+]|\d+(?=[.)]\s))")


def render_markdown(document: nodes.Document) -> str:
    """Return the report as Markdown with tables, for a file beside the folder ``figures``."""
    writer = _Writer(document.names)
    blocks = [f"# {writer.text(document.title)}"]
    blocks += writer.blocks(document.banners)
    blocks.append(writer.text(document.question))
    blocks += writer.sections(document.sections)
    if document.appendix:
        blocks += ["# Appendix", *writer.sections(document.appendix)]
    return "\n\n".join(block for block in blocks if block) + "\n"


class _Writer:
    """Writes texts of one study, whose species' formulas are typeset."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def sections(self, every: Iterable[nodes.Section]) -> Iterator[str]:
        """Write sections with their headings."""
        for section in every:
            tag = f" ({section.tag})" if section.tag else ""
            yield f"## {self.text(section.title)}{tag}" if section.title else ""
            yield from self.blocks(section.parts)

    def blocks(self, parts: Iterable[nodes.Node]) -> Iterator[str]:
        """Write parts of a report, each as blocks."""
        for part in nodes.opened(parts):
            if isinstance(part, nodes.TableBlock):
                yield "" if part.only_filed else self._table(part.table)
            elif isinstance(part, nodes.FigureBlock):
                yield from (self._picture(part.picture), self.text(part.caption))
            elif isinstance(part, nodes.TimeFigures):
                yield from (self._picture(part.first), self.text(part.legend))
            else:
                yield self._text_part(part)

    def text(self, text: str) -> str:
        """Write a text in one line, its signs without a meaning in Markdown."""
        line = " ".join(words.sentence(text, self._names).split())
        escaped = _SIGNS.sub(lambda m: f"\\{m.group()}", line)
        return _LIST_MARK.sub(lambda m: _unlisted(m.group()), escaped)

    def _text_part(self, part: nodes.Text) -> str:
        match part:
            case nodes.Banner(label, text):
                return f"> **{self.text(label)}** {self.text(text)}"
            case nodes.Paragraph(text, kind):
                return f"**{self.text(text)}**" if kind == "verdict" else self.text(text)
            case nodes.Heading(text):
                return f"### {self.text(text)}"
            case nodes.Caution(text):
                return f"**Mind** {self.text(text)}"
            case nodes.Listing(items, "references"):
                numbered = (f"{k}. {self.text(item)}" for k, item in enumerate(items, start=1))
                return "\n".join(numbered)
            case nodes.Listing(items):
                return "\n".join(f"- {self.text(item)}" for item in items)
            case nodes.Facts(rows):
                return "\n".join(f"- {self.text(f'{name}: {value}')}" for name, value in rows)

    def _table(self, table: nodes.Table) -> str:
        """Write a table below its caption."""
        rows = [
            [self._linked(c) + (f"<br>{self.text(c.note)}" if c.note else "") for c in row]
            for row in table.rows
        ]
        lines = [[self.text(column) for column in table.columns], ["---"] * len(table.columns)]
        body = "\n".join(f"| {' | '.join(cells)} |" for cells in [*lines, *rows])
        return f"**{self.text(table.caption)}**\n\n{body}"

    def _linked(self, cell: nodes.Cell) -> str:
        """Write a cell's text, as a link to the figure where it is shown."""
        text = self.text(cell.text)
        return f"[{text}](figures/{cell.shown_in}.svg)" if cell.shown_in else text

    def _picture(self, picture: nodes.Picture) -> str:
        """Show a stored figure."""
        return f"![{self.text(picture.alternative)}](figures/{picture.stem}.svg)"


def _unlisted(mark: str) -> str:
    """Keep a line that begins like an item of a list from being one."""
    return f"\\{mark}" if mark in "+-" else f"{mark}\\"
