"""Rates of an SBML model over concentrations and named constants, as a mechanism has them."""

from __future__ import annotations

import math
from functools import cached_property

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.meanings import SBML_TIME, numeral, over, times
from assemblysim.exchange.sbml.course.equations import whole_changes
from assemblysim.exchange.sbml.course.numbers import folded, value_of
from assemblysim.exchange.sbml.course.quantities import Asking, Quantities, UnstatedError
from assemblysim.mechanism.network.rate_law import Expression, Name, replaced, tree_names


class ConcentrationRates:
    """Rates of one model, concentration per time, in the model's own units.

    A species' name in them is its concentration, whatever it means in the model. Parameters that
    nothing changes keep their names, unless they are below 0.

    Args:
        quantities: of the model.

    Raises:
        InputError: the compartment has no size, or one that varies.
    """

    def __init__(self, quantities: Quantities) -> None:
        self._quantities = quantities
        self._content = quantities.content
        self.volume = self._volume()
        self._trees: dict[str, Expression] = {}
        self._asked: list[str] = []

    def _volume(self) -> float:
        for name in self._content.compartments:
            tree = self._quantities.tree(name)
            if tree_names(tree):
                raise InputError(
                    f"the size of compartment '{name}' varies; a mechanism has one volume, so "
                    "follow the model by read_sbml(...).simulate"
                )
            volume = value_of(tree, self._quantities.start)
            if not 0 < volume < float("inf"):
                raise InputError(f"compartment '{name}' has size {volume:g}; state one above 0")
            return volume
        raise InputError("holds no compartment, and so no species; nothing reacts in it")

    @cached_property
    def followed(self) -> tuple[str, ...]:
        """Species without a rule: those that reactions change, and those that are held."""
        return tuple(name for name in self._content.species if name not in self._content.rules)

    def rate(self, reaction: int) -> Expression:
        """Return a reaction's rate, folded."""
        one = self._content.reactions[reaction]
        if one.law is None:
            raise InputError(f"reaction '{one.name}' has no kinetic law; state one")
        return folded(over(self._tree(one.name), numeral(self.volume)))

    def _tree(self, name: str) -> Expression:
        if name not in self._trees:
            with Asking(self._asked, name):
                self._trees[name] = folded(self._tree_of(name))
        return self._trees[name]

    def _tree_of(self, name: str) -> Expression:
        content = self._content
        if name == SBML_TIME:
            return Name(SBML_TIME)
        if name in content.rules:
            return self._expanded(content.rules[name])
        if name in content.species:
            by_amount = content.species[name].by_amount
            return times(numeral(self.volume), Name(name)) if by_amount else Name(name)
        for one in content.reactions:
            if one.name == name and one.law is not None:
                return self._expanded(one.law)
        if name in content.compartments:
            return numeral(self.volume)
        value = self.value(name)
        return numeral(value) if value < 0 else Name(name)

    def _expanded(self, expression: Expression) -> Expression:
        names = [one for one in tree_names(expression) if "(" not in one]
        return replaced(expression, {name: self._tree(name) for name in names})

    def sides(self, reaction: int) -> tuple[tuple[str, ...], tuple[str, ...], int]:
        """Return reactants and products, and what whole coefficients were multiplied by.

        What is held stands on both sides where it is used up, so that nothing changes it, and is
        left out where it is made.

        Raises:
            InputError: a coefficient varies, or no multiple up to 60 makes all whole.
        """
        one = self._content.reactions[reaction]
        parts: list[tuple[str, Expression]] = []
        for species, reference, number, sign in one.changes:
            count = self._quantities.tree(reference) if reference else numeral(number or 0.0)
            factor = self._content.species[species].conversion
            scale = [self._quantities.tree(factor)] if factor else []
            parts.append((species, folded(times(numeral(float(sign)), count, *scale))))
        whole = whole_changes({str(i): count for i, (_, count) in enumerate(parts)})
        if whole is None:
            raise InputError(
                f"reaction '{one.name}': a coefficient that varies or is no fraction of whole "
                "numbers; an equation here has whole coefficients"
            )
        left: list[str] = []
        right: list[str] = []
        for (species, _), number in zip(parts, whole[0].values(), strict=True):
            held = species not in self._quantities.moving
            if held and (number > 0 or species in self._content.rules):
                continue
            (left if number < 0 else right).extend([species] * abs(number))
            if held:
                right.extend([species] * abs(number))
        return tuple(left), tuple(right), whole[1]

    def concentration(self, species: str) -> float:
        """Return a species' concentration at the start, in the model's units; nan if unstated."""
        try:
            return self._quantities.amount_at_start(species) / self.volume
        except UnstatedError:
            return math.nan

    def value(self, name: str) -> float:
        """Return what a constant is worth, in the model's units; nan where it is not stated."""
        try:
            return self._quantities.start(name)
        except UnstatedError:
            return math.nan
