"""What ``predict`` writes of concentrations and yields: a table, a figure, and the end in words."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.writing.requested import write_requested
from assemblysim.files.writing.spreadsheets import csv_table
from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.result.courses import QUANTILES
from assemblysim.study.questions.predicted_course import PredictedCourse

KINDS = ("svg", "png", "pdf")
_MARK = "assemblysim predict"  # in the metadata of pictures
_SHOWN = (2, 0, 4)  # median and the ends of 95 %
# Of the block: species that hold less at the end, in the median and above it, are not named.
_LEAST = 0.01
_MOST_LINES = 12


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


def written_course(course: PredictedCourse, files: CourseFiles) -> list[str]:
    """Write what was asked for; return a line for each file."""
    lines = []
    if files.out is not None:
        content = course_table(course).encode()
        write_requested(files.out, content, _is_our_table, force=files.force)
        lines.append(f"wrote {files.out}")
    if files.plot is not None:
        content = _picture(course, files.kind)
        write_requested(files.plot, content, lambda old: _MARK.encode() in old, force=files.force)
        lines.append(f"wrote {files.plot}")
    return lines


def _is_our_table(content: bytes) -> bool:
    head = content.partition(b"\n")[0]
    return head.startswith(b"time (h),") and b" median," in head and head.endswith(b" % quantile")


def course_table(course: PredictedCourse) -> str:
    """Return a course as CSV: medians and 95 % bands of concentrations, then of yields."""
    heads, columns = ["time (h)"], [course.times]
    kinds = [(course.concentrations, course.unit)]
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


def end_words(course: PredictedCourse) -> str:
    """Say what is there at the end, the largest first: concentrations and yields with bands."""
    last = course.concentrations[:, -1]
    held = course.yields[:, -1] if course.block else last / max(float(last.max()), 1e-300)
    named = [i for i in np.argsort(-held[2]) if held[4, i] >= _LEAST][:_MOST_LINES]
    lines = [f"At {course.times[-1]:.4g} h, all mechanisms in play (median, 95 % interval):"]
    width = max((len(course.species[i]) for i in named), default=0)
    for i in named:
        middle, low, high = (last[k, i] for k in _SHOWN)
        line = (
            f"  {course.species[i]:<{width}}  {middle:.3g} {course.unit} ({low:.3g} to {high:.3g})"
        )
        if course.block and held[4, i] > 0:
            middle, low, high = (100 * held[k, i] for k in _SHOWN)
            line += f", {middle:.3g} % of {course.block} ({low:.3g} to {high:.3g})"
        lines.append(line)
    if course.failed:
        lines.append(f"  {course.failed} draws could not be followed to the end and are left out")
    return "\n".join(lines)


def _picture(course: PredictedCourse, kind: str) -> bytes:
    # Slow to import, and not needed for numbers.
    from assemblysim.report.figures.figures import course_figure

    nothing = np.zeros((3, 0))
    curves = tuple(
        Curve(
            name,
            False,
            f"concentration ({course.unit})",
            course.concentrations[:, :, i],
            nothing,
            nothing[:2],
            None,
        )
        for i, name in enumerate(course.species)
    )
    shown = StoredCourse(course.experiment, course.times, curves)
    with io.BytesIO() as buffer:
        told = {"Software" if kind == "png" else "Creator": _MARK}
        course_figure(shown, {}, log_time=False).savefig(
            buffer, format=kind, dpi=300, metadata=told
        )
        return buffer.getvalue()
