"""What competes in a study: a mechanism, or one for each group, and which constants differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from pydantic import Field

from assemblysim.errors import InputError, did_you_mean, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.priors import LogNormal
from assemblysim.language import listed, quoted
from assemblysim.mechanism.constants.constants import ENERGY, involved
from assemblysim.mechanism.network.names import check_label
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.priors_and_fixed import read_number_or_prior
from assemblysim.study.definition.schema import StudyTable, TomlTable, validated
from assemblysim.study.definition.sharing import Sharing, suffix
from assemblysim.study.definition.signals import refuse_repeated

# Of one constant in two groups of experiments, such as two ligands or two solvents: within a
# factor of ten two times in three, and of a hundred nineteen times in twenty.
RATIO: Final = LogNormal(1.0, 10.0)


class HypothesisTable(TomlTable):
    """One of ``[hypotheses]``.

    Attributes:
        mechanism: of the model, for all experiments, or one for each group.
        title: what people read.
        per_group: patterns of constants that differ between groups.
        fixed: group to parameters with their values there.
        ratios: constant to the prior of its ratio between any two groups.
    """

    mechanism: str | dict[str, str]
    title: str = ""
    per_group: list[str] = Field(default_factory=list)
    fixed: dict[str, dict[str, Any]] = Field(default_factory=dict)
    ratios: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class Differing:
    """A constant that groups have for themselves, about one that is common.

    Attributes:
        constant: its name; under it stands the geometric mean over the groups.
        groups: two or more that it differs between, by name.
        prior: of the ratio between any two of them; None for what the study says, or `RATIO`.
    """

    constant: str
    groups: tuple[str, ...]
    prior: Prior | None

    @property
    def ratios(self) -> tuple[str, ...]:
        """Names of the ratios: each group's constant over the geometric mean of those before it."""
        if len(self.groups) == 2:
            return (f"ratio_{self.constant}",)
        return tuple(f"ratio_{self.constant}_{suffix(group)}" for group in self.groups[1:])

    def powers(self, group: str) -> tuple[float, ...]:
        """Return the power of each ratio in what a group's constant is of the common one.

        The logarithms of the ratios are Helmert's contrasts, which add up to nothing over the
        groups.
        """
        place = self.groups.index(group)
        return tuple(
            (j if place == j else -1 if place < j else 0) / (j + 1)
            for j in range(1, len(self.groups))
        )

    def priors(self, said: Prior) -> tuple[Prior, ...]:
        """Return the prior of each ratio, of what is said of that between any two groups.

        With these, which are independent, no group is before another: the logarithms of the
        groups' constants are exchangeable.

        Raises:
            InputError: there are more than two groups, and it is not log-normal about 1.
        """
        if len(self.groups) == 2:
            return (said,)
        if not isinstance(said, LogNormal) or said.median != 1:
            raise InputError(
                f"ratio_{self.constant}: among {len(self.groups)} groups the prior of a ratio is "
                f"log-normal about 1; write {{ log_normal = [1, {RATIO.factor:g}] }}"
            )
        return tuple(
            LogNormal(1.0, float(said.factor ** ((1 + 1 / j) / 2) ** 0.5))
            for j in range(1, len(self.groups))
        )


@dataclass(frozen=True)
class Hypothesis:
    """One of those that compete: a mechanism, or one for each group of experiments.

    Attributes:
        name: under which its results stand.
        title: what people read; "" for the mechanism's own description.
        mechanisms: one for each experiment.
        groups: of the experiments; "" where one belongs to none.
        differing: constants that differ between groups.
        fixed: (group, parameter, value) of what is fixed in a group.
    """

    name: str
    title: str
    mechanisms: tuple[str, ...]
    groups: tuple[str, ...]
    differing: tuple[Differing, ...] = ()
    fixed: tuple[tuple[str, str, float], ...] = ()

    def own(self, parameter: str, experiment: int) -> str:
        """Return what a parameter is called in an experiment, its own name where it is common."""
        group = self.groups[experiment]
        alone = self.fixed_in(parameter, group) is not None
        differs = self.differing_of(parameter, group) is not None
        return f"{parameter}_{suffix(group)}" if alone or differs else parameter

    def differing_of(self, parameter: str, group: str) -> Differing | None:
        """Return how a constant differs, if it does and the group takes part in that."""
        for one in self.differing:
            if one.constant == parameter and group in one.groups:
                return one
        return None

    def fixed_in(self, parameter: str, group: str) -> float | None:
        """Return what a parameter is fixed at in a group, if it is."""
        found = (value for g, name, value in self.fixed if (g, name) == (group, parameter))
        return next(found, None)

    def title_in(self, system: System) -> str:
        """Return what people read in place of its name; "" where nothing is stated."""
        mechanism = self.mechanisms[0]
        return self.title or (system.title_of(mechanism) if self.name == mechanism else "")

    def description(self, system: System) -> str:
        """Return a sentence on it."""
        if len(set(self.mechanisms)) == 1:
            found = system.description(self.mechanisms[0])
        else:
            by_group = dict(zip(self.groups, self.mechanisms, strict=True))
            found = "; ".join(f"{g}: {system.description(m)}" for g, m in sorted(by_group.items()))
        if self.differing:
            found += f" {listed([one.constant for one in self.differing])} may differ."
        return found


