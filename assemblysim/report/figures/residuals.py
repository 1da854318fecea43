"""Whether a mechanism is good enough, as a picture of its residuals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from assemblysim.report.content import words
from assemblysim.report.figures.appearance import FAINT, INK, LINE, PAPER, Look
from assemblysim.report.figures.drawing import PANEL_COLUMNS, panels, styled
from assemblysim.result.checks import ModelResiduals
from assemblysim.result.summary import StudyResult

# About 95 % of the residuals of a mechanism that is right lie within so many standard deviations.
USUAL = 2.0
_LINEAR = 20.0  # from this ratio of last to first sampling time on, time is logarithmic


def stored_residuals(result: StudyResult, name: str) -> tuple[tuple[str, ModelResiduals], ...]:
    """Return the residuals of a mechanism, one part for each experiment that has measurements.

    Each stands behind the experiment's name, which is "" where the study has a single one.
    """
    checks = result.mechanisms[name].predictive_checks
    every = checks.residuals if checks is not None else ()
    measured = [one.experiment for one in result.conditions if one.measurements]
    several = len(every) > 1
    return tuple(
        (measured[place] if several and place < len(measured) else "", one)
        for place, one in enumerate(every)
    )


def describe_residuals(mechanism: str, experiment: str, found: ModelResiduals) -> str:
    """Say what the figure shows: how many residuals are unusual, and which is the largest."""
    known = np.isfinite(found.mean)
    beyond = int((np.abs(found.mean[known]) > USUAL).sum())
    where = f", {experiment}" if experiment else ""
    head = (
        f"Standardised residuals of {int(known.sum())} measurements under mechanism "
        f"{mechanism}{where}, a panel for each signal, against time."
    )
    if not known.any():
        return head
    row, column = np.unravel_index(
        int(np.nanargmax(np.abs(np.where(known, found.mean, 0.0)))), found.mean.shape
    )
    return (
        f"{head} {beyond} lie beyond two standard deviations; the largest is "
        f"{words.signed(float(found.mean[row, column]), 1)}, of "
        f"{words.formula(found.signals[column])} at {words.duration(float(found.times_h[row]))}."
    )


@styled
def residual_figure(found: ModelResiduals, looks: Mapping[str, Look]) -> Figure:
    """Draw the standardised residuals of one experiment, one panel a signal.

    Args:
        found: what is stored.
        looks: the look of each signal.

    Returns:
        A figure of one column's width: points are measurements, the line joins their means at each
        time, the band holds about 95 % of them where the mechanism is right.
    """
    titles = [words.formula(signal) for signal in found.signals]
    figure, every = panels(titles, "time (h)", row_cm=2.5, margins_cm=(1.0, 1.0), gaps=(0.16, 0.36))
    tallest = max(3.0, 1.1 * float(np.nanmax(np.abs(found.mean), initial=0.0)))
    for i, (axes, signal) in enumerate(zip(every, found.signals, strict=True)):
        _panel(axes, found, i, looks.get(signal, Look(INK, "-")).colour)
        axes.set_ylim(-tallest, tallest)
        if i % PANEL_COLUMNS:
            axes.tick_params(labelleft=False)
    figure.supylabel("residual (standard deviations)", size=7, x=0.005)
    return figure


def _panel(axes: Axes, found: ModelResiduals, column: int, colour: str) -> None:
    values = found.mean[:, column]
    known = np.isfinite(values)
    positive = found.times_h[found.times_h > 0]
    log_time = len(positive) == len(found.times_h) and positive.max() > _LINEAR * positive.min()
    axes.axhspan(-USUAL, USUAL, color=LINE, alpha=0.45, linewidth=0)
    axes.axhline(0, color=FAINT, linewidth=0.5)
    moments = np.unique(found.times_h[known])
    means = [float(values[known & (found.times_h == moment)].mean()) for moment in moments]
    if log_time:
        axes.set_xscale("log")
        axes.set_xlim(0.6 * positive.min(), 1.6 * positive.max())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.plot(moments, means, color=colour, linewidth=0.9)
    axes.plot(found.times_h[known], values[known], "o", color=colour, mec=PAPER, mew=0.4, ms=3.2)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.signed(value, 0)))
