"""The fraction of each route over time with its 95 % band, a panel for each product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.content.words import formula
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import CM, HUES, ONE_COLUMN_CM, Look
from assemblysim.report.figures.drawing import PANEL_COLUMNS, panels, styled
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps
from assemblysim.result.courses import AssemblyCourses

MOST_PANELS = 8
_SINGLE_CM = 5.2
# Of a panel's width and height: names keep so far from the edges.
_MIDDLE, _LOW = 0.18, 0.1
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


def route_panels(
    found: AssemblyCourses, where: str, titles: Mapping[str, str] = MappingProxyType({})
) -> tuple[RoutePanel, ...]:
    """Return a panel for each product of which fractions are known, steps by their titles."""
    products = dict.fromkeys(product for product, _ in found.routes)
    panels_of = (
        RoutePanel(
            product,
            where,
            found.times,
            {
                titles.get(step, step): found.fractions[:, :, i]
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
    titles = [f"{formula(one.product)} {one.where}".rstrip() for one in every]
    label = time_axis_label(StoredCourse("", every[0].times, ()), log_time=log_time)
    figure, axes_of = _panels(titles, label)
    for i, (axes, one) in enumerate(zip(axes_of, every, strict=True)):
        time_axis(axes, StoredCourse("", one.times, ()), (), log_time=log_time)
        if log_time:
            axes.set_xlim(left=first_known(one))
        place = _farthest_apart(axes, one)
        for step, band in one.bands.items():
            _draw(axes, one.times, 100 * band, looks.get(step, _PLAIN))
            _name(axes, one, step, place, looks.get(step, _PLAIN))
        axes.set_ylim(0, 100)
        if i % PANEL_COLUMNS:
            axes.tick_params(labelleft=False)
        else:
            axes.set_ylabel("made so far (%)")
    return figure


def _panels(titles: Sequence[str], label: str) -> tuple[Figure, list[Axes]]:
    """Return panels two abreast; a single one takes the whole width."""
    if len(titles) > 1:
        return panels(titles, label, row_cm=3.6, gaps=(0.16, 0.36))
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, _SINGLE_CM * CM), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(titles[0], loc="left")
    axes.set_xlabel(label)
    return figure, [axes]


def first_known(one: RoutePanel) -> float:
    """Return from when on a fraction is known, h."""
    known = np.logical_or.reduce([np.isfinite(band[2]) for band in one.bands.values()])
    return float(one.times[known & (one.times > 0)][0])


def _draw(axes: Axes, times: Floats, band: Floats, look: Look) -> None:
    shown = visible_steps(axes, times, band)
    if not len(shown):
        return
    lower, _, median, _, upper = band[:, shown]
    axes.fill_between(times[shown], lower, upper, color=look.colour, alpha=0.22, linewidth=0)
    axes.plot(times[shown], median, color=look.colour, linestyle=look.dash)


def _farthest_apart(axes: Axes, one: RoutePanel) -> int:
    """Return where, in the middle of a panel, the medians keep most room for their names."""
    middles = np.sort(np.array([band[2] for band in one.bands.values()]), axis=0)
    low, high = axes.get_xlim()
    with np.errstate(divide="ignore", invalid="ignore"):
        if axes.get_xscale() == "log":
            across = np.log(one.times / low) / np.log(high / low)
        else:
            across = (one.times - low) / (high - low)
    inside = (across > _MIDDLE) & (across < 1 - _MIDDLE) & np.isfinite(middles).all(axis=0)
    if not inside.any():
        return len(one.times) - 1
    gaps = np.diff(middles, axis=0).min(axis=0) if len(middles) > 1 else middles[0]
    return int(np.argmax(np.where(inside, gaps, -1.0)))


def _name(axes: Axes, one: RoutePanel, step: str, place: int, look: Look) -> None:
    """Write a step's name at its line: above the highest of the panel, below the others."""
    heights = {name: band[2, place] for name, band in one.bands.items()}
    if not np.isfinite(heights[step]):
        return
    above = heights[step] == max(h for h in heights.values() if np.isfinite(h))
    above = (above or heights[step] < _LOW) and heights[step] < 1 - _LOW
    axes.annotate(
        step.replace("_", " "), (one.times[place], 100 * heights[step]),
        xytext=(0, 3 if above else -3), textcoords="offset points", ha="center",
        va="bottom" if above else "top", color=look.colour, size=6.5,
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
