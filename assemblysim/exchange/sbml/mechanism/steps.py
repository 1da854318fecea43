"""Lines of a mechanism file made of rates: which form of each has units that agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.mechanism.naming import MechanismNames
from assemblysim.exchange.sbml.mechanism.rate_forms import RateForm, forms_of
from assemblysim.exchange.sbml.mechanism.writing import rate_tree
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.rate_law import (
    Expression,
    Name,
    RateLaw,
    replaced,
    tree_names,
    write_tree,
)
from assemblysim.mechanism.reading.equation import write_number, write_side


@dataclass(frozen=True)
class Way:
    """One way of a step: its rate, over concentrations and constants, and what it uses up."""

    rate: Expression
    reactants: tuple[str, ...]


class MechanismSteps:
    """The lines of [reactions], with the constants that they need.

    Attributes:
        lines: label to line.
        named: names of species in each line.
        values: constants, in the model's units.
    """

    def __init__(self, species: tuple[str, ...], names: MechanismNames) -> None:
        self._species, self._names = species, names
        self._dimensions: dict[str, Dimension] = {}
        self.lines: dict[str, str] = {}
        self.named: list[tuple[str, ...]] = []
        self.values: dict[str, float] = {}

    def add(
        self, label: str, sides: tuple[tuple[str, ...], tuple[str, ...]], ways: list[Way]
    ) -> None:
        """Add the line of one reaction.

        Args:
            label: of the line.
            sides: reactants and products.
            ways: of the reaction forth and, where there are two, back.

        Raises:
            InputError: no form of a rate has units that agree.
        """
        marks = ("", "_reverse")
        steps = [
            self._step(f"{label}{mark}", way, sides if not mark else (sides[1], sides[0]))
            for way, mark in zip(ways, marks, strict=False)
        ]
        if any(step.law is not None for step in steps):
            steps = [self._with_law(step) for step in steps]
        arrow = "->" if len(steps) == 1 else "<=>"
        equation = f"{write_side(sides[0])} {arrow} {write_side(sides[1])}".strip()
        self.lines[label] = " ; ".join([equation, *_behind(steps)])
        used = {name for step in steps for name in tree_names(rate_tree(step))}
        self.named.append(tuple({*sides[0], *sides[1], *(used & {*self._species})}))

    def _step(
        self, name: str, way: Way, sides: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> Reaction:
        faults = []
        for form in forms_of(way.rate, way.reactants, (*self._species, TIME), self.values):
            step, values = self._reaction(name, form, sides)
            try:
                found = self._agreed(step)
            except InputError as fault:
                faults.append(fault)
                continue
            step, renamed = self._own_constants(step, found)
            self.values.update(values)
            self.values.update({new: self.values[old] for old, new in renamed.items()})
            self._dimensions.update({renamed.get(n, n): d for n, d in found.items()})
            return step
        raise faults[0]

    def _reaction(
        self, name: str, form: RateForm, sides: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> tuple[Reaction, dict[str, float]]:
        """Return the step of a form, with its new constants by their names."""
        new = {old: self._names.fresh(old.format(f"k_{name}")) for old, _ in form.values}
        values = {new[old]: value for old, value in form.values}
        if form.law is None:
            constant = new.get(form.constant, form.constant)
            factor = int(form.factor) if float(form.factor).is_integer() else form.factor
            return Reaction(name, *sides, constant, factor), values
        law = replaced(form.law, {old: Name(one) for old, one in new.items()})
        constants = [one for one in tree_names(law) if one not in (*self._species, TIME)]
        written = RateLaw(law, write_tree(law))
        step = Reaction(name, *sides, constants[0], 1, written, tuple(constants[1:]))
        return step, values

    def _agreed(self, step: Reaction) -> Mapping[str, Dimension]:
        """Return the dimensions of a step's constants, as it alone decides them."""
        return rate_constant_dimensions(
            Network(tuple(Species(name, ()) for name in self._species), (step,))
        )

    def _own_constants(
        self, step: Reaction, found: Mapping[str, Dimension]
    ) -> tuple[Reaction, dict[str, str]]:
        """Give a step constants of its own where others need the same ones in other units."""
        renamed = {
            name: self._names.fresh(f"{name}_{step.name}")
            for name, dimension in found.items()
            if self._dimensions.get(name, dimension) != dimension
        }
        if not renamed:
            return step, {}
        law = step.law
        if law is not None:
            tree = replaced(law.tree, {old: Name(new) for old, new in renamed.items()})
            law = RateLaw(tree, write_tree(tree))
        first, *others = (renamed.get(name, name) for name in step.rate_constants)
        step = replace(step, rate_constant=first, law=law, further_rate_constants=tuple(others))
        return step, renamed

    @staticmethod
    def _with_law(step: Reaction) -> Reaction:
        if step.law is not None:
            return step
        tree = rate_tree(step)
        return replace(step, law=RateLaw(tree, write_tree(tree)), factor=1)

    def converted(self, hours: float, millimolar: float) -> dict[str, float]:
        """Return the constants of the lines in h and mM.

        Args:
            hours: in a unit of time.
            millimolar: in a unit of concentration.
        """
        return {
            name: self.values[name]
            * millimolar ** float(dimension.concentration)
            * hours ** float(dimension.time)
            for name, dimension in self._dimensions.items()
        }

    def units(self) -> dict[str, str]:
        """Return the units of the constants."""
        return {name: dimension.write("mM") for name, dimension in self._dimensions.items()}


def _behind(steps: list[Reaction]) -> list[str]:
    """Return what stands behind the equation: constants, and laws where there are some."""
    if all(step.law is None for step in steps):
        return [", ".join(_factored(step) for step in steps)]
    names = Counter(name for step in steps for name in step.rate_constants)
    laws = [step.law.text for step in steps if step.law is not None]
    return [", ".join(names), ", ".join(laws)]


def _factored(step: Reaction) -> str:
    if step.factor == 1:
        return step.rate_constant
    return f"{write_number(float(step.factor))} {step.rate_constant}"
