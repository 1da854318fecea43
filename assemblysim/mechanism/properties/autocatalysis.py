"""Which species may grow out of themselves: autocatalysts, chain carriers, whatever multiplies.

A trace grows exponentially where each round of steps makes more than one of it out of one. Such a
set of species, an autocatalytic core (Blokhuis, Lacoste & Nghe, PNAS 117, 25230, 2020), is strongly
connected by steps that take one of it, and what else they take is not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assemblysim.mechanism.network.monomial import monomial_of
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.network.rate_law import tree_names
from assemblysim.mechanism.properties.balance import stoichiometry

# Looking for cores ends after so many attempts; then every cycle in which something multiplies
# counts as one.
MOST_ATTEMPTS = 1000
MOST_BRANCHES = 20_000
# Steps of a cycle in which something carries a reaction.
LONGEST_CYCLE = 3
MOST_WAYS = 100_000


@dataclass(frozen=True)
class _Offspring:
    """What becomes of one of a species in one step that is linear in it.

    Attributes:
        of: the species.
        beside: species that the step's rate has as factors besides.
        into: what there is afterwards in its place, and how many.
        reaction: the step's number, where it counts.
    """

    of: int
    beside: frozenset[int]
    into: tuple[tuple[int, int], ...]
    reaction: int = -1

    @property
    def pairs(self) -> Iterator[tuple[int, int]]:
        """Two of what there is afterwards, in all ways."""
        for place, (first, count) in enumerate(self.into):
            if count > 1:
                yield first, first
            yield from ((first, other) for other, _ in self.into[place + 1 :])


@lru_cache(maxsize=256)
def growing_blocks(network: Network) -> tuple[tuple[int, ...], ...]:
    """Return the species that may grow out of themselves, by number, those together that meet.

    In a network of many cycles it may name more than there are, never less.
    """
    steps: dict[int, list[_Offspring]] = {}
    for reaction in network.reactions:
        for step in _offspring(network, reaction):
            steps.setdefault(step.of, []).append(step)
    search = _Search(steps)
    try:
        cores = [core for row in steps.values() for step in row for core in search.cores(step)]
    except _TooManyError:
        cores = _multiplying_cycles(steps)
    return _joined(cores)


@lru_cache(maxsize=256)
def carriers(network: Network) -> frozenset[int]:
    """Return the species that carry a reaction and come back: catalysts, their complexes, radicals.

    Each is in a cycle of at most three steps, every one of which takes one of the cycle and nothing
    else of it, that leaves something changed when it is through.
    """
    steps: dict[int, list[_Offspring]] = {}
    for place, reaction in enumerate(network.reactions):
        for step in _offspring(network, reaction):
            steps.setdefault(step.of, []).append(replace(step, reaction=place))
    change, longest = stoichiometry(network), _longest_cycle(steps)
    found: set[int] = set()
    for start, row in steps.items():
        ways = [([step], frozenset((start,))) for step in row]
        while ways:
            way, inside = ways.pop()
            taken = frozenset[int]().union(*(step.beside for step in way))
            if inside & taken:
                continue
            for following, _ in way[-1].into:
                through = change[:, [step.reaction for step in way]].sum(axis=1)
                if following == start and through.any():
                    found |= inside
                elif following not in inside and len(way) < longest:
                    more = steps.get(following, ())
                    ways += [([*way, step], inside | {following}) for step in more]
    return frozenset(found)


def _longest_cycle(steps: dict[int, list[_Offspring]]) -> int:
    """Return how long cycles may be so that there are not too many ways to look at."""
    ways = {of: len(row) for of, row in steps.items()}
    for length in range(1, LONGEST_CYCLE):
        ways = {
            of: sum(ways.get(i, 0) for step in row for i, _ in step.into)
            for of, row in steps.items()
        }
        if sum(ways.values()) > MOST_WAYS:
            return length
    return LONGEST_CYCLE


@lru_cache(maxsize=256)
def direct_growers(network: Network) -> frozenset[int]:
    """Return the species that one step makes more of, at a rate in proportion to them."""
    found = (s for reaction in network.reactions for s in _offspring(network, reaction))
    return frozenset(s.of for s in found if dict(s.into).get(s.of, 0) > 1)


def _offspring(network: Network, reaction: Reaction) -> Iterator[_Offspring]:
    place = _places(network)
    change = Counter(reaction.products)
    change.subtract(reaction.reactants)
    product = monomial_of(reaction)
    if product is not None:
        factors = Counter(product.species)
    else:
        names = tree_names(reaction.law.tree) if reaction.law else ()
        factors = Counter(dict.fromkeys((name for name in names if name in place), 1))
    for name, power in factors.items():
        if power != 1:
            continue
        beside = factors.keys() - {name} if product is not None else ()
        kept = max(change.get(name, 0) + 1, 0)
        into = {i: n for i, n in change.items() if n > 0 and i != name}
        if kept:
            into[name] = kept
        if into:
            yield _Offspring(
                place[name],
                frozenset(place[other] for other in beside),
                tuple((place[i], n) for i, n in into.items()),
            )


@lru_cache(maxsize=256)
def _places(network: Network) -> dict[str, int]:
    return {name: i for i, name in enumerate(network.species_names)}


class _TooManyError(Exception):
    """Raised where looking for cores takes too long."""


class _Search:
    """Finds cores: from a step that multiplies, two ways back to where it began."""

    def __init__(self, steps: dict[int, list[_Offspring]]) -> None:
        self._steps, self._left, self._branches = steps, MOST_ATTEMPTS, MOST_BRANCHES

    def cores(self, step: _Offspring) -> Iterator[frozenset[int]]:
        """Yield the cores in which a step multiplies."""
        for first, second in step.pairs:
            inside = frozenset((step.of, first, second))
            if inside & step.beside:
                continue
            for there, outside in self._ways(first, step.of, inside, step.beside):
                yield from (core for core, _ in self._ways(second, step.of, there, outside))

    def _ways(
        self, start: int, end: int, inside: frozenset[int], outside: frozenset[int]
    ) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
        """Yield, for ways from one species to another, what is in the core then and what is not."""
        waiting = [(start, inside, outside, frozenset[int]())]
        while waiting:
            here, within, without, seen = waiting.pop()
            if here == end:
                yield within, without
                continue
            self._left -= 1
            if min(self._left, self._branches) < 0:
                raise _TooManyError
            for step in self._steps.get(here, ()):
                taken = without | step.beside
                for following, _ in step.into:
                    if following in seen or following == here:
                        continue
                    if not (within | {following}) & taken:
                        self._branches -= 1
                        waiting.append((following, within | {following}, taken, seen | {here}))


def _multiplying_cycles(steps: dict[int, list[_Offspring]]) -> list[frozenset[int]]:
    """Return the strongly connected species in which a step makes two out of one."""
    # Slow to import, and needed for large networks only.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = [(of, i) for of, row in steps.items() for step in row for i, _ in step.into]
    size = 1 + max(max(pair) for pair in pairs)
    ways = coo_array((np.ones(len(pairs)), tuple(zip(*pairs, strict=True))), (size, size))
    _, part = connected_components(ways, connection="strong")
    found = {
        int(part[of])
        for of, row in steps.items()
        for step in row
        if sum(n for i, n in step.into if part[i] == part[of]) > 1
    }
    return [frozenset(np.flatnonzero(part == one).tolist()) for one in sorted(found)]


def _joined(cores: Iterable[frozenset[int]]) -> tuple[tuple[int, ...], ...]:
    """Join sets that meet."""
    blocks: list[set[int]] = []
    for core in cores:
        apart = [block for block in blocks if not block & core]
        meeting = [block for block in blocks if block & core]
        blocks = [*apart, set(core).union(*meeting)]
    return tuple(sorted(tuple(sorted(block)) for block in blocks))
