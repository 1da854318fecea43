"""Ions of the species, and what steps are balanced with: ``[ions]`` and ``[chemistry]``.

Both tables are optional and change no rate. ``[ions]`` gives a species its typical ion, or a list
of them, of which the first is balanced: ``Dy3L = "[Dy3(L)(OH)6]+"``, solvent left out. The
symbols are the model's building blocks, elements, and abbreviations such as OAc, Me, acac and
DMF; the charge is written ``+``, ``2+``, ``(2-)`` or raised. An ion must hold its species'
building blocks.

``[chemistry]`` gives a building block its sum formula and charge, both optional: ``L = { formula
= "C29H19N5O4", charge = -2 }``. Where a block is known by its charge and its free form has no
ion, that form is assumed and marked so: ``Dy(OAc)3`` for 3+, ``H2L`` for 2-. ``co_reactants =
["AcO-", "OH-", "MeOH", "H2O"]`` is what the model does not follow, here the default; acetate,
methyl and the other abbreviations stay whole. None may follow from others, so that every balance
is unique: H+ takes the place of OH-, not one beside it.

``assemblysim check`` then balances every step, every species made of its free blocks, and every
whole route. A step whose species have no ion is not balanced, which is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.mechanism.ions.abbreviations import ELEMENTS
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.co_reactants import DEFAULT_CO_REACTANTS, CoReactants
from assemblysim.mechanism.ions.ion import MOST_CHARGES, Ion, read_ion
from assemblysim.mechanism.ions.step_equations import Chemistry, is_free_block
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.mechanism.network.network import Species
from assemblysim.mechanism.properties.balance import building_blocks

CO_REACTANTS = "co_reactants"
_BLOCK_KEYS = ("formula", "charge")


def read_chemistry(content: Mapping[str, Any], species: Sequence[Species]) -> Chemistry | None:
    """Read the ions of a model's species and what its steps are balanced with.

    Args:
        content: a mechanism file. ``[ions]`` has a species' typical ion, or a list of them, the
            one that is balanced first; ``[chemistry]`` a building block's formula and charge,
            and ``co_reactants`` in place of `DEFAULT_CO_REACTANTS`.
        species: of the model.

    Returns:
        None where the file has no [ions].

    Raises:
        InputError: an ion cannot be read or holds other building blocks than its species, or a
            name, a value or a list is at fault.
    """
    tables = {key: _tabled(content, key) for key in ("ions", "chemistry")}
    if "ions" not in content:
        if "chemistry" in content and "candidate_ions" not in content:
            raise InputError("[chemistry]: there is no [ions] that it is about; add that table")
        return None
    blocks = building_blocks(species)
    with at("[chemistry]"):
        stated = _blocks(tables["chemistry"], blocks)
        reader = FormulaReader({block: _formula(block, stated) for block in blocks})
    with at("[ions]"):
        ions = _ions(tables["ions"], species, reader)
    with at("[chemistry]"):
        co_reactants = _co_reactants(tables["chemistry"], reader)
        return _chemistry(species, stated, reader, ions, co_reactants)


def read_own_chemistry(
    content: Mapping[str, Any], species: Sequence[Species], common: Chemistry | None
) -> Chemistry:
    """Read what a group of experiments has for itself, such as its ligand's formula and ions.

    Args:
        content: ``ions`` and ``chemistry`` as in a mechanism file, either of which may be missing.
        species: of the model.
        common: what the model says, which holds where the group says nothing else; None for
            nothing.

    Raises:
        InputError: as `read_chemistry`.
    """
    blocks = building_blocks(species)
    if common is None:
        common = Chemistry(FormulaReader(), {}, {}, _co_reactants({}, FormulaReader()))
    with at("chemistry"):
        own = _blocks(content.get("chemistry", {}), blocks)
        stated = {}
        for block in blocks:
            formula, charge = own.get(block, ("", None))
            formula = formula or common.reader.blocks.get(block, "")
            stated[block] = (formula, common.charges.get(block) if charge is None else charge)
        reader = FormulaReader({block: _formula(block, stated) for block in blocks})
    with at("ions"):
        ions = {**common.ions, **_ions(content.get("ions", {}), species, reader)}
    with at("chemistry"):
        co_reactants = common.co_reactants
        if CO_REACTANTS in content.get("chemistry", {}) or not common.ions:
            co_reactants = _co_reactants(content.get("chemistry", {}), reader)
        return _chemistry(species, stated, reader, ions, co_reactants)


def _chemistry(
    species: Sequence[Species],
    stated: Mapping[str, tuple[str, int | None]],
    reader: FormulaReader,
    ions: Mapping[str, tuple[Ion, ...]],
    co_reactants: CoReactants,
) -> Chemistry:
    """Put the parts together, with the forms that free blocks are assumed to have."""
    charges = {block: charge for block, (_, charge) in stated.items() if charge is not None}
    assumed = {
        one.name: _assumed(one.composition[0][0], charges, co_reactants, reader)
        for one in species
        if is_free_block(one) and one.name not in ions and one.composition[0][0] in charges
    }
    return Chemistry(reader, ions, assumed, co_reactants, charges)


def read_block_chemistry(
    content: Mapping[str, Any], species: Sequence[Species]
) -> dict[str, tuple[str, int | None]]:
    """Return formula and charge of every building block; "" and None where not stated.

    Raises:
        InputError: [chemistry] is at fault.
    """
    blocks = building_blocks(species)
    with at("[chemistry]"):
        stated = _blocks(_tabled(content, "chemistry"), blocks)
        charges = {block: stated.get(block, ("", None))[1] for block in blocks}
        return {block: (_formula(block, stated), charges[block]) for block in blocks}


def _tabled(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"[{key}] must be a table; write its heading as [{key}]")
    if key in content and not table:
        raise InputError(f"[{key}] is empty; write at least one line in it")
    return table


def _blocks(table: Mapping[str, Any], blocks: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    """Return formula and charge of each building block that has a line."""
    found: dict[str, tuple[str, int | None]] = {}
    for block, value in table.items():
        if block == CO_REACTANTS and block not in blocks:
            continue
        refuse_unknown("building block", block, blocks)
        if not isinstance(value, dict):
            raise InputError(f"'{block}': write {block} = {{ formula = \"...\", charge = 3 }}")
        for key in value:
            with at(f"'{block}'"):
                refuse_unknown("key", key, _BLOCK_KEYS)
        formula, charge = value.get("formula", ""), value.get("charge")
        if not isinstance(formula, str):
            raise InputError(f"'{block}': the formula {quoted(str(formula))} is not text")
        if charge is not None and (type(charge) is not int or abs(charge) > MOST_CHARGES):
            raise InputError(
                f"'{block}': the charge {quoted(str(charge))} is not a whole number of at most "
                f"{MOST_CHARGES} in size, as 3 or -2"
            )
        found[block] = (formula, charge)
    return found


def _formula(block: str, stated: Mapping[str, tuple[str, int | None]]) -> str:
    """Return a block's formula; one that is called like an element is that unless stated."""
    formula = stated.get(block, ("", None))[0] or (block if block in ELEMENTS else "")
    if formula:
        with at(f"'{block}'"):
            FormulaReader().read(formula)
    return formula


