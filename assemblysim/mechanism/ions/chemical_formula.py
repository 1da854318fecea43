"""Formulas as chemists write them, such as ``Dy6(L)2(O)4(CH3COO)4``: what they hold.

Kept whole are building blocks (names of the model), and groups such as acetate and methyl; all
else is taken apart into elements. Brackets of any kind may be nested; hydrates follow a dot. An
isotope is written [13C], [13C]6 or [13C6], deuterium also D.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from assemblysim.errors import InputError
from assemblysim.isotopes.table import is_isotope
from assemblysim.language import quoted
from assemblysim.mechanism.ions.abbreviations import (
    ELEMENTS,
    GROUPS,
    SAME_GROUP,
    WRITTEN_OUT,
)

LONGEST_FORMULA: Final = 300  # characters; a published ion with its solvent has sixty
DEEPEST: Final = 20  # brackets within brackets
MOST_OF_ONE: Final = 100_000  # of one symbol; a larger count is a slip of the pen

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_DOTS: Final = str.maketrans(dict.fromkeys("•⋅∙*.", "·"))
_COUNT = re.compile(r"[0-9]*")
_ISOTOPE = re.compile(r"\[(?P<number>[0-9]{1,3})(?P<element>[A-Z][a-z]?)(?P<inside>[0-9]*)\]")
# Two elements, or an element and an alkyl: nothing in the text tells.
_TWO_READINGS = re.compile(r"(?:Si|Ni|Bi)(?:Pr|Bu)|(?:In|Sn|Cn)(?:Pr|Bu)|O(?:Pr)(?![a-z])")


@dataclass(frozen=True)
class Formula:
    """What a formula holds.

    Attributes:
        text: the formula in one spelling: acetate as OAc, single symbols without brackets.
        parts: (building block, group or element, count), in the order of first mention.
    """

    text: str
    parts: tuple[tuple[str, int], ...]

    def count(self, symbol: str) -> int:
        """Return how many of a building block, group or element there are."""
        return dict(self.parts).get(symbol, 0)


@dataclass(frozen=True)
class Piece:
    """What stands in a formula between its outermost brackets: a bracket, or a single symbol.

    Attributes:
        text: what is within the bracket, or the block, group or element.
        count: how often.
        bracketed: whether it stood in brackets.
        apart: whether it follows a dot, as the water of a hydrate.
    """

    text: str
    count: int
    bracketed: bool
    apart: bool = False


@dataclass(frozen=True)
class FormulaReader:
    """Reads formulas over building blocks.

    Attributes:
        blocks: building block to its own sum formula; "" where that is not known. A block of
            one element is also read by that element's symbol, and a block's sum formula, alone in
            a bracket, is that block.

    Raises:
        InputError: a block's sum formula cannot be read.
    """

    blocks: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> Formula:
        """Read a formula without a charge.

        Args:
            text: such as ``Dy(OAc)3·4H2O`` or ``[Dy3(L)(OH)6(DMF)]``.

        Raises:
            InputError: empty, a bracket left open, an unknown symbol, a count of 0, or a
                spelling that can be read in two ways; the text names the place.
        """
        plain = _plain(text)
        pieces, counts = [], Counter[str]()
        for piece in plain.split("·"):
            digits, rest = _split_count(piece)
            inner, held = self._sequence(rest, text, 0)
            times = _count_of(digits, f"formula {quoted(text)}")
            pieces.append(digits + inner)
            counts.update({symbol: times * n for symbol, n in held.items()})
        for symbol, n in counts.items():
            _refuse_many(n, symbol, text)
        return Formula("·".join(pieces), tuple(counts.items()))

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Return what a formula is written with: ``Dy3(L)(OH)6`` is three Dy, L and six OH.

        Args:
            text: as for `read`.

        Raises:
            InputError: as for `read`.
        """
        self.read(text)
        first, *others = _plain(text).split("·")
        found, place = [], 0
        digits, first = _split_count(first)
        times = int(digits or 1)
        while place < len(first):
            piece, place = self._piece(first, place, text)
            found.append(replace(piece, count=times * piece.count))
        for other in others:
            digits, rest = _split_count(other)
            found.append(Piece(rest, int(digits or 1), bracketed=True, apart=True))
        return tuple(found)

    def _piece(self, text: str, place: int, whole: str) -> tuple[Piece, int]:
        """Return what stands at a place, and where it ends."""
        isotope = _isotope_at(text, place, whole)
        if isotope is not None:
            return Piece(isotope[0], isotope[1], bracketed=False), isotope[2]
        bracketed = text[place] in _CLOSING
        if bracketed:
            end = _closing(text, place)
            inner, digits = text[place + 1 : end], _digits_at(text, end + 1)
            return Piece(inner, int(digits or 1), bracketed), end + 1 + len(digits)
        symbol, digits = self._symbol(text, place, whole)
        piece = Piece(self._meaning(symbol), int(digits or 1), bracketed)
        return piece, place + len(symbol) + len(digits)

    def atoms(self, formula: Formula) -> dict[str, int] | None:
        """Return the elements with their counts; None where a block's formula is not known."""
        found: Counter[str] = Counter()
        for symbol, count in formula.parts:
            held = self._atoms_of(symbol)
            if held is None:
                return None
            found.update({element: count * n for element, n in held.items()})
        return dict(found)

    def _atoms_of(self, symbol: str) -> Mapping[str, int] | None:
        if symbol in self.blocks:
            return self._block_atoms[symbol]
        return _GROUP_ATOMS.get(symbol, {symbol: 1})

    @cached_property
    def _block_atoms(self) -> dict[str, Mapping[str, int] | None]:
        """Elements of each building block; None where they are not known."""
        found: dict[str, Mapping[str, int] | None] = {}
        plain = FormulaReader()
        for block, formula in self.blocks.items():
            try:
                found[block] = plain.atoms(plain.read(formula)) if formula else None
            except InputError as fault:
                raise InputError(f"building block '{block}': {fault}") from None
        return found

    @cached_property
    def _block_by_atoms(self) -> dict[frozenset[tuple[str, int]], str]:
        """Building block by its elements, where no other block has the same."""
        keys = {block: frozenset(a.items()) for block, a in self._block_atoms.items() if a}
        once = Counter(keys.values())
        return {key: block for block, key in keys.items() if once[key] == 1}

    @cached_property
    def _symbols(self) -> tuple[str, ...]:
        """Everything that may stand in a formula, the longest first."""
        known = {*self.blocks, *GROUPS, *SAME_GROUP, *ELEMENTS}
        return tuple(sorted(known, key=lambda symbol: (-len(symbol), symbol)))

    def _meaning(self, symbol: str) -> str:
        """Return the block, group or element that a symbol stands for."""
        if symbol in self.blocks:
            return symbol
        if symbol in ELEMENTS:
            return self._block_by_atoms.get(frozenset({(symbol, 1)}), symbol)
        return SAME_GROUP.get(symbol, symbol)

    def _sequence(self, text: str, whole: str, depth: int) -> tuple[str, Counter[str]]:
        """Read what stands within brackets, or a whole formula."""
        if depth > DEEPEST:
            raise InputError(f"formula {quoted(whole)}: more than {DEEPEST} brackets are nested")
        # Blocks come before groups: a model may follow what is a solvent elsewhere.
        if text not in self.blocks:
            text = WRITTEN_OUT.get(text, text)
        shown, counts, place = "", Counter[str](), 0
        while place < len(text):
            isotope = _isotope_at(text, place, whole)
            if isotope is not None:
                symbol, n, place = isotope
                shown += (symbol if symbol in ELEMENTS else f"[{symbol}]") + _many(n)
                digits, held = "", Counter({symbol: n})
            elif text[place] in _CLOSING:
                end = _closing(text, place)
                inner, held = self._sequence(text[place + 1 : end], whole, depth + 1)
                digits = _digits_at(text, end + 1)
                shown += self._bracket(inner, held, digits)
                place = end + 1 + len(digits)
            else:
                symbol, digits = self._symbol(text, place, whole)
                held = Counter({self._meaning(symbol): 1})
                shown += SAME_GROUP.get(symbol, symbol) + digits
                place += len(symbol) + len(digits)
            times = _count_of(digits, f"formula {quoted(whole)}")
            for name, n in held.items():
                counts[name] += times * n
        if not counts:
            raise InputError(f"formula {quoted(whole)}: nothing stands where a symbol is due")
        return self._whole_block(shown, counts)

    def _whole_block(self, shown: str, counts: Counter[str]) -> tuple[str, Counter[str]]:
        """Take the written sum formula of a block, where nothing else stands, for the block."""
        if len(counts) > 1 and not set(counts) & set(self.blocks):
            atoms: Counter[str] = Counter()
            for symbol, n in counts.items():
                for element, m in (self._atoms_of(symbol) or {}).items():
                    atoms[element] += n * m
            block = self._block_by_atoms.get(frozenset(atoms.items()))
            if block is not None:
                return block, Counter({block: 1})
        return shown, counts

    def _symbol(self, text: str, place: int, whole: str) -> tuple[str, str]:
        """Return the longest symbol from a place on that leaves a rest which can be read."""
        if _TWO_READINGS.match(text, place):
            raise InputError(
                f"formula {quoted(whole)}: {quoted(text[place:])} can be read in two ways; put "
                "alkyl groups in brackets, as N(iPr)2 or Sn(Bu)3"
            )
        for symbol in self._symbols:
            if text.startswith(symbol, place):
                digits = _digits_at(text, place + len(symbol))
                after = text[place + len(symbol) + len(digits) :]
                if not after or self._begins(after):
                    return symbol, digits
        raise InputError(
            f"formula {quoted(whole)}: cannot read {quoted(text[place:])}; write elements, "
            "building blocks of the model and known abbreviations, as Dy3(L)(OH)6"
        )

    def _begins(self, text: str) -> bool:
        return text[0] in _CLOSING or any(text.startswith(symbol) for symbol in self._symbols)

    def _bracket(self, inner: str, held: Counter[str], digits: str) -> str:
        """Write a bracket with its count; a single symbol that cannot be misread stands bare."""
        single = inner in held and (inner in ELEMENTS or inner in self.blocks)
        bare = inner + digits
        misread = any(one != inner and bare.startswith(one) for one in self.blocks)
        if single and inner[0].isupper() and not inner[-1].isdigit() and not misread:
            return bare
        return f"({inner}){digits}"


