"""Numbers that follow from others: a rate constant from another one, or from an entropy.

Each is a small value that says what it needs; evaluating it for a batch gives one more column.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

import numpy as np
import sympy

from assemblysim.errors import InputError
from assemblysim.inference.model.temperature_laws import TemperatureLaw
from assemblysim.mechanism.constants.constants import C0, ENERGY, RT, STANDARD_CONCENTRATION
from assemblysim.mechanism.network.expression import parse_expression

RESERVED = (RT, C0)

_NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*")


@dataclass(frozen=True)
class DerivedParameter(ABC):
    """A number that follows from others.

    Attributes:
        name: of the number.
        inputs: names of the numbers that it needs.
    """

    name: str
    inputs: tuple[str, ...]

    @abstractmethod
    def value(self, given: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the number, shape (B,), from its inputs, shape (B,) each."""

    def renamed(self, names: Mapping[str, str]) -> Self:
        """Return the same parameter with its inputs under other names."""
        return replace(self, inputs=tuple(names[one] for one in self.inputs))

    @abstractmethod
    def describe(self) -> str:
        """Say how it follows, such as ``2 * k_grow``."""


@dataclass(frozen=True)
class DerivedByExpression(DerivedParameter):
    """A number given by an expression of others.

    Attributes:
        text: the expression, as in a rate law; ``RT`` stands for the gas constant times the
            reference temperature, ``c0`` for 1 M.
        rt: kJ/mol, what ``RT`` is worth.
    """

    text: str
    rt: float

    def value(self, given: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the number, shape (B,)."""
        function = _compiled(self.text, self.inputs)
        with np.errstate(all="ignore"):
            return np.asarray(function(self.rt, *(given[name] for name in self.inputs)), float)

    def renamed(self, names: Mapping[str, str]) -> DerivedByExpression:
        """Return the same parameter with its inputs under other names."""
        text = _NAME.sub(lambda found: names.get(found[0], found[0]), self.text)
        return replace(super().renamed(names), text=text)

    def describe(self) -> str:
        """Say how it follows."""
        return self.text


@dataclass(frozen=True)
class DerivedByRatios(DerivedParameter):
    """What a constant is in one group, from that of all and the ratios between groups.

    Attributes:
        powers: of each input.
    """

    powers: tuple[float, ...]

    def value(self, given: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the number, shape (B,)."""
        with np.errstate(all="ignore"):
            logs = [
                power * np.log(given[name])
                for name, power in zip(self.inputs, self.powers, strict=True)
            ]
            return np.asarray(np.exp(np.add.reduce(logs)))

    def describe(self) -> str:
        """Say how it follows."""
        return " * ".join(
            name if power == 1 else f"{name}^{power:.4g}"
            for name, power in zip(self.inputs, self.powers, strict=True)
        )


@dataclass(frozen=True)
class DerivedByLaw(DerivedParameter):
    """A rate constant at the reference temperature, from A or an entropy, and an energy.

    Attributes:
        law: by which it follows from them.
        reference: K.
        order: of the step.
    """

    law: TemperatureLaw
    reference: float
    order: float

    def value(self, given: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the number, shape (B,)."""
        partner, energy = (given[name] for name in self.inputs)
        return self.law.constant(partner, energy, self.reference, self.order)

    def describe(self) -> str:
        """Say how it follows."""
        return self.law.formula(*self.inputs)


def names_of(text: str, known: Collection[str], place: str) -> tuple[str, ...]:
    """Return the names in an expression, in alphabetical order, without RT and c0.

    Raises:
        InputError: it cannot be read, or names something unknown.
    """
    symbols = {name: sympy.Symbol(name) for name in (*known, *RESERVED)}
    try:
        expression = parse_expression(text, symbols, "expression")
    except InputError as fault:
        raise InputError(f"{place}: {fault}") from None
    return tuple(sorted(s.name for s in expression.free_symbols if s.name not in RESERVED))


def energy_coefficients(text: str, names: tuple[str, ...]) -> dict[str, float] | None:
    """Return how the energy of a constant follows from those of what it is made of.

    A constant x goes with temperature as ``exp(-E/RT)``, a free energy G as ``H - T S``. Then the
    energy of ``c a^p exp(q G/RT)`` is ``p E_a - q H``.

    Args:
        text: the expression.
        names: in it; those that begin with dG are free energies.

    Returns:
        The factor of each name's energy; None where the expression is no such product, and its
        temperature dependence no such law.
    """
    energies = {n for n in names if n.startswith(ENERGY)}
    symbols = {
        n: sympy.Symbol(n, real=True) if n in energies else sympy.Symbol(n, positive=True)
        for n in (*names, *RESERVED)
    }
    expression = parse_expression(text, symbols, "expression")
    rest, rt = sympy.expand_log(sympy.log(expression), force=True), symbols[RT]
    found = {}
    for name in names:
        symbol = symbols[name]
        by_log = rt if name in energies else symbol
        factor = sympy.simplify(sympy.diff(rest, symbol) * by_log)
        if not factor.is_number:
            return None
        term = symbol / rt if name in energies else sympy.log(symbol)
        found[name] = -float(factor) if name in energies else float(factor)
        rest = sympy.simplify(rest - factor * term)
    return None if rest.free_symbols - {symbols[C0]} else found


def in_order(derived: tuple[DerivedParameter, ...]) -> tuple[DerivedParameter, ...]:
    """Sort them so that each comes after those that it needs.

    Raises:
        InputError: some depend on each other in a circle.
    """
    waiting, sorted_ones = list(derived), []
    while waiting:
        open_names = {parameter.name for parameter in waiting}
        ready = [parameter for parameter in waiting if open_names.isdisjoint(parameter.inputs)]
        if not ready:
            circle = " and ".join(sorted(open_names))
            raise InputError(f"{circle} follow from each other; state one of them otherwise")
        sorted_ones += ready
        waiting = [parameter for parameter in waiting if parameter not in ready]
    return tuple(sorted_ones)


@lru_cache(maxsize=256)
def _compiled(text: str, names: tuple[str, ...]) -> Callable[..., np.ndarray]:
    symbols = {name: sympy.Symbol(name) for name in (*names, *RESERVED)}
    expression = parse_expression(text, symbols, "expression")
    expression = expression.subs(symbols[C0], STANDARD_CONCENTRATION)
    return sympy.lambdify(  # type: ignore[no-any-return]  # sympy has no types
        [symbols[RT], *(symbols[name] for name in names)], expression, "numpy"
    )
