"""A list of assigned ions, checked: each line, equal compositions, what each species rests on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.oxidation import ChargeSum, charge_sum
from assemblysim.result.spectra.ions import (
    ChargeVerdict,
    CheckedIon,
    IonListResult,
    Search,
    SpeciesIons,
)
from assemblysim.spectra.coordination import coordination_of, metal_of
from assemblysim.spectra.ion_list import IonList, ListedIon, read_ion_list
from assemblysim.spectra.printed_numbers import (
    IonPeaks,
    calculated_peak,
    found_verdict,
    half_of_last_digit,
    ppm,
    remark_on,
)
from assemblysim.spectra.small_parts import SmallPart, charge_changes, search, small_parts
from assemblysim.spectra.tolerance import MzTolerance


@dataclass(frozen=True)
class IonListRequest:
    """What a list is checked with.

    Attributes:
        path: the list.
        reader: of formulas over the building blocks.
        charges: building block to its charge or oxidation state, where stated.
        tolerance: of measured numbers; None where none is stated.
        sheet: of an XLSX file that holds several.
    """

    path: Path
    reader: FormulaReader
    charges: Mapping[str, int]
    tolerance: MzTolerance | None = None
    sheet: str | None = None


def check_ion_list(request: IonListRequest) -> IonListResult:
    """Check every line of a list of ions.

    Raises:
        InputError: the list cannot be read, or the atoms of a building block are not known.
    """
    found = read_ion_list(request.path, request.reader, request.sheet)
    parts = small_parts([one.written for one in found.ions], request.reader)
    ions = []
    for one in found.ions:
        with at(str(request.path)), at(one.place):
            ions.append(_checked(one, request, parts))
    return IonListResult(
        request.path.name,
        hashlib.sha256(request.path.read_bytes()).hexdigest(),
        request.tolerance.text if request.tolerance else "",
        tuple(part.text for part in parts),
        tuple(ions),
        _same(found, request.reader),
        _by_species(found, ions, request.reader),
        found.notices,
    )


def atoms_of(one: ListedIon, reader: FormulaReader) -> dict[str, int]:
    """Return the atoms of an ion.

    Raises:
        InputError: those of a building block are not known.
    """
    atoms = reader.atoms(one.ion.formula)
    if atoms is None:
        blocks = [b for b in reader.blocks if one.ion.formula.count(b) and not reader.blocks[b]]
        raise InputError(
            f"the atoms of '{blocks[0]}' are not known; state its formula, as --block "
            f'{blocks[0]}="[C29H19N5O4]2-", or under [chemistry] in the model'
        )
    return atoms


def _checked(one: ListedIon, request: IonListRequest, parts: Sequence[SmallPart]) -> CheckedIon:
    reader, ion = request.reader, one.ion
    atoms = atoms_of(one, reader)
    charges = _summed(one, request)
    room = coordination_of(one.written, reader, request.charges)
    fits = _charge_verdict(charges, ion.charge)
    if ion.charge == 0:
        wrong = fits == "does not fit"
        mend = charge_changes(ion.formula, -charges.charge, parts) if wrong else None
        return CheckedIon(
            one.place, one.species, ion.text, 0, charges.charge, charges.unknown, fits,
            "", "not printed", None, "", None, "not printed", None, None, None, None, None,
            mend, room.donors, room.most, sound=False,
        )  # fmt: skip
    peaks = IonPeaks(atoms, ion.charge)
    which = calculated_peak(one.calculated, peaks)
    verdict = found_verdict(one.found, peaks, request.tolerance)
    nearest = None if one.found is None else peaks.nearest(one.found)
    measured = (one.found, nearest) if one.found is not None and nearest is not None else None
    printed = float(one.calculated) if one.calculated else None
    return CheckedIon(
        place=one.place,
        species=one.species,
        ion=ion.text,
        charge=ion.charge,
        charge_sum=charges.charge,
        charge_unknown=charges.unknown,
        charge_verdict=fits,
        calculated=one.calculated,
        calculated_peak=which,
        calculated_nearest=None if printed is None else peaks.nearest(printed),
        calculated_remark=remark_on(one.calculated, peaks) if which == "none" else "",
        found=one.found,
        found_verdict=verdict,
        found_nearest=nearest,
        ppm_nearest=ppm(measured[0], measured[1].mz) if measured else None,
        ppm_highest=ppm(measured[0], peaks.whole.highest) if measured else None,
        most_abundant_mz=peaks.most_abundant_mz,
        highest_mz=peaks.whole.highest,
        search=_searched(one, request, parts, charges, (which, verdict)),
        donors=room.donors,
        most_donors=room.most,
        sound=_is_sound(which, fits, verdict),
    )


NO_METAL = "the whole, which holds no metal,"
_PEAKS = ("most abundant isotopes", "most abundant isotopes and highest", "highest", "another")


def _summed(one: ListedIon, request: IonListRequest) -> ChargeSum:
    """Add up the charges of an ion's parts; without a metal an unfitting sum says nothing.

    Oxidation states are those of a metal's ligands: the radical cation of an arene has none.
    """
    found = charge_sum(one.written, request.reader, request.charges)
    held = [symbol for symbol, _ in one.ion.formula.parts]
    if found.charge == one.ion.charge or any(metal_of(symbol, request.reader) for symbol in held):
        return found
    return ChargeSum(found.charge, found.unknown or (NO_METAL,))


def _is_sound(which: str, fits: str, verdict: str) -> bool:
    """Say whether nothing that is printed of an ion speaks against its formula."""
    by_number = which in _PEAKS or (which == "not printed" and verdict == "within")
    return by_number and fits != "does not fit" and verdict != "outside"


def _charge_verdict(charges: ChargeSum, written: int) -> ChargeVerdict:
    if charges.unknown:
        return "not known"
    return "fits" if charges.charge == written else "does not fit"


def _searched(
    one: ListedIon,
    request: IonListRequest,
    parts: Sequence[SmallPart],
    charges: ChargeSum,
    verdicts: tuple[str, str],
) -> Search | None:
    """Search for a change where the printed formula cannot be right; None where it can."""
    which, verdict = verdicts
    known = not charges.unknown
    rise = one.ion.charge - charges.charge if known else 0
    if which == "none" or (which in _PEAKS and rise):
        target = (float(one.calculated), half_of_last_digit(one.calculated))
    elif which == "not printed" and verdict == "outside" and one.found and request.tolerance:
        target = (one.found, request.tolerance.at(one.found))
    elif rise:
        return charge_changes(one.ion.formula, rise, parts)
    else:
        return None
    return search(one.ion.formula, one.ion.charge, target, rise, parts, request.reader)


def composition(one: ListedIon, reader: FormulaReader) -> tuple[frozenset[tuple[str, int]], int]:
    """Return what tells two ions apart in a spectrum: atoms and charge."""
    return frozenset(atoms_of(one, reader).items()), one.ion.charge


def _same(found: IonList, reader: FormulaReader) -> tuple[tuple[str, ...], ...]:
    """Return the lines of each composition and charge that stand in several lines."""
    lines: dict[object, list[str]] = {}
    for one in found.ions:
        lines.setdefault(composition(one, reader), []).append(f"{one.place}: {one.ion.text}")
    return tuple(tuple(texts) for texts in lines.values() if len(texts) > 1)


def _by_species(
    found: IonList, ions: Sequence[CheckedIon], reader: FormulaReader
) -> dict[str, SpeciesIons]:
    """Count ions of each species; equal compositions with one charge count once."""
    every: dict[str, list[object]] = {}
    sound: dict[str, set[object]] = {}
    for one, checked in zip(found.ions, ions, strict=True):
        if not one.species or one.ion.charge == 0:
            continue
        every.setdefault(one.species, []).append(composition(one, reader))
        if checked.sound:
            sound.setdefault(one.species, set()).add(composition(one, reader))
    return {
        name: SpeciesIons(len(keys), len(set(keys)), len(sound.get(name, ())))
        for name, keys in every.items()
    }
