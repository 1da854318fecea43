"""Long tables, one measurement a row (species, time, value), put into the wide form."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.cells import Grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, Row, shown_text
from assemblysim.language import quoted
from assemblysim.study.tables.deviations import deviation_of, unit_of_deviations
from assemblysim.study.tables.dressed_cells import undressed
from assemblysim.study.tables.labels import (
    find_column,
    is_unit,
    label_name,
    time_label_of,
    ways_to_read,
)
from assemblysim.study.tables.times import TimeColumn, time_column, time_hours
from assemblysim.study.tables.wide_tables import WideTable

_SPECIES: Final = (
    "species", "signal", "compound", "substance", "analyte", "ion", "component", "spezies",
    "substanz", "verbindung", "stoff", "variable", "observable", "observableid",
)  # fmt: skip
_VALUE: Final = (
    "value", "concentration", "conc", "conc.", "c", "intensity", "reading", "area", "amount",
    "measurement", "wert", "konzentration", "intensität", "menge", "yield", "ausbeute",
)  # fmt: skip
_SPECTRUM: Final = ("spectrum", "replicate", "run", "sample", "repeat", "replikat", "probe",
                    "spektrum", "messung")  # fmt: skip
_UNIT: Final = ("unit", "units", "einheit", "einheiten")


@dataclass(frozen=True)
class _Columns:
    """Where a long table has what; None where it has no numbers of spectra, errors or units."""

    species: int
    value: int
    times: TimeColumn
    spectrum: int | None
    errors: int | None = None
    unit: int | None = None


def is_long(grid: Grid, signals: Collection[str]) -> bool:
    """Say whether a table is long: it names species in a column, and no signal has its own."""
    if any(find_column(grid.header, name) for name in signals):
        return False
    return bool(_named(grid, _SPECIES)) and bool(_named(grid, _VALUE))


def other_columns(grid: Grid) -> list[str]:
    """Return the labels of a long table that are none of species, time, value and spectrum."""
    known = {i for names in (_SPECIES, _VALUE, _SPECTRUM, _UNIT) for i in _named(grid, names)}
    known |= {i for value in _named(grid, _VALUE) for i in _errors_of(grid, value)}
    every = enumerate(grid.header)
    return [one for i, one in every if i not in known and time_label_of(one) is None]


def wide_form(table: WideTable, ignore: Collection[str], *, by_row: bool) -> WideTable:
    """Put a long table into the wide form: a row for each time and spectrum, sorted by time.

    Repeated measurements of a species at one time are replicates, in the order of the rows
    where no column numbers the spectra.

    Args:
        table: a long one.
        ignore: labels of columns that say nothing.
        by_row: whether each spectrum has a scale factor of its own, so that it must be known
            which measurements are of one.

    Returns:
        The wide table; its times are in h.

    Raises:
        InputError: a column is there twice, a row names no species or an unknown one, a
            measurement is repeated within one spectrum, or it is not known of which one it is.
            What looks like replicates is told apart by a column that is ignored.
    """
    grid = table.grid
    with at(grid.header_place):
        columns = _columns(table, ignore)
        _refuse_parts(grid, columns)
    said = f"read as a long table: {', '.join(quoted(grid.header[i]) for i in _used(columns))}"
    unit = _unit(table, columns.value)
    if unit is None and (unit := _common_unit(grid, columns)):
        columns = replace(columns, unit=None)
    own = None
    if columns.errors is not None:
        own = unit_of_deviations(grid.header[columns.errors]) or table.units[columns.errors]
    names, cells, places = _gathered(grid, columns, by_row=by_row, own_errors=own is not None)
    labels = [_label(name, unit) for name in names]
    if columns.errors is not None:
        labels += [_label(f"± {name}", own) for name in names]
        names += [f"± {name}" for name in names]
    keys = sorted(places, key=lambda key: (key[0], list(places).index(key)))
    rows = tuple(
        Row(places[key], (key[0], *(cells.get((key, name)) for name in names))) for key in keys
    )
    header = ("time (h)", *labels)
    wide, units = replace(grid, header=header, rows=rows), (None,) * len(header)
    if columns.unit is None:
        return WideTable(wide, units, (*table.notices, said))
    wide, found, further = undressed(wide, units)
    return WideTable(wide, tuple(found), (*table.notices, said, *further))


def _label(name: str, unit: str | None) -> str:
    return f"{name} ({unit})" if unit else name


Spectrum = tuple[float, str]  # its time, h, and what tells it from others of that time


def _gathered(
    grid: Grid, columns: _Columns, *, by_row: bool, own_errors: bool
) -> tuple[list[str], dict[tuple[Spectrum, str], Cell], dict[Spectrum, str]]:
    """Return the species, the cells by spectrum and species, and a place for each spectrum."""
    names: dict[str, None] = {}
    cells: dict[tuple[Spectrum, str], Cell] = {}
    places: dict[Spectrum, str] = {}
    repeats: dict[tuple[float, str], int] = {}
    for row in grid.rows:
        time = time_hours(grid, row, columns.times)
        with at(row.place):
            name = shown_text(row.cells[columns.species]).strip()
            if not name:
                raise InputError("no species; name it, or delete the row")
            names[name] = None
            if columns.spectrum is not None:
                which = shown_text(row.cells[columns.spectrum]).strip()
            else:
                count = repeats[(time, name)] = repeats.get((time, name), 0) + 1
                which = str(count)
                if by_row and count > 1:
                    raise InputError(
                        f"{name} at {time:g} h is there before, and it is not known which "
                        "measurements are of one spectrum; add a column 'spectrum' that numbers "
                        "them"
                    )
            key = ((time, which), name)
            if key in cells:
                raise InputError(
                    f"{name} at {time:g} h is there before in spectrum {quoted(which)}; keep one"
                )
            cell = row.cells[columns.value]
            if isinstance(cell, str) and (number := grid.numerals.number(cell)) is not None:
                cell = number
            cells[key] = _with_unit(cell, row, columns, grid)
            if columns.errors is not None:
                error = row.cells[columns.errors]  # their label's unit counts, if it has one
                cells[key[0], f"± {name}"] = (
                    error if own_errors else _with_unit(error, row, columns, grid)
                )
            places.setdefault((time, which), row.place)
    return list(names), cells, places


def _common_unit(grid: Grid, columns: _Columns) -> str | None:
    """Return the unit that a column states for all rows alike."""
    if columns.unit is None:
        return None
    found = {shown_text(row.cells[columns.unit]).strip() for row in grid.rows}
    return found.pop() or None if len(found) == 1 else None


def _with_unit(cell: Cell, row: Row, columns: _Columns, grid: Grid) -> Cell:
    """Return a number or a limit with the unit that its row states."""
    if columns.unit is None or cell is None:
        return cell
    unit = shown_text(row.cells[columns.unit]).strip()
    text = repr(cell).replace(".", grid.numerals.decimal) if isinstance(cell, float) else cell
    is_number = isinstance(text, str) and any(one.isdigit() for one in text)
    if not unit or not isinstance(text, str) or not is_number:
        return cell
    if not is_unit(unit):
        raise InputError(f"unit {quoted(unit)} is not known; write one such as mM, or counts")
    return f"{text} {unit}"


def _refuse_parts(grid: Grid, columns: _Columns) -> None:
    """Refuse a table of several series, which a column tells apart that is ignored.

    Left out, it would make replicates of them.
    """
    if columns.spectrum is not None:
        return
    time, name = columns.times.column, columns.species

    def kinds(*places: int) -> int:
        return len({tuple(shown_text(row.cells[i]).strip() for i in places) for row in grid.rows})

    alone = kinds(time, name)
    if alone == len(grid.rows):
        return
    for i, label in enumerate(grid.header):
        if i in _used(columns) or any(row.cells[i] is None for row in grid.rows):
            continue
        parted = kinds(time, name, i)
        # Of a series there are several measurements; of a number of a row, or an area, one.
        if parted > alone and parted > 1.5 * kinds(i):
            raise InputError(
                f"column {quoted(label)} tells measurements of one time apart; write a table for "
                "each of its values, or label it 'spectrum' if these are replicates"
            )


def _columns(table: WideTable, ignore: Collection[str]) -> _Columns:
    grid = table.grid
    found = {
        kind: _named(grid, known)
        for kind, known in (
            ("species", _SPECIES),
            ("value", _VALUE),
            ("spectrum", _SPECTRUM),
            ("unit", _UNIT),
        )
    }
    for kind, places in found.items():
        if len(places) > 1:
            names = " and ".join(quoted(grid.header[i]) for i in places)
            raise InputError(f"{names} may both be the column '{kind}'; keep one")
    spectrum = found["spectrum"][0] if found["spectrum"] else None
    times = time_column(grid, table.units, ignore)
    errors = [i for i in _errors_of(grid, found["value"][0]) if grid.header[i] not in ignore]
    unit = found["unit"][0] if found["unit"] else None
    if unit is not None and table.units[found["value"][0]]:
        raise InputError(
            f"column {quoted(grid.header[unit])} and the cells both state units; keep one"
        )
    columns = _Columns(
        found["species"][0],
        found["value"][0],
        times,
        spectrum,
        errors[0] if errors else None,
        unit,
    )
    for i, label in enumerate(grid.header):
        if i not in _used(columns) and label not in ignore:
            raise InputError(
                f"column {quoted(label)} is none of species, time, value, spectrum and unit of a "
                f"long table; if it tells experiments apart, write a table for each; write ignore "
                f'= ["{label}"] if it is of no account'
            )
    return columns


def _used(columns: _Columns) -> list[int]:
    more = [one for one in (columns.spectrum, columns.errors, columns.unit) if one is not None]
    return sorted([columns.species, columns.value, columns.times.column, *more])


def _errors_of(grid: Grid, value: int) -> list[int]:
    """Return the columns of errors of the values, which their labels say."""
    name = label_name(grid.header[value])
    return [i for i, label in enumerate(grid.header) if deviation_of(label, [name])]


def _named(grid: Grid, known: Collection[str]) -> list[int]:
    return [
        i
        for i, label in enumerate(grid.header)
        if any(way.name.lower() in known for way in ways_to_read(label))
        and time_label_of(label) is None
    ]


def _unit(table: WideTable, column: int) -> str | None:
    stated = ways_to_read(table.grid.header[column])[-1].unit
    return stated if stated is not None else table.units[column]
