"""What an expression is worth where its names are numbers, in floats and without algebra."""

from __future__ import annotations

import math
from typing import Final

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
    tree_names,
    tree_parts,
)

_FUNCTIONS: Final = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}


def tree_value(expression: Expression, every_name: float) -> float:
    """Return the value of an expression in which every name is the same number.

    Returns:
        The value; infinity where it is beyond floats, nan where it has none.
    """
    try:
        return _value(expression, every_name)
    except OverflowError:
        return math.inf
    except (ArithmeticError, ValueError, TypeError):
        return math.nan


def tower_height(expression: Expression) -> int:
    """Return how many powers stand in each other's exponents, where these have names in them."""
    heights = [tower_height(part) for part in tree_parts(expression)]
    if isinstance(expression, Power) and tree_names(expression.exponent):
        heights[1] += 1
    return max(heights, default=0)


def _value(expression: Expression, every_name: float) -> float:
    def inside(part: Expression) -> float:
        return _value(part, every_name)

    match expression:
        case Numeral():
            return float(expression.value)
        case Name():
            return every_name
        case Negative(operand):
            return -inside(operand)
        case Sum(terms):
            return sum(sign * inside(term) for sign, term in terms)
        case Product(factors):
            return math.prod(float(inside(factor) ** power) for power, factor in factors)
        case Power(base, exponent):
            return float(inside(base) ** inside(exponent))
        case Call(function, argument):
            return _FUNCTIONS[function](inside(argument))
        case Choice(test, above, otherwise):
            return inside(above if inside(test) > 0 else otherwise)
