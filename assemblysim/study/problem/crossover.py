"""Crossover experiments: a motif and a labelled form of it, made apart and mixed.

Where motifs join as a whole, blocks of one form stay together; where single blocks leave and are
taken up again, every count of labelled blocks is found. A mechanism needs no more for it than its
own constants, since like blocks count as equivalent, labelled or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assemblysim.errors import InputError
from assemblysim.inference.model.experiment import Clock, ExperimentProblem
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.mechanism.labelled.expansion import expand
from assemblysim.mechanism.labelled.forms import Labels
from assemblysim.mechanism.labelled.labelled_species import LabelledSpecies, labelled_forms
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.properties.balance import composition_matrix, stoichiometry


@dataclass(frozen=True)
class Crossover:
    """A motif and the same with all its blocks of one kind labelled, mixed in equal amounts.

    What takes part in steps and holds no block, such as base, is there as in the experiment;
    nothing else is. The temperature is the one at which that experiment ends.

    Attributes:
        core: the motif.
        block: the building block that is labelled.
        label: what the labelled block is called.
        amount: of each of the two, mM.
        species: of all mechanisms that are compared.
    """

    core: str
    block: str
    label: str
    amount: float
    species: tuple[Species, ...]

    def of(self, problem: Problem) -> Problem:
        """Return a mechanism with this experiment in place of its first, and no other."""
        return _crossed(problem, self)

    @property
    def labels(self) -> Labels:
        """The two forms of the block."""
        return Labels(((self.block, (self.block, self.label)),))

    @property
    def forms(self) -> dict[str, tuple[LabelledSpecies, ...]]:
        """The labelled forms of every species, by its name, the species itself first."""
        return {one.name: labelled_forms(one, self.labels) for one in self.species}


def possible_crossovers(
    species: tuple[Species, ...], problems: Sequence[Problem]
) -> Iterator[Crossover]:
    """Yield the motifs that may be mixed with a labelled form of themselves.

    These are what a mechanism makes and uses up and all of them have, among the signals, with a
    signal of its own; labelled is the block of which it holds most. There are as many of them as
    the first experiment has blocks for.

    Args:
        species: of all mechanisms, without labels.
        problems: one for each mechanism, with the same experiments.
    """
    first = problems[0].experiments[0]
    measurement = first.measurement
    ratios = any(one.divisor for one in measurement.signals)
    if (
        measurement.scale.by_column
        or measurement.noise_per_signal
        or measurement.signal_limits
        or ratios
    ):
        return  # what belongs to one signal would have to be known of each of its forms
    everywhere = set.intersection(*(set(p.experiments[0].network.species_names) for p in problems))
    alone = {one.terms[0][0] for one in measurement.signals if len(one.terms) == 1}
    taken = _names_taken(problems)
    for motif in first.network.species:
        made = any(_is_intermediate(p.experiments[0].network, motif.name) for p in problems)
        if not made or not motif.composition or motif.name not in everywhere & alone:
            continue
        block = max(motif.composition, key=lambda pair: pair[1])[0]
        amount = _most_of(first, dict(motif.composition))
        if not 0 < amount < np.inf:
            continue
        label = f"{block}x"
        while label in taken:
            label += "x"
        found = Crossover(motif.name, block, label, amount / 2, species)
        try:
            for problem in problems:
                found.of(problem)
        except InputError:  # too many labelled species, or two of one name
            continue
        yield found


def _names_taken(problems: Sequence[Problem]) -> set[str]:
    """Return every name that a labelled block must not have."""
    found: set[str] = set()
    for problem in problems:
        network = problem.experiments[0].network
        found.update(network.species_names, network.rate_constant_names)
        found.update(block for one in network.species for block, _ in one.composition)
    return found


def _is_intermediate(network: Network, name: str) -> bool:
    if name not in network.species_names:
        return False
    change = stoichiometry(network)[network.species_names.index(name)]
    return bool((change > 0).any() and (change < 0).any())


def _most_of(experiment: ExperimentProblem, composition: dict[str, int]) -> float:
    """Return how much of a species the start has blocks for, mM."""
    species = experiment.network.species
    blocks = list(dict.fromkeys(block for one in species for block, _ in one.composition))
    totals = experiment.stated_initial @ composition_matrix(species)
    given = dict(zip(blocks, totals.tolist(), strict=True))
    return min(float(given[block]) / count for block, count in composition.items())


@lru_cache(maxsize=64)
def _crossed(problem: Problem, crossover: Crossover) -> Problem:
    """Return the mechanism expanded over the two forms, with the mixture as its experiment."""
    first = problem.experiments[0]
    expansion = expand(first.network.species, first.network.reactions, crossover.labels)
    steps = tuple(step for _, steps in expansion.reactions for step in steps)
    network = Network(tuple(one.species for one in expansion.labelled), steps)
    measurement, aliases = _forms_seen(first, crossover.forms)
    programme = first.protocol.programme
    experiment = replace(
        first,
        network=network,
        initial=_mixture(first, network, crossover),
        measurement=measurement,
        protocol=Protocol(
            None if programme is None else Programme((0.0,), programme.kelvin[-1:]),
            first.protocol.basis,
            held=tuple(name for name in first.protocol.held if name in network.species_names),
        ),
        clock=Clock(),
        statements=None,
        aliases=aliases,
        alternatives=(),
    )
    return replace(problem, experiments=(experiment,))


def _mixture(
    first: ExperimentProblem, network: Network, crossover: Crossover
) -> tuple[float | str, ...]:
    """Return what is there at the start: the two forms, and what holds no block."""
    forms = crossover.forms[crossover.core]
    both = {forms[0].name, next(o.name for o in forms if not o.by_block[crossover.block][0])}
    given = dict(zip(first.network.species_names, first.initial, strict=True))
    return tuple(
        crossover.amount if one.name in both else 0.0 if one.composition else given[one.name]
        for one in network.species
    )


def _forms_seen(
    first: ExperimentProblem, forms: dict[str, tuple[LabelledSpecies, ...]]
) -> tuple[Measurement, tuple[tuple[str, str], ...]]:
    """Return a signal for each labelled form, all forms with the response factor of the core.

    Sums of species are sums of all of their forms.
    """
    own, signals, aliases = dict(first.aliases), [], list(first.aliases)
    for signal in first.measurement.signals:
        if len(signal.terms) > 1:
            terms = [(one.name, n) for name, n in signal.terms for one in forms[name]]
            signals.append(replace(signal, terms=tuple(terms)))
            continue
        ((core, count),) = signal.terms
        response = own.get(f"response_{signal.name}", f"response_{signal.name}")
        for one in forms[core]:
            name = signal.name if one.is_first else one.name
            signals.append(Signal(name, ((one.name, count),)))
            if not one.is_first:
                aliases.append((f"response_{name}", response))
    return replace(first.measurement, signals=tuple(signals)), tuple(aliases)
