"""Whether the metals of a formula can hold all the donor atoms that it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assemblysim.mechanism.ions.abbreviations import ELEMENTS, NONMETALS
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.oxidation import largest_coordination, piece_charge

# Ligands that bind by several atoms; all others count once, as does a building block.
_DONORS: Final[Mapping[int, str]] = {
    2: "acac hfac dbm tta thd bpy phen en tmeda ox cod dppe dppp",
    3: "terpy dien",
    4: "trien tren salen",
    6: "edta",
}


@dataclass(frozen=True)
class Coordination:
    """Donor atoms and room for them.

    Attributes:
        donors: that the formula brings at least: chelates of `_DONORS` whole, all else once.
        most: that its metals can hold; None where one of them is not in the table.
    """

    donors: int
    most: int | None


def coordination_of(text: str, reader: FormulaReader, charges: Mapping[str, int]) -> Coordination:
    """Count the donor atoms of a formula, and those that its metals can hold.

    A metal holds at most the largest coordination number for which an ionic radius is listed
    (Shannon 1976), in its oxidation state where that is known. What follows a dot is outside,
    and a bridge counts once, so that the number of donors is a lower bound.

    Args:
        text: the formula without its charge.
        reader: of formulas over the building blocks.
        charges: building block to its charge or oxidation state.

    Raises:
        InputError: the formula cannot be read.
    """
    donors, most, known = 0, 0, True
    for piece in reader.pieces(text):
        if piece.apart:
            continue
        parts = reader.read(piece.text).parts if piece.bracketed else ((piece.text, 1),)
        symbol = parts[0][0] if len(parts) == 1 and parts[0][1] == 1 else ""
        metal = metal_of(symbol, reader)
        if metal:
            largest = _largest(metal, charges.get(symbol))
            known = known and largest is not None
            most += piece.count * (largest or 0)
        elif piece.bracketed and any(metal_of(one, reader) for one, _ in parts):
            inner = coordination_of(piece.text, reader, charges)
            donors += piece.count * inner.donors
            known = known and inner.most is not None
            most += piece.count * (inner.most or 0)
        elif (piece_charge(piece, reader, charges) or 0) <= 0:
            donors += piece.count * _by_symbol().get(frozenset(parts), 1)
    return Coordination(donors, most if known and most else None)


def metal_of(symbol: str, reader: FormulaReader) -> str:
    """Return the metal that a block or an element is; "" for others."""
    if symbol in reader.blocks:
        atoms = reader.atoms(reader.read(f"({symbol})")) or {}
        symbol = next(iter(atoms)) if len(atoms) == 1 and sum(atoms.values()) == 1 else ""
    bare = symbol.lstrip("0123456789")
    return bare if bare in ELEMENTS - NONMETALS else ""


def _largest(element: str, charge: int | None) -> int | None:
    every = largest_coordination()
    if charge is not None:
        return every.get((element, charge))
    return max((n for (one, _), n in every.items() if one == element), default=None)


@lru_cache(maxsize=1)
def _by_symbol() -> Mapping[frozenset[tuple[str, int]], int]:
    reader = FormulaReader()
    return {
        frozenset(reader.read(name).parts): n
        for n, names in _DONORS.items()
        for name in names.split()
    }
