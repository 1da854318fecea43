"""Which changes of small parts (solvent, proton, anion) would make a printed number a peak.

With enough parts something always fits. So it is counted how many neighbouring numbers, whole
units away and with the same decimals, the same changes would explain as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np

from assemblysim.isotopes.envelopes import average_mz
from assemblysim.mechanism.ions.abbreviations import NONMETALS
from assemblysim.mechanism.ions.chemical_formula import Formula, FormulaReader, Piece
from assemblysim.mechanism.ions.oxidation import group_charge
from assemblysim.result.spectra.ions import Explanation, Search
from assemblysim.spectra.printed_numbers import IonPeaks

MOST_PARTS: Final = 3
EXPLAINING_HEIGHT: Final = 0.1  # over the highest peak; a lower one would not be printed
LARGEST_PART: Final = 150.0  # u
MOST_LISTED: Final = 5  # explanations
_ALWAYS: Final = ("H", "OH", "H2O")
_NEIGHBOURS: Final = tuple(k for k in range(-12, 13) if abs(k) > 2)
_REACH: Final = 12.0  # u; half of the width of an envelope, and more


@dataclass(frozen=True)
class SmallPart:
    """A solvent, an anion or a proton.

    Attributes:
        text: such as "MeOH" or "OAc-".
        held: symbols with their numbers, as in a formula.
        charge: in elementary charges.
    """

    text: str
    held: tuple[tuple[str, int], ...]
    charge: int


_PROTON: Final = SmallPart("H+", (("H", 1),), 1)


@dataclass(frozen=True)
class PartChange:
    """Small parts taken up or given off.

    Attributes:
        parts: (part, number), below 0 where given off.
    """

    parts: tuple[tuple[SmallPart, int], ...]

    @property
    def size(self) -> int:
        """How many parts are changed."""
        return sum(abs(n) for _, n in self.parts)

    @property
    def charge(self) -> int:
        """By how much the charge rises."""
        return sum(n * part.charge for part, n in self.parts)

    @property
    def text(self) -> str:
        """The change, such as "+ 2 MeOH - H2O"."""
        ordered = sorted(self.parts, key=lambda pair: pair[1] < 0)
        return " ".join(
            f"{'+' if n > 0 else '-'} {'' if abs(n) == 1 else f'{abs(n)} '}{part.text}"
            for part, n in ordered
        )

    def applied(self, formula: Formula) -> Formula | None:
        """Return a formula with the change; None where it does not hold what is given off."""
        held = Counter(dict(formula.parts))
        for part, n in self.parts:
            for symbol, count in part.held:
                held[symbol] += n * count
        if min(held.values()) < 0:
            return None
        return Formula("", tuple((symbol, n) for symbol, n in held.items() if n))


def small_parts(written: Iterable[str], reader: FormulaReader) -> tuple[SmallPart, ...]:
    """Return the solvents and anions that formulas hold in brackets, with H+, OH- and H2O.

    Args:
        written: the formulas, without charges.
        reader: of formulas over the building blocks.
    """
    texts = [piece.text for text in written for piece in _groups(text, reader)]
    found: dict[tuple[tuple[str, int], ...], SmallPart] = {}
    for text in (*_ALWAYS, *texts):
        formula = reader.read(text)
        charge = group_charge(frozenset(formula.parts))
        atoms = reader.atoms(formula)
        if charge is None or atoms is None or average_mz(atoms, 0) > LARGEST_PART:
            continue
        name = "OH" if text == "OH" else formula.text.strip("()")
        held = tuple(sorted(formula.parts))
        found.setdefault(held, SmallPart(name + _sign(charge), held, charge))
    return tuple(found.values())


def _groups(text: str, reader: FormulaReader) -> Iterator[Piece]:
    """Yield what stands in brackets and holds neither a building block nor a metal."""
    for piece in reader.pieces(text):
        if not piece.bracketed:
            continue
        symbols = {symbol for symbol, _ in reader.read(piece.text).parts}
        atoms = reader.atoms(reader.read(piece.text)) or {}
        foreign = symbols & set(reader.blocks)
        metals = {one for one in atoms if one.lstrip("0123456789") not in NONMETALS}
        if not foreign and not metals:
            yield piece
        elif symbols != foreign:
            yield from _groups(piece.text, reader)


def changes_of(parts: Sequence[SmallPart]) -> Iterator[PartChange]:
    """Yield every change of up to three parts, the fewest first, neutral ones before charged."""
    ordered = sorted(parts, key=lambda part: part.charge != 0)
    signed = [(part, sign) for part in ordered for sign in (1, -1)]
    for size in range(1, MOST_PARTS + 1):
        for chosen in combinations_with_replacement(signed, size):
            numbers = Counter[SmallPart]()
            for part, sign in chosen:
                numbers[part] += sign
            if sum(map(abs, numbers.values())) == size:
                yield PartChange(tuple(numbers.items()))


def search(
    formula: Formula,
    charge: int,
    target: tuple[float, float],
    rise: int,
    parts: Sequence[SmallPart],
    reader: FormulaReader,
) -> Search:
    """Search for changes that would make a number a peak.

    Args:
        formula: of the printed ion.
        charge: its own, which a change keeps.
        target: the number, and by how much a peak may miss it.
        rise: by how much the charges of the changed parts must add up to more.
        parts: what may be changed.
        reader: that knows the atoms of all blocks.
    """
    number, half = target
    steps = np.array([0, *_NEIGHBOURS])
    numbers = number + steps / abs(charge)
    reach = (_REACH + np.abs(steps).max()) / abs(charge)
    found, neighbours, tried = list[Explanation](), list[tuple[int, np.ndarray]](), 0
    for change, changed in _compositions(formula, rise, parts):
        tried += 1
        atoms = reader.atoms(changed)
        if not atoms or abs(average_mz(atoms, charge) - number) > reach:
            continue
        peaks = IonPeaks(atoms, charge)
        near = peaks.at_least(EXPLAINING_HEIGHT)
        hit = np.asarray(np.any(np.abs(near[:, None] - numbers) <= half * 1.0001, axis=0))
        neighbours.append((change.size, hit[1:]))
        if hit[0]:
            found.append(Explanation(change.text, change.size, peaks.nearest(number)))
    fewest = min((one.parts for one in found), default=MOST_PARTS)
    found = [one for one in found if one.parts == fewest]
    found.sort(key=lambda one: -one.peak.height if one.peak else 0.0)
    as_few = [hit for size, hit in neighbours if size <= fewest]
    explained = int(np.any(np.stack(as_few), axis=0).sum()) if as_few else 0
    return Search(tuple(found[:MOST_LISTED]), tried, len(_NEIGHBOURS), explained)


def charge_changes(formula: Formula, rise: int, parts: Sequence[SmallPart]) -> Search:
    """Return the smallest changes that only mend the charge, and the one by protons alone.

    Crystals do not show their protons, so that these are always among what may be amiss.
    """
    every = [change for change, _ in _compositions(formula, rise, parts)]
    fewest = min((one.size for one in every), default=0)
    least = [one for one in every if one.size == fewest][:MOST_LISTED]
    protons = PartChange(((_PROTON, rise),))
    if abs(rise) <= MOST_PARTS and protons.applied(formula) is not None:
        least += [] if protons.text in {one.text for one in least} else [protons]
    found = tuple(Explanation(one.text, one.size, None) for one in least)
    return Search(found, len(every), 0, 0)


def _compositions(
    formula: Formula, rise: int, parts: Sequence[SmallPart]
) -> Iterator[tuple[PartChange, Formula]]:
    """Yield changes that lead to different compositions, by the fewest parts each."""
    seen = {frozenset(formula.parts)}
    for change in changes_of(parts):
        changed = change.applied(formula) if change.charge == rise else None
        if changed is not None and frozenset(changed.parts) not in seen:
            seen.add(frozenset(changed.parts))
            yield change, changed


def _sign(charge: int) -> str:
    size = "" if abs(charge) == 1 else str(abs(charge))
    return "" if charge == 0 else size + ("+" if charge > 0 else "-")