def only_mechanism(name: str, groups: Sequence[str]) -> Hypothesis:
    """Return the hypothesis that one mechanism holds everywhere and nothing differs."""
    return Hypothesis(name, "", (name,) * len(groups), tuple(groups))


def mechanisms_compared(table: StudyTable, system: System) -> tuple[str, ...]:
    """Return the mechanisms and hypotheses that a study compares.

    Raises:
        InputError: one is unknown, or named twice.
    """
    if table.mechanisms is None:
        return tuple(table.hypotheses) or system.mechanism_names
    named = [system.name_today(name) for name in table.mechanisms]
    for name in named:
        if name not in system.mechanism_names:
            raise InputError(
                f"mechanisms: {quoted(name)} is not in {system.path}"
                f"{did_you_mean(name, system.mechanism_names)}"
            )
    refuse_repeated("mechanisms", named)
    refuse_repeated("[hypotheses] and mechanisms", [*named, *table.hypotheses])
    return (*named, *table.hypotheses)


def mechanisms_named(table: StudyTable, compared: Sequence[str], system: System) -> tuple[str, ...]:
    """Return the mechanisms that a study has to do with, those of hypotheses included."""
    found = [name for name in compared if name not in table.hypotheses]
    every = (*found, *_written_in_hypotheses(table))
    names = dict.fromkeys(system.name_today(name) for name in every)
    return tuple(name for name in names if name in system.mechanism_names)


def mechanisms_written(table: StudyTable) -> tuple[str, ...]:
    """Return all names of mechanisms in a study as they are written, each once."""
    return tuple(dict.fromkeys((*(table.mechanisms or ()), *_written_in_hypotheses(table))))


def _written_in_hypotheses(table: StudyTable) -> list[str]:
    found: list[object] = []
    for content in table.hypotheses.values():
        named = content.get("mechanism")
        found += list(named.values()) if isinstance(named, dict) else [named]
    return [str(name) for name in found]


def network_of_all(table: StudyTable, compared: Sequence[str], system: System) -> Network:
    """Return the steps of all mechanisms that a study has to do with."""
    return system.network(*mechanisms_named(table, compared, system))


def read_hypotheses(
    table: StudyTable, system: System, units: Mapping[str, str], sharing: Sharing | None
) -> tuple[Hypothesis, ...]:
    """Read ``[hypotheses]``.

    Args:
        table: a study.
        system: the chemistry.
        units: of every parameter that all hypotheses may have.
        sharing: which parameters groups have for themselves under every hypothesis.

    Raises:
        InputError: a name is unknown, a group has no mechanism, a pattern fits nothing, or what
            is said of a ratio belongs to none.
    """
    groups = tuple((one.name, one.group or "") for one in table.experiments)
    stated = [name for name, written in table.priors.items() if not isinstance(written, dict)]
    settled = {*dict(system.constants), *table.derived, *stated}
    found = []
    for name, content in table.hypotheses.items():
        check_label("hypothesis", name)
        with at(f"hypothesis '{name}'"):
            given = validated(HypothesisTable, content)
            _refuse_no_groups(given, groups)
            mechanisms = _mechanisms(given, groups, system)
            fixed = _fixed(given, groups, units)
            differing = _differing(
                given, _having(groups, mechanisms, fixed, system), sharing, settled
            )
            names = tuple(group for _, group in groups)
            found.append(Hypothesis(name, given.title, mechanisms, names, differing, fixed))
    _refuse_twins(found)
    return tuple(found)


def _refuse_no_groups(given: HypothesisTable, groups: Sequence[tuple[str, str]]) -> None:
    """Refuse what speaks of groups where an experiment belongs to none."""
    by_group = isinstance(given.mechanism, dict) or given.per_group or given.fixed
    for experiment, group in groups:
        if by_group and not group:
            raise InputError(f"experiment '{experiment}' belongs to no group; add group to it")


def _mechanisms(
    given: HypothesisTable, groups: Sequence[tuple[str, str]], system: System
) -> tuple[str, ...]:
    """Return the mechanism of each experiment."""
    written = given.mechanism
    known = dict.fromkeys(group for _, group in groups)
    with at("mechanism"):
        by_group = dict.fromkeys(known, written) if isinstance(written, str) else written
        for group, mechanism in by_group.items():
            refuse_unknown("group", group, known)
            refuse_unknown("mechanism", system.name_today(mechanism), system.mechanism_names)
        for group in known:
            if group not in by_group:
                raise InputError(f"group '{group}' has none; add {group} = ...")
    return tuple(system.name_today(by_group[group]) for _, group in groups)


