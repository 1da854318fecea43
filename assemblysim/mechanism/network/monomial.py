"""Rate laws that are one rate constant times concentrations: seen without computer algebra."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from assemblysim.mechanism.network.names import (
    FUNCTIONS,
    LARGEST_EXPONENT,
    LONGEST_EXPRESSION,
    NAME,
)
from assemblysim.mechanism.network.network import Reaction

HIGHEST_POWER: Final = 9
_FACTOR = re.compile(
    rf"(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{{1,2}})?)"
    rf"|(?P<name>{NAME})(?:\^(?P<power>[1-{HIGHEST_POWER}]))?)",
    re.ASCII,
)
_SIGN = re.compile(r"\s*(\*\*|[*/^])\s*", re.ASCII)
_BLANKS = " \t\n\r\f\v"
_SMALLEST, _LARGEST = Fraction(10) ** -100, Fraction(10) ** 100


@dataclass(frozen=True)
class Monomial:
    """A rate law ``factor * constant * product of concentrations``.

    Attributes:
        factor: a number.
        constant: name of the rate constant.
        species: names of the concentrations, one repeated as often as its power.
    """

    factor: float
    constant: str
    species: tuple[str, ...]


def monomial_of(reaction: Reaction) -> Monomial | None:
    """Return a reaction's rate law as a product; None where it has another form.

    Mass action always is one. A law as text is one if it multiplies numbers, one constant
    and concentrations to whole powers, and divides by numbers at most.
    """
    if reaction.law is None:
        return Monomial(float(reaction.factor), reaction.rate, reaction.reactants)
    if reaction.further_rate_constants:
        return None
    found = product_of(reaction.law)
    if found is None or found[1].count(reaction.rate) != 1:
        return None
    species = [name for name in found[1] if name != reaction.rate]
    return Monomial(float(found[0]), reaction.rate, tuple(species))


def product_of(law: str) -> tuple[Fraction, tuple[str, ...]] | None:
    """Read ``2*k*A^2/3`` as its number and its names; None where the text is anything else."""
    if len(law) > LONGEST_EXPRESSION:
        return None
    text = _SIGN.sub(lambda sign: sign[1].replace("**", "^"), law.strip(_BLANKS))
    number, names, place, divide = Fraction(1), [], 0, False
    while True:
        factor = _FACTOR.match(text, place)
        if factor is None:
            return None
        if factor["number"]:
            value = Fraction(factor["number"])
            if not _SMALLEST <= value <= _LARGEST:
                return None
            number = number / value if divide else number * value
        elif divide or factor["name"] in FUNCTIONS:
            return None
        else:
            names += [factor["name"]] * int(factor["power"] or 1)
            if names.count(factor["name"]) > LARGEST_EXPONENT:
                return None
        place = factor.end()
        if place == len(text):
            return (number, tuple(names)) if _SMALLEST <= number <= _LARGEST else None
        if text[place] not in "*/":
            return None
        divide = text[place] == "/"
        place += 1
