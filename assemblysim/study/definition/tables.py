"""Tables of intensities, read from files and checked cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.cells import Grid, Row, read_grid
from assemblysim.files.places import at
from assemblysim.language import either, quoted
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.scales import SCALES
from assemblysim.units import convert

# How a spectrum without the signal is written, besides 0.
_NOT_DETECTED: Final = ("n.d.", "n.d", "nd", "n. d.")
_LABEL: Final = re.compile(r"(?P<name>.*?)\s*(?:[(\[](?P<unit>[^()\[\]]*(?:\([^()]*\))?)[)\]])?")


def read_intensities(
    path: Path,
    measurement: Measurement,
    concentration_unit: str,
    *,
    ignore: Sequence[str] = (),
    sheet: str | None = None,
) -> IntensityTable:
    """Read a wide table: a time column with its unit, one column for each signal.

    Blank is not measured; 0 and "n.d." are not detected; rows with the same time are replicates.

    Args:
        path: CSV or XLSX.
        measurement: the signals that the table has to hold, and the scale.
        concentration_unit: unit of concentrations inside; on the ``absolute`` scale every
            column carries its own unit, on the others units are of no account.
        ignore: labels of columns that are no signals.
        sheet: sheet of an XLSX file with several.

    Returns:
        The readings, times in h.

    Raises:
        InputError: one line that names the file, the cell, the fault and the remedy.
    """
    grid = read_grid(path, sheet)
    signals = tuple(signal.name for signal in measurement.signals)
    with at(str(path)):
        with at(grid.header_place):
            labels = [_split_label(label) for label in grid.header]
            time_column, time_unit = _time_column(labels)
            columns = [_find(labels, signal, grid) for signal in signals]
            _refuse_others(labels, (*signals, labels[time_column][0]), ignore)
            factors = [
                _factor(labels[column], measurement, concentration_unit) for column in columns
            ]
        times = np.array([_time(grid, row, time_column, time_unit) for row in grid.rows])
        _check_times(grid, times)
        values = np.array(
            [[_reading(grid, row, column) for column in columns] for row in grid.rows]
        ) * np.array(factors)
        _check_values(grid, columns, values, measurement)
    return IntensityTable(signals, times, values)


def _split_label(label: str) -> tuple[str, str | None]:
    """Split "time (h)" or "time [h]" into its name and its unit, None if there is none."""
    parts = _LABEL.fullmatch(label)
    if parts is None:
        return label, None
    return parts["name"], None if parts["unit"] is None else parts["unit"].strip()


def _time_column(labels: list[tuple[str, str | None]]) -> tuple[int, str]:
    found = [i for i, (name, _) in enumerate(labels) if name.lower() == "time"]
    if not found:
        raise InputError("no time column; label it time (h), time (min), time (s) or time (d)")
    if len(found) > 1:
        raise InputError("two time columns; keep one")
    unit = labels[found[0]][1]
    if not unit:
        raise InputError(
            f"time column '{labels[found[0]][0]}' has no unit; label it time (h), time (min), "
            "time (s) or time (d)"
        )
    with at(f"column 'time ({unit})'"):
        convert(1.0, unit, "h")
    return found[0], unit


def _find(labels: list[tuple[str, str | None]], signal: str, grid: Grid) -> int:
    """Return the column of a signal: its label is the name, with or without a unit."""
    found = [i for i, (name, _) in enumerate(labels) if name == signal or grid.header[i] == signal]
    if not found:
        names = [name for name, _ in labels if name.lower() != "time"]
        raise InputError(f"no column for signal '{signal}'{did_you_mean(signal, names)}")
    if len(found) > 1:
        raise InputError(f"two columns for signal '{signal}'; keep one")
    return found[0]


def _refuse_others(
    labels: list[tuple[str, str | None]], known: Sequence[str], ignore: Sequence[str]
) -> None:
    names = [name for name, _ in labels]
    for name in names:
        if name not in known and name not in ignore:
            raise InputError(
                f"column {quoted(name)} is no signal of the study; add it to 'signals', "
                f'or write ignore = ["{name}"]'
            )
    for name in ignore:
        if name not in names:
            raise InputError(f"no column {quoted(name)} to ignore{did_you_mean(name, names)}")


def _factor(
    label: tuple[str, str | None], measurement: Measurement, concentration_unit: str
) -> float:
    """Return what turns a column into the concentration unit; 1 where the scale is unknown."""
    name, unit = label
    if not measurement.scale.known:
        return 1.0
    if not unit:
        unknown = either(f'"{scale.name}"' for scale in SCALES.values() if not scale.known)
        raise InputError(
            f"column '{name}' has no unit; label it '{name} ({concentration_unit})', "
            f"or choose scale = {unknown}"
        )
    with at(f"column '{name}'"):
        return convert(1.0, unit, concentration_unit)


def _time(grid: Grid, row: Row, column: int, unit: str) -> float:
    cell = row.cells[column]
    with at(row.place):
        if cell is None:
            raise InputError("no time; write one, or delete the row")
        with at("time"):
            number = grid.number(cell)
            if number < 0:
                raise InputError(f"{number:g} {unit} is before the start; count from the start")
    return convert(number, unit, "h")


def _check_times(grid: Grid, times: np.ndarray) -> None:
    back = np.flatnonzero(np.diff(times) < 0)
    if back.size:
        i = int(back[0])
        raise InputError(
            f"{grid.rows[i + 1].place}: time {times[i + 1]:g} h comes after {times[i]:g} h; "
            "sort the rows by time"
        )
    if times[-1] == 0:
        raise InputError("no time after the start; add rows with a time above 0")


def _reading(grid: Grid, row: Row, column: int) -> float:
    """Return a reading: nan for blank, 0 for n.d."""
    cell = row.cells[column]
    if cell is None:
        return float("nan")
    if isinstance(cell, str) and cell.lower() in _NOT_DETECTED:
        return 0.0
    with at(row.place), at(f"column '{grid.header[column]}'"):
        number = grid.number(cell)
        if number < 0:
            raise InputError(
                f"{number:g} is negative; write 0 or n.d. for not detected, nothing for not "
                "measured"
            )
    return number


def _check_values(
    grid: Grid, columns: Sequence[int], values: np.ndarray, measurement: Measurement
) -> None:
    """Refuse zeros that mean nothing, and rows or columns without a reading."""
    for i, row in enumerate(grid.rows):
        zeros = np.flatnonzero(values[i] == 0)
        if zeros.size and measurement.detection_limit is None:
            raise InputError(
                f"{row.place}: column '{grid.header[columns[zeros[0]]]}': 0 means nothing "
                "without a detection limit; state detection_limit under [measurement]"
            )
        if np.isnan(values[i]).all():
            raise InputError(f"{row.place}: no reading; delete the row")
        if measurement.scale.by_row and not (values[i] > 0).any():
            raise InputError(f"{row.place}: {measurement.scale.without_signal}")
    for i, column in enumerate(columns):
        label = grid.header[column]
        if np.isnan(values[:, i]).all():
            raise InputError(f"column '{label}': no reading; take it out of 'signals'")
        if measurement.scale.by_column and not (values[:, i] > 0).any():
            raise InputError(f"column '{label}': {measurement.scale.without_signal}")
    if not (values > 0).any():
        raise InputError("no signal anywhere; check that this is the right table")
