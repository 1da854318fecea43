"""A list of assigned ions, as a paper prints it: formula, charge, calculated and measured m/z.

A CSV or XLSX file with a header. Read are the columns of the ion (``ion``, ``formula``,
``assignment``) with its charge behind the formula or in a column of its own (``charge``, ``z``),
of the numbers (``calculated``, ``calc``, ``mz_calc``, ``theoretical``; ``found``, ``mz_found``,
``observed``, ``measured``) and of the species that it belongs to (``species``, ``core``); all but
the first are optional. Other columns are left alone, which is said. A line with the charge 0 is a
neutral formula, as of a crystal: its charge is checked, and it has no m/z. A calculated number
counts to its last printed digit; in a spreadsheet, which does not keep zeros at the end, to the
most decimals of the column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assemblysim.errors import Faults, InputError
from assemblysim.files.cells import Grid, read_grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, Row, shown_text
from assemblysim.language import listed, quoted
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import MOST_CHARGES, Ion, read_ion

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "ion": ("ion", "ions", "formula", "assignment", "assignedion", "composition"),
    "charge": ("charge", "z"),
    "calculated": ("calculated", "calc", "calcd", "theoretical", "theo", "simulated"),
    "found": ("found", "observed", "obs", "measured", "meas", "experimental", "exp"),
    "species": ("species", "core"),
}
_BLANKS: Final = ("", "-", "–", "—", "n.d.", "/")


@dataclass(frozen=True)
class ListedIon:
    """One line of a list.

    Attributes:
        place: such as "line 3".
        species: that it is assigned to; "" where the list does not say.
        written: the formula as printed, without a charge behind it.
        ion: what it is.
        calculated: the calculated number as printed; "" where there is none.
        found: the measured number; None where there is none.
    """

    place: str
    species: str
    written: str
    ion: Ion
    calculated: str
    found: float | None


@dataclass(frozen=True)
class IonList:
    """All lines, and what was left alone.

    Attributes:
        ions: in the file's order.
        notices: a line for each.
    """

    ions: tuple[ListedIon, ...]
    notices: tuple[str, ...]


def read_ion_list(path: Path, reader: FormulaReader, sheet: str | None = None) -> IonList:
    """Read a list of ions.

    Args:
        path: a file that ends in .csv, .tsv, .txt or .xlsx.
        reader: of formulas over the building blocks.
        sheet: of an XLSX file that holds several.

    Raises:
        InputError: the file cannot be read, has no column of ions or two of one kind, or a line
            is at fault; each faulty line is told.
    """
    grid = read_grid(path, sheet)
    with at(str(path)), at(grid.header_place):
        columns = _columns(grid.header)
    decimals = _most_decimals(grid, columns.get("calculated"))
    found, faults = list[ListedIon](), Faults()
    for row in grid.rows:
        with faults.gathered(), at(str(path)), at(row.place):
            found.append(_line(row, grid, columns, decimals, reader))
    faults.end()
    others = [label for i, label in enumerate(grid.header) if i not in columns.values()]
    notices = (f"{path}: left alone: {listed(others)}",) if others else ()
    return IonList(tuple(found), (*grid.notices, *notices))


def _columns(header: tuple[str, ...]) -> dict[str, int]:
    """Return the place of each kind of column."""
    found: dict[str, int] = {}
    for place, label in enumerate(header):
        bare = re.sub(r"[^a-z]", "", label.lower().replace("m/z", ""))
        bare = bare.removeprefix("mz").removesuffix("mz") or bare
        for kind, names in _COLUMNS.items():
            if bare not in names:
                continue
            if kind in found:
                raise InputError(
                    f"{quoted(header[found[kind]])} and {quoted(label)} are both of the kind "
                    f"'{kind}'; rename one"
                )
            found[kind] = place
    if "ion" not in found:
        raise InputError(
            f"no column of ions among {listed(header)}; call it 'ion', the others 'charge', "
            "'calculated', 'found' and 'species'"
        )
    return found


def _line(
    row: Row, grid: Grid, columns: Mapping[str, int], decimals: int, reader: FormulaReader
) -> ListedIon:
    cells = {kind: row.cells[place] for kind, place in columns.items()}
    text = shown_text(cells["ion"]).strip()
    if not text:
        raise InputError("the ion is blank; write its formula")
    ion = read_ion(text, reader)
    if not ion.formula.parts:
        raise InputError(f"{quoted(text)} holds no atoms; write the formula of an ion")
    charge = cells.get("charge")
    if not _blank(charge):
        ion = _with_charge(ion, _charge(charge, grid), text)
    calculated = cells.get("calculated")
    number = None if _blank(calculated) else grid.number(calculated, "write the m/z, or nothing")
    found = cells.get("found")
    measured = None if _blank(found) else grid.number(found, "write the m/z, or nothing")
    for one in (number, measured):
        if one is not None and not 0 < one < 1e6:
            raise InputError(f"m/z {one:g} is not between 0 and 1000000; mend it")
    if ion.charge == 0 and (number is not None or measured is not None):
        raise InputError(
            f"{quoted(text)} has no charge, so no m/z; write the charge behind it, as [...]2+, or "
            "in a column 'charge'"
        )
    species = shown_text(cells.get("species")).strip()
    printed = "" if number is None else _printed(calculated, number, decimals, grid)
    return ListedIon(row.place, species, _inner(text, ion), ion, printed, measured)


def _blank(cell: Cell) -> bool:
    return cell is None or shown_text(cell).strip() in _BLANKS


def _charge(cell: Cell, grid: Grid) -> int:
    text = shown_text(cell).strip().replace("−", "-")
    turned = re.fullmatch(r"([0-9]+)([+-])", text)
    text = turned[2] + turned[1] if turned else {"+": "1", "-": "-1"}.get(text, text)
    number = grid.number(text, "write the charge as 2, 2+ or -1")
    if number != int(number) or abs(number) > MOST_CHARGES:
        raise InputError(
            f"the charge {quoted(text)} is not a whole number of at most {MOST_CHARGES} in size"
        )
    return int(number)


def _with_charge(ion: Ion, charge: int, text: str) -> Ion:
    if ion.charge not in (0, charge):
        raise InputError(
            f"{quoted(text)} has the charge {ion.charge:+d}, but its column says {charge:+d}; mend "
            "one of them"
        )
    return Ion(ion.formula, charge, ion.bracketed)


def _inner(text: str, ion: Ion) -> str:
    """Return the formula without the charge that may stand behind it."""
    if ion.charge and "]" in text and not text.rstrip().endswith("]"):
        return text[: text.rindex("]") + 1]
    return text if text.rstrip().endswith("]") or not ion.charge else ion.formula.text


def _most_decimals(grid: Grid, column: int | None) -> int:
    """Return the most decimals of the numbers that a spreadsheet keeps as such."""
    if column is None:
        return 0
    numbers = [row.cells[column] for row in grid.rows]
    return max((_decimals(repr(one)) for one in numbers if isinstance(one, float)), default=0)


def _decimals(text: str) -> int:
    after = text.partition(".")[2]
    return 0 if after == "0" or "e" in text else len(after)


def _printed(cell: Cell, number: float, decimals: int, grid: Grid) -> str:
    if isinstance(cell, float):
        return f"{number:.{decimals}f}"
    text = shown_text(cell).strip()
    after = text.rpartition(grid.numerals.decimal)[2] if grid.numerals.decimal in text else ""
    return f"{number:.{len(after)}f}"
