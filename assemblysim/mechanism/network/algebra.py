"""Expressions of files as sympy expressions, for what needs computer algebra."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import sympy

from assemblysim.mechanism.network.rate_law import (
    Call,
    Choice,
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
)


class whole(sympy.Function):  # type: ignore[misc]  # sympy has no types
    """The largest whole number not above its argument; its derivative is 0 wherever it has one."""

    @classmethod
    def eval(cls, argument: sympy.Expr) -> sympy.Expr | None:
        """Return the number where the argument is one."""
        return sympy.floor(argument) if argument.is_number else None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:  # noqa: ARG002
        """Return the derivative."""
        return sympy.Integer(0)


_SYMPY_FUNCTIONS: Final[dict[str, Callable[[sympy.Expr], sympy.Expr]]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "floor": whole,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
}


@lru_cache(maxsize=4096)
def algebra(expression: Expression) -> sympy.Expr:
    """Return an expression over plain symbols of the same names."""
    match expression:
        case Numeral():
            return sympy.Rational(expression.value.numerator, expression.value.denominator)
        case Name(name):
            return sympy.Symbol(name)
        case Negative(operand):
            return -algebra(operand)
        case Sum(terms):
            return sympy.Add(*(sign * algebra(term) for sign, term in terms))
        case Product(factors):
            return sympy.Mul(*(algebra(f) if power > 0 else 1 / algebra(f) for power, f in factors))
        case Power(base, exponent):
            return algebra(base) ** algebra(exponent)
        case Call(function, argument):
            return _SYMPY_FUNCTIONS[function](algebra(argument))
        case Choice(test, above, otherwise):
            return sympy.Piecewise((algebra(above), algebra(test) > 0), (algebra(otherwise), True))
