"""Ions that a spectrum may hold: every core with the parts that a model states, or a list.

Numbers of parts are counted out before any envelope is made; what lies outside a range of m/z is
left out at once, and writings of one composition and charge are one candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import Envelope, average_mz, envelope
from assemblysim.mechanism.ions.candidate_rules import IonPart, IonRules
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.spectra.checking import atoms_of
from assemblysim.spectra.ion_list import ListedIon

MOST_WRITINGS: Final = 1_000_000  # of one core and charge; more are a slip of the pen
MOST_CANDIDATES: Final = 200_000  # compositions within the range of m/z, of all cores together
MOST_SHOWN: Final = 4  # writings of one composition

Core = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Writings:
    """Formulas of one composition and charge, put into words only where they are asked for.

    Attributes:
        blocks: (building block, number) of the core.
        parts: what else may stand in the formula.
        numbers: of the parts, one tuple a writing.
        charge: in elementary charges.
    """

    blocks: Core
    parts: tuple[str, ...]
    numbers: tuple[tuple[int, ...], ...]
    charge: int

    def texts(self) -> tuple[str, ...]:
        """Return the formulas with their charge."""
        return tuple(self._text(numbers) for numbers in self.numbers)

    def _text(self, numbers: Sequence[int]) -> str:
        held = [*self.blocks, *zip(self.parts, numbers, strict=True)]
        size = "" if abs(self.charge) == 1 else str(abs(self.charge))
        pieces = "".join(_piece(text, n) for text, n in held if n)
        return f"[{pieces}]{size}{'+' if self.charge > 0 else '-'}"


def _piece(text: str, number: int) -> str:
    return f"({text}){number}" if number > 1 else f"({text})"


@dataclass(frozen=True)
class CandidateIon:
    """One composition and charge.

    Attributes:
        core: name of its species, or its building blocks.
        atoms: element to its number.
        charge: not 0.
        written: its formulas, that with the fewest parts first; texts where they come from a list.
    """

    core: str
    atoms: Mapping[str, int]
    charge: int
    written: Writings | tuple[str, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Its formulas with the charge, the one with the fewest parts first."""
        return self.written.texts() if isinstance(self.written, Writings) else self.written

    @property
    def text(self) -> str:
        """The first of its formulas."""
        return self.texts[0]

    @cached_property
    def envelope(self) -> Envelope:
        """Its isotope peaks."""
        return envelope(self.atoms, self.charge)

    @property
    def parts(self) -> tuple[str, ...]:
        """The small parts that it may hold; none of an ion from a list."""
        return self.written.parts if isinstance(self.written, Writings) else ()

    def number_of(self, part: str) -> int | None:
        """Return how many of a part its first formula has; None of an ion from a list."""
        if not isinstance(self.written, Writings):
            return None
        named = zip(self.written.parts, self.written.numbers[0], strict=True)
        return dict(named).get(part, 0)


@dataclass(frozen=True)
class WantedCore:
    """A core to look for.

    Attributes:
        name: the species', or the building blocks where no species has it.
        blocks: (building block, number).
    """

    name: str
    blocks: Core


def cores_of(species: Mapping[str, Core], rules: IonRules) -> tuple[WantedCore, ...]:
    """Return the cores of species, then those that no species has, within the stated bounds.

    Args:
        species: name to its building blocks; empty compositions are left out.
        rules: with the bounds.
    """
    found = {frozenset(blocks): WantedCore(n, blocks) for n, blocks in species.items() if blocks}
    numbers = [range(most + 1) for most in rules.other_cores.values()]
    for counts in product(*numbers) if numbers else ():
        pairs = zip(rules.other_cores, counts, strict=True)
        blocks = tuple((block, n) for block, n in pairs if n)
        if blocks:
            found.setdefault(frozenset(blocks), WantedCore(write_composition(blocks), blocks))
    return tuple(found.values())


def enumerated(
    cores: Sequence[WantedCore], rules: IonRules, mz_range: tuple[float, float]
) -> tuple[CandidateIon, ...]:
    """Return the candidates of all cores whose mean m/z lies in a range.

    Args:
        cores: to look for; the first of two that have an ion in common gets it.
        rules: what their ions may hold.
        mz_range: lowest and highest, u per elementary charge.

    Raises:
        InputError: there are more than can be looked through.
    """
    found: dict[tuple[int, frozenset[tuple[str, int]]], CandidateIon] = {}
    for core in cores:
        for charge in rules.charges:
            for one in _of_core(core, charge, rules, mz_range):
                found.setdefault((charge, frozenset(one.atoms.items())), one)
        if len(found) > MOST_CANDIDATES:
            raise InputError(
                f"more than {MOST_CANDIDATES} ions come into question; state smaller numbers of "
                "parts under [candidate_ions]"
            )
    return tuple(found.values())


