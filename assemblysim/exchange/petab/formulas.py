"""Numbers of a mechanism as PEtab formulas: identifiers, and what follows from others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Final

from assemblysim.errors import InputError
from assemblysim.inference.model.derived import (
    DerivedByExpression,
    DerivedByLaw,
    DerivedByRatios,
    DerivedParameter,
)
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.temperature_laws import Arrhenius
from assemblysim.kinetics.reactor.temperature import (
    BOLTZMANN_OVER_PLANCK,
    GAS_CONSTANT,
    SECONDS_PER_HOUR,
)
from assemblysim.mechanism.constants.constants import C0, RT, STANDARD_CONCENTRATION
from assemblysim.mechanism.network.expression import read_expression
from assemblysim.mechanism.network.rate_law import (
    Choice,
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
)

# What PEtab keeps for itself.
_RESERVED: Final = frozenset({"time", "true", "false", "inf", "nan", "pi", "e"})


class Formulas:
    """Writes the numbers of a problem as identifiers, numbers or formulas.

    Args:
        problem: whose numbers they are.
        taken: identifiers that the model has for something else than its rate constants.
    """

    def __init__(self, problem: Problem, taken: Collection[str]) -> None:
        self._problem = problem
        self._taken = {*taken}
        self._names: dict[str, str] = {}
        for name in problem.parameter_names:
            self._names[name] = self.fresh(name)

    def fresh(self, wanted: str) -> str:
        """Return an identifier that nothing else has, as near to what is wanted as may be."""
        plain = re.sub(r"\W", "_", wanted, flags=re.ASCII)
        plain = plain if plain[:1].isalpha() else f"p_{plain}"
        name, count = plain, 1
        while name in self._taken or name.lower() in _RESERVED:
            count += 1
            name = f"{plain}_{count}"
        self._taken.add(name)
        return name

    def identifier(self, unknown: str) -> str:
        """Return the identifier of one of the problem's unknowns."""
        return self._names[unknown]

    def of(self, name: str) -> str:
        """Return what stands for a number: its identifier, its value, or what it follows from."""
        if name in self._names:
            return self._names[name]
        if name in self._derived:
            return self._followed(self._derived[name])
        return petab_number(dict(self._problem.fixed)[name])

    @cached_property
    def _derived(self) -> dict[str, DerivedParameter]:
        return {one.name: one for one in self._problem.derived}

    def _followed(self, one: DerivedParameter) -> str:
        inputs = {name: self.of(name) for name in one.inputs}
        match one:
            case DerivedByRatios(powers=powers):
                factors = (
                    f"({inputs[n]})^({petab_number(p)})"
                    for n, p in zip(inputs, powers, strict=True)
                )
                return f"({' * '.join(factors)})"
            case DerivedByLaw():
                return _by_law(one, *(inputs[name] for name in one.inputs))
            case DerivedByExpression(text=text, rt=rt):
                known = {**inputs, RT: petab_number(rt), C0: petab_number(STANDARD_CONCENTRATION)}
                return f"({petab_formula(read_expression(text, known), known)})"
        raise InputError(f"'{one.name}' follows from others in a way that PEtab cannot say")


def _by_law(one: DerivedByLaw, partner: str, energy: str) -> str:
    """Return a constant at the reference temperature, from A or an entropy, and an energy."""
    heat = petab_number(GAS_CONSTANT * one.reference)
    if isinstance(one.law, Arrhenius):
        return f"({partner} * exp(-({energy}) / {heat}))"
    front = BOLTZMANN_OVER_PLANCK * one.reference * SECONDS_PER_HOUR * 1000.0 ** (1 - one.order)
    barrier = f"{energy} - {petab_number(one.reference / 1000)} * {partner}"
    return f"({petab_number(front)} * exp(-({barrier}) / {heat}))"


def petab_number(value: float) -> str:
    """Return a number with all its digits; whole ones without a point."""
    plain = float(value)
    return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else repr(plain)


def petab_formula(tree: Expression, names: Mapping[str, str]) -> str:
    """Return an expression as PEtab writes it, in brackets wherever they may be needed."""
    match tree:
        case Numeral(digits):
            return petab_number(float(digits))
        case Name(name):
            return f"({names[name]})" if name in names else name
        case Negative(operand):
            return f"(-{petab_formula(operand, names)})"
        case Sum(terms):
            parts = (
                f"{'+' if sign > 0 else '-'} {petab_formula(one, names)}" for sign, one in terms
            )
            return f"({' '.join(parts).removeprefix('+ ')})"
        case Product(factors):
            parts = (
                f"{'*' if power > 0 else '/'} {petab_formula(one, names)}" for power, one in factors
            )
            text = " ".join(parts)
            return f"({text.removeprefix('* ') if text[0] == '*' else f'1 {text}'})"
        case Power(base, exponent):
            return f"({petab_formula(base, names)} ^ {petab_formula(exponent, names)})"
        case Choice():
            raise InputError("a choice in a formula, which PEtab cannot say")
    return f"{tree.function}({petab_formula(tree.argument, names)})"
