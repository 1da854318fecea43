"""``[steps]`` of a study: which steps are certain, which are candidates, and what goes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.switches.sampler import SwitchSettings
from assemblysim.inference.switches.space import SwitchSpace
from assemblysim.language import listed, quoted
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.reading import read_outline
from assemblysim.study.definition.schema import TomlTable, validated
from assemblysim.units import quantity

MOST_CANDIDATES = 2000


class StepsTable(TomlTable):
    """``[steps]``.

    Attributes:
        certain: reactions that take place.
        candidates: reactions that may take place: a list, or a table with the probability of each
            before the data; by default all that are not certain.
        prior: probability of each candidate before the data, where none is stated.
        together: lists of candidates that are on or off together, as a pathway is.
        exclude: lists of candidates of which at most one is on. Two reactions that write the same
            step always exclude each other.
        needed: the fraction of the formation of some species within the window that a step must
            carry to be needed.
        slowest: a candidate's default prior ends where its step takes so many times the last
            sampling time: a slower one cannot matter.
        runs: how many independent runs there are, at least four.
        particles: of each run.
        ess_threshold: effective fraction of the particles that each step of the SMC keeps.
        rounds: of moves at each inverse temperature.
        last_rounds: of moves under the posterior, half of which is kept.
        screened: draws from the prior that a search looks at.
        starts: how many of them it maximises from.
        subsets: how many subsets a search fits before the sampling, about.
        checked: how many subsets at most the second estimate weighs by their evidences; all where
            there are no more.
    """

    certain: list[str] = Field(default=[])
    candidates: list[str] | dict[str, float] | None = None
    prior: float = Field(default=0.5, gt=0, lt=1)
    together: list[list[str]] = Field(default=[])
    exclude: list[list[str]] = Field(default=[])
    needed: Any = "1 %"
    slowest: float = Field(default=10.0, ge=1, le=1000)
    runs: int = Field(default=4, ge=4, le=1000)
    particles: int = Field(default=1600, ge=16, le=10**6)
    ess_threshold: float = Field(default=0.5, ge=0.01, le=0.999)
    rounds: int = Field(default=3, ge=1, le=10_000)
    last_rounds: int = Field(default=60, ge=4, le=10**6)
    screened: int = Field(default=512, ge=1, le=10**7)
    starts: int = Field(default=8, ge=1, le=10**5)
    subsets: int = Field(default=3000, ge=1, le=10**6)
    checked: int = Field(default=128, ge=2, le=10**5)


@dataclass(frozen=True)
class StepQuestion:
    """What is asked about the steps of a study.

    Attributes:
        certain: labels of the reactions that take place.
        candidates: labels of those that may.
        space: the switches.
        groups: the labels of each switch.
        needed: fraction of a species' formation that a needed step carries.
        slowest: how many times the last sampling time the slowest step takes.
        runs: how many there are.
        settings: of each.
        checked: subsets that the second estimate weighs at most.
        notes: what was excluded without being asked, and what the prior says.
    """

    certain: tuple[str, ...]
    candidates: tuple[str, ...]
    space: SwitchSpace
    groups: tuple[tuple[str, ...], ...]
    needed: float
    slowest: float
    runs: int
    settings: SwitchSettings
    checked: int
    notes: tuple[str, ...]


def read_question(folder: Path | str) -> StepQuestion:
    """Read [steps] of a study.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.
    """
    outline = read_outline(folder)
    if outline.table.steps is None:
        raise InputError(
            f'{outline.path}: [steps] is missing; add it, as certain = ["chelate"], and all other '
            "reactions of the model are candidates"
        )
    with at(str(outline.path)):
        return question_of(outline.table.steps, outline.system)


def candidate_phrases(folder: Path | str) -> list[str]:
    """Say what [steps] of a study asks; nothing where it has none.

    Raises:
        InputError: as `read_question`.
    """
    if read_outline(folder).table.steps is None:
        return []
    question = read_question(folder)
    space = question.space
    certain = [f"{listed(question.certain)}: certain"] if question.certain else []
    chances = zip(space.names, space.marginal_prior, strict=True)
    return [*certain, *(f"{name}: {p:.3g} before the data" for name, p in chances), *question.notes]


def question_of(content: dict[str, Any], system: System) -> StepQuestion:
    """Return what a table [steps] asks about a system.

    Raises:
        InputError: one line that names the place, the fault and the remedy.
    """
    with at("[steps]"):
        table = validated(StepsTable, content)
        with at("needed"):
            needed = quantity(table.needed, "")
            if not 0 < needed < 1:
                raise InputError(f"{needed:g} is not between 0 and 1; write a fraction as '1 %'")
        labels = [label for label, _ in system.reactions]
        prior = _prior(table, labels)
        switches = _together(table, prior)
        steps = dict(system.reactions)
        names = tuple("_and_".join(group) for group in switches)
        pairs, notes = _writings(switches, steps)
        _refuse_certain_twins(table.certain, prior, steps)
        exclusions = [*_excluded(table.exclude, switches), *pairs]
        space = SwitchSpace(
            names,
            tuple(tuple(s.name for label in group for s in steps[label]) for group in switches),
            tuple(prior[group[0]] for group in switches),
            tuple(dict.fromkeys(exclusions)),
        )
        expected = float(space.marginal_prior.sum())
        spread = f"before the data {expected:.3g} of {len(space)} candidates are on, on average"
    return StepQuestion(
        tuple(table.certain),
        tuple(prior),
        space,
        tuple(switches),
        needed,
        table.slowest,
        table.runs,
        SwitchSettings(
            table.particles,
            table.ess_threshold,
            table.rounds,
            table.last_rounds,
            table.screened,
            table.starts,
            table.subsets,
        ),
        table.checked,
        (*notes, spread),
    )


def _prior(table: StepsTable, labels: Sequence[str]) -> dict[str, float]:
    """Return the prior probability of each candidate, by label, in the model's order."""
    _known(table.certain, labels, "certain")
    if table.candidates is None:
        named = {label: table.prior for label in labels if label not in table.certain}
    else:
        _known(list(table.candidates), labels, "candidates")
        given = table.candidates if isinstance(table.candidates, dict) else {}
        named = {n: given.get(n, table.prior) for n in labels if n in table.candidates}
    for label, probability in named.items():
        if not 0 < probability < 1:
            raise InputError(
                f"candidates: '{label}' has {probability:g}; write a probability between 0 and 1, "
                "or list it as certain, or leave it out"
            )
        if label in table.certain:
            raise InputError(f"'{label}' is certain and a candidate; list it once")
    if not named:
        raise InputError("there are 0 candidates; list fewer reactions as certain")
    if len(named) > MOST_CANDIDATES:
        raise InputError(
            f"{len(named)} candidates, at most {MOST_CANDIDATES}; list some under candidates"
        )
    return named


