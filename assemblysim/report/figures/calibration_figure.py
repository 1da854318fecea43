"""The figure of a calibration: where true values rank among posterior draws."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assemblysim.inference.calibration.ranks import counts_below, rank_band, rank_points
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import CM, FAINT, HUES, INK, TWO_COLUMNS_CM
from assemblysim.report.figures.drawing import styled
from assemblysim.result.calibration import RankResult

_COLUMNS = 4
_ROW_CM = 3.0


@styled
def rank_figure(parameters: Mapping[str, RankResult], draws: int) -> Figure:
    """Draw the distribution of each parameter's ranks less the uniform one, with its 95 % band.

    Args:
        parameters: by name, their ranks: whole numbers from 0 to `draws`.
        draws: posterior draws that each truth was ranked among.

    Returns:
        A figure of two columns' width, one panel a parameter.
    """
    rows = math.ceil(len(parameters) / _COLUMNS)
    height = 1.1 + _ROW_CM * rows
    figure = Figure(figsize=(TWO_COLUMNS_CM * CM, height * CM), layout="constrained")
    panels = figure.subplots(rows, _COLUMNS, squeeze=False, sharex=True, sharey=True)
    flat = list(panels.flat)
    for axes, (name, one) in zip(flat, parameters.items(), strict=False):
        _panel(axes, name, np.array(one.ranks), draws)
    for axes in flat[len(parameters) :]:
        axes.set_axis_off()
    for axes in flat[max(0, len(parameters) - _COLUMNS) : len(parameters)]:
        axes.tick_params(labelbottom=True)
    figure.supxlabel("fraction of the posterior below the true value", size=7)
    figure.supylabel("fraction of studies, less the uniform", size=7)
    return figure


def _panel(axes: Axes, name: str, ranks: Floats, draws: int) -> None:
    band = rank_band(len(ranks), draws)
    below = counts_below(ranks, draws) / len(ranks)
    axes.fill_between(
        band.at, band.lower - band.at, band.upper - band.at, color=HUES[0], alpha=0.2, linewidth=0
    )
    axes.axhline(0, color=FAINT, linewidth=0.5)
    outside = bool(((below < band.lower) | (below > band.upper)).any())
    axes.plot(
        rank_points(draws), below - band.at, color=HUES[1] if outside else INK, drawstyle="steps"
    )
    axes.set_title(f"{name} ({len(ranks)})", loc="left")
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