def _fixed(
    given: HypothesisTable, groups: Sequence[tuple[str, str]], units: Mapping[str, str]
) -> tuple[tuple[str, str, float], ...]:
    """Return (group, parameter, value) of what is fixed in a group."""
    found = []
    for group, values in given.fixed.items():
        with at("fixed"):
            refuse_unknown("group", group, dict.fromkeys(one for _, one in groups))
            for name, written in values.items():
                refuse_unknown("parameter", name, units)
                with at(name):
                    # Nothing is nothing in every unit.
                    zero = written == 0 and not isinstance(written, bool)
                    number = 0.0 if zero else read_number_or_prior(written, units[name])
                if isinstance(number, Prior):
                    raise InputError(f"{name}: a prior fixes nothing; write a quantity")
                found.append((group, name, number))
    return tuple(found)


def _differing(
    given: HypothesisTable,
    having: Mapping[str, set[str]],
    sharing: Sharing | None,
    settled: Collection[str],
) -> tuple[Differing, ...]:
    """Return the constants that differ, with the groups that they differ between."""
    found: dict[str, Differing] = {}
    for pattern in given.per_group:
        fitting = [name for name in having if fnmatchcase(name, pattern)]
        several = [name for name in fitting if len(having[name]) > 1 and name not in settled]
        if not several:
            raise InputError(f"per_group: {quoted(pattern)} {_why_none(fitting, having, settled)}")
        for name in several:
            if sharing is not None and any(own != name for own in sharing.own(name)):
                raise InputError(
                    f"per_group: '{name}' differs under every hypothesis, by the study's own "
                    "per_group or per_experiment; take it out of one of them"
                )
            found[name] = Differing(name, tuple(sorted(having[name])), _ratio_prior(given, name))
            found[name].priors(found[name].prior or RATIO)
    for name in given.ratios:
        if name not in found:
            differ = f"; differing: {', '.join(found)}" if found else ""
            raise InputError(
                f"ratios: '{name}' is shared, and has no ratio; add it to per_group, or take it "
                f"out{differ}"
            )
    return tuple(found.values())


def _having(
    groups: Sequence[tuple[str, str]],
    mechanisms: Sequence[str],
    fixed: Sequence[tuple[str, str, float]],
    system: System,
) -> dict[str, set[str]]:
    """Return in which groups each constant is there and not fixed, those of energies left out."""
    having: dict[str, set[str]] = {}
    for (_, group), mechanism in zip(groups, mechanisms, strict=True):
        for name in involved(system.constants, system.network(mechanism).rate_constant_names):
            if not name.startswith(ENERGY):
                having.setdefault(name, set()).add(group)
    for group, name, _ in fixed:
        having.get(name, set()).discard(group)
    return having


def _why_none(
    fitting: Sequence[str], having: Mapping[str, set[str]], settled: Collection[str]
) -> str:
    """Say why nothing that a pattern fits can differ."""
    if not fitting:
        return f"fits none of {len(having)} constants: {', '.join(having)}"
    known = [name for name in fitting if name in settled]
    if known:
        return f"fits {known[0]}, which is fixed or follows from others; take it out of one of them"
    where = sorted(having[fitting[0]])
    only = f"in the group {where[0]} alone" if where else "in no group"
    return f"fits {fitting[0]}, which is unknown {only}, and so differs from nothing; take it out"


def _ratio_prior(given: HypothesisTable, name: str) -> Prior | None:
    if name not in given.ratios:
        return None
    with at("ratios"), at(name):
        found = read_number_or_prior(given.ratios[name], "")
        if not isinstance(found, Prior) or found.signed:
            raise InputError(
                f"a ratio needs a prior above 0; write {{ log_normal = [1, {RATIO.factor:g}] }}"
            )
    return found


def _refuse_twins(hypotheses: Sequence[Hypothesis]) -> None:
    """Refuse two hypotheses that say the same."""
    for i, one in enumerate(hypotheses):
        for other in hypotheses[:i]:
            if (one.mechanisms, one.differing, one.fixed) == (
                other.mechanisms,
                other.differing,
                other.fixed,
            ):
                raise InputError(
                    f"hypothesis '{one.name}': the same as '{other.name}'; keep one of the two"
                )


def with_ratios(units: Mapping[str, str], hypotheses: Sequence[Hypothesis]) -> dict[str, str]:
    """Return units with those of the ratios.

    Raises:
        InputError: a parameter would have the name of what a group has for itself.
    """
    for hypothesis in hypotheses:
        for one in hypothesis.differing:
            own = [f"{one.constant}_{suffix(group)}" for group in one.groups]
            for name in (*one.ratios, *own):
                if name in units:
                    raise InputError(f"2 parameters would be called '{name}'; rename a constant")
    return {**units, **ratio_units(hypotheses)}


def ratio_units(hypotheses: Sequence[Hypothesis]) -> dict[str, str]:
    """Return the units of the ratios that a study may say something of."""
    every = [one for hypothesis in hypotheses for one in hypothesis.differing]
    return {f"ratio_{one.constant}": "" for one in every}
