"""Mechanisms and studies made of pieces in Python, as their files would say them."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assemblysim.errors import InputError
from assemblysim.interface.arguments import refuse_no_mapping
from assemblysim.interface.projects import StudyProject
from assemblysim.language import either, quoted
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.mechanism.reading.expanding import expanded_system
from assemblysim.mechanism.reading.system import System, system_of
from assemblysim.study.definition.reading import read_study
from assemblysim.study.locating import STUDY_FILE
from assemblysim.study.tables.deviations import deviation_of

# A pandas DataFrame, or columns by their labels.
Frame = Any
# From traces to the most that dissolves.
_UNKNOWN_START = (0.1, 1000)
_FRAME_FILE = "data 1.csv"  # what the frame is written to, to be read as any table


def make_system(
    species: Mapping[str, str],
    reactions: Mapping[str, str],
    mechanisms: Mapping[str, Sequence[str]] | None = None,
    *,
    title: str = "made in Python",
    tables: Mapping[str, Any] | None = None,
) -> System:
    """Make a system of pieces, by the rules of a mechanism file.

    Args:
        species: name to building blocks, such as ``{"Dy2L": "2Dy L"}``.
        reactions: label to equation and rate constant, such as ``"2 M -> M2 ; k_pair"``.
        mechanisms: name to labels of its reactions; one of all reactions, called ``all``, if None.
        title: what the system is.
        tables: what else a mechanism file may hold, such as ``{"constants": {...}}``.

    Returns:
        The system.

    Raises:
        InputError: one line that names the place, the fault and the remedy.

    Example:
        >>> import assemblysim as asm
        >>> system = asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M -> M2 ; k_pair"})
        >>> system.network("all").rate_constant_names
        ('k_pair',)
    """
    content: dict[str, Any] = {
        "title": title,
        "species": dict(species),
        "reactions": dict(reactions),
        **({} if mechanisms is None else {"mechanisms": {k: [*v] for k, v in mechanisms.items()}}),
        **(tables or {}),
    }
    return system_of(content, Path("system"))


def study_of_frame(  # noqa: PLR0913  # each is a key of a study file
    system: System,
    frame: Frame,
    *,
    scale: str,
    initial: Mapping[str, Any] | None = None,
    signals: str | Sequence[str] | None = None,
    noise: str = "proportional",
    seed: int = 1,
    title: str = "A study made in Python",
    folder: Path | str = ".",
    experiment: Mapping[str, Any] | None = None,
    further: Sequence[Mapping[str, Any]] = (),
    measurement: Mapping[str, Any] | None = None,
    tables: Mapping[str, Any] | None = None,
) -> StudyProject:
    """Make a study of a table in memory, by the rules of a study file.

    Args:
        system: the competing mechanisms, from ``read_system`` or ``make_system``.
        frame: a pandas DataFrame, or columns by their labels: ``time (h)`` (the index may be it),
            and one column for each signal. Missing values are not measured, 0 is not detected.
        scale: ``"absolute"``, ``"per spectrum"`` or ``"per species"``.
        initial: species to a quantity such as ``"2 mM"``, or to a prior. What was weighed in says
            much: where None, each species that is one building block alone is unknown between 0.1
            and 1000 mM, log-uniform, and the others start at 0.
        signals: one or more names, or sums such as ``"Dy3 = Dy3L + Dy5L2"``; all columns if None.
        noise: ``"constant"``, ``"proportional"``, ``"two-component"``, or ``"known"`` with columns
            of standard deviations such as ``A sd``, which are no signals.
        seed: of all random numbers.
        title: of the report.
        folder: where results go (to ``results`` in it) unless ``run`` is told another place.
        experiment: further keys of the experiment, such as ``{"temperature": "60 degC"}``.
        further: further experiments as in a study file, their ``data`` tables like `frame`.
        measurement: further keys, such as ``{"detection_limit": "0.5 %"}``.
        tables: further keys and tables of a study file, such as ``{"priors": {...}}``.

    Returns:
        The study, as ``read_study`` returns one.

    Raises:
        InputError: one line that names the place, the fault and the remedy.

    Example:
        >>> import assemblysim as asm
        >>> system = asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M -> M2 ; k_pair"})
        >>> seen = {"time (h)": [0, 1, 4], "M (mM)": [1.0, 0.5, 0.2], "M2 (mM)": [0.01, 0.2, 0.4]}
        >>> study = asm.Study(system, seen, initial={"M": "1 mM"}, scale="absolute")
        >>> study.posterior("all").names
        ('k_pair', 'background', 'noise')
    """
    start = _start(system, initial, scale, (tables or {}).get("concentration", "mM"))
    columns = _columns(frame, "frame")
    first = {"name": "experiment", **(experiment or {}), "data": columns}
    names = _names(columns, known=noise == "known")
    seen = [signals] if isinstance(signals, str) else [*(signals or names)]
    said = {"scale": scale, "signals": seen, "noise": noise, **(measurement or {})}
    content = {"title": title, "model": "-", "seed": seed, "measurement": said, **(tables or {})}
    found = _project(system, content, [{**first, "initial": start}, *further])
    return StudyProject(replace(found.study, folder=Path(folder)))


def _start(
    system: System, initial: Mapping[str, Any] | None, scale: str, unit: str
) -> dict[str, Any]:
    """Return what there was at time 0, once the arguments are known to be what they should be."""
    if not isinstance(system, System):
        raise InputError(f"system: {type(system).__name__}, no system; give read_system(path)")
    if scale not in SCALES:
        raise InputError(f"scale: {quoted(scale)} is not known; write {either(SCALES)}")
    if initial is None:
        return _unknown_starts(system, unit)
    refuse_no_mapping("initial", initial, '{"A": "1 mM"}')
    return dict(initial)


def _unknown_starts(system: System, unit: str) -> dict[str, Any]:
    """Return a wide prior for each species that is one building block alone.

    Raises:
        InputError: a building block comes in no such species.
    """
    alone = {
        one.composition[0][0]: one.name
        for one in reversed(system.species)
        if len(one.composition) == 1 and one.composition[0][1] == 1
    }
    blocks = dict.fromkeys(block for one in system.species for block, _ in one.composition)
    missing = [block for block in blocks if block not in alone]
    if missing or not blocks:
        what = f"no species is {either(missing)} alone" if missing else "no species has blocks"
        raise InputError(
            f"initial: {what}, so what there was at time 0 has to be said; give initial={{"
            f'"{system.species_names[0]}": "1 {unit}"}}'
        )
    bounds = [f"{number} {unit}" for number in _UNKNOWN_START]
    return {alone[block]: {"log_uniform": bounds} for block in blocks}


def _project(
    system: System, content: Mapping[str, Any], experiments: Sequence[Mapping[str, Any]]
) -> StudyProject:
    """Write the files of a study, and read them; faults name them as the caller knows them."""
    with tempfile.TemporaryDirectory() as place:
        try:
            return _read(Path(place), system, content, experiments)
        except InputError as fault:
            said = (str(line).replace(f"{place}/{STUDY_FILE}", "Study") for line in fault.args)
            plain = (line.replace(f"{place}/", "").replace(_FRAME_FILE, "frame") for line in said)
            raise InputError(*plain) from None


def _read(
    place: Path,
    system: System,
    content: Mapping[str, Any],
    experiments: Sequence[Mapping[str, Any]],
) -> StudyProject:
    lines = [f"{name} = {_toml(value)}" for name, value in content.items()]
    written = []
    for number, one in enumerate(experiments):
        table = dict(one)
        for key in ("data", "statements"):
            if key in table:
                file = f"{key} {number + 1}.csv"
                (place / file).write_text(_csv(_columns(table[key], key), content, key))
                table[key] = file
        written.append(table)
    lines.append(f"experiments = {_toml(written)}")
    # The system has no file, and results are of this one.
    lines += [
        f"# {one.name}: {write_equation(one)} ; {one.rate_constants} {one.law}"
        for one in system.whole_network().reactions
    ]
    (place / STUDY_FILE).write_text("\n".join(lines) + "\n")
    if system.labelled is not None and system.expansion is None:
        system = expanded_system(system, system.labelled)
    return StudyProject(read_study(place, system))


def _columns(frame: Frame, what: str) -> dict[str, list[Any]]:
    """Return a table's columns by their labels; an index that has a name is one."""
    if isinstance(frame, Mapping):
        found = {str(label): [*values] for label, values in frame.items()}
    elif hasattr(frame, "reset_index"):
        plain = frame.reset_index() if frame.index.name else frame
        found = {str(label): plain[label].tolist() for label in plain.columns}
    else:
        raise InputError(f"{what}: no table; give a pandas DataFrame, or columns by their labels")
    lengths = {len(values) for values in found.values()}
    if len(lengths) != 1:
        raise InputError(
            f"{what}: columns of {min(lengths, default=0)} and {max(lengths, default=0)} numbers; "
            "give equal lengths"
        )
    return found


