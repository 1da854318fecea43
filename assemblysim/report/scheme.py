"""A mechanism as a scheme: species as boxes, steps as labelled arrows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextToPath

from assemblysim.report.appearance import CM, FAINT, HUES, ONE_COLUMN_CM, PAPER, Look
from assemblysim.report.drawing import styled
from assemblysim.report.layers import Box, Layout, lay_out
from assemblysim.report.words import (
    formula,
    is_number,
    listed,
    number,
    percent,
    sentence,
    superscript,
    unit,
)

_NAME_SIZE, _LABEL_SIZE = 8.0, 6.3
_LINE_CM = 0.30
_MARGIN_CM = 0.25
_PLAIN = Look(HUES[0], "-")


@dataclass(frozen=True)
class Step:
    """One arrow of a scheme, a reversible pair being one.

    Attributes:
        name: of the forward reaction.
        starts: species boxes that it comes from.
        ends: species boxes that it leads to.
        lines: its label.
        reversible: whether it also runs back.
    """

    name: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    lines: tuple[str, ...]
    reversible: bool


def scheme_figure(
    mechanism: Mapping[str, Any], looks: Mapping[str, Look], observed: Sequence[str] = ()
) -> Figure:
    """Draw a mechanism from its stored species, reactions and rate constants.

    Args:
        mechanism: its part of the summary.
        looks: the look of each species.
        observed: species that the data show; the boxes of others are dashed.

    Returns:
        A figure of one column's width, or wider where the steps need it.
    """
    steps = scheme_steps(mechanism)
    compositions = {s["name"]: s.get("composition") or [] for s in mechanism.get("species") or []}
    drawn = list(dict.fromkeys(name for s in steps for name in (*s.starts, *s.ends)))
    if not drawn:
        drawn = list(compositions)

    def draw() -> Figure:
        boxes = {f"species {n}": _species_box(n, compositions.get(n, [])) for n in drawn}
        boxes |= {f"step {s.name}": _label_box(s.lines) for s in steps}
        boxes |= {f"nothing {s.name}": Box(0.4, 0.3) for s in steps if not (s.starts and s.ends)}
        edges = [(f"species {a}", f"step {s.name}") for s in steps for a in s.starts]
        edges += [(f"step {s.name}", f"species {b}") for s in steps for b in s.ends]
        edges += [(f"nothing {s.name}", f"step {s.name}") for s in steps if not s.starts]
        edges += [(f"step {s.name}", f"nothing {s.name}") for s in steps if not s.ends]
        layout = lay_out(boxes, list(dict.fromkeys(edges)))
        width = max(ONE_COLUMN_CM, layout.width + 2 * _MARGIN_CM)
        height = layout.height + 2 * _MARGIN_CM
        figure = Figure(figsize=(width * CM, height * CM))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        left = (width - layout.width) / 2
        axes.set_xlim(-left, width - left)
        axes.set_ylim(height - _MARGIN_CM, -_MARGIN_CM)
        _draw_arrows(axes, steps, boxes, layout)
        for name in drawn:
            _draw_species(
                axes, name, compositions.get(name, []), boxes[f"species {name}"],
                layout.centres[f"species {name}"], looks.get(name, _PLAIN),
                dashed=bool(observed) and name not in observed,
            )  # fmt: skip
        for step in steps:
            _draw_label(axes, step.lines, layout.centres[f"step {step.name}"])
        return figure

    return styled(draw)


def scheme_steps(mechanism: Mapping[str, Any]) -> tuple[Step, ...]:
    """Turn stored one-way reactions into the arrows of a scheme.

    A free building block is no box of its own where it only joins or leaves another species:
    it is named on the arrow. Where only building blocks react, the one with the smallest
    coefficient (the later in the list among equals) is the box that the arrow starts from.
    """
    reactions = mechanism.get("reactions") or []
    known = {r["name"] for r in reactions}
    back = {r["reverse_of"]: r for r in reactions if r.get("reverse_of") in known}
    blocks = _building_blocks(mechanism)
    names = [s["name"] for s in mechanism.get("species") or []]
    shares = _share_lines(mechanism)
    steps = []
    for reaction in reactions:
        if reaction.get("reverse_of") in known:
            continue
        starts = _boxed(reaction["reactants"], blocks)
        ends = _boxed(reaction["products"], blocks)
        lines = [
            *_partner_lines(reaction, starts, ends),
            *_constant_lines(mechanism, reaction, back.get(reaction["name"])),
            *shares.get(reaction["name"], []),
        ]
        typeset = tuple(sentence(line, names) for line in lines)
        steps.append(Step(reaction["name"], starts, ends, typeset, reaction["name"] in back))
    return tuple(steps)


def describe_scheme(name: str, mechanism: Mapping[str, Any]) -> str:
    """Say what a scheme shows: each step as an equation."""
    species = [s["name"] for s in mechanism.get("species") or []]
    equations = [
        f"{r['name']}: {sentence(equation_text(r), species)}" for r in mechanism["reactions"]
    ]
    return f"Reaction scheme of mechanism {name}. Steps: {'; '.join(equations)}."


def equation_text(reaction: Mapping[str, Any]) -> str:
    """Return a one-way reaction as ``2 Dy3L -> Dy6L2``; an empty side is ∅."""
    return f"{_side(reaction['reactants'])} -> {_side(reaction['products'])}"


def _side(names: Sequence[str]) -> str:
    parts = [name if n == 1 else f"{n} {name}" for name, n in Counter(names).items()]
    return " + ".join(parts) or "∅"


def _building_blocks(mechanism: Mapping[str, Any]) -> frozenset[str]:
    """Return the free building blocks: one unit of one block, and never alone on a side."""
    found = set()
    compositions = [(s["name"], s.get("composition") or []) for s in mechanism.get("species") or []]
    reactions = mechanism.get("reactions") or []
    sides = [r[side] for r in reactions for side in ("reactants", "products")]
    for name, composition in compositions:
        if sum(count for _, count in composition) != 1:
            continue
        alike = [other for other, c in compositions if c == composition and other != name]
        if not alike and all(len(set(side)) > 1 for side in sides if name in side):
            found.add(name)
    return frozenset(found)


def _boxed(side: Sequence[str], blocks: frozenset[str]) -> tuple[str, ...]:
    """Return the species of a side that are boxes, each once; () for an empty side."""
    if side and set(side) <= blocks:
        return (_main_block(side),)
    return tuple(dict.fromkeys(name for name in side if name not in blocks))


def _main_block(side: Sequence[str]) -> str:
    counts = Counter(side)
    least = min(counts.values())
    return [name for name, count in counts.items() if count == least][-1]


def _partner_lines(
    reaction: Mapping[str, Any], starts: Sequence[str], ends: Sequence[str]
) -> list[str]:
    """Name what the boxes do not show: coefficients, building blocks that join or leave."""
    came, left = Counter(reaction["reactants"]), Counter(reaction["products"])
    several = [f"{came[name]} {name}" for name in starts if came[name] > 1]
    joined = [_amount(name, n) for name, n in came.items() if name not in starts]
    gone = [_amount(name, n) for name, n in left.items() if name not in ends]
    made = [f"{left[name]} {name}" for name in ends if left[name] > 1]
    line = " + ".join(several) + "".join(f" + {text}" for text in joined)
    line += "".join(f" − {text}" for text in gone)
    return [t for t in (line.strip(), f"gives {listed(made)}" if made else "") if t]


def _amount(name: str, count: int) -> str:
    return name if count == 1 else f"{count} {name}"


def _constant_lines(
    mechanism: Mapping[str, Any], reaction: Mapping[str, Any], back: Mapping[str, Any] | None
) -> list[str]:
    """Write the constants of a step and of its way back, and a rate law that is not mass action."""
    lines = []
    for one in (reaction, *((back,) if back else ())):
        factor = one.get("factor") or 1
        ahead = f"{factor} " if factor != 1 else ""
        for name in (one["rate"], *(one.get("further_rates") or ())):
            value = _value_text(mechanism["parameters"].get(name))
            lines.append(f"{ahead}{name}{value}")
        if one.get("law"):
            lines.append(f"rate = {law_text(mechanism, one)}")
    return lines


def law_text(mechanism: Mapping[str, Any], reaction: Mapping[str, Any]) -> str:
    """Return a rate law with species in brackets, as ``k_pair [Dy3L]²``."""
    law = reaction.get("law")
    if not law:
        factor = reaction.get("factor") or 1
        powers = [f"[{n}]" + superscript(c) for n, c in Counter(reaction["reactants"]).items()]
        return " ".join([*([str(factor)] if factor != 1 else []), reaction["rate"], *powers])
    species = {s["name"] for s in mechanism.get("species") or []}
    text = re.sub(
        r"[A-Za-z_]\w*", lambda m: f"[{m.group()}]" if m.group() in species else m.group(), str(law)
    )
    text = re.sub(r" *(?:\*\*|\^) *([0-9]+)\b", lambda m: superscript(int(m.group(1))), text)
    return re.sub(r" *(?<!\*)\*(?!\*) *", " ", text)


def _value_text(parameter: Mapping[str, Any] | None) -> str:
    if parameter is None or not is_number(parameter.get("median")):
        return ""
    if parameter.get("determined") == "not determined":
        return ": not determined"
    if parameter.get("determined") == "bounded on one side":
        return ": bounded on one side"
    return f" = {number(parameter['median'], 2)} {unit(parameter.get('unit') or '')}".rstrip()


def _share_lines(mechanism: Mapping[str, Any]) -> dict[str, list[str]]:
    """Say how much of a product each step makes, where several steps make it."""
    lines: dict[str, list[str]] = {}
    for product, shares in (mechanism.get("pathways") or {}).items():
        if len(shares) < 2:
            continue
        for reaction, share in shares.items():
            lines.setdefault(reaction, []).append(
                f"{percent(share.get('median'))} of {formula(product)}"
            )
    return lines


def _text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a text in cm."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72 / CM


def _species_box(name: str, composition: Sequence[Sequence[Any]]) -> Box:
    second = _composition_line(name, composition)
    width = _text_width(formula(name), _NAME_SIZE, "bold") + 0.35
    if second:
        width = max(width, _text_width(second, _LABEL_SIZE) + 0.3)
    return Box(max(width, 1.0), 0.82 if second else 0.56)


def _composition_line(name: str, composition: Sequence[Sequence[Any]]) -> str:
    """Return the composition, where the name does not already say it."""
    written = "".join(f"{block}{count if count > 1 else ''}" for block, count in composition)
    if not composition or written == name or sum(count for _, count in composition) == 1:
        return ""
    return formula(written)


def _label_box(lines: Sequence[str]) -> Box:
    width = max((sum(p.width for p in _pieces(line)) for line in lines), default=0.3)
    return Box(width + 0.2, _LINE_CM * max(1, len(lines)) + 0.06)


@dataclass(frozen=True)
class _Piece:
    """A run of letters of one kind in a line of a label; width in cm, drop below the line in cm."""

    text: str
    size: float
    slant: Literal["normal", "italic"]
    drop: float
    width: float


def _pieces(line: str) -> list[_Piece]:
    """Split a line so that k_grow is drawn as an italic k with a subscript."""
    pieces = []
    for i, text in enumerate(re.split(r"\b([A-Za-z])_([A-Za-z0-9_]+)", line)):
        if not text:
            continue
        size = _LABEL_SIZE * (0.78 if i % 3 == 2 else 1)
        shown = text.replace("_", " ") if i % 3 == 2 else text
        pieces.append(
            _Piece(
                shown,
                size,
                "italic" if i % 3 == 1 else "normal",
                0.06 if i % 3 == 2 else 0.0,
                _text_width(shown, size),
            )
        )
    return pieces


def _draw_species(
    axes: Axes,
    name: str,
    composition: Sequence[Sequence[Any]],
    box: Box,
    centre: tuple[float, float],
    look: Look,
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
    second = _composition_line(name, composition)
    middle: dict[str, Any] = {"ha": "center", "va": "center_baseline", "zorder": 5}
    raised = y - (0.15 if second else 0)
    axes.text(x, raised, formula(name), size=_NAME_SIZE, weight="bold", **middle)
    if second:
        axes.text(x, y + 0.19, second, size=_LABEL_SIZE, color=FAINT, **middle)


def _draw_label(axes: Axes, lines: Sequence[str], centre: tuple[float, float]) -> None:
    x, y = centre
    top = y - _LINE_CM * (len(lines) - 1) / 2 + 0.07
    for i, line in enumerate(lines):
        pieces = _pieces(line)
        left = x - sum(piece.width for piece in pieces) / 2
        for piece in pieces:
            axes.text(
                left, top + i * _LINE_CM + piece.drop, piece.text, size=piece.size,
                style=piece.slant, ha="left", va="baseline", zorder=5,
            )  # fmt: skip
            left += piece.width


def _draw_arrows(
    axes: Axes, steps: Sequence[Step], boxes: Mapping[str, Box], layout: Layout
) -> None:
    for step in steps:
        middle = f"step {step.name}"
        nothing = f"nothing {step.name}"
        for start in [f"species {n}" for n in step.starts] or [nothing]:
            _draw_edge(axes, (start, middle), boxes, layout, head=False, tail=step.reversible)
        for end in [f"species {n}" for n in step.ends] or [nothing]:
            _draw_edge(axes, (middle, end), boxes, layout, head=True, tail=False)
        if nothing in boxes:
            axes.text(*layout.centres[nothing], "∅", ha="center", va="center", color=FAINT)


def _draw_edge(
    axes: Axes,
    edge: tuple[str, str],
    boxes: Mapping[str, Box],
    layout: Layout,
    *,
    head: bool,
    tail: bool,
) -> None:
    """Draw a smooth line from box to box through its bends, with the heads asked for."""
    start, end = (layout.centres[name] for name in edge)
    sign = 1 if end[1] > start[1] else -1
    first = (start[0], start[1] + sign * boxes[edge[0]].height / 2)
    last = (end[0], end[1] - sign * boxes[edge[1]].height / 2)
    points = [first, *layout.bends[edge], last]
    vertices, codes = [first], [Outline.MOVETO]
    for (xa, ya), (xb, yb) in pairwise(points):
        half = (ya + yb) / 2
        vertices += [(xa, half), (xb, half), (xb, yb)]
        codes += [Outline.CURVE4] * 3
    style = {(True, False): "-|>", (False, True): "<|-"}.get((head, tail), "-")
    axes.add_patch(
        FancyArrowPatch(
            path=Outline(vertices, codes), arrowstyle=style, mutation_scale=6.5,
            edgecolor=FAINT, facecolor=FAINT if head else PAPER if tail else "none",
            linewidth=0.9, shrinkA=0, shrinkB=0, zorder=2,
        )
    )  # fmt: skip
