"""What ``predict`` writes of concentrations and yields: a table, a figure, and the end in words."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assemblysim.commands.predicting.shown_units import PLAIN, ShownUnits
from assemblysim.errors import InputError
from assemblysim.files.writing.requested import write_requested
from assemblysim.files.writing.spreadsheets import csv_table
from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.report.content.words import formula
from assemblysim.result.courses import QUANTILES
from assemblysim.study.questions.predicted_course import PredictedCourse

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("svg", "png", "pdf")
_MARK = "assemblysim predict"  # in the metadata of pictures
_SHOWN = (2, 0, 4)  # median and the ends of 95 %
# Of the block: species that hold less at the end, in the median and above it, are not named.
_LEAST = 0.01
_MOST_LINES = 12
_WHOLE = 100  # from here on three digits leave no decimal


@dataclass(frozen=True)
class CourseFiles:
    """Where a predicted course goes.

    Attributes:
        out: CSV file, or None.
        plot: figure file, or None.
        force: whether a file that this command did not write may be replaced.

    Raises:
        InputError: the figure's file is of no kind that can be drawn.
    """

    out: Path | None = None
    plot: Path | None = None
    force: bool = False

    def __post_init__(self) -> None:
        if self.plot is not None and self.kind not in KINDS:
            raise InputError(
                f"--plot: '{self.plot}' is no figure file; end it in .png, .svg or .pdf"
            )

    @property
    def kind(self) -> str:
        """Of the figure, by its name."""
        return "" if self.plot is None else self.plot.suffix.lstrip(".").lower()


NO_FILES = CourseFiles()


def written_course(
    course: PredictedCourse, files: CourseFiles, units: ShownUnits = PLAIN
) -> list[str]:
    """Write what was asked for in the units to show; return a line for each file."""
    return written_files(
        files,
        partial(course_table, course, units),
        _is_our_table,
        partial(_figure, course, units),
    )


def written_files(
    files: CourseFiles,
    table: Callable[[], str],
    is_our_table: Callable[[bytes], bool],
    figure: Callable[[], Figure],
) -> list[str]:
    """Write the table and the figure that were asked for; return a line for each file."""
    lines = []
    if files.out is not None:
        write_requested(files.out, table().encode(), is_our_table, force=files.force)
        lines.append(f"wrote {files.out}")
    if files.plot is not None:
        content = picture_content(figure(), files.kind)
        write_requested(files.plot, content, is_our_picture, force=files.force)
        lines.append(f"wrote {files.plot}")
    return lines


def _is_our_table(content: bytes) -> bool:
    head = content.partition(b"\n")[0]
    start = head.startswith(b"time (") and b",species," not in head
    return start and b" median," in head and head.endswith(b" % quantile")


def is_our_picture(content: bytes) -> bool:
    """Tell whether a picture is one of this command."""
    return _MARK.encode() in content


def course_table(course: PredictedCourse, units: ShownUnits = PLAIN) -> str:
    """Return a course as CSV: medians and 95 % bands of concentrations, then of yields."""
    heads, columns = [f"time ({units.time})"], [course.times / units.hours]
    kinds = [(course.concentrations / units.inside, units.concentration)]
    if course.block:
        kinds.append((100 * course.yields, f"% of {course.block}"))
    for values, unit in kinds:
        for i, name in enumerate(course.species):
            for k in _SHOWN:
                which = "median" if k == _SHOWN[0] else f"{100 * QUANTILES[k]:g} % quantile"
                heads.append(f"{name} ({unit}) {which}")
                columns.append(values[k, :, i])
    rows = [[f"{value:.6g}" for value in row] for row in np.stack(columns, axis=1)]
    return csv_table([heads, *rows])


def end_words(course: PredictedCourse, units: ShownUnits = PLAIN) -> str:
    """Say what is there at the end, the largest first: concentrations and yields with bands."""
    last = course.concentrations[:, -1] / units.inside
    held = course.yields[:, -1] if course.block else last / max(float(last.max()), 1e-300)
    named = [i for i in np.argsort(-held[2]) if held[4, i] >= _LEAST][:_MOST_LINES]
    end = f"{course.times[-1] / units.hours:.4g} {units.time}"
    lines = [f"At {end}, all mechanisms in play (median, 95 % interval):"]
    shown = {i: formula(course.species[i]) for i in named}
    width = max(map(len, shown.values()), default=0)
    for i in named:
        middle, low, high = (_digits(last[k, i]) for k in _SHOWN)
        amount = f"{middle} {units.concentration} ({low} to {high})"
        line = f"  {shown[i]:<{width}}  {amount}"
        if course.block and held[4, i] > 0:
            middle, low, high = (f"{100 * held[k, i]:.3g}" for k in _SHOWN)
            line += f", {middle} % of {course.block} ({low} to {high})"
        lines.append(line)
    if course.failed:
        lines.append(f"  {course.failed} draws could not be followed to the end and are left out")
    return "\n".join(lines)


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= _WHOLE else f"{value:.3g}"


def picture_content(figure: Figure, kind: str) -> bytes:
    """Return a figure as a file of a kind, marked as one of this command."""
    with io.BytesIO() as buffer:
        told = {"Software" if kind == "png" else "Creator": _MARK}
        figure.savefig(buffer, format=kind, dpi=300, metadata=told)
        return buffer.getvalue()


def _figure(course: PredictedCourse, units: ShownUnits) -> Figure:
    # Slow to import, and not needed for numbers.
    from assemblysim.report.figures.figures import course_figure

    nothing = np.zeros((3, 0))
    axis = f"concentration ({units.concentration})"
    bands = course.concentrations / units.inside
    curves = tuple(
        Curve(name, True, axis, bands[:, :, i], nothing, nothing[:2], None)
        for i, name in enumerate(course.species)
    )
    shown = StoredCourse(course.experiment, course.times / units.hours, curves, units.time)
    return course_figure(shown, {}, log_time=False)
