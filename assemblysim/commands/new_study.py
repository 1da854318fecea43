"""The command ``new``: a commented study from a mechanism file and the columns of a table."""

from __future__ import annotations

import json
import os
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
    table = read_wide_table(
        request.data, request.sheet, request.decimal, "--decimal", known=system.species_names
    )
    others = []
    if is_long(table.grid, system.species_names):
        others = other_columns(table.grid)
        table = wide_form(table, others, by_row=True)
    else:
        table = with_replicates_as_rows(table, system.species_names)
    signals = _signals(table, system)
    if not signals:
        raise InputError(
            f"{request.data}: no column is called as a species of the model "
            f"({listed(system.species_names)}); rename the columns, or the species"
        )
    start = _start(request, system)
    data = os.path.relpath(request.data, request.folder) if inside else request.data.name
    places = (written, Path(data).as_posix())
    others += [
        label_name(label)
        for label in table.grid.header
        if time_label_of(label) is None and not any(find_column([label], s) for s in signals)
    ]
    text = _text(request, system, (table, others), signals, start, places)
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
    return _said(request, signals, start, guessed=not request.initial)


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
    request: Beginning,
    system: System,
    read: tuple[WideTable, Sequence[str]],
    signals: Sequence[str],
    start: dict[str, str],
    places: tuple[str, str],
) -> str:
    """Return study.toml; `read` is the table and the labels of its columns that are no signals."""
    table, others = read
    absolute = all(_is_concentration(table, signal, system.species_names) for signal in signals)
    what = "what was mixed" if request.initial else "EXAMPLES: put what you mixed"
    initial = ", ".join(f"{name} = {json.dumps(value)}" for name, value in start.items())
    lines = [
        f"title    = {_toml(system.title)}",
        f"question = {_toml(f'Which of {listed(system.mechanism_names)}?')}",
        f"model    = {_toml(places[0])}",
        "seed     = 1                   # any whole number; the same seed repeats the run",
        *([] if request.initial else [_NOTE]),
        "",
        "[[experiments]]",
        'name    = "first"',
        f"initial = {{ {initial} }}     # {what}; the other species start at 0",
        f"data    = {_toml(places[1])}",
        *([f"sheet   = {_toml(request.sheet)}"] if request.sheet else []),
        *([f"decimal = {_toml(request.decimal)}"] if request.decimal else []),
        *(
            [f"ignore  = [{', '.join(map(_toml, others))}]     # columns that are no species"]
            if others
            else []
        ),
        "",
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


def _said(
    request: Beginning, signals: Sequence[str], start: dict[str, str], *, guessed: bool
) -> str:
    study = request.folder / STUDY_FILE
    lines = [f"wrote {study}", f"signals: {', '.join(signals)}"]
    if guessed:
        lines.append(
            f"the start, {', '.join(f'{n} {v}' for n, v in start.items())}, is an example: put "
            f"what you mixed into {quoted(STUDY_FILE)}"
        )
    return "\n".join([*lines, f"next: assemblysim check {request.folder}"])
