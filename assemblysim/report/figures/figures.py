"""The figures of a study, each one function from stored values to a matplotlib figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.report.content.stored import Curve, StoredCourse
from assemblysim.report.content.words import formula, is_number, probability
from assemblysim.report.document.naming import titled
from assemblysim.report.figures.appearance import (
    CM,
    FAINT,
    HUES,
    INK,
    LINE,
    ONE_COLUMN_CM,
    PAPER,
    Look,
)
from assemblysim.report.figures.drawing import PANEL_COLUMNS, ShownFigure, panels, styled
from assemblysim.report.figures.residuals import draw_residuals
from assemblysim.report.figures.time_axis import time_axis, time_axis_label, visible_steps
from assemblysim.result.checks import ModelResiduals
from assemblysim.result.mechanism import StoredClaim
from assemblysim.result.numbers import Interval

# How a statement is marked: matplotlib's marker, and whether it is filled.
STATEMENT_MARKS = {
    "detected": ("o", True),
    "absent": ("o", False),
    "abundant": ("s", True),
    "maximum": ("D", True),
    "increasing": ("^", True),
    "decreasing": ("v", True),
    "appears between": (">", True),
    "at most of maximum": ("s", False),
    "at most of spectrum": ("D", False),
    "unmentioned": ("x", False),
}
_STATEMENT_ROW = 0.13  # of a panel's height
_PLAIN = Look(HUES[0], "-")
# Of a row of panels, and of one with strips of residuals; what the strip takes of a panel.
_ROW_CM, _TALL_ROW_CM, _STRIP = 2.7, 3.7, 0.32


@styled
def probability_figure(
    probabilities: Mapping[str, float],
    intervals: Mapping[str, Sequence[float]],
    left_open: Sequence[str] = (),
) -> Figure:
    """Draw the probabilities of mechanisms as bars with their 95 % intervals.

    Args:
        probabilities: by mechanism, 0 to 1.
        intervals: by mechanism, lower and upper end.
        left_open: mechanisms that the verdict does not exclude; drawn in full colour.

    Returns:
        The figure, the most probable mechanism on top.
    """
    height = 1.15 + 0.62 * len(probabilities)
    figure = ShownFigure(figsize=(ONE_COLUMN_CM * CM, height * CM), layout="constrained")
    axes = figure.add_subplot()
    names = sorted(probabilities, key=lambda name: -probabilities[name])
    for place, name in enumerate(names):
        fraction = probabilities[name]
        axes.barh(
            place, fraction, height=0.56, color=HUES[0], alpha=0.85 if name in left_open else 0.45
        )
        low, high = (*(intervals.get(name) or ()), fraction, fraction)[:2]
        if high > low:
            axes.plot([low, high], [place, place], color=INK, linewidth=0.9, marker="|", ms=4)
        axes.text(max(high, fraction) + 0.02, place, probability(fraction), va="center")
    axes.set_yticks(range(len(names)), [_wrapped(name) for name in names])
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.set_xlim(0, 1.14)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_bounds(0, 1)
    axes.set_xlabel("probability of the mechanism")
    return figure


@styled
def course_figure(
    course: StoredCourse,
    looks: Mapping[str, Look],
    *,
    log_time: bool,
    sampled: Sequence[float] = (),
    statements: Sequence[StoredClaim] = (),
    found: ModelResiduals | None = None,
) -> Figure:
    """Draw data and 95 % bands of one mechanism in one experiment, one panel a species.

    Args:
        course: what is stored of it.
        looks: the look of each species.
        log_time: whether the time axis is logarithmic.
        sampled: h, times that statements are about; marked where nothing was read.
        statements: what is said of signals, as stored: signal, relation, from_h, to_h; marked
            in the panel of the signal, at the top.
        found: residuals, drawn in a strip below each signal; None for none.

    Returns:
        A figure of one column's width.
    """
    titles = [formula(c.name) + ("" if c.measured else ", not observed") for c in course.curves]
    row_cm = _ROW_CM if found is None else _TALL_ROW_CM
    figure, every = panels(titles, time_axis_label(course, log_time=log_time), row_cm=row_cm)
    for i, (axes, curve) in enumerate(zip(every, course.curves, strict=True)):
        time_axis(axes, course, sampled, log_time=log_time)
        _panel(axes, course, curve, looks.get(curve.name, _PLAIN))
        said = [s for s in statements if s.signal == curve.name]
        _mark_statements(axes, said, looks.get(curve.name, _PLAIN))
        if i % PANEL_COLUMNS == 0:
            width, size = (18, 7.0) if found is None else (12, 6.0)  # above a strip with its own
            label = fill(curve.axis, width, break_long_words=False)
            axes.set_ylabel(label, linespacing=1.0, size=size)
        elif course.curves[i - 1].axis != curve.axis:
            unit = re.search(r"\(([^)]*)\)$", curve.axis)
            short = str(unit[1]) if unit else curve.axis
            axes.text(1, 1.05, short, transform=axes.transAxes, size=6.5, ha="right", color=FAINT)
        if found is not None and curve.name in found.signals:
            strip = _strip_below(figure, axes)
            draw_residuals(strip, found, curve.name, looks.get(curve.name, _PLAIN).colour)
            if i % PANEL_COLUMNS == 0:
                strip.set_ylabel("residual", size=6)
    return figure


def _strip_below(figure: Figure, axes: Axes) -> Axes:
    """Make room for a strip below a panel; it has the panel's time axis."""
    box = axes.get_position()
    axes.set_position((box.x0, box.y0 + _STRIP * box.height, box.width, (1 - _STRIP) * box.height))
    strip = figure.add_axes((box.x0, box.y0, box.width, (_STRIP - 0.06) * box.height), sharex=axes)
    below = axes.get_xlabel()
    axes.tick_params(labelbottom=False)
    axes.set_xlabel("")
    strip.tick_params(labelbottom=bool(below), labelsize=6)
    strip.set_xlabel(below)
    return strip


