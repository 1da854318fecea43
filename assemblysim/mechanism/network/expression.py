"""Rate laws as text, read to trees by a grammar of our own: nothing of it is ever executed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import quoted
from assemblysim.mechanism.network.names import (
    FUNCTIONS,
    LARGEST_EXPONENT,
    LONGEST_EXPRESSION,
    NAME,
)
from assemblysim.mechanism.network.rate_law import (
    Call,
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    RateLaw,
    Sum,
    product_of,
)
from assemblysim.mechanism.network.tree_values import tower_height, tree_value

if TYPE_CHECKING:
    import sympy

DEEPEST: Final = 40  # brackets, signs and powers within each other
# Numbers of more digits are of no use in a rate law, and take for ever to be worked out.
_GROWN: Final = 1000  # of an exponent with names in it, each of them worth _SAMPLE
_SAMPLE: Final = 13.0
_TINY, _HUGE = 1e-200, 1e200  # numbers outside cannot be a coefficient of a rate law

# The grammar; a power binds to the right, and before a sign in front of it.
#
# sum     = product (("+" | "-") product)*
# product = signed (("*" | "/") signed)*
# signed  = ("+" | "-")* power
# power   = atom (("^" | "**") signed)?
# atom    = number | name | function "(" sum ")" | "(" sum ")"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>{NAME})"
    r"|(?P<sign>\*\*|[-+*/^()]))",
    re.ASCII,
)


def read_rate_law(text: str, known: Collection[str] | None = None) -> RateLaw:
    """Read a rate law; see `read_expression`."""
    return RateLaw(read_expression(text, known), text)


def read_expression(
    text: str, known: Collection[str] | None = None, what: str = "rate law"
) -> Expression:
    """Read an expression such as ``kcat*E*S/(Km + S)``.

    Understood are numbers, names, ``+ - * / ^ **``, brackets, and exp, log (natural) and
    sqrt. Multiplication is always written.

    Args:
        text: the expression.
        known: the names that may occur; any, if None.
        what: what the text is, for the message.

    Returns:
        The expression as a tree, in which brackets only show by what is inside what.

    Raises:
        InputError: the text is not such an expression, names something unknown, is
            too long or too deep, or has no finite real value.
    """
    if len(text) > LONGEST_EXPRESSION:
        raise InputError(
            f"{what} {quoted(text)} has {len(text)} characters; at most {LONGEST_EXPRESSION}"
        )
    reader = _Reader(text, known, what)
    expression = reader.sum()
    reader.expect_end()
    if product_of(expression) is None:
        _check_numbers(_algebra(expression), f"{what} {quoted(text)}")
    return expression


def parse_expression(
    text: str, symbols: Mapping[str, sympy.Symbol], what: str = "rate law"
) -> sympy.Expr:
    """Read an expression such as ``kcat*E*S/(Km + S)`` to sympy.

    Args:
        text: the expression.
        symbols: the names that may occur, with the symbol each stands for.
        what: what the text is, for the message.

    Returns:
        The expression over those symbols.

    Raises:
        InputError: as `read_expression`.
    """
    plain = _algebra(read_expression(text, symbols, what))
    return plain.xreplace({symbol: symbols[symbol.name] for symbol in plain.free_symbols})


def _algebra(expression: Expression) -> sympy.Expr:
    # Algebra is slow to import, and needed only for laws that are no products.
    from assemblysim.mechanism.network.algebra import algebra

    return algebra(expression)


def _check_numbers(expression: sympy.Expr, what: str) -> None:
    """Refuse numbers and exponents out of range wherever they stand."""
    waiting = [expression]
    while waiting:
        part = waiting.pop(0)
        waiting[:0] = part.args
        if part.is_number and not _in_range(part):
            raise InputError(f"{what} holds a number out of range; mend it")
        if part.is_Pow and part.exp.is_number and abs(float(part.exp)) > LARGEST_EXPONENT:
            raise InputError(
                f"{what}: exponent {float(part.exp):g} is too large; at most {LARGEST_EXPONENT}"
            )


def _in_range(number: sympy.Expr) -> bool:
    """Tell whether a number is real, finite, and of a size that a rate law may hold."""
    try:
        size = abs(float(number))
    except (OverflowError, TypeError):
        return False
    return bool(number == 0) or _TINY <= size <= _HUGE


def names_in(text: str, what: str = "rate law") -> tuple[str, ...]:
    """Return the names in an expression, functions left out, each once.

    Raises:
        InputError: a character belongs to no expression.
    """
    return tuple(name_counts(text, what))


def name_counts(text: str, what: str = "rate law") -> dict[str, int]:
    """Return how often each name stands in an expression, functions left out.

    Raises:
        InputError: a character belongs to no expression.
    """
    names = (token for kind, token, _ in _tokens(text, what) if kind == "name")
    return Counter(name for name in names if name not in FUNCTIONS)


def _tokens(text: str, what: str) -> list[tuple[str, str, int]]:
    """Cut the text into (kind, text, position) with an "end" at the end."""
    found: list[tuple[str, str, int]] = []
    place = 0
    stop = len(text.rstrip())
    while place < stop:
        token = _TOKEN.match(text, place)
        if token is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise InputError(
                f"{what} {quoted(text)}: cannot read {quoted(text[start])} at character "
                f"{start + 1}; use numbers, names, + - * / ^, brackets, {', '.join(FUNCTIONS)}"
            )
        kind = token.lastgroup or "sign"
        found.append((kind, token[kind], token.start(kind)))
        place = token.end()
    return [*found, ("end", "the end", stop)]


class _Reader:
    """One pass of recursive descent over the tokens of one expression."""

    def __init__(self, text: str, known: Collection[str] | None, what: str) -> None:
        self._text = text
        self._what = what
        self._known = known
        self._tokens = _tokens(text, what)
        self._at = 0
        self._depth = 0

    def expect_end(self) -> None:
        """Refuse anything left over."""
        kind, token, _ = self._tokens[self._at]
        if kind != "end":
            hint = "a bracket was not opened" if token == ")" else f"write * before {token}"
            raise self._fault(f"unexpected {quoted(token)}", hint)

    def sum(self) -> Expression:
        """Read terms joined by + and -."""
        terms = [(1, self._product())]
        while self._next_is("+", "-"):
            sign = -1 if self._take() == "-" else 1
            terms.append((sign, self._product()))
        return terms[0][1] if len(terms) == 1 else self._checked(Sum(tuple(terms)))

    def _product(self) -> Expression:
        factors = [(1, self._signed())]
        while self._next_is("*", "/"):
            power = -1 if self._take() == "/" else 1
            factor = self._signed()
            if power < 0 and not isinstance(factor, Name) and self._value(factor) == 0:
                raise self._fault("division by zero", "mend the divisor")
            factors.append((power, factor))
        return factors[0][1] if len(factors) == 1 else self._checked(Product(tuple(factors)))

    def _signed(self) -> Expression:
        negative = False
        while self._next_is("+", "-"):
            negative ^= self._take() == "-"
        value = self._power()
        return Negative(value) if negative else value

    def _power(self) -> Expression:
        base = self._atom()
        if not self._next_is("^", "**"):
            return base
        self._take()
        self._depth += 1
        self._check_depth()
        exponent = self._signed()
        self._depth -= 1
        return self._raise(base, exponent)

    def _raise(self, base: Expression, exponent: Expression) -> Expression:
        number = self._value(exponent)
        if number is not None and abs(number) > LARGEST_EXPONENT:
            raise self._fault(
                f"the exponent {number:g} is too large", f"at most {LARGEST_EXPONENT}"
            )
        raised = self._value(base)
        if raised is not None and number is not None:
            self._check_number_power(raised, number)
        if number is None:
            self._check_exponent(exponent)
        return self._checked(Power(base, exponent))

    def _check_exponent(self, exponent: Expression) -> None:
        """Refuse powers of powers of powers, which algebra would not end with."""
        if tower_height(exponent) > 1:
            raise self._fault("a power in an exponent's exponent", "write the power without it")
        if abs(tree_value(exponent, _SAMPLE)) > _GROWN:
            raise self._fault(
                f"an exponent that may be huge (above {_GROWN} where every name is {_SAMPLE:g})",
                "write the power without it",
            )

    def _check_number_power(self, base: float, exponent: float) -> None:
        """Refuse a power of numbers before it is worked out digit by digit."""
        if base == 0 and exponent < 0:
            raise self._fault("division by zero", "mend the power")
        if base < 0 and not exponent.is_integer():
            raise self._fault("a broken power of a negative number", "mend the power")
        if base != 0 and abs(exponent * math.log(abs(base))) > math.log(_HUGE):
            raise self._fault("a number beyond 1e200", "mend the power")

    def _atom(self) -> Expression:
        kind, token, _ = self._tokens[self._at]
        if kind == "number":
            return self._number(self._take())
        if kind == "name":
            return self._named(self._take())
        if token != "(":
            raise self._fault(
                f"unexpected {'end' if kind == 'end' else quoted(token)}",
                "a number, a name or a bracket belongs here",
            )
        return self._bracket()

    def _bracket(self) -> Expression:
        self._take()
        self._depth += 1
        self._check_depth()
        inner = self.sum()
        if not self._next_is(")"):
            found = self._tokens[self._at]
            raise self._fault(
                f"unexpected {'end' if found[0] == 'end' else quoted(found[1])}",
                "a bracket is not closed, or * is missing",
            )
        self._take()
        self._depth -= 1
        return inner

    def _named(self, name: str) -> Expression:
        if name in FUNCTIONS:
            if not self._next_is("("):
                raise self._fault(f"{name} without its bracket", f"write {name}(...)")
            return self._applied(name, self._bracket())
        if self._known is not None and name not in self._known:
            if self._next_is("("):
                raise self._fault(
                    f"unknown function '{name}'", f"known: {', '.join(FUNCTIONS)}", back=1
                )
            raise InputError(
                f"{self._what} {quoted(self._text)}: unknown name '{name}'"
                f"{did_you_mean(name, self._known)}"
            )
        return Name(name)

    def _applied(self, name: str, argument: Expression) -> Expression:
        value = self._value(argument)
        if value is not None:
            low = {"exp": -math.inf, "sqrt": 0.0, "log": _TINY}[name]
            if value < low or (name == "exp" and abs(value) > math.log(_HUGE)):
                raise self._fault(f"{name}({value:g}) is not a number", "mend the argument")
        return Call(name, argument)

    def _number(self, digits: str) -> Expression:
        size = float(digits)
        if (size != 0 and not _TINY <= size <= _HUGE) or (size == 0 and digits.strip("0.eE+-")):
            raise self._fault(f"the number {quoted(digits)} is out of range", "mend it", back=1)
        return Numeral(digits)

    def _checked(self, value: Expression) -> Expression:
        """Refuse a number that outgrew the range, before it grows further."""
        if product_of(value) is None:
            coefficient = _algebra(value).as_coeff_Mul()[0]
            if not _in_range(coefficient):
                raise self._fault("a number out of range", "mend it")
        return value

    def _value(self, expression: Expression) -> float | None:
        """Return what an expression without names is worth; None where it depends on some."""
        if isinstance(expression, Numeral | Name):
            return float(expression.value) if isinstance(expression, Numeral) else None
        number = _algebra(expression)
        if not number.is_number:
            return None
        try:
            return float(number)
        except (OverflowError, TypeError):
            raise self._fault("something without a finite real value", "mend it") from None

    def _check_depth(self) -> None:
        if self._depth > DEEPEST:
            raise self._fault(f"more than {DEEPEST} brackets or powers deep", "write it flatter")

    def _next_is(self, *signs: str) -> bool:
        kind, token, _ = self._tokens[self._at]
        return kind == "sign" and token in signs

    def _take(self) -> str:
        token = self._tokens[self._at][1]
        self._at += 1
        return token

    def _fault(self, what: str, remedy: str, *, back: int = 0) -> InputError:
        place = self._tokens[self._at - back][2] + 1
        return InputError(
            f"{self._what} {quoted(self._text)}: {what} at character {place}; {remedy}"
        )
