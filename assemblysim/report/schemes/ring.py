"""A catalytic cycle drawn as one: its species and steps on a circle, the others outside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path as Outline

from assemblysim.report.content.steps import Step
from assemblysim.report.figures.appearance import FAINT, PAPER
from assemblysim.report.schemes.graph_layout import Box, Layout

# Cycles of more species are no picture of a circle any more.
_MOST = 8
_MOST_LOOKED_AT = 20_000  # ways through a network, of which a dense one has too many
_GAP = 0.35  # between neighbours on the circle, cm
_OUTSIDE = 0.8  # between the circle and what stands outside it, cm
_FANS = (0.5, 0.8, 1.2)  # between steps outside at one species, of the angle between neighbours
_ROUND = 1.12  # how far beyond their chord arrows on the circle run
Point = tuple[float, float]


def catalytic_cycle(steps: Sequence[Step]) -> tuple[tuple[str, Step], ...]:
    """Return the longest cycle that takes something up and gives something off.

    Returns:
        Each species of it with the step that leads on to the next; nothing where there is none.
    """
    found: tuple[tuple[str, Step], ...] = ()
    left = [_MOST_LOOKED_AT]
    for start in dict.fromkeys(name for step in steps for name in step.starts):
        for cycle in _cycles_from(start, (), steps, left):
            if len(cycle) > len(found) and _turns_over(cycle):
                found = cycle
    return found


def _cycles_from(
    at: str, way: tuple[tuple[str, Step], ...], steps: Sequence[Step], left: list[int]
) -> list[tuple[tuple[str, Step], ...]]:
    """Return the cycles that begin with a way, each species in them once; `left` counts down."""
    left[0] -= 1
    if len(way) == _MOST or left[0] < 0:
        return []
    start = way[0][0] if way else at
    found = []
    seen = {name for name, _ in way}
    for step in steps:
        if at not in step.starts or step in [one for _, one in way]:
            continue
        longer = (*way, (at, step))
        for end in step.ends:
            if end == start and longer[1:]:
                found.append(longer)
            elif end not in seen and end != at:
                found += _cycles_from(end, longer, steps, left)
    return found


def _turns_over(cycle: tuple[tuple[str, Step], ...]) -> bool:
    """Say whether a cycle takes up what it does not hold, and gives off the like."""
    takes = any(len(s.starts) > 1 or any("+ " in line for line in s.lines) for _, s in cycle)
    return takes and any(
        len(s.ends) > 1 or any("\u2212 " in line for line in s.lines) for _, s in cycle
    )


def ring_layout(boxes: Mapping[str, Box], steps: Sequence[Step]) -> Layout | None:
    """Place a catalytic cycle on a circle, clockwise from the top; None where it cannot be.

    What else a step takes up or gives off stands outside at the step, before and behind it. A
    network whose other steps have no end on the cycle, or whose boxes would overlap, cannot be.
    """
    cycle = catalytic_cycle(steps)
    if not cycle:
        return None
    around = [name for species, step in cycle for name in (_of(species), f"step {step.name}")]
    turn = 2 * math.pi / len(around)
    reach = max(
        math.hypot(boxes[a].width + boxes[b].width, boxes[a].height + boxes[b].height) / 2
        for a, b in zip(around, around[1:] + around[:1], strict=True)
    )
    radius = (reach + _GAP) / (2 * math.sin(turn / 2))
    for spread in _FANS:
        angles = {name: i * turn for i, name in enumerate(around)}
        places = {name: _at(radius, angle) for name, angle in angles.items()}
        ahead = _fanned(steps, angles, spread * turn)
        rings = [(radius, turn, ahead.get(step.name)) for step in steps]
        placed = [
            _place_outside(step, boxes, angles, places, ring)
            for step, ring in zip(steps, rings, strict=True)
        ]
        if all(placed) and not _overlap(places, boxes):
            return _layout(places, boxes, steps)
    return None


def _place_outside(
    step: Step,
    boxes: Mapping[str, Box],
    angles: dict[str, float],
    places: dict[str, Point],
    ring: tuple[float, float, float | None],
) -> bool:
    """Place what a step has beside the cycle; say whether it could be."""
    radius, turn, angle_of_step = ring
    label = f"step {step.name}"
    on_ring = [_of(n) for n in (*step.starts, *step.ends) if _of(n) in angles]
    beyond = radius + _OUTSIDE
    if label not in angles:
        if not on_ring or angle_of_step is None:
            return False
        angles[label] = angle_of_step
        beyond += boxes[label].height / 2 + boxes[on_ring[0]].height / 2
        places[label] = _at(beyond + boxes[label].width / 4, angles[label])
        beyond += _OUTSIDE + boxes[label].width / 2
        turn = 0.0  # what it leads from or to stands straight behind it
    for names, side in ((step.starts, -1), (step.ends, 1)):
        new = [_of(n) for n in names if _of(n) not in places]
        for i, name in enumerate(new):
            angle = angles[label] + side * turn * (0.3 + 0.5 * i)
            room = (boxes[name].width + boxes[label].width) / 2 * abs(math.sin(angle))
            angles[name], places[name] = angle, _at(beyond + room, angle)
    return not any(name.endswith(f"nothing {step.name}") for name in boxes)


def _fanned(steps: Sequence[Step], angles: Mapping[str, float], turn: float) -> dict[str, float]:
    """Return the angles of steps outside the circle, side by side at the species they leave."""
    at: dict[str, list[str]] = {}
    for step in steps:
        ends = [_of(n) for n in (*step.starts, *step.ends) if _of(n) in angles]
        if f"step {step.name}" not in angles and ends:
            at.setdefault(ends[0], []).append(step.name)
    return {
        name: angles[species] + (i - (len(names) - 1) / 2) * turn
        for species, names in at.items()
        for i, name in enumerate(names)
    }


def _of(species: str) -> str:
    return f"species {species}"


def _at(radius: float, angle: float) -> Point:
    return radius * math.sin(angle), -radius * math.cos(angle)


def _overlap(places: Mapping[str, Point], boxes: Mapping[str, Box]) -> bool:
    return any(
        abs(places[a][0] - places[b][0]) < (boxes[a].width + boxes[b].width) / 2
        and abs(places[a][1] - places[b][1]) < (boxes[a].height + boxes[b].height) / 2
        for a, b in combinations(places, 2)
    )


def _layout(places: Mapping[str, Point], boxes: Mapping[str, Box], steps: Sequence[Step]) -> Layout:
    """Count from the upper left corner, and say where arrows on the circle bend."""
    left = min(x - boxes[n].width / 2 for n, (x, _) in places.items())
    right = max(x + boxes[n].width / 2 for n, (x, _) in places.items())
    top = min(y - boxes[n].height / 2 for n, (_, y) in places.items())
    bottom = max(y + boxes[n].height / 2 for n, (_, y) in places.items())
    cycle = catalytic_cycle(steps)
    following = [*(name for name, _ in cycle[1:]), cycle[0][0]]
    bends: dict[tuple[str, str], tuple[Point, ...]] = {}
    for (species, step), end in zip(cycle, following, strict=True):
        label = f"step {step.name}"
        for a, b in ((_of(species), label), (label, _of(end))):
            x, y = ((places[a][i] + places[b][i]) / 2 * _ROUND for i in (0, 1))
            bends[a, b] = ((x - left, y - top),)
    moved = {name: (x - left, y - top) for name, (x, y) in places.items()}
    return Layout(moved, bends, right - left, bottom - top)


def draw_ring(axes: Axes, steps: Sequence[Step], boxes: Mapping[str, Box], layout: Layout) -> None:
    """Draw the arrows of a layout from `ring_layout`: round on the circle, straight elsewhere."""
    for step in steps:
        label = f"step {step.name}"
        for name in step.starts:
            _draw(axes, (_of(name), label), boxes, layout, head=False, tail=step.reversible)
        for name in step.ends:
            _draw(axes, (label, _of(name)), boxes, layout, head=True, tail=False)


def _draw(
    axes: Axes,
    edge: tuple[str, str],
    boxes: Mapping[str, Box],
    layout: Layout,
    *,
    head: bool,
    tail: bool,
) -> None:
    (xa, ya), (xb, yb) = (layout.centres[name] for name in edge)
    (bend,) = layout.bends.get(edge, (((xa + xb) / 2, (ya + yb) / 2),))
    begin, end = (_border(layout.centres[name], boxes[name], bend) for name in edge)
    curve = Outline([begin, bend, end], [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3])
    style = {(True, False): "-|>", (False, True): "<|-"}.get((head, tail), "-")
    axes.add_patch(
        FancyArrowPatch(
            path=curve, arrowstyle=style, mutation_scale=6.5, edgecolor=FAINT,
            facecolor=FAINT if head else PAPER if tail else "none", linewidth=0.9, shrinkA=0,
            shrinkB=0, zorder=2,
        )
    )  # fmt: skip


def _border(centre: Point, box: Box, towards: Point) -> Point:
    """Return where a line from the middle of a box towards a point leaves it."""
    x, y = towards[0] - centre[0], towards[1] - centre[1]
    beyond = max(abs(x) / (box.width / 2), abs(y) / max(box.height / 2, 1e-9), 1e-9)
    part = min(1.0, 1 / beyond)
    return centre[0] + part * x, centre[1] + part * y