def _known(named: Sequence[str], labels: Sequence[str], key: str) -> None:
    with at(key):
        for name, count in Counter(named).items():
            refuse_unknown("reaction", name, labels)
            if count > 1:
                raise InputError(f"'{name}' is listed {count} times; list it once")


def _together(table: StepsTable, prior: Mapping[str, float]) -> list[tuple[str, ...]]:
    """Return the labels of each switch: of those together one, of each other one alone."""
    group_of: dict[str, tuple[str, ...]] = {}
    for group in table.together:
        with at("together"):
            _known(group, list(prior), "")
            if len(group) < 2:
                raise InputError(f"{quoted(', '.join(group))} is alone; list two or more")
            for label in group:
                if label in group_of:
                    raise InputError(f"'{label}' is in two lists; join them")
                group_of[label] = tuple(group)
            apart = {prior[label] for label in group}
            if len(apart) > 1:
                raise InputError(
                    f"{listed(group)} have the probabilities "
                    f"{listed(f'{one:g}' for one in sorted(apart))}; state one for all"
                )
    return list(dict.fromkeys(group_of.get(label, (label,)) for label in prior))


def _excluded(
    lists: Sequence[Sequence[str]], switches: Sequence[tuple[str, ...]]
) -> list[tuple[int, ...]]:
    place = {label: i for i, group in enumerate(switches) for label in group}
    found = []
    for among in lists:
        _known(among, list(place), "exclude")
        places = tuple(sorted({place[label] for label in among}))
        if len(places) < len(among) or len(places) < 2:
            raise InputError(
                f"exclude: {listed(among)} cannot exclude each other; list two or more that are "
                "not together"
            )
        found.append(places)
    return found


def _sides(steps: Iterable[Reaction]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {(tuple(sorted(s.reactants)), tuple(sorted(s.products))) for s in steps}


def _writings(
    switches: Sequence[tuple[str, ...]], steps: Mapping[str, tuple[Reaction, ...]]
) -> tuple[list[tuple[int, ...]], list[str]]:
    """Return the pairs of switches that write one step, and a sentence for each."""
    pairs: list[tuple[int, ...]] = []
    notes = []
    first: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for i, group in enumerate(switches):
        for sides in sorted(_sides(s for label in group for s in steps[label])):
            for other in first.setdefault(sides, []):
                if other != i and (other, i) not in pairs:
                    pairs.append((other, i))
                    names = listed("_and_".join(switches[k]) for k in (other, i))
                    notes.append(f"{names} write one step and are never on together")
            first[sides].append(i)
    return pairs, notes


def _refuse_certain_twins(
    certain: Sequence[str], prior: Mapping[str, float], steps: Mapping[str, tuple[Reaction, ...]]
) -> None:
    of_certain = {sides: label for label in certain for sides in _sides(steps[label])}
    for label in prior:
        for sides in sorted(_sides(steps[label])):
            if sides in of_certain:
                raise InputError(
                    f"candidate '{label}' writes a step of '{of_certain[sides]}', which is certain;"
                    " leave one of them out"
                )
