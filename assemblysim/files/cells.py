"""A table of cells off the disk, from CSV or XLSX, before anything is made of its numbers."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assemblysim.errors import InputError
from assemblysim.files.paths import what_lies_at
from assemblysim.files.places import at
from assemblysim.files.toml import read_text
from assemblysim.language import quoted

Cell = str | float | None  # None is blank

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_COMMA_NUMBER: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
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
LARGEST_TABLE: Final = 20_000_000  # bytes; spectra take ten thousand, 10,000 steps a million


@dataclass(frozen=True)
class Row:
    """A row below the header.

    Attributes:
        place: where it is in the file, such as "line 3".
        cells: as many as the header has labels.
    """

    place: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """A table of cells.

    Attributes:
        header: the column labels, all different, none blank.
        header_place: where the header is, such as "line 1".
        rows: those that are not blank throughout.
        decimal_comma: whether numbers are written with a comma.
    """

    header: tuple[str, ...]
    header_place: str
    rows: tuple[Row, ...]
    decimal_comma: bool = False

    def number(self, cell: Cell, remedy: str = "") -> float:
        """Return the number in a cell that is not blank.

        Args:
            cell: one of a row.
            remedy: what to write instead; that of readings where it is empty.

        Raises:
            InputError: the cell holds something else.
        """
        if isinstance(cell, float):
            return cell
        text = (cell or "").strip()
        plain = text.replace(",", ".") if self.decimal_comma else text
        if not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
            raise InputError(f"{quoted(text)} is not a number; {_remedy(text, remedy)}")
        return float(plain)


def read_grid(path: Path, sheet: str | None = None) -> Grid:
    """Read a table of cells.

    A CSV file may be separated by commas, semicolons or tabs; in the latter two numbers may
    be written with decimal commas, throughout. Lines that begin with # and a
    space are comments.

    Args:
        path: a file that ends in .csv or .xlsx.
        sheet: the sheet of an XLSX file; needed where several hold something.

    Returns:
        The cells.

    Raises:
        InputError: the file cannot be read, is empty, has columns without or with the same
            label, or rows of another length; the text begins with the path.
    """
    found = what_lies_at(path)
    with at(str(path)):
        if found == "folder":
            raise InputError("is a directory; name the file in it")
        kind = path.suffix.lower()
        if kind == ".xlsx":
            return _grid(_xlsx_rows(path, sheet), decimal_comma=False)
        if kind != ".csv":
            raise InputError(f"cannot read files that end in '{path.suffix}'; save it as CSV")
        if sheet is not None:
            raise InputError(f"has no sheet {quoted(sheet)}, being CSV; take 'sheet' out")
    text = read_text(path, LARGEST_TABLE)
    with at(str(path)):
        # Blank lines in their place keep the numbers of the lines.
        text = "\n".join("" if _is_comment(line) else line for line in text.splitlines())
        rows = list(_csv_rows(text))
        return _grid(rows, decimal_comma=_has_decimal_commas(text, rows))


def _grid(rows: list[Row], *, decimal_comma: bool) -> Grid:
    """Split the header off and check that the rows fit it."""
    filled = [row for row in rows if any(cell is not None for cell in row.cells)]
    if not filled:
        raise InputError("the file is empty; write a header and at least one row")
    header_row, *body = filled
    header = tuple("" if cell is None else str(cell).strip() for cell in header_row.cells)
    header = header[: _filled_width(header_row.cells)]
    counts = Counter(header)
    for number, label in enumerate(header, start=1):
        if not label:
            raise InputError(f"{header_row.place}: column {number} has no label; write one")
        if counts[label] > 1:
            raise InputError(
                f"{header_row.place}: two columns are labelled {quoted(label)}; rename one"
            )
    if not body:
        raise InputError("has a header but no row; write at least one row")
    return Grid(
        header, header_row.place, tuple(_fitted(row, len(header)) for row in body), decimal_comma
    )


def _fitted(row: Row, width: int) -> Row:
    """Cut blank cells beyond the header; refuse a row of another length."""
    cells = row.cells[: max(width, _filled_width(row.cells))]
    if len(cells) != width:
        raise InputError(
            f"{row.place}: {len(cells)} cells, the header has {width}; give every row "
            f"{width} cells (decimal commas need columns separated by semicolons)"
        )
    return Row(row.place, cells)


def _filled_width(cells: tuple[Cell, ...]) -> int:
    """Return how many cells are left without the blank ones at the end."""
    return next((n for n in range(len(cells), 0, -1) if cells[n - 1] is not None), 0)


def _is_comment(line: str) -> bool:
    """Say whether a line is a comment; Excel's errors, such as #DIV/0!, are none."""
    return line.lstrip().startswith(("# ", "#\t"))


