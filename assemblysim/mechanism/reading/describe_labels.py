"""Labelled forms in plain words: how large the expanded mechanism is, and all that it holds."""

from __future__ import annotations

from collections import Counter

from assemblysim.language import counted
from assemblysim.mechanism.labelled.expansion import Expansion
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.mechanism.reading.describe import CONVENTION, aligned, write_rate
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.mechanism.reading.expanding import expansion_notes
from assemblysim.mechanism.reading.system import System

# name -> value, of what `check --expanded --json` prints
Facts = dict[str, dict[str, str] | list[dict[str, str]]]


def describe_labels(system: System) -> str:
    """Return the part of ``check`` on labelled forms: what they are, and how much they make.

    Args:
        system: expanded.
    """
    expansion = _expansion(system)
    cores = Counter(one.core for one in expansion.labelled)
    species, steps = len(system.species), sum(len(steps) for _, steps in system.reactions)
    several = [f"{n} of {core}" for core, n in cores.items() if n > 1]
    lines = [
        "Labelled forms",
        *(f"  {block}: {', '.join(forms[1:])}" for block, forms in expansion.labels.forms),
        f"  expanded: {counted(species, 'species', 'species')} ({', '.join(several)}) and "
        f"{counted(steps, 'step')}; check --expanded lists them",
        *_changes(system),
        *(f"  {note}" for note in expansion_notes(expansion)),
    ]
    return "\n".join(lines)


def describe_expanded(system: System) -> str:
    """Return all labelled species and steps of an expanded system as text."""
    expansion = _expansion(system)
    written = {one.name: write_composition(one.composition) for one in system.species}
    species = [
        (one.name, written[one.name] or "not in the balance", f"a form of {one.core}")
        if not one.is_first
        else (one.name, written[one.name] or "not in the balance", system.title_of(one.name))
        for one in expansion.labelled
    ]
    steps = [
        (step.name, write_equation(step), f"v = {write_rate(step)}")
        for _, steps in system.reactions
        for step in steps
    ]
    units = system.rate_constant_units()
    parts = [
        [system.title, *([f"source: {system.source}"] if system.source else [])],
        [describe_labels(system)],
        [f"{len(species)} labelled species and their building blocks", *aligned(species)],
        [f"{len(steps)} steps and their rates v", *aligned(steps), "", CONVENTION],
        ["Rate constants", *aligned(units.items())],
        [
            "Mechanisms",
            *aligned(
                (
                    name,
                    counted(len(system.network(name).species), "species", "species"),
                    counted(len(system.network(name).reactions), "step"),
                )
                for name in system.mechanism_names
            ),
        ],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def expanded_facts(system: System) -> Facts:
    """Return the labelled species with compositions and the labelled steps with their rates."""
    return {
        "species": {one.name: write_composition(one.composition) for one in system.species},
        "core": {one.name: one.core for one in _expansion(system).labelled},
        "steps": [
            {"name": step.name, "equation": write_equation(step), "rate": write_rate(step)}
            for _, steps in system.reactions
            for step in steps
        ],
    }


def _changes(system: System) -> list[str]:
    changes = _expansion(system).labels.changes
    if not changes:
        return ["  no label changes a rate constant"]
    return [f"  {one.changed} is {one.constant} of steps with {one.written}" for one in changes]


def _expansion(system: System) -> Expansion:
    if system.expansion is None:
        raise ValueError("the system was not expanded")
    return system.expansion
