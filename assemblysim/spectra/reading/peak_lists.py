"""Peak lists as programs of instruments leave them: text with one line a peak.

The header is found by its words, wherever it stands: `m/z` and `I` (Bruker DataAnalysis), `Mass`
and `Intensity` below `SPECTRUM - MS` (Thermo Xcalibur), `X(Thomsons)` and `Y(Counts)` (Agilent
MassHunter), `Mass/Charge` and `Intensity` (SCIEX), `row m/z` and one `... Peak height` or
`... Peak area` (MZmine). Without a header there may be two columns only, m/z and intensity. Cells
are parted by tabs, semicolons, commas or blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.numerals import Numerals, find_numerals
from assemblysim.files.places import at
from assemblysim.files.toml import read_text
from assemblysim.language import counted, listed, quoted
from assemblysim.spectra.reading.scan import Polarity, Sampling, Scan

LARGEST: Final = 200_000_000  # bytes; a profile of 200,000 points has six million

_MZ: Final = ("m/z", "mz", "mass/charge", "mass", "x(thomsons)", "row m/z")
# The first that is there counts: intensities come before those relative to the highest peak.
_INTENSITY: Final = (
    "i", "intensity", "abundance", "abund", "y(counts)", "height", "counts", "area",
    "peak height", "peak area", "i %", "relative", "rel. intensity", "relative intensity",
)  # fmt: skip
_SEPARATORS: Final = ("\t", ";", ",")
_THERMO: Final = re.compile(r"^[A-Z]*MS (?P<sign>[+-]) (?P<kind>[pc])\b")
_AGILENT: Final = re.compile(r"^#?\"?(?P<sign>[+-])[A-Z]+ Scan")
_TIME: Final = re.compile(r"^RT: (?P<minutes>[0-9.]+)")
_KINDS: Final[dict[str, Sampling]] = {"p": "profile", "c": "centroid"}
_SIGNS: Final[dict[str, Polarity]] = {"+": "positive", "-": "negative"}


@dataclass(frozen=True)
class PeakList:
    """A peak list, and what it was taken for.

    Attributes:
        scan: its points.
        recognised: a sentence on the columns that were found.
    """

    scan: Scan
    recognised: str


@dataclass(frozen=True)
class _Layout:
    """Where the numbers are: line of the header (0 of none), its separator, the columns."""

    line: int
    separator: str
    mz: int
    intensity: int
    names: tuple[str, str]


def read_peak_list(path: Path, column: str | None = None) -> PeakList:
    """Read a peak list.

    Args:
        path: a text file.
        column: of intensities, where there are several of one kind.

    Raises:
        InputError: it cannot be read, has no columns of m/z and intensity that can be told, a
            line cannot be read, or m/z fall; the text begins with the path.
    """
    lines = read_text(path, LARGEST).splitlines()
    with at(str(path)):
        layout = _header(lines, column) or _bare(lines)
        rows = list(_rows(lines, layout))
        if not rows:
            raise InputError(f"line {layout.line}: has a header and no peak below it")
        numerals = _numerals(rows, layout.separator)
        points = np.array([_numbers(place, pair, numerals) for place, pair in rows])
        points, was_sorted = _by_mz(points)
        polarity, sampling, time = _said(lines[: max(layout.line, 1)])
        scan = Scan(path.name, points[:, 0], points[:, 1], 1, polarity, sampling, time)
    columns = f"m/z in {quoted(layout.names[0])}, intensities in {quoted(layout.names[1])}"
    where = f"{columns} (line {layout.line})" if layout.line else "two columns without a header"
    order = ", sorted by m/z here" if was_sorted else ""
    return PeakList(scan, f"{path}: {counted(len(rows), 'point')}, {where}{order}")


def _header(lines: Sequence[str], column: str | None) -> _Layout | None:
    """Find the header; None where no line has both columns."""
    for number, line in enumerate(lines, start=1):
        for separator in (*_SEPARATORS, " "):
            cells = [cell.strip().strip('"') for cell in line.split(separator)]
            names = [_name(cell) for cell in cells]
            mz = next((names.index(name) for name in _MZ if name in names), None)
            if mz is None:
                continue
            place = _intensity_place(cells, names, column, f"line {number}")
            if place is not None:
                return _Layout(number, separator, mz, place, (cells[mz], cells[place]))
    if column is not None:
        raise InputError(f"no header has m/z and the column {quoted(column)}; check its name")
    return None


def _intensity_place(
    cells: Sequence[str], names: Sequence[str], column: str | None, place: str
) -> int | None:
    if column is not None:
        return cells.index(column) if column in cells else None
    for name in _INTENSITY:
        found = [i for i, one in enumerate(names) if one == name]
        if len(found) > 1:
            every = listed(quoted(cells[i]) for i in found)
            raise InputError(f"{place}: several columns of intensities, {every}; name one")
        if found:
            return found[0]
    return None


def _name(cell: str) -> str:
    """Return what a heading means: without its unit, '#' and a sample's file name."""
    plain = cell.strip().strip("#").strip().lower()
    for ending in ("peak height", "peak area"):
        if plain.endswith(ending):
            return ending
    return (
        plain
        if "(" not in plain or plain in (*_MZ, *_INTENSITY)
        else plain[: plain.index("(")].strip()
    )


