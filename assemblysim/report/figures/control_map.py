"""How much every step governs every yield under each mechanism, as a map of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from assemblysim.report.content.words import formula, is_number, signed
from assemblysim.report.figures.appearance import CM, HUES, INK, LINE, ONE_COLUMN_CM
from assemblysim.report.figures.drawing import styled
from assemblysim.result.predictions import ControlDegree

# A product, a mechanism's letter, and the degree of control of each of its steps.
ControlRow = tuple[str, str, Mapping[str, ControlDegree]]
_CELL_CM, _FOOT_CM, _LETTER_CM, _STRONGEST = 0.5, 0.7, 0.085, 0.75


@styled
def control_map(rows: Sequence[ControlRow]) -> Figure:
    """Draw degrees of rate control: a row a yield and mechanism, a column a step.

    Args:
        rows: the most probable mechanism first.
    """
    steps = list(dict.fromkeys(step for _, _, degrees in rows for step in degrees))
    longest = max((len(step) for step in steps), default=0)
    height = _FOOT_CM + _LETTER_CM * longest + _CELL_CM * len(rows)
    figure = Figure(figsize=(ONE_COLUMN_CM * CM, height * CM), layout="constrained")
    axes = figure.add_subplot()
    for place, (_, _, degrees) in enumerate(rows):
        for column, step in enumerate(steps):
            value = degrees[step].median if step in degrees else None
            if not is_number(value):
                continue
            shade = min(1.0, abs(value)) * _STRONGEST
            hue = HUES[0] if value >= 0 else HUES[1]
            axes.add_patch(
                Rectangle((column, place), 1, 1, facecolor=hue, alpha=shade, edgecolor="none")
            )
            axes.add_patch(
                Rectangle((column, place), 1, 1, facecolor="none", edgecolor=LINE, linewidth=0.4)
            )
            axes.text(column + 0.5, place + 0.52, signed(value, 2), ha="center", va="center",
                      size=6, color=INK)  # fmt: skip
    axes.set_xlim(0, len(steps))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks(
        [i + 0.5 for i in range(len(steps))], [s.replace("_", " ") for s in steps],
        rotation=40, ha="right", rotation_mode="anchor",
    )  # fmt: skip
    labels = [f"{formula(product)}, {letter}" for product, letter, _ in rows]
    axes.set_yticks([i + 0.5 for i in range(len(rows))], labels)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def describe_control(rows: Sequence[ControlRow]) -> str:
    """Say which step governs each yield most."""
    parts = []
    for product, letter, degrees in rows:
        known = {s: d.median for s, d in degrees.items() if is_number(d.median)}
        if known:
            most = max(known, key=lambda step: abs(known[step]))
            parts.append(f"{formula(product)} under {letter}: {most} {signed(known[most], 2)}")
    return f"Degrees of rate control of the yields, the largest of each: {'; '.join(parts)}."
