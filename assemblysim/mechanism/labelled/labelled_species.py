"""The labelled species of a core: every choice of forms for its building blocks, and its name.

Like blocks within a species count as equivalent, so that a labelled species is how many blocks
of each form it holds, not which of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.mechanism.labelled.forms import Labels
from assemblysim.mechanism.network.block_formula import BlockReader
from assemblysim.mechanism.network.names import check_name
from assemblysim.mechanism.network.network import Species

# For each labelled block that a core holds: (block, how many of each form).
Counts = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class LabelledSpecies:
    """A species with the forms of its labelled blocks chosen.

    Attributes:
        name: the core's own where every block is the first form.
        core: the species of the mechanism without labels.
        counts: how many blocks of each form it holds.
        composition: forms and their counts.
    """

    name: str
    core: str
    counts: Counts
    composition: tuple[tuple[str, int], ...]

    @property
    def species(self) -> Species:
        """The species of the expanded network."""
        return Species(self.name, self.composition)

    @property
    def is_first(self) -> bool:
        """Whether all its blocks are the first form."""
        return all(not any(numbers[1:]) for _, numbers in self.counts)

    @cached_property
    def by_block(self) -> dict[str, tuple[int, ...]]:
        """How many of each form it holds, by block."""
        return dict(self.counts)


def labelled_forms(species: Species, labels: Labels) -> tuple[LabelledSpecies, ...]:
    """Return all labelled species of a core, the core itself first.

    Args:
        species: of the mechanism without labels.
        labels: the labelled forms.
    """
    held = [(block, count) for block, count in species.composition if block in dict(labels.forms)]
    choices = [list(shared_out(count, len(labels.forms_of(block)))) for block, count in held]
    isomer = _isomer(species)
    found = []
    for chosen in product(*choices):
        counts = tuple((block, numbers) for (block, _), numbers in zip(held, chosen, strict=True))
        composition = _composition(species, dict(counts), labels)
        one = LabelledSpecies(species.name, species.name, counts, composition)
        if not one.is_first:
            name = _name(species, composition, isomer, one, labels)
            one = LabelledSpecies(name, species.name, counts, composition)
        found.append(one)
    return tuple(found)


def count_forms(species: Species, labels: Labels) -> int:
    """Return how many labelled species a core has, without making them."""
    return math.prod(
        math.comb(count + len(labels.forms_of(block)) - 1, count)
        for block, count in species.composition
    )


def shared_out(count: int, forms: int) -> Iterator[tuple[int, ...]]:
    """Give every way to share a count among forms, as many of the first as can be first."""
    if forms == 1:
        yield (count,)
        return
    for first in range(count, -1, -1):
        for rest in shared_out(count - first, forms - 1):
            yield (first, *rest)


def refuse_alike_names(every: Sequence[LabelledSpecies], others: Sequence[str]) -> None:
    """Refuse labelled species of one name.

    Raises:
        InputError: two have one name, one has that of a rate constant, or one is too long.
    """
    owner: dict[str, str] = {}
    for one in every:
        with at("[labelled]"):
            check_name("labelled species", one.name)
        if one.name in others:
            raise InputError(
                f"[labelled]: a labelled form of {one.core} and a rate constant would both be "
                f"called '{one.name}'; rename a form"
            )
        if owner.setdefault(one.name, one.core) != one.core:
            raise InputError(
                f"[labelled]: labelled forms of {owner[one.name]} and of {one.core} would both be "
                f"called '{one.name}'; rename a form"
            )


def _composition(
    species: Species, counts: dict[str, tuple[int, ...]], labels: Labels
) -> tuple[tuple[str, int], ...]:
    found = []
    for block, count in species.composition:
        numbers = counts.get(block, (count,))
        found += [(f, n) for f, n in zip(labels.forms_of(block), numbers, strict=True) if n]
    return tuple(found)


def _isomer(species: Species) -> str | None:
    """Return what tells an isomer apart where the name is its formula; None where it is none."""
    formula, mark, isomer = species.name.partition("_")
    try:
        read = BlockReader(tuple(block for block, _ in species.composition)).species(formula)
    except InputError:
        return None
    return mark + isomer if read.composition == species.composition else None


def _name(
    species: Species,
    composition: tuple[tuple[str, int], ...],
    isomer: str | None,
    one: LabelledSpecies,
    labels: Labels,
) -> str:
    """Return ``Dy2GdL`` for a core named by its formula, and ``dimer_Gd2`` for any other."""
    if isomer is not None:
        return _formula(composition) + isomer
    added = [
        (form, n)
        for block, numbers in one.counts
        for form, n in zip(labels.forms_of(block)[1:], numbers[1:], strict=True)
        if n
    ]
    return f"{species.name}_{_formula(tuple(added))}"


def _formula(composition: tuple[tuple[str, int], ...]) -> str:
    return "".join(f"{form}{n if n > 1 else ''}" for form, n in composition)
