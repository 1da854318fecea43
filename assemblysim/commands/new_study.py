"""The command ``new``: a commented study from a mechanism file and the columns of a table."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from assemblysim.errors import AssemblysimError, InputError
from assemblysim.files.numerals import Decimal
from assemblysim.files.paths import resolved, what_lies_at
from assemblysim.files.writing.whole import write_whole
from assemblysim.language import listed, quoted
from assemblysim.mechanism.network.network import Species
from assemblysim.mechanism.reading.system import System, read_system
from assemblysim.study.definition.reading import read_study
from assemblysim.study.locating import STUDY_FILE, model_file
from assemblysim.study.problem.options import read_pairs
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.tables.conditions_sheet import ListedExperiment, listed_experiments
from assemblysim.study.tables.labels import find_column, label_name, time_label_of, unit_of
from assemblysim.study.tables.long_tables import is_long, other_columns, wide_form
from assemblysim.study.tables.replicate_columns import with_replicates_as_rows
from assemblysim.study.tables.wide_tables import WideTable, read_wide_table
from assemblysim.units import convert

EXAMPLE = "10 mM"  # of what a study starts from, where nobody says
# The report says so, too, as long as the line is there.
_NOTE = (
    'notes    = ["The starting concentrations are examples, not what was mixed."]'
    "  # delete this line when you have put yours"
)


@dataclass(frozen=True)
class Beginning:
    """What a new study is made from.

    Attributes:
        folder: of the study; study.toml must not be there yet.
        model: the mechanism file: its name in a models folder above, or its path.
        data: table of intensities, CSV or XLSX; copied into the folder unless it lies there.
        sheet: of an XLSX file with several; None where it has one.
        initial: starting concentrations as "species=value unit"; examples where empty.
        decimal: the decimal mark of the table's numbers; None where they show it themselves.
    """

    folder: Path
    model: str
    data: Path
    sheet: str | None = None
    initial: tuple[str, ...] = ()
    decimal: Decimal | None = None


def decimal_mark(given: str | None) -> Decimal | None:
    """Return the decimal mark that an option names.

    Raises:
        InputError: it is none.
    """
    if given is None:
        return None
    for mark in get_args(Decimal):
        if given == mark:
            return cast(Decimal, mark)
    raise InputError(f"--decimal: {quoted(given)} is no decimal mark; write . or ,")


def new_study(request: Beginning) -> str:
    """Write a study that ``check`` accepts, and return what to print.

    Raises:
        InputError: the model or the table is at fault, a file is there already, or no column
            shows a species of the model. Nothing is left behind then.
    """
    study, copied = request.folder / STUDY_FILE, request.folder / request.data.name
    inside = resolved(request.folder) in resolved(request.data).parents
    _refuse_what_is_there(study, None if inside else copied)
    written = request.model
    if written.endswith(".toml"):  # as the user sees it, and as the study has to
        written = Path(os.path.relpath(written, request.folder)).as_posix()
    system = read_system(model_file(request.folder, written))
    data = os.path.relpath(request.data, request.folder) if inside else request.data.name
    found, said = _experiments(request, system)
    text = _text(request, system, found, (written, Path(data).as_posix()))
    fresh = what_lies_at(request.folder) == "nothing"
    try:
        write_whole(study, text.encode())
        if not inside:
            write_whole(copied, request.data.read_bytes())
        read = read_study(request.folder)
        for mechanism in read.mechanisms:
            build_problem(read, mechanism)
    except AssemblysimError as fault:
        study.unlink(missing_ok=True)
        if not inside:
            copied.unlink(missing_ok=True)
        if fresh:
            shutil.rmtree(request.folder, ignore_errors=True)
        if isinstance(fault, InputError) and not inside:  # the copy is gone; the original is there
            told = (one.replace(str(copied), str(request.data)) for one in fault.lines)
            raise InputError(*told) from None
        raise
    return "\n".join([*said, *_said(request, found)])


@dataclass(frozen=True)
class _Found:
    """An experiment with its table.

    Attributes:
        name: of it.
        start: species to a quantity with its unit.
        sheet: of a workbook; None where it has one.
        temperature: with its unit; "" where none is known.
        table: as read.
        signals: species that have a column.
        others: labels of columns that are no signals.
        guessed: whether the start is an example.
    """

    name: str
    start: dict[str, str]
    sheet: str | None
    temperature: str
    table: WideTable
    signals: list[str]
    others: list[str]
    guessed: bool


def _experiments(request: Beginning, system: System) -> tuple[list[_Found], tuple[str, ...]]:
    """Read the table, or those of all experiments that a workbook lists; what was recognised."""
    names = system.species_names
    rows: tuple[ListedExperiment, ...] = ()
    said: tuple[str, ...] = ()
    if request.data.suffix.lower() == ".xlsx" and request.sheet is None:
        rows, said = listed_experiments(request.data, names)
    if rows and request.initial:
        raise InputError(
            f"--initial: {request.data} says itself what was mixed; leave it, or name a --sheet"
        )
    if not rows:
        start = _start(request, system)
        rows = (ListedExperiment("first", request.sheet or "", tuple(start.items())),)
    guessed = not said and not request.initial
    return [_read(request, system, row, guessed=guessed) for row in rows], said


def _read(request: Beginning, system: System, row: ListedExperiment, *, guessed: bool) -> _Found:
    """Read the table of one experiment and find its signals."""
    sheet, names = row.sheet or None, system.species_names
    table = read_wide_table(request.data, sheet, request.decimal, "--decimal", known=names)
    others: list[str] = []
    if is_long(table.grid, names):
        others = other_columns(table.grid)
        table = wide_form(table, others, by_row=True)
    else:
        table = with_replicates_as_rows(table, names)
    signals = _signals(table, system)
    if not signals:
        place = f"{request.data}, sheet {quoted(sheet)}" if sheet else f"{request.data}"
        raise InputError(
            f"{place}: no column is called as a species of the model "
            f"({listed(names)}); rename the columns, or the species"
        )
    others += [
        label_name(label)
        for label in table.grid.header
        if time_label_of(label) is None and not any(find_column([label], s) for s in signals)
    ]
    start = dict(row.initial)
    return _Found(row.name, start, sheet, row.temperature, table, signals, others, guessed)


def _refuse_what_is_there(study: Path, copied: Path | None) -> None:
    if os.path.lexists(study):
        raise InputError(f"{study}: is there already; name another folder, or edit it")
    if copied is not None and os.path.lexists(copied):
        raise InputError(f"{copied}: is there already; move it away, or name it with --data")


def _signals(table: WideTable, system: System) -> list[str]:
    """Return the species that have a column, in the table's order."""
    names = system.species_names
    places = {
        name: found[0]
        for name in names
        if len(found := find_column(table.grid.header, name, [n for n in names if n != name])) == 1
    }
    return sorted(places, key=lambda name: places[name])