def _plain(text: str) -> str:
    """Return a formula with plain digits, one kind of dot, no blanks, and brackets that close."""
    written = text.translate(_SUBSCRIPTS)
    plain = re.sub(r"\s+", "", written.replace("Cp*", "Cp@").translate(_DOTS))
    plain = plain.replace("Cp@", "Cp*")
    if not plain:
        raise InputError("the formula is empty; write one, such as 'Dy3(L)(OH)6'")
    if len(plain) > LONGEST_FORMULA:
        raise InputError(
            f"the formula has {len(plain)} characters; at most {LONGEST_FORMULA} are read"
        )
    _check_brackets(plain, text)
    return plain


def _digits_at(text: str, place: int) -> str:
    return _COUNT.match(text, place)[0]  # type: ignore[index]  # matches the empty string too


def _isotope_at(text: str, place: int, whole: str) -> tuple[str, int, int] | None:
    """Return an isotope that stands at a place, its count and where it ends; None for others."""
    found = _ISOTOPE.match(text, place)
    if found is None or found["element"] not in ELEMENTS:
        return None
    number, element = int(found["number"]), found["element"]
    if not is_isotope(number, element):
        raise InputError(
            f"formula {quoted(whole)}: the table of isotopes has no {number}{element}; mend the "
            f"mass number, or write {number} atoms as {element}{number}"
        )
    after = _digits_at(text, found.end())
    if found["inside"] and after:
        raise InputError(
            f"formula {quoted(whole)}: {quoted(found[0] + after)} has two counts; write one"
        )
    count = _count_of(found["inside"] or after, f"formula {quoted(whole)}")
    symbol = "D" if (number, element) == (2, "H") else f"{number}{element}"
    return symbol, count, found.end() + len(after)


