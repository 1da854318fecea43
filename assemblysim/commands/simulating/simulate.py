"""The command ``simulate``: one mechanism integrated with numbers given by hand."""

from __future__ import annotations

import csv
import io
import itertools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assemblysim.commands.predicting.shown_units import known_unit
from assemblysim.errors import InputError
from assemblysim.files.writing.requested import write_requested
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.kinetics.trajectory import Trajectory
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.system import System
from assemblysim.mechanism.reading.texts import former_name_lines
from assemblysim.study.problem.options import LONGEST_TIME, read_pairs, read_quantity
from assemblysim.study.questions.simulated_fit import ScannedConstant, read_scans

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from assemblysim.report.content.stored import StoredCourse

POINTS = 241
_MARK = "assemblysim simulate"  # in the metadata of pictures
LEAST_CONCENTRATION = 1e-200  # mM


@dataclass(frozen=True)
class Simulation:
    """What is to be simulated.

    Attributes:
        path: mechanism file.
        mechanism: one of its mechanisms; None where there is only one.
        constants: rate constants as "name=value unit".
        scans: one or two constants as "name=value, value unit".
        initial: initial concentrations as "species=value unit"; 0 where not given.
        until: how long, with its unit.
        out: CSV file to write to, or None.
        plot: figure file to draw, or None.
        force: whether files that this command did not write may be replaced.
    """

    path: Path
    mechanism: str | None
    constants: tuple[str, ...]
    scans: tuple[str, ...]
    initial: tuple[str, ...]
    until: str
    out: Path | None
    plot: Path | None
    force: bool = False


def simulate_model(request: Simulation, *, as_json: bool) -> str:
    """Integrate, write what was asked for, and return what to print.

    Raises:
        InputError: a name or a quantity is at fault, or a constant is missing.
        IntegrationError: the end was not reached.
        RunError: a file cannot be written.
    """
    system = read_expanded_system(request.path)
    name = _mechanism(system, request.mechanism)
    for line in former_name_lines(system.path, system.former_names, [name]):
        sys.stderr.write(f"assemblysim: {line}\n")
    network = system.network(name)
    units = rate_constant_units(network)
    rate_constants = read_pairs(request.constants, "--set", units, "constant")
    scans = read_scans(dict(units), request.scans)
    rate_constants |= {one.name: one.values[0] for one in scans}
    missing = [name for name in network.rate_constant_names if name not in rate_constants]
    if missing:
        raise InputError(
            f"--set: no value for {', '.join(missing)}; "
            f'add --set {missing[0]}="1 {units[missing[0]]}"'
        )
    species = dict.fromkeys(network.species_names, "mM")
    start = read_pairs(request.initial, "--initial", species, "species")
    if not any(start.values()):
        raise InputError(
            f'nothing to start from; add --initial, as --initial {network.species_names[0]}="10 mM"'
        )
    until = read_quantity(request.until, "h", "--until")
    if until <= 0:
        raise InputError(f"--until: {request.until} is not after the start; write one such as 48 h")
    if until > LONGEST_TIME:
        raise InputError(f"--until: {request.until} is beyond {LONGEST_TIME:g} h; write a shorter")
    faint = [name for name, value in start.items() if 0 < value < LEAST_CONCENTRATION]
    if faint:
        raise InputError(
            f"--initial: {faint[0]} is below {LEAST_CONCENTRATION:g} mM; write 0, or more"
        )
    cells = []
    for values in itertools.product(*(zip(one.shown, one.values, strict=True) for one in scans)):
        numbers = rate_constants | {s.name: v for s, (_, v) in zip(scans, values, strict=True)}
        course = integrate(
            network,
            np.array([numbers[name] for name in network.rate_constant_names]),
            np.array([start.get(name, 0.0) for name in network.species_names]),
            np.linspace(0, until, POINTS),
            atol=min(1e-10, 1e-12 * max(start.values())),
        )
        cells.append((tuple(shown for shown, _ in values), course))
    return _answer(request, SimulatedCourses(scans, tuple(cells)), as_json=as_json)


@dataclass(frozen=True, eq=False)
class SimulatedCourses:
    """Courses at each combination of scanned constants; one where nothing is scanned.

    Attributes:
        scans: none, one or two.
        cells: (values as written, course) pairs.
    """

    scans: tuple[ScannedConstant, ...]
    cells: tuple[tuple[tuple[float, ...], Trajectory], ...]

    @property
    def labels(self) -> list[str]:
        """Scanned constants with their units."""
        return [f"{one.name} ({one.unit})" if one.unit else one.name for one in self.scans]


