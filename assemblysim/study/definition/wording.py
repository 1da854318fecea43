"""What a study says in words: how its source may be read, and its tables of statements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from assemblysim.errors import Faults, InputError, did_you_mean, refuse_unknown
from assemblysim.files.cells import Grid, read_grid
from assemblysim.files.places import at
from assemblysim.files.rows import Cell, Row, shown_text
from assemblysim.language import quoted
from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.interpretations import (
    ONLY,
    Interpretation,
    Samples,
    prior_weights,
)
from assemblysim.measurement.statements.relations import RELATION_KINDS
from assemblysim.study.definition.schema import InterpretationTable, StudyTable
from assemblysim.units import quantity

STATEMENT_COLUMNS: Final = ("species", "relation", "from_h", "to_h", "reading")
FURTHER_STATEMENT_COLUMNS: Final = (
    "sentence",
    "interpretation",
    "fraction",
    "error_rate",
    "unmentioned_rate",
)
# Times in statements are words' times: 0.0833 is 5 min.
_TIME_TOLERANCE: Final = 0.01
# What parts several interpretations in one cell.
_BETWEEN: Final = re.compile(r"[\s,;]+")


def read_interpretations(
    tables: Mapping[str, InterpretationTable],
) -> tuple[Interpretation, ...]:
    """Read ``[interpretations]``: the ways in which the words of all experiments may be read.

    Raises:
        InputError: a name that a cell could not hold, or weights that do not go together.
    """
    if not tables:
        return ONLY
    for name in tables:
        if not name or _BETWEEN.search(name):
            raise InputError(
                f"{quoted(name)}: a name has no blank, comma or semicolon, since a cell may list "
                "several; write the words as its title"
            )
    weights = prior_weights({name: table.weight for name, table in tables.items()})
    return tuple(Interpretation(name, tables[name].title or name, weights[name]) for name in tables)


def read_further_samples(
    tables: Mapping[str, InterpretationTable], experiment: str, spoken: Sequence[str]
) -> tuple[tuple[str, np.ndarray], ...]:
    """Read the samples of an experiment that only one interpretation knows of.

    Args:
        tables: by interpretation.
        experiment: whose samples.
        spoken: the experiments with statements.

    Returns:
        (interpretation, times in h) pairs.
    """
    found = []
    for name, table in tables.items():
        written = table.sampled
        with at("[interpretations]"), at(name):
            if isinstance(written, dict):
                for other in written:
                    refuse_unknown("experiment with statements", other, spoken)
                written = written.get(experiment, [])
            if not isinstance(written, list):
                raise InputError('sampled: is not a list; write one as ["10 min"]')
            if written:
                found.append((name, read_sampling_times(written)))
    return tuple(found)


def read_sampling_times(written: Sequence[object], key: str = "sampled") -> np.ndarray:
    """Return sampling times, shape (T,), h, increasing."""
    with at(key):
        times = np.array([quantity(one, "h") for one in written])
        if (times < 0).any():
            raise InputError(f"{times.min():g} h is before the start; count from the start")
        if (np.diff(times) <= 0).any():
            raise InputError("the times do not increase; sort them, each once")
    return times


@dataclass(frozen=True)
class _Columns:
    """Where each column of a table of statements is; a further one may be missing."""

    grid: Grid

    def cell(self, row: Row, name: str) -> Cell:
        header = self.grid.header
        return row.cells[header.index(name)] if name in header else None

    def text(self, row: Row, name: str) -> str:
        return shown_text(self.cell(row, name)).strip()

    def fraction(self, row: Row, name: str) -> float | None:
        """Return a number such as 0.2 or "20 %"; None where the cell is blank."""
        cell = self.cell(row, name)
        if cell is None:
            return None
        with at(name):
            if isinstance(cell, str) and cell.strip().endswith("%"):
                return quantity(cell, "")
            return self.grid.number(cell, "write a fraction such as 0.2 or 20 %")


def read_statements(path: Path, signals: Sequence[str], samples: Samples) -> tuple[Statement, ...]:
    """Read statements in words, one claim a row.

    Args:
        path: CSV or XLSX.
        signals: what statements may be about.
        samples: the sampling times, by interpretation. Times within 1 % of one are taken to be it.

    Returns:
        The statements, their times sampling times.

    Raises:
        InputError: one line that names the file, the line, the fault and the remedy.
    """
    grid = read_grid(path)
    with at(str(path)):
        _check_columns(grid)
        found: list[Statement] = []
        faults = Faults()
        for row in grid.rows:
            with faults.gathered(), at(row.place):
                statement = _statement(_Columns(grid), row, signals, samples)
                _refuse_said(statement, found)
                found.append(statement)
        faults.end()
    return tuple(found)


def _refuse_said(statement: Statement, found: Sequence[Statement]) -> None:
    """Refuse a row that an earlier one holds already, under any interpretation."""
    for other in found:
        if statement.text == other.text:
            of_all = not statement.interpretations or not other.interpretations
            if of_all or set(statement.interpretations) & set(other.interpretations):
                raise InputError(f"says the same as {other.place}; keep one, or it counts twice")


def _check_columns(grid: Grid) -> None:
    known = (*STATEMENT_COLUMNS, *FURTHER_STATEMENT_COLUMNS)
    with at(grid.header_place):
        for label in grid.header:
            refuse_unknown("column", label, known)
        for name in STATEMENT_COLUMNS:
            if name not in grid.header:
                raise InputError(f"no column '{name}'; the columns are {', '.join(known)}")


def _statement(columns: _Columns, row: Row, signals: Sequence[str], samples: Samples) -> Statement:
    species, relation = columns.text(row, "species"), columns.text(row, "relation")
    if species not in signals:
        raise InputError(f"species '{species}' is no signal{did_you_mean(species, signals)}")
    kind = RELATION_KINDS.get(relation)
    if kind is None:
        raise InputError(f"unknown relation '{relation}'{did_you_mean(relation, RELATION_KINDS)}")
    own = _interpretations(columns.text(row, "interpretation"), samples)
    start = _sampling_time(columns, row, "from_h", samples, own)
    end = _sampling_time(columns, row, "to_h", samples, own)
    if end < start:
        raise InputError(f"from_h {start:g} is after to_h {end:g}; exchange them")
    if kind.needs > 1 and end == start:
        raise InputError(f"'{relation}' at one time, {start:g} h; state two times")
    fraction = columns.fraction(row, "fraction")
    _check_fraction(relation, fraction)
    return Statement(
        species,
        kind.name,
        start,
        end,
        columns.text(row, "reading"),
        columns.text(row, "sentence"),
        own,
        fraction,
        _rate(columns, row, "error_rate", silent=relation == "unmentioned"),
        _rate(columns, row, "unmentioned_rate", silent=relation == "unmentioned"),
        row.place,
    )


def _interpretations(written: str, samples: Samples) -> tuple[str, ...]:
    """Return the interpretations that a cell lists; none where it is blank."""
    names = [name for name, _ in samples.known if name]
    own = tuple(dict.fromkeys(one for one in _BETWEEN.split(written) if one))
    for one in own:
        if not names:
            raise InputError(
                f"interpretation {quoted(one)}: the study has none; list it under [interpretations]"
            )
        refuse_unknown("interpretation", one, names)
    return own


def _check_fraction(relation: str, fraction: float | None) -> None:
    needs = RELATION_KINDS[relation].fraction
    if fraction is None:
        if needs == "needs":
            raise InputError(f"'{relation}' of what; state it under 'fraction', such as 0.2")
        return
    if needs == "none":
        raise InputError(f"'{relation}' has no fraction; leave the cell blank")
    if not 0 < fraction < 1:
        raise InputError(f"fraction: {fraction:g} is not between 0 and 1; write one such as 0.2")


def _rate(columns: _Columns, row: Row, name: str, *, silent: bool) -> float | None:
    """Return a row's own rate; None where it states none."""
    found = columns.fraction(row, name)
    if found is None:
        return None
    if silent != (name == "unmentioned_rate"):
        other = "error_rate" if name == "unmentioned_rate" else "unmentioned_rate"
        raise InputError(
            f"{name}: does not go with "
            f"{'silence' if silent else 'a sentence'}; state {other}, or leave the cell blank"
        )
    if name == "error_rate" and not 0 < found < 0.5:
        raise InputError(f"{name}: {found:g} is not between 0 and 0.5; write one such as 0.02")
    if not 0 < found <= 1:
        raise InputError(f"{name}: {found:g} is not between 0 and 1; write one such as 0.5")
    return found


def _sampling_time(
    columns: _Columns, row: Row, name: str, samples: Samples, own: tuple[str, ...]
) -> float:
    """Return the sampling time that a cell means, one under every interpretation of its row."""
    cell = columns.cell(row, name)
    if cell is None:
        raise InputError(f"{name} is blank; write a time in h")
    with at(name):
        number = columns.grid.number(cell)
    nearest = 0.0
    for interpretation, known in samples.known:
        if own and interpretation not in own:
            continue
        sampled = samples.times[known]
        nearest = float(sampled[np.argmin(np.abs(sampled - number))])
        if abs(nearest - number) > _TIME_TOLERANCE * nearest:
            times = ", ".join(f"{time:.4g}" for time in sampled)
            under = f" under {interpretation}" if interpretation else ""
            raise InputError(f"{name} {number:g} is no sampling time{under}; sampled (h): {times}")
    return nearest


def interpretations_of(table: StudyTable) -> tuple[Interpretation, ...]:
    """Read ``[interpretations]``, which need statements to be about."""
    with at("[interpretations]"):
        if table.interpretations and not any(one.statements for one in table.experiments):
            raise InputError("no experiment has statements to read; take it out")
        return read_interpretations(table.interpretations)
