"""All species of one experiment in one panel, as papers show a distribution of species."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.report.content.words import formula, number
from assemblysim.report.figures.appearance import CM, FAINT, HUES, ONE_COLUMN_CM, Look
from assemblysim.report.figures.drawing import styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps

_HEIGHT_CM, _LEGEND_CM, _ABREAST = 5.6, 0.36, 4
# Species with a look of their own; more are grey lines without a name.
MOST_NAMED = len(HUES)
# Of the tallest species that forms: one that starts higher takes part up to this.
_TALLEST_START = 1.6
_PLAIN = Look(HUES[0], "-")


def shown_species(course: StoredCourse) -> tuple[Curve, ...]:
    """Return the species that one panel holds, the most abundant first.

    What is put in and stays far above all that forms would press it flat, and is left out; so is
    what never is there.
    """
    known = [one for one in course.concentrations if np.isfinite(one.band[2]).any()]
    there = [one for one in known if _peak(one) > 0]
    top = panel_top(course)
    inside = [one for one in there if float(np.nanmin(one.band[2])) <= top]
    return tuple(sorted(inside, key=lambda one: -min(_peak(one), top)))


def panel_top(course: StoredCourse) -> float:
    """Return the highest concentration that the panel shows."""
    peaks = {one.name: _peak(one) for one in course.concentrations}
    formed = [p for one in course.concentrations if (p := peaks[one.name]) > 2 * _start(one)]
    tallest = max(formed, default=0.0)
    if tallest <= 0:
        return max(peaks.values(), default=1e-12)
    return max([tallest, *(p for p in peaks.values() if p <= _TALLEST_START * tallest)])


def _peak(curve: Curve) -> float:
    return float(np.nanmax(curve.band[2], initial=0.0))


def _start(curve: Curve) -> float:
    return float(np.nan_to_num(curve.band[2, 0]))


@styled
def species_figure(
    course: StoredCourse,
    looks: Mapping[str, Look],
    *,
    log_time: bool,
    sampled: Sequence[float] = (),
) -> Figure:
    """Draw medians and 95 % bands of the concentrations of all species in one panel.

    Args:
        course: what is stored of one mechanism in one experiment.
        looks: the look of each species.
        log_time: whether the time axis is logarithmic.
        sampled: h, times of samples; marked where nothing was read.
    """
    every = shown_species(course)
    named, others = every[:MOST_NAMED], every[MOST_NAMED:]
    lines = -(-len(named) // _ABREAST)
    height = _HEIGHT_CM + _LEGEND_CM * lines
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, height * CM), layout="constrained")
    axes = figure.add_subplot()
    time_axis(axes, course, sampled, log_time=log_time)
    for curve in others:
        shown = visible_steps(axes, course.times, curve.band)
        axes.plot(course.times[shown], curve.band[2, shown], color=FAINT, linewidth=0.4, alpha=0.6)
    for curve in named:
        _draw(axes, course, curve, looks.get(curve.name, _PLAIN))
    axes.set_ylim(0, 1.08 * panel_top(course))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
    axes.set_ylabel(course.concentrations[0].axis)
    axes.set_xlabel(time_axis_label(course, log_time=log_time))
    if named:
        figure.legend(loc="outside upper center", ncols=min(_ABREAST, len(named)),
                      handlelength=1.8, columnspacing=1.2)  # fmt: skip
    return figure


def _draw(axes: Axes, course: StoredCourse, curve: Curve, look: Look) -> None:
    shown = visible_steps(axes, course.times, curve.band)
    lower, _, median, _, upper = curve.band[:, shown]
    axes.fill_between(course.times[shown], lower, upper, color=look.colour, alpha=0.2, linewidth=0)
    axes.plot(
        course.times[shown], median, color=look.colour, linestyle=look.dash,
        label=formula(curve.name),
    )  # fmt: skip


def describe_species(mechanism: str, course: StoredCourse) -> str:
    """Say what the figure shows: what is most abundant, and when."""
    parts = []
    for curve in shown_species(course)[:MOST_NAMED]:
        peak = int(np.nanargmax(curve.band[2]))
        parts.append(
            f"{formula(curve.name)} is largest, {number(curve.band[2, peak])}, at "
            f"{number(course.times[peak])} h"
        )
    return (
        f"All species in one panel under mechanism {mechanism}, {course.experiment}: "
        f"{course.concentrations[0].axis} with 95 % bands. Medians: {'; '.join(parts)}."
    )
