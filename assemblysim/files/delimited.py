"""Rows of a text file whose columns are separated by commas, semicolons, tabs, bars or blanks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.rows import Row, SheetLayout

_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
_BAR: Final = "|"
_RULE: Final = re.compile(r"[\s|:+=-]+")  # under a header of bars
_GAPS: Final = (re.compile(r"\s{2,}"), re.compile(r"\s+"))
_DIGIT: Final = re.compile(r"\d")
_STATED: Final = re.compile(r'\s*"?sep=(?P<mark>[,;\t])"?\s*[,;\t]*\s*', re.IGNORECASE)


def delimited_rows(text: str, layout: SheetLayout | None = None) -> tuple[list[Row], str]:
    """Cut a text into rows, those of its comments left out.

    Comments are lines that begin with # and a blank. A header in such a line counts where there
    is no other one, as numpy writes it. Excel's first line ``sep=;`` states the separator.

    Args:
        text: the file's.
        layout: what tells the header, if it need not be the first row.

    Returns:
        The rows, blank cells as None, and the separator of the columns.

    Raises:
        InputError: quotation marks are left open, or two separators are in the header.
    """
    lines = text.splitlines()
    stated = next((n for n, line in enumerate(lines) if line.strip()), None)
    mark = _STATED.fullmatch(lines[stated]) if stated is not None else None
    if mark is not None and stated is not None:
        lines[stated] = ""
    plain = ["" if is_comment(line) else line for line in lines]
    header = _header(plain, layout)
    if header is None and layout is not None:
        bare = [line.lstrip()[1:] if is_comment(line) else "" for line in lines]
        header = _header(bare, layout)
        if header is not None:
            plain[header] = bare[header]
    if header is None and layout is not None:
        tabbed = _tabbed(plain, layout)
        if tabbed is not None:
            return list(_csv_rows("\n".join(tabbed), "\t")), "\t"
    if header is None:
        header = next((n for n, line in enumerate(plain) if line.strip()), 0)
    heading = plain[header] if plain else ""
    delimiter = mark["mark"] if mark else _delimiter(heading)
    # Blank lines in their place keep the numbers of the lines.
    return list(_csv_rows("\n".join(plain), delimiter)), delimiter


def is_comment(line: str) -> bool:
    """Say whether a line is a comment; Excel's errors, such as #DIV/0!, are none."""
    return line.lstrip().startswith(("# ", "#\t"))


def _header(lines: list[str], layout: SheetLayout | None) -> int | None:
    """Return the first line that is a header by any separator."""
    if layout is None:
        return None
    for number, line in enumerate(lines):
        for delimiter in _DELIMITERS:
            if layout.heads(tuple(cell.strip() for cell in _cells_of_line(line, delimiter))):
                return number
    return None


def _tabbed(lines: list[str], layout: SheetLayout) -> list[str] | None:
    """Return lines whose columns bars or blanks separate with tabs instead; None if none do.

    The rows below the header have to have as many columns as it has.
    """
    for cut in (_by_bars, *(_by_gaps(gap) for gap in _GAPS)):
        rows = [cut(line) for line in lines]
        header = next((n for n, cells in enumerate(rows) if layout.heads(tuple(cells))), None)
        if header is None:
            continue
        below = [cells for cells in rows[header + 1 :] if any(map(_DIGIT.search, cells))]
        if below and all(len(cells) == len(rows[header]) for cells in below):
            return ["\t".join(cells) for cells in rows]
    return None


def _by_bars(line: str) -> list[str]:
    """Cut a line at bars, as tables of Markdown and of databases have them."""
    if _BAR not in line or not _RULE.sub("", line):
        return []
    return [cell.strip() for cell in line.strip().strip(_BAR).split(_BAR)]


def _by_gaps(gap: re.Pattern[str]) -> Callable[[str], list[str]]:
    return lambda line: gap.split(line.strip()) if line.strip() else []


def _cells_of_line(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a CSV text, blank cells as None."""
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


def _delimiter(header: str) -> str:
    """Return what separates the columns: what the header is separated by."""
    bare = re.sub(r'"[^"]*"', "", header)
    found = [mark for mark in _DELIMITERS if mark in bare]
    if len(found) > 1:
        names = " and ".join(_DELIMITERS[mark] for mark in found)
        raise InputError(f"the header has {names}; separate all columns by one of them")
    return found[0] if found else ","