def _csv_rows(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV text, blank cells as None."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = 1
    try:
        for cells in reader:
            place, first = f"line {first}", reader.line_num + 1
            yield Row(place, tuple(cell.strip() or None for cell in cells))
    except csv.Error as fault:
        raise InputError(
            f"line {first}: not CSV: {fault}; check the quotation marks of this line"
        ) from None


def _delimiter(text: str) -> str:
    """Return what separates the columns: what the header is separated by."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    found = [mark for mark in _DELIMITERS if mark in bare]
    if len(found) > 1:
        names = " and ".join(_DELIMITERS[mark] for mark in found)
        raise InputError(f"the header has {names}; separate all columns by one of them")
    return found[0] if found else ","


def _has_decimal_commas(text: str, rows: list[Row]) -> bool:
    """Say whether numbers are written with commas; refuse a file with both ways."""
    if _delimiter(text) == ",":
        return False
    commas = [r.place for r in rows[1:] for c in r.cells if _COMMA_NUMBER.fullmatch(str(c))]
    points = [
        r.place for r in rows[1:] for c in r.cells if "." in str(c) and _NUMBER.fullmatch(str(c))
    ]
    if commas and points:
        raise InputError(
            f"{commas[0]} has a decimal comma, {points[0]} a decimal point; write all numbers "
            "in one way"
        )
    return bool(commas)


def _xlsx_rows(path: Path, sheet: str | None) -> list[Row]:
    """Return the rows of one sheet as Excel shows them."""
    from openpyxl.utils import get_column_letter  # slow to load, as in `_sheet`

    values = _sheet(path, sheet, computed=True)
    formulas = _sheet(path, sheet, computed=False)
    rows = []
    for number, (shown, written) in enumerate(zip(values, formulas, strict=True), start=1):
        cells = tuple(
            _xlsx_cell(value, formula, f"cell {get_column_letter(i)}{number}")
            for i, (value, formula) in enumerate(zip(shown, written, strict=True), start=1)
        )
        if cells and isinstance(cells[0], str) and _is_comment(cells[0]):
            continue
        rows.append(Row(f"row {number}", cells))
    return rows


def _sheet(path: Path, sheet: str | None, *, computed: bool) -> list[tuple[Any, ...]]:
    """Return the raw cells of one sheet, with values or with formulas."""
    # openpyxl takes a fifth of a second to load, and most tables are CSV.
    import openpyxl

    try:
        if path.stat().st_size > LARGEST_TABLE:
            raise InputError(f"{path.stat().st_size} bytes; at most {LARGEST_TABLE} are read")
        book = openpyxl.load_workbook(path, data_only=computed)
    except FileNotFoundError:
        raise InputError("no such file; check the path") from None
    except _BROKEN_XLSX as fault:
        raise InputError(f"is no XLSX file ({type(fault).__name__}); save it as CSV") from None
    filled = {
        s.title: s for s in book.worksheets if any(c is not None for r in s.values for c in r)
    }
    names = ", ".join(f"'{name}'" for name in filled)
    if not filled:
        raise InputError("the file is empty; write a header and at least one row")
    if sheet is None and len(filled) > 1:
        raise InputError(f"has the sheets {names}; name one with 'sheet'")
    if sheet is not None and sheet not in filled:
        raise InputError(f"has no sheet {quoted(sheet)} with cells; its sheets: {names}")
    chosen = filled[sheet] if sheet is not None else next(iter(filled.values()))
    return list(chosen.values)


def _xlsx_cell(value: object, formula: object, place: str) -> Cell:
    if value is None and formula is not None:
        raise InputError(f"{place}: a formula without its result; open and save it in Excel")
    if isinstance(value, bool | datetime.date | datetime.time | datetime.timedelta):
        raise InputError(f"{place}: {value} is not a number; format the cell as a number")
    if isinstance(value, int | float):
        return float(value)
    text = "" if value is None else str(value).strip()
    return text or None


def _remedy(text: str, other: str) -> str:
    if _COMMA_NUMBER.fullmatch(text):
        return "write a decimal point, or separate the columns by semicolons"
    return other or "write a number, nothing for not measured, or n.d. for not detected"
