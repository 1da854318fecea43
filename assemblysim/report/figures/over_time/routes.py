"""The fraction of each route over time with its 95 % band, a panel for each product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.content.words import formula
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import HUES, Look
from assemblysim.report.figures.drawing import PANEL_COLUMNS, panels, styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps
from assemblysim.result.courses import AssemblyCourses

MOST_PANELS = 8
_PLAIN = Look(HUES[0], "-")


@dataclass(frozen=True, eq=False)
class RoutePanel:
    """One product under one mechanism.

    Attributes:
        product: a species.
        where: what the panel says of mechanism and experiment.
        times: shape (T,), h.
        bands: of each step that makes it, shape (5, T), from 0 to 1.
    """

    product: str
    where: str
    times: Floats
    bands: Mapping[str, Floats]


def route_panels(found: AssemblyCourses, where: str) -> tuple[RoutePanel, ...]:
    """Return a panel for each product of which fractions are known."""
    products = dict.fromkeys(product for product, _ in found.routes)
    panels_of = (
        RoutePanel(
            product,
            where,
            found.times,
            {
                step: found.fractions[:, :, i]
                for i, (made, step) in enumerate(found.routes)
                if made == product
            },
        )
        for product in products
    )
    return tuple(one for one in panels_of if any(np.isfinite(b).any() for b in one.bands.values()))


@styled
def route_figure(
    every: Sequence[RoutePanel], looks: Mapping[str, Look], *, log_time: bool
) -> Figure:
    """Draw which part of a product each step had made by each time, with 95 % bands.

    Args:
        every: what to draw, each in a panel.
        looks: the look of each step.
        log_time: whether the time axis is logarithmic.

    Returns:
        A figure of one column's width.
    """
    first = StoredCourse("", every[0].times, ())
    titles = [f"{formula(one.product)} {one.where}" for one in every]
    label = time_axis_label(first, log_time=log_time)
    figure, axes_of = panels(titles, label, row_cm=3.6, gaps=(0.16, 0.36))
    for i, (axes, one) in enumerate(zip(axes_of, every, strict=True)):
        course = StoredCourse("", one.times, ())
        time_axis(axes, course, (), log_time=log_time)
        if log_time:
            axes.set_xlim(left=_first_known(one))
        for step, band in one.bands.items():
            _draw(axes, one.times, 100 * band, looks.get(step, _PLAIN), step)
        axes.set_ylim(0, 100)
        if i % PANEL_COLUMNS:
            axes.tick_params(labelleft=False)
        else:
            axes.set_ylabel("made so far (%)")
    return figure


def _first_known(one: RoutePanel) -> float:
    known = np.logical_or.reduce([np.isfinite(band[2]) for band in one.bands.values()])
    return float(one.times[known & (one.times > 0)][0])


def _draw(axes: Axes, times: Floats, band: Floats, look: Look, step: str) -> None:
    shown = visible_steps(axes, times, band)
    if not len(shown):
        return
    lower, _, median, _, upper = band[:, shown]
    axes.fill_between(times[shown], lower, upper, color=look.colour, alpha=0.22, linewidth=0)
    axes.plot(times[shown], median, color=look.colour, linestyle=look.dash)
    # Named on its line, in the middle of the panel, on the side where there is room.
    place = len(shown) * 3 // 5
    above = median[place] < 50 if len(median) else True
    axes.annotate(
        step.replace("_", " "), (times[shown][place], median[place]),
        xytext=(0, 3 if above else -3),
        textcoords="offset points", ha="center", va="bottom" if above else "top",
        color=look.colour, size=6.5,
    )  # fmt: skip


def describe_routes(every: Sequence[RoutePanel]) -> str:
    """Say what each step had made when the fractions begin to be known, and at the end."""
    parts = []
    for one in every:
        for step, band in one.bands.items():
            known = np.flatnonzero(np.isfinite(band[2]))
            if len(known):
                begin, end = known[0], known[-1]
                parts.append(
                    f"{step} made {100 * band[2, begin]:.0f} % of {formula(one.product)} "
                    f"{one.where} by {one.times[begin]:.2g} h and {100 * band[2, end]:.0f} % "
                    f"({100 * band[0, end]:.0f} to {100 * band[4, end]:.0f} %) by "
                    f"{one.times[end]:.3g} h"
                )
    return f"Fraction of each route over time with 95 % bands: {'; '.join(parts)}."
