"""A mechanism file with labelled forms: its system, expanded over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.language import LONGEST, listed
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.labelled.expansion import Expansion, expand
from assemblysim.mechanism.labelled.forms import Labels, read_labels
from assemblysim.mechanism.labelled.labelled_species import LabelledSpecies
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.mechanism.network.network import Network, taking_part
from assemblysim.mechanism.reading.definitions import checked_definitions
from assemblysim.mechanism.reading.system import System, read_system

EQUIVALENCE: Final = (
    "Like blocks within a species count as equivalent: a labelled species is how many blocks of "
    "each form it holds, not which of them."
)


def read_expanded_system(path: Path | str) -> System:
    """Read a mechanism file; with [labelled] in it, its system is expanded over the forms.

    Raises:
        InputError: as `read_system` and `expanded_system`.
    """
    system = read_system(path)
    if system.labelled is None:
        return system
    with at(system.path):
        return expanded_system(system, system.labelled)


def with_labels_of_study(
    system: System, labelled: Mapping[str, object], constants: Mapping[str, object]
) -> System:
    """Return the system of a model, expanded over the labelled forms that a study states.

    Args:
        system: as its file gives it, expanded or not.
        labelled: the study's own table ``[labelled]``; may be empty.
        constants: its table ``[labelled_constants]``; may be empty.

    Raises:
        InputError: as `read_labels` and `expanded_system`; the model has labelled forms, too.
    """
    if not labelled:
        if constants:
            raise InputError("[labelled_constants]: no block has a labelled form; add [labelled]")
        return system
    if system.expansion is not None:
        raise InputError(
            f"[labelled]: {system.path} has labelled forms, too; keep one of the two tables"
        )
    names = system.whole_network().rate_constant_names
    return expanded_system(system, read_labels(labelled, constants, system.species, names))


def without_labels(system: System, network: Network) -> Network:
    """Return what a network of an expanded system was expanded from; itself if it was not.

    Args:
        system: the chemistry.
        network: of some of its reactions.
    """
    if system.expansion is None or system.unlabelled is None:
        return network
    present = {reaction.name for reaction in network.reactions}
    variants = dict(system.expansion.reactions)
    steps = tuple(
        step
        for _, steps in system.unlabelled.reactions
        for step in steps
        if any(one.name in present for one in variants[step.name])
    )
    return taking_part(system.unlabelled.species, steps)


def expanded_system(system: System, labels: Labels) -> System:
    """Return a system expanded over the labelled forms of its building blocks.

    Mechanisms keep their names and titles. The ions of the species are left out: they are those
    of the unlabelled forms.

    Args:
        system: without labels.
        labels: of its blocks.

    Raises:
        InputError: as `expand`; a constant that a label brings in needs two units.
    """
    steps = [step for _, steps in system.reactions for step in steps]
    expansion = expand(system.species, steps, labels)
    variants = dict(expansion.reactions)
    reactions = tuple(
        (label, tuple(one for step in steps for one in variants[step.name]))
        for label, steps in system.reactions
    )
    found = replace(
        system,
        species=tuple(one.species for one in expansion.labelled),
        reactions=reactions,
        notes=(*system.notes, *expansion_notes(expansion)),
        titles=_titles(system, expansion),
        descriptions=_descriptions(system, labels),
        chemistry=None,
        labelled=labels,
        expansion=expansion,
        unlabelled=system,
    )
    whole = found.whole_network()
    rate_constant_units(whole)
    definitions = dict((*system.constants, *system.labelled_definitions))
    return replace(found, constants=checked_definitions(definitions, whole))


def expansion_notes(expansion: Expansion) -> tuple[str, ...]:
    """Return sentences on what the expansion takes for granted."""
    notes = [EQUIVALENCE]
    for block, _ in expansion.labels.forms:
        dealt = [f"'{step}'" for step, one in expansion.dealt if one == block]
        if dealt:
            notes.append(
                f"several products of {listed(dealt)} hold {block}: its forms are dealt out to "
                "them at random"
            )
        fed = [f"'{step}'" for step, one in expansion.fed if one == block]
        if fed:
            notes.append(f"what {listed(fed)} makes out of nothing is the form {block}")
    return tuple(notes)


def _descriptions(system: System, labels: Labels) -> tuple[tuple[str, str], ...]:
    """Return what a report says of each mechanism: its description, and that it is expanded."""
    forms = listed(f"{listed(others)} of {block}" for block, (_, *others) in labels.forms)
    told = f"Expanded over labelled forms: {forms}. {EQUIVALENCE}"
    return tuple((name, f"{system.description(name)} {told}") for name in system.mechanism_names)


def _titles(system: System, expansion: Expansion) -> tuple[tuple[str, str], ...]:
    """Return the titles, those of species also for their labelled forms."""
    of_core = {name: title for name, title in system.titles if name in system.species_names}
    found = list(system.titles)
    for one in expansion.labelled:
        title = of_core.get(one.core)
        if title is not None and not one.is_first:
            titled = f"{title}, {_held(one, expansion.labels)}"
            if len(titled) <= LONGEST:
                found.append((one.name, titled))
    return tuple(found)


def _held(one: LabelledSpecies, labels: Labels) -> str:
    """Return the labelled blocks that a species holds, such as ``2 Dy + 1 Gd``."""
    blocks = {form for block, _ in one.counts for form in labels.forms_of(block)}
    return write_composition(tuple((form, n) for form, n in one.composition if form in blocks))
