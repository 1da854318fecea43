"""The labelled steps of a step: every choice of labelled reactants, and what becomes of them.

The rate of a step is k times the concentrations of its reactants, where each is the sum of its
labelled forms; multiplied out, a choice of labelled reactants that can be made in several ways
has that number as statistical factor (two unlike forms of one species: 2). The blocks of the
reactants are dealt out to the products at random, since like blocks within a species count as
equivalent; a species on both sides of a step keeps its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, product

from assemblysim.mechanism.labelled.labelled_species import Counts, LabelledSpecies, shared_out
from assemblysim.mechanism.network.network import Reaction, Species

Forms = Mapping[str, tuple[LabelledSpecies, ...]]
_Molecules = tuple[LabelledSpecies, ...]
_Pool = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class LabelledStep:
    """A step with labelled reactants and products.

    Attributes:
        step: the step of the mechanism without labels.
        reactants: its labelled reactants, those of one core together.
        products: likewise.
        weight: statistical factor, without the one that the step has already.
    """

    step: Reaction
    reactants: _Molecules
    products: _Molecules
    weight: Fraction


def count_choices(step: Reaction, forms: Mapping[str, int]) -> int:
    """Return in how many ways the labelled reactants of a step can be chosen.

    Args:
        step: of the mechanism without labels.
        forms: how many labelled species each core has.
    """
    return math.prod(
        math.comb(forms[core] + count - 1, count) for core, count in Counter(step.reactants).items()
    )


def labelled_steps(
    step: Reaction, forms: Forms, blocks: Mapping[str, int]
) -> Iterator[LabelledStep]:
    """Give the labelled steps of a step.

    Args:
        step: of the mechanism without labels.
        forms: labelled species of each core.
        blocks: how many forms each labelled block has.
    """
    cores = Counter(step.reactants)
    after = Counter(step.products)
    staying = {core: min(count, after[core]) for core, count in cores.items()}
    made = tuple((after - Counter(staying)).elements())
    choices = [combinations_with_replacement(forms[core], n) for core, n in cores.items()]
    for chosen in product(*choices):
        ways = math.prod(_orders(molecules) for molecules in chosen)
        found: dict[_Molecules, Fraction] = {}
        for kept, leaving, probability in _kept(chosen, tuple(staying.values())):
            for products, dealt in _dealt(_pool(leaving, blocks), made, forms).items():
                molecules = _in_order((*kept, *products), step.products)
                found[molecules] = found.get(molecules, Fraction(0)) + probability * dealt
        reactants = tuple(one for molecules in chosen for one in molecules)
        for molecules, probability in found.items():
            yield LabelledStep(step, reactants, molecules, ways * probability)


def mixes_blocks(step: Reaction, species: Mapping[str, Species], block: str) -> bool:
    """Say whether blocks of a step's reactants are dealt out to several products."""
    after = Counter(step.products) - Counter(step.reactants)
    held = [n for core, n in after.items() if block in dict(species[core].composition)]
    return sum(held) > 1


def feeds_block(step: Reaction, species: Mapping[str, Species], block: str) -> bool:
    """Say whether a step makes a block out of nothing."""

    def holds(side: Sequence[str]) -> bool:
        return any(block in dict(species[core].composition) for core in side)

    return holds(step.products) and not holds(step.reactants)


def _orders(molecules: _Molecules) -> int:
    """Return in how many orders some molecules of one core can be taken."""
    alike = Counter(molecules).values()
    return math.factorial(len(molecules)) // math.prod(map(math.factorial, alike))


def _kept(
    chosen: Sequence[_Molecules], staying: Sequence[int]
) -> Iterator[tuple[_Molecules, _Molecules, Fraction]]:
    """Give which molecules stay as they are, which do not, and how probable that is."""
    parts = [list(_chosen_from(m, n)) for m, n in zip(chosen, staying, strict=True)]
    for part in product(*parts):
        kept = tuple(one for molecules, _, _ in part for one in molecules)
        leaving = tuple(one for _, molecules, _ in part for one in molecules)
        yield kept, leaving, math.prod((p for _, _, p in part), start=Fraction(1))


