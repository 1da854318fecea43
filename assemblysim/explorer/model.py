"""What the explorer shows of a mechanism file: no data, constants over their default priors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assemblysim.errors import InputError
from assemblysim.explorer.scheme import told_scheme
from assemblysim.explorer.sliders import Known, Slider, prior_range, steps_by_constant
from assemblysim.explorer.tables import Plain, network_tables
from assemblysim.inference.model.default_priors import PriorConditions, rate_constant_prior
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.system import System
from assemblysim.report.titles import shown_title

# A first sample would be taken after this part of the time.
FIRST_SAMPLE = 0.01
# Where no default prior can be had, in the constant's unit.
WITHOUT_PRIOR = (1e-3, 1.0, 1e3)
NO_DATA = ("table", "statements", "likelihood", "claims")
# mM, of each building block where nothing is stated.
USUAL_START = 10.0


@dataclass(frozen=True)
class ModelQuestion:
    """A mechanism file and how its mixtures are begun.

    Attributes:
        system: the mechanisms, expanded.
        initial: mM, by species; empty for `USUAL_START` of each building block.
        until: h.
    """

    system: System
    initial: Mapping[str, float]
    until: float


def explored_model(question: ModelQuestion) -> dict[str, Plain]:
    """Return the page's content.

    Raises:
        InputError: a species that is to be there from the start takes part in no mechanism.
    """
    system = question.system
    networks = {name: system.network(name) for name in system.mechanism_names}
    known = {name for network in networks.values() for name in network.species_names}
    for name in question.initial:
        if name not in known:
            raise InputError(f"--initial: {name} takes part in no mechanism of {system.path}")
    return {
        "title": system.title,
        "question": "",
        "unit": "mM",
        "stage": "model",
        "networks": [network_tables(network) for network in networks.values()],
        "rules": None,
        "cases": [],
        "mechanisms": [_mechanism(question, name, place) for place, name in enumerate(networks)],
        "experiments": [dict.fromkeys(NO_DATA) | {"name": "", "until": question.until}],
    }


def _mechanism(question: ModelQuestion, name: str, place: int) -> dict[str, Plain]:
    system = question.system
    network = system.network(name)
    start = question.initial or _usual_start(network)
    own = {one: start.get(one, 0.0) for one in network.species_names}
    sliders = _sliders(network, {n: v for n, v in own.items() if v}, question.until)
    names: list[Plain] = list(network.rate_constant_names)
    return {
        "name": name,
        "title": shown_title(name, system.title_of(name), system.description(name)),
        "description": dict(system.descriptions).get(name, ""),
        "probability": None,
        "scheme": told_scheme(network),
        "sliders": [one.plain() for one in sliders],
        "fixed": {},
        "derived": [],
        "draws": {"names": [], "values": []},
        "experiments": [
            {
                "network": place,
                "ramped": None,
                "constants": names,
                "energies": [None] * len(names),
                "reference": 298.15,
                "powers": [0.0] * len(names),
                "initial": list(own.values()),
                "protocol": {"programme": None, "volume": 1.0, "events": [], "held": []},
                "courses": [],
                "signals": [],
                "background": 0.0,
                "dilution": 1.0,
                "taken": [],
                "moments": [],
                "noise": [],
                "reader": [],
                "late": 0.0,
            }
        ],
    }


def _usual_start(network: Network) -> dict[str, float]:
    """Return a start of the free building blocks; of the first species where there are none."""
    single = [one.name for one in network.species if sum(n for _, n in one.composition) == 1]
    names = single or [network.species[0].name]
    return dict.fromkeys(names, USUAL_START)


def _sliders(network: Network, start: Mapping[str, float], until: float) -> list[Slider]:
    """Return a slider for each constant, over 95 % of the prior that it has by default."""
    units, steps = rate_constant_units(network), steps_by_constant(network)
    conditions = [PriorConditions(tuple(start.items()), FIRST_SAMPLE * until, until)]
    found = []
    for name in network.rate_constant_names:
        try:
            low, middle, high = prior_range(rate_constant_prior(network, name, conditions))
        except InputError:
            low, middle, high = WITHOUT_PRIOR
        known, equations = Known(middle, middle, low, high), steps.get(name, ())
        found.append(Slider(name, units[name], "constants", known, low, high, True, equations))
    return found