@styled
def pathway_figure(rows: Sequence[tuple[str, str, str, Interval]]) -> Figure:
    """Draw the fraction of each product that each reaction makes, with 95 % intervals.

    Args:
        rows: mechanism, product, reaction and the fraction's median, lower and upper.

    Returns:
        A figure of one column's width: a group of lines for each mechanism and product.
    """
    groups = list(dict.fromkeys((mechanism, product) for mechanism, product, _, _ in rows))
    height = 1.2 + 0.42 * len(rows) + 0.55 * len(groups)
    figure = ShownFigure(figsize=(ONE_COLUMN_CM * CM, height * CM), layout="constrained")
    axes = figure.add_subplot()
    places, labels, place = [], [], 0.0
    for group in groups:
        axes.text(
            0.0, place, f"{formula(group[1])} under {titled(group[0])}", va="center", color=FAINT
        )
        place += 0.95
        members = [row for row in rows if row[:2] == group]
        for hue, (_, _, reaction, fraction) in zip(_cycle(len(members)), members, strict=True):
            _fraction_line(axes, place, fraction, hue)
            places.append(place)
            labels.append(reaction.replace("_", " "))
            place += 0.8
        place += 0.25
    axes.set_yticks(places, labels)
    axes.set_ylim(place - 0.2, -0.6)
    axes.set_xlim(0, 100)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=LINE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.set_xlabel("fraction of the product made by the end (%)")
    return figure


def _panel(axes: Axes, course: StoredCourse, curve: Curve, look: Look) -> None:
    """Draw one species: bands, median, measurements, and where measurements are below the limit."""
    shown = visible_steps(axes, course.times, curve.band)
    if not len(shown):
        axes.text(0.5, 0.5, "not known", transform=axes.transAxes, ha="center", color=FAINT)
    grid = course.times[shown]
    lower, quarter, median, three_quarters, upper = curve.band[:, shown]
    if curve.scatter.shape[1]:
        times, low, high = curve.scatter
        axes.fill_between(times, low, high, color=look.colour, alpha=0.14, linewidth=0)
    axes.fill_between(grid, lower, upper, color=look.colour, alpha=0.28, linewidth=0)
    axes.fill_between(grid, quarter, three_quarters, color=look.colour, alpha=0.3, linewidth=0)
    axes.plot(grid, median, color=look.colour, linestyle=look.dash)
    times, values = curve.measurements
    seen = values > 0
    axes.plot(
        times[seen], values[seen], "o", color=look.colour, mec=PAPER, mew=0.4, ms=3.2, zorder=4
    )
    floor = curve.limit if curve.limit is not None else 0.0
    axes.plot(
        times[values == 0], np.full(int((values == 0).sum()), floor),
        "v", mfc=PAPER, mec=look.colour, mew=0.8, ms=3.4, zorder=4, clip_on=False,
    )  # fmt: skip
    axes.set_ylim(0, _top(curve))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))


def _mark_statements(axes: Axes, statements: Sequence[StoredClaim], look: Look) -> None:
    """Mark each statement in a line of its own above the curves, from its first to last time."""
    top = axes.get_ylim()[1]
    if not statements:
        return
    # The lines of statements are no part of the scale.
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= top])
    axes.set_ylim(0, top * (1 + _STATEMENT_ROW * (len(statements) + 0.3)))
    for i, statement in enumerate(statements):
        place = top * (1 + _STATEMENT_ROW * (i + 0.6))
        ends = dict.fromkeys((statement.from_h, statement.to_h))
        marker, filled = STATEMENT_MARKS.get(statement.relation, ("o", True))
        axes.plot(
            list(ends), [place] * len(ends), marker=marker, ms=3.6, mew=0.8, linewidth=0.8,
            color=look.colour, mfc=look.colour if filled else PAPER, zorder=5, clip_on=False,
        )  # fmt: skip


def _top(curve: Curve) -> float:
    """Return the upper end of a panel: measurements and the narrower band always fit."""
    tallest = [float(np.nanmax(curve.band, initial=0.0))]
    if curve.measurements.shape[1]:
        tallest.append(float(np.nanmax(curve.measurements[1], initial=0.0)))
    if curve.scatter.shape[1]:
        # The scatter's band may reach far beyond what was read; it need not fit.
        tallest.append(min(float(np.nanmax(curve.scatter[2])), 2 * max(tallest)))
    return 1.06 * max(*tallest, 2 * (curve.limit or 0.0), 1e-12)


def _fraction_line(axes: Axes, place: float, fraction: Interval, hue: str) -> None:
    low, middle, high = fraction.lower, fraction.median, fraction.upper
    if is_number(low) and is_number(high):
        axes.plot([100 * low, 100 * high], [place] * 2, color=hue, linewidth=2.2, alpha=0.55)
    if is_number(middle):
        axes.plot(100 * middle, place, "o", color=hue, mec=PAPER, mew=0.5, ms=4.5, clip_on=False)


def _cycle(count: int) -> list[str]:
    return [HUES[i % len(HUES)] for i in range(count)]


def _wrapped(name: str, width: int = 20) -> str:
    """Break a long mechanism name at an underscore, hyphen or space near its middle."""
    text = titled(name) if titled(name) != name else name.replace("_", " ")
    if len(text) <= width:
        return text
    places = [i for i, c in enumerate(text) if c in " -"]
    if not places:
        return text[: width - 1] + "…"
    split = min(places, key=lambda i: abs(i - len(text) / 2))
    return text[: split + 1].rstrip() + "\n" + text[split + 1 :]