def _chosen_from(
    molecules: _Molecules, size: int
) -> Iterator[tuple[_Molecules, _Molecules, Fraction]]:
    """Give every choice of some molecules with the rest and its probability."""
    counts = Counter(molecules)
    every = math.comb(len(molecules), size)
    for numbers in _bounded(size, list(counts.values())):
        taken = dict(zip(counts, numbers, strict=True))
        ways = math.prod(math.comb(counts[one], n) for one, n in taken.items())
        rest = counts - Counter(taken)
        yield (
            tuple(Counter(taken).elements()),
            tuple(rest.elements()),
            Fraction(ways, every),
        )


def _pool(molecules: _Molecules, blocks: Mapping[str, int]) -> _Pool:
    """Return how many blocks of each form some molecules hold together."""
    return tuple(
        (
            block,
            tuple(
                sum(one.by_block.get(block, (0,) * forms)[i] for one in molecules)
                for i in range(forms)
            ),
        )
        for block, forms in blocks.items()
    )


def _dealt(pool: _Pool, made: Sequence[str], forms: Forms) -> dict[_Molecules, Fraction]:
    """Return what products can be made of a pool, each with its probability.

    Blocks that come from nothing are of the first form.
    """
    states: dict[tuple[_Pool, _Molecules], Fraction] = {(pool, ()): Fraction(1)}
    for core in made:
        by_counts = {one.counts: one for one in forms[core]}
        following: dict[tuple[_Pool, _Molecules], Fraction] = {}
        for (left, before), weight in states.items():
            for counts, rest, probability in _drawn(left, forms[core][0].counts):
                molecules = _sorted((*before, by_counts[counts]))
                state = (rest, molecules)
                following[state] = following.get(state, Fraction(0)) + weight * probability
        states = following
    found: dict[_Molecules, Fraction] = {}
    for (_, molecules), weight in states.items():
        found[molecules] = found.get(molecules, Fraction(0)) + weight
    return found


def _drawn(pool: _Pool, needed: Counts) -> Iterator[tuple[Counts, _Pool, Fraction]]:
    """Give every way to draw a molecule's blocks from a pool, with its probability."""
    inside = dict(pool)
    choices = []
    for block, numbers in needed:
        count, there = sum(numbers), inside[block]
        if not any(there):
            choices.append([(block, numbers, there, Fraction(1))])
            continue
        every = math.comb(sum(there), count)
        choices.append(
            [
                (
                    block,
                    drawn,
                    tuple(have - n for have, n in zip(there, drawn, strict=True)),
                    Fraction(math.prod(map(math.comb, there, drawn)), every),
                )
                for drawn in _bounded(count, there)
            ]
        )
    for chosen in product(*choices):
        counts = tuple((block, drawn) for block, drawn, _, _ in chosen)
        rest = {**inside, **{block: left for block, _, left, _ in chosen}}
        yield counts, tuple(rest.items()), math.prod((p for *_, p in chosen), start=Fraction(1))


def _bounded(count: int, most: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Give every way to take a number of things from heaps of given sizes."""
    for numbers in shared_out(count, len(most)):
        if all(n <= m for n, m in zip(numbers, most, strict=True)):
            yield numbers


def _sorted(molecules: _Molecules) -> _Molecules:
    return tuple(sorted(molecules, key=lambda one: (one.core, one.counts)))


def _in_order(molecules: _Molecules, cores: Sequence[str]) -> _Molecules:
    """Return molecules in the order of their cores, alike ones in one order."""
    place: Callable[[str], int] = list(cores).index
    first = {core: place(core) for core in set(cores)}
    return tuple(
        sorted(
            molecules,
            key=lambda one: (first[one.core], tuple(tuple(-n for n in c) for _, c in one.counts)),
        )
    )
