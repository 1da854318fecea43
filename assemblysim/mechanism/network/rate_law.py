"""A rate law as a small tree of frozen values: read once, walked by whoever needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from assemblysim.mechanism.network.names import FUNCTIONS, LARGEST_EXPONENT

# Of the numbers in a product that is recognised without computer algebra.
_SMALLEST, _LARGEST = Fraction(10) ** -100, Fraction(10) ** 100
_POWERS: Final = tuple("123456789")


@dataclass(frozen=True)
class Numeral:
    """A number, exactly as its digits say."""

    digits: str

    @property
    def value(self) -> Fraction:
        """The number; one too small for a float is 0."""
        return Fraction(self.digits) if float(self.digits) else Fraction(0)


@dataclass(frozen=True)
class Name:
    """The concentration of a species, or a constant."""

    name: str


@dataclass(frozen=True)
class Negative:
    """An expression behind a minus sign."""

    operand: Expression


@dataclass(frozen=True)
class Sum:
    """Two terms or more, each with its sign: 1, or -1 where it is subtracted."""

    terms: tuple[tuple[int, Expression], ...]


@dataclass(frozen=True)
class Product:
    """Two factors or more, each with its power: 1, or -1 where it is divided by."""

    factors: tuple[tuple[int, Expression], ...]


@dataclass(frozen=True)
class Power:
    """A base raised to an exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True)
class Call:
    """A function of one expression: exp, log or sqrt in files; others come by exchange formats."""

    function: str
    argument: Expression


@dataclass(frozen=True)
class Choice:
    """One expression where a test is above 0, and another elsewhere; by exchange formats only."""

    test: Expression
    above: Expression
    otherwise: Expression


Expression = Numeral | Name | Negative | Sum | Product | Power | Call | Choice


@dataclass(frozen=True)
class RateLaw:
    """A rate law other than mass action.

    Attributes:
        tree: what it says.
        text: as somebody wrote it.
        guarded: what is computed in its place, where a divisor of the law may be 0; the same
            to rounding wherever it is not.
    """

    tree: Expression
    text: str
    guarded: Expression | None = None

    def with_factors(self, factors: Mapping[str, str]) -> RateLaw:
        """Return the law in which some names are multiplied by another name each."""
        by = {name: Product(((1, Name(name)), (1, Name(f)))) for name, f in factors.items()}
        return self._changed(lambda tree: replaced(tree, by))

    def times(self, name: str, *, in_front: bool) -> RateLaw:
        """Return the law multiplied by a name: behind the factors that it has, or in front."""

        def multiplied(tree: Expression) -> Expression:
            if in_front:
                return Product(((1, Name(name)), (1, tree)))
            own = tree.factors if isinstance(tree, Product) else ((1, tree),)
            return Product((*own, (1, Name(name))))

        return self._changed(multiplied)

    def divided(self, number: int) -> RateLaw:
        """Return the law divided by a whole number."""

        def quotient(tree: Expression) -> Expression:
            return Product(((1, tree), (-1, Numeral(str(number)))))

        return self._changed(quotient)

    def _changed(self, change: Callable[[Expression], Expression]) -> RateLaw:
        tree = change(self.tree)
        guarded = None if self.guarded is None else change(self.guarded)
        return RateLaw(tree, write_tree(tree), guarded)


def tree_parts(expression: Expression) -> tuple[Expression, ...]:
    """Return what an expression is directly made of."""
    match expression:
        case Numeral() | Name():
            return ()
        case Negative(operand):
            return (operand,)
        case Sum(pairs) | Product(pairs):
            return tuple(part for _, part in pairs)
        case Power(base, exponent):
            return (base, exponent)
        case Call(_, argument):
            return (argument,)
        case Choice(test, above, otherwise):
            return (test, above, otherwise)


def tree_names(expression: Expression) -> tuple[str, ...]:
    """Return the names in an expression, each once, in order of first use."""
    if isinstance(expression, Name):
        return (expression.name,)
    return tuple(
        dict.fromkeys(name for part in tree_parts(expression) for name in tree_names(part))
    )


def write_tree(expression: Expression) -> str:
    """Return an expression as text that is read to the same expression."""
    match expression:
        case Numeral(text) | Name(text):
            return text
        case Negative(operand):
            return f"-{_bracketed(operand)}"
        case Sum(terms):
            joined = "".join(
                f" {'+' if sign > 0 else '-'} {_bracketed(term, Product, Power)}"
                for sign, term in terms
            )
            return joined[3:] if terms[0][0] > 0 else joined[1:]
        case Product(factors):
            joined = "".join(
                f"{'*' if power > 0 else '/'}{_bracketed(factor, Power)}"
                for power, factor in factors
            )
            return joined[1:] if factors[0][0] > 0 else f"1{joined}"
        case Power(base, exponent):
            return f"{_bracketed(base)}^{_bracketed(exponent)}"
        case Call(function, argument):
            return f"{function}({write_tree(argument)})"
        case Choice():
            test, above, otherwise = map(write_tree, tree_parts(expression))
            return f"({above} where {test} > 0, else {otherwise})"


def replaced(expression: Expression, by: Mapping[str, Expression]) -> Expression:
    """Return an expression in which another one stands in place of some names."""
    if isinstance(expression, Name):
        return by.get(expression.name, expression)
    return rebuilt(expression, lambda part: replaced(part, by))


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return an expression of the same kind, made of changed parts."""
    match expression:
        case Numeral() | Name():
            return expression
        case Negative(operand):
            return Negative(change(operand))
        case Sum(terms):
            return Sum(tuple((sign, change(term)) for sign, term in terms))
        case Product(factors):
            return Product(tuple((power, change(factor)) for power, factor in factors))
        case Power(base, exponent):
            return Power(change(base), change(exponent))
        case Call(function, argument):
            return Call(function, change(argument))
        case Choice(test, above, otherwise):
            return Choice(change(test), change(above), change(otherwise))


def beyond_files(expression: Expression) -> bool:
    """Say whether an expression holds what mechanism files and the native engine do not have."""
    if isinstance(expression, Choice) or (
        isinstance(expression, Call) and expression.function not in FUNCTIONS
    ):
        return True
    return any(beyond_files(part) for part in tree_parts(expression))


def product_of(expression: Expression) -> tuple[Fraction, tuple[str, ...]] | None:
    """Return ``2*k*A^2/3`` as its number and its names; None where it is anything else.

    A name stands in it as often as its power says. Numbers may be divided by, names not.
    """
    factors = expression.factors if isinstance(expression, Product) else ((1, expression),)
    number, found = Fraction(1), list[str]()
    for power, factor in factors:
        match factor:
            case Numeral() if _SMALLEST <= factor.value <= _LARGEST:
                number *= factor.value**power
            case Name(name) if power == 1:
                found.append(name)
            case Power(Name(name), Numeral(digits)) if power == 1 and digits in _POWERS:
                found += [name] * int(digits)
            case _:
                return None
    if any(found.count(name) > LARGEST_EXPONENT for name in set(found)):
        return None
    return (number, tuple(found)) if _SMALLEST <= number <= _LARGEST else None


def _bracketed(expression: Expression, *bare: type[Expression]) -> str:
    text = write_tree(expression)
    return text if isinstance(expression, (Numeral, Name, Call, *bare)) else f"({text})"
