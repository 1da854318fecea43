"""Replicates in columns of their own, ``A_1`` and ``A_2`` or ``A`` and ``A.1``, made into rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.files.rows import Row
from assemblysim.language import listed, quoted
from assemblysim.study.tables.deviations import deviation_of, unit_of_deviations
from assemblysim.study.tables.labels import find_column, label_name, ways_to_read
from assemblysim.study.tables.wide_tables import WideTable

_WORDED: Final = re.compile(
    r"(?P<name>.+?)[ _.,(-]*(?:#|no\.?|nr\.?|repl?\.?|replicate|repeat|run|trial|replikat|wdh\.?|"
    r"messung|exp\.?|experiment)[ _.-]*(?P<number>\d+)\)?",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"(?P<name>.+?)(?:[ _.-](?P<number>\d+)|[ _]?\((?P<round>\d+)\))")
_COPIED: Final = re.compile(r"(?P<name>.+)\.(?P<number>\d+)")  # pandas' name for a label again


def numbered_alike(signal: str, names: Sequence[str]) -> str:
    """Say how columns ``A1`` and ``A2`` would be replicates of A; "" where there are no two."""
    found = [name for name in names if re.fullmatch(rf"{re.escape(signal)}\d+", name)]
    if len(found) < 2:
        return ""
    others = [f"{signal}_{name.removeprefix(signal)}" for name in found]
    return (
        f"; if {listed(map(quoted, found))} are its replicates, label them "
        f"{listed(map(quoted, others))}"
    )


@dataclass(frozen=True)
class _Replicate:
    """A column that holds one replicate of a signal; its unit is None where it says none."""

    column: int
    number: int
    unit: str | None


def with_replicates_as_rows(
    table: WideTable,
    signals: Sequence[str],
    ignore: Collection[str] = (),
    species: Collection[str] = (),
) -> WideTable:
    """Put replicates that stand beside each other into rows of their own, of the same time.

    The columns of one number are those of one spectrum.

    Args:
        table: a wide one; it is returned as it is where no column is a replicate.
        signals: that a study looks for.
        ignore: labels of columns that say nothing.
        species: names that are of something else unless a signal has them.

    Raises:
        InputError: signals have different replicates, or one has its own in two units.
    """
    groups = {
        name: found for name in signals if (found := _replicates(table, name, signals, species))
    }
    groups = {name: one for name, one in groups.items() if not _ignored(table, one, ignore)}
    if not groups:
        return table
    with at(table.grid.header_place):
        numbers = _common_numbers(table, groups, signals)
        groups |= _with_errors(table, groups, ignore)
        units = {name: _common_unit(name, found) for name, found in groups.items()}
    replicated = {one.column for found in groups.values() for one in found}
    kept = [i for i in range(len(table.grid.header)) if i not in replicated]
    label = table.grid.header
    labels = (f"{name} ({unit})" if unit else name for name, unit in units.items())
    grid = replace(
        table.grid,
        header=(*(label[i] for i in kept), *labels),
        rows=tuple(row for one in table.grid.rows for row in _rows(one, kept, groups, numbers)),
    )
    said = [
        f"columns {listed(quoted(label[one.column]) for one in found)} read as replicates of "
        f"{quoted(name)}"
        for name, found in groups.items()
    ]
    shown = {kept.index(i) for i in table.shown_in_per_cent if i in kept}
    shown |= {
        len(kept) + n
        for n, found in enumerate(groups.values())
        if any(one.column in table.shown_in_per_cent for one in found)
    }
    placed = (*(table.units[i] for i in kept), *units.values())
    return WideTable(grid, placed, (*table.notices, *said), frozenset(shown))


def _replicates(
    table: WideTable, name: str, signals: Sequence[str], species: Collection[str]
) -> list[_Replicate]:
    """Return the columns of a signal's replicates, by number; none where it has no two."""
    grid = table.grid
    others = [one for one in signals if one != name]
    named = {*others, *species} - {name}
    plain = find_column(grid.header, name, others)
    plain = [i for i in plain if not _NUMBERED.fullmatch(grid.header[i])]
    taken = {i for one in signals for i in find_column(grid.header, one, ()) if i not in plain}
    # Beside a column of its own name, A_1 may be another species.
    forms = (_WORDED, _COPIED) if plain else (_WORDED, _NUMBERED)
    found = [_Replicate(i, 0, _unit(table, i)) for i in plain[:1]]
    for i, label in enumerate(grid.header):
        whole = {way.name for way in ways_to_read(label)}
        if i in plain or (i in taken and not _NUMBERED.fullmatch(label)) or whole & named:
            continue
        number = next((n for form in forms for n in _numbers(label, name, form)), None)
        if number is not None:
            found.append(_Replicate(i, number, _unit(table, i)))
    return sorted(found, key=lambda one: one.number) if len(found) > 1 else []


