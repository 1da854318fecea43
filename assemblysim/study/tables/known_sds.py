"""Known standard deviations of intensities: their columns, units and numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from assemblysim.errors import Faults, InputError, did_you_mean, refuse_unknown
from assemblysim.files.cells import Grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, shown_text
from assemblysim.language import listed, quoted
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.study.tables.deviations import deviation_of, unit_of_deviations
from assemblysim.study.tables.labels import (
    find_column,
    is_unit,
    label_name,
    plain_label,
    ways_to_read,
)
from assemblysim.study.tables.wide_tables import WideTable, is_not_detected, is_not_measured
from assemblysim.units import convert

SD: Final = " sd"
_TURNED: Final = {
    "interval": "an interval; divide its half width by 1.96 (95 %)",
    "relative": "relative errors; multiply them by the intensities",
    "variance": "variances; take their square roots",
    "bound": "a bound of an interval; divide half the distance of both bounds by 1.96 (95 %)",
    "multiple": "a multiple of standard deviations; divide it",
}
_MEASURES: Final = (
    r"(?P<interval>(?:\d\d ?% ?)?(?:ci|kI|confidence interval|conf\.? int\.?|vertrauensintervall))"
    r"|(?P<relative>rsd|cv|%?rsd|rel\.? ?sd|relative (?:error|sd)|var\.?koeff\.?)"
    r"|(?P<variance>var\.?|variance|varianz)"
    r"|(?P<bound>lower|upper|min|max|lo|hi|low|high)"
    r"|(?P<multiple>[23] ?(?:x ?)?(?:sd|σ|sigma|sigmas))"
)
_OTHER: Final = re.compile(
    rf"(?:(?P<name>.+?)[ _.:,]+[(\[]?)?(?:{_MEASURES})[)\]]?(?:[ _.:]+(?:of )?(?P<behind>.+))?",
    re.IGNORECASE,
)


def with_named_sds(
    table: WideTable, named: Mapping[str, str], measurement: Measurement
) -> WideTable:
    """Return a table whose columns of standard deviations that a user named say it themselves.

    Args:
        table: as read.
        named: by signal, the label of the column of its standard deviations.
        measurement: with the signals that there are.

    Raises:
        InputError: there is no such signal or column, or more than one; they do not count.
    """
    header, signals = list(table.grid.header), [one.name for one in measurement.signals]
    if named and not measurement.noise.stated:
        raise InputError('sds: their numbers count with noise = "known" under [measurement]')
    for signal, label in named.items():
        with at(table.grid.header_place), at("sds"):
            refuse_unknown("signal", signal, signals)
            found = find_column(table.grid.header, label)
            if not found:
                every = [label_name(one) for one in table.grid.header]
                raise InputError(f"no column {quoted(label)}{did_you_mean(label, every)}")
            if len(found) > 1:
                raise InputError(f"{len(found)} columns {quoted(label)}; give each its own label")
            place = found[0]
            taken = [one for one in signals if place in find_column(table.grid.header, one)]
            if header[place] != table.grid.header[place] or taken:
                other = taken[0] if taken else header[place].removesuffix(SD)
                raise InputError(f"column {quoted(label)} is of {quoted(other)} already")
            unit = ways_to_read(header[place])[-1].unit
            header[place] = f"{signal}{SD}" + (f" ({unit})" if unit else "")
    for signal in named:
        both = [i for i, label in enumerate(header) if deviation_of(label, [signal])]
        if len(both) > 1:
            labels = listed(quoted(table.grid.header[i]) for i in both)
            with at(table.grid.header_place), at("sds"):
                raise InputError(
                    f"{labels} are both of {quoted(signal)}; take one of them out of the table"
                )
    return replace(table, grid=replace(table.grid, header=tuple(header)))


def sd_column(grid: Grid, signal: str, ignore: Sequence[str]) -> int:
    """Return the column of a signal's standard deviations, which its label says."""
    ignored = {plain_label(one) for one in ignore}
    found = [
        i
        for i, label in enumerate(grid.header)
        if deviation_of(label, [signal]) and plain_label(label) not in ignored
    ]
    if len(found) != 1:
        if not found and (other := _another_measure(grid, signal)):
            raise InputError(other)
        count = "no column" if not found else f"{len(found)} columns"
        raise InputError(
            f"{count} of standard deviations for {quoted(signal)}, which noise = "
            f"\"known\" needs; label one '{signal} sd' or '± {signal}', or name it: "
            f'sds = {{ {json.dumps(signal, ensure_ascii=False)} = "..." }}'
        )
    return found[0]


