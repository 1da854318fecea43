"""The mean composition of what has assembled: one building block against the other, over time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.document.arrays import Floats, Places
from assemblysim.report.figures.appearance import (
    CM,
    FAINT,
    HUES,
    INK,
    LINE,
    ONE_COLUMN_CM,
    PAPER,
    TWO_COLUMNS_CM,
)
from assemblysim.report.figures.drawing import styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps
from assemblysim.result.courses import AssemblyCourses

_HEIGHT_CM, _ALONE_CM = 6.5, 5.9
_MARKED = 7  # times that are written beside the curve
_APART = 0.06  # of a panel: marks nearer than that are one


@styled
def composition_figure(found: AssemblyCourses, *, log_time: bool) -> Figure:
    """Draw the mean composition of a particle, block against block and each over time.

    Args:
        found: with two blocks, at some time known.
        log_time: whether the time axis is logarithmic.

    Returns:
        A figure of two columns' width: at the left the way through the plane with times on it and
        95 % intervals, at the right both numbers over time with 95 % bands.
    """
    figure = Figure(figsize=(TWO_COLUMNS_CM * CM, _HEIGHT_CM * CM), layout="constrained")
    plane, course = figure.subplots(1, 2)
    _way(plane, found)
    time_axis(course, StoredCourse("", found.times, ()), (), log_time=log_time)
    for place, block in enumerate(found.blocks):
        band = found.composition[:, :, place]
        shown = visible_steps(course, found.times, band)
        lower, _, median, _, upper = band[:, shown]
        course.fill_between(
            found.times[shown], lower, upper, color=HUES[place], alpha=0.22, linewidth=0
        )
        course.plot(found.times[shown], median, color=HUES[place], label=block)
    course.set_ylim(bottom=0)
    course.set_ylabel("blocks per particle, mean")
    course.set_xlabel(time_axis_label(StoredCourse("", found.times, ()), log_time=log_time))
    course.legend(loc="lower right")
    return figure


@styled
def composition_way_figure(found: AssemblyCourses) -> Figure:
    """Draw the way of the mean composition alone, in one column's width.

    Args:
        found: with two blocks, at some time known.
    """
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, _ALONE_CM * CM), layout="constrained")
    _way(figure.add_subplot(), found)
    return figure


def _way(axes: Axes, found: AssemblyCourses) -> None:
    """Draw the second block against the first's axis, with marked times and their intervals."""
    known = np.flatnonzero(np.isfinite(found.composition).all(axis=(0, 2)))
    blocks, times, bands = found.blocks, found.times[known], found.composition[:, known]
    metals, ligands = bands[2, :, 0], bands[2, :, 1]
    axes.plot(ligands, metals, color=INK, linewidth=1.0)
    marked = marked_places(times, ligands, metals)
    for place in marked:
        x, y = ligands[place], metals[place]
        axes.plot([bands[0, place, 1], bands[4, place, 1]], [y, y], color=FAINT, linewidth=0.6)
        axes.plot([x, x], [bands[0, place, 0], bands[4, place, 0]], color=FAINT, linewidth=0.6)
        axes.plot(x, y, "o", color=HUES[0], mec=PAPER, mew=0.5, ms=4)
        axes.annotate(_short(float(times[place])), (x, y), xytext=(4, -7),
                      textcoords="offset points", size=6)  # fmt: skip
    most = 1.12 * float(max(bands[4].max(), 1.0))
    axes.plot([0, most], [0, most], color=LINE, linewidth=0.6, zorder=0)
    axes.set_xlim(0, 1.12 * float(max(bands[4, :, 1].max(), 1.0)))
    axes.set_ylim(0, 1.12 * float(max(bands[4, :, 0].max(), 1.0)))
    axes.set_xlabel(f"{blocks[1]} per particle, mean")
    axes.set_ylabel(f"{blocks[0]} per particle, mean")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))


def marked_places(times: Floats, across: Floats, up: Floats) -> Places:
    """Return where times are written: first and last, and between them where there is room."""
    size = np.array([np.ptp(across) or 1.0, np.ptp(up) or 1.0])
    points = np.stack([across, up], axis=1) / size
    away = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    wanted = np.linspace(0.0, away[-1], _MARKED)
    kept: list[int] = []
    for place in np.searchsorted(away, wanted).clip(max=len(times) - 1).tolist():
        if not kept or np.linalg.norm(points[place] - points[kept[-1]]) > _APART:
            kept.append(place)
    return np.array(kept, dtype=np.intp)


def _short(hours: float) -> str:
    """Write a time to two digits: a mark beside a curve needs no more."""
    if hours >= 0.95:
        return f"{float(f'{hours:.2g}'):g} h"
    if hours >= 1 / 60:
        return f"{float(f'{60 * hours:.2g}'):g} min"
    return f"{float(f'{3600 * hours:.2g}'):g} s"


def describe_composition(mechanism: str, found: AssemblyCourses) -> str:
    """Say how the mean composition goes on."""
    known = np.flatnonzero(np.isfinite(found.composition).all(axis=(0, 2)))
    metals, ligands = found.composition[2, known].T
    told = [
        f"{metals[i]:.2g} {found.blocks[0]} and {ligands[i]:.2g} {found.blocks[1]} at "
        f"{_short(float(found.times[known][i]))}"
        for i in marked_places(found.times[known], ligands, metals).tolist()
    ]
    return (
        f"Mean composition of a particle of two units or more under mechanism {mechanism}, "
        f"{found.experiment}, with 95 % intervals: {'; '.join(told)}."
    )
