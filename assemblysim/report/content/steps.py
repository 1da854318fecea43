"""The arrows of a scheme: what stands at their ends and on them, from stored reactions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assemblysim.language import listed
from assemblysim.mechanism.reading.equation import write_factor
from assemblysim.report.content.words import (
    formula,
    is_number,
    number,
    percent,
    sentence,
    superscript,
    unit,
)
from assemblysim.report.document.naming import bare
from assemblysim.result.mechanism import MechanismResult, StoredReaction, StoredSpecies
from assemblysim.result.unknowns import ParameterResult

# A name that counts lines of a table of steps, as a sentence has it.
_COUNTED = re.compile(r"step \d+")


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


class Drawable(Protocol):
    """What a scheme is drawn from: a mechanism's result, or any steps between species."""

    @property
    def species(self) -> Sequence[StoredSpecies]:
        """All of them, with what they are made of."""

    @property
    def reactions(self) -> Sequence[StoredReaction]:
        """One-way ones, each pair together."""


def scheme_steps(mechanism: MechanismResult) -> tuple[Step, ...]:
    """Turn stored one-way reactions into the arrows of a scheme.

    A free building block is no box of its own where it only joins or leaves another species:
    it is named on the arrow. Where only building blocks react, the one with the smallest
    coefficient (the later in the list among equals) is the box that the arrow starts from.
    """
    fractions = _fraction_lines(mechanism)

    def lines(reaction: StoredReaction, back: StoredReaction | None) -> list[str]:
        own = _constant_lines(mechanism, reaction, back)
        return [*own, *fractions.get(reaction.name, [])]

    return arrows_of(mechanism, lines)


def step_titles(mechanisms: Iterable[MechanismResult]) -> dict[str, str]:
    """Return what people read in place of each reaction's name, not yet typeset.

    That is its title; a name that says something, with spaces; the equation in place of a name
    that only counts lines, such as ``step_12``.
    """
    found: dict[str, str] = {}
    for reaction in (one for mechanism in mechanisms for one in mechanism.reactions):
        own = reaction.title or (reaction.reverse_of or reaction.name).replace("_", " ")
        if _COUNTED.fullmatch(own):
            found[reaction.name] = equation_text(reaction)
        else:
            found[reaction.name] = f"{own}, back" if reaction.reverse_of else own
    return found


def typeset_titles(mechanisms: Iterable[MechanismResult]) -> dict[str, str]:
    """Return what figures show in place of each reaction's name."""
    every = list(mechanisms)
    species = [one.name for mechanism in every for one in mechanism.species]
    return {name: sentence(title, species) for name, title in step_titles(every).items()}


def step_names(mechanism: MechanismResult) -> list[str]:
    """Return the names of the steps, a reversible pair being one."""
    reactions = mechanism.reactions
    known = {r.name for r in reactions}
    return [r.name for r in reactions if r.reverse_of not in known]


def turnover_steps(
    mechanism: MechanismResult, turnovers: Mapping[str, tuple[str, ...]]
) -> tuple[Step, ...]:
    """Return the arrows of a scheme with names and turnovers in place of rate constants.

    Args:
        mechanism: what is stored of it.
        turnovers: lines of words, by name of the step.
    """
    fractions = _fraction_lines(mechanism)

    def lines(reaction: StoredReaction, _: StoredReaction | None) -> list[str]:
        name = reaction.name
        return [*turnovers[name], *fractions.get(name, [])]

    found = arrows_of(mechanism, lines)
    titles = typeset_titles([mechanism])
    return tuple(replace(s, lines=(titles[s.name], *s.lines)) for s in found)


def combined_steps(mechanisms: Mapping[str, MechanismResult]) -> tuple[Step, ...]:
    """Return the arrows of one scheme for several mechanisms, without numbers.

    Steps that lead from the same to the same are one arrow, whatever their rate laws.

    Args:
        mechanisms: by the letters that say on a step that not all have which do.
    """
    found: dict[tuple[str, ...], Step] = {}
    having: dict[tuple[str, ...], dict[str, None]] = {}
    back: dict[tuple[str, ...], dict[str, None]] = {}
    for letter, mechanism in mechanisms.items():
        for step in arrows_of(mechanism, _unlabelled):
            key = (*step.starts, "->", *step.ends, *step.lines)
            found.setdefault(key, step)
            having.setdefault(key, {})[letter] = None
            if step.reversible:
                back.setdefault(key, {})[letter] = None
    steps = []
    for place, (key, step) in enumerate(found.items()):
        has, runs_back = having[key], back.get(key, {})
        notes = [] if len(has) == len(mechanisms) else [f"only {', '.join(has)}"]
        if runs_back and len(runs_back) < len(has):
            notes.append(f"back only {', '.join(runs_back)}")
        lines = (*step.lines, *notes)
        name = f"{step.name} {place}"  # two mechanisms may call different steps alike
        steps.append(replace(step, name=name, lines=lines, reversible=bool(runs_back)))
    return tuple(steps)


def _unlabelled(_: StoredReaction, __: StoredReaction | None) -> list[str]:
    return []


