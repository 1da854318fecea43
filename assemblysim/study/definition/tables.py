"""Tables of intensities, read from files and checked cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from assemblysim.errors import Faults, InputError, did_you_mean, refuse_unknown
from assemblysim.files.cells import Grid
from assemblysim.files.numerals import Decimal
from assemblysim.files.places import at
from assemblysim.files.rows import Row
from assemblysim.language import counted, either, listed, quoted
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.scales import SCALES
from assemblysim.study.tables import plausible
from assemblysim.study.tables.deviations import deviation_of
from assemblysim.study.tables.known_sds import sd_column, sd_factor, with_named_sds, with_sds
from assemblysim.study.tables.labels import (
    find_column,
    label_name,
    plain_label,
    time_label_of,
    unit_of,
    ways_to_read,
)
from assemblysim.study.tables.long_tables import is_long, wide_form
from assemblysim.study.tables.replicate_columns import numbered_alike, with_replicates_as_rows
from assemblysim.study.tables.times import (
    TimeColumn,
    check_times,
    recognised_times,
    time_column,
    time_hours,
)
from assemblysim.study.tables.wide_tables import (
    WideTable,
    is_not_detected,
    is_not_measured,
    read_wide_table,
)
from assemblysim.units import convert

# Labels whose numbers are not those of the signal: its logarithm, its thousandfold, its error.
_CHANGED: Final = re.compile(r"10|log|\bln|[±σ]|sd|err|dev|var|rsd|ci\b", re.IGNORECASE)


def read_intensities(  # noqa: PLR0913  # each is a key of a study file
    path: Path,
    measurement: Measurement,
    concentration_unit: str,
    *,
    ignore: Sequence[str] = (),
    sds: Mapping[str, str] = MappingProxyType({}),
    sheet: str | None = None,
    decimal: Decimal | None = None,
    only: Sequence[str] | None = None,
    species: Sequence[str] = (),
) -> IntensityTable:
    """Read a table: a time column with its unit, one column for each signal, or a long one.

    Blank is not measured; 0 and "n.d." not detected; rows with the same time are replicates; rows
    that hold a time alone are left out. A long table has columns of species, times and values.

    Args:
        path: CSV or XLSX.
        measurement: the signals that the table has to hold, and the scale.
        concentration_unit: unit of concentrations inside; on the ``absolute`` scale every
            column carries its own unit, on the others units are of no account.
        ignore: labels of columns that are no signals.
        sds: by signal, the label of the column of its standard deviations where a user names it.
        sheet: sheet of an XLSX file with several.
        decimal: the decimal mark, where a user states it.
        only: the signals that the table has, where these are not all.
        species: of the model, which are no replicates of a signal: A_1 and A_2 of A.

    Returns:
        The readings, times in h, and notices of what was recognised.

    Raises:
        InputError: the file, the cell, the fault and the remedy, in one line for each fault.
    """
    if only is not None:
        measurement = _with_signals(measurement, only)
    signals = tuple(signal.name for signal in measurement.signals)
    known = (*signals, *ignore, *species, *sds.values())
    table = read_wide_table(path, sheet, decimal, known=known)
    with at(str(path)):
        table = with_named_sds(table, sds, measurement)
        if is_long(table.grid, signals):
            table = wide_form(table, ignore, by_row=measurement.scale.by_row)
            ignore = [label for label in ignore if label in map(label_name, table.grid.header)]
        else:
            table = with_replicates_as_rows(table, signals, ignore, species)
        with at(table.grid.header_place):
            columns = _columns(table, measurement, ignore, concentration_unit)
        return _readings(table.grid, columns, measurement, table.notices, concentration_unit)


def _with_signals(measurement: Measurement, only: Sequence[str]) -> Measurement:
    """Return the measurement of some of the signals."""
    known = [signal.name for signal in measurement.signals]
    for name in only:
        with at("signals"):
            refuse_unknown("signal", name, known)
    kept = tuple(signal for signal in measurement.signals if signal.name in only)
    return replace(measurement, signals=kept)


@dataclass(frozen=True)
class _Columns:
    """Where times and signals stand, and what turns the latter into the concentration unit.

    Standard deviations, where they count, have columns and factors of their own.
    """

    times: TimeColumn
    signals: tuple[int, ...]
    factors: np.ndarray
    sds: tuple[int, ...] = ()
    sd_factors: np.ndarray = field(default_factory=lambda: np.ones(0))


def _columns(
    table: WideTable, measurement: Measurement, ignore: Sequence[str], concentration_unit: str
) -> _Columns:
    grid, faults = table.grid, Faults()
    signals = tuple(signal.name for signal in measurement.signals)
    found: list[int] = []
    factors: list[float] = []
    with faults.gathered():
        times = time_column(grid, table.units, (*ignore, *signals))
    for signal in signals:
        with faults.gathered():
            found.append(_find(grid, signal, signals))
            factors.append(_factor(table, found[-1], signal, measurement, concentration_unit))
    sds: list[int] = []
    if measurement.noise.stated:
        for signal in signals:
            with faults.gathered():
                sds.append(sd_column(grid, signal, ignore))
    with faults.gathered():
        _refuse_others(grid, [*found, *sds], found, ignore)
    faults.end()
    if measurement.scale.by_row:
        factors = _common_factors(table, found, signals)
    pairs = zip(sds, found, factors, strict=False)
    own = [sd_factor(table, sd, column, factor) for sd, column, factor in pairs]
    return _Columns(times, tuple(found), np.array(factors), tuple(sds), np.array(own))


def _common_factors(
    table: WideTable, columns: Sequence[int], signals: Sequence[str]
) -> list[float]:
    """Return what puts intensities of one spectrum into one unit, whichever it is.

    A column without a unit has that of the first that has one.

    Raises:
        InputError: columns have different units of which one cannot be turned into the other.
    """
    header = table.grid.header
    _refuse_some_in_per_cent(table, columns, signals)
    units = [unit_of(header[i], s) or table.units[i] for i, s in zip(columns, signals, strict=True)]
    first = next(((i, one) for i, one in enumerate(units) if one), None)
    if first is None or len({one for one in units if one}) == 1:
        return [1.0] * len(units)
    place, reference = first
    factors = []
    for signal, unit in zip(signals, units, strict=True):
        try:
            factors.append(1.0 if not unit else convert(1.0, unit, reference))
        except InputError:
            raise InputError(
                f"columns {quoted(signals[place])} ({reference}) and {quoted(signal)} ({unit}) "
                "have one scale factor in a spectrum; write them in one unit"
            ) from None
    return factors


def _refuse_some_in_per_cent(
    table: WideTable, columns: Sequence[int], signals: Sequence[str]
) -> None:
    """Refuse signals without a unit beside others that a spreadsheet shows in per cent."""
    header, shown = table.grid.header, table.shown_in_per_cent
    named = list(zip(columns, signals, strict=True))
    per_cent = [signal for i, signal in named if i in shown]
    for i, signal in named:
        bare = not (unit_of(header[i], signal) or table.units[i])
        if per_cent and bare and any(row.cells[i] for row in table.grid.rows):
            raise InputError(
                f"the cells of {quoted(per_cent[0])} are formatted as % and those of "
                f"{quoted(signal)} are not; format all of them alike"
            )


def _find(grid: Grid, signal: str, signals: Sequence[str]) -> int:
    """Return the column of a signal: its label is the name, with or without a unit."""
    found = find_column(grid.header, signal, [one for one in signals if one != signal])
    found = [
        i
        for i in found
        if plain_label(grid.header[i]) == plain_label(signal)
        or not deviation_of(grid.header[i], [signal])
    ]
    if not found:
        names = [label_name(one) for one in grid.header if time_label_of(one) is None]
        word = re.compile(rf"(?<!\w){re.escape(signal)}(?!\w)", re.IGNORECASE)
        like = [
            name
            for one in grid.header
            if word.search(name := label_name(one)) and not _CHANGED.search(f"{name} {one}")
        ]
        hint = numbered_alike(signal, names)
        if like and not hint:
            hint = f'; if it is {quoted(like[0])}, write "{like[0]} = ..." under signals'
        hint = hint or did_you_mean(signal, names)
        raise InputError(f"no column for signal '{signal}'{hint}")
    if len(found) > 1:
        raise InputError(f"two columns for signal '{signal}'; keep one")
    return found[0]


def _refuse_others(
    grid: Grid, known: Sequence[int], signals: Sequence[int], ignore: Sequence[str]
) -> None:
    faults = Faults()
    names = [{way.name for way in ways_to_read(label)} | {label} for label in grid.header]
    ignored = {plain_label(one) for one in ignore}
    for i, label in enumerate(grid.header):
        blank = all(row.cells[i] is None for row in grid.rows)
        if i in known or time_label_of(label) is not None or names[i] & ignored or blank:
            continue
        with faults.gathered():
            name = label_name(label)
            measured = deviation_of(label, [label_name(grid.header[j]) for j in signals])
            if measured:
                raise InputError(
                    f"column {quoted(label)} looks like the standard deviations of "
                    f'{quoted(measured)}; write noise = "known" under [measurement] to use them, '
                    f'or ignore = ["{name}"]'
                )
            raise InputError(
                f"column {quoted(name)} is no signal of the study; add it to 'signals', "
                f'or write ignore = ["{name}"]'
            )
    for name in ignore:
        with faults.gathered():
            if not any(plain_label(name) in one for one in names):
                every = [label_name(label) for label in grid.header]
                raise InputError(f"no column {quoted(name)} to ignore{did_you_mean(name, every)}")
    faults.end()


def _factor(
    table: WideTable, column: int, signal: str, measurement: Measurement, concentration_unit: str
) -> float:
    """Return what turns a column into the concentration unit; 1 where the scale is unknown."""
    if not measurement.scale.known:
        return 1.0
    unit = unit_of(table.grid.header[column], signal) or table.units[column]
    ratio = any(one.divisor for one in measurement.signals if one.name == signal)
    if not unit and not ratio:
        unknown = either(f'"{scale.name}"' for scale in SCALES.values() if not scale.known)
        raise InputError(
            f"column '{signal}' has no unit; label it '{signal} ({concentration_unit})', "
            f"or choose scale = {unknown}"
        )
    with at(f"column '{signal}'"):
        return convert(1.0, unit, "" if ratio else concentration_unit) if unit else 1.0


def _readings(
    grid: Grid,
    columns: _Columns,
    measurement: Measurement,
    notices: tuple[str, ...],
    concentration_unit: str,
) -> IntensityTable:
    """Return the numbers of all rows that hold any."""
    faults = Faults()
    kept, left_out = [], []
    for row in grid.rows:
        if not all(is_not_measured(row.cells[i]) for i in columns.signals):
            kept.append(row)
        else:
            left_out.append(row.place)
            with faults.gathered():
                time_hours(grid, row, columns.times)
    if left_out:
        rows = counted(len(left_out), "row")
        notices += (f"{rows} without any intensity left out: {listed(left_out)}",)
    grid = Grid(grid.header, grid.header_place, tuple(kept), grid.numerals)
    if not kept:
        raise InputError("no row holds an intensity; write at least one")
    times = np.full(len(kept), np.nan)
    values = np.full((len(kept), len(columns.signals)), np.nan)
    limits = np.full(values.shape, np.nan)
    below = np.zeros(values.shape, dtype=bool)
    for i, row in enumerate(kept):
        with faults.gathered():
            times[i] = time_hours(grid, row, columns.times)
        for j, column in enumerate(columns.signals):
            with faults.gathered():
                number, limit, below[i, j] = _reading(grid, row, column, measurement, j)
                values[i, j], limits[i, j] = (one * columns.factors[j] for one in (number, limit))
    faults.end()
    with faults.gathered():
        check_times(grid, columns.times, times)
    unit = concentration_unit if measurement.scale.known else None
    plausible.refuse_implausible(grid, columns.signals, values, unit, faults)
    plausible.refuse_impossible_ratios(grid, columns.signals, values, measurement.signals, faults)
    _check_values(grid, columns.signals, values, measurement, faults)
    unlimited = below & ~np.isfinite(limits)
    _check_limits(grid, columns.signals, unlimited, measurement, faults)
    faults.end()
    signals = tuple(signal.name for signal in measurement.signals)
    said = (*recognised_times(grid, columns.times), *notices)
    said += plausible.low_limits(values, unlimited, measurement, unit)
    if count := int(np.isfinite(limits).sum()):
        said += (f"{counted(count, 'intensity', 'intensities')} below a limit stated in the cell",)
    found = IntensityTable(signals, times, values, said, below, limits)
    return with_sds(found, grid, columns.sds, columns.signals, columns.sd_factors)


def _reading(
    grid: Grid, row: Row, column: int, measurement: Measurement, signal: int
) -> tuple[float, float, bool]:
    """Return a reading, the limit that its cell states, and whether it stayed below a limit.

    The number is nan for blank and 0 below a limit; the limit is nan where none is stated. A plain
    0 is below the limit where there is one, or where the logarithm of an intensity counts.
    """
    cell = row.cells[column]
    if is_not_measured(cell):
        return np.nan, np.nan, False
    if isinstance(cell, str) and is_not_detected(cell):
        return 0.0, np.nan, True
    with at(row.place), at(f"column '{grid.header[column]}'"):
        if isinstance(cell, str) and cell[:1] in "<≤":
            limit = grid.number(cell[1:].strip())
            if not limit > 0:
                raise InputError(f"{quoted(cell)} is no limit; write one above 0")
            return 0.0, limit, True
        number = grid.number(cell)
        if number < 0 and measurement.noise.logarithmic:
            raise InputError(
                f"{number:g} is negative; write 0 or n.d. for not detected, nothing for not "
                "measured"
            )
    limited = measurement.limit_of(measurement.signals[signal].name) is not None
    return number, np.nan, number == 0 and (limited or measurement.noise.logarithmic)


def _check_limits(
    grid: Grid,
    columns: Sequence[int],
    unlimited: np.ndarray,
    measurement: Measurement,
    faults: Faults,
) -> None:
    """Refuse what was not detected without a limit."""
    for row, found in zip(grid.rows, unlimited, strict=True):
        for column, signal in zip(columns, measurement.signals, strict=True):
            bad = found[columns.index(column)] and measurement.limit_of(signal.name) is None
            with faults.gathered():
                if bad:
                    raise InputError(
                        f"{row.place}: column '{grid.header[column]}': 0 means nothing "
                        "without a detection limit; state detection_limit under [measurement]"
                    )


def _check_values(
    grid: Grid, columns: Sequence[int], values: np.ndarray, measurement: Measurement, faults: Faults
) -> None:
    """Refuse zeros that mean nothing, and rows or columns without a reading."""
    for i, row in enumerate(grid.rows):
        with faults.gathered():
            if measurement.scale.by_row and not np.nansum(values[i]) > 0:
                raise InputError(f"{row.place}: {measurement.scale.without_signal}")
    limited = measurement.limited_in_concentrations
    for i, column in enumerate(columns):
        label = grid.header[column]
        with faults.gathered():
            if np.isnan(values[:, i]).all():
                raise InputError(f"column '{label}': no reading; take it out of 'signals'")
            relative = measurement.scale.by_column and not limited[i]
            if relative and not np.nansum(values[:, i]) > 0:
                raise InputError(f"column '{label}': {measurement.scale.without_signal}")
    with faults.gathered():
        if not (values > 0).any():
            raise InputError("no signal anywhere; check that this is the right table")
