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


class chosen(sympy.Function):  # type: ignore[misc]
    """Its second argument where the first is above 0, and else its third.

    Sympy's own Piecewise rewrites tests within tests to what cannot be written out as code.
    """

    @classmethod
    def eval(cls, test: sympy.Expr, above: sympy.Expr, otherwise: sympy.Expr) -> sympy.Expr | None:
        """Return one of the two where the test is a number."""
        if test.is_number and test.is_extended_real:
            return above if test > 0 else otherwise
        return above if above == otherwise else None

    def _eval_derivative(self, symbol: sympy.Symbol) -> sympy.Expr:
        test, above, otherwise = self.args
        return chosen(test, above.diff(symbol), otherwise.diff(symbol))


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
            return chosen(algebra(test), algebra(above), algebra(otherwise))
