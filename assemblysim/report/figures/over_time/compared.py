"""Experiments over each other: each signal in a panel, data and bands of every experiment in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from textwrap import fill

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.language import listed
from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.report.content.words import formula
from assemblysim.report.figures.alternatives import ending
from assemblysim.report.figures.appearance import HUES, MARKERS, ONE_COLUMN_CM, PAPER
from assemblysim.report.figures.drawing import PANEL_COLUMNS, panels, styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps

# Experiments that can be told apart in one panel.
MOST_OVERLAID = len(HUES)
_LEGEND_CM = 0.42


def comparable_signals(courses: Sequence[StoredCourse]) -> tuple[str, ...]:
    """Return the signals that two experiments or more show on one axis, in the order of these."""
    axes: dict[str, list[str]] = {}
    for course in courses:
        for curve in course.curves:
            if curve.measured:
                axes.setdefault(curve.name, []).append(curve.axis)
    return tuple(name for name, found in axes.items() if found.count(found[0]) > 1)


@styled
def compared_figure(courses: Sequence[StoredCourse], *, log_time: bool) -> Figure:
    """Draw the signals that experiments share, one panel a signal, one colour an experiment.

    Args:
        courses: one for each experiment, under one mechanism; at most `MOST_OVERLAID`.
        log_time: whether the time axis is logarithmic.
    """
    names = comparable_signals(courses)
    longest = max(courses, key=lambda one: float(one.times[-1]))
    whole = replace(longest, curves=tuple(c for one in courses for c in one.curves if c.measured))
    label = time_axis_label(longest, log_time=log_time)
    figure, every = panels([formula(name) for name in names], label)
    for i, (axes, name) in enumerate(zip(every, names, strict=True)):
        time_axis(axes, whole, (), log_time=log_time)
        found = [(place, one, curve) for place, one, curve in _having(courses, name)]
        for place, course, curve in found:
            _draw(axes, course, curve, place)
        axes.set_ylim(0, 1.06 * max(_tallest(curve) for _, _, curve in found))
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
        if i % PANEL_COLUMNS == 0:
            axes.set_ylabel(fill(found[0][2].axis, 18), linespacing=1.0)
    _legend(figure, every)
    return figure


def _having(courses: Sequence[StoredCourse], name: str) -> list[tuple[int, StoredCourse, Curve]]:
    """Return the experiments that show a signal on the axis of the first that does."""
    found = [
        (place, one, curve)
        for place, one in enumerate(courses)
        for curve in one.curves
        if curve.measured and curve.name == name
    ]
    return [one for one in found if one[2].axis == found[0][2].axis]


def _legend(figure: Figure, every: Sequence[Axes]) -> None:
    """Name the experiments above the panels, which make room for it."""
    known: dict[str, Artist] = {}
    for axes in every:
        handles, labels = axes.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    columns = min(len(known), 3)
    lines = -(-len(known) // columns)
    old = figure.get_size_inches()[1]
    new = old + _LEGEND_CM * lines / 2.54
    places = [axes.get_position() for axes in every]
    figure.set_size_inches(ONE_COLUMN_CM / 2.54, new)
    for axes, box in zip(every, places, strict=True):
        axes.set_position((box.x0, box.y0 * old / new, box.width, box.height * old / new))
    figure.legend(list(known.values()), list(known), loc="upper center", ncols=columns,
                  handlelength=1.8, columnspacing=1.2)  # fmt: skip


def _draw(axes: Axes, course: StoredCourse, curve: Curve, place: int) -> None:
    colour, marker = HUES[place % len(HUES)], MARKERS[place % len(MARKERS)]
    shown = visible_steps(axes, course.times, curve.band)
    lower, _, median, _, upper = curve.band[:, shown]
    axes.fill_between(course.times[shown], lower, upper, color=colour, alpha=0.2, linewidth=0)
    axes.plot(
        course.times[shown], median, color=colour, marker=marker, markevery=[], mec=PAPER,
        mew=0.4, ms=3.2, label=course.experiment,
    )  # fmt: skip
    times, values = curve.measurements
    axes.plot(times, values, marker, color=colour, mec=PAPER, mew=0.4, ms=3.2, zorder=4)


def _tallest(curve: Curve) -> float:
    found = [float(np.nanmax(curve.band[3], initial=0.0)), 2 * (curve.limit or 0.0), 1e-12]
    if curve.measurements.shape[1]:
        found.append(float(np.nanmax(curve.measurements[1], initial=0.0)))
    return max(found)


def describe_compared(mechanism: str, courses: Sequence[StoredCourse]) -> str:
    """Say which experiments lie over each other, and where each signal ends in them."""
    ends = [
        f"{formula(name)} ends at "
        + listed(
            [f"{ending(c.band[2])} in {one.experiment}" for _, one, c in _having(courses, name)]
        )
        for name in comparable_signals(courses)
    ]
    return (
        f"Data and 95 % bands of {listed([one.experiment for one in courses])} over each other, "
        f"under mechanism {mechanism}, a panel for each signal. Medians: {'; '.join(ends)}."
    )
