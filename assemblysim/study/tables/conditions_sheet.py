"""What was mixed in each experiment, from a sheet of the workbook that holds the data too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.cells import LARGEST_TABLE
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, Row, shown_text
from assemblysim.files.workbooks import workbook_sheets
from assemblysim.language import listed, quoted
from assemblysim.study.tables.labels import find_column, is_unit, time_label_of, ways_to_read
from assemblysim.units import kelvin, quantity

_NAMES: Final = (
    "experiment", "exp.", "exp", "series", "run", "reaction", "sheet", "versuch", "reihe", "blatt",
)  # fmt: skip
_SHEETS: Final = ("sheet", "data", "blatt", "tab")
_TEMPERATURE: Final = re.compile(r"t|temp\.?|temperature|temperatur", re.IGNORECASE)
_DEGREES: Final = ("degC", "°C", "C", "℃", "K")


@dataclass(frozen=True)
class ListedExperiment:
    """One experiment of a workbook.

    Attributes:
        name: of it.
        sheet: that its data are in.
        initial: (species, quantity with its unit) pairs.
        temperature: with its unit; "" where none is stated.
    """

    name: str
    sheet: str
    initial: tuple[tuple[str, str], ...]
    temperature: str = ""


def listed_experiments(
    path: Path, species: Sequence[str]
) -> tuple[tuple[ListedExperiment, ...], tuple[str, ...]]:
    """Read the sheet of a workbook that lists experiments, and what was recognised.

    Its header names experiments in a column such as ``experiment``, amounts as ``Fe (mM)`` and
    a temperature as ``T (degC)``; each row is an experiment, whose data are in the sheet of its
    name, or of the name in a column ``sheet``. Or it has a label and a value in each row: the
    conditions of the one sheet that there is besides.

    Args:
        path: XLSX.
        species: of the model.

    Returns:
        The experiments in their order, and notices; nothing of both where no sheet lists any.

    Raises:
        InputError: an experiment has no sheet of data, or a cell is no such quantity.
    """
    with at(str(path)):
        sheets = workbook_sheets(path, LARGEST_TABLE)
        tables = {name: rows for name, rows in sheets.items() if any(map(_has_times, rows))}
        others = {name: rows for name, rows in sheets.items() if name not in tables}
        for name, rows in others.items():
            with at(f"sheet {quoted(name)}"):
                found, left_out = _across(rows, species, tuple(tables))
                if not found and len(tables) == 1:
                    found, left_out = _downwards(rows, species, next(iter(tables)))
            if found:
                said = [f"sheet {quoted(name)}: read as what was mixed"]
                said += [f"sheet {quoted(name)}: {quoted(one)} is left out" for one in left_out]
                return found, tuple(said)
    return (), ()


def _texts(row: Row) -> list[str]:
    return [shown_text(cell).strip() for cell in row.cells]


def _has_times(row: Row) -> bool:
    return any(text and time_label_of(text) is not None for text in _texts(row)[:1])


def _across(
    rows: Sequence[Row], species: Sequence[str], sheets: tuple[str, ...]
) -> tuple[tuple[ListedExperiment, ...], list[str]]:
    """Read a header and a row for each experiment."""
    place = next((n for n, row in enumerate(rows) if _heads(_texts(row), species)), None)
    if place is None:
        return (), []
    header = _texts(rows[place])
    named = next(i for i, text in enumerate(header) if text.casefold() in _NAMES)
    sheet = next((i for i, text in enumerate(header) if text.casefold() in _SHEETS), named)
    columns = _columns(header, species)
    body = list(rows[place + 1 :])
    units = _units(body[0], named) if body else {}
    if units:
        body = body[1:]
    found: list[ListedExperiment] = []
    for row in body:
        cells = [*row.cells, *(None,) * (len(header) - len(row.cells))]
        name = shown_text(cells[named]).strip()
        if not name:
            continue
        with at(row.place):
            own = _sheet_of(shown_text(cells[sheet]).strip(), sheets)
            _refuse_taken(name, own, found)
            amounts = {
                label: _quantity(cells[i], header[i], units.get(i, ""), label)
                for label, i in columns.items()
                if cells[i] is not None
            }
            temperature = amounts.pop("", "")
            found.append(ListedExperiment(name, own, tuple(amounts.items()), temperature))
    known = {named, sheet, *columns.values()}
    return tuple(found), [text for i, text in enumerate(header) if text and i not in known]


def _downwards(
    rows: Sequence[Row], species: Sequence[str], sheet: str
) -> tuple[tuple[ListedExperiment, ...], list[str]]:
    """Read a label and a value in each row, the unit in the label, the value or a third cell."""
    labels = [_texts(row)[0] if row.cells else "" for row in rows]
    amounts: dict[str, str] = {}
    left_out = []
    for label, i in _columns(labels, species).items():
        cells = rows[i].cells
        if len(cells) > 1 and cells[1] is not None:
            beside = shown_text(cells[2]).strip() if len(cells) > 2 else ""
            with at(rows[i].place):
                amounts[label] = _quantity(cells[1], labels[i], beside, label)
    if not any(amounts):
        return (), []
    read = set(_columns(labels, species).values())
    left_out = [text for i, text in enumerate(labels) if text and i not in read]
    temperature = amounts.pop("", "")
    return (ListedExperiment(sheet, sheet, tuple(amounts.items()), temperature),), left_out


def _heads(texts: Sequence[str], species: Sequence[str]) -> bool:
    return any(text.casefold() in _NAMES for text in texts) and bool(_columns(texts, species))


def _columns(labels: Sequence[str], species: Sequence[str]) -> dict[str, int]:
    """Return where species stand, and under "" the temperature."""
    found = {}
    for name in species:
        columns = find_column(labels, name, [one for one in species if one != name])
        if len(columns) > 1:
            raise InputError(f"two columns are labelled {quoted(name)}; keep one")
        if columns:
            found[name] = columns[0]
    for i, label in enumerate(labels):
        name, unit = _cut(label)
        if i not in found.values() and _TEMPERATURE.fullmatch(name) and unit in ("", *_DEGREES):
            found[""] = i
            break
    return found


def _cut(label: str) -> tuple[str, str]:
    """Return a label's name and its unit, "" where it has none."""
    for way in ways_to_read(label):
        if way.unit is not None:
            return way.name, way.unit
    name, _, unit = label.partition("/")
    if unit.strip() in _DEGREES:
        return name.strip(), unit.strip()
    return label, ""


