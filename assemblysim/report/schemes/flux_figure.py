"""The net flux of every step over time, a panel for each, from stored values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import FAINT, HUES, LINE, Look
from assemblysim.report.figures.drawing import PANEL_COLUMNS, panels, styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps
from assemblysim.result.predictions import FluxResult

# A band may leave its panel where it reaches beyond so many times the largest median.
_MOST = 3.0
_PLAIN = Look(HUES[0], "-")


@styled
def flux_figure(
    flux: FluxResult,
    looks: Mapping[str, Look],
    titles: Mapping[str, str] = MappingProxyType({}),
    *,
    log_time: bool,
) -> Figure:
    """Draw the median net flux of every step with its 95 % band, one panel a step.

    Args:
        flux: as stored: names of the N steps, T times (h), and the median, lower and upper net
            flux, shape (T, N), in ``unit``; below 0 where the step runs back.
        looks: the look of each step.
        titles: what people read in place of a step's name.
        log_time: whether the time axis is logarithmic.

    Returns:
        A figure of one column's width.
    """
    course = StoredCourse("", flux.times_h, ())
    bands = np.array([flux.lower, flux.median, flux.upper])
    names = [titles.get(name, name.replace("_", " ")) for name in flux.steps]
    label = time_axis_label(course, log_time=log_time)
    figure, every = panels(names, label, gaps=(0.36, 0.38))
    for i, (axes, name) in enumerate(zip(every, flux.steps, strict=True)):
        time_axis(axes, course, (), log_time=log_time)
        _panel(axes, course.times, bands[:, :, i], looks.get(name, _PLAIN))
        if i % PANEL_COLUMNS == 0:
            axes.set_ylabel(f"net flux ({flux.unit})")
    return figure


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
