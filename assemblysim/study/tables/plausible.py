"""Numbers that no instrument gives and no solution holds: slips of a unit or of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from assemblysim.errors import Faults, InputError
from assemblysim.files.cells import Grid
from assemblysim.files.places import at

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
