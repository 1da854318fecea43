"""What is stored of the chemistry behind a study's rate constants: balanced steps, base needed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assemblysim.inference.model.prior import Prior
from assemblysim.mechanism.ions.facts import base_use, chemistry_facts
from assemblysim.mechanism.network.network import Species
from assemblysim.mechanism.reading.system import System
from assemblysim.result.mechanism import BaseUse, ChemistryResult
from assemblysim.study.definition.study import Experiment, Study


def study_chemistry(study: Study) -> dict[str, ChemistryResult]:
    """Balance all that a study's mechanisms hold.

    Returns:
        The facts by the group of experiments whose ions they are, "" for those of the model; with
        what the whole assembly needs of the base in every experiment that states it. None of
        experiments without ions.
    """
    own, of_group = dict(study.group_systems), dict[str, list[int]]()
    for place, one in enumerate(study.experiments):
        group = one.conditions.group
        of_group.setdefault(group if group in own else "", []).append(place)
    facts = {group: _facts(study, own.get(group), places) for group, places in of_group.items()}
    return {group: found for group, found in facts.items() if found is not None}


def _facts(study: Study, own: System | None, places: Sequence[int]) -> ChemistryResult | None:
    """Balance what some experiments' mechanisms hold, with ions of their own or the model's."""
    system = study.system if own is None else own
    if system.chemistry is None or not system.chemistry.ions:
        return None
    hypotheses = [study.hypothesis(name).mechanisms for name in study.mechanisms]
    every = dict.fromkeys(mechanisms[place] for mechanisms in hypotheses for place in places)
    networks = {name: system.network(name) for name in every}
    found = chemistry_facts(system.chemistry, networks)
    species = {one.name: one for network in networks.values() for one in network.species}
    experiments = [study.experiments[place] for place in places]
    return replace(found, base=tuple(_base(study, experiments, species, found)))


def _base(
    study: Study,
    experiments: Sequence[Experiment],
    species: Mapping[str, Species],
    found: ChemistryResult,
) -> Iterator[BaseUse]:
    for one in experiments:
        added = one.conditions.base
        if added is not None:
            totals = block_totals(one, species)
            yield base_use(one.name, study.concentration_unit, added, totals, found.made, species)


def block_totals(experiment: Experiment, species: Mapping[str, Species]) -> dict[str, float]:
    """Return how much of each building block an experiment was given, per volume at the start.

    Args:
        experiment: one of a study's. An unknown start counts as its median.
        species: by name.

    Returns:
        Building block to its concentration, with all that events add; infinite where a species
        that holds it is held constant.
    """
    protocol = experiment.conditions.protocol
    given = [
        (name, float(start.quantile(0.5)) if isinstance(start, Prior) else start)
        for name, start in experiment.initial
    ]
    for _, volume, contents in protocol.added:
        given += [
            (name, volume / protocol.basis * concentration) for name, concentration in contents
        ]
    given += [one for event in protocol.events for one in event.settings]
    totals: dict[str, float] = {}
    for name, amount in given:
        for block, count in species[name].composition if name in species else ():
            endless = name in protocol.held and amount > 0
            totals[block] = totals.get(block, 0.0) + (math.inf if endless else count * amount)
    return totals