def arrows_of(
    mechanism: Drawable,
    lines_of: Callable[[StoredReaction, StoredReaction | None], list[str]],
) -> tuple[Step, ...]:
    """Return the arrows with what joins and leaves and the lines that a caller wants."""
    reactions = mechanism.reactions
    known = {r.name for r in reactions}
    back = {r.reverse_of: r for r in reactions if r.reverse_of in known}
    blocks = _building_blocks(mechanism)
    names = [s.name for s in mechanism.species]
    steps = []
    for reaction in reactions:
        if reaction.reverse_of in known:
            continue
        name = reaction.name
        starts = _boxed(reaction.reactants, blocks)
        ends = _boxed(reaction.products, blocks)
        lines = [*_partner_lines(reaction, starts, ends), *lines_of(reaction, back.get(name))]
        typeset = tuple(sentence(line, names) for line in lines)
        steps.append(Step(name, starts, ends, typeset, name in back))
    return tuple(steps)


def equation_text(reaction: StoredReaction) -> str:
    """Return a one-way reaction as ``2 Dy3L -> Dy6L2``; an empty side is ∅."""
    return f"{_side(reaction.reactants)} -> {_side(reaction.products)}"


def law_text(mechanism: MechanismResult, reaction: StoredReaction) -> str:
    """Return a rate law with species in brackets, as ``k_pair [Dy3L]²``."""
    law = reaction.law
    if not law:
        factor = reaction.factor
        powers = [f"[{n}]" + superscript(c) for n, c in Counter(reaction.reactants).items()]
        return " ".join(
            [*([write_factor(factor)] if factor != 1 else []), reaction.rate_constant, *powers]
        )
    species = {bare(s.name): s.name for s in mechanism.species}
    text = re.sub(
        r"[A-Za-z_]\w*",
        lambda m: f"[{species[m.group()]}]" if m.group() in species else m.group(),
        law,
    )
    text = re.sub(r" *(?:\*\*|\^) *([0-9]+)\b", lambda m: superscript(int(m.group(1))), text)
    return re.sub(r" *(?<!\*)\*(?!\*) *", " ", text)


def _side(names: Sequence[str]) -> str:
    parts = [name if n == 1 else f"{n} {name}" for name, n in Counter(names).items()]
    return " + ".join(parts) or "∅"


def _building_blocks(mechanism: Drawable) -> frozenset[str]:
    """Return the free building blocks: one unit of one block, and never alone on a side."""
    found = set()
    compositions = [(s.name, s.composition) for s in mechanism.species]
    reactions = mechanism.reactions
    sides = [side for r in reactions for side in (r.reactants, r.products)]
    for name, composition in compositions:
        if sum(count for _, count in composition) != 1:
            continue
        alike = [other for other, c in compositions if c == composition and other != name]
        if not alike and all(len(set(side)) > 1 for side in sides if name in side):
            found.add(name)
    return frozenset(found - _catalysts(mechanism, found))


def _catalysts(mechanism: Drawable, blocks: set[str]) -> set[str]:
    """Return the blocks that some step gives back beside a product that holds none of them."""
    holds = {s.name: {block for block, _ in s.composition} for s in mechanism.species}
    found = set()
    for one in mechanism.reactions:
        for name in blocks & set(one.products) - set(one.reactants):
            beside = set(one.products) - {name}
            free = not any(holds.get(other, set()) & holds[name] for other in beside)
            if one.reverse_of is None and free and beside and not beside <= blocks:
                found.add(name)
    return found


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
    reaction: StoredReaction, starts: Sequence[str], ends: Sequence[str]
) -> list[str]:
    """Name what the boxes do not show: coefficients, building blocks that join or leave."""
    came, left = Counter(reaction.reactants), Counter(reaction.products)
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
    mechanism: MechanismResult, reaction: StoredReaction, back: StoredReaction | None
) -> list[str]:
    """Write the constants of a step and of its way back, and a rate law that is not mass action."""
    lines = []
    for one in (reaction, *((back,) if back else ())):
        factor = one.factor
        ahead = f"{write_factor(factor)} " if factor != 1 else ""
        for name in (one.rate_constant, *one.further_rate_constants):
            value = _value_text(mechanism.parameters.get(name))
            lines.append(f"{ahead}{name}{value}")
        if one.law:
            lines.append(f"rate = {law_text(mechanism, one)}")
    return lines


def _value_text(parameter: ParameterResult | None) -> str:
    if parameter is None or not is_number(parameter.median):
        return ""
    if parameter.determined != "determined":
        return f": {parameter.determined}"
    return f" = {number(parameter.median, 2)} {unit(parameter.unit)}".rstrip()


def _fraction_lines(mechanism: MechanismResult) -> dict[str, list[str]]:
    """Say how much of a product each step makes, where several steps make it."""
    lines: dict[str, list[str]] = {}
    for product, fractions in mechanism.pathways.items():
        if len(fractions) < 2:
            continue
        for reaction, fraction in fractions.items():
            lines.setdefault(reaction, []).append(
                f"{percent(fraction.median)} of {formula(product)}"
            )
    return lines
