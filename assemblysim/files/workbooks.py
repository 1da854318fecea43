"""Rows of a sheet of an XLSX workbook, as Excel shows them."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from assemblysim.errors import InputError
from assemblysim.files.delimited import is_comment
from assemblysim.files.rows import Cell, ClockTime, Odd, Percentage, Row, shown_text
from assemblysim.language import quoted

# What openpyxl lets through when a file is no workbook, or a damaged one.
_BROKEN_XLSX: Final = (
    AttributeError,
    IndexError,
    KeyError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
Heads = Callable[[tuple[str, ...]], bool]
_LARGEST_UNPACKED: Final = 200_000_000  # bytes; packed XML shrinks to a tenth, that of a bomb more
_DATE: Final = (
    "subtract the start in the spreadsheet (=A2-A$2 where row 2 is the start), and format the "
    "cells as [h]:mm:ss"
)
_OVERFLOWN: Final = "is longer than a day; format the cells as [h]:mm:ss"
_TRUTH: Final = "format the cell as a number"


def workbook_rows(path: Path, sheet: str | None, largest: int) -> list[Row]:
    """Return the rows of one sheet, those of comments left out.

    Args:
        path: of the workbook.
        sheet: its name; needed where several hold something.
        largest: bytes that a file may have.

    Raises:
        InputError: it is no workbook, too large, holds nothing, or a formula without its result.
    """
    values, formulas = (_sheet(path, sheet, largest, computed=one) for one in (True, False))
    return _rows(values, formulas)


def workbook_sheets(path: Path, largest: int) -> dict[str, list[Row]]:
    """Return the rows of every sheet that holds something, as `workbook_rows` does of one.

    Raises:
        InputError: it is no workbook, too large, or a formula is without its result.
    """
    values, formulas = (dict(_sheets(path, largest, computed=one)) for one in (True, False))
    return {name: _rows(cells, formulas.get(name, {})) for name, cells in values.items()}


def sheet_with_table(path: Path, largest: int, heads: Heads) -> str | None:
    """Return the only one of several sheets that has a header; None where they leave it open.

    Args:
        path: of the workbook.
        largest: bytes that a file may have.
        heads: whether the texts of a row are a header's.

    Raises:
        InputError: it is no workbook, or too large.
    """
    filled = dict(_sheets(path, largest, computed=True))
    found = [
        name
        for name, rows in filled.items()
        if any(heads(tuple(shown_text(_cell(one)) for one in cells)) for cells in rows.values())
    ]
    return found[0] if len(found) == 1 and len(filled) > 1 else None


def _rows(values: dict[int, tuple[Any, ...]], formulas: dict[int, tuple[Any, ...]]) -> list[Row]:
    """Return cells as Excel shows them, without rows of comments."""
    from openpyxl.utils import get_column_letter  # slow to load, as in `_sheets`

    rows = []
    for number, shown in values.items():
        written = formulas.get(number, ())
        for i, formula in enumerate(written):
            if formula is not None and (i >= len(shown) or shown[i] is None):
                place = f"cell {get_column_letter(i + 1)}{number}"
                raise InputError(
                    f"{place}: a formula without its result; open and save it in Excel"
                )
        cells = tuple(_cell(value) for value in shown)
        if cells and isinstance(cells[0], str) and is_comment(cells[0]):
            continue
        rows.append(Row(f"row {number}", cells))
    return rows


def _sheet(
    path: Path, sheet: str | None, largest: int, *, computed: bool
) -> dict[int, tuple[Any, ...]]:
    """Return the raw cells of one sheet by row, with values or with formulas."""
    filled = dict(_sheets(path, largest, computed=computed))
    names = ", ".join(f"'{name}'" for name in filled)
    if not filled:
        raise InputError("the file is empty; write a header and at least one row")
    if sheet is None and len(filled) > 1:
        raise InputError(f"has the sheets {names}; name one with 'sheet'")
    if sheet is not None and sheet not in filled:
        raise InputError(f"has no sheet {quoted(sheet)} with cells; its sheets: {names}")
    return filled[sheet] if sheet is not None else next(iter(filled.values()))


def _sheets(
    path: Path, largest: int, *, computed: bool
) -> Iterator[tuple[str, dict[int, tuple[Any, ...]]]]:
    """Yield the sheets that hold anything, each with its filled rows, cut behind the last cell."""
    # openpyxl takes a fifth of a second to load, and most tables are CSV.
    import openpyxl

    try:
        if path.stat().st_size > largest:
            raise InputError(f"{path.stat().st_size} bytes; at most {largest} are read")
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > _LARGEST_UNPACKED:
            raise InputError(f"{unpacked} bytes unpacked; at most {_LARGEST_UNPACKED} are read")
        # A formatted cell far away must cost nothing: rows are read one by one, as they are.
        book = openpyxl.load_workbook(path, data_only=computed, read_only=True)
        try:
            for one in book.worksheets:
                one.reset_dimensions()
                rows = {
                    number: trimmed
                    for number, cells in enumerate(one.iter_rows(), start=1)
                    if (trimmed := _trimmed(tuple(map(_shown, cells))))
                }
                if rows:
                    yield one.title, rows
        finally:
            book.close()
    except FileNotFoundError:
        raise InputError("no such file; check the path") from None
    except _BROKEN_XLSX as fault:
        raise InputError(f"is no XLSX file ({type(fault).__name__}); save it as CSV") from None


def _trimmed(values: tuple[Any, ...]) -> tuple[Any, ...]:
    last = next((n for n in range(len(values), 0, -1) if values[n - 1] is not None), 0)
    return values[:last]


def _shown(cell: Any) -> Any:
    """Return the value of a cell, of a number in per cent as it is shown."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Behind a semicolon is the format of negative numbers; in quotes is plain text.
        form = re.sub(r'"[^"]*"|\\.', "", cell.number_format).split(";")[0]
        if "%" in form:
            per_cent = float(f"{100 * value:.15g}")  # 7 %, not 7.000000000000001 %
            return Percentage(per_cent, f"{per_cent:.12g} %")
    return value


def _cell(value: object) -> Cell:
    """Return a cell as it is shown: a number, a text, or what else Excel knows."""
    if isinstance(value, Percentage):
        return value
    if isinstance(value, bool):
        return Odd(str(value), _TRUTH)
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime.timedelta):
        return ClockTime(value.total_seconds() / 3600, _clock(value.total_seconds()))
    if isinstance(value, datetime.time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return ClockTime(seconds / 3600, _clock(seconds))
    if isinstance(value, datetime.datetime) and value.year <= 1900:
        return Odd(value.strftime("%H:%M:%S"), _OVERFLOWN)
    if isinstance(value, datetime.date):
        return Odd(str(value), _DATE)
    text = "" if value is None else str(value).strip()
    return text or None


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
