"""A table of cells off the disk, from CSV or XLSX, before anything is made of its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.delimited import delimited_rows
from assemblysim.files.encodings import read_table_text
from assemblysim.files.layouts import laid_out
from assemblysim.files.numerals import PLAIN, Decimal, Numerals, find_numerals
from assemblysim.files.paths import what_lies_at
from assemblysim.files.places import at
from assemblysim.files.remedies import remedy_for_cell
from assemblysim.files.rows import Cell, ClockTime, Odd, Percentage, Row, SheetLayout
from assemblysim.files.toml import read_text
from assemblysim.files.workbooks import sheet_with_table, workbook_rows
from assemblysim.language import quoted

LARGEST_TABLE: Final = 20_000_000  # bytes; spectra take ten thousand, 10,000 steps a million
TEXT_FILES: Final = (".csv", ".tsv", ".txt", ".dat", ".asc")


@dataclass(frozen=True)
class Grid:
    """A table of cells.

    Attributes:
        header: the column labels, all different, none blank.
        header_place: where the header is, such as "line 1".
        rows: those that are not blank throughout.
        numerals: how its numbers are written.
        notices: what was left out as a title or a note.
    """

    header: tuple[str, ...]
    header_place: str
    rows: tuple[Row, ...]
    numerals: Numerals = PLAIN
    notices: tuple[str, ...] = ()

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
        if isinstance(cell, Percentage):
            return cell.per_cent / 100
        if isinstance(cell, Odd):
            raise InputError(f"{cell.shown} is not a number; {cell.remedy}")
        if isinstance(cell, ClockTime):
            raise InputError(
                f"{cell.shown} is not a number but a time; {remedy or 'only times may be'}"
            )
        text = (cell or "").strip()
        found = self.numerals.number(text)
        if found is None:
            raise InputError(f"{quoted(text)} is not a number; {self._remedy(text, remedy)}")
        return found

    def _remedy(self, text: str, other: str) -> str:
        return (
            self.numerals.remedy(text)
            or other
            or remedy_for_cell(text)
            or "write a number, nothing for not measured, or n.d. for not detected"
        )


def read_grid(
    path: Path,
    sheet: str | None = None,
    *,
    layout: SheetLayout | None = None,
    decimal: Decimal | None = None,
    decimal_key: str = "",
) -> Grid:
    """Read a table of cells.

    A text file may be separated by commas, semicolons or tabs; in the latter two, and in
    text cells of a workbook, numbers may be written with decimal commas, throughout. Lines that
    begin with # and a space are comments. Excel's first line ``sep=;`` states the separator.

    Args:
        path: a file that ends in .csv, .tsv, .txt, .dat, .asc or .xlsx.
        sheet: the sheet of an XLSX file; needed where several hold something.
        layout: what tells the header from titles above it, and rows from notes; without one
            the first row is the header, and there may be no notes.
        decimal: the decimal mark, where a user states it; the other mark, blanks and
            apostrophes may then stand between thousands.
        decimal_key: what a study calls that, for the message.

    Returns:
        The cells.

    Raises:
        InputError: the file cannot be read, is empty, has columns without or with the same
            label, rows of another length, or numbers that may mean two things; the text begins
            with the path.
    """
    found = what_lies_at(path)
    with at(str(path)):
        if found == "folder":
            raise InputError("is a directory; name the file in it")
        kind = path.suffix.lower()
        if kind == ".xlsx":
            only = None
            if sheet is None and layout is not None:
                only = sheet_with_table(path, LARGEST_TABLE, layout.heads)
            rows = workbook_rows(path, sheet or only, LARGEST_TABLE)
            table = laid_out(rows, layout, padded=True)
            numerals = find_numerals(_texts(table.rows), "", decimal, decimal_key)
            said = (f"sheet {quoted(only)}: the only one that holds a table",) if only else ()
            return Grid(table.header, table.place, table.rows, numerals, (*said, *table.notices))
        if kind not in TEXT_FILES:
            raise InputError(f"cannot read files that end in '{path.suffix}'; save it as CSV")
        if sheet is not None:
            raise InputError(f"has no sheet {quoted(sheet)}, being CSV; take 'sheet' out")
    notices: tuple[str, ...] = ()
    if layout is None:  # of names that have to fit others, no encoding is guessed
        text = read_text(path, LARGEST_TABLE)
    else:
        text, notices = read_table_text(path, LARGEST_TABLE)
    with at(str(path)):
        rows, separator = delimited_rows(text, layout)
        table = laid_out(rows, layout)
        numerals = find_numerals(_texts(table.rows), separator, decimal, decimal_key)
        notices = (*notices, *table.notices)
        return Grid(table.header, table.place, table.rows, numerals, notices)


def _texts(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    """Return (place, text) of all cells that are written as text."""
    return [(row.place, cell) for row in rows for cell in row.cells if isinstance(cell, str)]
