"""What no reaction may make or destroy: the balance of building blocks, and conserved totals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from assemblysim.errors import InputError
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.mechanism.network.network import Network, Reaction, Species


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
    change = stoichiometry(network)
    counts = composition_matrix(network.species)
    found: list[tuple[str, list[int]]] = []
    independent = _Echelon()
    for column, block in enumerate(building_blocks(network.species)):
        total = [int(n) for n in counts[:, column]]
        if not np.any(counts[:, column] @ change) and independent.add(total):
            found.append((block, total))
    rest = [total for total in _left_null_space(change) if independent.add(total)]
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


@dataclass
class _Echelon:
    """Independent rows in reduced echelon form, in exact arithmetic; zeros are not stored.

    Attributes:
        rows: by pivot column; 1 there, and 0 in every other row's pivot column.
    """

    rows: dict[int, dict[int, Fraction]] = field(default_factory=dict)

    def add(self, numbers: Sequence[int]) -> bool:
        """Add a row of whole numbers; False where it follows from those before."""
        row = {i: Fraction(n) for i, n in enumerate(numbers) if n}
        for pivot in [i for i in row if i in self.rows]:
            _subtract(row, row[pivot], self.rows[pivot])
        if not row:
            return False
        pivot = min(row)
        leading = row[pivot]
        row = {i: n / leading for i, n in row.items()}
        for other in self.rows.values():
            if pivot in other:
                _subtract(other, other[pivot], row)
        self.rows[pivot] = row
        return True


def _subtract(row: dict[int, Fraction], times: Fraction, other: dict[int, Fraction]) -> None:
    for i, n in other.items():
        rest = row.get(i, 0) - times * n
        if rest:
            row[i] = rest
        else:
            row.pop(i, None)


def _left_null_space(change: np.ndarray) -> list[list[int]]:
    """Return whole-number vectors x with x @ change = 0, first entry other than 0 positive."""
    echelon = _Echelon()
    for reaction in dict.fromkeys(map(tuple, change.T.tolist())):
        if len(echelon.rows) == len(change):
            break
        echelon.add(reaction)
    vectors = []
    for free in range(len(change)):
        if free in echelon.rows:
            continue
        basis = {pivot: -row[free] for pivot, row in echelon.rows.items() if free in row}
        basis[free] = Fraction(1)
        scale = math.lcm(*(n.denominator for n in basis.values()))
        whole = [int(basis.get(i, 0) * scale) for i in range(len(change))]
        shared = math.gcd(*whole)
        sign = next(1 if n > 0 else -1 for n in whole if n)
        vectors.append([sign * n // shared for n in whole])
    return vectors


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
