"""What the symbols of an SBML model are worth: at the start, and as functions of the amounts."""

from __future__ import annotations

from functools import cached_property

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.meanings import SBML_TIME, numeral, over, plus, times
from assemblysim.exchange.sbml.content.model import SbmlContent, SbmlSpecies
from assemblysim.exchange.sbml.course.numbers import folded, value_of
from assemblysim.mechanism.network.rate_law import Expression, Name, replaced, tree_names


class UnstatedError(InputError):
    """A quantity is needed that the file states no value of."""


class Quantities:
    """The symbols of one model.

    The state of a model is the amount of each species that reactions change, in the model's own
    unit; a species' name in an expression that is worked out here is that amount.

    Args:
        content: what the file says.
    """

    def __init__(self, content: SbmlContent) -> None:
        self.content = content
        self._laws = {one.name: one.law for one in content.reactions}
        self._start: dict[str, float] = {}
        self._trees: dict[str, Expression] = {}
        self._asked_start: list[str] = []
        self._asked_tree: list[str] = []

    @cached_property
    def moving(self) -> tuple[str, ...]:
        """Species that reactions change, in the file's order."""
        touched = {name for one in self.content.reactions for name, *_ in one.changes}
        return tuple(
            name
            for name, one in self.content.species.items()
            if name in touched and self._is_moved(one)
        )

    def _is_moved(self, one: SbmlSpecies) -> bool:
        return not (one.constant or one.boundary or one.name in self.content.rules)

    def start(self, name: str) -> float:
        """Return what a symbol is worth at the start, in the model's units.

        Raises:
            InputError: it is unknown, or depends on itself.
        UnstatedError: it has no value.
        """
        if name not in self._start:
            with Asking(self._asked_start, name):
                self._start[name] = self._start_of(name)
        return self._start[name]

    def _start_of(self, name: str) -> float:
        if name == SBML_TIME:
            return 0.0
        assigned = self.content.initial.get(name, self.content.rules.get(name))
        if assigned is None:
            assigned = self._laws.get(name)
        if assigned is not None:
            return value_of(assigned, self.start)
        if name in self.content.species:
            return self._stated(self.content.species[name])
        if name in self.content.compartments:
            return _needed(self.content.compartments[name].size, f"compartment '{name}'", "a size")
        if name not in self.content.values:
            if name in self._laws:
                raise InputError(f"reaction '{name}' has no rate; state its kinetic law")
            raise InputError(f"'{name}' is used and nowhere defined; define it")
        return _needed(self.content.values[name], f"'{name}'", "a value")

    def _stated(self, one: SbmlSpecies) -> float:
        if one.amount is not None:
            return one.amount if one.by_amount else one.amount / self.start(one.compartment)
        stated = _needed(one.concentration, f"species '{one.name}'", "an initial amount")
        return stated * self.start(one.compartment) if one.by_amount else stated

    def amount_at_start(self, name: str) -> float:
        """Return how much there is of a species at the start, in the model's unit of amount."""
        one = self.content.species[name]
        if one.amount is not None and not self._is_assigned(name):
            return one.amount
        value = self.start(name)
        return value if one.by_amount else value * self.start(one.compartment)

    def _is_assigned(self, name: str) -> bool:
        return name in self.content.initial or name in self.content.rules

    def tree(self, name: str) -> Expression:
        """Return what a symbol is worth, over amounts of moving species and `SBML_TIME`.

        Raises:
            InputError: as `start`.
        """
        if name not in self._trees:
            with Asking(self._asked_tree, name):
                self._trees[name] = folded(self._tree_of(name))
        return self._trees[name]

    def _tree_of(self, name: str) -> Expression:
        if name == SBML_TIME:
            return Name(SBML_TIME)
        if name in self.content.rules:
            return self.expanded(self.content.rules[name])
        if name in self.content.species:
            one = self.content.species[name]
            amount = self.amount_tree(name)
            return amount if one.by_amount else over(amount, self.tree(one.compartment))
        law = self._laws.get(name)
        return numeral(self.start(name)) if law is None else self.expanded(law)

    def amount_tree(self, name: str) -> Expression:
        """Return the amount of a species as an expression over amounts of moving species."""
        one = self.content.species[name]
        if name in self.moving:
            return Name(name)
        if name not in self.content.rules:
            return numeral(self.amount_at_start(name))
        value = self.tree(name)
        return folded(value if one.by_amount else times(value, self.tree(one.compartment)))

    def concentration_tree(self, name: str) -> Expression:
        """Return the concentration of a species as an expression over amounts."""
        one = self.content.species[name]
        if one.by_amount:
            return folded(over(self.amount_tree(name), self.tree(one.compartment)))
        return self.tree(name)

    def expanded(self, expression: Expression) -> Expression:
        """Return an expression of the model over amounts of moving species, and numbers."""
        known = self.content
        names = [n for n in tree_names(expression) if "(" not in n]
        for name in names:
            if not (name in known.species or name in known.values or name in self._laws):
                self._refuse_unknown(name)
        return folded(replaced(expression, {name: self.tree(name) for name in names}))

    def _refuse_unknown(self, name: str) -> None:
        if name not in self.content.compartments and name not in self.content.rules:
            self.start(name)

    def changes(self, reaction: int) -> dict[str, Expression]:
        """Return what one unit of a reaction's extent adds to the amount of each moving species."""
        found: dict[str, Expression] = {}
        one = self.content.reactions[reaction]
        for species, reference, number, sign in one.changes:
            if species not in self.moving:
                continue
            if reference:
                count = self.tree(reference)
            else:
                what = f"reaction '{one.name}': '{species}'"
                count = numeral(_needed(number, what, "a stoichiometry"))
            factor = self.content.species[species].conversion
            parts = (numeral(float(sign)), count, *([self.tree(factor)] if factor else []))
            more = folded(times(*parts))
            before = found.get(species)
            found[species] = more if before is None else folded(plus(before, more))
        return found

    def law(self, reaction: int) -> Expression:
        """Return a reaction's rate, amount per time, over amounts of moving species."""
        one = self.content.reactions[reaction]
        if one.law is None:
            raise InputError(f"reaction '{one.name}' has no kinetic law; state one")
        return self.tree(one.name)


def _needed(value: float | None, what: str, which: str) -> float:
    if value is None:
        raise UnstatedError(f"{what} has no value; state {which}")
    return value


class Asking:
    """Notices a symbol that is asked for while it is being worked out."""

    def __init__(self, asked: list[str], name: str) -> None:
        self._asked, self._name = asked, name

    def __enter__(self) -> None:
        if self._name in self._asked:
            circle = " <- ".join([*self._asked[self._asked.index(self._name) :], self._name])
            raise InputError(f"'{self._name}' depends on itself ({circle}); break the circle")
        self._asked.append(self._name)

    def __exit__(self, *_: object) -> None:
        self._asked.pop()
