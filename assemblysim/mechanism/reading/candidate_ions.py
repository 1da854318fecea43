"""Ions to look for in mass spectra: ``[candidate_ions]``.

The table is optional and changes no rate. ``charges = [1, 2]`` are those to look for, all of one
sign: below 0 in negative mode. ``anions = { OAc = 4, OH = 6, O = 4 }`` are counter-ions and bridges
with the largest number of each in one ion, ``solvents = { DMF = 3, H2O = 6 }`` neutral molecules,
of which one ion has ``most_solvent`` together (8 by default); ``adducts = { "H+" = 2, "Na+" = 1
}`` what makes an ion of a molecule. The charge of an anion that is not known is written behind
it, as ``"[C6H2N3O7]-"``. ``other_cores = { Dy = 8, L = 3 }`` looks for every core of so many
blocks too, besides those of the species.

Formula and charge of every building block stand in ``[chemistry]``. An ion has a core, and as many
parts as make up its charge. Writings of one composition and charge, such as OH with MeOH and OMe
with H2O, are one ion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.language import listed, quoted
from assemblysim.mechanism.ions.candidate_rules import IonPart, IonRules, PartKind
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import MOST_CHARGES, read_ion
from assemblysim.mechanism.ions.oxidation import group_charge
from assemblysim.mechanism.network.network import Species
from assemblysim.mechanism.reading.chemistry import read_block_chemistry

MOST_SOLVENT: Final = 8
LARGEST_NUMBER: Final = 60  # of one part in an ion, and of one block in a core
_KINDS: Final[Mapping[str, PartKind]] = {
    "anions": "anion",
    "solvents": "solvent",
    "adducts": "adduct",
}
_KEYS: Final = (*_KINDS, "charges", "most_solvent", "other_cores")


def read_candidate_ions(content: Mapping[str, Any], species: Sequence[Species]) -> IonRules | None:
    """Read what ions to look for.

    Args:
        content: a mechanism file.
        species: of the model.

    Returns:
        None where the file has no [candidate_ions].

    Raises:
        InputError: a key, a part, a number or a charge is at fault, or a building block has no
            formula or charge.
    """
    if "candidate_ions" not in content:
        return None
    table = content["candidate_ions"]
    if not isinstance(table, dict):
        raise InputError("[candidate_ions] must be a table; write its heading so")
    blocks = read_block_chemistry(content, species)
    for block, (formula, charge) in blocks.items():
        if not formula or charge is None:
            raise InputError(
                f"[candidate_ions]: the ions of '{block}' are not known; write below [chemistry] "
                f'{block} = {{ formula = "...", charge = 3 }}'
            )
    reader = FormulaReader({block: formula for block, (formula, _) in blocks.items()})
    charges = {block: charge for block, (_, charge) in blocks.items() if charge is not None}
    with at("[candidate_ions]"):
        for key in table:
            refuse_unknown("key", key, _KEYS)
        parts = [
            one for key in _KINDS if key in table for one in _parts(key, table[key], reader, blocks)
        ]
        return IonRules(
            reader,
            charges,
            tuple(parts),
            _charges(table.get("charges")),
            _number(table.get("most_solvent", MOST_SOLVENT), "most_solvent"),
            _other_cores(table.get("other_cores", {}), list(blocks)),
        )


def _parts(
    key: str, table: object, reader: FormulaReader, blocks: Mapping[str, object]
) -> list[IonPart]:
    if not isinstance(table, dict):
        raise InputError(f"{key}: write a table, as {{ OAc = 4, OH = 6 }}")
    found = []
    for text, value in table.items():
        with at(key):
            most = _number(value, text)
            found.append(_part(text, _KINDS[key], most, reader))
            held = [block for block in blocks if reader.read(found[-1].text).count(block)]
            if held:
                raise InputError(f"'{text}' holds the building block '{held[0]}'; leave it out")
    return found


def _part(text: str, kind: PartKind, most: int, reader: FormulaReader) -> IonPart:
    """Read one part; its charge is the written one, or that of a known group."""
    ion = read_ion(text, reader)
    charge: int | None = ion.charge
    if charge == 0:
        charge = group_charge(frozenset(ion.formula.parts))
    if charge is None and kind == "solvent":
        charge = 0
    if charge is None:
        raise InputError(f'the charge of {quoted(text)} is not known; write it, as "{text}-"')
    fits = {"anion": charge < 0, "solvent": charge == 0, "adduct": charge > 0}[kind]
    if not fits:
        wanted = {"anion": "below 0", "solvent": "0", "adduct": "above 0"}[kind]
        raise InputError(
            f"{quoted(text)} has the charge {charge:+d}, and that of {kind}s is {wanted}; move it"
        )
    atoms = reader.atoms(ion.formula) or {}
    return IonPart(ion.formula.text, kind, charge, tuple(atoms.items()), most)


def _number(value: object, what: str) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
        raise InputError(
            f"{what} = {quoted(str(value))} is not a whole number from 0 to {LARGEST_NUMBER}"
        )
    return value


def _is_charge(value: object) -> TypeGuard[int]:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return 0 < abs(value) <= MOST_CHARGES


def _charges(value: object) -> tuple[int, ...]:
    every: list[object] = list(value) if isinstance(value, list) else [value]
    given = [one for one in every if _is_charge(one)]
    if not given or len(given) < len(every):
        raise InputError(
            "charges: write those to look for, as [1, 2], or [-1, -2] in negative mode"
        )
    if len({one > 0 for one in given}) > 1:
        raise InputError(
            f"charges {listed(str(one) for one in given)} are of both signs; a spectrum has one"
        )
    return tuple(dict.fromkeys(given))


def _other_cores(table: object, blocks: Sequence[str]) -> dict[str, int]:
    if not isinstance(table, dict):
        raise InputError("other_cores: write a table, as { Dy = 8, L = 3 }")
    for block in table:
        refuse_unknown("building block", block, blocks)
    missing = [block for block in blocks if table and block not in table]
    if missing:
        raise InputError(f"other_cores: has no number for '{missing[0]}'; add one")
    return {block: _number(value, f"other_cores: {block}") for block, value in table.items()}
