"""The covariances of a species table, read from the file beside it.

Each line is one species in one spectrum: ``time (h)``, ``file``, ``species``, ``intensity`` and a
column ``covariance with NAME`` for each species. A spectrum is told by its time and intensities, so
that lines may stand in any order, and a table that was edited since is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.cells import Grid, read_grid
from assemblysim.files.paths import what_lies_at
from assemblysim.files.places import at
from assemblysim.files.rows import Row, shown_text
from assemblysim.language import time_label
from assemblysim.measurement.data import IntensityTable
from assemblysim.study.tables.times import time_column, time_hours

NONE: Final = "none"  # what leaves covariances out
WITH: Final = "covariance with "
_COLUMNS: Final = ("file", "species", "intensity")
_ALIKE: Final = 2e-5  # of intensities, which are written with six digits
_SLACK: Final = 1e-3  # of correlations, for rounding


def covariance_name(table: str) -> str:
    """Return the name of the file beside a species table."""
    return f"{table.removesuffix('.csv')}_covariance.csv"


def covariance_file(
    data: str | None, stated: str | None, spectra: Mapping[str, object]
) -> str | None:
    """Return the file with the covariances of an experiment's table, or None.

    Args:
        data: the experiment's table.
        stated: what the experiment says of covariances.
        spectra: the study's ``[spectra]``, whose table has them beside it.
    """
    if stated == NONE or data is None:
        return None
    made = Path(str(spectra.get("table", "species.csv")))
    if stated is not None or not spectra:
        return stated
    # One table for each ion-source energy begins with the name of the one that is named.
    path = Path(data)
    of_energy = path.parent == made.parent and path.name.startswith(f"{made.stem}_")
    return covariance_name(data) if path == made or of_energy else None


@dataclass(frozen=True, eq=False)
class _Spectrum:
    """The lines of one spectrum.

    Attributes:
        place: of the first.
        time_h: h.
        amounts: species to its intensity.
        covariances: species to those with others, nan where none is written.
    """

    place: str
    time_h: float
    amounts: dict[str, float]
    covariances: dict[str, np.ndarray]


def with_covariances(table: IntensityTable, path: Path) -> IntensityTable:
    """Return a table with the covariances that stand in a file.

    Raises:
        InputError: the file is not there or cannot be read, or does not belong to the table.
    """
    if what_lies_at(path) != "file":
        raise InputError(
            f"{path}: is not there; make it by assemblysim spectra, or write covariance = "
            f'"{NONE}" under [[experiments]]'
        )
    grid = read_grid(path, None)
    with at(str(path)):
        spectra = _spectra(grid, table.signals)
        known = np.zeros((*table.values.shape, len(table.signals)))
        for row, time in enumerate(table.times.tolist()):
            one = _of_row(spectra, time, dict(zip(table.signals, table.values[row], strict=True)))
            spectra.remove(one)
            with at(one.place):
                known[row] = _matrix(one, table.signals)
    said = f"covariances of intensities read from {path.name}"
    return replace(table, covariances=known, notices=(*table.notices, said))


def _spectra(grid: Grid, signals: Sequence[str]) -> list[_Spectrum]:
    times = time_column(grid, (None,) * len(grid.header))
    names = [label.strip() for label in grid.header]
    for name in (*_COLUMNS, *(f"{WITH}{one}" for one in signals)):
        if name not in names:
            raise InputError(
                f"no column '{name}'{did_you_mean(name, names)}; each signal needs one, "
                f'or write covariance = "{NONE}" under [[experiments]]'
            )
    found: list[_Spectrum] = []
    before = ("", np.nan)
    for row in grid.rows:
        cells = dict(zip(names, row.cells, strict=True))
        key = shown_text(cells["file"]), time_hours(grid, row, times)
        species = shown_text(cells["species"])
        if key != before or species in found[-1].amounts:
            found.append(_Spectrum(row.place, key[1], {}, {}))
        before = key
        _add(found[-1], grid, row, (species, names, signals))
    return found


def _add(
    one: _Spectrum, grid: Grid, row: Row, named: tuple[str, Sequence[str], Sequence[str]]
) -> None:
    species, names, signals = named
    cells = dict(zip(names, row.cells, strict=True))
    with at(row.place):
        one.amounts[species] = grid.number(cells["intensity"], "write the intensity")
        one.covariances[species] = np.array(
            [
                np.nan if cells[f"{WITH}{other}"] is None else grid.number(cells[f"{WITH}{other}"])
                for other in signals
            ]
        )


def _of_row(spectra: Sequence[_Spectrum], time: float, read: Mapping[str, float]) -> _Spectrum:
    """Return the spectrum that a row of the table is.

    Raises:
        InputError: there is none.
    """
    numbers = {name: number for name, number in read.items() if number > 0}
    for one in spectra:
        if abs(one.time_h - time) > 1e-9 * max(time, 1.0):
            continue
        if all(
            abs(one.amounts.get(name, np.nan) - number) <= _ALIKE * number
            for name, number in numbers.items()
        ):
            return one
    told = ", ".join(f"{name} {number:.6g}" for name, number in numbers.items())
    raise InputError(
        f"no spectrum at {time_label(time)} with the intensities of the table, {told}; make both "
        f'anew by assemblysim spectra, or write covariance = "{NONE}" under [[experiments]]'
    )


def _matrix(one: _Spectrum, signals: Sequence[str]) -> np.ndarray:
    """Return the covariances of all signals; 0 of one that the spectrum does not have.

    Raises:
        InputError: some are missing, differ from each other, or belong to no errors.
    """
    there = [i for i, name in enumerate(signals) if name in one.covariances]
    known = np.array([one.covariances[signals[i]][there] for i in there]).reshape(len(there), -1)
    errors = np.sqrt(np.maximum(np.diag(known), 0.0))
    if not (errors > 0).all():
        raise InputError("a species without a variance above 0; write its squared standard error")
    correlations = known / np.outer(errors, errors)
    if not np.isfinite(correlations).all() or np.abs(correlations - correlations.T).max() > _SLACK:
        raise InputError(
            "covariances that are missing, or differ from those of the other species' lines; write "
            "both alike"
        )
    values, vectors = np.linalg.eigh(0.5 * (correlations + correlations.T))
    if values.min() < -_SLACK:
        raise InputError(
            f"covariances that no errors can have (an eigenvalue of {values.min():.2g} of the "
            "correlations); make them anew"
        )
    sound = (vectors * np.maximum(values, 0.0)) @ vectors.T * np.outer(errors, errors)
    whole = np.zeros((len(signals), len(signals)))
    whole[np.ix_(there, there)] = sound
    return whole
