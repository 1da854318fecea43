"""Tables whose times run across, or whose signals have own times, put into the wide form."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from math import isfinite
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.rows import Cell, ClockTime, Row, filled_width, shown_text
from assemblysim.language import listed, quoted
from assemblysim.study.tables.labels import is_time_unit, is_unit, label_name, time_label_of
from assemblysim.study.tables.times import is_clock, is_time_with_unit

_CORNER: Final = re.compile(r"[\\|/]|\bvs\.?\b")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)

Heads = Callable[[tuple[str, ...]], bool]


def heads_across(cells: Sequence[Cell]) -> bool:
    """Say whether a row holds the times of a table whose species stand below each other."""
    return bool(_time_label_across(cells))


def arranged(
    rows: Sequence[Row], heads: Heads, others: Collection[str] = ()
) -> tuple[list[Row], list[str]]:
    """Return rows with times in one column, and what was recognised.

    Args:
        rows: of the file, those that are not blank.
        heads: whether the texts of a row are a header's.
        others: labels of columns that hold no times.

    Raises:
        InputError: two tables stand below or beside each other.
    """
    found = list(rows)
    first = next((n for n, row in enumerate(found) if heads(_texts(row))), None)
    if first is None:
        return found, []
    if label := _time_label_across(found[first].cells):
        body = [row for row in found[first + 1 :] if filled_width(row.cells)]
        if body and all(_is_word(row.cells[0]) for row in body):
            turned = _turned(label, found[first], body)
            return [*found[:first], *turned], ["times read from left to right, species downwards"]
    again = next((row for row in found[first + 1 :] if _begins_a_table(row, heads)), None)
    if again is not None:
        raise InputError(
            f"{again.place}: a second header; write each table into a file or sheet and an "
            "experiment of its own, or delete this line if the table goes on"
        )
    return _side_by_side(found, first, others)


def _texts(row: Row) -> tuple[str, ...]:
    return tuple(shown_text(cell).strip() for cell in row.cells)


def _begins_a_table(row: Row, heads: Heads) -> bool:
    texts = [one for one in _texts(row) if one]
    units = all(is_unit(one.strip("()[] ")) for one in texts)
    return heads(_texts(row)) and not units and not any(map(_NUMBER.fullmatch, texts))


def _is_word(cell: Cell) -> bool:
    text = shown_text(cell).strip()
    return bool(text) and not _NUMBER.fullmatch(text) and not is_clock(text)


def _time_label_across(cells: Sequence[Cell]) -> str:
    """Return the label of the times that stand in a row; "" where they do not."""
    label = shown_text(cells[0]).strip() if cells else ""
    behind = [cell for cell in cells[1:] if cell is not None]
    if behind and isinstance(behind[0], str) and is_time_unit(behind[0].strip("()[] ")):
        behind = behind[1:]
    if len(behind) < 2:
        return ""
    texts = [shown_text(cell).strip() for cell in behind]
    timed = all(is_time_with_unit(one) or one == "0" for one in texts)
    numbers = all(
        isinstance(cell, float | ClockTime) or _NUMBER.fullmatch(one) or is_clock(one)
        for cell, one in zip(behind, texts, strict=True)
    )
    own = [one.strip() for one in (label, *_CORNER.split(label))]
    named = next((one for one in own if one and time_label_of(one) is not None), "")
    if named and (numbers or timed):
        return named
    return "time" if timed and any(map(is_time_with_unit, texts)) else ""


def _turned(label: str, head: Row, body: Sequence[Row]) -> list[Row]:
    """Return the rows of a table with its columns as rows."""
    rows = [Row(head.place, (label, *(row.cells[0] for row in body)))]
    width = max(filled_width(row.cells) for row in (head, *body))
    for column in range(1, width):
        cells = tuple(
            row.cells[column] if column < len(row.cells) else None for row in (head, *body)
        )
        if any(cell is not None for cell in cells):
            rows.append(Row(f"column {column + 1}", cells))
    return rows


def _side_by_side(
    rows: list[Row], first: int, others: Collection[str]
) -> tuple[list[Row], list[str]]:
    """Join pairs of columns, each with times of its own, into one table.

    Values of one time are of one sample.

    Raises:
        InputError: signals stand in several of the parts, or their times have several labels.
    """
    header = _texts(rows[first])
    starts = [
        i
        for i, label in enumerate(header)
        if label and label not in others and time_label_of(label) is not None
    ]
    if len(starts) < 2 or any(a + 1 == b for a, b in pairwise(starts)):
        return rows, []
    parts = [
        [i for i in range(start + 1, end) if header[i]]
        for start, end in zip(starts, [*starts[1:], len(header)], strict=True)
    ]
    names = [label_name(header[i]) for part in parts for i in part]
    labels = list(dict.fromkeys(header[i] for i in starts))
    if starts[0] or not all(parts) or len(set(names)) < len(names):
        raise InputError(
            f"{rows[first].place}: {len(starts)} columns of times; write each table into a file or "
            "sheet and an experiment of its own, or keep one of the columns"
        )
    if len(labels) > 1:
        raise InputError(
            f"{rows[first].place}: columns of times {listed(map(quoted, labels))}; label them "
            "alike, in one unit, or keep one"
        )
    kept = [i for part in parts for i in part]
    joined: dict[str, Row] = {}
    repeats: dict[tuple[str, int], int] = {}
    for row in rows[first + 1 :]:
        for number, (start, part) in enumerate(zip(starts, parts, strict=True)):
            own = {i: row.cells[i] for i in part if i < len(row.cells)}
            time = row.cells[start] if start < len(row.cells) else None
            if time is None and all(cell is None for cell in own.values()):
                continue
            when = _hours_or_number(time)
            shown = f"{when!r}" if isfinite(when) else shown_text(time)
            count = repeats[shown, number] = repeats.get((shown, number), 0) + 1
            before = joined.get(key := f"{shown} {count}")
            cells = dict(zip(kept, before.cells[1:], strict=True)) if before else {}
            whole = {**cells, **own}
            joined[key] = Row(row.place, (time, *(whole.get(i) for i in kept)))
    head = Row(rows[first].place, tuple(header[i] for i in (starts[0], *kept)))
    said = f"{len(starts)} columns of times read as those of the signals on their right"
    return [*rows[:first], head, *sorted(joined.values(), key=_when)], [said]


def _when(row: Row) -> float:
    """Return what rows are sorted by: the number of the time; what is none stays where it is."""
    return _hours_or_number(row.cells[0])


def _hours_or_number(cell: Cell) -> float:
    if isinstance(cell, ClockTime):
        return cell.hours
    text = shown_text(cell).replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else float("inf")
