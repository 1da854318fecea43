"""Numbers that no instrument gives and no solution holds: slips of a unit or of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from assemblysim.errors import Faults, InputError
from assemblysim.files.cells import Grid
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.measurement.data import Measurement, Signal

# A ratio that lies so many times above the largest that it can be is in per cent.
_FAR_ABOVE: Final = 2.0
# A limit so many times below all that was read was hardly one of what could be seen.
_FAR_BELOW: Final = 10.0
_LARGEST: Final = 1e30  # of counts; a mass spectrometer gives up to 1e12
_DENSEST: Final = 1e6  # mM: water has 55,000, metals a hundred thousand


def refuse_implausible(
    grid: Grid, columns: Sequence[int], values: np.ndarray, unit: str | None, faults: Faults
) -> None:
    """Refuse intensities that only a slip explains.

    Args:
        grid: the table.
        columns: those of the signals.
        values: shape (N, I), nan where not measured.
        unit: of concentrations; None where the scale is unknown.
        faults: collects those found.
    """
    size = np.abs(values)
    for i, j in np.argwhere((size > _LARGEST) | ((size > 0) & (size < 1 / _LARGEST))):
        with faults.gathered(), at(grid.rows[i].place), at(f"column '{grid.header[columns[j]]}'"):
            raise InputError(
                f"{values[i, j]:g} is no intensity; write what was measured, nothing for not "
                "measured, or n.d. for not detected"
            )
    if unit != "mM":
        return
    for i, j in np.argwhere((size > _DENSEST) & (size <= _LARGEST))[:1]:
        with faults.gathered(), at(grid.rows[i].place), at(f"column '{grid.header[columns[j]]}'"):
            raise InputError(
                f"{values[i, j]:g} mM is more than any liquid holds; check the unit: mM is mmol/L, "
                "M is mol/L and MM a million of these"
            )


def refuse_impossible_ratios(
    grid: Grid,
    columns: Sequence[int],
    values: np.ndarray,
    signals: Sequence[Signal],
    faults: Faults,
) -> None:
    """Refuse ratios that no concentrations give, as those in per cent without a unit are.

    Args:
        grid: the table.
        columns: those of the signals.
        values: shape (N, I), nan where not measured.
        signals: length I.
        faults: collects those found.
    """
    for column, signal, numbers in zip(columns, signals, values.T, strict=True):
        most = largest_ratio(signal)
        if most is None or not np.nanmax(numbers, initial=0.0) > _FAR_ABOVE * most:
            continue
        row = int(np.nanargmax(numbers))
        with faults.gathered(), at(grid.rows[row].place), at(f"column '{grid.header[column]}'"):
            raise InputError(
                f"{numbers[row]:g} is far above {most:g}, the largest that {quoted(signal.name)} "
                f'can be; label it "{signal.name} (%)" if it is in per cent, or write ratios'
            )


def low_limits(
    values: np.ndarray, unlimited: np.ndarray, measurement: Measurement, unit: str | None
) -> tuple[str, ...]:
    """Say where a detection limit that is a fraction of a column lies far below its intensities.

    Args:
        values: shape (N, I), nan where not measured.
        unlimited: shape (N, I), what is below a limit that its cell does not state.
        measurement: the signals, and their limits.
        unit: of the values; None where their scale is unknown.
    """
    said = []
    shown = f" {unit}" if unit else ""
    for signal, numbers, found in zip(measurement.signals, values.T, unlimited.T, strict=True):
        stated, seen = measurement.limit_of(signal.name), numbers[numbers > 0]
        if stated is None or not stated.relative or measurement.scale.by_row or not len(seen):
            continue
        limit, least = stated.number * seen.max(), seen.min()
        if found.any() and least > _FAR_BELOW * limit:
            own = f'"{0.5 * least:.1g}{shown}"' if unit else f'"{50 * least / seen.max():.2g} %"'
            said.append(
                f"what was not detected of {quoted(signal.name)} is below {limit:.2g}{shown}, "
                f"{100 * stated.number:g} % of its largest intensity, while none was read below "
                f"{least:.2g}{shown}; if that could not be seen, state detection_limit = "
                f'{{ "{signal.name}" = {own} }} or the like'
            )
    return tuple(said)


def largest_ratio(signal: Signal) -> float | None:
    """Return the largest value that a ratio of two sums can have; None where it has no bound."""
    below = dict(signal.divisor)
    if not below or any(name not in below for name, _ in signal.terms):
        return None
    return max(number / below[name] for name, number in signal.terms)