def _units(row: Row, named: int) -> Mapping[int, str]:
    """Return the units of a row that holds nothing else and names no experiment, or nothing."""
    # An experiment may be called as a unit, and 1 is both an amount and a unit.
    if any(isinstance(cell, float) for cell in row.cells) or "".join(_texts(row)[named:][:1]):
        return {}
    texts = {i: text.strip("()[] ") for i, text in enumerate(_texts(row)) if text}
    fits = all(is_unit(text) or text in _DEGREES for text in texts.values())
    return texts if fits else {}


def _refuse_taken(name: str, sheet: str, before: Sequence[ListedExperiment]) -> None:
    for one in before:
        if one.sheet == sheet:
            raise InputError(
                f"{quoted(name)} has its data in sheet {quoted(sheet)}, and so has "
                f"{quoted(one.name)}; give each its own sheet, or take one row out"
            )


def _sheet_of(text: str, sheets: tuple[str, ...]) -> str:
    for name in sheets:
        if name.strip().casefold() == text.casefold():
            return name
    raise InputError(
        f"no sheet {quoted(text)} with a column of times; there are {listed(map(quoted, sheets))}"
        ", call one so, or add a column 'sheet' that names it"
    )


def _quantity(cell: Cell, label: str, below: str, species: str) -> str:
    """Return a quantity as a study has it, and check that it is one."""
    text = shown_text(cell).strip()
    if isinstance(cell, float):
        unit = _cut(label)[1] or below
        if not unit:
            example = f"{label} ({'mM' if species else 'degC'})"
            raise InputError(f"{quoted(label)} has no unit; write it as {quoted(example)}")
        text = f"{cell:.12g} {unit}"
    if species:
        quantity(text, "mM")
    else:
        kelvin(text)
    return text
