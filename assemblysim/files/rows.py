"""Rows of cells as a file holds them, and what its layout says about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ClockTime:
    """A time of a spreadsheet, which it keeps as days and shows as 0:30.

    Attributes:
        hours: h.
        shown: as text.
    """

    hours: float
    shown: str


@dataclass(frozen=True)
class Odd:
    """What a spreadsheet holds that is neither number nor text nor time: a date, a truth value.

    Attributes:
        shown: as text.
        remedy: what to write instead of it, where a number is needed.
    """

    shown: str
    remedy: str


@dataclass(frozen=True)
class Percentage:
    """A number that a spreadsheet shows in per cent: it keeps 0.12 and shows 12 %.

    Attributes:
        per_cent: as it is shown, 12.
        shown: as text.
    """

    per_cent: float
    shown: str


Cell = str | float | ClockTime | Odd | Percentage | None  # None is blank


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        place: where it is in the file, such as "line 3".
        cells: of one below the header, as many as the header has labels.
    """

    place: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SheetLayout:
    """What tells the header and the rows of a table from titles and notes around them.

    Attributes:
        heads: whether the texts of a row are the header's.
        holds: whether a text belongs to the table, such as a number or "n.d.".
        arranged: rows that are not blank, with times in one column, and what was recognised.
        named: labels of a header, those that only say something of their neighbour with its name.
    """

    heads: Callable[[tuple[str, ...]], bool]
    holds: Callable[[str], bool]
    named: Callable[[list[str]], list[str]] = list
    arranged: Callable[[list[Row]], tuple[list[Row], list[str]]] | None = None


def shown_text(cell: Cell) -> str:
    """Return a cell as people see it; "" where it is blank."""
    if isinstance(cell, ClockTime | Odd | Percentage):
        return cell.shown
    return f"{cell:g}" if isinstance(cell, float) else (cell or "")


def filled_width(cells: tuple[Cell, ...]) -> int:
    """Return how many cells are left without the blank ones at the end."""
    return next((n for n in range(len(cells), 0, -1) if cells[n - 1] is not None), 0)
