"""A fitted mechanism with its numbers: posterior medians, and how an experiment was started."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers
from assemblysim.files.places import at
from assemblysim.inference.model.problem import reactor_of
from assemblysim.kinetics.reactor.protocol import Protocol, holding
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.stored_posterior import every_stored_value


def fitted_mechanism(
    study: Study, results: Path, mechanism: str, experiment: str | None = None
) -> tuple[Network, MechanismNumbers]:
    """Return a mechanism of a fitted study at the posterior's median of each unknown.

    Args:
        study: its files.
        results: the folder of its results.
        mechanism: one of those compared.
        experiment: whose start, temperature and held species; the first one where None.

    Returns:
        The mechanism, and its numbers in h and mM. What is held stands on both sides of its
        steps.

    Raises:
        InputError: there is no such mechanism, experiment or stored fit; concentrations are in %;
            or the experiment has a course of temperature, additions or withdrawals.
    """
    refuse_unknown("mechanism", mechanism, dict.fromkeys(study.mechanisms))
    with at(str(study.folder)):
        if study.concentration_unit != "mM":
            raise InputError(
                f"concentrations in {study.concentration_unit} of a stated amount, which SBML has "
                "no unit for; export the mechanism file with --set and --initial"
            )
    problem = build_problem(study, mechanism)
    names = [one.name for one in problem.experiments]
    if experiment is not None:
        refuse_unknown("experiment", experiment, dict.fromkeys(names))
    chosen = problem.experiments[0 if experiment is None else names.index(experiment)]
    with at(f"{study.folder}: experiment '{chosen.name}'"):
        kelvin = _one_temperature(chosen.protocol)
    median = np.median(every_stored_value(problem, results), axis=0)
    reactor = reactor_of(problem, chosen, problem.named(median[None]))
    constants = reactor.rate_constants
    values = constants.at_reference if kelvin is None else constants.at(kelvin)
    network = reactor.network
    numbers = MechanismNumbers(
        dict(zip(network.rate_constant_names, map(float, values[0]), strict=True)),
        dict(zip(network.species_names, map(float, reactor.initial[0]), strict=True)),
    )
    return holding(network, chosen.protocol.held), numbers


def _one_temperature(protocol: Protocol) -> float | None:
    """Return the temperature throughout, K; None where none is stated."""
    remedy = "name another with --experiment, or export the mechanism file with --set and --initial"
    if protocol.events:
        time = protocol.events[0].time
        raise InputError(
            f"something is added or withdrawn at {time:g} h, which is not exported; {remedy}"
        )
    programme = protocol.programme
    if programme is None:
        return None
    if not programme.constant:
        raise InputError(f"its temperature changes, which is not exported; {remedy}")
    return programme.at(0.0)
