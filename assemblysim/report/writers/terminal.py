"""Parts of a report for a terminal: tables and panels of rich, or plain text where it is none."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from assemblysim.report.content import words
from assemblysim.report.document import nodes

_STYLES = {"bad": "bold red", "good": "green", "notable": "yellow", "": ""}


def shown(view: nodes.View) -> RenderableType:
    """Turn parts of a report into what rich prints; figures are left out."""
    parts = nodes.opened(view.parts)
    return Group(*(drawn for part in parts for drawn in _drawn(part, view.names)))


def plain_text(view: nodes.View, width: int = 100) -> str:
    """Write a view without colours or escape codes, for files, pipes and logs.

    Args:
        view: parts of a report.
        width: characters in a line.
    """
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False)
    console.print(shown(view))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _drawn(part: nodes.Leaf, names: Iterable[str]) -> Iterator[RenderableType]:
    """Draw one part; text goes in as it is: brackets in it are no markup."""
    match part:
        case nodes.Banner(label, text, kind):
            yield Text(f"{label}  {text}", style="bold red" if kind == "bad" else "bold yellow")
        case nodes.Paragraph(text, "verdict"):
            panel = Text(words.sentence(text, names))
            yield Panel(panel, title="Verdict", title_align="left")
        case nodes.Paragraph(text):
            yield Text(words.sentence(text, names))
        case nodes.Heading(text):
            yield Text(f"\n{text}", style="bold")
        case nodes.Caution(text):
            yield Text(f"Mind  {words.sentence(text, names)}", style="bold yellow")
        case nodes.Listing(items):
            yield Text("\n".join(f"• {words.sentence(item, names)}" for item in items))
        case nodes.Facts(rows):
            yield Text("\n".join(f"{name}: {value}" for name, value in rows))
        case nodes.TableBlock(table):
            yield _rich_table(table, names)


def _rich_table(table: nodes.Table, names: Iterable[str]) -> RichTable:
    """Turn a table of the report into one of rich, formulas typeset."""
    title = Text(words.sentence(table.caption, names))
    drawn = RichTable(title=title, title_justify="left", title_style="bold")
    for column in table.columns:
        drawn.add_column(Text(words.sentence(column, names)), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(_cell(cell, names) for cell in row))
    return drawn


def _cell(cell: nodes.Cell, names: Iterable[str]) -> Text:
    text = Text(words.sentence(cell.text, names), style=_STYLES[cell.mark])
    if cell.note:
        text.append(f"\n{words.sentence(cell.note, names)}", style="dim")
    return text
