"""A list of spectra: which file is which reaction time, replicate and ion-source energy.

The table ``files`` under ``[spectra]`` is CSV or XLSX with one line a spectrum: ``file``, a path
relative to the table; ``time (h)``, in any unit of time; and, where they differ, ``replicate`` and
``energy``, as words. Lines with one time are replicates. Each file is an mzML file, all of whose
scans are averaged, or a peak list; vendors' own binary files are converted first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assemblysim.errors import Faults, InputError, refuse_unknown
from assemblysim.files.cells import read_grid
from assemblysim.files.places import at
from assemblysim.files.rows import shown_text
from assemblysim.study.tables.times import time_column, time_hours

_COLUMNS = ("file", "replicate", "energy")


@dataclass(frozen=True)
class ListedSpectrum:
    """One line of the list.

    Attributes:
        path: of the file.
        time_h: of the reaction, h.
        replicate, energy: as written; "" where they are not.
    """

    path: Path
    time_h: float
    replicate: str
    energy: str


def read_spectra_list(path: Path) -> tuple[ListedSpectrum, ...]:
    """Read the list, in the order of time.

    Raises:
        InputError: the table cannot be read, a column is missing, unknown or twice, or a line is
            at fault; each faulty line is told.
    """
    grid = read_grid(path, None)
    with at(str(path)):
        times = time_column(grid, (None,) * len(grid.header))
        names = [label.strip().lower() for label in grid.header]
        for place, name in enumerate(names):
            if place != times.column:
                refuse_unknown("column", name, _COLUMNS)
        if "file" not in names:
            raise InputError("no column of files; call it 'file'")
        found, faults = list[ListedSpectrum](), Faults()
        for row in grid.rows:
            with faults.gathered():
                hours = time_hours(grid, row, times)
                cells = dict(zip(names, map(shown_text, row.cells), strict=True))
                if not cells["file"].strip():
                    raise InputError(f"{row.place}: no file; name one, or delete the line")
                found.append(
                    ListedSpectrum(
                        path.parent / cells["file"].strip(),
                        hours,
                        cells.get("replicate", "").strip(),
                        cells.get("energy", "").strip(),
                    )
                )
        faults.end()
    return tuple(sorted(found, key=lambda one: one.time_h))
