"""Constants as exact sums of logarithms, so that products of their powers can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import sympy

# Whole numbers stay whole: they are by far the most, and twenty times as fast as fractions.
Number = int | Fraction
# Each term with its factor.
Logarithm = dict[sympy.Expr, Number]


def logarithm(expression: sympy.Expr) -> Logarithm:
    """Return the logarithm of a positive expression as a sum of terms.

    Products, quotients, powers with rational exponents, numbers (to their primes) and
    exponential functions are taken apart; what else there is, such as a sum, stays one term.
    Two expressions that are products of powers are equal if and only if their sums are.

    Args:
        expression: over symbols that stand for positive numbers (those inside an exponential
            function may have any sign).

    Returns:
        Terms ``log(symbol)``, ``log(prime)``, ``log(anything else)`` and, from exponential
        functions, monomials such as ``dG/RT``, each with its factor; none is 0.
    """
    return without_zeros(_terms(expression))


def weighted_sum(parts: Sequence[tuple[Number, Mapping[sympy.Expr, Number]]]) -> Logarithm:
    """Return the sum of logarithms, each times a number."""
    total: Logarithm = {}
    for times, part in parts:
        for term, n in part.items():
            total[term] = total.get(term, 0) + times * n
    return without_zeros(total)


def without_zeros(terms: Logarithm) -> Logarithm:
    """Return the terms whose factor is not 0."""
    return {term: n for term, n in terms.items() if n}


def quotient(above: Number, below: Number) -> Number:
    """Return a quotient exactly, whole where it is."""
    exact = Fraction(above) / Fraction(below)
    return exact.numerator if exact.denominator == 1 else exact


def is_numeric(term: sympy.Expr) -> bool:
    """Say whether a term is a number, whatever the constants."""
    return bool(term.is_number)


def write_equality(terms: Mapping[sympy.Expr, Number]) -> str:
    """Return what must hold where a sum of logarithms is 0, such as ``2 k_a k_b^2 = k_c``.

    Args:
        terms: the sum; its factors are made whole.
    """
    scale = sympy.ilcm(1, *(n.denominator for n in terms.values()))
    whole = {term: int(n * int(scale)) for term, n in terms.items()}
    left = {term: n for term, n in whole.items() if n > 0}
    right = {term: -n for term, n in whole.items() if n < 0}
    return f"{_product(left)} = {_product(right)}"


def _terms(expression: sympy.Expr) -> Logarithm:
    if expression.is_Rational and expression > 0:
        primes = [
            (sign * n, {sympy.log(prime): 1})
            for number, sign in ((expression.p, 1), (expression.q, -1))
            for prime, n in sympy.factorint(number).items()
        ]
        return weighted_sum(primes)
    if expression.is_Mul and not expression.could_extract_minus_sign():
        return weighted_sum([(1, _terms(part)) for part in expression.args])
    if expression.is_Pow and expression.exp.is_Rational:
        exponent = quotient(int(expression.exp.p), int(expression.exp.q))
        return weighted_sum([(exponent, _terms(expression.base))])
    if isinstance(expression, sympy.exp):
        return _linear(sympy.expand(expression.args[0]))
    return {_opaque(expression): 1}


def _opaque(expression: sympy.Expr) -> sympy.Expr:
    return (
        sympy.log(expression, evaluate=False) if not expression.is_Symbol else sympy.log(expression)
    )


def _linear(exponent: sympy.Expr) -> Logarithm:
    """Return the terms of an expanded exponent, each with its rational factor."""
    total: Logarithm = {}
    for term in sympy.Add.make_args(exponent):
        factor, rest = term.as_coeff_Mul()
        if not factor.is_Rational:
            factor, rest = sympy.S.One, term
        total[rest] = total.get(rest, 0) + quotient(int(factor.p), int(factor.q))
    return total


def _product(terms: Mapping[sympy.Expr, int]) -> str:
    """Write a product of powers, its number first."""
    number, parts, exponent = 1, [], sympy.S.Zero
    for term, n in terms.items():
        inner = term.args[0] if isinstance(term, sympy.log) else None
        if inner is None:
            exponent += n * term
        elif inner.is_Integer:
            number *= int(inner) ** n
        else:
            name = str(inner) if inner.is_Symbol else f"({inner})"
            parts.append(name if n == 1 else f"{name}^{n}")
    if exponent != 0:
        parts.append(f"exp({exponent})")
    return " ".join([*([str(number)] if number != 1 or not parts else []), *parts])
