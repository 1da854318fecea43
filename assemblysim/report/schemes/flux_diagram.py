"""Where the material flows: the scheme with arrows as wide as what each step moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon

from assemblysim.report.content.following import interval_percent
from assemblysim.report.content.steps import Step, step_names, turnover_steps
from assemblysim.report.content.words import is_number, number
from assemblysim.report.figures.appearance import CM, FAINT, HUES, Look
from assemblysim.report.schemes.graph_layout import Box, Layout
from assemblysim.report.schemes.scheme import (
    Sizes,
    drawn_scheme,
    edges_after,
    edges_before,
    smooth_line,
)
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.numbers import Interval
from assemblysim.result.predictions import StepTurnover

# Of the step that moved most, cm.
_WIDEST = 0.3
# What would be thinner is drawn so, cm: its width tells no more than that it is little.
_THINNEST = 0.02
# Of the widest: what moved less than this is dotted.
_HARDLY_ANY = 0.005
_PALE = 0.25  # opacity of what may move beyond the median
_GAP = 0.22  # between lines at one box, cm
# How far from the middle of its box a line may be moved to be straight, cm.
_MOVED = 0.3
_SIZES = Sizes(row_gap=0.8)
_PLAIN = Look(HUES[0], "-")

Edge = tuple[str, str]


@dataclass(frozen=True)
class Flow:
    """What one step turned over, as it is drawn.

    Attributes:
        step: its name.
        turnover: the median of the net extent, not below 0; None where it is not known.
        moved: what part of a building block passed through it, in words; "" where none is known.
        backwards: whether the step ran back on the whole.
        width: of the arrow, cm, in proportion to that part, or else to the turnover.
        widest: that it has at the upper end of the 95 % interval, cm.
        unit: of the study's concentrations.
    """

    step: str
    turnover: float | None
    backwards: bool
    width: float
    widest: float = 0.0
    unit: str = "mM"
    moved: str = ""

    @property
    def visible(self) -> bool:
        """Whether enough went through the step for an arrow of its own colour."""
        return self.width >= _HARDLY_ANY * _WIDEST


def flows(mechanism: MechanismResult, extents: Mapping[str, StepTurnover]) -> dict[str, Flow]:
    """Return the net flow through every step from its stored extent.

    Args:
        mechanism: what is stored of it.
        extents: of its steps.

    Returns:
        By name of the step; the widest arrow belongs to the step that turned over most.
    """
    block = moved_block(extents)
    sizes = {step: _size(one, block) for step, one in extents.items()}
    most = max((size for size in sizes.values() if size is not None), default=0.0)
    found = {}
    for step in step_names(mechanism):
        one, size = extents.get(step), sizes.get(step)
        value = None if one is None else one.extent.median
        known = abs(value) if is_number(value) else None
        scale = _WIDEST / most if most > 0 else 0.0
        width = scale * size if size is not None else 0.0
        widest = scale * max(_largest(one, block), size or 0.0) if one is not None else 0.0
        back = is_number(value) and value < 0
        unit = "mM" if one is None else one.unit
        moved = "" if one is None or known is None else _moved(one, block)
        found[step] = Flow(step, known, back, width, min(widest, 2 * _WIDEST), unit, moved)
    return found


def moved_block(extents: Mapping[str, StepTurnover]) -> str:
    """Return the building block of which most passes through some step; "" where none does."""
    most: dict[str, float] = {}
    for one in extents.values():
        for block, share in one.shares.items():
            if is_number(share.median):
                most[block] = max(most.get(block, 0.0), abs(share.median))
    return max(most, key=most.__getitem__) if any(most.values()) else ""


def _size(one: StepTurnover, block: str) -> float | None:
    """Return what the width of an arrow is in proportion to."""
    share = one.shares.get(block) if block else None
    value = one.extent.median if share is None else share.median
    return abs(value) if is_number(value) and is_number(one.extent.median) else None


def _largest(one: StepTurnover, block: str) -> float:
    """Return the end of the interval that is farther from nothing; 0 where it is not known."""
    share = one.shares.get(block) if block else None
    found = one.extent if share is None else share
    return max((abs(end) for end in (found.lower, found.upper) if is_number(end)), default=0.0)


def _moved(one: StepTurnover, block: str) -> str:
    share = one.shares.get(block) if block else None
    if share is None or not is_number(share.median):
        return ""
    if share.median < 0 and is_number(share.lower) and is_number(share.upper):
        share = Interval(-share.median, -share.upper, -share.lower)  # it is said to run back
    return f"{interval_percent(share)} of {block}"


def flux_diagram(
    mechanism: MechanismResult,
    extents: Mapping[str, StepTurnover],
    looks: Mapping[str, Look],
    observed: Sequence[str] = (),
) -> Figure:
    """Draw a mechanism with arrows as wide as the part of a building block that each step moves.

    Behind each arrow a pale one is as wide as the upper end of the 95 % interval. A step that ran
    backwards on the whole is drawn in that direction. One that moved next to nothing is a dotted
    line.

    Args:
        mechanism: what is stored of it.
        extents: of its steps.
        looks: the look of each step.
        observed: species that the data show; the boxes of others are dashed.

    Returns:
        A figure of one column's width, or wider where the steps need it.
    """
    found = flows(mechanism, extents)
    steps = turnover_steps(mechanism, {name: _lines(flow) for name, flow in found.items()})
    names = (one.name for one in mechanism.species)
    arrows = partial(_draw_flows, found, looks)
    boxes = dict.fromkeys(names, Look(FAINT, "-"))  # colours are those of the steps
    return drawn_scheme(mechanism.species, steps, boxes, observed, arrows, _SIZES)


def _lines(flow: Flow) -> tuple[str, ...]:
    """Say which part of a block a step moved, or else its turnover."""
    if flow.turnover is None:
        return ("turnover not known",)
    back = " back" if flow.backwards else ""
    return (flow.moved + back if flow.moved else f"{number(flow.turnover, 2)} {flow.unit}{back}",)


def _draw_flows(
    found: Mapping[str, Flow],
    looks: Mapping[str, Look],
    axes: Axes,
    steps: Sequence[Step],
    boxes: Mapping[str, Box],
    layout: Layout,
) -> None:
    widths = {
        edge: max(found[s.name].width, found[s.name].widest)
        for s in steps
        for edge in (*edges_before(s), *edges_after(s))
    }
    ports = _ports(widths, boxes, layout)
    for step in steps:
        flow, look = found[step.name], looks.get(step.name, _PLAIN)
        for edges, ahead in ((edges_before(step), False), (edges_after(step), True)):
            for edge in edges:
                points = [ports[edge, 0], *layout.bends[edge], ports[edge, 1]]
                way = points[::-1] if flow.backwards else points
                _draw_flow(axes, way, flow, look, head=ahead != flow.backwards)


def _ports(
    widths: Mapping[Edge, float], boxes: Mapping[str, Box], layout: Layout
) -> dict[tuple[Edge, int], tuple[float, float]]:
    """Return where each line leaves and reaches its two boxes, side by side without crossing."""
    sides: dict[tuple[str, int], list[tuple[float, Edge, int]]] = {}
    for edge in widths:
        centres = [layout.centres[name] for name in edge]
        down = 1 if centres[1][1] > centres[0][1] else -1
        way = [centres[0], *layout.bends[edge], centres[1]]
        sides.setdefault((edge[0], down), []).append((way[1][0], edge, 0))
        sides.setdefault((edge[1], -down), []).append((way[-2][0], edge, 1))
    found = {}
    for (name, side), lines in sides.items():
        room = [max(widths[edge], _THINNEST) + _GAP for _, edge, _ in lines]
        x, y = layout.centres[name]
        scale = min(1.0, 0.9 * boxes[name].width / sum(room))
        left = x - scale * sum(room) / 2
        for (_, edge, end), own in sorted(zip(lines, room, strict=True), key=lambda p: p[0][0]):
            found[edge, end] = (left + scale * own / 2, y + side * boxes[name].height / 2)
            left += scale * own
    alone = {(lines[0][1], lines[0][2]) for lines in sides.values() if len(lines) == 1}
    # Short lines are straight where a box has no other line on that side.
    for edge, end in sorted(alone, key=lambda line: (line[0], -line[1])):
        if layout.bends[edge]:
            continue
        (x, y), other = found[edge, end], found[edge, 1 - end][0]
        if abs(other - x) < min(_MOVED, boxes[edge[end]].width / 2 - widths[edge] / 2):
            found[edge, end] = (other, y)
    return found


def _draw_flow(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    flow: Flow,
    look: Look,
    *,
    head: bool,
) -> None:
    """Draw a line along points, as wide as the flow, with a head at its last point if wanted."""
    colour = look.colour if flow.visible else FAINT
    half = 0.07 + 0.65 * flow.width
    length = 1.4 * half if head else 0.0
    (x, y), before = points[-1], points[-2]
    down = 1 if y > before[1] else -1
    line = [*points[:-1], (x, y - down * length * 0.95)]
    if flow.visible and flow.widest > flow.width:
        axes.add_patch(
            PathPatch(
                smooth_line(line), facecolor="none", edgecolor=colour, capstyle="butt", zorder=1,
                alpha=_PALE, linewidth=72 * CM * flow.widest,
            )
        )  # fmt: skip
    axes.add_patch(
        PathPatch(
            smooth_line(line), facecolor="none", edgecolor=colour, capstyle="butt", zorder=2,
            linewidth=72 * CM * max(flow.width, _THINNEST),
            linestyle="-" if flow.visible else (0, (1, 1.5)),
        )
    )  # fmt: skip
    if head:
        tip = [(x - half, y - down * length), (x + half, y - down * length), (x, y)]
        axes.add_patch(Polygon(tip, facecolor=colour, edgecolor="none", zorder=2))
