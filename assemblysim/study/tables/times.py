"""The column of times: its unit, clocks such as 0:30, and times of a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.cells import Grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, ClockTime, Odd, Percentage, Row, shown_text
from assemblysim.language import quoted
from assemblysim.study.tables.labels import (
    CLOCKS,
    is_date_label,
    is_time_unit,
    time_label_of,
    time_unit,
)
from assemblysim.units import convert

_SINCE: Final = (
    "write the time since the start: in a spreadsheet =A2-A$2 where row 2 is the start, with the "
    "cells formatted as [h]:mm:ss"
)
_DATE: Final = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}(?:[T ].*)?", re.ASCII)
UNITS: Final = "time (h), time (min), time (s) or time (d)"
_OF_DAY: Final = re.compile(r"\d{1,2}(?::\d\d){0,2}\s*[ap]\.?m\.?", re.IGNORECASE | re.ASCII)
_CLOCK: Final = re.compile(r"(\d+):([0-5]?\d)(?::([0-5]?\d(?:[.,]\d+)?))?", re.ASCII)
_PART: Final = re.compile(r"([\d.,]+(?:[eE][+-]?\d+)?)\s*([A-Za-z]+\.?)\s*", re.ASCII)
_HOURS_MINUTES: Final = re.compile(r"(\d+)\s*h\s*([0-5]\d)", re.ASCII)  # 1h30
_ENDLESS: Final = ("inf", "inf.", "infinity", "\u221e", "t\u221e", "t(inf)", "t_inf", "unendlich")
_DAY: Final = 24.0  # h
_MORNING: Final = 6.0  # h: from here on a first time may be one of the day
_SHORTER: Final = ("min", "minute", "minutes", "s", "sec", "second", "seconds")
_FAR: Final = 1000.0  # a series does not begin this many times its own length after the start
_LONG: Final = 7  # digits; nobody writes more of a time by hand


@dataclass(frozen=True)
class TimeColumn:
    """Where times stand and how they are written.

    Attributes:
        column: which one.
        label: of it.
        unit: of its numbers, as the registry calls it; "" where only clocks may stand there.
        parts: of its clocks, as in `CLOCKS`; 0 where the label says nothing of them.
    """

    column: int
    label: str
    unit: str
    parts: int = 0


def _is_date(cell: Cell) -> bool:
    """Say whether a cell holds a date or a time of the day such as 10:30 AM."""
    if isinstance(cell, Odd):
        return _DATE.match(cell.shown) is not None
    if not isinstance(cell, str):
        return False
    return _DATE.fullmatch(cell) is not None or _OF_DAY.fullmatch(cell) is not None


def _is_zero(grid: Grid, cell: float | str) -> bool:
    return (cell if isinstance(cell, float) else grid.numerals.number(cell)) == 0


def _what_date(cell: Cell) -> str:
    return "a time of the day" if _OF_DAY.fullmatch(shown_text(cell)) else "a date"


def is_clock(text: str) -> bool:
    """Say whether a text is written as 0:30 or 0:30:00."""
    return _CLOCK.fullmatch(text) is not None


def is_time_with_unit(text: str) -> bool:
    """Say whether a text is written as ``5 min``, ``1 h 30 min`` or ``1h30``."""
    parts = _PART.findall(text)
    whole = bool(parts) and _PART.sub("", text) == ""
    if _HOURS_MINUTES.fullmatch(text):
        return True
    return whole and all(is_time_unit(unit) for _, unit in parts)


def time_column(
    grid: Grid, units: Sequence[str | None], others: Collection[str] = ()
) -> TimeColumn:
    """Find the column of times.

    Args:
        grid: the table.
        units: of each column, from a second row; all None where there is none.
        others: labels of columns that are something else.

    Raises:
        InputError: there is none, or several; its unit is missing where it is needed, or no time.
    """
    found = [(i, label) for i, text in enumerate(grid.header)
             if text not in others and (label := time_label_of(text))]  # fmt: skip
    if not found:
        dated = next((text for text in grid.header if is_date_label(text)), None)
        if dated is not None and dated not in others:
            raise InputError(f"column {quoted(dated)} holds dates or times of the day; {_SINCE}")
        raise InputError(f"no time column; label it {UNITS}")
    if len(found) > 1:
        raise InputError("two time columns; keep one")
    column, label = found[0]
    unit = label.unit if label.unit is not None else units[column]
    cells = [row.cells[column] for row in grid.rows if row.cells[column] is not None]
    clocks = all(
        isinstance(one, ClockTime)
        or (isinstance(one, float | str) and _is_zero(grid, one))
        or (isinstance(one, str) and (is_clock(one) or is_time_with_unit(one)))
        for one in cells
    )
    if not unit:
        if (date := next((one for one in cells if _is_date(one)), None)) is not None:
            raise InputError(f"{shown_text(date)} is {_what_date(date)}; {_SINCE}")
        if cells and clocks:
            return TimeColumn(column, grid.header[column], "")
        raise InputError(f"time column '{grid.header[column]}' has no unit; label it {UNITS}")
    if unit.lower() in CLOCKS:
        return TimeColumn(column, grid.header[column], "", CLOCKS[unit.lower()])
    with at(f"column '{label.name} ({unit})'"):
        convert(1.0, time_unit(unit), "h")
    return TimeColumn(column, grid.header[column], time_unit(unit))


def time_hours(grid: Grid, row: Row, where: TimeColumn) -> float:
    """Return the time of a row, h.

    Raises:
        InputError: the cell holds no time, one that may mean two things, or one before the start.
    """
    cell = row.cells[where.column]
    with at(row.place):
        if cell is None:
            raise InputError("no time; write one, or delete the row")
        with at("time"):
            if isinstance(cell, ClockTime):
                return _spreadsheet_hours(cell, where)
            if isinstance(cell, str) and is_clock(cell):
                return _clock_hours(cell, where)
            if isinstance(cell, str) and is_time_with_unit(cell):
                return _written_hours(cell, grid)
            if _is_date(cell):
                raise InputError(f"{shown_text(cell)} is {_what_date(cell)}; {_SINCE}")
            if isinstance(cell, Percentage):
                raise InputError(f"{cell.shown} is no time; format the cell as a number")
            number = grid.number(cell, _remedy(shown_text(cell)))
            if not where.unit:
                if number == 0:
                    return 0.0
                raise InputError(
                    f"{number:g} has no unit beside clocks such as 0:30; write it like them, or "
                    f"label the column {UNITS}"
                )
            return convert(_not_negative(number, where.unit), where.unit, "h")


def _remedy(text: str) -> str:
    """Say what to write in place of a time that is no number."""
    if text.strip().lower() in _ENDLESS:
        return "write a time at which all has ended, such as ten half-lives, or delete the row"
    if any(c.isdigit() for c in text):
        return "write a number, as in the other rows"
    return "write a number, as in the other rows, or delete the row if it is no measurement"


def _spreadsheet_hours(cell: ClockTime, where: TimeColumn) -> float:
    """Return a time that a spreadsheet keeps, where the label does not speak against it.

    Whoever types 0:30 under minutes and seconds has 30 minutes kept.
    """
    seconds = round(3600 * cell.hours, 3)
    minutes = where.parts == -2 or where.unit in _SHORTER
    if minutes and seconds and seconds % 60 == 0:
        raise InputError(
            f"the spreadsheet keeps {cell.shown}, hours first, and the label "
            f"{quoted(where.label)} says otherwise; label it time (h:mm), or write plain numbers"
        )
    return _not_negative(cell.hours, "h")


def _written_hours(text: str, grid: Grid) -> float:
    """Return a time such as ``5 min``, its number in the notation of the table."""
    if (short := _HOURS_MINUTES.fullmatch(text)) is not None:
        return int(short[1]) + int(short[2]) / 60
    return sum(
        convert(_not_negative(grid.number(number), unit), time_unit(unit), "h")
        for number, unit in _PART.findall(text)
    )


def _not_negative(number: float, unit: str) -> float:
    if number < 0:
        raise InputError(f"{number:g} {unit} is before the start; count from the start")
    return number


def _clock_hours(text: str, where: TimeColumn) -> float:
    """Return what a clock shows; of two parts only where the column says which they are."""
    found = _CLOCK.fullmatch(text)
    first, second, third = found.groups() if found else ("0", "0", None)
    parts = where.parts
    if third is not None:
        if parts not in (0, 3):
            raise InputError(f"{quoted(text)} has three parts; label the column time (h:mm:ss)")
        return int(first) + int(second) / 60 + float(third.replace(",", ".")) / 3600
    if parts == -2:
        return int(first) / 60 + int(second) / 3600
    if parts == 2 or (parts == 0 and where.unit in ("h", "hour", "hours", "hr")):
        return int(first) + int(second) / 60
    raise InputError(
        f"{quoted(text)} may be hours and minutes or minutes and seconds; label the column "
        "time (h:mm) or time (min:s)"
    )


def recognised_times(grid: Grid, where: TimeColumn) -> tuple[str, ...]:
    """Say how the times and numbers of a table were read, where that is not plain."""
    found = []
    label, name = quoted(where.label), where.label.lower()
    cells = [row.cells[where.column] for row in grid.rows]
    if any(isinstance(one, ClockTime) or (isinstance(one, str) and is_clock(one)) for one in cells):
        found.append(f"column {label} read as clocks that show the time since the start")
    elif not re.fullmatch(r"time [\[(][a-z]+[)\]]", name):
        found.append(f"column {label} read as times" + (f" in {where.unit}" if where.unit else ""))
    numbers = _numbers(grid, where)
    if (
        where.unit == "h"
        and max(numbers, default=1.0) < 1
        and _look_like_shares_of_a_day(numbers, 60)
    ):
        shown = next(one for one in numbers if one)
        found.append(
            f"{shown:.6g} h and the like read as hours; if a spreadsheet kept shares of a day, "
            f"{shown * 1440:.4g} min were meant, and numbers have to be multiplied by 24"
        )
    if grid.numerals.decimal == ",":
        found.append("numbers read with decimal commas")
    return tuple(found)


def check_times(grid: Grid, where: TimeColumn, times: np.ndarray) -> None:
    """Refuse times that run backwards, are those of a day, or shares of a day.

    Args:
        grid: the table.
        where: its column of times.
        times: shape (N,), h.

    Raises:
        InputError: one line that says which and what to do.
    """
    back = np.flatnonzero(np.diff(times) < 0)
    if back.size:
        i = int(back[0])
        raise InputError(
            f"{grid.rows[i + 1].place}: time {times[i + 1]:g} h comes after {times[i]:g} h; "
            "sort the rows by time"
        )
    if times[-1] == 0:
        raise InputError("no time after the start; add rows with a time above 0")
    cells = [row.cells[where.column] for row in grid.rows]
    if all(isinstance(one, ClockTime) or (isinstance(one, str) and is_clock(one)) for one in cells):
        _refuse_time_of_day(times)
    _refuse_moments(grid, where, times)
    if where.unit in ("min", "s"):
        _refuse_shares_of_a_day(grid, where)


def _refuse_time_of_day(times: np.ndarray) -> None:
    """Refuse 10:15, 10:45: a clock on the wall, whose first time is far from the start."""
    first, span = float(times[0]), float(times[-1] - times[0])
    if first >= _MORNING and times[-1] <= _DAY and 0 < span < first:
        raise InputError(
            f"times from {first:.4g} to {times[-1]:.4g} h look like those of a day; write the time "
            "since the start, in hours"
        )


def _refuse_moments(grid: Grid, where: TimeColumn, times: np.ndarray) -> None:
    """Refuse moments of a calendar that are numbers: days since 1900, seconds since 1970."""
    first, span = float(times[0]), float(times[-1] - times[0])
    if span > 0 and first > _FAR * span:
        shown = shown_text(grid.rows[0].cells[where.column])
        days = "" if where.unit == "d" else "; if a spreadsheet keeps them, they are days, and the "
        more = days and "differences have to be multiplied by 24 for hours"
        raise InputError(
            f"{grid.rows[0].place}: times begin at {shown} {where.unit} and end {span:.4g} h "
            f"later, as dates do that are kept as numbers; subtract the start{days}{more}"
        )


def _numbers(grid: Grid, where: TimeColumn) -> list[float]:
    """Return the times as they are written; none where one is no plain number."""
    cells = [row.cells[where.column] for row in grid.rows]
    found = [
        one if isinstance(one, float) else grid.numerals.number(one)
        for one in cells
        if isinstance(one, float | str)
    ]
    plain = [one for one in found if one is not None]
    return plain if len(plain) == len(cells) else []


def _look_like_shares_of_a_day(numbers: list[float], finer: int) -> bool:
    """Say whether numbers are whole minutes as shares of a day, and no whole finer units."""
    hand_written = all(float(f"{one:.{_LONG}g}") == one for one in numbers)
    days = [one * 1440 for one in numbers]
    # Cells of a text file have what the spreadsheet showed: nine digits.
    whole = all(abs(one - round(one)) < 2e-6 * max(one, 1) for one in days)
    natural = all(abs(one * finer - round(one * finer)) < 1e-6 for one in numbers)
    return not hand_written and whole and not natural


def _refuse_shares_of_a_day(grid: Grid, where: TimeColumn) -> None:
    """Refuse 0.0208333333 min: 0:30 of a spreadsheet, formatted as a number."""
    numbers = _numbers(grid, where)
    if _look_like_shares_of_a_day(numbers, {"min": 60, "s": 1}[where.unit]):
        shown = next(one for one in numbers if one)
        raise InputError(
            f"{grid.rows[0].place} and others: {shown:.6g} {where.unit} is {shown * 1440:.4g} min "
            "as a share of a day, as spreadsheets keep times; format the cells as [h]:mm:ss, or "
            "multiply them by 1440 for minutes"
        )
