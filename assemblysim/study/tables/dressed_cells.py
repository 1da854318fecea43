"""Cells with more than a number: its unit, as ``2 mM``, or its error, as ``2.0 ± 0.1``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.cells import Grid
from assemblysim.files.numerals import Numerals
from assemblysim.files.rows import Cell, Row
from assemblysim.language import listed, quoted
from assemblysim.study.tables.deviations import deviation_of
from assemblysim.study.tables.labels import (
    is_time_unit,
    is_unit,
    label_name,
    time_label_of,
    ways_to_read,
)
from assemblysim.units import convert

_WITH_UNIT: Final = re.compile(
    r"(?P<limit>[<≤]?)\s*(?P<number>[^<≤±A-Za-zµμ%]*\d[.,]?(?:[eE][+-]?\d+)?)\s*"
    r"(?P<unit>[A-Za-zµμ][^±<>]*)"
)
_WITH_ERROR: Final = re.compile(
    r"(?P<number>[^±(]*?\d[.,]?)\s*(?:±|\+/-|\+-)\s*(?P<error>[\d.,].*)"
)
_SHORT: Final = re.compile(r"(?P<number>[+-]?\d*[.,]?\d+)\((?P<digits>\d{1,2})\)")  # 2.04(12)


def undressed(grid: Grid, units: Sequence[str | None]) -> tuple[Grid, list[str | None], list[str]]:
    """Return a table of plain numbers, the units of its columns, and what was recognised.

    Columns in whose cells a unit stands are in that unit; errors in cells stand in columns of
    their own behind, as if they had been written so.

    Args:
        grid: a wide or long table.
        units: of its columns, from a row of their own; None where there is none.

    Raises:
        InputError: a column has errors in its cells and beside it.
    """
    found, notices = list(units), []
    plain, taken = grid, {}
    for i, label in enumerate(grid.header):
        if time_label_of(label) is None:
            stated = ways_to_read(label)[-1].unit or found[i]
            before = plain
            plain, unit = _without_units(plain, i, stated)
            if unit and not stated:
                taken[i] = unit
            elif unit:
                notices += _converted(before, plain, i, unit)
    if not taken or not _some_without_unit(plain, {**dict(enumerate(units)), **taken}):
        grid = plain
        for i, unit in taken.items():
            found[i] = unit
            notices.append(f"column {quoted(grid.header[i])} read in {unit}, as its cells say")
    columns = [
        i for i in range(len(grid.header)) if any(_error(r.cells[i], grid) for r in grid.rows)
    ]
    columns = [i for i in columns if time_label_of(grid.header[i]) is None]
    if columns:
        shown = next(str(c) for r in grid.rows for i in columns if _error(c := r.cells[i], grid))
        number, error = _error(shown, grid) or (0.0, 0.0)
        names = listed(quoted(grid.header[i]) for i in columns)
        notices.append(
            f"{names}: {quoted(shown)} and the like read as {number:g} with a standard deviation "
            f"of {error:g} (a 95 % interval would be about twice that)"
        )
        for i in reversed(columns):
            grid = _with_errors_behind(grid, i)
            found.insert(i + 1, found[i])
    return grid, found, notices


def _converted(before: Grid, after: Grid, column: int, unit: str) -> list[str]:
    """Say that cells have another unit than their label, by the first of them."""
    for row, plain in zip(before.rows, after.rows, strict=True):
        part = _unit(row.cells[column], before.numerals)
        if part is not None and part[2] != unit:
            shown = plain.cells[column]
            number = f"{shown:g}" if isinstance(shown, float) else shown
            return [
                f"column {quoted(before.header[column])}: {quoted(str(row.cells[column]))} and the "
                f"like read as {number} {unit}"
            ]
    return []


def _some_without_unit(grid: Grid, units: Mapping[int, str | None]) -> bool:
    """Say whether a column holds numbers of which nothing says the unit; not so for errors."""
    return any(
        not (units[i] or ways_to_read(label)[-1].unit or time_label_of(label))
        and not deviation_of(label, [label_name(one) for one in grid.header])
        and any(_is_number(row.cells[i], grid.numerals) for row in grid.rows)
        for i, label in enumerate(grid.header)
    )


def _without_units(grid: Grid, column: int, stated: str | None) -> tuple[Grid, str | None]:
    """Return the table with plain numbers in one column, and the unit that its cells state.

    Where units do not fit, or numbers have none beside others, the cells stay as they are: they
    are refused as no numbers if the column counts.
    """
    parts = [_unit(row.cells[column], grid.numerals) for row in grid.rows]
    unit = stated or next((part[2] for part in parts if part), None)
    if unit is None or not any(parts):
        return grid, None
    rows = []
    for row, part in zip(grid.rows, parts, strict=True):
        cell = row.cells[column]
        if part is not None:
            limit, number, own = part
            try:
                number *= 1.0 if own == unit else convert(1.0, own, unit)
            except InputError:
                return grid, None
            cell = f"{limit}{_written(number, grid)}" if limit else number
        elif stated is None and cell and _is_number(cell, grid.numerals):
            return grid, None
        rows.append(_with_cell(row, column, cell))
    return replace(grid, rows=tuple(rows)), unit


def _unit(cell: Cell, numerals: Numerals) -> tuple[str, float, str] | None:
    """Return the sign of a limit, the number and the unit of a text such as ``<0.02 mM``."""
    found = _WITH_UNIT.fullmatch(cell) if isinstance(cell, str) else None
    unit = "" if found is None else found["unit"].strip()
    if found is None or not is_unit(unit) or is_time_unit(unit):
        return None
    number = numerals.number(found["number"].strip())
    return None if number is None else (found["limit"], number, unit)


def _is_number(cell: Cell, numerals: Numerals) -> bool:
    """Say whether a cell holds a number other than 0, which is 0 in any unit."""
    number = numerals.number(cell.lstrip("<≤ ")) if isinstance(cell, str) else cell
    return isinstance(number, float) and number != 0


def _error(cell: Cell, grid: Grid) -> tuple[float, float] | None:
    """Return number and error of a text such as ``2.0 ± 0.1`` or ``2.0(1)``."""
    if not isinstance(cell, str):
        return None
    if (found := _WITH_ERROR.fullmatch(cell)) is not None:
        number, error = (grid.numerals.number(one.strip()) for one in found.groups())
        return None if number is None or error is None else (number, error)
    if (short := _SHORT.fullmatch(cell)) is None:
        return None
    number = grid.numerals.number(short["number"])
    _, mark, decimals = short["number"].partition(grid.numerals.decimal)
    error = float(f"{short['digits']}e-{len(decimals) if mark else 0}")
    return None if number is None else (number, error)


def _with_errors_behind(grid: Grid, column: int) -> Grid:
    """Return a table with a further column behind one, of the errors in its cells."""
    label = grid.header[column]
    unit = ways_to_read(label)[-1].unit
    errors = f"± {label_name(label)}" + (f" ({unit})" if unit else "")
    if errors in grid.header:
        raise InputError(f"column {quoted(label)} has errors in its cells and beside it; keep one")
    rows = []
    for row in grid.rows:
        found = _error(row.cells[column], grid)
        number, error = found or (row.cells[column], None)
        row = _with_cell(row, column, number)
        rows.append(Row(row.place, (*row.cells[: column + 1], error, *row.cells[column + 1 :])))
    header = (*grid.header[: column + 1], errors, *grid.header[column + 1 :])
    return replace(grid, header=header, rows=tuple(rows))


def _with_cell(row: Row, column: int, cell: Cell) -> Row:
    return Row(row.place, (*row.cells[:column], cell, *row.cells[column + 1 :]))


def _written(number: float, grid: Grid) -> str:
    return repr(number).replace(".", grid.numerals.decimal)
