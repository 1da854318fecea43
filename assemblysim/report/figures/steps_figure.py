"""The figure of candidate steps: how probable it is that each is on, and that it is needed."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from assemblysim.report.figures.appearance import CM, FAINT, HUES, INK, TWO_COLUMNS_CM
from assemblysim.report.figures.drawing import styled
from assemblysim.result.steps.probabilities import StepProbability

_ROW_CM = 0.45


@styled
def steps_figure(steps: Mapping[str, StepProbability]) -> Figure:
    """Draw a bar for each candidate, the most needed on top.

    Args:
        steps: by name, those of which probabilities are claimed.

    Returns:
        A figure of two columns' width: wide bars for needed, narrow ones for on, a line for the
        probability before the data.
    """
    ordered = sorted(steps.items(), key=lambda item: sum(item[1].needed_by_run))
    height = 1.6 + _ROW_CM * len(ordered)
    figure = Figure(figsize=(TWO_COLUMNS_CM * CM, height * CM), layout="constrained")
    axes = figure.subplots()
    for row, (_, one) in enumerate(ordered):
        if one.on is None or one.needed is None:
            continue
        axes.barh(row, one.on.value, height=0.7, color=HUES[0], alpha=0.3)
        axes.barh(row, one.needed.value, xerr=one.needed.error, height=0.35, color=HUES[0])
        axes.plot([one.prior] * 2, [row - 0.4, row + 0.4], color=INK, linewidth=0.8)
    axes.set_yticks(range(len(ordered)), [name for name, _ in ordered])
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability: on (pale), needed (dark), before the data (line)")
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
    return figure


def describe_steps(steps: Mapping[str, StepProbability]) -> str:
    """Say what the figure shows, for readers who cannot see it."""
    parts = [
        f"{name} {one.on.value:.2f} and {one.needed.value:.2f}"
        for name, one in steps.items()
        if one.on is not None and one.needed is not None
    ]
    return f"Probability of being on and of being needed: {', '.join(parts)}."