def _of_core(
    core: WantedCore, charge: int, rules: IonRules, mz_range: tuple[float, float]
) -> Iterator[CandidateIon]:
    """Yield the candidates of one core and charge, each composition once."""
    own = sum(rules.block_charges[block] * n for block, n in core.blocks)
    charged = [one for one in rules.parts if one.charge]
    solvents = [one for one in rules.parts if not one.charge]
    ionic = _counted_out(core, charged)
    ionic = ionic[ionic @ np.array([p.charge for p in charged], dtype=int) == charge - own]
    neutral = _counted_out(core, solvents)
    neutral = neutral[neutral.sum(axis=1) <= rules.most_solvent]
    parts = [*charged, *solvents]
    if len(ionic) * len(neutral) > MOST_WRITINGS:
        raise InputError(_too_many(core))
    masses = np.array([average_mz(dict(one.atoms), 0) for one in parts])
    bare = average_mz(_block_atoms(core, rules.reader), 0)
    heavy = bare + ionic @ masses[: len(charged)]
    whole = heavy[:, None] + neutral @ masses[len(charged) :]
    low, high = (abs(charge) * mz for mz in mz_range)
    first, second = np.nonzero((whole >= low) & (whole <= high))
    yield from _merged(core, charge, rules, parts, np.hstack([ionic[first], neutral[second]]))


def _counted_out(core: WantedCore, parts: Sequence[IonPart]) -> np.ndarray:
    """Return all numbers of parts, shape (N, K)."""
    if not parts:
        return np.zeros((1, 0), dtype=np.int16)
    size = np.prod([float(one.most + 1) for one in parts])
    if size > MOST_WRITINGS:
        raise InputError(_too_many(core))
    grids = np.indices([one.most + 1 for one in parts], dtype=np.int16)
    return np.asarray(grids.reshape(len(parts), -1).T)


def _too_many(core: WantedCore) -> str:
    return (
        f"core {core.name}: more than {MOST_WRITINGS} ions come into question; state smaller "
        "numbers of parts under [candidate_ions]"
    )


def _block_atoms(core: WantedCore, reader: FormulaReader) -> dict[str, int]:
    text = "".join(f"({block}){n}" for block, n in core.blocks)
    return reader.atoms(reader.read(text)) or {}


def _merged(
    core: WantedCore, charge: int, rules: IonRules, parts: Sequence[IonPart], counts: np.ndarray
) -> Iterator[CandidateIon]:
    """Yield each composition once, written with the fewest parts."""
    if not len(counts):
        return
    elements = sorted({element for one in parts for element, _ in one.atoms})
    holds = np.array([[dict(one.atoms).get(e, 0) for e in elements] for one in parts])
    holds = holds.reshape(len(parts), len(elements))
    order = np.argsort(counts.sum(axis=1), kind="stable")
    counts = counts[order]
    bare = _block_atoms(core, rules.reader)
    added = counts.astype(int) @ holds
    groups: dict[bytes, list[int]] = {}
    for place, row in enumerate(np.ascontiguousarray(added)):
        groups.setdefault(row.tobytes(), []).append(place)
    texts = tuple(one.text for one in parts)
    for places in groups.values():
        sums = zip(elements, added[places[0]].tolist(), strict=True)
        atoms = dict(bare)
        for element, n in sums:
            if n:
                atoms[element] = atoms.get(element, 0) + n
        numbers = tuple(tuple(row) for row in counts[places[:MOST_SHOWN]].tolist())
        yield CandidateIon(core.name, atoms, charge, Writings(core.blocks, texts, numbers, charge))


def from_list(ions: Sequence[ListedIon], reader: FormulaReader) -> tuple[CandidateIon, ...]:
    """Return the ions of a list as candidates; neutral formulas are left out.

    Args:
        ions: of a list; an ion without a species is a core of its own building blocks.
        reader: of formulas over the building blocks.

    Raises:
        InputError: the atoms of a building block are not known, or one composition and charge
            is assigned to two species.
    """
    found: dict[tuple[int, frozenset[tuple[str, int]]], CandidateIon] = {}
    for one in ions:
        if not one.ion.charge:
            continue
        atoms = atoms_of(one, reader)
        blocks = [(b, one.ion.formula.count(b)) for b in reader.blocks if one.ion.formula.count(b)]
        core = one.species or write_composition(tuple(blocks))
        key = (one.ion.charge, frozenset(atoms.items()))
        before = found.get(key)
        if before is not None and before.core != core:
            raise InputError(
                f"{one.place}: {one.ion.text} is assigned to {core}, and {before.text} of the same "
                f"composition to {before.core}; mend one of them"
            )
        texts = (*(before.texts if before else ()), one.ion.text)
        found[key] = CandidateIon(core, atoms, one.ion.charge, texts)
    return tuple(found.values())
