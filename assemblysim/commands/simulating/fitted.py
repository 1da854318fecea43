"""The command ``simulate`` on a fitted study: numbers of the fit, with the data over them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assemblysim.commands.predicting.predicted_course import (
    CourseFiles,
    is_our_picture,
    picture_content,
)
from assemblysim.commands.predicting.shown_units import ShownUnits, shown_units
from assemblysim.commands.study_commands import read_saying, results_folder
from assemblysim.errors import InputError
from assemblysim.files.writing.requested import write_requested
from assemblysim.files.writing.spreadsheets import csv_table
from assemblysim.report.content.stored import StoredCourse, course_of, without_nothing
from assemblysim.report.content.words import formula
from assemblysim.result.courses import QUANTILES, Courses
from assemblysim.result.on_disk import stored_result
from assemblysim.result.summary import StudyResult
from assemblysim.study.problem.options import read_quantity
from assemblysim.study.questions.simulated_fit import (
    FitSimulation,
    SimulatedFit,
    simulated_fit,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = (2, 0, 4)  # of the quantiles: median and the ends of 95 %
_MOST_SAID = 8


@dataclass(frozen=True)
class FittedRequest:
    """What is to be simulated of a study.

    Attributes:
        path: the study's folder.
        results: folder of its results; None for its own.
        wanted: the mechanism, its numbers and what of them is changed; no time yet.
        until: how long, with its unit; None as long as the experiment was.
        files: where courses go.
    """

    path: Path
    results: Path | None
    wanted: FitSimulation
    until: str | None
    files: CourseFiles


def simulate_study(request: FittedRequest, *, as_json: bool) -> str:
    """Simulate a fit, write what was asked for, and return what to print.

    Raises:
        InputError: there is no stored fit, or something asked does not fit it.
        RunError: a file cannot be written.
    """
    until = None if request.until is None else read_quantity(request.until, "h", "--until")
    if until is not None and until <= 0:
        raise InputError(f"--until: {request.until} is not after the start; write one such as 48 h")
    folder = results_folder(request.path, request.results)
    result = stored_result(folder, request.path)
    study = read_saying(request.path)
    found = simulated_fit(study, folder, replace(request.wanted, until=until))
    cells = tuple((values, without_nothing(one, result)) for values, one in found.cells)
    found = replace(found, cells=cells)
    units = shown_units(study, request.until, request.wanted.initial)
    files, lines = request.files, []
    table = _table(found, units, draws=request.wanted.numbers == "draws")
    if files.out is not None:
        write_requested(files.out, table.encode(), _is_our_table, force=files.force)
        lines.append(f"wrote {files.out}")
    if files.plot is not None:
        content = picture_content(_figure(found, result, units), files.kind)
        write_requested(files.plot, content, is_our_picture, force=files.force)
        lines.append(f"wrote {files.plot}")
    if as_json:
        return json.dumps(_facts(found))
    if files.out is None and files.plot is None:
        return table.rstrip("\n")
    return "\n".join([*lines, *_ends(found, units, request.wanted)])


def _labels(found: SimulatedFit) -> list[str]:
    return [f"{one.name} ({one.unit})" if one.unit else one.name for one in found.scans]


def _table(found: SimulatedFit, units: ShownUnits, *, draws: bool) -> str:
    """Return courses as CSV: species in mM, then signals as they are read, below each other."""
    first = found.cells[0][1]
    heads = [*_labels(found), f"time ({units.time})"]
    levels = _SHOWN if draws else _SHOWN[:1]
    kinds = [(name, units.concentration) for name in first.species]
    kinds += [(f"signal {name}", first.display_unit) for name in first.signals]
    for name, unit in kinds:
        for level in levels:
            which = "" if not draws else " median" if level == 2 else _quantile(level)
            heads.append(f"{name} ({unit}){which}")
    rows: list[list[str]] = [heads]
    for values, courses in found.cells:
        amounts = courses.concentrations / units.inside
        columns = [amounts[k, :, i] for i in range(amounts.shape[2]) for k in levels]
        columns += [courses.expected[k, :, i] for i in range(len(courses.signals)) for k in levels]
        for t, time in enumerate(courses.times):
            numbers = [time / units.hours, *(column[t] for column in columns)]
            texts = [f"{one:.8g}" if np.isfinite(one) else "" for one in numbers]
            rows.append([*(f"{one:g}" for one in values), *texts])
    return csv_table(rows)


def _quantile(level: int) -> str:
    return f" {100 * QUANTILES[level]:g} % quantile"


def _is_our_table(content: bytes) -> bool:
    head = content.partition(b"\n")[0]
    return b"time (" in head and b",signal " in head


def _shown(courses: Courses, result: StudyResult, units: ShownUnits) -> StoredCourse:
    """Return the panels of courses in the unit of time that was asked in."""
    course = course_of(courses, result)
    if units.time == "h":
        return course
    curves = tuple(
        replace(
            one,
            scatter=one.scatter / np.array([[units.hours], [1.0], [1.0]]),
            measurements=one.measurements / np.array([[units.hours], [1.0]]),
        )
        for one in course.curves
    )
    return StoredCourse(course.experiment, course.times / units.hours, curves, units.time)


def _figure(found: SimulatedFit, result: StudyResult, units: ShownUnits) -> Figure:
    from assemblysim.commands.simulating.scan_figure import scan_figure  # slow to import
    from assemblysim.report.figures.figures import course_figure

    shown = [(values, _shown(courses, result, units)) for values, courses in found.cells]
    if not found.scans:
        return course_figure(shown[0][1], {}, log_time=False)
    return scan_figure(_labels(found), shown)


def _ends(found: SimulatedFit, units: ShownUnits, wanted: FitSimulation) -> list[str]:
    """Say what there is at the end of each course."""
    lines = [f"{found.mechanism}, {_NAMED[wanted.numbers]}"]
    for values, courses in found.cells[:_MOST_SAID]:
        last = courses.concentrations[2, -1] / units.inside
        amounts = ", ".join(
            f"{formula(name)} {value:.3g}"
            for name, value in zip(courses.species, last, strict=True)
        )
        scanned = "".join(
            f"{one.name} {value:g} {one.unit}".rstrip() + ", "
            for one, value in zip(found.scans, values, strict=True)
        )
        end = f"{courses.times[-1] / units.hours:.4g} {units.time}"
        lines.append(f"{scanned}at {end}, {units.concentration}: {amounts}")
    if len(found.cells) > _MOST_SAID:
        lines.append(f"and {len(found.cells) - _MOST_SAID} more")
    return lines


_NAMED = {
    "median": "at the posterior's medians",
    "best": "at the best point that was found",
    "draws": "medians over draws of the posterior",
}


def _facts(found: SimulatedFit) -> dict[str, object]:
    """Return medians for machines, times in h."""
    return {
        "mechanism": found.mechanism,
        "scanned": [one.name for one in found.scans],
        "courses": [
            {
                "values": list(values),
                "time_h": one.times.tolist(),
                "concentration": _by_name(one.species, one.concentrations[2]),
                "signals": _by_name(one.signals, one.expected[2]),
                "unit_of_signals": one.display_unit,
            }
            for values, one in found.cells
        ],
    }


def _by_name(names: tuple[str, ...], values: np.ndarray) -> dict[str, list[float | None]]:
    return {
        name: [one if np.isfinite(one) else None for one in column]
        for name, column in zip(names, values.T.tolist(), strict=True)
    }
