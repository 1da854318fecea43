"""Ions as papers write them, such as ``[Dy3(L)(OH)6]+``: a formula and a charge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assemblysim.errors import InputError
from assemblysim.language import quoted
from assemblysim.mechanism.ions.abbreviations import ELEMENTS, NONMETALS
from assemblysim.mechanism.ions.chemical_formula import Formula, FormulaReader

MOST_CHARGES: Final = 60  # a protein of a thousand residues has fewer in a spectrum

_MINUSES: Final = str.maketrans({"−": "-", "–": "-", "—": "-", "‑": "-", "＋": "+"})
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED_CHARGE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]*[⁺⁻]+$")
_CHARGE = re.compile(
    r"(?P<formula>.*?)"
    r"(?:(?P<sure>\^\{?\(?(?:[0-9]*[+-]+|[+-][0-9]+)\)?\}?|\((?:[0-9]*[+-]+|[+-][0-9]+)\)"
    r"|\s+[0-9]*[+-]+|\s*[+-][0-9]+)"
    r"|(?P<touching>[0-9]*[+-]+))$"
)
# Digits that touch the sign belong to the formula in these, and to the charge in metal ions.
_SINGLE: Final = ("NO3", "NO2", "ClO4", "BF4", "PF6", "SbF6", "HCO3", "HSO4", "H2PO4")
_DOUBLE: Final = ("SO4", "CO3", "HPO4", "SiF6", "C2O4")
_KNOWN: Final = {
    **{f"{one}-": (one, -1) for one in _SINGLE},
    **{f"{one}2-": (one, -2) for one in _DOUBLE},
    **{"PO43-": ("PO4", -3), "NH4+": ("NH4", 1)},
}
# Of these there are ions of several atoms, such as I3- and Hg2 2+.
_CATENATE: Final = NONMETALS | {"Ge", "Sn", "Pb", "Sb", "Bi", "Hg"}


@dataclass(frozen=True)
class Ion:
    """A formula with its charge, in units of the elementary charge.

    Attributes:
        formula: what it holds.
        charge: 0 for a neutral molecule.
        bracketed: whether the whole stands in square brackets.
    """

    formula: Formula
    charge: int
    bracketed: bool

    @property
    def text(self) -> str:
        """The ion in one spelling, such as ``[Dy6L2O4(OAc)4(OMe)]+``."""
        inner = f"[{self.formula.text}]" if self.bracketed else self.formula.text
        return inner + _written(self.charge, touches=self.bracketed or inner[-1:].isalpha())


ELECTRON: Final = Ion(Formula("e", ()), -1, bracketed=False)


def read_ion(text: str, reader: FormulaReader) -> Ion:
    """Read an ion or a neutral molecule.

    Args:
        text: a formula, then its charge: ``+``, ``2+``, ``+2``, ``++``, ``(2+)``, ``^2+``,
            ``²⁺``; none where it is neutral. ``e-`` is the electron.
        reader: of formulas over the model's building blocks.

    Raises:
        InputError: the formula cannot be read, or nothing tells whether digits before the sign
            count atoms or charges, as in VO2+.
    """
    shown = " ".join(text.split())
    raised = _RAISED_CHARGE.search(shown)
    if raised:
        shown = f"{shown[: raised.start()]}^{raised[0].translate(_RAISED)}"
    shown = shown.translate(_MINUSES)
    if shown in ("e-", "e^-"):
        return ELECTRON
    if "±" in shown:
        raise InputError(f"ion {quoted(text)}: '±' is no charge; write + or -")
    found = _CHARGE.fullmatch(shown)
    formula, charge = (shown, 0) if found is None else _split(found, text)
    formula = formula.strip()
    bracketed = formula.startswith("[") and _closes_last(formula) and not _is_isotope(formula)
    inner = formula[1:-1] if bracketed else formula
    return Ion(reader.read(inner), charge, bracketed)


def _split(found: re.Match[str], text: str) -> tuple[str, int]:
    """Return the formula and the charge of an ion that has one."""
    formula = found["formula"]
    if found["sure"] is not None:
        return formula, _value(found["sure"].strip("^(){} "), text)
    digits, signs = re.fullmatch(r"([0-9]*)([+-]+)", found["touching"]).groups()  # type: ignore[union-attr]  # it is of this form
    if not digits or formula.endswith("]"):
        return formula, _value(digits + signs, text)
    known = _KNOWN.get(formula + digits + signs)
    if known is not None:
        return known
    if formula in ELEMENTS - _CATENATE:
        return formula, _value(digits + signs, text)
    raise InputError(
        f"ion {quoted(text)}: the digits before the sign may count atoms or charges; write "
        f"[{formula}{digits}]{signs} or [{formula}]{digits}{signs}"
    )


def _value(charge: str, text: str) -> int:
    signs = charge.strip("0123456789")
    digits = charge.strip("+-")
    if len(set(signs)) != 1 or (digits and len(signs) > 1):
        raise InputError(f"ion {quoted(text)}: cannot read the charge '{charge}'; write it as 2+")
    size = int(digits) if digits and len(digits) < 4 else len(signs) if not digits else 1000
    if not 0 < size <= MOST_CHARGES:
        raise InputError(
            f"ion {quoted(text)}: a charge of '{charge}'; at most {MOST_CHARGES} are read"
        )
    return size if signs[0] == "+" else -size


def _is_isotope(formula: str) -> bool:
    """Say whether all that stands is one isotope, such as [13C]."""
    return re.fullmatch(r"\[[0-9]+[A-Z][a-z]?[0-9]*\]", formula) is not None


def _closes_last(formula: str) -> bool:
    """Say whether the bracket that opens a formula closes at its very end."""
    depth = 0
    for place, sign in enumerate(formula):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return place == len(formula) - 1
    return False


def _written(charge: int, *, touches: bool) -> str:
    if charge == 0:
        return ""
    sign, size = ("+" if charge > 0 else "-"), abs(charge)
    if touches:
        return sign if size == 1 else f"{size}{sign}"
    return f"^{sign}" if size == 1 else f"^{size}{sign}"
