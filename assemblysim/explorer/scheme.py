"""A mechanism's scheme as places of boxes and lines, whose steps the page lets one switch off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assemblysim.explorer.tables import Plain
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.report.content.steps import Step
from assemblysim.report.schemes.graph_layout import Box, Layout
from assemblysim.report.schemes.scheme import edges_after, edges_before, scheme_layout

# A scheme of more steps is no picture that a finger finds a step in.
MOST_STEPS = 24
# cm: a letter's width, room beside a text, a line's height.
LETTER, BESIDE, LINE = 0.165, 0.4, 0.62
NOTHING = Box(0.3, 0.1)


@dataclass(frozen=True)
class DrawnStep:
    """One arrow, a reversible pair being one.

    Attributes:
        key: of its label among the boxes.
        forward: its reaction.
        back: the way back, if there is one.
        starts: species that it comes from.
        ends: species that it leads to.
    """

    key: str
    forward: Reaction
    back: Reaction | None
    starts: tuple[str, ...]
    ends: tuple[str, ...]

    @property
    def arrow(self) -> Step:
        """As the layout takes it."""
        return Step(self.forward.name, self.starts, self.ends, (), self.back is not None)

    @property
    def constants(self) -> tuple[str, ...]:
        """Names of the rate constants of both ways."""
        ways = [one for one in (self.forward, self.back) if one is not None]
        return tuple(dict.fromkeys(name for one in ways for name in one.rate_constants))


def told_scheme(network: Network) -> Plain:
    """Return where boxes, labels and lines are, in cm; None for too many steps."""
    steps = drawn_steps(network)
    if not 0 < len(steps) <= MOST_STEPS:
        return None
    shown = dict.fromkeys(name for one in steps for name in (*one.starts, *one.ends))
    boxes = {f"species {name}": _box(name) for name in shown}
    boxes |= {one.key: _box(", ".join(one.constants)) for one in steps}
    arrows = [one.arrow for one in steps]
    boxes |= {f"nothing {s.name}": NOTHING for s in arrows if not (s.starts and s.ends)}
    layout = scheme_layout(boxes, arrows, 0.35)
    return {
        "width": round(layout.width, 3),
        "height": round(layout.height, 3),
        "species": [_placed(f"species {name}", boxes, layout) | {"name": name} for name in shown],
        "steps": [_told(one, boxes, layout) for one in steps],
    }


def drawn_steps(network: Network) -> list[DrawnStep]:
    """Return the arrows.

    A free building block is no box of its own where it only joins or leaves another species; where
    only building blocks react, the one with the smallest coefficient is.
    """
    single = {one.name for one in network.species if sum(n for _, n in one.composition) == 1}
    back = {one.reverse_of: one for one in network.reactions if one.reverse_of is not None}
    return [
        DrawnStep(
            f"step {one.name}", one, back.get(one.name),
            _ends(one.reactants, single), _ends(one.products, single),
        )
        for one in network.reactions
        if one.reverse_of is None
    ]  # fmt: skip


def _ends(names: Sequence[str], single: set[str]) -> tuple[str, ...]:
    large = tuple(dict.fromkeys(name for name in names if name not in single))
    if large or not names:
        return large
    return (min(reversed(dict.fromkeys(names)), key=names.count),)


def _box(text: str) -> Box:
    return Box(LETTER * len(text) + BESIDE, LINE)


def _placed(key: str, boxes: Mapping[str, Box], layout: Layout) -> dict[str, Plain]:
    x, y = layout.centres[key]
    return {"x": round(x, 3), "y": round(y, 3), "wide": round(boxes[key].width, 3), "high": LINE}


def _told(step: DrawnStep, boxes: Mapping[str, Box], layout: Layout) -> dict[str, Plain]:
    equation = write_equation(step.forward)
    return {
        **_placed(step.key, boxes, layout),
        "equation": equation.replace("->", "<=>") if step.back else equation,
        "constants": list(step.constants),
        "reversible": step.back is not None,
        "before": [_line(edge, boxes, layout) for edge in edges_before(step.arrow)],
        "after": [_line(edge, boxes, layout) for edge in edges_after(step.arrow)],
    }


def _line(edge: tuple[str, str], boxes: Mapping[str, Box], layout: Layout) -> str:
    """Return a smooth line from box to box as the path of an SVG."""
    (xa, ya), (xb, yb) = (layout.centres[name] for name in edge)
    sign = 1 if yb > ya else -1
    first = (xa, ya + sign * boxes[edge[0]].height / 2)
    last = (xb, yb - sign * boxes[edge[1]].height / 2)
    points = [first, *layout.bends[edge], last]
    words = [f"M{first[0]:.2f} {first[1]:.2f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (y + to_y) / 2
        words.append(f"C{x:.2f} {half:.2f} {to_x:.2f} {half:.2f} {to_x:.2f} {to_y:.2f}")
    return "".join(words)
