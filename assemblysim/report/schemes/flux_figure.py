"""The net flux of every step over time, a panel for each, from stored values."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import CM, FAINT, HUES, LINE, ONE_COLUMN_CM, Look
from assemblysim.report.figures.drawing import styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps
from assemblysim.result.predictions import FluxResult

_COLUMNS = 2
_ROW_CM = 2.7
# A band may leave its panel where it reaches beyond so many times the largest median.
_MOST = 3.0
_PLAIN = Look(HUES[0], "-")


def flux_figure(flux: FluxResult, looks: Mapping[str, Look], *, log_time: bool) -> Figure:
    """Draw the median net flux of every step with its 95 % band, one panel a step.

    Args:
        flux: as stored: names of the N steps, T times (h), and the median, lower and upper net
            flux, shape (T, N), in ``unit``; below 0 where the step runs back.
        looks: the look of each step.
        log_time: whether the time axis is logarithmic.

    Returns:
        A figure of one column's width.
    """
    course = StoredCourse("", flux.times_h, ())
    bands = np.array([flux.lower, flux.median, flux.upper])

    def draw() -> Figure:
        rows = math.ceil(len(flux.steps) / _COLUMNS)
        height = 0.85 + _ROW_CM * rows
        figure = Figure(figsize=(ONE_COLUMN_CM * CM, height * CM))
        grid = figure.add_gridspec(
            rows, _COLUMNS, left=1.35 / ONE_COLUMN_CM, right=1 - 0.2 / ONE_COLUMN_CM,
            bottom=0.85 / height, top=1 - 0.5 / height, wspace=0.36, hspace=0.38,
        )  # fmt: skip
        for i, name in enumerate(flux.steps):
            axes = figure.add_subplot(grid[divmod(i, _COLUMNS)])
            time_axis(axes, course, (), log_time=log_time)
            _panel(axes, course.times, bands[:, :, i], looks.get(name, _PLAIN))
            axes.text(0, 1.05, name.replace("_", " "), transform=axes.transAxes, size=7.5)
            if i % _COLUMNS == 0:
                axes.set_ylabel(f"net flux ({flux.unit})")
            if i + _COLUMNS < len(flux.steps):
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(time_axis_label(course, log_time=log_time))
        return figure

    return styled(draw)


def _panel(axes: Axes, times: Floats, band: Floats, look: Look) -> None:
    """Draw the band, shape (3, T), of one step."""
    shown = visible_steps(axes, times, band)
    if not len(shown):
        axes.text(0.5, 0.5, "not known", transform=axes.transAxes, ha="center", color=FAINT)
        return
    low, middle, high = band[:, shown]
    axes.axhline(0, color=LINE, linewidth=0.6, zorder=0)
    axes.fill_between(times[shown], low, high, color=look.colour, alpha=0.28, linewidth=0)
    axes.plot(times[shown], middle, color=look.colour, linestyle=look.dash)
    size = _MOST * max(float(np.abs(middle).max()), 1e-12)
    bottom, top = max(float(low.min()), -size), min(float(high.max()), size)
    room = 0.06 * max(top - min(bottom, 0.0), 1e-12)
    axes.set_ylim(bottom - room if bottom < 0 else 0.0, top + room)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
