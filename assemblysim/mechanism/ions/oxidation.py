"""What charge a written formula comes to, from the oxidation states and charges of its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assemblysim.isotopes.table import table_rows
from assemblysim.mechanism.ions.abbreviations import NONMETALS
from assemblysim.mechanism.ions.chemical_formula import FormulaReader, Piece

# Groups of coordination chemistry by their charge; what is O with H, alkyl or aryl needs no line.
_GROUPS: Final[Mapping[int, str]] = {
    -4: "edta SiO4",
    -3: "PO4 N Fe(CN)6",
    -2: "O S Se SO4 CO3 ox C2O4 salen SiF6 HPO4 MoO4 WO4 CrO4 S2 Se2",
    -1: "F Cl Br I OAc OPiv OBz OTFA OTf OTs NO3 NO2 ClO4 BF4 PF6 SbF6 HCOO HCO3 HSO4 H2PO4"
    " CN NCS SCN OCN NCO N3 acac hfac dbm tta thd Cp Cp* NH2 SH SPh SMe SEt BPh4 HS I3 ReO4",
    0: "DMF DMA DMSO THF py bpy phen terpy en dien trien tren tmeda cod dppe dppp NH3 CO NO2CH3"
    " MeCN PhCN PPh3 PMe3 PEt3 PCy3 CH2Cl2 CHCl3 Me2CO NEt3 NMe3 HCl HBr HPF6 HNO3 C6H6 PhMe CO2"
    " EtOAc Et2O CH3NO2 HCOOH HCO2H C7H8 C6H14 C5H12 N2",
    1: "H NH4 HNEt3 NEt4 NMe4 NBu4 PPh4",
}
_IN_ALCOHOLS: Final = frozenset(
    ["O", "H", "Me", "Et", "nPr", "iPr", "nBu", "iBu", "sBu", "tBu", "Bu", "Cy", "Ph", "Bn"]
)

Parts = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class ChargeSum:
    """What the parts of a formula add up to.

    Attributes:
        charge: of all parts whose charges are known, in elementary charges.
        unknown: the others, each once; empty where the sum is the formula's charge.
    """

    charge: int
    unknown: tuple[str, ...]


def charge_sum(text: str, reader: FormulaReader, charges: Mapping[str, int]) -> ChargeSum:
    """Add up the charges of a formula's parts.

    Building blocks have the charges that are stated. Acetate, nitrate and the like have their
    own; O with H, alkyl or aryl counts as O(-2), H(+1) and R(+1), so that an alcohol is neutral;
    H alone is H+, a metal with ionic radii in one oxidation state only has that. O2 in a bracket
    is not known: oxide twice, peroxide or dioxygen.

    Args:
        text: the formula without its charge.
        reader: of formulas over the building blocks.
        charges: building block to its charge or oxidation state.

    Raises:
        InputError: the formula cannot be read.
    """
    total, unknown = 0, dict[str, None]()
    for piece in reader.pieces(text):
        charge = piece_charge(piece, reader, charges)
        if charge is None and piece.bracketed and _of_several(piece, reader):
            inner = charge_sum(piece.text, reader, charges)
            total += piece.count * inner.charge
            unknown |= dict.fromkeys(inner.unknown)
        elif charge is None:
            unknown[piece.text] = None
        else:
            total += piece.count * charge
    return ChargeSum(total, tuple(unknown))


def piece_charge(piece: Piece, reader: FormulaReader, charges: Mapping[str, int]) -> int | None:
    """Return the charge of a piece taken as a whole; None where that is not known."""
    parts = frozenset(reader.read(piece.text).parts) if piece.bracketed else {(piece.text, 1)}
    blocks = [block for block, _ in parts if block in reader.blocks]
    if blocks:
        alone = len(parts) == 1 and parts == {(blocks[0], 1)}
        return charges.get(blocks[0]) if alone else None
    return group_charge(frozenset(parts))


def group_charge(parts: Parts) -> int | None:
    """Return the charge of a group, an atom or a molecule by what it holds; None if not known."""
    counts = Counter[str]()
    for symbol, n in parts:
        counts["H" if symbol == "D" else symbol.lstrip("0123456789")] += n
    known = _known().get(frozenset(counts.items()))
    if known is not None:
        return known
    if counts.keys() <= _IN_ALCOHOLS and counts["O"] == 1:
        return sum(-2 if one == "O" else n for one, n in counts.items())
    if counts.total() == 1:
        metals = counts.keys() - NONMETALS
        states = {charge for element, charge in largest_coordination() if element in metals}
        return next(iter(states)) if len(states) == 1 else None
    return None


def _of_several(piece: Piece, reader: FormulaReader) -> bool:
    return len(reader.pieces(piece.text)) > 1


@lru_cache(maxsize=1)
def largest_coordination() -> Mapping[tuple[str, int], int]:
    """Return (element, oxidation state) to its largest coordination number with a listed radius."""
    return {(element, int(q)): int(n) for element, q, n in table_rows("coordination.csv")}


@lru_cache(maxsize=1)
def _known() -> Mapping[Parts, int]:
    reader, found = FormulaReader(), dict[Parts, int]()
    for charge, texts in _GROUPS.items():
        for text in texts.split():
            found[frozenset(reader.read(text).parts)] = charge
    return found
