"""Conditions that a fitted study is asked about: other concentrations, a longer time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.errors import InputError
from assemblysim.inference.model.experiment import initial_of
from assemblysim.inference.model.parameters import NamedValues
from assemblysim.inference.model.problem import (
    Problem,
    reactor_of,
)
from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.options import read_pairs
from assemblysim.units import kelvin


@dataclass(frozen=True)
class Start:
    """Initial concentrations that differ from the experiment's.

    Attributes:
        experiment: number of the experiment that is changed.
        changes: (species, concentration) pairs, in the study's concentration unit.
        programme: another temperature; None for the experiment's own.
    """

    experiment: int = 0
    changes: tuple[tuple[str, float], ...] = ()
    programme: Programme | None = None

    def reactor(self, problem: Problem, named: NamedValues) -> Reactor:
        """Return what would run, for B parameter vectors.

        Raises:
            InputError: nothing is left to start from.
        """
        reactor = reactor_of(problem, problem.experiments[self.experiment], named)
        protocol = reactor.protocol
        if self.programme is not None:
            protocol = replace(protocol, programme=self.programme)
        return replace(reactor, initial=self.of(problem, named), protocol=protocol)

    def of(self, problem: Problem, named: NamedValues) -> np.ndarray:
        """Return the initial concentrations, shape (B, S), in the network's order.

        Raises:
            InputError: nothing is left to start from, or the reactor is empty at the start.
        """
        experiment = problem.experiments[self.experiment]
        names = experiment.network.species_names
        refuse_in_empty(experiment.protocol, [name for name, _ in self.changes], "--initial")
        initial = initial_of(experiment, named)
        for name, value in self.changes:
            if name in names:
                initial[:, names.index(name)] = value
        if not initial.any() and not something_comes_in(experiment.network, experiment.protocol):
            raise InputError("--initial: nothing to start from; leave a concentration above 0")
        return initial


# What an experiment was begun with.
UNCHANGED = Start()


def refuse_in_empty(protocol: Protocol, species: Sequence[str], option: str) -> None:
    """Refuse starts of a reactor that holds nothing yet, which would change nothing.

    Raises:
        InputError: the volume at the start is 0, and a species is not one that is held.
    """
    for name in species:
        if not protocol.volume and name not in protocol.held:
            raise InputError(
                f"{option}: {name} in the 0 mL that the reactor holds at the start; change what "
                "its feeds hold, in the study"
            )


def something_comes_in(network: Network, protocol: Protocol) -> bool:
    """Say whether a reactor that starts without anything gets something later."""
    added = any(concentration > 0 for *_, held in protocol.added for _, concentration in held)
    return added or any(not step.reactants for step in network.reactions)


def read_temperature(
    study: Study, text: str | None, option: str = "--temperature"
) -> Programme | None:
    """Read the temperature that is asked about; None for the experiment's own.

    Args:
        study: what is known of rate constants at other temperatures.
        text: such as "60 degC".
        option: how whoever asks calls it, for the message.

    Raises:
        InputError: it is none, or nothing is known of how rate constants change with it.
    """
    if text is None:
        return None
    try:
        degrees = kelvin(text)
    except InputError as fault:
        raise InputError(f"{option}: {fault}") from None
    heating = study.heating
    if heating is None or (not heating.varies and degrees != heating.reference):
        measured = "none" if heating is None else f"{heating.reference - 273.15:g} °C"
        raise InputError(
            f"{option}: {text}, but the temperature of the study's experiments is {measured}; "
            "rate constants at another need experiments at two temperatures or more"
        )
    return Programme((0.0,), (degrees,))


def read_start(study: Study, pairs: tuple[str, ...], option: str = "--initial") -> Start:
    """Read "species=value unit" pairs.

    Args:
        study: whose first experiment is changed.
        pairs: as the option ``--initial`` gives them.
        option: how whoever asks calls it, for the message.

    Raises:
        InputError: a species is unknown or given twice, or a value is no concentration.
    """
    units = {one.name: study.concentration_unit for one in study.system.species}
    return Start(0, tuple(read_pairs(pairs, option, units, "species").items()))
