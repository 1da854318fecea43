"""Species named by a formula over declared building blocks, such as ``Pd2L4X`` over Pd, L, X."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import quoted
from assemblysim.mechanism.network.formula import MOST_BLOCKS, read_count
from assemblysim.mechanism.network.names import check_name
from assemblysim.mechanism.network.network import Species


@dataclass(frozen=True)
class BlockReader:
    """Makes species of their names.

    A name is building blocks with counts behind them, ``PdL2X2``; a block may come again
    (``LPdL`` holds two L). What follows an underscore tells isomers apart and is not read:
    ``PdL2X2_cis`` holds what ``PdL2X2`` holds.

    Attributes:
        blocks: names of the building blocks; none where names are no formulas.

    Raises:
        InputError: a name is no building block, is there twice, ends in a digit (which would
            be a count), or can be read as other blocks.
    """

    blocks: tuple[str, ...]

    def __post_init__(self) -> None:
        for block in self.blocks:
            check_name("building block", block)
            if self.blocks.count(block) > 1:
                raise InputError(f"building block '{block}' is listed twice; list it once")
            if block[-1].isdigit() or "_" in block:
                raise InputError(
                    f"building block '{block}' cannot stand in a formula; use letters, digits only "
                    "before the last"
                )
            others = BlockReader(tuple(other for other in self.blocks if other != block))
            if others._formula.fullmatch(block):
                raise InputError(
                    f"building block '{block}' can be read as other blocks; rename one of them"
                )

    @cached_property
    def _formula(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self._part})+" if self.blocks else r"(?!)")

    @cached_property
    def _part(self) -> str:
        return rf"(?:{'|'.join(sorted(self.blocks, key=len, reverse=True))})[0-9]*"

    def species(self, name: str, known: Iterable[str] = ()) -> Species:
        """Return the species of a name.

        Args:
            name: such as ``PdL2X2``.
            known: names of species that are listed, for the message.

        Raises:
            InputError: the name is no formula over the building blocks.
        """
        check_name("species", name)
        formula = name.partition("_")[0]
        if not self._formula.fullmatch(formula):
            if not self.blocks:
                raise InputError(f"unknown species '{name}'{did_you_mean(name, known)}")
            raise InputError(
                f"unknown species '{name}': no formula over {', '.join(self.blocks)}; "
                "mend it, or list it under [species]"
            )
        counts: dict[str, int] = {}
        for block, digits in self._parts(formula):
            count = read_count(digits or None, f"{quoted(name)}: '{block}'", MOST_BLOCKS)
            counts[block] = counts.get(block, 0) + count
        return Species(
            name, tuple((block, counts[block]) for block in self.blocks if block in counts)
        )

    def _parts(self, formula: str) -> list[tuple[str, str]]:
        """Split a formula that is one into (block, digits); backtracks where a prefix misleads."""
        ordered = sorted(self.blocks, key=len, reverse=True)
        found: list[tuple[str, str]] = []
        while formula:
            for block in ordered:
                part = re.match(rf"{block}([0-9]*)", formula)
                if part and self._rest.fullmatch(formula[part.end() :]):
                    found.append((block, part[1]))
                    formula = formula[part.end() :]
                    break
        return found

    @cached_property
    def _rest(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self._part})*")
