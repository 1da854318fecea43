"""What a step takes up and gives off of all that a model does not follow: acetate, base, water.

The step's own species and their numbers are fixed; the numbers of the co-reactants follow from the
balance of elements, groups, building blocks and charge, in rational arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.ion import Ion

DEFAULT_CO_REACTANTS: Final = ("AcO-", "OH-", "MeOH", "H2O")
_CHARGE: Final = "charge"  # no symbol of a formula is written like this

_PROTON: Final = {"H": Fraction(1), _CHARGE: Fraction(1)}
_HYDROXIDE: Final = {"H": Fraction(1), "O": Fraction(1), _CHARGE: Fraction(-1)}

Amounts = Mapping[str, Fraction]


@dataclass(frozen=True)
class CoReactants:
    """What may be taken up or given off.

    Attributes:
        ions: (as written, what it is), in the order in which equations name them.

    Raises:
        InputError: one follows from others, so that a balance would not be unique.
    """

    ions: tuple[tuple[str, Ion], ...]

    def __post_init__(self) -> None:
        for place, (text, ion) in enumerate(self.ions):
            before = [_contents(one) for _, one in self.ions[:place]]
            made = _solved(before, _contents(ion))
            if made is not None:
                parts = [t for (t, _), n in zip(self.ions[:place], made, strict=True) if n]
                raise InputError(
                    f"co-reactant '{text}' can be made of {' and '.join(parts) or 'nothing'}, so "
                    "that no balance would be unique; leave one of them out"
                )

    @property
    def names(self) -> tuple[str, ...]:
        """The co-reactants as written."""
        return tuple(text for text, _ in self.ions)

    def made_up(self, excess: Amounts) -> dict[str, Fraction] | None:
        """Return how much of each co-reactant holds what is in excess; None where none does.

        Args:
            excess: symbol (or charge) to its number on the right less that on the left.

        Returns:
            Taken up where positive, given off where negative; zeros are left out.
        """
        amounts = _solved([_contents(one) for _, one in self.ions], excess)
        if amounts is None:
            return None
        return {text: n for text, n in zip(self.names, amounts, strict=True) if n}

    def without_remedy(self, excess: Amounts) -> tuple[str, ...]:
        """Return the symbols in excess that no co-reactant holds."""
        held = {symbol for _, ion in self.ions for symbol in _contents(ion)}
        return tuple(symbol for symbol, n in excess.items() if n and symbol not in held)

    def protons_given_off(self, taken_up: Amounts) -> Fraction | None:
        """Return how many H+ bases have to take away; None where no co-reactant shows it.

        Counted are OH- taken up, and what is given off of H+ and of acids (such as HNEt3+) whose
        base is a co-reactant too.
        """
        every = [_contents(ion) for _, ion in self.ions]
        total, shown = Fraction(0), False
        for text, held in zip(self.names, every, strict=True):
            base = _less(held, _PROTON)
            if held == _HYDROXIDE:
                total, shown = total + taken_up.get(text, Fraction(0)), True
            elif held.get(_CHARGE, 0) > 0 and (not base or base in every):
                total, shown = total - taken_up.get(text, Fraction(0)), True
        return total if shown else None


def excess_of(left: Iterable[Ion], right: Iterable[Ion]) -> dict[str, Fraction]:
    """Return what the right side holds beyond the left: symbols and charge; no zeros."""
    total: dict[str, Fraction] = {}
    for sign, side in ((-1, left), (1, right)):
        for ion in side:
            for symbol, n in _contents(ion).items():
                total[symbol] = total.get(symbol, Fraction(0)) + sign * n
    return {symbol: n for symbol, n in total.items() if n}


def excess_words(excess: Amounts) -> str:
    """Return what a side has too much or too little of, such as ``+2 OAc, charge -1``."""
    return ", ".join(
        f"charge {_signed(n)}" if symbol == _CHARGE else f"{_signed(n)} {symbol}"
        for symbol, n in excess.items()
    )


def whole_numbers(amounts: Iterable[Fraction]) -> int:
    """Return the smallest number of times that makes all amounts whole."""
    return math.lcm(*(n.denominator for n in amounts))


def _signed(n: Fraction) -> str:
    return f"+{n}" if n > 0 else str(n)


def _contents(ion: Ion) -> dict[str, Fraction]:
    held = {symbol: Fraction(n) for symbol, n in ion.formula.parts}
    if ion.charge:
        held[_CHARGE] = Fraction(ion.charge)
    return held


def _less(more: Amounts, less: Amounts) -> dict[str, Fraction]:
    none = Fraction(0)
    rest = {s: more.get(s, none) - less.get(s, none) for s in {**more, **less}}
    return {symbol: n for symbol, n in rest.items() if n}


def _solved(columns: Sequence[Amounts], wanted: Amounts) -> list[Fraction] | None:
    """Solve sum x_i columns_i = wanted for independent columns; None where nothing does.

    Method: Gauss-Jordan elimination over the rationals, so that no tolerance decides.
    """
    symbols = list(dict.fromkeys(s for one in (*columns, wanted) for s in one))
    none = Fraction(0)
    rows = [[*(c.get(s, none) for c in columns), wanted.get(s, none)] for s in symbols]
    for place in range(len(columns)):
        pivot = next(i for i in range(place, len(rows)) if rows[i][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        leading = rows[place][place]
        rows[place] = [n / leading for n in rows[place]]
        for i, row in enumerate(rows):
            if i != place and row[place]:
                times = row[place]
                rows[i] = [n - times * m for n, m in zip(row, rows[place], strict=True)]
    if any(row[-1] for row in rows[len(columns) :]):
        return None
    return [row[-1] for row in rows[: len(columns)]]
