"""What no reaction may make or destroy: the balance of building blocks, and conserved totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    """
    rows = sparse_changes(network)
    counts = composition_matrix(network.species)
    found: list[tuple[str, list[int]]] = []
    independent = Echelon()
    for column, block in enumerate(building_blocks(network.species)):
        total = counts[:, column].tolist()
        changed = any(sum(n * total[i] for i, n in row.items()) for row in rows)
        if not changed and independent.add(dict(enumerate(total))):
            found.append((block, total))
    vectors = null_space(rows, len(network.species))
    rest = [total for total in vectors if independent.add(dict(enumerate(total)))]
    for i, total in enumerate(rest):
        others = [*(known for _, known in found), *rest[:i], *rest[i + 1 :]]
        rest[i] = _without_negatives(total, others)
    found.extend((write_sum(total, network.species_names), total) for total in rest)
    return tuple(ConservedTotal(name, tuple(total)) for name, total in found)


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


def _without_negatives(total: list[int], others: list[list[int]]) -> list[int]:
    """Add another total, itself free of negatives, where that lifts every coefficient to 0."""
    for other in others:
        pairs = [(n, m) for n, m in zip(total, other, strict=True) if n < 0]
        if pairs and min(other) >= 0 and all(m for _, m in pairs):
            times = max(-(n // m) for n, m in pairs)
            return [n + times * m for n, m in zip(total, other, strict=True)]
    return total


def write_sum(coefficients: Sequence[int], names: Sequence[str]) -> str:
    """Return a sum as text, such as ``Dy + 2 Dy2L - L``; empty where there are zeros only."""
    text = ""
    for n, name in zip(coefficients, names, strict=True):
        if n == 0:
            continue
        sign = ("-" if n < 0 else "") if not text else (" - " if n < 0 else " + ")
        text += sign + (name if abs(n) == 1 else f"{abs(n)} {name}")
    return text
