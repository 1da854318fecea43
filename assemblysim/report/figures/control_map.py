"""How much every step governs every yield under each mechanism, as a map of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from assemblysim.language import listed
from assemblysim.report.content.words import formula, is_number, signed
from assemblysim.report.figures.appearance import CM, HUES, INK, LINE, ONE_COLUMN_CM
from assemblysim.report.figures.drawing import styled
from assemblysim.result.predictions import ControlDegree

# A product, a mechanism's letter, and the degree of control of each of its steps.
ControlRow = tuple[str, str, Mapping[str, ControlDegree]]
# Degrees below the first are nothing; columns of a figure.
_LEAST, _MOST_STEPS = 0.05, 10
_CELL_CM, _FOOT_CM, _LETTER_CM, _STRONGEST = 0.5, 0.7, 0.085, 0.75


def telling_control(rows: Sequence[ControlRow]) -> tuple[list[ControlRow], str]:
    """Return the rows and steps that a figure can show, and what to say of those left out.

    Rows in which no step matters are left out, and of many steps those that matter least.
    """
    kept, idle = list[ControlRow](), dict[str, list[str]]()
    shown: list[ControlRow]
    for product, letter, degrees in rows:
        most = max((abs(d.median) for d in degrees.values() if is_number(d.median)), default=0.0)
        if most >= _LEAST:
            kept.append((product, letter, degrees))
        else:
            idle.setdefault(product, []).append(letter)
    sizes: dict[str, float] = {}
    for step, one in ((s, d) for _, _, degrees in kept for s, d in degrees.items()):
        sizes[step] = max(sizes.get(step, 0.0), abs(one.median) if is_number(one.median) else 0.0)
    first = sorted(sizes, key=lambda step: -sizes[step])[:_MOST_STEPS]
    shown = [
        (p, letter, {s: d[s] for s in sizes if s in first and s in d}) for p, letter, d in kept
    ]
    said = f" The {len(first)} of {len(sizes)} steps that matter most." * (len(first) < len(sizes))
    if idle:
        which = [f"{formula(product)} under {listed(names)}" for product, names in idle.items()]
        said += f" No step matters (less than {_LEAST:g}) for {'; '.join(which)}."
    return shown, said


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
