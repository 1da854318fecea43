"""Parts of a report for a terminal: tables and panels of rich, or plain text where it is none."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Iterator
from itertools import chain

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from assemblysim.report.content import words
from assemblysim.report.document import nodes

# Characters of a line.
_USUAL, _NARROWEST, _WIDEST = 100, 40, 160
_SHORT = 14  # a text is not worth breaking
_BETWEEN = 3  # two blanks and a line between columns
_STYLES = {"bad": "bold red", "good": "green", "notable": "yellow", "": ""}


def shown(view: nodes.View) -> RenderableType:
    """Turn parts of a report into what rich prints; figures are left out."""
    parts = nodes.opened(view.parts)
    return Group(*(drawn for part in parts for drawn in _drawn(part, view.names)))


def plain_text(view: nodes.View, width: int | None = None) -> str:
    """Write a view without colours or escape codes, for files, pipes and logs.

    Args:
        view: parts of a report.
        width: characters in a line; None for those of the terminal.
    """
    stream, width = io.StringIO(), width or terminal_width()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False)
    console.print(shown(view))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def terminal_width() -> int:
    """Return how many characters a line has: as many as the terminal, or 100 for a file."""
    if not sys.stdout.isatty():
        return _USUAL
    return min(max(shutil.get_terminal_size((_USUAL, 24)).columns, _NARROWEST), _WIDEST)


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
            yield _FittingTable(table, tuple(names))


class _FittingTable:
    """A table that breaks no word: columns for which there is no room stand below the others."""

    def __init__(self, table: nodes.Table, names: tuple[str, ...]) -> None:
        self._table, self._names = table, names

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as many tables as the width needs, each with the columns that tell rows apart."""
        yield Text(words.sentence(self._table.caption, self._names), style="bold")
        for columns in self._blocks(options.max_width):
            yield self._part(columns, options.max_width)

    def _blocks(self, width: int) -> Iterator[list[int]]:
        """Yield the columns that stand beside each other."""
        every = list(range(len(self._table.columns)))
        needed = [one + _BETWEEN for one in self._least(every, width)]
        keys = self._keys(needed, width)
        start = sum(needed[:keys]) + 1
        block, used = every[:keys], start
        for i, more in enumerate(needed[keys:], start=keys):
            if used + more > width and len(block) > keys:
                yield block
                block, used = every[:keys], start
            block.append(i)
            used += more
        yield block

    def _keys(self, needed: list[int], width: int) -> int:
        """Return how many columns each part begins with: two where one leaves rows alike."""
        rows = self._table.rows
        told = len({row[0].text for row in rows}) == len(rows)
        room = sum(needed[:2]) + max(needed[2:], default=width) + 1
        return 1 if told or room > width else 2

    def _texts(self, column: int) -> list[str]:
        """Return all that a column says, as it is typeset."""
        texts = [self._table.columns[column]]
        texts += chain.from_iterable((r[column].text, r[column].note) for r in self._table.rows)
        return [words.sentence(text, self._names) for text in texts]

    def _needed(self, column: int) -> int:
        """Return the length of the longest word of a column, or of what is short as a whole."""
        texts = self._texts(column)
        found = [cell_len(word) for text in texts for word in text.split()]
        found += [cell_len(text) for text in texts if cell_len(text) <= _SHORT]
        return max(found, default=1)

    def _least(self, columns: list[int], width: int) -> list[int]:
        """Return how wide columns have to be; only words longer than half a line are folded."""
        needed = [self._needed(i) for i in columns]
        if len(needed) == 1:
            return [min(needed[0], width - 1 - _BETWEEN)]
        room = width - 1 - 2 * _BETWEEN  # of a name and one column beside it
        first = min(needed[0], room - min(_SHORT, room // 2))
        return [first, *(min(one, room - first) for one in needed[1:])]

    def _widths(self, columns: list[int], width: int) -> list[int]:
        """Return how wide columns are: every word has room, and the longest texts have the rest."""
        widths = self._least(columns, width)
        wished = [max(map(cell_len, self._texts(i)), default=1) for i in columns]
        for _ in range(width - 1 - sum(widths) - _BETWEEN * len(columns)):
            short = [w - has for has, w in zip(widths, wished, strict=True)]
            if max(short) <= 0:
                break
            # A name goes before what is said of it.
            widths[0 if short[0] > 0 else short.index(max(short))] += 1
        return widths

    def _part(self, columns: list[int], width: int) -> RichTable:
        """Turn some columns into a table of rich, formulas typeset."""
        drawn = RichTable()
        for i, wide in zip(columns, self._widths(columns, width), strict=True):
            head = Text(words.sentence(self._table.columns[i], self._names))
            drawn.add_column(head, overflow="fold", width=wide)
        for row in self._table.rows:
            drawn.add_row(*(_cell(row[i], self._names) for i in columns))
        return drawn


def _cell(cell: nodes.Cell, names: Iterable[str]) -> Text:
    text = Text(words.sentence(cell.text, names), style=_STYLES[cell.mark])
    if cell.note:
        text.append(f"\n{words.sentence(cell.note, names)}", style="dim")
    return text