def _with_errors(
    table: WideTable, groups: Mapping[str, Sequence[_Replicate]], ignore: Collection[str]
) -> dict[str, list[_Replicate]]:
    """Return the columns of errors of replicates, each labelled after its own, as ``A_1 sd``.

    Raises:
        InputError: some replicates of a signal have one and others none.
    """
    header, errors = table.grid.header, {}
    for name, found in groups.items():
        own = [
            _Replicate(i, one.number, unit_of_deviations(label) or table.units[i])
            for one in found
            for i, label in enumerate(header)
            if label not in ignore and deviation_of(label, [label_name(header[one.column])])
        ]
        if not own:
            continue
        if [one.number for one in own] != [one.number for one in found]:
            raise InputError(
                f"{len(found)} replicates of {quoted(name)} have {len(own)} columns of standard "
                "deviations; give each its own, such as 'A_1 sd'"
            )
        errors[f"± {name}"] = own
    return errors


def _numbers(label: str, name: str, form: re.Pattern[str]) -> list[int]:
    """Return the number of a replicate by a label; none where it is not one of this signal."""
    for way in ways_to_read(label):
        match = form.fullmatch(way.name)
        if match is not None and any(one.name == name for one in ways_to_read(match["name"])):
            return [int(next(text for text in match.groups()[1:] if text))]
    return []


def _unit(table: WideTable, column: int) -> str | None:
    """Return the unit of a column; a number in brackets is none."""
    stated = next((way.unit for way in ways_to_read(table.grid.header[column])[1:]
                   if way.unit and not way.unit.isdigit()), None)  # fmt: skip
    return stated if stated is not None else table.units[column]


def _ignored(table: WideTable, found: Sequence[_Replicate], ignore: Collection[str]) -> bool:
    """Say whether no two of the columns count."""
    names = [{way.name for way in ways_to_read(table.grid.header[one.column])} for one in found]
    return len([one for one in names if not one & set(ignore)]) < 2


def _common_numbers(
    table: WideTable, groups: Mapping[str, Sequence[_Replicate]], signals: Sequence[str]
) -> list[int]:
    """Return the numbers of the replicates, which all signals have."""
    first = next(iter(groups))
    numbers = [one.number for one in groups[first]]
    if len(set(numbers)) < len(numbers):
        raise InputError(f"two columns are the same replicate of {quoted(first)}; renumber one")
    for name in signals:
        own = [one.number for one in groups.get(name, ())]
        if own != numbers and (own or find_column(table.grid.header, name, ())):
            raise InputError(
                f"{quoted(first)} has {len(numbers)} columns of replicates and {quoted(name)} "
                f"{len(own) or 'one'}; give all signals the same numbers, with blank cells for "
                "what was not measured"
            )
    return numbers


def _common_unit(name: str, found: Sequence[_Replicate]) -> str | None:
    units = list(dict.fromkeys(one.unit for one in found if one.unit))
    if len(units) > 1:
        raise InputError(
            f"replicates of {quoted(name)} are in {listed(units)}; write them in one unit"
        )
    return units[0] if units else None


def _rows(
    row: Row, kept: Sequence[int], groups: Mapping[str, Sequence[_Replicate]], numbers: list[int]
) -> list[Row]:
    """Return a row for each replicate that has a cell; one that is blank where none has any."""
    made = [
        Row(
            row.place,
            (
                *(row.cells[i] for i in kept),
                *(row.cells[found[n].column] for found in groups.values()),
            ),
        )
        for n in range(len(numbers))
    ]
    filled = [one for one in made if any(cell is not None for cell in one.cells[len(kept) :])]
    return filled or made[:1]
