"""Figures of assigned spectra: measured and fitted envelopes, cores and ions over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assemblysim.report.content.words import formula
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import (
    CM,
    FAINT,
    HUES,
    INK,
    ONE_COLUMN_CM,
    TWO_COLUMNS_CM,
)
from assemblysim.report.figures.drawing import styled
from assemblysim.result.spectra.assignment import AssignedSpectrum, EnvelopePanel

MOST_MAPPED: Final = 60  # ions
_PANEL_CM: Final = 3.4
_ABREAST: Final = 2
_GAP: Final = 2.5  # distances of cells
_FAINTEST: Final = 1e-3  # of a spectrum's intensity, that the map shows


@styled
def envelope_figure(panels: Sequence[EnvelopePanel], assigned: AssignedSpectrum) -> Figure:
    """Draw the strongest envelope of each core: measured, all ions together, and its own ions.

    Args:
        panels: of the spectrum, one for each core.
        assigned: what was found in it.
    """
    rows = max(-(-len(panels) // _ABREAST), 1)
    figure = Figure(
        figsize=(TWO_COLUMNS_CM * CM, (0.8 + _PANEL_CM * rows) * CM), layout="constrained"
    )
    every = figure.subplots(rows, _ABREAST, squeeze=False).ravel()
    for axes, panel in zip(every, panels, strict=False):
        _draw(axes, panel, assigned)
    for axes in every[len(panels) :]:
        axes.set_axis_off()
    for axes in every[max(len(panels) - _ABREAST, 0) : len(panels)]:
        axes.set_xlabel("m/z")
    return figure


def _draw(axes: Axes, panel: EnvelopePanel, assigned: AssignedSpectrum) -> None:
    mz = np.array(panel.mz)
    axes.vlines(mz, 0, panel.measured, color=FAINT, alpha=0.6, linewidth=0.9, label="measured")
    for values, label, hue, style in (
        (panel.fitted, "all ions", INK, "-"),
        (panel.own, "this core", HUES[0], "--"),
    ):
        places, heights = _broken(mz, np.array(values))
        axes.plot(places, heights, linestyle=style, color=hue, linewidth=0.7, label=label)
    (told,) = (one for one in assigned.cores if one.core == panel.core)
    said = f"{100 * told.fraction:.3g} %" if told.seen else f"< {100 * told.upper:.2g} %, not seen"
    axes.set_title(f"{formula(panel.core)}: {said}; {panel.ion}", loc="left", fontsize=6)
    axes.set_yticks([])
    axes.legend(loc="upper right", frameon=False, fontsize=5)


def _broken(mz: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Break a line where cells are missing between two."""
    gaps = np.diff(mz)
    after = np.flatnonzero(gaps > _GAP * np.median(gaps)) + 1 if gaps.size else gaps.astype(int)
    return np.insert(mz, after, np.nan), np.insert(values, after, np.nan)


def shown_cores(spectra: Sequence[AssignedSpectrum]) -> list[str]:
    """Return the cores that tables and figures show, in their order.

    Those of species, and of others what is seen in some spectrum.
    """
    kept = {core.core for one in spectra for core in one.cores if core.shown}
    return [c for c in dict.fromkeys(c.core for one in spectra for c in one.cores) if c in kept]


@styled
def ion_map(spectra: Sequence[AssignedSpectrum]) -> Figure:
    """Draw how much of the assigned intensity each ion has, over all spectra, as a map.

    Ions are sorted by core and m/z; of many the strongest are shown.

    Args:
        spectra: in the order of time.
    """
    amounts: dict[tuple[str, float, str], Floats] = {}
    for column, one in enumerate(spectra):
        total = sum(ion.amount for ion in one.ions) or 1.0
        for ion in one.ions:
            row = amounts.setdefault((ion.core, ion.mz, ion.ion), np.zeros(len(spectra)))
            row[column] = ion.amount / total if ion.upper is None else 0.0
    seen = sorted((key for key in amounts if amounts[key].any()), key=lambda k: -amounts[k].max())
    cores = list(dict.fromkeys(core.core for one in spectra for core in one.cores))
    kept = sorted(seen[:MOST_MAPPED], key=lambda key: (cores.index(key[0]), key[1]))
    values = np.array([amounts[key] for key in kept]).reshape(len(kept), len(spectra))
    height = 1.6 + 0.28 * max(len(kept), 3)
    figure = Figure(figsize=(TWO_COLUMNS_CM * CM, height * CM), layout="constrained")
    axes = figure.add_subplot()
    if kept:
        drawn = axes.imshow(
            np.log10(np.maximum(values, _FAINTEST)), aspect="auto", cmap="Blues",
            vmin=np.log10(_FAINTEST), vmax=0.0, interpolation="none",
        )  # fmt: skip
        bar = figure.colorbar(drawn, ax=axes, ticks=[-3, -2, -1, 0], shrink=min(1.0, 4 / height))
        bar.ax.set_yticklabels(["0.1 %", "1 %", "10 %", "100 %"])
    axes.set_yticks(range(len(kept)), [f"{formula(c)}  {text}" for c, _, text in kept], size=5)
    labels = [one.source if one.time_h is None else f"{one.time_h:.4g}" for one in spectra]
    axes.set_xticks(range(len(spectra)), labels, rotation=90 if len(spectra) > 12 else 0)
    axes.set_xlabel("time (h), one column a spectrum")
    return figure


@styled
def share_figure(spectra: Sequence[AssignedSpectrum], colours: Mapping[str, str]) -> Figure:
    """Draw the fraction of each core over time with 95 % intervals.

    Args:
        spectra: those with a time.
        colours: of cores that have one; others are in one hue after the other.
    """
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, 6.0 * CM), layout="constrained")
    axes = figure.add_subplot()
    names = shown_cores(spectra)
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
