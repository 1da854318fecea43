"""Which parameters experiments share, and which each of them, or each group, has for itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from assemblysim.errors import InputError
from assemblysim.study.definition.schema import StudyTable


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
