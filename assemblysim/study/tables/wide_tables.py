"""The wide form of a table of intensities: a row of the header, of units, and of each spectrum."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.cells import Grid, read_grid
from assemblysim.files.numerals import Decimal, Numerals
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, Percentage, Row, SheetLayout, shown_text
from assemblysim.language import listed, quoted
from assemblysim.study.tables.arrangements import arranged, heads_across
from assemblysim.study.tables.deviations import named_beside
from assemblysim.study.tables.dressed_cells import undressed
from assemblysim.study.tables.labels import is_time_unit, is_unit, time_label_of, ways_to_read
from assemblysim.study.tables.times import is_clock, is_time_with_unit

# How a spectrum without the signal is written, besides 0.
NOT_DETECTED: Final = (
    "n.d.", "n.d", "nd", "n. d.", "n.d..", "n/d", "not det.", "not detected", "n.n.", "u.d.",
    "below lod", "below loq", "below limit", "<lod", "<loq", "<lloq", "<mdl", "<dl", "bdl", "blq",
    "bloq", "lod", "u.d.n.", "u. d. n.", "<nwg", "<bg", "<ng", "<llod",
)  # fmt: skip
# How programs write what was not measured.
_NOT_MEASURED: Final = ("NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "<NA>")
_WITH_PER_CENT: Final = re.compile(r"(?P<limit>[<≤]?)\s*(?P<number>[^<≤%]+?)\s*%")

_ABOUT: Final = re.compile(r"^(?:ca|c|approx|about|circa|etwa)\b\.?", re.IGNORECASE)
_DATE: Final = re.compile(r"\d+([-./])\d+\1\d+")


@dataclass(frozen=True)
class WideTable:
    """A table whose columns are those of signals, and what was recognised in it.

    Attributes:
        grid: its header and rows, without a row of units.
        units: of each column, from a row of their own or from numbers that a spreadsheet shows in
            per cent; None where there is none.
        shown_in_per_cent: numbers of the columns whose unit only their format says.
        notices: what was recognised and what was left out, for whoever checks the study.
    """

    grid: Grid
    units: tuple[str | None, ...]
    notices: tuple[str, ...]
    shown_in_per_cent: frozenset[int] = frozenset()


def read_wide_table(
    path: Path,
    sheet: str | None,
    decimal: Decimal | None,
    decimal_key: str = "decimal",
    *,
    known: Collection[str] = (),
) -> WideTable:
    """Read the cells of a table of intensities, without titles, notes and a row of units.

    Args:
        path: CSV or XLSX.
        sheet: of an XLSX file with several.
        decimal: the decimal mark, where a user states it.
        decimal_key: how a user states it, for the message.
        known: names that columns have, which are no words for the errors of their neighbour.

    Raises:
        InputError: as `read_grid`; a row of units says another unit than the header, or a column
            has numbers in per cent beside others.
    """
    named = partial(named_beside, others=known)
    layout = SheetLayout(
        _is_heading, holds_measurement, named, partial(arranged, heads=_is_heading, others=known)
    )
    grid = read_grid(path, sheet, layout=layout, decimal=decimal, decimal_key=decimal_key)
    units: tuple[str | None, ...] = (None,) * len(grid.header)
    notices = list(grid.notices)
    if _is_row_of_units(grid):
        with at(str(path)), at(grid.rows[0].place):
            units = tuple(_unit_text(cell) for cell in grid.rows[0].cells)
            _compare_units(grid.header, units)
            notices.append(f"{grid.rows[0].place}: read as the units of the columns")
            if len(grid.rows) == 1:
                raise InputError("units but no row below them; write at least one row")
        grid = replace(grid, rows=grid.rows[1:])
    with at(str(path)):
        grid, found, said = undressed(grid, units)
        notices += said
        return _as_shown_in_per_cent(WideTable(grid, tuple(found), tuple(notices)))


def _as_shown_in_per_cent(table: WideTable) -> WideTable:
    """Read columns of numbers that a spreadsheet shows in per cent as it shows them: 12, not 0.12.

    Raises:
        InputError: such a column has other numbers beside them, or a label with another unit.
    """
    grid, units = _per_cents_from_text(table.grid), list(table.units)
    found = {
        i
        for row in grid.rows
        for i, cell in enumerate(row.cells)
        if isinstance(cell, Percentage) and time_label_of(grid.header[i]) is None
    }
    if not found:
        return table
    for i in sorted(found):
        _refuse_others_than_per_cent(grid, i)
        stated = ways_to_read(grid.header[i])[-1].unit or units[i]
        if stated and stated != "%":
            raise InputError(
                f"column {quoted(grid.header[i])} is in {stated} and its cells are formatted as %; "
                "format them as numbers"
            )
        units[i] = "%"
    rows = tuple(
        Row(
            row.place,
            tuple(_in_per_cent(c) if i in found else c for i, c in enumerate(row.cells)),
        )
        for row in grid.rows
    )
    names = [grid.header[i] for i in sorted(found)]
    said = recognised(names, "read in %, as the cells are formatted")
    bare = {i for i in found if not (ways_to_read(grid.header[i])[-1].unit or table.units[i])}
    return WideTable(
        replace(grid, rows=rows), tuple(units), (*table.notices, *said), frozenset(bare)
    )


def _per_cents_from_text(grid: Grid) -> Grid:
    """Read texts such as 70 % as a spreadsheet's cells in per cent, but not those of times."""

    def read(column: int, cell: Cell) -> Cell:
        if not isinstance(cell, str) or time_label_of(grid.header[column]) is not None:
            return cell
        found = _WITH_PER_CENT.fullmatch(cell)
        number = None if found is None or found["limit"] else grid.numerals.number(found["number"])
        return cell if number is None else Percentage(number, cell)

    if not any(isinstance(c, str) and c.endswith("%") for row in grid.rows for c in row.cells):
        return grid
    rows = (Row(r.place, tuple(read(i, c) for i, c in enumerate(r.cells))) for r in grid.rows)
    return replace(grid, rows=tuple(rows))


