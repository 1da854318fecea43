"""Expressions worth numbers, folded where they are constant, and multiplied out to monomials."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from assemblysim.exchange.sbml.content.meanings import SPECIAL, numeral
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
    rebuilt,
    tree_names,
)

# Names with their powers, in the order of the names, to the number in front.
Polynomial = dict[tuple[tuple[str, int], ...], float]
MOST_TERMS: Final = 60
_LARGEST_POWER: Final = 12
_FUNCTIONS: Final[dict[str, Callable[[float], float]]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "floor": math.floor,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "factorial": lambda one: math.gamma(one + 1),
}


def value_of(expression: Expression, named: Callable[[str], float]) -> float:
    """Return what an expression is worth.

    Args:
        expression: any.
        named: what each name is worth; asked for those only that count.

    Returns:
        The value; infinite or nan where floating point says so.
    """
    try:
        return _value(expression, named)
    except OverflowError:
        return math.inf
    except (ArithmeticError, ValueError, TypeError):
        return math.nan


def _value(expression: Expression, named: Callable[[str], float]) -> float:
    def inside(part: Expression) -> float:
        return value_of(part, named)

    match expression:
        case Numeral(digits):
            return float(digits)
        case Name(name):
            return SPECIAL[name] if name in SPECIAL else named(name)
        case Negative(operand):
            return -inside(operand)
        case Sum(terms):
            return sum(sign * inside(term) for sign, term in terms)
        case Product(factors):
            return _product(factors, inside)
        case Power(base, exponent):
            return math.pow(inside(base), inside(exponent))
        case Call(function, argument):
            return float(_FUNCTIONS[function](inside(argument)))
        case Choice(test, above, otherwise):
            return inside(above if inside(test) > 0 else otherwise)


def _product(
    factors: tuple[tuple[int, Expression], ...], inside: Callable[[Expression], float]
) -> float:
    found = 1.0
    for power, factor in factors:
        number = inside(factor)
        if power > 0:
            found *= number
        elif number == 0:
            found = math.nan if found == 0 else math.copysign(math.inf, found)
        else:
            found /= number
    return found


def folded(expression: Expression) -> Expression:
    """Return an expression in which what holds no names is a number, and a settled choice made."""
    if isinstance(expression, Choice):
        test = folded(expression.test)
        if not _open_names(test):
            chosen = value_of(test, _nothing) > 0
            return folded(expression.above if chosen else expression.otherwise)
    changed = rebuilt(expression, folded)
    if isinstance(changed, Numeral | Name) or _open_names(changed):
        return _without_nothing(changed)
    return numeral(value_of(changed, _nothing))


def _nothing(name: str) -> float:
    raise ValueError(name)


def _open_names(expression: Expression) -> bool:
    return any(name not in SPECIAL for name in tree_names(expression))


def _without_nothing(expression: Expression) -> Expression:
    """Return a sum without its zeros, and a product without its ones."""
    match expression:
        case Sum(terms):
            left = tuple(pair for pair in terms if not _is(pair[1], 0.0))
            if len(left) == 1:
                return left[0][1] if left[0][0] > 0 else Negative(left[0][1])
            return Sum(left)
        case Product(factors):
            rest = tuple(pair for pair in factors if not _is(pair[1], 1.0))
            return rest[0][1] if len(rest) == 1 and rest[0][0] > 0 else Product(rest)
        case _:
            return expression


def _is(expression: Expression, number: float) -> bool:
    return isinstance(expression, Numeral) and float(expression.digits) == number


def polynomial(expression: Expression) -> Polynomial | None:
    """Return an expression multiplied out to numbers times powers of names.

    Args:
        expression: folded.

    Returns:
        The numbers by powers; None where it is no such sum, or one of more than 60 terms. Powers
        are whole, and below 0 where it is divided by a name.
    """
    match expression:
        case Numeral(digits):
            return {(): float(digits)} if float(digits) else {}
        case Name(name):
            return None if name in SPECIAL else {((name, 1),): 1.0}
        case Negative(operand):
            return _scaled(polynomial(operand), -1.0)
        case Sum(terms):
            return _added([_scaled(polynomial(term), float(sign)) for sign, term in terms])
        case Product(factors):
            found: Polynomial | None = {(): 1.0}
            for power, factor in factors:
                other = polynomial(factor)
                found = _multiplied(found, other if power > 0 else _inverse(other))
            return found
        case Power(base, exponent):
            return _raised(polynomial(base), exponent)
        case _:
            return None


def _scaled(given: Polynomial | None, by: float) -> Polynomial | None:
    return None if given is None else {powers: by * number for powers, number in given.items()}


def _added(given: list[Polynomial | None]) -> Polynomial | None:
    found: Polynomial = {}
    for one in given:
        if one is None:
            return None
        for powers, number in one.items():
            found[powers] = found.get(powers, 0.0) + number
    return {powers: number for powers, number in found.items() if number} if _fits(found) else None


def _multiplied(one: Polynomial | None, other: Polynomial | None) -> Polynomial | None:
    if one is None or other is None or len(one) * len(other) > MOST_TERMS:
        return None
    found: Polynomial = {}
    for powers, number in one.items():
        for more, times in other.items():
            joined = dict(powers)
            for name, power in more:
                joined[name] = joined.get(name, 0) + power
            key = tuple(sorted((name, power) for name, power in joined.items() if power))
            found[key] = found.get(key, 0.0) + number * times
    return {powers: number for powers, number in found.items() if number} if _fits(found) else None


def _inverse(given: Polynomial | None) -> Polynomial | None:
    if given is None or len(given) != 1:
        return None
    (powers, number), *_ = given.items()
    return {tuple((name, -power) for name, power in powers): 1 / number}


def _raised(base: Polynomial | None, exponent: Expression) -> Polynomial | None:
    number = _whole(exponent)
    if number is None or base is None or abs(number) > _LARGEST_POWER:
        return None
    found: Polynomial | None = {(): 1.0}
    for _ in range(abs(number)):
        found = _multiplied(found, base)
    return found if number >= 0 else _inverse(found)


def _whole(expression: Expression) -> int | None:
    if isinstance(expression, Negative):
        inner = _whole(expression.operand)
        return None if inner is None else -inner
    if isinstance(expression, Numeral) and float(expression.digits).is_integer():
        return int(float(expression.digits))
    return None


def _fits(found: Polynomial) -> bool:
    return len(found) <= MOST_TERMS and all(math.isfinite(number) for number in found.values())
