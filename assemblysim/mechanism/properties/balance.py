"""What no reaction may make or destroy: the balance of building blocks, and conserved totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from assemblysim.errors import InputError
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.properties.null_space import Echelon, null_space


@dataclass(frozen=True)
class ConservedTotal:
    """A sum of concentrations that no reaction of a network changes.

    Attributes:
        name: the building block it counts, or the sum itself where it counts none.
        coefficients: whole numbers, one for each species of the network, length S.
    """

    name: str
    coefficients: tuple[int, ...]

    def write(self, species: Sequence[str]) -> str:
        """Return the sum as text, such as ``Dy + 2 Dy2L``, given the S names."""
        return write_sum(self.coefficients, species)


def stoichiometry(network: Network) -> np.ndarray:
    """Return what each reaction adds of each species: whole numbers, shape (S, R)."""
    place = {name: i for i, name in enumerate(network.species_names)}
    change = np.zeros((len(network.species), len(network.reactions)), dtype=np.int64)
    for column, reaction in enumerate(network.reactions):
        for name in reaction.reactants:
            change[place[name], column] -= 1
        for name in reaction.products:
            change[place[name], column] += 1
    return change


def sparse_changes(network: Network) -> list[dict[int, int]]:
    """Return what each reaction adds of the species that it changes, by the species' place."""
    place = {name: i for i, name in enumerate(network.species_names)}
    changes: list[dict[int, int]] = []
    for reaction in network.reactions:
        change: dict[int, int] = {}
        for name in reaction.reactants:
            change[place[name]] = change.get(place[name], 0) - 1
        for name in reaction.products:
            change[place[name]] = change.get(place[name], 0) + 1
        changes.append({i: n for i, n in change.items() if n})
    return changes


def building_blocks(species: Sequence[Species]) -> tuple[str, ...]:
    """Return the names of all building blocks, in order of first mention."""
    return tuple(dict.fromkeys(block for one in species for block, _ in one.composition))


def composition_matrix(species: Sequence[Species]) -> np.ndarray:
    """Return how many of each building block a species holds: whole numbers, shape (S, blocks)."""
    blocks = building_blocks(species)
    counts = np.zeros((len(species), len(blocks)), dtype=np.int64)
    for row, one in enumerate(species):
        for block, count in one.composition:
            counts[row, blocks.index(block)] = count
    return counts


def check_balance(reaction: Reaction, species: Mapping[str, Species]) -> None:
    """Refuse a reaction whose sides hold different building blocks.

    A species with an empty composition is left out. A side on which nothing (else) stands
    is a source or a sink: such a step is open and has no balance.

    Args:
        reaction: the step.
        species: the model's species by name.

    Raises:
        InputError: the sides differ; the text holds the composition of both.
    """
    left = _blocks_of(reaction.reactants, species)
    right = _blocks_of(reaction.products, species)
    if not left or not right or left == right:
        return
    missing = "; ".join(
        f"the {side} lacks {write_composition(lack)}"
        for side, lack in (("right", _excess(left, right)), ("left", _excess(right, left)))
        if lack
    )
    raise InputError(
        f"reaction '{reaction.name}' does not balance: "
        f"left {write_composition(_in_order(left))}, right {write_composition(_in_order(right))}; "
        f"{missing}"
    )


def conserved_totals(network: Network) -> tuple[ConservedTotal, ...]:
    """Return independent sums of concentrations that stay constant, as many as there are.

    Totals of building blocks come first; the rest spans what is left of the left null
    space of the stoichiometry (rational arithmetic, so no tolerance decides).

    Args:
        network: the mechanism, with S species.

    Returns:
        S - rank(stoichiometry) totals.

    Raises:
        InputError: they would take minutes, or too much memory.
    """
    rows, counts = sparse_changes(network), composition_matrix(network.species)
    vectors = null_space(rows, len(network.species))
    ends = [max(vector) for vector in vectors]
    found, blocks = list[tuple[str, dict[int, int]]](), Echelon()
    for column, block in enumerate(building_blocks(network.species)):
        total = {int(i): int(counts[i, column]) for i in np.flatnonzero(counts[:, column])}
        if any(sum(n * total.get(i, 0) for i, n in row.items()) for row in rows):
            continue
        # It is so many of each vector as its number says where that vector alone has one.
        parts = {-j: Fraction(total[i], vectors[j][i]) for j, i in enumerate(ends) if i in total}
        if blocks.add(parts):
            found.append((block, total))
    rest = [vector for j, vector in enumerate(vectors) if -j not in blocks.rows]
    _lift([total for _, total in found], rest)
    names = network.species_names
    found += [(write_sum(list(x.values()), [names[i] for i in x]), x) for x in rest]
    every = range(len(names))
    return tuple(ConservedTotal(name, tuple(x.get(i, 0) for i in every)) for name, x in found)


def _blocks_of(names: Sequence[str], species: Mapping[str, Species]) -> dict[str, int]:
    total: dict[str, int] = {}
    for name in names:
        for block, count in species[name].composition:
            total[block] = total.get(block, 0) + count
    return total


def _excess(more: dict[str, int], less: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((b, n - less.get(b, 0)) for b, n in sorted(more.items()) if n > less.get(b, 0))


def _in_order(blocks: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(blocks.items()))


def _lift(found: Sequence[Mapping[int, int]], totals: list[dict[int, int]]) -> None:
    """Add to each total another one, free of negatives, where that lifts all of it to 0 or above.

    Args:
        found: totals to add, the first choice.
        totals: replaced where they are lifted, which makes them totals to add as well.
    """
    every = [*found, *totals]
    free: dict[int, set[int]] = {}  # by species: totals without negatives that count it
    for number, total in enumerate(every):
        if min(total.values()) >= 0:
            for i in total:
                free.setdefault(i, set()).add(number)
    for number, total in enumerate(every):
        below = [i for i, n in total.items() if n < 0]
        adding = set.intersection(*(free.get(i, set()) for i in below)) if below else None
        if not adding:
            continue
        other = every[min(adding)]
        times = max(-(total[i] // other[i]) for i in below)
        sums = {i: total.get(i, 0) + times * other.get(i, 0) for i in sorted({*total, *other})}
        every[number] = {i: n for i, n in sums.items() if n}
        for i in every[number]:
            free.setdefault(i, set()).add(number)
    totals[:] = [dict(total) for total in every[len(found) :]]


def write_sum(coefficients: Sequence[int], names: Sequence[str]) -> str:
    """Return a sum as text, such as ``Dy + 2 Dy2L - L``; empty where there are zeros only."""
    text = ""
    for n, name in zip(coefficients, names, strict=True):
        if n == 0:
            continue
        sign = ("-" if n < 0 else "") if not text else (" - " if n < 0 else " + ")
        text += sign + (name if abs(n) == 1 else f"{abs(n)} {name}")
    return text