def _start(request: Beginning, system: System) -> dict[str, str]:
    """Return starting concentrations as they are written: as given, or examples."""
    if request.initial:
        read_pairs(request.initial, "--initial", dict.fromkeys(system.species_names, "mM"),
                   "species")  # fmt: skip
        pairs = (pair.partition("=") for pair in request.initial)
        return {name.strip(): value.strip() for name, _, value in pairs}
    network = system.whole_network()
    forward = [one for one in network.reactions if not one.reverse_of]
    made = {name for reaction in forward for name in reaction.products}
    free = [one for one in network.species if one.name not in made] or [network.species[0]]
    blocks = [one.name for one in free if _is_block(one)]
    return dict.fromkeys(blocks or [one.name for one in free], EXAMPLE)


def _is_block(species: Species) -> bool:
    return sum(count for _, count in species.composition) == 1


def _text(
    request: Beginning, system: System, found: Sequence[_Found], places: tuple[str, str]
) -> str:
    """Return study.toml; `places` are those of the model and of the data in it."""
    signals = list(dict.fromkeys(name for one in found for name in one.signals))
    absolute = all(
        _is_concentration(one.table, signal, system.species_names)
        for one in found
        for signal in one.signals
    )
    lines = [
        f"title    = {_toml(system.title)}",
        f"question = {_toml(f'Which of {listed(system.mechanism_names)}?')}",
        f"model    = {_toml(places[0])}",
        "seed     = 1                   # any whole number; the same seed repeats the run",
        *([_NOTE] if any(one.guessed for one in found) else []),
        "",
        *(line for one in found for line in _block(request, one, signals, places[1])),
        "[measurement]",
        'scale   = "absolute"          # the table holds concentrations'
        if absolute
        else 'scale   = "per spectrum"      # a spectrum\'s total is unknown, as in ESI-MS',
        f"signals = [{', '.join(map(_toml, signals))}]",
        'noise   = "proportional"      # errors in per cent of a peak; how many is inferred',
        "detection_limit = "
        + (
            '"1 %"       # of the largest of its column: what a 0 means'
            if absolute
            else '"0.5 %"     # of the spectrum\'s total: what a 0 means'
        ),
        "# share_replicates = false    # where spectra at one time are samples of their own",
        "",
        "# [priors]                    # 'assemblysim check' lists all of them",
        f"# {system.whole_network().rate_constant_names[0]} = ... ",
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _block(request: Beginning, one: _Found, signals: Sequence[str], data: str) -> list[str]:
    """Return the lines of one experiment."""
    initial = ", ".join(f"{_key(name)} = {json.dumps(v)}" for name, v in one.start.items())
    what = "EXAMPLES: put what you mixed" if one.guessed else "what was mixed"
    own = ", ".join(map(_toml, one.signals))
    ignored = ", ".join(map(_toml, one.others))
    return [
        "[[experiments]]",
        f"name    = {_toml(one.name)}",
        f"initial = {{ {initial} }}     # {what}; the other species start at 0",
        f"data    = {_toml(data)}",
        *([f"sheet   = {_toml(one.sheet)}"] if one.sheet else []),
        *([f"temperature = {_toml(one.temperature)}"] if one.temperature else []),
        *([f"decimal = {_toml(request.decimal)}"] if request.decimal else []),
        *([f"signals = [{own}]     # that its table has"] if one.signals != list(signals) else []),
        *([f"ignore  = [{ignored}]     # columns that are no species"] if one.others else []),
        "",
    ]


def _key(name: str) -> str:
    """Return a species as a key of TOML: in quotes where it has more than letters and digits."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _is_concentration(table: WideTable, signal: str, names: Sequence[str]) -> bool:
    column = find_column(table.grid.header, signal, [one for one in names if one != signal])[0]
    unit = unit_of(table.grid.header[column], signal) or table.units[column]
    if not unit:
        return False
    try:
        convert(1.0, unit, "mM")
    except (InputError, ValueError):
        return False
    return True


def _said(request: Beginning, found: Sequence[_Found]) -> list[str]:
    signals = dict.fromkeys(name for one in found for name in one.signals)
    lines = [f"wrote {request.folder / STUDY_FILE}", f"signals: {', '.join(signals)}"]
    if len(found) > 1:
        lines.append(f"experiments: {', '.join(one.name for one in found)}")
    if found[0].guessed:
        start = ", ".join(f"{name} {value}" for name, value in found[0].start.items())
        lines.append(
            f"the start, {start}, is an example: put what you mixed into {quoted(STUDY_FILE)}"
        )
    return [*lines, f"next: assemblysim check {request.folder}"]
