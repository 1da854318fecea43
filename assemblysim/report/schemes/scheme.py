"""A mechanism as a scheme: species as boxes, steps as labelled arrows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextToPath

from assemblysim.report.content.steps import Step, scheme_steps
from assemblysim.report.content.words import formula
from assemblysim.report.figures.appearance import CM, FAINT, HUES, INK, ONE_COLUMN_CM, PAPER, Look
from assemblysim.report.figures.drawing import styled
from assemblysim.report.schemes.graph_layout import Box, Layout, lay_out
from assemblysim.report.schemes.ring import draw_ring, ring_layout
from assemblysim.result.mechanism import MechanismResult, StoredSpecies

_NAME_SIZE, _LABEL_SIZE = 8.0, 6.3
_LINE_CM = 0.30
_MARGIN_CM = 0.25
# From the middle of a box, where an arrow back meets it beside those on the way there.
_ASIDE_CM = 0.25
_PLAIN = Look(HUES[0], "-")


@dataclass(frozen=True)
class Sizes:
    """How large a scheme is drawn.

    Attributes:
        row_gap: cm between boxes above each other.
        least: width in cm that the figure has where the steps need no more.
        label: of the letters on the steps and of compositions, points.
    """

    row_gap: float = 0.5
    least: float = ONE_COLUMN_CM
    label: float = _LABEL_SIZE


_PLAIN_SIZES = Sizes()
Arrows = Callable[[Axes, Sequence[Step], Mapping[str, Box], Layout], None]


def scheme_figure(
    mechanism: MechanismResult, looks: Mapping[str, Look], observed: Sequence[str] = ()
) -> Figure:
    """Draw a mechanism from its stored species, reactions and rate constants.

    Args:
        mechanism: what is stored of it.
        looks: the look of each species.
        observed: species that the data show; the boxes of others are dashed.

    Returns:
        A figure of one column's width, or wider where the steps need it.
    """
    return drawn_scheme(mechanism.species, scheme_steps(mechanism), looks, observed, draw_arrows)


@styled
def drawn_scheme(
    species: Sequence[StoredSpecies],
    steps: Sequence[Step],
    looks: Mapping[str, Look],
    observed: Sequence[str],
    arrows: Arrows,
    sizes: Sizes = _PLAIN_SIZES,
) -> Figure:
    """Draw species as boxes and steps as labels, and leave the arrows between them to the caller.

    Args:
        species: with what they are made of; those that no step has are left out.
        steps: with their labels.
        looks: the look of each species.
        observed: species that the data show; the boxes of others are dashed.
        arrows: draws them into axes in cm, from steps, boxes and their places. Plain ones make a
            circle of a catalytic cycle.
        sizes: of gaps, letters and the whole.
    """
    compositions = {one.name: one.composition for one in species}
    drawn = list(dict.fromkeys(name for s in steps for name in (*s.starts, *s.ends)))
    if not drawn:
        drawn = list(compositions)
    boxes = {f"species {n}": _species_box(n, compositions.get(n, ()), sizes.label) for n in drawn}
    boxes |= {f"step {s.name}": _label_box(s.lines, sizes.label) for s in steps}
    boxes |= {f"nothing {s.name}": Box(0.4, 0.3) for s in steps if not (s.starts and s.ends)}
    circle = ring_layout(boxes, steps) if arrows is draw_arrows else None
    arrows = arrows if circle is None else draw_ring
    layout = circle or scheme_layout(boxes, steps, sizes.row_gap)
    width = max(sizes.least, layout.width + 2 * _MARGIN_CM)
    height = layout.height + 2 * _MARGIN_CM
    figure = Figure(figsize=(width * CM, height * CM))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    left = (width - layout.width) / 2
    axes.set_xlim(-left, width - left)
    axes.set_ylim(height - _MARGIN_CM, -_MARGIN_CM)
    arrows(axes, steps, boxes, layout)
    for nothing in (name for name in boxes if name.startswith("nothing ")):
        axes.text(*layout.centres[nothing], "∅", ha="center", va="center", color=FAINT)
    for name in drawn:
        _draw_species(
            axes, (formula(name), _composition_line(name, compositions.get(name, ()))),
            boxes[f"species {name}"], layout.centres[f"species {name}"], looks.get(name, _PLAIN),
            sizes.label, dashed=bool(observed) and name not in observed,
        )  # fmt: skip
    for step in steps:
        _draw_label(axes, step.lines, layout.centres[f"step {step.name}"], sizes.label)
    return figure


def scheme_layout(boxes: Mapping[str, Box], steps: Sequence[Step], row_gap: float) -> Layout:
    """Place the boxes; a step that only leads back is laid out upwards, and so closes its cycle."""
    upwards = steps_back(steps)
    edges: dict[tuple[str, str], tuple[str, str]] = {}
    for step in steps:
        for one in (*edges_before(step), *edges_after(step)):
            edges[one] = one[::-1] if step.name in upwards else one
    layout = lay_out(boxes, list(dict.fromkeys(edges.values())), row_gap=row_gap)
    bends = {
        one: layout.bends[placed] if placed == one else layout.bends[placed][::-1]
        for one, placed in edges.items()
    }
    return replace(layout, bends=bends)


def steps_back(steps: Sequence[Step]) -> frozenset[str]:
    """Return the names of steps that lead to nothing but species that lead to their start."""
    after: dict[str, set[str]] = {}
    found = set()
    for step in steps:
        leads_back = [any(_reaches(e, s, after) for s in step.starts) for e in step.ends]
        if leads_back and all(leads_back):
            found.add(step.name)
            continue
        for start in step.starts:
            after.setdefault(start, set()).update(step.ends)
    return frozenset(found)


def _reaches(start: str, end: str, after: Mapping[str, set[str]]) -> bool:
    """Say whether one species leads to another."""
    seen, ahead = {start}, [start]
    while ahead:
        new = after.get(ahead.pop(), set()) - seen
        seen |= new
        ahead.extend(new)
    return end in seen and end != start


def edges_before(step: Step) -> list[tuple[str, str]]:
    """Return the lines from what a step starts from, or from nothing, to its label."""
    starts = [f"species {name}" for name in step.starts] or [f"nothing {step.name}"]
    return [(start, f"step {step.name}") for start in starts]


def edges_after(step: Step) -> list[tuple[str, str]]:
    """Return the lines from the label of a step to what it leads to, or to nothing."""
    ends = [f"species {name}" for name in step.ends] or [f"nothing {step.name}"]
    return [(f"step {step.name}", end) for end in ends]


def _text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a text in cm."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72 / CM


def _species_box(name: str, composition: Sequence[tuple[str, int]], label_size: float) -> Box:
    second = _composition_line(name, composition)
    width = _text_width(formula(name), _NAME_SIZE, "bold") + 0.35
    if second:
        width = max(width, _text_width(second, label_size) + 0.3)
    return Box(max(width, 1.0), 0.82 if second else 0.56)


def _composition_line(name: str, composition: Sequence[tuple[str, int]]) -> str:
    """Return the composition, where the name does not already say it."""
    written = "".join(f"{block}{count if count > 1 else ''}" for block, count in composition)
    if not composition or written == name or sum(count for _, count in composition) == 1:
        return ""
    return formula(written)


def _label_box(lines: Sequence[str], label_size: float) -> Box:
    """Return the room of a label; none in height without one, so that lines go through."""
    if not lines:
        return Box(0.3, 0.0)
    width = max(sum(p.width for p in _segments(line, label_size)) for line in lines)
    return Box(width + 0.2, _line_height(label_size) * len(lines) + 0.06)


def _line_height(label_size: float) -> float:
    """Return how far the lines of a label are apart, cm."""
    return _LINE_CM * label_size / _LABEL_SIZE


@dataclass(frozen=True)
class _Segment:
    """A run of letters of one kind in a line of a label; width in cm, drop below the line in cm."""

    text: str
    size: float
    slant: Literal["normal", "italic"]
    drop: float
    width: float


def _segments(line: str, label_size: float) -> list[_Segment]:
    """Split a line so that k_grow is drawn as an italic k with a subscript."""
    segments = []
    for i, text in enumerate(re.split(r"\b([A-Za-z])_([A-Za-z0-9_]+)", line)):
        if not text:
            continue
        size = label_size * (0.78 if i % 3 == 2 else 1)
        shown = text.replace("_", " ") if i % 3 == 2 else text
        segments.append(
            _Segment(
                shown,
                size,
                "italic" if i % 3 == 1 else "normal",
                0.06 if i % 3 == 2 else 0.0,
                _text_width(shown, size),
            )
        )
    return segments


def _draw_species(
    axes: Axes,
    lines: tuple[str, str],
    box: Box,
    centre: tuple[float, float],
    look: Look,
    label_size: float,
    *,
    dashed: bool,
) -> None:
    x, y = centre
    corner = (x - box.width / 2 + 0.08, y - box.height / 2 + 0.08)
    for face, alpha in ((PAPER, 1.0), (look.colour, 0.16)):
        axes.add_patch(
            FancyBboxPatch(
                corner, box.width - 0.16, box.height - 0.16, boxstyle="round,pad=0.08",
                facecolor=face, edgecolor="none", alpha=alpha, zorder=3,
            )
        )  # fmt: skip
    axes.add_patch(
        FancyBboxPatch(
            corner, box.width - 0.16, box.height - 0.16, boxstyle="round,pad=0.08",
            facecolor="none", edgecolor=look.colour, linewidth=0.9,
            linestyle=(0, (3, 2)) if dashed else "-", zorder=4,
        )
    )  # fmt: skip
    first, second = lines
    raised = y - (0.15 if second else 0)
    for place, text, size, weight, colour in (
        (raised, first, _NAME_SIZE, "bold", INK),
        (y + 0.19, second, label_size, "normal", FAINT),
    ):
        axes.text(
            x, place, text, size=size, weight=weight, color=colour, ha="center",
            va="center_baseline", zorder=5,
        )  # fmt: skip


def _draw_label(
    axes: Axes, lines: Sequence[str], centre: tuple[float, float], label_size: float
) -> None:
    x, y = centre
    height = _line_height(label_size)
    top = y - height * (len(lines) - 1) / 2 + 0.07 * label_size / _LABEL_SIZE
    for i, line in enumerate(lines):
        segments = _segments(line, label_size)
        left = x - sum(segment.width for segment in segments) / 2
        for segment in segments:
            axes.text(
                left, top + i * height + segment.drop, segment.text, size=segment.size,
                style=segment.slant, ha="left", va="baseline", zorder=5,
            )  # fmt: skip
            left += segment.width


def draw_arrows(
    axes: Axes, steps: Sequence[Step], boxes: Mapping[str, Box], layout: Layout
) -> None:
    """Draw thin arrows of one width."""
    weighted_arrows({})(axes, steps, boxes, layout)


def weighted_arrows(weights: Mapping[str, float]) -> Arrows:
    """Return what draws an arrow the thicker and the darker, the more its step weighs.

    Args:
        weights: of steps by name, from 0 (pale) to 1 (twice as thick as an arrow of a plain
            scheme); a step without one is drawn as there.
    """

    def draw(axes: Axes, steps: Sequence[Step], boxes: Mapping[str, Box], layout: Layout) -> None:
        upwards = steps_back(steps)
        for step in steps:
            weight = weights.get(step.name, 0.5)
            aside = _aside(step, layout) if step.name in upwards else 0.0
            for edge in edges_before(step):
                ends = _ends_of(edge, boxes, layout, (aside, 0.0))
                _draw_line(axes, ends, layout.bends[edge], weight, head=False, tail=step.reversible)
            for edge in edges_after(step):
                ends = _ends_of(edge, boxes, layout, (0.0, aside))
                _draw_line(axes, ends, layout.bends[edge], weight, head=True, tail=False)

    return draw


def _ends_of(
    edge: tuple[str, str],
    boxes: Mapping[str, Box],
    layout: Layout,
    aside: tuple[float, float],
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where a line leaves and reaches its boxes, so far right of their middles (cm)."""
    (xa, ya), (xb, yb) = (layout.centres[name] for name in edge)
    down = 1 if yb > ya else -1
    first = (xa + aside[0], ya + down * boxes[edge[0]].height / 2)
    return first, (xb + aside[1], yb - down * boxes[edge[1]].height / 2)


