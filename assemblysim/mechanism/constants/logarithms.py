"""Constants as exact sums of logarithms, so that products of their powers can be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    import sympy

# Whole numbers stay whole: they are by far the most, and twenty times as fast as fractions.
Number = int | Fraction
# The logarithm of a name or of a prime; or any other term, as algebra writes it.
Term: TypeAlias = "str | int | sympy.Expr"
# Each term with its factor.
Logarithm: TypeAlias = "dict[Term, Number]"
Key = TypeVar("Key")
_MOST_DIVISORS: Final = 10_000  # tried one by one: those of all factors that are written short


def logarithm(expression: sympy.Expr) -> Logarithm:
    """Return the logarithm of a positive expression as a sum of terms.

    Products, quotients, powers with rational exponents, numbers (to their primes) and
    exponential functions are taken apart; what else there is, such as a sum, stays one term.
    Two expressions that are products of powers are equal if and only if their sums are.

    Args:
        expression: over symbols that stand for positive numbers (those inside an exponential
            function may have any sign).

    Returns:
        Terms for names, primes and logarithms of anything else and, from exponential
        functions, monomials such as ``dG/RT``, each with its factor; none is 0.
    """
    return without_zeros(_terms(expression))


def logarithm_of_number(number: Fraction) -> Logarithm:
    """Return the logarithm of a positive number as a sum over its primes."""
    above, below = _primes(number.numerator), _primes(number.denominator)
    return weighted_sum([(1, above), (-1, below)])


def weighted_sum(parts: Sequence[tuple[Number, Mapping[Key, Number]]]) -> dict[Key, Number]:
    """Return the sum of logarithms, or of other sums of terms, each times a number."""
    total: dict[Key, Number] = {}
    for times, part in parts:
        for term, n in part.items():
            total[term] = total.get(term, 0) + times * n
    return without_zeros(total)


def without_zeros(terms: Mapping[Key, Number]) -> dict[Key, Number]:
    """Return the terms whose factor is not 0."""
    return {term: n for term, n in terms.items() if n}


def quotient(above: Number, below: Number) -> Number:
    """Return a quotient exactly, whole where it is."""
    exact = Fraction(above) / Fraction(below)
    return exact.numerator if exact.denominator == 1 else exact


def is_numeric(term: Term) -> bool:
    """Say whether a term is a number, whatever the constants."""
    return not isinstance(term, str) and (isinstance(term, int) or bool(term.is_number))


def write_equality(terms: Mapping[Term, Number]) -> str:
    """Return what must hold where a sum of logarithms is 0, such as ``2 k_a k_b^2 = k_c``.

    Args:
        terms: the sum; its factors are made whole.
    """
    scale = math.lcm(*(n.denominator for n in terms.values()))
    whole = {term: int(n * scale) for term, n in terms.items()}
    left = {term: n for term, n in whole.items() if n > 0}
    right = {term: -n for term, n in whole.items() if n < 0}
    return f"{_product(left)} = {_product(right)}"


def _primes(number: int) -> dict[Term, Number]:
    """Return how often each prime divides a whole number above 0."""
    found: dict[Term, Number] = {}
    for divisor in range(2, _MOST_DIVISORS):
        if divisor * divisor > number:
            break
        while number % divisor == 0:
            number //= divisor
            found[divisor] = found.get(divisor, 0) + 1
    if number >= _MOST_DIVISORS**2:
        from sympy import factorint  # slow to import, and needed for hardly any number

        return found | {int(prime): n for prime, n in factorint(number).items()}
    return found | ({number: found.get(number, 0) + 1} if number > 1 else {})


def _terms(expression: sympy.Expr) -> Logarithm:
    import sympy  # slow to import, and needed only where constants follow from others

    if expression.is_Rational and expression > 0:
        return logarithm_of_number(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Symbol:
        return {str(expression.name): 1}
    if expression.is_Mul and not expression.could_extract_minus_sign():
        return weighted_sum([(1, _terms(part)) for part in expression.args])
    if expression.is_Pow and expression.exp.is_Rational:
        exponent = quotient(int(expression.exp.p), int(expression.exp.q))
        return weighted_sum([(exponent, _terms(expression.base))])
    if isinstance(expression, sympy.exp):
        return _linear(sympy.expand(expression.args[0]))
    return {sympy.log(expression, evaluate=False): 1}


def _linear(exponent: sympy.Expr) -> Logarithm:
    """Return the terms of an expanded exponent, each with its rational factor."""
    import sympy

    total: Logarithm = {}
    for term in sympy.Add.make_args(exponent):
        factor, rest = term.as_coeff_Mul()
        if not factor.is_Rational:
            factor, rest = sympy.S.One, term
        total[rest] = total.get(rest, 0) + quotient(int(factor.p), int(factor.q))
    return total


def _product(terms: Mapping[Term, int]) -> str:
    """Write a product of powers, its number first."""
    number, parts, exponent = 1, [], []
    for term, n in terms.items():
        if isinstance(term, int):
            number *= term**n
        elif isinstance(term, str):
            parts.append(term if n == 1 else f"{term}^{n}")
        elif term.func.__name__ == "log":
            parts.append(f"({term.args[0]})" + ("" if n == 1 else f"^{n}"))
        else:
            exponent.append(n * term)
    if exponent:
        parts.append(f"exp({sum(exponent)})")
    return " ".join([*([str(number)] if number != 1 or not parts else []), *parts])
