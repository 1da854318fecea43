"""Rate laws as text, read to sympy by a grammar of our own: nothing of it is ever executed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import sympy

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import quoted
from assemblysim.mechanism.network.names import (
    FUNCTIONS,
    LARGEST_EXPONENT,
    LONGEST_EXPRESSION,
    NAME,
)

DEEPEST: Final = 40  # brackets, signs and powers within each other
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
_SYMPY_FUNCTIONS: Final[dict[str, Callable[[sympy.Expr], sympy.Expr]]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
}


def parse_expression(
    text: str, symbols: Mapping[str, sympy.Symbol], what: str = "rate law"
) -> sympy.Expr:
    """Read an expression such as ``kcat*E*S/(Km + S)``.

    Understood are numbers, the given names, ``+ - * / ^ **``, brackets, and exp, log
    (natural) and sqrt. Multiplication is always written.

    Args:
        text: the expression.
        symbols: the names that may occur, with the symbol each stands for.
        what: what the text is, for the message.

    Returns:
        The expression over those symbols.

    Raises:
        InputError: the text is not such an expression, names something unknown, is
            too long or too deep, or has no finite real value.
    """
    if len(text) > LONGEST_EXPRESSION:
        raise InputError(
            f"{what} {quoted(text)} has {len(text)} characters; at most {LONGEST_EXPRESSION}"
        )
    reader = _Reader(text, symbols, what)
    expression = reader.sum()
    reader.expect_end()
    for part in sympy.preorder_traversal(expression):
        if part.is_number and not _in_range(part):
            raise InputError(f"{what} {quoted(text)} holds a number out of range; mend it")
        if part.is_Pow and part.exp.is_number and abs(float(part.exp)) > LARGEST_EXPONENT:
            raise InputError(
                f"{what} {quoted(text)}: exponent {float(part.exp):g} is too large; "
                f"at most {LARGEST_EXPONENT}"
            )
    return expression


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
    names = (token for kind, token, _ in _tokens(text, what) if kind == "name")
    return tuple(dict.fromkeys(name for name in names if name not in FUNCTIONS))


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

    def __init__(self, text: str, symbols: Mapping[str, sympy.Symbol], what: str) -> None:
        self._text = text
        self._what = what
        self._symbols = symbols
        self._tokens = _tokens(text, what)
        self._at = 0
        self._depth = 0

    def expect_end(self) -> None:
        """Refuse anything left over."""
        kind, token, _ = self._tokens[self._at]
        if kind != "end":
            hint = "a bracket was not opened" if token == ")" else f"write * before {token}"
            raise self._fault(f"unexpected {quoted(token)}", hint)

    def sum(self) -> sympy.Expr:
        """Read terms joined by + and -."""
        terms = [self._product()]
        while self._next_is("+", "-"):
            sign = -1 if self._take() == "-" else 1
            terms.append(sign * self._product())
        return self._checked(sympy.Add(*terms))

    def _product(self) -> sympy.Expr:
        factors = [self._signed()]
        while self._next_is("*", "/"):
            divide = self._take() == "/"
            factor = self._signed()
            if divide and factor == 0:
                raise self._fault("division by zero", "mend the divisor")
            factors.append(1 / factor if divide else factor)
        return self._checked(sympy.Mul(*factors))

    def _signed(self) -> sympy.Expr:
        negative = False
        while self._next_is("+", "-"):
            negative ^= self._take() == "-"
        value = self._power()
        return -value if negative else value

    def _power(self) -> sympy.Expr:
        base = self._atom()
        if not self._next_is("^", "**"):
            return base
        self._take()
        self._depth += 1
        self._check_depth()
        exponent = self._signed()
        self._depth -= 1
        return self._raise(base, exponent)

    def _raise(self, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if exponent.is_number and abs(self._float(exponent)) > LARGEST_EXPONENT:
            raise self._fault(
                f"the exponent {self._float(exponent):g} is too large",
                f"at most {LARGEST_EXPONENT}",
            )
        if base.is_number and exponent.is_number:
            self._check_number_power(self._float(base), self._float(exponent))
        return self._checked(base**exponent)

    def _check_number_power(self, base: float, exponent: float) -> None:
        """Refuse a power of numbers before it is worked out digit by digit."""
        if base == 0 and exponent < 0:
            raise self._fault("division by zero", "mend the power")
        if base < 0 and not exponent.is_integer():
            raise self._fault("a broken power of a negative number", "mend the power")
        if base != 0 and abs(exponent * math.log(abs(base))) > math.log(_HUGE):
            raise self._fault("a number beyond 1e200", "mend the power")

    def _atom(self) -> sympy.Expr:
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

    def _bracket(self) -> sympy.Expr:
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

    def _named(self, name: str) -> sympy.Expr:
        if name in FUNCTIONS:
            if not self._next_is("("):
                raise self._fault(f"{name} without its bracket", f"write {name}(...)")
            return self._applied(name, self._bracket())
        if name not in self._symbols:
            if self._next_is("("):
                raise self._fault(
                    f"unknown function '{name}'", f"known: {', '.join(FUNCTIONS)}", back=1
                )
            raise InputError(
                f"{self._what} {quoted(self._text)}: unknown name '{name}'"
                f"{did_you_mean(name, self._symbols)}"
            )
        return self._symbols[name]

    def _applied(self, name: str, argument: sympy.Expr) -> sympy.Expr:
        if argument.is_number:
            value = self._float(argument)
            low = {"exp": -math.inf, "sqrt": 0.0, "log": _TINY}[name]
            if value < low or (name == "exp" and abs(value) > math.log(_HUGE)):
                raise self._fault(f"{name}({value:g}) is not a number", "mend the argument")
        return _SYMPY_FUNCTIONS[name](argument)

    def _number(self, digits: str) -> sympy.Expr:
        size = float(digits)
        if (size != 0 and not _TINY <= size <= _HUGE) or (size == 0 and digits.strip("0.eE+-")):
            raise self._fault(f"the number {quoted(digits)} is out of range", "mend it", back=1)
        exact = Fraction(digits) if size else Fraction(0)
        return sympy.Rational(exact.numerator, exact.denominator)

    def _checked(self, value: sympy.Expr) -> sympy.Expr:
        """Refuse a number that outgrew the range, before it grows further."""
        coefficient = value.as_coeff_Mul()[0]
        if not _in_range(coefficient):
            raise self._fault("a number out of range", "mend it")
        return value

    def _float(self, number: sympy.Expr) -> float:
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
