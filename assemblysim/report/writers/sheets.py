"""The tables of a study for spreadsheets: CSV files and one XLSX workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assemblysim.files.writing.spreadsheets import not_a_formula
from assemblysim.report.content.words import sentence
from assemblysim.report.document.collected import FiledTable
from assemblysim.report.document.nodes import Table

_NUMBER = re.compile(r"([−-]?\d+(?:\.\d+)?)(?: × 10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")
_LONGEST_SHEET_NAME = 31  # Excel's
_WIDEST = 60  # characters of a column
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FIRST_ROW = 3  # of the headings, below caption and a blank line


def flat(table: Table) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Turn a table into headings and rows of text; second lines get columns of their own."""
    noted = [any(row[i].note for row in table.rows) for i in range(len(table.columns))]
    headings: list[str] = []
    for heading, has_notes in zip(table.columns, noted, strict=True):
        headings += [heading, f"{heading} (second line)"] if has_notes else [heading]
    rows = []
    for row in table.rows:
        texts: list[str] = []
        for cell, has_notes in zip(row, noted, strict=True):
            texts += [cell.text, cell.note] if has_notes else [cell.text]
        rows.append(tuple(texts))
    return tuple(headings), rows


def plain_number(text: str) -> str | None:
    """Return a number of print as programs read it, ``-2.5e-6``; None for other text."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    exponent = f"e{match.group(2)}" if match.group(2) else ""
    return f"{match.group(1)}{exponent}".translate(_PLAIN_DIGITS)


def csv_text(table: Table) -> str:
    """Write a table as CSV: names as in the study's files, numbers as programs read them."""
    headings, rows = flat(table)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in (headings, *rows):
        writer.writerow([harmless(text) for text in row])
    return stream.getvalue()


def workbook(tables: Sequence[FiledTable], title: str, names: Sequence[str]) -> bytes:
    """Write all tables into one workbook, a sheet each, with a sheet of contents in front.

    Args:
        tables: the tables.
        title: of the study.
        names: species, whose formulas are typeset.

    Returns:
        The content of an .xlsx file.
    """
    book = Workbook()
    contents = book.worksheets[0]
    contents.title = "contents"
    taken = {"contents"}
    _put(contents.cell(1, 1), sentence(title, names), _BOLD)
    for place, filed in enumerate(tables, start=_FIRST_ROW):
        sheet = book.create_sheet(_sheet_name(filed.stem, taken))
        _put(contents.cell(place, 1), sheet.title, Font(color="0563C1", underline="single"))
        contents.cell(place, 1).hyperlink = f"#'{sheet.title}'!A1"
        _put(contents.cell(place, 2), filed.mechanism)
        _put(contents.cell(place, 3), sentence(filed.table.caption, names))
        _fill(sheet, filed, names)
    for column, width in (("A", 32), ("B", 24), ("C", 100)):
        contents.column_dimensions[column].width = width
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text of the study for a formula."""
    number = plain_number(text)
    if number is not None:
        return number
    return not_a_formula(text)


def _fill(sheet: Worksheet, filed: FiledTable, names: Sequence[str]) -> None:
    """Write one table into its sheet: caption, headings that stay in sight, rows."""
    headings, rows = flat(filed.table)
    behind = f" ({filed.mechanism})" if filed.mechanism else ""
    _put(sheet.cell(1, 1), sentence(filed.table.caption, names) + behind, _BOLD)
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(_FIRST_ROW, column)
        _put(cell, sentence(heading, names), _BOLD)
        cell.border = Border(bottom=Side(style="thin"))
        cell.alignment = _WRAPPED
    for place, row in enumerate(rows, start=_FIRST_ROW + 1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            _put(cell, sentence(text, names))
            cell.alignment = _WRAPPED
    for column in range(len(headings)):
        longest = max(len(text) for text in (headings[column], *(row[column] for row in rows)))
        width = min(_WIDEST, longest + 2)
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    sheet.freeze_panes = f"B{_FIRST_ROW + 1}"


def _put(cell: Cell | MergedCell, text: str, font: Font | None = None) -> None:
    """Set a cell: a number as a number, everything else as text, never a formula."""
    number = plain_number(text)
    if number is not None:
        cell.value = float(number)
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        if text:
            cell.data_type = "s"
    if font is not None:
        cell.font = font


def _sheet_name(stem: str, taken: set[str]) -> str:
    """Shorten a name to what Excel takes, and keep it apart from the others."""
    name, place = stem[:_LONGEST_SHEET_NAME], 1
    while name.casefold() in taken:
        place += 1
        behind = f"_{place}"
        name = stem[: _LONGEST_SHEET_NAME - len(behind)] + behind
    taken.add(name.casefold())
    return name