def _another_measure(grid: Grid, signal: str) -> str:
    """Say what turns a column of another measure of error into standard deviations."""
    for label in grid.header:
        found = _OTHER.fullmatch(label_name(label))
        if found is None or plain_label(found["name"] or found["behind"]) != signal:
            continue
        measure = next(kind for kind in _TURNED if found[kind])
        return (
            f"column {quoted(label)} holds {_TURNED[measure]} before you label it '{signal} sd', "
            'which noise = "known" needs'
        )
    return ""


def sd_factor(table: WideTable, sd: int, column: int, factor: float) -> float:
    """Return what turns standard deviations into the unit of their signal's numbers.

    Raises:
        InputError: only one of them has a unit, or is in per cent; their units do not fit.
    """
    header, signal = table.grid.header, quoted(table.grid.header[column])
    unit = unit_of_deviations(header[sd]) or table.units[sd]
    whole = ways_to_read(header[column])[-1].unit or table.units[column]
    with at(f"column {quoted(header[sd])}"):
        if not unit and column in table.shown_in_per_cent:
            raise InputError(f"is not in %, as {signal} is; write both alike")
        if not unit or unit == whole:
            return factor
        if unit == "%":
            raise InputError(
                f"is in %, and {signal} is {f'in {whole}' if whole else 'not'}; write standard "
                "deviations as numbers in the unit of their signal"
            )
        if not whole and is_unit(unit):
            raise InputError(f"is in {unit}, and {signal} has no unit; write both in one")
        return factor * convert(1.0, unit, whole) if whole else factor


def with_sds(
    table: IntensityTable,
    grid: Grid,
    sds_in: Sequence[int],
    signals: Sequence[int],
    factors: np.ndarray,
) -> IntensityTable:
    """Return a table with the standard deviations that it states, where there are any; as below."""
    if not sds_in:
        return table
    sds = known_sds(grid, sds_in, signals) * factors
    names = listed(quoted(grid.header[i]) for i in sds_in)
    said = f"{names} read as known standard deviations, each of its signal"
    return replace(table, sds=sds, notices=(*table.notices, said))


def known_sds(grid: Grid, sds_in: Sequence[int], signals: Sequence[int]) -> np.ndarray:
    """Return standard deviations as written, shape (N, I), nan beside what has no number.

    Args:
        grid: the table.
        sds_in: the column of each signal's standard deviations.
        signals: that of its intensities.

    Raises:
        InputError: an intensity has none, or one that is not above 0.
    """
    faults, sds = Faults(), np.full((len(grid.rows), len(sds_in)), np.nan)
    for i, row in enumerate(grid.rows):
        for j, column in enumerate(sds_in):
            cell, number = row.cells[column], row.cells[signals[j]]
            if is_not_measured(cell) and (is_not_measured(number) or _without_number(number)):
                continue
            with faults.gathered(), at(row.place), at(f"column '{grid.header[column]}'"):
                sds[i, j] = 0.0 if is_not_measured(cell) else grid.number(cell, "write a number")
                if not sds[i, j] > 0:
                    shown = shown_text(cell) or "blank"
                    raise InputError(f"{shown} is no standard deviation; write one above 0")
    faults.end()
    return sds


def _without_number(cell: Cell) -> bool:
    return isinstance(cell, str) and (is_not_detected(cell) or cell[:1] in "<≤")
