"""Detailed balance: whether the constants of reversible steps agree once round every cycle.

At equilibrium every reversible step runs as fast forwards as back. Where steps form a cycle,
that is where some of them, forwards or backwards, together change nothing, the product of their
equilibrium constants must be 1: a property of the constants that mass action does not bring.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from assemblysim.mechanism.constants.logarithms import (
    Logarithm,
    Number,
    Term,
    is_numeric,
    logarithm,
    logarithm_of_number,
    quotient,
    weighted_sum,
    without_zeros,
    write_equality,
)
from assemblysim.mechanism.network.monomial import monomial_of
from assemblysim.mechanism.network.network import Network, Reaction

if TYPE_CHECKING:
    from assemblysim.mechanism.constants.constants import Definitions

# Exact elimination of 5000 reversible steps takes a second.
MOST_PAIRS: Final = 10_000
_LARGEST_DENOMINATOR = 10_000  # of a fraction that a decimal number stands for
_MOST_NAMED = 8  # steps of a cycle that a sentence lists

_Row = dict[int, Number]


class Fault(Enum):
    """What is wrong with a cycle."""

    OPEN = "not guaranteed"
    BROKEN = "broken"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class Cycle:
    """A cycle of reversible steps whose constants do not agree by themselves.

    Attributes:
        steps: (name of the forward step, how often it is run; below 0 backwards).
        condition: what the constants must obey, such as ``k_a k_b = 2 k_c``.
        fault: whether they may, cannot, or cannot together with the cycles before.
    """

    steps: tuple[tuple[str, int], ...]
    condition: str
    fault: Fault


@dataclass(frozen=True)
class Balance:
    """What is known of detailed balance in a network.

    Attributes:
        pairs: how many reversible steps were looked at.
        independent: how many independent cycles they form.
        cycles: those at fault; one that follows from others is not listed.
        with_own_laws: names of reversible steps whose rate laws are not mass action.
        changing: names of reversible steps whose rate laws change with time.
    """

    pairs: int
    independent: int
    cycles: tuple[Cycle, ...]
    with_own_laws: tuple[str, ...]
    changing: tuple[str, ...] = ()


def detailed_balance(network: Network, definitions: Definitions = ()) -> Balance:
    """Find the cycles of reversible steps whose constants need not obey detailed balance.

    A reversible step is a reaction with its reverse, or two one-way reactions of which one
    undoes the other. Log equilibrium constants must be differences of one number for each
    species; rows of net changes with these logarithms beside them are eliminated exactly.

    Args:
        network: the mechanism.
        definitions: constants that follow from others, which may tie a cycle.

    Returns:
        The cycles at fault.
    """
    pairs, with_own_laws = _reversible(network)
    timed = {*network.timed_steps}
    changing = tuple(p[0].name for p in with_own_laws if timed & {p[0].name, p[1].name})
    own = tuple(p[0].name for p in with_own_laws if p[0].name not in changing)
    place = _rarest_first(network)
    known = _logarithms(definitions)
    changes, conditions = _Elimination(), _Conditions()
    found: list[Cycle] = []
    independent = 0
    for number, (forward, back) in enumerate(pairs):
        ratio = _log_ratio(forward, back, known)
        closed = changes.add(_change(forward, place), ratio, number)
        if closed is None:
            continue
        independent += 1
        fault = conditions.add(closed.ratio)
        if fault is not None:
            steps = tuple((pairs[i][0].name, n) for i, n in _whole(closed.steps).items())
            found.append(Cycle(steps, write_equality(closed.ratio), fault))
    return Balance(len(pairs), independent, tuple(found), own, changing)


def balance_sentences(network: Network, definitions: Definitions = ()) -> tuple[str, ...]:
    """Say what `detailed_balance` finds: one sentence for each cycle at fault.

    Returns:
        Nothing where no cycle exists; one sentence where all cycles agree, or where there are
        too many reversible steps to look.
    """
    count = sum(1 for r in network.reactions if r.reverse_of is not None)
    if count > MOST_PAIRS:
        return (
            f"detailed balance is not looked at: {count} reversible steps, at most {MOST_PAIRS}",
        )
    found = detailed_balance(network, definitions)
    sentences = [_sentence(cycle) for cycle in found.cycles]
    if found.independent and not found.cycles:
        cycles = "the only cycle" if found.independent == 1 else f"all {found.independent} cycles"
        sentences.append(f"detailed balance holds in {cycles} of reversible steps")
    elif found.independent > len(found.cycles):
        rest = found.independent - len(found.cycles)
        sentences.append(f"detailed balance in {rest} further cycle(s) holds if it does in these")
    if found.with_own_laws:
        sentences.append(
            "detailed balance is not looked at in steps with rate laws of their own: "
            + ", ".join(found.with_own_laws)
        )
    if found.changing:
        sentences.append(
            "no equilibrium, and no detailed balance, where rate laws change with time: "
            + ", ".join(found.changing)
        )
    return tuple(sentences)


def _sentence(cycle: Cycle) -> str:
    steps = " + ".join(_run(name, n) for name, n in cycle.steps).replace("+ -", "- ")
    if len(cycle.steps) > _MOST_NAMED:
        steps = f"a cycle of {len(cycle.steps)} reversible steps, {cycle.steps[-1][0]} among them,"
    need = f"once round {steps} needs {cycle.condition}"
    return {
        Fault.OPEN: f"detailed balance is not guaranteed: {need}; give one of these constants "
        "by the others under [constants]",
        Fault.BROKEN: f"detailed balance is broken whatever the constants: {need}; mend the "
        "statistical factors",
        Fault.CONTRADICTED: f"detailed balance is broken: {need}, against the cycles before; "
        "mend the statistical factors",
    }[cycle.fault]


def _run(name: str, times: int) -> str:
    return {1: name, -1: f"-{name}"}.get(times, f"{times} {name}")


def _reversible(
    network: Network,
) -> tuple[list[tuple[Reaction, Reaction]], list[tuple[Reaction, Reaction]]]:
    """Return (forward, back) pairs of mass action, and those with other rate laws."""
    by_name = {r.name: r for r in network.reactions}
    found = [
        (by_name[r.reverse_of], r) for r in network.reactions if r.reverse_of in by_name
    ]  # fmt: skip
    paired = {r.name for pair in found for r in pair}
    alone: dict[tuple[tuple[str, ...], ...], list[Reaction]] = {}
    for reaction in network.reactions:
        if reaction.name not in paired:
            alone.setdefault(_sides(reaction), []).append(reaction)
    for (left, right), some in alone.items():
        back = alone.get((right, left), [])
        if len(some) == len(back) == 1 and left < right:
            found.append((some[0], back[0]))
    mass_action = [all(map(_is_mass_action, pair)) for pair in found]
    kept = [pair for pair, fits in zip(found, mass_action, strict=True) if fits]
    return kept, [pair for pair, fits in zip(found, mass_action, strict=True) if not fits]


def _sides(reaction: Reaction) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted(reaction.reactants)), tuple(sorted(reaction.products))


def _is_mass_action(reaction: Reaction) -> bool:
    product = monomial_of(reaction)
    return product is not None and sorted(product.species) == sorted(reaction.reactants)


def _rarest_first(network: Network) -> dict[str, int]:
    """Number the species so that those in few steps come first: rows stay short that way."""
    counts = Counter(n for r in network.reactions for n in (*r.reactants, *r.products))
    ordered = sorted(network.species_names, key=lambda name: counts[name])
    return {name: i for i, name in enumerate(ordered)}


def _change(reaction: Reaction, place: dict[str, int]) -> _Row:
    change = Counter(reaction.products)
    change.subtract(reaction.reactants)
    return {place[name]: n for name, n in change.items() if n}


def _logarithms(definitions: Definitions) -> dict[str, Logarithm]:
    """Return the logarithm of each constant that follows from others."""
    if not definitions:
        return {}
    # Algebra is slow to import, and needed only where constants follow from others.
    from assemblysim.mechanism.constants.constants import expressions

    return {name: logarithm(expression) for name, expression in expressions(definitions).items()}


def _log_ratio(forward: Reaction, back: Reaction, known: dict[str, Logarithm]) -> Logarithm:
    """Return the logarithm of the equilibrium constant, as the names and numbers give it."""
    parts = []
    for reaction, sign in ((forward, 1), (back, -1)):
        product = monomial_of(reaction)
        factor = _exact(product.factor if product else reaction.factor)
        constant = known.get(reaction.rate_constant, {reaction.rate_constant: 1})
        parts += [(sign, logarithm_of_number(factor)), (sign, constant)]
    return weighted_sum(parts)


def _exact(factor: float) -> Fraction:
    """Return a statistical factor as the fraction that was meant: 0.4 is 2/5, 0.333... is 1/3."""
    near = Fraction(factor).limit_denominator(_LARGEST_DENOMINATOR)
    return near if float(near) == float(factor) else Fraction(str(factor))


def _whole(row: _Row) -> dict[int, int]:
    """Return a row times the smallest number that makes it whole."""
    scale = math.lcm(*(n.denominator for n in row.values()))
    return {i: int(n * scale) for i, n in row.items()}


@dataclass(frozen=True)
class _Combination:
    """A combination of reversible steps.

    Attributes:
        change: of each species.
        ratio: logarithm of the product of equilibrium constants.
        steps: how often each is run.
    """

    change: _Row
    ratio: Logarithm
    steps: _Row

    def less(self, times: Number, other: _Combination) -> _Combination:
        """Return this without so many times the other."""
        return _Combination(
            weighted_sum([(1, self.change), (-times, other.change)]),
            weighted_sum([(1, self.ratio), (-times, other.ratio)]),
            weighted_sum([(1, self.steps), (-times, other.steps)]),
        )


@dataclass
class _Elimination:
    """Combinations with independent changes, by the first species that each changes."""

    rows: dict[int, _Combination] = field(default_factory=dict)

    def add(self, change: _Row, ratio: Logarithm, number: int) -> _Combination | None:
        """Add a reversible step; return the cycle that it closes, if it does."""
        row = _Combination(change, ratio, {number: 1})
        while row.change:
            pivot = min(row.change)
            if pivot not in self.rows:
                self.rows[pivot] = row
                return None
            other = self.rows[pivot]
            row = row.less(quotient(row.change[pivot], other.change[pivot]), other)
        return row


@dataclass
class _Conditions:
    """Conditions on constants that are independent, by a term that each holds."""

    rows: dict[Term, Logarithm] = field(default_factory=dict)

    def add(self, condition: Logarithm) -> Fault | None:
        """Add a condition; say what is wrong with it if it is not met or follows."""
        row = without_zeros(condition)
        if not row:
            return None
        if all(map(is_numeric, row)):
            return Fault.BROKEN
        for pivot, other in self.rows.items():
            if pivot in row:
                row = weighted_sum([(1, row), (-quotient(row[pivot], other[pivot]), other)])
        names = [term for term in row if not is_numeric(term)]
        if names:
            self.rows[names[0]] = row
            return Fault.OPEN
        return Fault.CONTRADICTED if row else None
