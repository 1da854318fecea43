"""The corner plot: how the determined unknowns of a mechanism lie, one by one and in pairs."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import combinations
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from scipy.ndimage import gaussian_filter

from assemblysim.language import listed
from assemblysim.report.content import words
from assemblysim.report.content.draws import ParameterDraws
from assemblysim.report.content.unknowns import parameter_label
from assemblysim.report.content.words import is_number
from assemblysim.report.document.arrays import Floats, Places
from assemblysim.report.figures.appearance import (
    CM,
    FAINT,
    HUES,
    INK,
    ONE_COLUMN_CM,
    TWO_COLUMNS_CM,
)
from assemblysim.report.figures.drawing import styled
from assemblysim.result.mechanism import MechanismResult

# A plot of more is too small to be read on paper.
MOST_SHOWN = 6
# From this correlation of two logarithms on, it is called strong.
STRONG = 0.7
REGIONS = (0.5, 0.95)
_BINS = 64
_SMOOTHING = 0.2  # standard deviations: little beside the width of the posterior
_END = 0.12  # of a panel, without ticks: their labels would run into those of the next
_WIDE = 3  # unknowns from which on the plot takes two columns


def corner_names(mechanism: MechanismResult) -> tuple[str, ...]:
    """Return the determined unknowns to be shown, in the order of the table of parameters.

    Where there are more than `MOST_SHOWN`, those with the narrowest 95 % intervals, as factors.
    """
    known = _determined(mechanism)
    chosen = sorted(known, key=lambda name: known[name])[:MOST_SHOWN]
    return tuple(name for name in known if name in chosen)


def corner_words(mechanism: MechanismResult, shown: Sequence[str]) -> str:
    """Name the unknowns that the plot leaves out, and why."""
    known = _determined(mechanism)
    narrow = [parameter_label(name) for name in known if name not in shown]
    rest = [parameter_label(name) for name in mechanism.parameters if name not in known]
    parts = []
    if narrow:
        parts.append(f"Also determined, but less narrowly: {listed(narrow)}.")
    if rest:
        parts.append(f"Not drawn, since these data do not determine them: {listed(rest)}.")
    return " ".join(parts)


def correlations(draws: ParameterDraws, shown: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return the correlation of each pair of unknowns, on the scales on which they are drawn."""
    columns = {name: _scaled(draws, name)[0] for name in shown}
    return {
        (a, b): float(np.corrcoef(columns[a], columns[b])[0, 1]) for a, b in combinations(shown, 2)
    }


def describe_corner(mechanism: str, draws: ParameterDraws, shown: Sequence[str]) -> str:
    """Say what the plot shows: each unknown's median, and the strong correlations."""
    medians = []
    for name in shown:
        unit = words.unit(draws.units[draws.names.index(name)])
        value = words.number(float(np.median(draws.column(name))), 2)
        medians.append(f"{_plain(name)} {value} {unit}".rstrip())
    found = correlations(draws, shown)
    strong = [
        f"{_plain(a)} with {_plain(b)} ({words.signed(r, 2)})"
        for (a, b), r in found.items()
        if abs(r) >= STRONG
    ]
    pairs = (
        f"Strongly correlated: {listed(strong)}." if strong else "No pair is strongly correlated."
    )
    return (
        f"Corner plot of {len(shown)} determined unknowns of mechanism {mechanism}, with regions "
        f"of 50 and 95 % of the posterior. Medians: {', '.join(medians)}. {pairs}"
    )


