"""Masses of isotopes and their fractions in nature, from one table that ships with its source.

The table is ``isotopes.csv`` beside this file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from assemblysim.errors import InputError

_LABELLED: Final = re.compile(r"(?P<number>[0-9]+)(?P<element>[A-Z][a-z]?)")
_OWN_LETTERS: Final = {"D": "2H", "T": "3H"}


@dataclass(frozen=True)
class Isotope:
    """One isotope of an element.

    Attributes:
        number: its mass number.
        mass: u.
        fraction: of the element's atoms in nature; 0 where the element does not occur there.
    """

    number: int
    mass: float
    fraction: float


@lru_cache(maxsize=1)
def isotope_table() -> Mapping[str, tuple[Isotope, ...]]:
    """Return the isotopes of every element, the lightest first."""
    found: dict[str, list[Isotope]] = {}
    for row in table_rows("isotopes.csv"):
        element, number, mass, fraction = row
        found.setdefault(element, []).append(Isotope(int(number), float(mass), float(fraction)))
    return {element: tuple(isotopes) for element, isotopes in found.items()}


def table_rows(name: str) -> list[list[str]]:
    """Return the rows of a table beside this file, without its comments and its header."""
    text = files("assemblysim.isotopes").joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.reader(lines))[1:]


def isotopes_of(symbol: str) -> tuple[Isotope, ...]:
    """Return the isotopes that an atom in a formula may be.

    Args:
        symbol: an element, whose isotopes have their fractions in nature; or one isotope, as
            13C, or D, whose fraction is 1.

    Raises:
        InputError: the isotope is not in the table, or the element has none there or does not
            occur in nature.
    """
    labelled = _LABELLED.fullmatch(_OWN_LETTERS.get(symbol, symbol))
    if labelled is not None:
        number, element = int(labelled["number"]), labelled["element"]
        known = isotope_table().get(element, ())
        for one in known:
            if one.number == number:
                return (Isotope(number, one.mass, 1.0),)
        listed = ", ".join(f"[{one.number}{element}]" for one in known)
        raise InputError(
            f"no mass of {number}{element} is known; the table has {listed or 'no ' + element}"
        )
    natural = tuple(one for one in isotope_table().get(symbol, ()) if one.fraction > 0)
    if not natural:
        only = isotope_table().get(symbol, ())
        remedy = f"; write an isotope, as [{only[0].number}{symbol}]" if only else ""
        raise InputError(f"{symbol} has no isotopic composition in nature{remedy}")
    return natural


def is_isotope(number: int, element: str) -> bool:
    """Say whether the table has an isotope by its mass number."""
    return any(one.number == number for one in isotope_table().get(element, ()))
