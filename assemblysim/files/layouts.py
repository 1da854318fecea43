"""Where a table stands among titles above it, notes beside and below it, and blank cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.rows import Cell, Row, SheetLayout, filled_width, shown_text
from assemblysim.language import quoted

_REPLICATES: Final = ", or number replicates as A_1 and A_2"


@dataclass(frozen=True)
class LaidOut:
    """A header and the rows below it.

    Attributes:
        header: the column labels, all different, none blank.
        place: where the header is.
        rows: those that are not blank throughout, of the header's width.
        notices: what was left out as a title or a note.
    """

    header: tuple[str, ...]
    place: str
    rows: tuple[Row, ...]
    notices: tuple[str, ...]


def laid_out(rows: Sequence[Row], layout: SheetLayout | None, *, padded: bool = False) -> LaidOut:
    """Split the header off, and titles and notes that a layout tells; check that rows fit.

    Args:
        rows: of the file.
        layout: what tells the header and the rows of the table; without one the first row is
            the header, and nothing may stand beside or below.
        padded: whether rows may be shorter than the header, as those of a sheet are.

    Raises:
        InputError: there is nothing, columns have no label or the same one, or a row has another
            length.
    """
    widths = [filled_width(row.cells) for row in rows]
    width = max(widths, default=0)  # thousands of blank cells may follow in each row
    filled = [Row(row.place, row.cells[:width]) for row, n in zip(rows, widths, strict=True) if n]
    if not filled:
        raise InputError("the file is empty; write a header and at least one row")
    said: list[str] = []
    if layout is not None and layout.arranged is not None:
        filled, said = layout.arranged(filled)
    first = 0 if layout is None else _heading(filled, layout)
    above, head, body = filled[:first], filled[first], filled[first + 1 :]
    notices = said + [f"{row.place}: left out as a title: {_said(row.cells)}" for row in above]
    header = [shown_text(cell).strip() for cell in head.cells[: filled_width(head.cells)]]
    if layout is not None:
        body, below = _without_notes_below(body, layout)
        header, body, beside = _without_notes_beside(header, body, layout)
        notices += [*beside, *below]
        header = layout.named(header)
    _check_labels(header, head.place, _REPLICATES if layout is not None else "")
    if not body:
        raise InputError("has a header but no row; write at least one row")
    fitted = tuple(_fitted(row, len(header), padded=padded) for row in body)
    return LaidOut(tuple(header), head.place, fitted, tuple(notices))


def _heading(filled: Sequence[Row], layout: SheetLayout) -> int:
    """Return which row is the header: the first one if none looks like it."""
    for number, row in enumerate(filled):
        if layout.heads(tuple(shown_text(cell).strip() for cell in row.cells)):
            return number
    return 0


def _without_notes_below(body: list[Row], layout: SheetLayout) -> tuple[list[Row], list[str]]:
    """Cut rows of nothing but words at the end."""
    end = len(body)
    while end and not any(_holds(cell, layout) for cell in body[end - 1].cells):
        end -= 1
    # Without any row left, what is there is no note but a table that cannot be read.
    end = end or len(body)
    return body[:end], [f"{r.place}: left out as a note: {_said(r.cells)}" for r in body[end:]]


def _without_notes_beside(
    header: list[str], body: list[Row], layout: SheetLayout
) -> tuple[list[str], list[Row], list[str]]:
    """Cut columns without a label that are blank or hold nothing but words."""
    labelled = {column for column, label in enumerate(header) if label}
    beside = [
        (column, row, cell)
        for row in body
        for column, cell in enumerate(row.cells)
        if cell is not None and column not in labelled
    ]
    needed = labelled | {column for column, _, cell in beside if _holds(cell, layout)}
    notices = [
        f"{row.place}: left out as a note: {_said((cell,))}"
        for column, row, cell in beside
        if column not in needed
    ]
    aside = ({column for column, _, _ in beside} | set(range(len(header)))) - needed
    kept = [label for column, label in enumerate(header) if column not in aside]
    rows = [
        Row(row.place, tuple(c for column, c in enumerate(row.cells) if column not in aside))
        for row in body
    ]
    return kept, rows if aside else body, notices


def _holds(cell: Cell, layout: SheetLayout) -> bool:
    """Say whether a cell holds something of the table."""
    return cell is not None and (not isinstance(cell, str) or layout.holds(cell))


def _said(cells: tuple[Cell, ...]) -> str:
    return quoted(", ".join(text for cell in cells if (text := shown_text(cell))))


def _check_labels(header: Sequence[str], place: str, more: str) -> None:
    counts = Counter(header)
    for number, label in enumerate(header, start=1):
        if not label:
            raise InputError(f"{place}: column {number} has no label; write one")
        if counts[label] > 1:
            raise InputError(f"{place}: two columns are labelled {quoted(label)}; rename one{more}")


def _fitted(row: Row, width: int, *, padded: bool) -> Row:
    """Cut blank cells beyond the header; refuse a row of another length."""
    cells = row.cells[: max(width, filled_width(row.cells))]
    if padded:
        cells = (*cells, *(None,) * (width - len(cells)))
    if len(cells) != width:
        raise InputError(
            f"{row.place}: {len(cells)} cells, the header has {width}; give every row "
            f"{width} cells (decimal commas need columns separated by semicolons)"
        )
    return Row(row.place, cells)