def _ions(
    table: Mapping[str, Any], species: Sequence[Species], reader: FormulaReader
) -> dict[str, tuple[Ion, ...]]:
    by_name = {one.name: one for one in species}
    found = {}
    for name, value in table.items():
        refuse_unknown("species", name, by_name)
        with at(f"'{name}'"):
            found[name] = tuple(_checked_ion(text, by_name[name], reader) for text in _texts(value))
    return found


def _texts(value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
        raise InputError('write an ion, as "[Dy3(L)(OH)6]+", or a list of ions')
    return texts


def _checked_ion(text: str, species: Species, reader: FormulaReader) -> Ion:
    """Read an ion; refuse one whose building blocks are not its species'."""
    ion = read_ion(text, reader)
    held = tuple((b, ion.formula.count(b)) for b in reader.blocks if ion.formula.count(b))
    if dict(held) != dict(species.composition):
        raise InputError(
            f"ion {quoted(text)} holds {write_composition(held)}, but the species "
            f"{write_composition(species.composition)}; mend one of them"
        )
    return ion


def _co_reactants(table: Mapping[str, Any], reader: FormulaReader) -> CoReactants:
    """Read what is not followed; of the usual ones those that hold no building block."""
    value = table.get(CO_REACTANTS) if CO_REACTANTS not in reader.blocks else None
    texts = list(DEFAULT_CO_REACTANTS) if value is None else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise InputError(f'{CO_REACTANTS}: write a list, as ["AcO-", "OH-", "MeOH", "H2O"]')
    found = []
    for text in texts:
        with at(CO_REACTANTS):
            ion = read_ion(text, reader)
        inside = [block for block in reader.blocks if ion.formula.count(block)]
        if not inside:
            found.append((text, ion))
        elif value is not None:
            raise InputError(
                f"{CO_REACTANTS}: '{text}' holds the building block '{inside[0]}', which the model "
                "follows; leave it out"
            )
    with at(CO_REACTANTS):
        return CoReactants(tuple(found))


def _assumed(
    block: str, charges: Mapping[str, int], co_reactants: CoReactants, reader: FormulaReader
) -> Ion:
    """Return the form in which a free building block is taken to be.

    A cation has as many of the first anion of charge -1 among the co-reactants that is not
    hydroxide (acetate, unless others are stated); an anion has as many H.
    """
    charge = charges[block]
    name = f"({block})"
    if charge < 0:
        return read_ion(f"{_many('H', -charge)}{name}", reader)
    anions = [
        ion
        for _, ion in co_reactants.ions
        if ion.charge == -1 and ion.formula.parts and dict(ion.formula.parts) != {"O": 1, "H": 1}
    ]
    if charge == 0:
        return read_ion(name, reader)
    if not anions:
        return read_ion(f"[{block}]{charge}+", reader)
    return read_ion(f"{name}({anions[0].formula.text}){charge if charge > 1 else ''}", reader)


def _many(symbol: str, count: int) -> str:
    return symbol if count == 1 else f"{symbol}{count}"
