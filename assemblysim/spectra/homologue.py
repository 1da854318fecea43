"""The same ions with another metal: where a homologue's would be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import envelope, most_abundant_isotopes_mz
from assemblysim.isotopes.table import isotopes_of
from assemblysim.language import listed, quoted
from assemblysim.mechanism.ions.abbreviations import ELEMENTS
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import Ion
from assemblysim.spectra.coordination import metal_of
from assemblysim.spectra.ion_list import IonList


@dataclass(frozen=True)
class HomologousIon:
    """One ion with another metal.

    Attributes:
        species: that the list assigns it to.
        ion: formula and charge.
        charge: in elementary charges.
        most_abundant_mz: with the most abundant isotope of each element.
        highest_mz: of the highest peak.
    """

    species: str
    ion: str
    charge: int
    most_abundant_mz: float
    highest_mz: float


def homologous_ions(found: IonList, reader: FormulaReader, metal: str) -> tuple[HomologousIon, ...]:
    """Return the ions of a list with another metal; neutral formulas are left out.

    Args:
        found: the list, which holds one metal.
        reader: of formulas over the building blocks.
        metal: the element in its place.

    Raises:
        InputError: `metal` is no element, or the list holds no metal, or several.
    """
    if metal not in ELEMENTS:
        raise InputError(f"--metal: {quoted(metal)} is no element; write one such as Gd")
    isotopes_of(metal)
    symbols = {
        symbol: old
        for one in found.ions
        for symbol, _ in one.ion.formula.parts
        if (old := metal_of(symbol, reader))
    }
    if len(set(symbols.values())) != 1:
        names = listed(sorted(set(symbols.values()))) or "none"
        raise InputError(f"--metal: the list must hold one metal, and holds {names}")
    others = FormulaReader({b: f for b, f in reader.blocks.items() if b not in symbols})
    return tuple(
        _with(one.species, _replaced(one.ion, symbols, metal), others)
        for one in found.ions
        if one.ion.charge
    )


def _replaced(ion: Ion, symbols: dict[str, str], metal: str) -> Ion:
    """Put a metal in the place of another one."""
    text = ion.formula.text
    for symbol in symbols:
        text = re.sub(rf"\[?(?<![A-Za-z]){re.escape(symbol)}(?![a-z])\]?", metal, text)
    parts = tuple((metal if symbol in symbols else symbol, n) for symbol, n in ion.formula.parts)
    return replace(ion, formula=replace(ion.formula, text=text, parts=parts))


def _with(species: str, ion: Ion, reader: FormulaReader) -> HomologousIon:
    atoms = reader.atoms(ion.formula)
    if not atoms:
        raise InputError(f"the atoms of {ion.text} are not known; state the formulas of its blocks")
    return HomologousIon(
        species,
        ion.text,
        ion.charge,
        most_abundant_isotopes_mz(atoms, ion.charge),
        envelope(atoms, ion.charge).highest,
    )
