"""What experiments share, and what each of them, or each group, has for itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.mechanism.reading.chemistry import read_own_chemistry
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.schema import StudyTable, TomlTable, validated


class GroupTable(TomlTable):
    """One of ``[groups]``: what a group of experiments has for itself beside constants.

    What the model says of other blocks and species holds here, too.

    Attributes:
        chemistry: building block to its formula and charge in this group, and ``co_reactants``,
            as under ``[chemistry]`` of a model.
        ions: species to its typical ion, or a list of them, as under ``[ions]`` of a model.
    """

    chemistry: dict[str, Any] = Field(default_factory=dict)
    ions: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class Sharing:
    """Which parameters belong to an experiment or to a group alone.

    Attributes:
        experiments: (name, group) of each, in the study's order; the group may be "".
        per_experiment: patterns such as ``response_*``.
        per_group: likewise.
    """

    experiments: tuple[tuple[str, str], ...]
    per_experiment: tuple[str, ...] = ()
    per_group: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.per_group:
            return
        for name, group in self.experiments:
            if not group:
                raise InputError(
                    f"experiment '{name}': belongs to no group, and per_group has "
                    f"{len(self.per_group)} patterns; add group"
                )

    def own(self, parameter: str, like: str = "") -> tuple[str, ...]:
        """Return what a parameter is called in each experiment; its own name where it is shared.

        Args:
            parameter: its name.
            like: another name that patterns may mean it by.
        """

        def fits(patterns: Sequence[str]) -> bool:
            names = (parameter, like or parameter)
            return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

        if fits(self.per_experiment):
            return tuple(f"{parameter}_{suffix(name)}" for name, _ in self.experiments)
        if fits(self.per_group):
            return tuple(f"{parameter}_{suffix(group)}" for _, group in self.experiments)
        return (parameter,) * len(self.experiments)

    def check(self, parameters: Sequence[str]) -> None:
        """Refuse a pattern that no parameter fits.

        Raises:
            InputError: a pattern fits none of them.
        """
        for key in ("per_experiment", "per_group"):
            for pattern in getattr(self, key):
                if not any(fnmatchcase(name, pattern) for name in parameters):
                    raise InputError(
                        f"{key}: '{pattern}' fits none of {len(parameters)} parameters: "
                        f"{', '.join(parameters)}"
                    )


def read_sharing(table: StudyTable) -> Sharing | None:
    """Read what experiments and groups have for themselves; None where they share all.

    Raises:
        InputError: an experiment belongs to no group where one is needed, or names are too alike.
    """
    refuse_alike([one.name for one in table.experiments], "experiments")
    refuse_alike([one.group for one in table.experiments if one.group], "groups")
    if not table.per_experiment and not table.per_group:
        return None
    pairs = tuple((one.name, one.group or "") for one in table.experiments)
    return Sharing(pairs, tuple(table.per_experiment), tuple(table.per_group))


def own_chemistries(table: StudyTable, system: System) -> tuple[tuple[str, System], ...]:
    """Return (group, the chemistry with its own formulas and ions) of the groups that have some.

    Raises:
        InputError: a group has no experiment, or what it says is at fault.
    """
    known = dict.fromkeys(one.group for one in table.experiments if one.group)
    with at("[groups]"):
        for name in table.groups:
            refuse_unknown("group", name, known)
        return tuple((name, system_of_group(system, table.groups, name)) for name in table.groups)


def system_of_group(system: System, groups: Mapping[str, Any], name: str) -> System:
    """Return a system with the formulas and ions of a group in place of its own.

    Args:
        system: the chemistry.
        groups: content of ``[groups]``.
        name: one of them.

    Raises:
        InputError: the name is unknown, or what is said of it is at fault.
    """
    refuse_unknown("group", name, groups)
    with at(f"'{name}'"):
        if system.expansion is not None:
            raise InputError(
                f"{len(system.species)} labelled species have no ions of their own; take the group "
                "out, or the labelled forms"
            )
        given = validated(GroupTable, groups[name])
        if not given.chemistry and not given.ions:
            raise InputError("says nothing; write chemistry or ions, or take it out")
        content = {"chemistry": given.chemistry, "ions": given.ions}
        found = read_own_chemistry(content, system.species, system.chemistry)
    rules = system.ion_rules
    if rules is not None:
        blocks = {b: found.reader.blocks[b] or rules.reader.blocks[b] for b in rules.block_charges}
        charges = {**rules.block_charges, **found.charges}
        rules = replace(rules, reader=replace(rules.reader, blocks=blocks), block_charges=charges)
    return replace(system, chemistry=found, ion_rules=rules)


def refuse_alike(names: Sequence[str], what: str) -> None:
    """Refuse names that would end parameters' names alike, or not at all.

    Raises:
        InputError: two of them do.
    """
    known: dict[str, str] = {}
    for name in names:
        end = suffix(name)
        if not end and len(set(names)) > 1:
            raise InputError(f"{what}: '{name}' has no letter or digit; give it another name")
        if known.setdefault(end, name) != name:
            raise InputError(
                f"{what}: '{known[end]}' and '{name}' differ in signs only, and would share "
                f"parameters that end in _{end}; rename one of them"
            )


def suffix(name: str) -> str:
    """Return a name as the end of a parameter's name: letters, digits and underscores."""
    return re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
