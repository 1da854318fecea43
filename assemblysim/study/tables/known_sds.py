"""Known standard deviations of intensities: their columns, units and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from assemblysim.errors import Faults, InputError
from assemblysim.files.cells import Grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, shown_text
from assemblysim.language import quoted
from assemblysim.study.tables.deviations import deviation_of, unit_of_deviations
from assemblysim.study.tables.labels import is_unit, label_name, plain_label, ways_to_read
from assemblysim.study.tables.wide_tables import WideTable, is_not_detected, is_not_measured
from assemblysim.units import convert

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
            f"\"known\" needs; label one '{signal} sd' or '± {signal}'"
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
