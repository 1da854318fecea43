"""Whether a mechanism is good enough: residuals, as strips below its courses."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from assemblysim.report.content import words
from assemblysim.report.figures.appearance import FAINT, LINE, PAPER
from assemblysim.result.checks import ModelResiduals
from assemblysim.result.summary import StudyResult

# About 95 % of the residuals of a mechanism that is right lie within so many standard deviations.
USUAL = 2.0


def stored_residuals(result: StudyResult, name: str) -> dict[str, ModelResiduals]:
    """Return the residuals of a mechanism by experiment, of those that have measurements."""
    checks = result.mechanisms[name].predictive_checks
    every = checks.residuals if checks is not None else ()
    measured = [one.experiment for one in result.conditions if one.measurements]
    return dict(zip(measured, every, strict=False))


def describe_residuals(mechanism: str, experiment: str, found: ModelResiduals) -> str:
    """Say what the figure shows: how many residuals are unusual, and which is the largest."""
    known = np.isfinite(found.mean)
    beyond = int((np.abs(found.mean[known]) > USUAL).sum())
    where = f", {experiment}" if experiment else ""
    head = (
        f"Below, standardised residuals of {int(known.sum())} measurements under mechanism "
        f"{mechanism}{where}, a strip for each signal."
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


def tallest_residual(found: ModelResiduals) -> float:
    """Return how far a strip of residuals reaches, in standard deviations."""
    return max(1.5 * USUAL, 1.1 * float(np.nanmax(np.abs(found.mean), initial=0.0)))


def draw_residuals(axes: Axes, found: ModelResiduals, signal: str, colour: str) -> None:
    """Draw the standardised residuals of one signal into axes that have their time axis already.

    Points are measurements, the line joins their means at each time, the band holds about 95 % of
    them where the mechanism is right.
    """
    values = found.mean[:, found.signals.index(signal)]
    known = np.isfinite(values)
    axes.axhspan(-USUAL, USUAL, color=LINE, alpha=0.45, linewidth=0)
    axes.axhline(0, color=FAINT, linewidth=0.5)
    moments = np.unique(found.times_h[known])
    means = [float(values[known & (found.times_h == moment)].mean()) for moment in moments]
    axes.plot(moments, means, color=colour, linewidth=0.7)
    axes.plot(found.times_h[known], values[known], "o", color=colour, mec=PAPER, mew=0.3, ms=2.6)
    tallest = tallest_residual(found)
    axes.set_ylim(-tallest, tallest)
    axes.yaxis.set_major_locator(MaxNLocator(2, integer=True, symmetric=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.signed(value, 0)))