def _bare(lines: Sequence[str]) -> _Layout:
    """Find two columns of numbers without a header; words may stand above."""
    for number, line in enumerate(lines, start=1):
        for separator in ("\t", ";", " ", ","):
            cells = [cell for cell in line.strip().split(separator) if cell.strip()]
            if len(cells) > 1 and all(re.fullmatch(r"\s*[+-]?[0-9.,eE+-]+\s*", c) for c in cells):
                if len(cells) == 2:
                    return _Layout(0, separator, 0, 1, ("", ""))
                raise InputError(
                    f"line {number}: {len(cells)} columns without a header; write one, such as m/z "
                    "and intensity"
                )
    raise InputError("holds no peak list; export m/z and intensity as text, or convert it to mzML")


def _rows(lines: Sequence[str], layout: _Layout) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield (place, (m/z, intensity)) of every line with numbers; words above them are passed."""
    begun = bool(layout.line)
    for number, line in enumerate(lines[layout.line :], start=layout.line + 1):
        if not line.strip():
            continue
        cells = line.strip(" \r\n").split(layout.separator)
        if not layout.line:
            cells = [cell for cell in cells if cell.strip()]
        enough = len(cells) > max(layout.mz, layout.intensity)
        numeric = enough and bool(re.match(r"\s*\"?[+-]?[.,]?[0-9]", cells[layout.mz]))
        if not numeric and not begun:
            continue
        if not numeric:
            raise InputError(
                f"line {number}: {quoted(line)} holds no m/z and intensity; take it out, or save "
                "each spectrum in a file of its own"
            )
        begun = True
        pair = (cells[layout.mz], cells[layout.intensity])
        yield f"line {number}", (pair[0].strip(' "'), pair[1].strip(' "'))


def _numerals(rows: Sequence[tuple[str, tuple[str, str]]], separator: str) -> Numerals:
    texts = [(place, text) for place, pair in rows for text in pair]
    return find_numerals(texts, separator, None, "")


def _numbers(place: str, pair: tuple[str, str], numerals: Numerals) -> tuple[float, float]:
    found = [numerals.number(text) for text in pair]
    if found[0] is None or found[1] is None:
        wrong = pair[0] if found[0] is None else pair[1]
        raise InputError(f"{place}: {quoted(wrong)} is not a number; mend it")
    return found[0], found[1]


def _by_mz(points: np.ndarray) -> tuple[np.ndarray, bool]:
    """Sort peaks that stand in the order of their intensities by m/z; leave others alone."""
    falls = np.any(np.diff(points[:, 0]) < 0)
    if falls and np.all(np.diff(points[:, 1]) <= 0):
        return points[np.argsort(points[:, 0], kind="stable")], True
    return points, False


def _said(above: Sequence[str]) -> tuple[Polarity, Sampling, float | None]:
    """Return polarity, sampling and time (h) that lines above the header state."""
    polarity: Polarity = ""
    sampling: Sampling = ""
    time = None
    for line in above:
        thermo, agilent = _THERMO.match(line.strip()), _AGILENT.match(line.strip())
        minutes = _TIME.match(line.strip())
        if thermo:
            polarity, sampling = _SIGNS[thermo["sign"]], _KINDS[thermo["kind"]]
        if agilent:
            polarity = _SIGNS[agilent["sign"]]
        if minutes:
            time = float(minutes["minutes"]) / 60
    return polarity, sampling, time
