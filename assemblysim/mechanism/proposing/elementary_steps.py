"""All balanced elementary steps between species of known composition, by kind.

A block is a species of one building block. Forth, the kinds are:

- attach: a block joins anything, ``Dy + Dy2L -> Dy3L``; back, it is lost;
- join: two assemblies become one, ``2 Dy3L -> Dy6L2``; back, one splits;
- exchange: a block takes the place of another, ``PdX4 + L -> PdLX3 + X``;
- transfer: a block passes from one assembly to another, ``Dy2L + Dy4L2 -> DyL + Dy5L2``;
- close: isomers turn into each other, ``Pd2L4 -> Pd2L4_ring``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from typing import Final

from assemblysim.errors import InputError
from assemblysim.language import counted
from assemblysim.mechanism.network.network import Species

KINDS: Final = ("attach", "join", "exchange", "transfer", "close")
# What the way back of a kind is called; the others are their own opposites.
BACK: Final = {"attach": "lose", "join": "split"}
MOST_STEPS: Final = 100_000
MOST_SPECIES: Final = 5000

_Composition = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ProposedStep:
    """A balanced step, forth; the way back is the same read from its end.

    Attributes:
        kind: one of `KINDS`.
        reactants: one or two species.
        products: one or two species.
        blocks: the building blocks that are attached, exchanged (coming, leaving) or transferred.
    """

    kind: str
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    blocks: tuple[str, ...] = ()


def elementary_steps(
    species: Sequence[Species], kinds: Sequence[str] = KINDS
) -> tuple[ProposedStep, ...]:
    """Return every balanced step of some kinds, each once, in the order of kinds and species.

    Args:
        species: those that there are; one without a composition takes part in no step.
        kinds: some of `KINDS`.

    Raises:
        InputError: there are more species or steps than a mechanism can have.
    """
    _refuse_many(len(species), MOST_SPECIES, "species", "species")
    generator = _Generator(species)
    found: dict[tuple[tuple[str, ...], ...], ProposedStep] = {}
    for kind in KINDS:
        if kind not in kinds:
            continue
        for step in getattr(generator, kind)():
            sides = tuple(sorted((tuple(sorted(step.reactants)), tuple(sorted(step.products)))))
            if sides[0] != sides[1]:
                found.setdefault(sides, step)
            _refuse_many(len(found), MOST_STEPS, "step", "fewer kinds or species")
    return tuple(found.values())


def species_up_to(largest: Sequence[tuple[str, int]]) -> tuple[Species, ...]:
    """Return a species for each composition up to a largest count of each building block.

    They are named by their formulas, ``Dy5L2``, and stand from small to large. Of several kinds of
    blocks an assembly holds at least two: like blocks alone do not join.

    Raises:
        InputError: there are more than a mechanism can have.
    """
    total = 1
    for _, most in largest:
        total *= most + 1
    _refuse_many(total - 1, MOST_SPECIES, "species", "smaller largest counts")
    found = []
    for counts in product(*(range(most + 1) for _, most in largest)):
        parts = [(block, n) for (block, _), n in zip(largest, counts, strict=True) if n]
        if len(parts) > 1 or (parts and (len(largest) == 1 or parts[0][1] == 1)):
            name = "".join(block + (str(n) if n > 1 else "") for block, n in parts)
            found.append(Species(name, tuple(parts)))
    return tuple(sorted(found, key=lambda one: sum(n for _, n in one.composition)))


class _Generator:
    """Finds products by their compositions, so that thousands of species are no matter."""

    def __init__(self, species: Sequence[Species]) -> None:
        self.species = [one for one in species if one.composition]
        self.named: dict[_Composition, list[str]] = {}
        for one in self.species:
            self.named.setdefault(_sorted(one.composition), []).append(one.name)
        self.blocks = [(s, s.composition[0][0]) for s in self.species if _size(s) == 1]
        self.assemblies = [one for one in self.species if _size(one) > 1]

    def attach(self) -> Iterator[ProposedStep]:
        for one, (free, block) in product(self.species, self.blocks):
            for whole in self._with(one, {block: 1}):
                yield ProposedStep("attach", (one.name, free.name), (whole,), (block,))

    def join(self) -> Iterator[ProposedStep]:
        for one, other in combinations_with_replacement(self.assemblies, 2):
            for whole in self._with(one, dict(other.composition)):
                yield ProposedStep("join", (one.name, other.name), (whole,))

    def exchange(self) -> Iterator[ProposedStep]:
        for one, (free, come), (left, go) in product(self.assemblies, self.blocks, self.blocks):
            if come != go:
                for made in self._with(one, {come: 1, go: -1}):
                    sides = ((one.name, free.name), (made, left.name))
                    yield ProposedStep("exchange", *sides, (come, go))

    def transfer(self) -> Iterator[ProposedStep]:
        assemblies = {one.name for one in self.assemblies}
        for one, other in product(self.assemblies, repeat=2):
            for block, _ in one.composition:
                less = self._with(one, {block: -1})
                more = self._with(other, {block: 1}) if less else ()
                for products in product(less, more):
                    if assemblies.issuperset(products):
                        yield ProposedStep("transfer", (one.name, other.name), products, (block,))

    def close(self) -> Iterator[ProposedStep]:
        for alike in self.named.values():
            for one, other in combinations(alike, 2):
                yield ProposedStep("close", (one,), (other,))

    def _with(self, species: Species, change: dict[str, int]) -> Sequence[str]:
        """Return the species that hold what one holds, and some blocks more or less."""
        counts = Counter(dict(species.composition))
        for block, number in change.items():
            counts[block] += number
        if any(n < 0 for n in counts.values()):
            return ()
        return self.named.get(_sorted((b, n) for b, n in counts.items() if n), ())


def _sorted(composition: Iterator[tuple[str, int]] | _Composition) -> _Composition:
    return tuple(sorted(composition))


def _size(species: Species) -> int:
    return sum(n for _, n in species.composition)


def _refuse_many(count: int, most: int, what: str, remedy: str) -> None:
    if count > most:
        many = counted(count, what, "species" if what == "species" else None)
        raise InputError(f"{many}, at most {most}; choose {remedy}")
