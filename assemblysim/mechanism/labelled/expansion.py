"""A mechanism expanded over the labelled forms of its building blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

from assemblysim.errors import InputError
from assemblysim.language import LONGEST
from assemblysim.mechanism.labelled.forms import ChangedConstant, Labels
from assemblysim.mechanism.labelled.labelled_species import (
    LabelledSpecies,
    count_forms,
    labelled_forms,
    refuse_alike_names,
)
from assemblysim.mechanism.labelled.labelled_steps import (
    LabelledStep,
    count_choices,
    feeds_block,
    labelled_steps,
    mixes_blocks,
)
from assemblysim.mechanism.labelled.shared_laws import shared_law
from assemblysim.mechanism.network.network import Reaction, Species
from assemblysim.mechanism.network.rate_law import tree_names

# At 184 species and 687 steps an integration takes 26 ms, and a fit needs a hundred thousand.
MOST_LABELLED_SPECIES: Final = 400
MOST_LABELLED_STEPS: Final = 20_000


@dataclass(frozen=True)
class Expansion:
    """All labelled species and steps of a mechanism.

    Attributes:
        labels: the labelled forms.
        labelled: all labelled species, those of one core together.
        reactions: for each step without labels, its labelled steps.
        dealt: (step, block) pairs where blocks of the reactants are dealt out to several products.
        fed: (step, block) pairs where blocks come from nothing, and so are of the first form.
    """

    labels: Labels
    labelled: tuple[LabelledSpecies, ...]
    reactions: tuple[tuple[str, tuple[Reaction, ...]], ...]
    dealt: tuple[tuple[str, str], ...] = ()
    fed: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_core(self) -> dict[str, tuple[LabelledSpecies, ...]]:
        """The labelled species of each core."""
        return _by_core(self.labelled)

    @cached_property
    def by_name(self) -> dict[str, LabelledSpecies]:
        """Each labelled species by its name."""
        return {one.name: one for one in self.labelled}

    def by_cores(self, amounts: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
        """Return amounts of labelled species as amounts of cores, the forms of each added up."""
        found: dict[str, float] = {}
        for name, amount in amounts:
            core = self.by_name[name].core
            found[core] = found.get(core, 0.0) + amount
        return tuple(found.items())


def expand(species: Sequence[Species], steps: Iterable[Reaction], labels: Labels) -> Expansion:
    """Write the labelled species and steps of a mechanism.

    Args:
        species: of the mechanism without labels.
        steps: its one-way steps.
        labels: the labelled forms.

    Returns:
        The expansion; summed over labels its rates are those of the mechanism without labels,
        where no label changes a constant.

    Raises:
        InputError: there would be too many species or steps, two would have one name, or a
            changed constant fits no step.
    """
    every = tuple(steps)
    _refuse_too_large(species, every, labels)
    labelled = tuple(one for each in species for one in labelled_forms(each, labels))
    constants = {name for step in every for name in step.rate_constants}
    refuse_alike_names(labelled, [*constants, *(one.changed for one in labels.changes)])
    forms = _by_core(labelled)
    blocks = {block: len(names) for block, names in labels.forms}
    found: dict[str, tuple[Reaction, ...]] = {}
    used: set[ChangedConstant] = set()
    total = 0
    for step in every:
        variants = []
        for one in labelled_steps(step, forms, blocks):
            total += 1
            if total > MOST_LABELLED_STEPS:
                raise _too_many_steps(f"more than {MOST_LABELLED_STEPS}")
            variants.append(one)
        found[step.name] = _named(variants, forms, labels, used)
    for change in labels.changes:
        if change not in used:
            raise InputError(
                f"[labelled_constants]: {change.constant}: no step with this constant has "
                f"'{change.written}' among its labelled species, or an earlier line fits them all; "
                "mend it, or take it out"
            )
    by_name = {one.name: one for one in species}
    pairs = [(step, block) for step in every for block in blocks]
    return Expansion(
        labels,
        labelled,
        tuple((name, _with_ways_back(steps, found)) for name, steps in found.items()),
        tuple((s.name, block) for s, block in pairs if mixes_blocks(s, by_name, block)),
        tuple((s.name, block) for s, block in pairs if feeds_block(s, by_name, block)),
    )


def _refuse_too_large(
    species: Sequence[Species], steps: Sequence[Reaction], labels: Labels
) -> None:
    """Refuse an expansion that grows too large, before it is written."""
    counts = {one.name: count_forms(one, labels) for one in species}
    total = sum(counts.values())
    if total > MOST_LABELLED_SPECIES:
        largest = max(counts, key=lambda name: counts[name])
        raise InputError(
            f"[labelled]: {total} labelled species ({counts[largest]} of {largest} alone), at "
            f"most {MOST_LABELLED_SPECIES} are accepted; label fewer blocks, or use fewer forms"
        )
    choices = sum(count_choices(step, counts) for step in steps)
    if choices > MOST_LABELLED_STEPS:
        raise _too_many_steps(f"at least {choices}")


def _too_many_steps(number: str) -> InputError:
    return InputError(
        f"[labelled]: {number} labelled steps, at most {MOST_LABELLED_STEPS} are accepted; label "
        "fewer blocks, or use fewer forms"
    )


def _by_core(labelled: Sequence[LabelledSpecies]) -> dict[str, tuple[LabelledSpecies, ...]]:
    found: dict[str, list[LabelledSpecies]] = {}
    for one in labelled:
        found.setdefault(one.core, []).append(one)
    return {core: tuple(every) for core, every in found.items()}


def _named(
    variants: Sequence[LabelledStep],
    forms: Mapping[str, tuple[LabelledSpecies, ...]],
    labels: Labels,
    used: set[ChangedConstant],
) -> tuple[Reaction, ...]:
    """Return labelled steps as reactions, each with its name."""
    told = Counter(one.reactants for one in variants)
    reactions = []
    for number, one in enumerate(variants, start=1):
        name = one.step.name
        if not all(each.is_first for each in (*one.reactants, *one.products)):
            parts = [_side(one.reactants, forms)]
            if told[one.reactants] > 1:
                parts.append(f"to_{_side(one.products, forms)}")
            name = "_".join([name, *filter(None, parts)])
            if len(name) > LONGEST:
                name = f"{one.step.name}_{number}"
        reactions.append(_reaction(one, name, forms, labels, used))
    return tuple(reactions)


def _side(
    molecules: Sequence[LabelledSpecies], forms: Mapping[str, tuple[LabelledSpecies, ...]]
) -> str:
    counts = Counter(one.name for one in molecules if len(forms[one.core]) > 1)
    return "_".join(f"{n}{name}" if n > 1 else name for name, n in counts.items())


def _reaction(
    one: LabelledStep,
    name: str,
    forms: Mapping[str, tuple[LabelledSpecies, ...]],
    labels: Labels,
    used: set[ChangedConstant],
) -> Reaction:
    step = one.step
    names, products = (tuple(e.name for e in side) for side in (one.reactants, one.products))
    changed: dict[str, str] = {}
    for constant in step.rate_constants:
        change = labels.change_of(constant, names, products)
        if change is not None:
            used.add(change)
            changed[constant] = change.changed
    found = replace(
        step,
        name=name,
        reactants=names,
        products=products,
        rate_constant=changed.get(step.rate_constant, step.rate_constant),
        further_rate_constants=tuple(changed.get(c, c) for c in step.further_rate_constants),
    )
    if step.law is None:
        return replace(found, factor=_number(Fraction(str(step.factor)) * one.weight))
    reactants: dict[str, list[str]] = {}
    for each in one.reactants:
        reactants.setdefault(each.core, []).append(each.name)
    in_law = {*tree_names(step.law.tree), *reactants} & forms.keys()
    every = {core: [each.name for each in forms[core]] for core in in_law}
    return replace(found, law=shared_law(step.law, reactants, every, one.weight, changed))


def _number(factor: Fraction) -> float:
    return int(factor) if factor.denominator == 1 else float(factor)


def _with_ways_back(
    steps: Sequence[Reaction], found: Mapping[str, Sequence[Reaction]]
) -> tuple[Reaction, ...]:
    """Return labelled steps, each way back with the name of its own way forth."""
    if not steps or steps[0].reverse_of is None:
        return tuple(steps)
    forth = {
        (frozenset(Counter(r.products).items()), frozenset(Counter(r.reactants).items())): r.name
        for r in found.get(steps[0].reverse_of, ())
    }
    return tuple(
        replace(
            one,
            reverse_of=forth.get(
                (
                    frozenset(Counter(one.reactants).items()),
                    frozenset(Counter(one.products).items()),
                )
            ),
        )
        for one in steps
    )