def _aside(step: Step, layout: Layout) -> float:
    """Return how far to the right an arrow back meets its boxes; to the left where it comes."""
    boxes = [layout.centres[f"species {name}"][0] for name in (*step.starts, *step.ends)]
    return -_ASIDE_CM if layout.centres[f"step {step.name}"][0] < min(boxes) else _ASIDE_CM


def _draw_line(
    axes: Axes,
    ends: tuple[tuple[float, float], tuple[float, float]],
    bends: Sequence[tuple[float, float]],
    weight: float,
    *,
    head: bool,
    tail: bool,
) -> None:
    """Draw a smooth line from end to end through its bends, with the heads asked for."""
    outline = smooth_line([ends[0], *bends, ends[1]])
    style = {(True, False): "-|>", (False, True): "<|-"}.get((head, tail), "-")
    axes.add_patch(
        FancyArrowPatch(
            path=outline, arrowstyle=style, mutation_scale=6.5,
            alpha=min(1.0, 0.2 + 1.6 * weight),
            edgecolor=FAINT, facecolor=FAINT if head else PAPER if tail else "none",
            linewidth=0.4 + weight, shrinkA=0, shrinkB=0, zorder=2,
        )
    )  # fmt: skip


def smooth_line(points: Sequence[tuple[float, float]]) -> Outline:
    """Return a line through points that leaves and reaches each of them vertically."""
    vertices, codes = [points[0]], [Outline.MOVETO]
    for (xa, ya), (xb, yb) in pairwise(points):
        half = (ya + yb) / 2
        vertices += [(xa, half), (xb, half), (xb, yb)]
        codes += [Outline.CURVE4] * 3
    return Outline(vertices, codes)
