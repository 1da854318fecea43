"""What each element of MathML means, as an expression of few kinds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
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
)

# Names that no SBML identifier can be.
NOT_A_NUMBER, INFINITE = Name("nan()"), Name("infinity()")
# Of the time, in the model's unit.
SBML_TIME: Final = "time "
SPECIAL: Final = {NOT_A_NUMBER.name: math.nan, INFINITE.name: math.inf}
_ZERO, _ONE, _TWO, _HALF = Numeral("0"), Numeral("1"), Numeral("2"), Numeral("0.5")

Arguments = Sequence[Expression]


def numeral(number: float) -> Expression:
    """Return a number of any size and sign as an expression."""
    if math.isnan(number):
        return NOT_A_NUMBER
    size = INFINITE if math.isinf(number) else Numeral(_digits(abs(float(number))))
    return Negative(size) if math.copysign(1.0, number) < 0 and number != 0 else size


def _digits(size: float) -> str:
    return str(int(size)) if size < 1e15 and size.is_integer() else repr(size)


def times(*factors: Expression) -> Expression:
    """Return a product."""
    return factors[0] if len(factors) == 1 else Product(tuple((1, one) for one in factors))


def over(above: Expression, below: Expression) -> Expression:
    """Return a fraction."""
    return Product(((1, above), (-1, below)))


def plus(*terms: Expression) -> Expression:
    """Return a sum; 0 of nothing."""
    if len(terms) < 2:
        return terms[0] if terms else _ZERO
    return Sum(tuple((1, one) for one in terms))


def minus(one: Expression, other: Expression) -> Expression:
    """Return a difference."""
    return Sum(((1, one), (-1, other)))


def _exp(one: Expression) -> Expression:
    return Call("exp", one)


def _log(one: Expression) -> Expression:
    return Call("log", one)


def _inverted(one: Expression) -> Expression:
    return over(_ONE, one)


def _is_true(one: Expression) -> Expression:
    return Choice(one, _ONE, _ZERO)


def _not(one: Expression) -> Expression:
    return Choice(one, _ZERO, _ONE)


def _less(one: Expression, other: Expression) -> Expression:
    return Choice(minus(other, one), _ONE, _ZERO)


def _at_most(one: Expression, other: Expression) -> Expression:
    return Choice(minus(one, other), _ZERO, _ONE)


def _equal(one: Expression, other: Expression) -> Expression:
    return Choice(minus(one, other), _ZERO, _at_most(other, one))


def _unequal(one: Expression, other: Expression) -> Expression:
    return _not(_equal(one, other))


def _all(given: Arguments) -> Expression:
    found: Expression = _ONE
    for one in reversed(given):
        found = Choice(one, found, _ZERO)
    return found


def _any(given: Arguments) -> Expression:
    found: Expression = _ZERO
    for one in reversed(given):
        found = Choice(one, _ONE, found)
    return found


def _odd(given: Arguments) -> Expression:
    found: Expression = _ZERO
    for one in given:
        found = Choice(one, _not(found), found)
    return found


def _compared(
    relation: Callable[[Expression, Expression], Expression],
) -> Callable[[Arguments], Expression]:
    """Return a relation of several: each to the next."""

    def meaning(given: Arguments) -> Expression:
        pairs = [relation(*pair) for pair in pairwise(given)]
        return pairs[0] if len(pairs) == 1 else _all(pairs)

    return meaning


def _piecewise(given: Arguments) -> Expression:
    found: Expression = given[-1] if len(given) % 2 else NOT_A_NUMBER
    whole = len(given) // 2 * 2
    for i in range(whole - 2, -1, -2):
        found = Choice(given[i + 1], given[i], found)
    return found


def _root(given: Arguments) -> Expression:
    if len(given) == 1 or given[0] == _TWO:
        return Call("sqrt", given[-1])
    return Power(given[1], _inverted(given[0]))


def _log_to(given: Arguments) -> Expression:
    base = given[0] if len(given) == 2 else Numeral("10")
    return over(_log(given[-1]), _log(base))


def _largest(given: Arguments) -> Expression:
    found = given[0]
    for one in given[1:]:
        found = Choice(minus(one, found), one, found)
    return found


def _smallest(given: Arguments) -> Expression:
    found = given[0]
    for one in given[1:]:
        found = Choice(minus(found, one), one, found)
    return found


def _ceiling(one: Expression) -> Expression:
    return Negative(Call("floor", Negative(one)))


def _quotient(one: Expression, other: Expression) -> Expression:
    ratio = over(one, other)
    return Choice(ratio, Call("floor", ratio), _ceiling(ratio))


def _remainder(one: Expression, other: Expression) -> Expression:
    return minus(one, times(other, _quotient(one, other)))


def _subtracted(given: Arguments) -> Expression:
    return Negative(given[0]) if len(given) == 1 else minus(given[0], given[1])


def _sinh(one: Expression) -> Expression:
    return times(_HALF, minus(_exp(one), _exp(Negative(one))))


def _cosh(one: Expression) -> Expression:
    return times(_HALF, plus(_exp(one), _exp(Negative(one))))


def _tanh(one: Expression) -> Expression:
    return minus(_ONE, over(_TWO, plus(_exp(times(_TWO, one)), _ONE)))


def _arcsinh(one: Expression) -> Expression:
    size = Choice(one, one, Negative(one))  # of a negative number the sum below would lose digits
    found = _log(plus(size, Call("sqrt", plus(times(one, one), _ONE))))
    return Choice(one, found, Negative(found))


def _arccosh(one: Expression) -> Expression:
    return _log(plus(one, Call("sqrt", minus(times(one, one), _ONE))))


def _arctanh(one: Expression) -> Expression:
    return times(_HALF, _log(over(plus(_ONE, one), minus(_ONE, one))))


def _call(function: str) -> Callable[[Expression], Expression]:
    return lambda one: Call(function, one)


def _of_inverse(function: Callable[[Expression], Expression]) -> Callable[[Expression], Expression]:
    return lambda one: function(_inverted(one))


def _inverse_of(function: Callable[[Expression], Expression]) -> Callable[[Expression], Expression]:
    return lambda one: _inverted(function(one))


def _tangent(one: Expression) -> Expression:
    return Call("tan", one)


_ONE_ARGUMENT: Final[dict[str, Callable[[Expression], Expression]]] = {
    "FUNCTION_ABS": lambda one: Choice(one, one, Negative(one)),
    "FUNCTION_CEILING": _ceiling,
    "FUNCTION_FLOOR": _call("floor"),
    "FUNCTION_EXP": _exp,
    "FUNCTION_LN": _log,
    "FUNCTION_FACTORIAL": _call("factorial"),
    "FUNCTION_SIN": _call("sin"),
    "FUNCTION_COS": _call("cos"),
    "FUNCTION_TAN": _tangent,
    "FUNCTION_SEC": _inverse_of(_call("cos")),
    "FUNCTION_CSC": _inverse_of(_call("sin")),
    "FUNCTION_COT": _inverse_of(_tangent),
    "FUNCTION_SINH": _sinh,
    "FUNCTION_COSH": _cosh,
    "FUNCTION_TANH": _tanh,
    "FUNCTION_SECH": _inverse_of(_cosh),
    "FUNCTION_CSCH": _inverse_of(_sinh),
    "FUNCTION_COTH": _inverse_of(_tanh),
    "FUNCTION_ARCSIN": _call("arcsin"),
    "FUNCTION_ARCCOS": _call("arccos"),
    "FUNCTION_ARCTAN": _call("arctan"),
    "FUNCTION_ARCSEC": _of_inverse(_call("arccos")),
    "FUNCTION_ARCCSC": _of_inverse(_call("arcsin")),
    "FUNCTION_ARCCOT": _of_inverse(_call("arctan")),
    "FUNCTION_ARCSINH": _arcsinh,
    "FUNCTION_ARCCOSH": _arccosh,
    "FUNCTION_ARCTANH": _arctanh,
    "FUNCTION_ARCSECH": _of_inverse(_arccosh),
    "FUNCTION_ARCCSCH": _of_inverse(_arcsinh),
    "FUNCTION_ARCCOTH": _of_inverse(_arctanh),
    "LOGICAL_NOT": _not,
}
_TWO_ARGUMENTS: Final[dict[str, Callable[[Expression, Expression], Expression]]] = {
    "DIVIDE": over,
    "POWER": Power,
    "FUNCTION_POWER": Power,
    "FUNCTION_QUOTIENT": _quotient,
    "FUNCTION_REM": _remainder,
    "LOGICAL_IMPLIES": lambda one, other: Choice(one, _is_true(other), _ONE),
}
_SEVERAL: Final[dict[str, Callable[[Arguments], Expression]]] = {
    "PLUS": lambda given: plus(*given),
    "MINUS": _subtracted,
    "TIMES": lambda given: times(*given) if given else _ONE,
    "FUNCTION_ROOT": _root,
    "FUNCTION_LOG": _log_to,
    "FUNCTION_MAX": _largest,
    "FUNCTION_MIN": _smallest,
    "FUNCTION_PIECEWISE": _piecewise,
    "LOGICAL_AND": _all,
    "LOGICAL_OR": _any,
    "LOGICAL_XOR": _odd,
    "RELATIONAL_EQ": _compared(_equal),
    "RELATIONAL_NEQ": _compared(_unequal),
    "RELATIONAL_LT": _compared(_less),
    "RELATIONAL_LEQ": _compared(_at_most),
    "RELATIONAL_GT": _compared(lambda one, other: _less(other, one)),
    "RELATIONAL_GEQ": _compared(lambda one, other: _at_most(other, one)),
}


def _of_one(meaning: Callable[[Expression], Expression]) -> Callable[[Arguments], Expression]:
    return lambda given: meaning(given[0])


def _of_two(
    meaning: Callable[[Expression, Expression], Expression],
) -> Callable[[Arguments], Expression]:
    return lambda given: meaning(given[0], given[1])


MEANINGS: Final[dict[str, Callable[[Arguments], Expression]]] = {
    **{kind: _of_one(meaning) for kind, meaning in _ONE_ARGUMENT.items()},
    **{kind: _of_two(meaning) for kind, meaning in _TWO_ARGUMENTS.items()},
    **_SEVERAL,
}