@styled
def corner_figure(draws: ParameterDraws, shown: Sequence[str]) -> Figure:
    """Draw the posterior of each unknown, and of each pair the regions of 50 and 95 %.

    Args:
        draws: of one mechanism.
        shown: names of two unknowns or more; positive ones but energies are drawn as
            logarithms to base 10.

    Returns:
        A square figure: one column wide up to three unknowns, else two. Above the diagonal
        stand the correlations of the pairs.
    """
    count = len(shown)
    width = ONE_COLUMN_CM if count <= _WIDE else TWO_COLUMNS_CM
    figure = Figure(figsize=(width * CM, width * CM))
    grid = figure.add_gridspec(
        count, count, left=1.6 / width, right=1 - 0.15 / width, bottom=1.25 / width,
        top=1 - 0.15 / width, wspace=0.09, hspace=0.09,
    )  # fmt: skip
    scaled = {name: _scaled(draws, name) for name in shown}
    for row, below in enumerate(shown):
        for column, left in enumerate(shown[: row + 1]):
            axes = figure.add_subplot(grid[row, column])
            if column == row:
                _one(axes, scaled[left][0])
            else:
                _two(axes, scaled[left][0], scaled[below][0])
            _frame(axes, scaled[left], scaled[below], row == count - 1, column == 0 < row)
    for (above, right), r in correlations(draws, shown).items():
        cell = grid[shown.index(above), shown.index(right)].get_position(figure)
        _coefficient(figure, (cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2, r)
    return figure


def region_levels(density: Floats, places: tuple[Places, Places]) -> tuple[float, ...]:
    """Return the densities above which 95 and 50 % of the draws lie, the lower one first.

    Args:
        density: shape (B, B), on a grid.
        places: for each draw its row and its column in the grid.
    """
    at = density[places]
    return tuple(float(np.quantile(at, 1 - fraction)) for fraction in sorted(REGIONS, reverse=True))


def smooth_density(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, tuple[Places, Places]]:
    """Estimate the density of pairs, shape (D,) each.

    Returns:
        The middles of B columns and of B rows, the density of shape (B, B) with rows along y,
        and each draw's row and column. Method: a histogram smoothed by a Gaussian.
    """
    edges = [_edges(values) for values in (x, y)]
    across, up = (
        np.clip(np.searchsorted(e, v, side="right") - 1, 0, _BINS - 1)
        for e, v in zip(edges, (x, y), strict=True)
    )
    counts = np.zeros((_BINS, _BINS))
    np.add.at(counts, (up, across), 1.0)
    widths = [
        _SMOOTHING * float(np.std(v)) / (e[1] - e[0]) for e, v in zip(edges, (x, y), strict=True)
    ]
    density = gaussian_filter(counts, (widths[1], widths[0]), mode="constant")
    middles = [(e[1:] + e[:-1]) / 2 for e in edges]
    return middles[0], middles[1], density, (up, across)


def _determined(mechanism: MechanismResult) -> dict[str, float]:
    """Return each determined unknown with the logarithm of its interval's width as a factor."""
    found = {}
    for name, one in mechanism.parameters.items():
        lower, upper = one.lower, one.upper
        if one.determined != "determined" or not (is_number(lower) and is_number(upper)):
            continue
        found[name] = math.log(upper / lower) if lower > 0 else math.inf
    return found


def _scaled(draws: ParameterDraws, name: str) -> tuple[Floats, str]:
    """Return the draws of an unknown as they are drawn, and the label of their axis."""
    values = draws.column(name)
    unit = words.unit(draws.units[draws.names.index(name)])
    label = _typeset(name)
    if (values <= 0).any() or unit.startswith("kJ"):
        return values, f"{label}\n{f'({unit})' if unit else ''}".rstrip()
    return np.log10(values), f"log₁₀ {label}" + (f"\n({unit})" if unit else "")


def _plain(name: str) -> str:
    """Name an unknown, with the formula of its species typeset."""
    return " ".join(words.formula(w) if w != name else w for w in parameter_label(name).split(" "))


def _typeset(name: str) -> str:
    """Name an unknown on an axis: a rate constant as a symbol with its step as index."""
    if not re.fullmatch(r"[kK]_\w+", name, re.ASCII):
        return fill(_plain(name).replace("_", " ").replace("$", r"\$"), 16)
    step = name[2:].replace("_", r"\ ")
    return rf"${name[0]}_{{\mathrm{{{step}}}}}$"


def _edges(values: Floats) -> Floats:
    """Return the edges of the bins, shape (B + 1,): all but the outermost draws, with room."""
    low, high = np.quantile(values, [0.005, 0.995])
    room = 0.25 * (high - low) or max(1e-9, 1e-6 * abs(float(high)))
    return np.linspace(low - room, high + room, _BINS + 1)


def _one(axes: Axes, values: Floats) -> None:
    """Draw one unknown: its histogram, its median, its central 95 % interval."""
    edges = _edges(values)[::2]
    heights, _ = np.histogram(values, edges)
    axes.stairs(heights, edges, color=HUES[0], alpha=0.45, fill=True)
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975])
    axes.axvline(middle, color=INK, linewidth=0.8)
    for end in (low, high):
        axes.axvline(end, color=INK, linewidth=0.6, linestyle=(0, (2, 2)))
    axes.set_ylim(0, 1.12 * heights.max())


def _two(axes: Axes, x: Floats, y: Floats) -> None:
    """Draw a pair of unknowns: the smallest regions that hold 95 and 50 % of the draws."""
    across, up, density, places = smooth_density(x, y)
    levels = sorted({*region_levels(density, places), 2 * float(density.max())})
    colours = [HUES[0]] * (len(levels) - 1)
    for inner in levels[:-1]:  # one over the other, so that the narrower region is darker
        axes.contourf(across, up, density, [inner, levels[-1]], colors=colours[:1], alpha=0.35)
    axes.contour(across, up, density, levels[:-1], colors=colours, linewidths=0.6)
    axes.set_ylim(*_edges(y)[[0, -1]])


def _frame(
    axes: Axes,
    across: tuple[Floats, str],
    up: tuple[Floats, str],
    last: bool,
    first: bool,
) -> None:
    """Set limits, few ticks, and labels only along the left and the lower side."""
    axes.set_xlim(*_edges(across[0])[[0, -1]])
    for axis, labelled, text in (
        (axes.xaxis, last, across[1]),
        (axes.yaxis, first, up[1]),
    ):
        axis.set_ticks(_ticks(*axis.get_view_interval()))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}".replace("-", "−")))
        if labelled:
            axis.set_label_text(text, size=6, linespacing=1.05, parse_math=True)
        else:
            axis.set_tick_params(labelleft=False, labelbottom=False)
    axes.tick_params(labelsize=5.5)
    if up is across:  # the height of a histogram has no scale of its own
        axes.set_yticks([])


def _ticks(low: float, high: float) -> Floats:
    """Return two or three round places within a panel, none near its ends."""
    found = np.zeros(0)
    for most in range(2, 9):
        every = np.asarray(MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high))
        inner = (every - low) / (high - low)
        found = every[(inner > _END) & (inner < 1 - _END)]
        if len(found) > 1:
            break
    return found


def _coefficient(figure: Figure, x: float, y: float, r: float) -> None:
    """Write the correlation of a pair, bold where it is strong."""
    strong = abs(r) >= STRONG
    figure.text(
        x, y, words.signed(r, 2), ha="center", va="center", color=INK if strong else FAINT,
        size=8 if strong else 7, weight="bold" if strong else "normal",
    )  # fmt: skip