def _answer(request: Simulation, found: SimulatedCourses, *, as_json: bool) -> str:
    written = _write_files(request, found)
    if as_json:
        facts = [
            {
                "time_h": course.times.tolist(),
                "concentration_mM": _columns(course),
                **({"values": dict(zip(found.labels, values, strict=True))} if values else {}),
            }
            for values, course in found.cells
        ]
        return json.dumps({"courses": facts} if found.scans else facts[0])
    if request.out is None:
        return _csv(found).rstrip("\n")
    lasts = [_last_line(found, values, course) for values, course in found.cells]
    return "\n".join([*written, *lasts])


def _columns(course: Trajectory) -> dict[str, list[float]]:
    return dict(zip(course.species, course.concentrations.T.tolist(), strict=True))


def _mechanism(system: System, name: str | None) -> str:
    """Return the mechanism asked for; the only one where there is only one."""
    if name is not None:
        return name
    names = system.mechanism_names
    if len(names) > 1:
        raise InputError(
            f"{system.path}: several mechanisms; add --mechanism, one of {', '.join(names)}"
        )
    return names[0]


def _csv(found: SimulatedCourses) -> str:
    """Write courses as CSV, mM over h, those of scanned constants below each other."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    species = found.cells[0][1].species
    writer.writerow([*found.labels, "time (h)", *(f"{name} (mM)" for name in species)])
    for values, course in found.cells:
        scanned = [f"{value:g}" for value in values]
        for time, row in zip(course.times, course.concentrations, strict=True):
            writer.writerow([*scanned, f"{time:.6g}", *(f"{value:.8g}" for value in row)])
    return buffer.getvalue()


def _last_line(found: SimulatedCourses, values: tuple[float, ...], course: Trajectory) -> str:
    """Say what is there at the end."""
    scanned = "".join(
        f"{one.name} {value:g} {one.unit}".rstrip() + ", "
        for one, value in zip(found.scans, values, strict=True)
    )
    end = ", ".join(
        f"{name} {value:.3g}"
        for name, value in zip(course.species, course.concentrations[-1], strict=True)
    )
    return f"{scanned}at {course.times[-1]:g} h, mM: {end}"


def _write_files(request: Simulation, found: SimulatedCourses) -> list[str]:
    """Write the table and the figure that were asked for; return a line for each."""
    lines = []
    if request.out is not None:
        content = _csv(found).encode()
        write_requested(request.out, content, _is_our_table, force=request.force)
        lines.append(f"wrote {request.out}")
    if request.plot is not None:
        kind = request.plot.suffix.lstrip(".").lower()
        if kind not in ("png", "svg", "pdf"):
            raise InputError(
                f"--plot: '{request.plot}' is no figure file; end it in .png, .svg or .pdf"
            )
        with io.BytesIO() as buffer:
            told = {"Software" if kind == "png" else "Creator": _MARK}
            _figure(request, found).savefig(buffer, format=kind, dpi=300, metadata=told)
            write_requested(request.plot, buffer.getvalue(), _is_our_picture, force=request.force)
        lines.append(f"wrote {request.plot}")
    return lines


def _is_our_table(content: bytes) -> bool:
    """Tell whether a table is one of this command: so many equidistant times from 0 on."""
    first, _, behind = content.decode(errors="replace").partition("\n")
    heads, rows = first.split(","), behind.splitlines()
    if not rows or len(rows) % POINTS or "time (h)" not in heads[:3]:
        return False
    at = heads.index("time (h)")
    try:
        times = np.array([float(row.split(",")[at]) for row in rows])
    except (ValueError, IndexError):
        return False
    even = np.tile(np.linspace(0, times[-1], POINTS), len(rows) // POINTS)
    return bool(np.allclose(times, even, rtol=1e-5, atol=1e-5 * times[-1]))


def _is_our_picture(content: bytes) -> bool:
    return _MARK.encode() in content


def _figure(request: Simulation, found: SimulatedCourses) -> Figure:
    """Draw simulated courses, one panel a species, in the unit that the time was written in."""
    # Slow to import, and not needed for numbers.
    from assemblysim.commands.simulating.scan_figure import scan_figure
    from assemblysim.report.figures.figures import course_figure

    time, hours = known_unit(request.until, "h") or ("h", 1.0)
    shown = [(values, _panels(course, time, hours)) for values, course in found.cells]
    if found.scans:
        return scan_figure(found.labels, shown)
    return course_figure(shown[0][1], {}, log_time=False)


def _panels(course: Trajectory, time: str, hours: float) -> StoredCourse:
    from assemblysim.report.content.stored import Curve, StoredCourse

    nothing = np.zeros((3, 0))
    curves = tuple(
        Curve(name, True, "mM", np.tile(column, (5, 1)), nothing, nothing[:2], None)
        for name, column in zip(course.species, course.concentrations.T, strict=True)
    )
    return StoredCourse("simulation", course.times / hours, curves, time)
