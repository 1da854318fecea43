"""An SBML model as a network of amounts that the engines integrate, in the model's own units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import sympy

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.meanings import (
    SBML_TIME,
    SPECIAL,
    minus,
    numeral,
    over,
    times,
)
from assemblysim.exchange.sbml.course.numbers import folded, polynomial, value_of
from assemblysim.exchange.sbml.course.quantities import Quantities
from assemblysim.mechanism.network.algebra import algebra
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.rate_law import (
    Call,
    Expression,
    Name,
    Numeral,
    Power,
    RateLaw,
    replaced,
    tree_names,
    tree_parts,
    write_tree,
)

_UNIT: Final = "unit()"  # a constant of 1, for laws without one; no SBML identifier can be this
# A species may be called as the time is in our rate laws; no SBML identifier holds a bracket.
_ANOTHER: Final = f"{TIME}()"
_NAMES: Final = {TIME: Name(_ANOTHER), SBML_TIME: Name(TIME)}
_MOST_MOLECULES = 100
_LARGEST_MULTIPLE = 60
_NEXT_TO_WHOLE = 1e-12


@dataclass(frozen=True, eq=False)
class AmountNetwork:
    """A network whose states are amounts of a model's moving species, plus a shift.

    Attributes:
        network: of S species.
        constants: shape (P,).
        initial: shape (S,).
        shift: what was added to every amount, so that none is below 0.
    """

    network: Network
    constants: np.ndarray
    initial: np.ndarray
    shift: float


def amount_network(quantities: Quantities, shift: float = 0.0) -> AmountNetwork:
    """Return the network of a model.

    A rate that is a sum of products of amounts becomes one step of mass action for each of them,
    and any other a step with a rate law. Coefficients that are no whole numbers are multiplied
    until they are, and the rate divided alike; where no multiple does, each species is made by
    a step of its own.

    Args:
        quantities: of the model.
        shift: to be added to every amount: engines follow no state below 0, and amounts may go
            there where a rate does not vanish with what it uses up.
    """
    made = _Steps(shift)
    for r, one in enumerate(quantities.content.reactions):
        changes = quantities.changes(r)
        if changes:
            made.add(one.name, changes, quantities.law(r))
    names = quantities.moving
    species = tuple(Species(_named(name), ()) for name in names)
    network = Network(species, tuple(made.steps))
    start = [quantities.amount_at_start(name) for name in names]
    return AmountNetwork(
        network,
        np.array([made.constants[name] for name in network.rate_constant_names]),
        np.array(start, dtype=float) + shift,
        shift,
    )


@dataclass
class _Steps:
    """Gathers one-way steps and what their constants are worth."""

    shift: float
    steps: list[Reaction] = field(default_factory=list)
    constants: dict[str, float] = field(default_factory=lambda: {_UNIT: 1.0, **SPECIAL})

    def add(self, name: str, changes: dict[str, Expression], law: Expression) -> None:
        """Add the steps of one reaction."""
        whole = whole_changes(changes)
        if whole is None:
            for species, count in changes.items():
                self._add_whole(f"{name}.{species}", {species: 1}, folded(times(count, law)), 1)
        elif any(whole[0].values()):
            self._add_whole(name, *whole[:1], law, whole[1])

    def _add_whole(self, name: str, counts: dict[str, int], law: Expression, multiple: int) -> None:
        terms = None if self.shift else polynomial(law)
        if terms is None or not all(_is_product(powers) for powers in terms):
            self._add_law(name, counts, law, multiple)
            return
        for place, (powers, number) in enumerate(terms.items()):
            constant = f"{name}({place})"
            self.constants[constant] = abs(number) / multiple
            parts = [
                Name(one) if power == 1 else Power(Name(one), Numeral(str(power)))
                for one, power in powers
            ]
            tree = times(Name(constant), *parts)
            self._append(constant, counts, tree, constant, forward=number > 0)

    def _add_law(self, name: str, counts: dict[str, int], law: Expression, multiple: int) -> None:
        if _holds_factorial(law):
            raise InputError(f"reaction '{name}': factorial of what varies has no rate; mend it")
        tree = law if multiple == 1 else over(law, numeral(float(multiple)))
        if self.shift:
            names = [one for one in tree_names(tree) if one not in {*SPECIAL, SBML_TIME}]
            by = {one: minus(Name(one), numeral(self.shift)) for one in names}
            tree = replaced(tree, by)
        if value_is_zero(tree):
            return
        if algebra(tree).has(sympy.nan, sympy.zoo, sympy.oo):
            raise InputError(f"reaction '{name}': its rate divides by 0; mend its kinetic law")
        self._append(name, counts, tree, _UNIT, forward=True)

    def _append(
        self, name: str, counts: dict[str, int], tree: Expression, constant: str, *, forward: bool
    ) -> None:
        sign = 1 if forward else -1
        left = [_named(one) for one, n in counts.items() for _ in range(max(0, -sign * n))]
        right = [_named(one) for one, n in counts.items() for _ in range(max(0, sign * n))]
        tree = replaced(tree, _NAMES)
        special = tuple(one for one in tree_names(tree) if one in SPECIAL)
        law = RateLaw(tree, write_tree(tree))
        self.steps.append(Reaction(name, tuple(left), tuple(right), constant, 1, law, special))


def _named(species: str) -> str:
    return _ANOTHER if species == TIME else species


def value_is_zero(tree: Expression) -> bool:
    """Say whether an expression is the number 0."""
    return not tree_names(tree) and value_of(tree, SPECIAL.__getitem__) == 0


def whole_changes(changes: dict[str, Expression]) -> tuple[dict[str, int], int] | None:
    """Return coefficients as whole numbers, and what they were multiplied by.

    Args:
        changes: folded coefficients by species.

    Returns:
        Them; None where one is no number, or no multiple up to 60 makes all whole.
    """
    if any(tree_names(one) for one in changes.values()):
        return None
    numbers = {name: value_of(one, SPECIAL.__getitem__) for name, one in changes.items()}
    for multiple in range(1, _LARGEST_MULTIPLE + 1):
        many = {name: multiple * number for name, number in numbers.items()}
        if any(abs(number) > _MOST_MOLECULES for number in many.values()):
            return None
        if all(abs(n - round(n)) <= _NEXT_TO_WHOLE * max(1, abs(n)) for n in many.values()):
            return {name: round(number) for name, number in many.items()}, multiple
    return None


def _holds_factorial(tree: Expression) -> bool:
    if isinstance(tree, Call) and tree.function == "factorial":
        return True
    return any(_holds_factorial(part) for part in tree_parts(tree))


def _is_product(powers: tuple[tuple[str, int], ...]) -> bool:
    return all(0 < power <= 9 for _, power in powers)
