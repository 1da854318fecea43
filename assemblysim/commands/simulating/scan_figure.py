"""Courses at several values of one or two constants in one figure, over the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.typing import LineStyleType

from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.report.content.words import formula
from assemblysim.report.content.words import unit as typeset_unit
from assemblysim.report.figures.appearance import CM, DASHES, FAINT, INK, PAPER
from assemblysim.report.figures.drawing import PANEL_COLUMNS, panels, styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label

# One value of the first constant, and of the second, as written.
ScannedCourse = tuple[tuple[float, ...], StoredCourse]
_MEDIAN = 2  # of the five quantiles of a band
_LEGEND_CM = 0.45  # a row
# Of a sequence of hues that grey printing keeps in order: neither black nor lost on white.
_SHADES = (0.05, 0.85)


@styled
def scan_figure(labels: Sequence[str], scanned: Sequence[ScannedCourse]) -> Figure:
    """Draw one panel a species, a line for each value; the second constant changes dashes.

    Args:
        labels: of the scanned constants, with their units.
        scanned: courses of the same species at the same times.
    """
    first = scanned[0][1]
    titles = [formula(curve.name) for curve in first.curves]
    figure, every = panels(titles, time_axis_label(first, log_time=False))
    hues, dashes = _looks(scanned)
    for i, axes in enumerate(every):
        time_axis(axes, first, (), log_time=False)
        for values, course in scanned:
            line = course.curves[i].band[_MEDIAN]
            dash = dashes[values[-1]] if len(values) > 1 else "-"
            axes.plot(course.times, line, color=hues[values[0]], linestyle=dash)
        _measured(axes, first.curves[i])
        axes.set_ylim(bottom=0)
        if i % PANEL_COLUMNS == 0 or first.curves[i - 1].axis != first.curves[i].axis:
            axes.set_ylabel(fill(first.curves[i].axis, 18), linespacing=1.0)
    handles = [Line2D([], [], color=hue, label=_named(labels[0], v)) for v, hue in hues.items()]
    if len(labels) > 1:
        handles += [
            Line2D([], [], color=INK, linestyle=dash, label=_named(labels[1], value))
            for value, dash in dashes.items()
        ]
    _add_legend(figure, every, handles)
    return figure


def _named(label: str, value: float) -> str:
    name, _, unit = label.partition(" (")
    return f"{name} = {value:.3g} {typeset_unit(unit.removesuffix(')'))}".rstrip()


def _add_legend(figure: Figure, every: Sequence[Axes], handles: Sequence[Line2D]) -> None:
    """Put a legend on top of the panels, which keep their size."""
    panels_high = figure.get_figheight()
    whole = panels_high + _LEGEND_CM * math.ceil(len(handles) / PANEL_COLUMNS) * CM
    figure.set_figheight(whole)
    for axes in every:
        left, bottom, width, height = axes.get_position().bounds
        by = panels_high / whole
        axes.set_position((left, bottom * by, width, height * by))
    figure.legend(handles=handles, loc="upper center", ncols=PANEL_COLUMNS)


def _looks(
    scanned: Sequence[ScannedCourse],
) -> tuple[dict[float, str], dict[float, LineStyleType]]:
    """Return hues by values of the first constant, and dashes by those of the second."""
    first = sorted({values[0] for values, _ in scanned})
    shades = np.linspace(*_SHADES, len(first))
    hues = dict(zip(first, (to_hex(colormaps["viridis"](shade)) for shade in shades), strict=True))
    second = sorted({values[-1] for values, _ in scanned if len(values) > 1})
    return hues, dict(zip(second, DASHES, strict=False))


def _measured(axes: Axes, curve: Curve) -> None:
    times, values = curve.measurements
    axes.plot(times, values, "o", color=FAINT, mec=PAPER, mew=0.4, ms=3.2, zorder=4)
