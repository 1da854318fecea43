"""An experiment as the explorer runs it: network, start, protocol, signals, and what was seen."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from assemblysim.errors import InputError
from assemblysim.explorer.likelihoods import told_claims, told_likelihood
from assemblysim.explorer.statements import told_statements
from assemblysim.explorer.tables import Plain, network_tables
from assemblysim.files.places import at
from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.reactor.protocol import Protocol, holding
from assemblysim.kinetics.reactor.ramp import ramped
from assemblysim.language import listed
from assemblysim.mechanism.network.network import Network

# How the author of sentences saw signals: the order in which the page takes it.
READER = ("limit", "statement_noise", "fraction")


class Networks:
    """All networks of a page, each once.

    Attributes:
        tables: as the page's script takes them.
    """

    def __init__(self) -> None:
        self.tables: list[Plain] = []
        self._places: dict[Network, int] = {}

    def place(self, network: Network) -> int:
        """Return the number of a network."""
        if network not in self._places:
            self._places[network] = len(self.tables)
            self.tables.append(network_tables(network))
        return self._places[network]


def run_of(problem: Problem, experiment: ExperimentProblem, networks: Networks) -> dict[str, Plain]:
    """Return how a mechanism runs in an experiment; numbers that may be moved as their names."""
    if experiment.vessels:
        raise InputError(
            f"experiment '{experiment.name}': samples are vessels of their own, which the "
            "explorer's page cannot follow; explore the model instead"
        )
    aliases = dict(experiment.aliases)

    def own(name: str) -> str:
        return aliases.get(name, name)

    running = holding(experiment.network, experiment.protocol.held)
    names = running.rate_constant_names
    model = problem.temperatures
    places = {name: i for i, name in enumerate(problem.network.rate_constant_names)}
    energies = ["" if model is None else model.energies[places[name]] for name in names]
    powers = tuple(
        model.powers[places[name]] if model is not None and model.powers else 0.0 for name in names
    )
    # Without a law of temperature no course of it changes anything.
    heated = any(energies) or any(powers)
    protocol = experiment.protocol
    under = [experiment.under(name).protocol for name, _ in problem.course_weights]
    programmes = [one.programme for one in under if heated and one.programme is not None]
    in_ramps = any(not one.constant for one in programmes)
    taken = [dict(experiment.clock.uncertain).get(float(t), float(t)) for t in _times(experiment)]
    with at(f"experiment '{experiment.name}'"):
        told = _protocol(protocol, heated=heated)
        courses: list[Plain] = [_protocol(one, heated=heated) for one in under]
    return {
        "network": networks.place(running),
        "ramped": networks.place(ramped(running, powers)) if in_ramps else None,
        "constants": [own(name) for name in names],
        "energies": [own(name) if name else None for name in energies],
        "reference": 298.15 if model is None else model.reference,
        "powers": list(powers),
        "initial": [own(one) if isinstance(one, str) else one for one in experiment.initial],
        "protocol": told,
        "courses": courses,
        "signals": _signals(experiment, own),
        "background": own("background"),
        "dilution": experiment.dilution,
        "taken": [own(one) if isinstance(one, str) else one for one in taken],
        "moments": _moments(experiment, own),
        "noise": _noise(experiment, own),
        "reader": [own(name) for name in READER],
        "late": _own_or_number(experiment.clock.dead_time, own),
        "latest": experiment.clock.latest if math.isfinite(experiment.clock.latest) else None,
    }


def seen_in(problem: Problem, experiment: ExperimentProblem) -> dict[str, Plain]:
    """Return what was measured in an experiment, and how long it was followed."""
    return {
        "name": experiment.name,
        "until": experiment.window,
        "table": _table(experiment),
        "statements": told_statements(problem, experiment),
        "likelihood": told_likelihood(experiment),
        "claims": told_claims(experiment),
    }


def _moments(experiment: ExperimentProblem, own: Callable[[str], str]) -> list[Plain]:
    """When all samples were taken that the data are about: h after mixing, or what is unknown."""
    clock = experiment.clock
    if clock.exact:
        return [{"time": float(t)} for t in experiment.usual_times]
    names = dict(clock.uncertain)
    return [{"late": own(n) if (n := names.get(float(t))) else float(t)} for t in experiment.times]


def _noise(experiment: ExperimentProblem, own: Callable[[str], str]) -> list[Plain]:
    """Names of the noise parameters, in the order of the likelihood's tables."""
    intensities = experiment.intensities
    return [] if intensities is None else [own(name) for name in intensities.noise_names]


def _times(experiment: ExperimentProblem) -> np.ndarray:
    """The sampling times of the table's rows, by the study's clock."""
    return np.zeros(0) if experiment.table is None else experiment.table.times


def _own_or_number(entry: float | str, own: Callable[[str], str]) -> float | str:
    return own(entry) if isinstance(entry, str) else entry


def _protocol(protocol: Protocol, *, heated: bool) -> dict[str, Plain]:
    set_on_the_way = {name for event in protocol.events for name, _ in event.settings}
    if set_on_the_way:
        raise InputError(
            f"{listed(sorted(set_on_the_way))} is set to another concentration on the way, which "
            "the explorer's page cannot follow; use simulate or predict"
        )
    if protocol.feeds:
        raise InputError(
            "feeds fill the reactor, which the explorer's page cannot follow; use simulate or "
            "predict"
        )
    programme = protocol.programme if heated else None
    return {
        "programme": None
        if programme is None
        else {"times": list(programme.times), "kelvin": list(programme.kelvin)},
        "volume": protocol.volume,
        "events": [
            {
                "time": event.time,
                "volume": event.volume,
                "contents": [list(pair) for pair in event.contents],
            }
            for event in protocol.events
        ],
        "held": list(protocol.held),
    }


def _signals(experiment: ExperimentProblem, own: Callable[[str], str]) -> list[Plain]:
    place = {name: i for i, name in enumerate(experiment.network.species_names)}
    found: list[Plain] = []
    for signal, response in zip(
        experiment.measurement.signals, experiment.response_names, strict=True
    ):
        terms: list[Plain] = [[place[name], n] for name, n in signal.terms if name in place]
        weighted: list[Plain] = [
            [place[name], own(by)] for name, by in signal.weighted if name in place
        ]
        found.append(
            {
                "name": signal.name,
                "terms": terms,
                "weighted": weighted,
                "standard": signal.standard,
                "divisor": [[place[name], n] for name, n in signal.divisor if name in place],
                "ratio": bool(signal.divisor),
                "response": own(response),
            }
        )
    return found


def _table(experiment: ExperimentProblem) -> Plain:
    """Return the intensities by spectrum, in the order of the signals; None is not measured."""
    table = experiment.table
    if table is None:
        return None
    names = [signal.name for signal in experiment.measurement.signals]
    columns = [table.signals.index(name) if name in table.signals else -1 for name in names]
    below = table.values == 0 if table.below is None else table.below
    scale = experiment.measurement.scale
    return {
        "times": table.times.tolist(),
        "values": [
            [None if i < 0 or not math.isfinite(row[i]) else float(row[i]) for i in columns]
            for row in table.values
        ],
        "below": [[bool(i >= 0 and row[i]) for i in columns] for row in below],
        "axis": "row" if scale.by_row else "column" if scale.by_column else None,
        "by_ratio": experiment.measurement.noise.logarithmic,
    }
