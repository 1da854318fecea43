"""All that was measured in one panel, with data and bands, as papers show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.report.content.words import formula
from assemblysim.report.figures.appearance import CM, HUES, ONE_COLUMN_CM, PAPER, Look
from assemblysim.report.figures.drawing import styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps

_HEIGHT_CM, _LEGEND_CM, _ABREAST = 5.6, 0.36, 4
_PLAIN = Look(HUES[0], "-")


def overlaid(course: StoredCourse) -> tuple[Curve, ...]:
    """Return the curves that are drawn over each other: the measured ones, or where none is all."""
    return tuple(c for c in course.curves if c.measured) or course.curves


@styled
def overview_figure(
    course: StoredCourse,
    looks: Mapping[str, Look],
    *,
    log_time: bool,
    sampled: Sequence[float] = (),
) -> Figure:
    """Draw measurements, medians and 95 % bands of the signals of one experiment in one panel.

    Args:
        course: what is stored of it under one mechanism.
        looks: the look of each signal.
        log_time: whether the time axis is logarithmic.
        sampled: h, times that statements are about; marked where nothing was read.
    """
    curves = overlaid(course)
    lines = -(-len(curves) // _ABREAST)
    height = _HEIGHT_CM + _LEGEND_CM * lines
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, height * CM), layout="constrained")
    axes = figure.add_subplot()
    time_axis(axes, course, sampled, log_time=log_time)
    for curve in curves:
        _curve(axes, course, curve, looks.get(curve.name, _PLAIN))
    axes.set_ylim(0, 1.05 * max(_tallest(curve) for curve in curves))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
    axes.set_ylabel(curves[0].axis)
    axes.set_xlabel(time_axis_label(course, log_time=log_time))
    figure.legend(loc="outside upper center", ncols=min(_ABREAST, len(curves)), handlelength=1.8,
                  columnspacing=1.2)  # fmt: skip
    return figure


def _curve(axes: Axes, course: StoredCourse, curve: Curve, look: Look) -> None:
    shown = visible_steps(axes, course.times, curve.band)
    lower, _, median, _, upper = curve.band[:, shown]
    axes.fill_between(course.times[shown], lower, upper, color=look.colour, alpha=0.2, linewidth=0)
    times, values = curve.measurements
    label = formula(curve.name)
    axes.plot(
        course.times[shown], median, color=look.colour, linestyle=look.dash, marker=look.marker,
        markevery=[], mec=PAPER, mew=0.4, ms=3.4, label=label,
    )  # fmt: skip
    if len(times):
        axes.plot(
            times, values, look.marker, color=look.colour, mec=PAPER, mew=0.4, ms=3.4, zorder=4,
            clip_on=False,
        )  # fmt: skip


def _tallest(curve: Curve) -> float:
    """Return what has to fit: the measurements, and the median with the narrower band."""
    found = [float(np.nanmax(curve.band[3], initial=0.0)), 1e-12]
    if curve.measurements.shape[1]:
        found.append(float(np.nanmax(curve.measurements[1], initial=0.0)))
    return max(found)
