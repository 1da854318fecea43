"""A table of steps, one a row, read to reactions: for networks too large to be written by hand.

A mechanism file names it with ``steps = "cage_steps.csv"``, a path from where that file is::

    reactants, products, count, rate constant, reverse count, reverse constant, group
    PdX4 + L,  PdLX3 + X, 4,    k_on,          1,             k_off,            exchange

Both sides are written as in an equation, ``PdX4 + 2 L``. A count is the statistical factor of
its constant, a number or a fraction such as ``2/5``; blank is 1. With a reverse constant the step
is reversible. A row's group is its label under [mechanisms], shared by all rows of the group;
where a row's group is blank, its own name is its label, and where there is no such column all
rows carry the name of the file. A step without a name is called after its line, ``step_12``.
Rows of a group that state one step with one constant are added up: their counts are summed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from assemblysim.errors import Faults, InputError, did_you_mean
from assemblysim.files.cells import Grid, read_grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, Row, shown_text
from assemblysim.language import listed, quoted
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.network.block_formula import BlockReader
from assemblysim.mechanism.network.names import check_label, check_name
from assemblysim.mechanism.network.network import Reaction, Species
from assemblysim.mechanism.properties.balance import check_balance
from assemblysim.mechanism.reading.equation import check_factor, names_of_side, read_side

NEEDED: Final = ("reactants", "products", "rate constant")
_FRACTION = re.compile(r"([0-9]{1,9})\s*/\s*([1-9][0-9]{0,8})", re.ASCII)
OPTIONAL: Final = ("count", "reverse count", "reverse constant", "name", "group")


@dataclass(frozen=True)
class StepTable:
    """What a table of steps says.

    Attributes:
        species: those that were not known before, in order of first mention.
        groups: (label, one-way steps) for each group, in order of first mention.
        notes: which rows were added up.
    """

    species: tuple[Species, ...]
    groups: tuple[tuple[str, tuple[Reaction, ...]], ...]
    notes: tuple[str, ...] = ()


def read_step_table(
    path: Path, species: Mapping[str, Species], blocks: Sequence[str] = ()
) -> StepTable:
    """Read a table of steps and check every row.

    Args:
        path: CSV (separated by commas, semicolons or tabs) or XLSX.
        species: those that the model lists itself, by name.
        blocks: names of building blocks; a species that is not listed is made from its name,
            a formula over them (see `block_formula`).

    Returns:
        Its steps, and the species that it adds.

    Raises:
        InputError: one line that names the file, the line, the fault and the remedy.
    """
    grid = read_grid(path)
    with at(str(path)):
        reader = _Reader(grid, dict(species), BlockReader(tuple(blocks)))
        reader.read_header()
        faults = Faults()
        for row in grid.rows:
            with faults.gathered(), at(row.place):
                reader.learn_species(row)
        faults.end()
        default = None if "group" in reader.columns else path.stem
        if default is not None:
            check_label("the file's name, the label of its steps,", default)
        faults = Faults()
        for row in grid.rows:
            with faults.gathered(), at(row.place):
                reader.read_row(row, default)
        faults.end()
    added = tuple(one for name, one in reader.species.items() if name not in species)
    groups = tuple((label, tuple(s)) for label, s in reader.groups.items())
    return StepTable(added, groups, tuple(f"{path.name}: {note}" for note in reader.notes()))


@dataclass
class _Reader:
    """Reads rows one after the other and remembers what later rows must agree with.

    Attributes:
        grid: the table.
        species: all that are known so far, by name.
        blocks: makes species of formulas.
        columns: where each column is.
        groups: one-way steps by label.
        place_in_group: which of its group's steps each is.
        place_of: where the name of each step was taken.
        units: of each constant, and where it was used first.
        seen: where each step of each group was stated, first to last.
    """

    grid: Grid
    species: dict[str, Species]
    blocks: BlockReader
    columns: dict[str, int] = field(default_factory=dict)
    groups: dict[str, list[Reaction]] = field(default_factory=dict)
    place_of: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[Dimension, str]] = field(default_factory=dict)
    seen: dict[tuple[object, ...], list[str]] = field(default_factory=dict)
    place_in_group: dict[tuple[object, ...], int] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """Say which rows are one step."""
        added = dict.fromkeys(tuple(dict.fromkeys(p)) for p in self.seen.values() if len(p) > 1)
        found = []
        for places in added:
            if len(places) == 1:
                found.append(f"{places[0]} states one step twice; its counts are added")
            else:
                found.append(f"{listed(places)} state one step; their counts are added")
        return found

    def read_header(self) -> None:
        """Find the columns; refuse unknown and missing ones."""
        known = (*NEEDED, *OPTIONAL)
        with at(self.grid.header_place):
            for place, label in enumerate(self.grid.header):
                name = " ".join(label.replace("_", " ").lower().split())
                if name not in known:
                    raise InputError(f"unknown column {quoted(label)}{did_you_mean(name, known)}")
                if name in self.columns:
                    raise InputError(f"two columns are labelled '{name}'; keep one")
                self.columns[name] = place
            for name in NEEDED:
                if name not in self.columns:
                    raise InputError(f"no column '{name}'; label one so")
            if "reverse count" in self.columns and "reverse constant" not in self.columns:
                raise InputError("'reverse count' without 'reverse constant'; add that column")

    def learn_species(self, row: Row) -> None:
        """Make the species that a row names and that nobody listed."""
        for side in ("reactants", "products"):
            for name in names_of_side(self._text(row, side)):
                if name not in self.species:
                    self.species[name] = self.blocks.species(name, self.species)

    def read_row(self, row: Row, default_label: str | None) -> None:
        """Add the steps of a row to their group."""
        left = read_side(self._text(row, "reactants"), self.species)
        right = read_side(self._text(row, "products"), self.species)
        if Counter(left) == Counter(right):
            raise InputError("the step changes nothing; mend one of its sides")
        name = self._name(row)
        label = default_label or self._optional(row, "group") or name
        check_label("group", label)
        forward = Reaction(
            name, left, right, self._constant(row, "rate constant"), self._count(row, "count")
        )
        check_balance(forward, self.species)
        self._add(row, label, forward)
        factor = self._count(row, "reverse count")
        if self._optional(row, "reverse constant") is not None:
            back = self._constant(row, "reverse constant")
            reverse = Reaction(f"{name}_reverse", right, left, back, factor, reverse_of=name)
            self._add(row, label, reverse)
        elif self._optional(row, "reverse count") is not None:
            raise InputError("'reverse count' without 'reverse constant'; name the constant")

    def _name(self, row: Row) -> str:
        given = self._optional(row, "name")
        name = given or f"step_{row.place.rpartition(' ')[2]}"
        if given:
            check_label("step", given)
        return name

    def _add(self, row: Row, label: str, step: Reaction) -> None:
        taken = self.place_of.setdefault(step.name, row.place)
        if taken != row.place:
            raise InputError(f"the step's name '{step.name}' is taken at {taken}; rename one")
        unit = Dimension(1 - len(step.reactants), -1)
        settled, place = self.units.setdefault(step.rate_constant, (unit, row.place))
        if settled != unit:
            raise InputError(
                f"rate constant '{step.rate_constant}' would be in {unit.write('mM')}, but in "
                f"{settled.write('mM')} at {place}; give each its own constant"
            )
        sides = (tuple(sorted(step.reactants)), tuple(sorted(step.products)))
        key = (label, *sides, step.rate_constant)
        self.seen.setdefault(key, []).append(row.place)
        steps = self.groups.setdefault(label, [])
        position = self.place_in_group.setdefault(key, len(steps))
        if position == len(steps):
            steps.append(step)
            return
        factor = steps[position].factor + step.factor
        check_factor(factor)
        steps[position] = replace(steps[position], factor=factor)

    def _constant(self, row: Row, column: str) -> str:
        name = self._text(row, column)
        with at(f"column '{column}'"):
            check_name("rate constant", name)
            if name in self.species:
                raise InputError(
                    f"rate constant '{name}' has the name of a species; rename one of them"
                )
        return name

    def _count(self, row: Row, column: str) -> float:
        """Return a statistical factor; 1 where it is blank."""
        cell = self._cell(row, column)
        if cell is None:
            return 1
        with at(f"column '{column}'"):
            factor = self._number(cell)
            check_factor(factor)
        return int(factor) if factor.is_integer() else factor

    def _number(self, cell: Cell) -> float:
        """Read a number or a fraction such as ``2/5``."""
        found = _FRACTION.fullmatch(cell) if isinstance(cell, str) else None
        if found is None:
            return self.grid.number(cell, "write a number or a fraction such as 2/5; blank is 1")
        return int(found[1]) / int(found[2])

    def _text(self, row: Row, column: str) -> str:
        text = self._optional(row, column)
        if text is None:
            remedy = "write it, or delete the row"
            if column in ("reactants", "products"):
                remedy = "name what is there (a source or a sink is written under [reactions])"
            raise InputError(f"column '{column}' is blank; {remedy}")
        return text

    def _optional(self, row: Row, column: str) -> str | None:
        cell = self._cell(row, column)
        if cell is not None and not isinstance(cell, str):
            kind = "a number" if isinstance(cell, float) else "no text"
            raise InputError(f"column '{column}': {shown_text(cell)} is {kind}; write text")
        return cell

    def _cell(self, row: Row, column: str) -> Cell:
        place = self.columns.get(column)
        return None if place is None else row.cells[place]
