"""Which building blocks have labelled forms, and which constants a label changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.mechanism.network.names import check_name
from assemblysim.mechanism.network.network import Species

EXAMPLE: Final = 'write them as Dy = "Gd" or Dy = ["Gd", "Y"]'


@dataclass(frozen=True)
class ChangedConstant:
    """A rate constant that is another one for some labelled reactants.

    Attributes:
        constant: its name in the mechanism without labels.
        reactants: patterns, each of which has to fit a labelled reactant of its own.
        products: likewise; may be none.
        changed: the name of the constant in its place.
    """

    constant: str
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    changed: str

    def fits(self, reactants: Sequence[str], products: Sequence[str]) -> bool:
        """Say whether each pattern finds a labelled reactant, or product, of its own."""
        return _fits(self.reactants, list(reactants)) and _fits(self.products, list(products))

    @property
    def written(self) -> str:
        """The patterns as they stand in a file."""
        after = f" -> {' + '.join(self.products)}" if self.products else ""
        return f"{' + '.join(self.reactants)}{after}"


@dataclass(frozen=True)
class Labels:
    """The labelled forms of building blocks.

    Attributes:
        forms: (block, its forms) pairs; the first form is the block as the mechanism names it.
        changes: constants that a label changes; the first that fits a step counts.
    """

    forms: tuple[tuple[str, tuple[str, ...]], ...]
    changes: tuple[ChangedConstant, ...] = ()

    def forms_of(self, block: str) -> tuple[str, ...]:
        """Return the forms of a building block: itself alone where it has no labelled one."""
        return dict(self.forms).get(block, (block,))

    def unchanged(self, constant: str) -> str:
        """Return the constant in whose place another one stands; itself where it changes none."""
        return next((one.constant for one in self.changes if one.changed == constant), constant)

    def change_of(
        self, constant: str, reactants: Sequence[str], products: Sequence[str]
    ) -> ChangedConstant | None:
        """Return what changes a constant of a labelled step, if anything."""
        for one in self.changes:
            if one.constant == constant and one.fits(reactants, products):
                return one
        return None


def read_labels(
    labelled: Mapping[str, object],
    constants: Mapping[str, object],
    species: Sequence[Species],
    rate_constants: Collection[str],
) -> Labels:
    """Read the tables ``[labelled]`` and ``[labelled_constants]``.

    Args:
        labelled: block to its labelled form, or a list of them.
        constants: rate constant to a table: labelled reactants to the constant of their steps,
            as ``k_grow = { Gd = "k_grow_Gd" }`` or
            ``k_dimerise = { "Dy3L + Gd3L" = "k_mixed" }``; products may follow an arrow, as
            ``k_shrink = { "* -> Gd" = "k_shrink_Gd" }``, and ``*`` stands for any letters.
        species: of the mechanism without labels.
        rate_constants: likewise.

    Raises:
        InputError: a block or a constant is unknown, or a name is none or is taken.
    """
    blocks = dict.fromkeys(block for one in species for block, _ in one.composition)
    known = {one.name for one in species}
    forms: dict[str, tuple[str, ...]] = {}
    with at("[labelled]"):
        if not labelled:
            raise InputError(f"no building block has a labelled form; {EXAMPLE}")
        for block, written in labelled.items():
            refuse_unknown("building block", block, blocks)
            taken = {*blocks, *known, *(one for found in forms.values() for one in found)}
            with at(block):
                forms[block] = (block, *_forms(written, taken, rate_constants))
    changes: list[ChangedConstant] = []
    with at("[labelled_constants]"):
        for constant, table in constants.items():
            refuse_unknown("rate constant", constant, rate_constants)
            with at(constant):
                changes += _changes(constant, table, {*rate_constants, *known})
    return Labels(tuple(forms.items()), tuple(changes))


def _forms(written: object, taken: Collection[str], constants: Collection[str]) -> list[str]:
    found: list[str] = []
    for form in written if isinstance(written, list) else [written]:
        if not isinstance(form, str):
            raise InputError(f"{quoted(form)} is no name of a form; {EXAMPLE}")
        check_name("labelled form", form)
        if form in taken or form in found:
            raise InputError(
                f"'{form}' is a block, a species or a form already; give the form another name"
            )
        if form in constants:
            raise InputError(f"'{form}' is a rate constant; rename one of them")
        found.append(form)
    if not found:
        raise InputError(f"no labelled form is listed; {EXAMPLE}, or take the line out")
    return found


def _changes(constant: str, table: object, taken: Collection[str]) -> list[ChangedConstant]:
    example = f'write {constant} = {{ Gd = "{constant}_Gd" }}'
    if not isinstance(table, dict) or not table:
        raise InputError(f"not a table of labelled reactants; {example}")
    found = []
    for written, changed in table.items():
        left, arrow, right = written.partition("->")
        reactants, products = _patterns(left), _patterns(right) if arrow else ()
        if not all((*reactants, *products)) or not isinstance(changed, str):
            raise InputError(f"{quoted(written)} cannot be read; {example}")
        check_name("rate constant", changed)
        if changed in taken:
            raise InputError(
                f"'{changed}' is a species or a constant of the mechanism; take another name"
            )
        found.append(ChangedConstant(constant, reactants, products, changed))
    return found


def _patterns(side: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in side.split("+"))


def _fits(patterns: Sequence[str], reactants: list[str]) -> bool:
    if not patterns:
        return True
    first, *rest = patterns
    return any(
        fnmatchcase(name, first) and _fits(rest, reactants[:i] + reactants[i + 1 :])
        for i, name in enumerate(reactants)
    )
