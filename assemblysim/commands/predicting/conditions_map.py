"""Varied conditions as a figure: a map of two of them, or a curve with its band along one."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from assemblysim.commands.predicting.conditions_table import has_yields, yield_words
from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.report.content.words import formula, number, sentence
from assemblysim.report.figures.appearance import CM, HUES, INK, ONE_COLUMN_CM, PAPER
from assemblysim.report.figures.drawing import styled
from assemblysim.study.questions.varied_conditions import MOST_AXES, VariedConditions

_CELL_CM, _EDGE_CM = (1.5, 0.8), (3.6, 2.7)
_LETTERS = 5.0  # of a title, a cm
_DARK = 0.55  # of the largest value: from here on letters are light


@styled
def conditions_figure(found: VariedConditions, units: ShownUnits) -> Figure:
    """Draw how much of the product there is under each condition.

    Args:
        found: over one or two axes.
        units: to show concentrations in.
    """
    i = found.species.index(found.product)
    if has_yields(found):
        values, what = 100 * found.yields[..., i], f"{formula(found.product)} ({_short(found)})"
    else:
        values = found.concentrations[..., i] / units.inside
        what = f"{formula(found.product)} ({units.concentration})"
    if len(found.axes) == MOST_AXES:
        return _map(found, values, what)
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, 6.0 * CM), layout="constrained")
    axes = figure.add_subplot()
    order = np.argsort(found.axes[0].shown)
    across = np.array(found.axes[0].shown)[order]
    median, low, high = values[:, order, 0]
    axes.fill_between(across, low, high, color=HUES[0], alpha=0.25, linewidth=0)
    axes.plot(across, median, "o-", color=HUES[0])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(sentence(found.axes[0].label, found.species))
    axes.set_ylabel(what)
    return figure


def _short(found: VariedConditions) -> str:
    return yield_words(found) if found.block else "% of the most possible"


def _map(found: VariedConditions, values: np.ndarray, what: str) -> Figure:
    """Draw a map whose cells say median and interval."""
    down, across = found.axes
    rows, columns = len(down.shown), len(across.shown)
    size = (_EDGE_CM[0] + _CELL_CM[0] * columns, _EDGE_CM[1] + _CELL_CM[1] * rows)
    figure = Figure(figsize=(size[0] * CM, size[1] * CM), layout="constrained")
    axes = figure.add_subplot()
    shades = LinearSegmentedColormap.from_list("yield", [PAPER, HUES[0]])
    largest = max(float(values[0].max()), 1e-300)
    picture = axes.imshow(
        values[0], cmap=shades, vmin=0, vmax=largest, aspect="auto", origin="lower"
    )
    for row in range(rows):
        for column in range(columns):
            _write(axes, values[:, row, column], (column, row), largest)
    axes.set_xticks(range(columns), [f"{value:g}" for value in across.shown])
    axes.set_yticks(range(rows), [f"{value:g}" for value in down.shown])
    axes.tick_params(length=0)
    axes.set_xlabel(sentence(across.label, found.species))
    axes.set_ylabel(sentence(down.label, found.species))
    axes.set_title(fill(what, round(_LETTERS * size[0])), loc="left")
    figure.colorbar(picture, ax=axes)
    return figure


def _write(axes: Axes, three: np.ndarray, at: tuple[int, int], largest: float) -> None:
    """Write a median, and its interval below it, into a cell."""
    median, low, high = (number(value, 2) for value in three.tolist())
    colour = PAPER if three[0] > _DARK * largest else INK
    axes.text(*at, f"{median}\n({low} to {high})", ha="center", va="center", size=5, color=colour)
