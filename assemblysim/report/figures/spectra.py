"""Figures of assigned spectra: measured envelopes with the fitted ones, and cores over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assemblysim.report.content.words import formula
from assemblysim.report.figures.appearance import CM, FAINT, HUES, INK, ONE_COLUMN_CM
from assemblysim.report.figures.drawing import styled
from assemblysim.result.spectra.assignment import AssignedSpectrum
from assemblysim.spectra.assignment.assigning import EXPECTED_HEIGHT, SpectrumFit

_PANEL_CM: Final = 3.2
_MARGIN: Final = 2.0  # u beside the envelope


@styled
def envelope_figure(found: SpectrumFit, assigned: AssignedSpectrum) -> Figure:
    """Draw the strongest envelope of each core: measured, all ions together, and its own ions.

    Args:
        found: the fitted spectrum.
        assigned: what was found in it.
    """
    cores = [one.core for one in assigned.cores]
    figure = Figure(
        figsize=(2 * ONE_COLUMN_CM * CM, (0.8 + _PANEL_CM * len(cores)) * CM), layout="constrained"
    )
    every = figure.subplots(max(len(cores), 1), 1, squeeze=False)[:, 0]
    for axes, core in zip(every, cores, strict=False):
        _panel(axes, found, assigned, core)
    every[-1].set_xlabel("m/z")
    return figure


def _panel(axes: Axes, found: SpectrumFit, assigned: AssignedSpectrum, core: str) -> None:
    own = [i for i, one in enumerate(found.candidates) if one.core == core]
    strongest = max(own, key=lambda i: found.fit.amounts[i])
    envelope = found.candidates[strongest].envelope
    seen = found.shape.place(envelope.mz[envelope.heights >= EXPECTED_HEIGHT])
    low, high = float(seen[0]) - _MARGIN, float(seen[-1]) + _MARGIN
    cells = found.cells
    shown = np.flatnonzero((cells.high > low) & (cells.low < high))
    width = (cells.high - cells.low)[shown]
    middle = cells.middle[shown]
    axes.bar(
        middle, cells.intensities[shown], width=width, color=FAINT, alpha=0.5, label="measured"
    )
    axes.plot(middle, found.fit.expected[shown], color=INK, linewidth=0.7, label="all ions")
    amounts = np.zeros(len(found.candidates))
    amounts[own] = found.fit.amounts[own]
    part = (found.parts @ amounts)[shown]
    axes.plot(middle, part, color=HUES[0], linewidth=0.8, linestyle="--", label="this core")
    (told,) = (one for one in assigned.cores if one.core == core)
    said = f"{100 * told.fraction:.3g} %" if told.seen else f"< {100 * told.upper:.2g} %, not seen"
    axes.set_title(f"{formula(core)}: {said}; {found.candidates[strongest].text}", loc="left")
    axes.set_xlim(low, high)
    axes.set_yticks([])
    axes.legend(loc="upper right", frameon=False)


@styled
def share_figure(spectra: Sequence[AssignedSpectrum], colours: Mapping[str, str]) -> Figure:
    """Draw the fraction of each core over time with 95 % intervals.

    Args:
        spectra: those with a time.
        colours: of cores that have one; others are in one hue after the other.
    """
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, 6.0 * CM), layout="constrained")
    axes = figure.add_subplot()
    names = list(dict.fromkeys(core.core for one in spectra for core in one.cores))
    for place, name in enumerate(names):
        points = [
            (one.time_h, core)
            for one in spectra
            for core in one.cores
            if core.core == name and one.time_h is not None
        ]
        hue = colours.get(name, HUES[place % len(HUES)])
        times = [time for time, _ in points]
        middle = [100 * core.fraction for _, core in points]
        below = [100 * (core.fraction - core.lower) for _, core in points]
        above = [100 * (core.upper - core.fraction) for _, core in points]
        axes.errorbar(
            times, middle, [below, above], color=hue, fmt="o-", ms=3, linewidth=0.8,
            elinewidth=0.8, label=formula(name),
        )  # fmt: skip
    axes.set_xlabel("time (h)")
    axes.set_ylabel("of the assigned intensity (%)")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return figure