def _split_count(piece: str) -> tuple[str, str]:
    digits = _digits_at(piece, 0)
    return digits, piece[len(digits) :]


def _check_brackets(plain: str, whole: str) -> None:
    waiting: list[str] = []
    for sign in plain:
        if sign in _CLOSING:
            waiting.append(_CLOSING[sign])
        elif sign in _CLOSING.values() and (not waiting or sign != waiting.pop()):
            raise InputError(f"formula {quoted(whole)}: '{sign}' closes no bracket; mend the pairs")
    if waiting:
        raise InputError(f"formula {quoted(whole)}: a bracket is left open; add '{waiting[-1]}'")


def _closing(text: str, place: int) -> int:
    """Return where the bracket that opens at a place closes; all brackets are known to."""
    depth = 0
    for here in range(place, len(text)):
        depth += (text[here] in _CLOSING) - (text[here] in _CLOSING.values())
        if depth == 0:
            break
    return here


def _many(count: int) -> str:
    return str(count) if count > 1 else ""


def _count_of(digits: str, place: str) -> int:
    if not digits:
        return 1
    if len(digits) > len(str(MOST_OF_ONE)) or not 0 < int(digits) <= MOST_OF_ONE:
        raise InputError(f"{place}: the count {quoted(digits)} is not between 1 and {MOST_OF_ONE}")
    return int(digits)


def _refuse_many(count: int, symbol: str, text: str) -> None:
    if count > MOST_OF_ONE:
        raise InputError(
            f"formula {quoted(text)}: holds {symbol} {count} times; at most {MOST_OF_ONE} are read"
        )


def _elements_of(formulas: Iterable[tuple[str, str]]) -> dict[str, Mapping[str, int]]:
    """Return the elements of sum formulas without brackets."""
    found: dict[str, Mapping[str, int]] = {}
    for name, formula in formulas:
        counts: Counter[str] = Counter()
        for element, digits in re.findall(r"([A-Z][a-z]?)([0-9]*)", formula):
            counts[element] += int(digits or 1)
        found[name] = counts
    return found


_GROUP_ATOMS: Final = _elements_of(GROUPS.items())