def _csv(columns: Mapping[str, Sequence[Any]], content: Mapping[str, Any], key: str) -> str:
    """Return a table as text; missing values are blank."""
    absolute = key == "data" and content["measurement"]["scale"] == "absolute"
    unit = content.get("concentration", "mM")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for_units = [absolute and "(" not in one and not _is_time(one) for one in columns]
    writer.writerow(
        f"{one} ({unit})" if add else one for one, add in zip(columns, for_units, strict=True)
    )
    for row in zip(*columns.values(), strict=True):
        writer.writerow("" if cell is None or cell != cell else cell for cell in row)
    return text.getvalue()


def _is_time(label: str) -> bool:
    return label.lower().startswith("time")


def _names(columns: Iterable[str], *, known: bool) -> list[str]:
    """Return the signals that columns hold; no standard deviations, where they are known."""
    plain = {label: _plain(label) for label in columns if not _is_time(label)}
    return [
        name
        for label, name in plain.items()
        if not (known and deviation_of(label, [n for other, n in plain.items() if other != label]))
    ]


def _plain(label: str) -> str:
    return label.partition("(")[0].strip()


def _toml(value: Any) -> str:
    """Return a value as TOML, tables in braces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{json.dumps(str(k))} = {_toml(v)}' for k, v in value.items())} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_toml, value))}]"
    if hasattr(value, "tolist"):  # of numpy, or like it
        return _toml(value.tolist())
    if not isinstance(value, int | float):
        kind = type(value).__name__
        raise InputError(f"{value!r} ({kind}): no number, text, list or table; give one of these")
    return repr(float(value)) if isinstance(value, float) else str(value)
