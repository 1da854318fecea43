"""What ions of a core may hold beside its building blocks, as a model states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assemblysim.mechanism.ions.chemical_formula import FormulaReader

PartKind = Literal["adduct", "anion", "solvent"]


@dataclass(frozen=True)
class IonPart:
    """A small part that an ion may hold several of.

    Attributes:
        text: as it stands in a formula, such as "OAc" or "DMF".
        kind: what it is.
        charge: in elementary charges.
        atoms: (element, number).
        most: the largest number in one ion.
    """

    text: str
    kind: PartKind
    charge: int
    atoms: tuple[tuple[str, int], ...]
    most: int


@dataclass(frozen=True)
class IonRules:
    """What a model says about the ions of its cores.

    Attributes:
        reader: of formulas over the building blocks.
        block_charges: building block to its charge.
        parts: in the order of the file.
        charges: of ions, in elementary charges; all of one sign.
        most_solvent: molecules of solvent in one ion, of all kinds together.
        other_cores: building block to the largest number in a core that no species has; empty
            where only cores of species are looked for.
    """

    reader: FormulaReader
    block_charges: Mapping[str, int]
    parts: tuple[IonPart, ...]
    charges: tuple[int, ...]
    most_solvent: int
    other_cores: Mapping[str, int]
