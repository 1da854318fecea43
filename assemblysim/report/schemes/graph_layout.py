"""Places for the boxes of a scheme: rows from top to bottom, few crossings, no overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import isotonic_regression

from assemblysim.report.document.arrays import Floats

_SWEEPS = 12
_BEND_WIDTH = 0.35


@dataclass(frozen=True)
class Box:
    """Something that takes room in a scheme.

    Attributes:
        width: cm.
        height: cm.
    """

    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Where things are, in cm from the upper left corner, y downwards.

    Attributes:
        centres: (x, y) of each box.
        bends: for each edge the points that it passes between its two boxes.
        width: of the whole.
        height: of the whole.
    """

    centres: Mapping[str, tuple[float, float]]
    bends: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float


def lay_out(
    boxes: Mapping[str, Box],
    edges: Sequence[tuple[str, str]],
    *,
    column_gap: float = 0.3,
    row_gap: float = 0.5,
) -> Layout:
    """Place boxes in rows, so that edges run downwards wherever there is no cycle.

    Args:
        boxes: by name; the order decides where nothing else does.
        edges: from box to box.
        column_gap: cm between neighbours.
        row_gap: cm between rows.

    Returns:
        The places. Method: layers by longest path, order by barycentres (Sugiyama, Tagawa &
        Toda, IEEE Trans. Syst. Man Cybern. 1981, 11, 109), columns by isotonic regression.
    """
    downward = _without_cycles(list(boxes), edges)
    level = _levels(list(boxes), downward)
    chains = {edge: _chain(edge, level) for edge in downward}
    links = [pair for chain in chains.values() for pair in pairwise(chain)]
    rows = _ordered(_rows(boxes, level, chains), links)
    widths = {name: boxes[name].width if name in boxes else _BEND_WIDTH for r in rows for name in r}
    x = _columns(rows, links, widths, column_gap)
    y, height = _heights(rows, boxes, row_gap)
    left = min(x[name] - widths[name] / 2 for name in x)
    right = max(x[name] + widths[name] / 2 for name in x)
    place = {name: (x[name] - left, y[name]) for name in x}
    bends = {}
    for edge in edges:
        chain = chains.get(edge) or chains[edge[1], edge[0]][::-1]
        bends[edge] = tuple(place[name] for name in chain[1:-1])
    return Layout({name: place[name] for name in boxes}, bends, right - left, height)


def _without_cycles(
    names: Sequence[str], edges: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Turn round the edges that close a cycle, found by a depth-first walk."""
    following: dict[str, list[str]] = {name: [] for name in names}
    for start, end in edges:
        following[start].append(end)
    state: dict[str, int] = {}
    turned: set[tuple[str, str]] = set()
    for root in names:
        stack = [(root, iter(following[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                state[name] = 2
                stack.pop()
            elif step not in state:
                state[step] = 1
                stack.append((step, iter(following[step])))
            elif state[step] == 1:
                turned.add((name, step))
    kept = [edge for edge in edges if edge not in turned]
    return list(dict.fromkeys([*kept, *((b, a) for a, b in turned if a != b)]))


def _levels(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return for each box the length of the longest path that leads to it."""
    before: dict[str, list[str]] = {name: [] for name in names}
    after: dict[str, list[str]] = {name: [] for name in names}
    for start, end in edges:
        before[end].append(start)
        after[start].append(end)
    level: dict[str, int] = {}
    waiting = {name: len(before[name]) for name in names}
    ready = [name for name in names if not waiting[name]]
    while ready:
        name = ready.pop(0)
        level[name] = max((level[b] + 1 for b in before[name]), default=0)
        for step in after[name]:
            waiting[step] -= 1
            if not waiting[step]:
                ready.append(step)
    return level


def _chain(edge: tuple[str, str], level: Mapping[str, int]) -> list[str]:
    """Return an edge's boxes with a bend for every layer that it passes."""
    start, end = edge
    bends = [f"{start}|{end}|{i}" for i in range(level[start] + 1, level[end])]
    return [start, *bends, end]


def _rows(
    boxes: Mapping[str, Box],
    level: Mapping[str, int],
    chains: Mapping[tuple[str, str], Sequence[str]],
) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
    for name in boxes:
        rows[level[name]].append(name)
    for (start, _), chain in chains.items():
        for i, bend in enumerate(chain[1:-1], start=level[start] + 1):
            rows[i].append(bend)
    return rows


def _neighbours(
    links: Sequence[tuple[str, str]],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for start, end in links:
        above.setdefault(end, []).append(start)
        below.setdefault(start, []).append(end)
    return above, below


def _ordered(rows: list[list[str]], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Order each layer by the mean place of its neighbours, keeping the fewest crossings."""
    above, below = _neighbours(links)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    current = [list(row) for row in rows]
    for sweep in range(_SWEEPS):
        side = above if sweep % 2 == 0 else below
        sequence = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for i in sequence:
            other = current[i - 1] if sweep % 2 == 0 else current[i + 1]
            rank = {name: k for k, name in enumerate(other)}
            own = {name: k for k, name in enumerate(current[i])}
            current[i].sort(key=lambda name: _mean(side.get(name), rank, own[name]))
        crossed = _crossings(current, below)
        if crossed < fewest:
            best, fewest = [list(row) for row in current], crossed
    return best


def _mean(neighbours: list[str] | None, rank: Mapping[str, int], own: int) -> float:
    return float(np.mean([rank[n] for n in neighbours])) if neighbours else float(own)


def _crossings(rows: Sequence[Sequence[str]], below: Mapping[str, list[str]]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        rank = {name: k for k, name in enumerate(lower)}
        ends = [[rank[n] for n in below.get(name, ())] for name in upper]
        for i, first in enumerate(ends):
            for second in ends[i + 1 :]:
                total += sum(a > b for a in first for b in second)
    return total


def _columns(
    rows: Sequence[Sequence[str]],
    links: Sequence[tuple[str, str]],
    widths: Mapping[str, float],
    gap: float,
) -> dict[str, float]:
    """Draw each box towards the mean of its neighbours as far as order and width allow."""
    above, below = _neighbours(links)
    x: dict[str, float] = {}
    for row in rows:
        offsets = _offsets(row, widths, gap)
        x.update(zip(row, (offsets - offsets[-1] / 2).tolist(), strict=True))
    for sweep in range(4 * _SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted = []
            for name in row:
                near = [*above.get(name, ()), *below.get(name, ())]
                wanted.append(float(np.mean([x[n] for n in near])) if near else x[name])
            offsets = _offsets(row, widths, gap)
            placed = isotonic_regression(np.array(wanted) - offsets).x + offsets
            x.update(zip(row, placed.tolist(), strict=True))
    return x


def _offsets(row: Sequence[str], widths: Mapping[str, float], gap: float) -> Floats:
    """Return how far each box of a layer must at least lie to the right of the first."""
    steps = [(widths[a] + widths[b]) / 2 + gap for a, b in pairwise(row)]
    return np.concatenate([[0.0], np.cumsum(steps)])


def _heights(
    rows: Sequence[Sequence[str]], boxes: Mapping[str, Box], gap: float
) -> tuple[dict[str, float], float]:
    y: dict[str, float] = {}
    top = 0.0
    for row in rows:
        height = max((boxes[name].height for name in row if name in boxes), default=0.0)
        y.update((name, top + height / 2) for name in row)
        top += height + gap
    return y, top - gap