def _in_per_cent(cell: Cell) -> Cell:
    """Return a cell of a column in per cent without its sign: 12 for 12 %, <1 for <1 %."""
    if isinstance(cell, Percentage):
        return cell.per_cent
    found = _WITH_PER_CENT.fullmatch(cell) if isinstance(cell, str) else None
    return f"{found['limit']}{found['number']}" if found is not None and found["limit"] else cell


def _refuse_others_than_per_cent(grid: Grid, column: int) -> None:
    """Refuse a number that is not in per cent in a column where others are; 0 is 0 either way."""
    for row in grid.rows:
        cell = row.cells[column]
        number = grid.numerals.number(cell.lstrip("<≤ ")) if isinstance(cell, str) else cell
        if isinstance(number, float) and number:
            raise InputError(
                f"{row.place}: column {quoted(grid.header[column])}: {shown_text(cell)} stands "
                "among cells formatted as %; format all of them alike"
            )


def is_not_detected(text: str) -> bool:
    """Say whether a cell says that a signal was not detected."""
    return text.lower().replace("< ", "<") in NOT_DETECTED


def is_not_measured(cell: Cell) -> bool:
    """Say whether a cell says that nothing was measured: blank, or NA as programs write it."""
    return cell is None or (isinstance(cell, str) and cell in _NOT_MEASURED)


def holds_measurement(text: str) -> bool:
    """Say whether a text belongs to the table rather than to a note beside or below it."""
    return (
        _is_number(text)
        or is_clock(text)
        or is_time_with_unit(text)
        or is_not_detected(text)
        or is_not_measured(text)
        or (text[:1] in "<≤" and _is_number(text[1:].strip()))
        or _is_about_a_number(text)
    )


def _is_number(text: str) -> bool:
    """Say whether a text is a number in any notation, or a damaged one."""
    written = (Numerals(), Numerals(",", stated=True), Numerals(stated=True))
    plain = text.replace(" ", "").rstrip("%*?")
    return any(one.number(plain) is not None for one in written) or plain.startswith("#")


def _is_about_a_number(text: str) -> bool:
    """Say whether a text is a number with doubts or bounds, as ~3, 3 ± 1, 3-5 or ca. 3: no note."""
    bare = _ABOUT.sub("", text)
    return (
        any(c.isdigit() for c in bare)
        and not any(c.isalpha() for c in bare)
        and not _DATE.search(bare)
    )


def _is_heading(cells: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if cell]
    named = len(filled) > 1 and any(time_label_of(cell) is not None for cell in filled)
    return named or heads_across(cells)


def _is_row_of_units(grid: Grid) -> bool:
    """Say whether the first row holds units alone, with one of times where the times are."""
    cells = grid.rows[0].cells
    if any(cell is not None and not isinstance(cell, str) for cell in cells):
        return False
    for label, cell in zip(grid.header, cells, strict=True):
        unit = _unit_text(cell)
        if time_label_of(label) is not None and not (unit and is_time_unit(unit)):
            return False
        if unit and not is_unit(unit):
            return False
    return True


def _unit_text(cell: Cell) -> str | None:
    text = shown_text(cell).strip()
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip()
    return text or None


def _compare_units(header: tuple[str, ...], units: tuple[str | None, ...]) -> None:
    for label, unit in zip(header, units, strict=True):
        stated = ways_to_read(label)[-1].unit
        if unit and stated and stated != unit:
            raise InputError(
                f"column {quoted(label)} is in {stated} by its label and in {unit} by this row; "
                "keep one"
            )


def recognised(names: list[str], what: str) -> tuple[str, ...]:
    """Return the notice that columns were read as something; none where there are no columns."""
    if not names:
        return ()
    return (f"{'column' if len(names) == 1 else 'columns'} {listed(map(quoted, names))} {what}",)
