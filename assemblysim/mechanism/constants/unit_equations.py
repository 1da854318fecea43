"""Equations for the units of constants: a rate law as a whole is a concentration per time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sympy

from assemblysim.errors import InputError
from assemblysim.language import quoted
from assemblysim.mechanism.constants.dimension import (
    CONCENTRATION,
    DURATION,
    NONE,
    RATE,
    Dimension,
)
from assemblysim.mechanism.network.names import TIME

# Symbolic exponents (a Hill exponent to be inferred) must leave the units the same whatever
# their value: the equations are asked for at these values, which no law will have by design.
_SAMPLES = (5, 7, 11)


def solve_dimensions(
    laws: Mapping[str, sympy.Expr],
    constants: Sequence[str],
    known: Mapping[str, Dimension],
) -> dict[str, Dimension]:
    """Return the dimensions of the constants that the laws decide together.

    Every law must be a concentration per time, the terms of a sum alike, and exponents
    and the arguments of exp and log pure numbers.

    Args:
        laws: reaction names and their laws.
        constants: names of those whose dimension is asked; all others are concentrations, but
            for the time.
        known: dimensions of constants that are settled already.

    Returns:
        The dimension of each constant that has only one possible; the others are missing.

    Raises:
        InputError: no choice of dimensions makes the laws consistent.
    """
    solved = solve_equal([(law, RATE) for law in laws.values()], constants, known)
    if solved is None:
        name, law = next(iter(laws.items()))
        raise InputError(
            f"reaction '{name}': no units make the rate law {quoted(str(law))} a concentration "
            "per time; give each number that has a unit its own constant, and divide by one of "
            "the same unit in exponents, exp and log"
        )
    return solved


def solve_equal(
    pairs: Sequence[tuple[sympy.Expr, Dimension | str]],
    constants: Sequence[str],
    known: Mapping[str, Dimension],
) -> dict[str, Dimension] | None:
    """Return the dimensions that follow where each expression has a given dimension.

    Args:
        pairs: expressions, each with its dimension or with the name of a constant that has
            the same one.
        constants: names of those whose dimension is asked; all others are concentrations.
        known: dimensions of constants that are settled already.

    Returns:
        The dimension of each constant that has only one possible; None where no choice fits.
    """
    unknown = {name: Dimension(sympy.Dummy(), sympy.Dummy()) for name in constants}
    scales = _Scales({TIME: DURATION, **unknown, **known})
    for expression, dimension in pairs:
        other = scales.dimensions[dimension] if isinstance(dimension, str) else dimension
        scales.require(scales.of(expression), other)
    wanted = [exponent for d in unknown.values() for exponent in (d.concentration, d.time)]
    if not wanted:
        equations = _sampled(scales.equations, wanted)
        return {} if all(equation == 0 for equation in equations) else None
    solutions = sympy.linsolve(_sampled(scales.equations, wanted), wanted)
    if solutions == sympy.S.EmptySet:
        return None
    values = dict(zip(wanted, next(iter(solutions)), strict=True))
    solved = {
        name: Dimension(values[d.concentration], values[d.time]) for name, d in unknown.items()
    }
    return {name: d for name, d in solved.items() if d.concentration.is_number and d.time.is_number}


@dataclass
class _Scales:
    """Walks over expressions and collects the equations that their dimensions must obey."""

    dimensions: Mapping[str, Dimension]
    equations: list[sympy.Expr] = field(default_factory=list)

    def require(self, one: Dimension, other: Dimension) -> None:
        """Note that two dimensions must be the same."""
        self.equations.append(sympy.sympify(one.concentration - other.concentration))
        self.equations.append(sympy.sympify(one.time - other.time))

    def of(self, expression: sympy.Expr) -> Dimension:
        """Return the dimension of an expression; of a sum, that of its first term."""
        if expression.is_number:
            return NONE
        if expression.is_Symbol:
            return self.dimensions.get(expression.name, CONCENTRATION)
        parts = [self.of(part) for part in expression.args]
        if expression.is_Mul:
            product = NONE
            for part in parts:
                product = product.times(part)
            return product
        if expression.is_Pow:
            self.require(parts[1], NONE)
            return parts[0].raised(expression.args[1])
        if expression.is_Add:
            for part in parts[1:]:
                self.require(part, parts[0])
            return parts[0]
        self.require(parts[0], NONE)
        return NONE


def _sampled(equations: list[sympy.Expr], wanted: list[sympy.Symbol]) -> list[sympy.Expr]:
    others = set().union(*(e.free_symbols for e in equations)) - set(wanted)
    order = sorted(others, key=lambda symbol: str(symbol.name))
    return [
        equation.subs({symbol: value + i for i, symbol in enumerate(order)})
        for equation in equations
        for value in (_SAMPLES if order else _SAMPLES[:1])
    ]
