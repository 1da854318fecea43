"""A fitted mechanism with its numbers: posterior medians, and how an experiment was started."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.exchange.sbml.mechanism.dynamics import (
    Dynamics,
    additions_of,
    heated_dynamics,
)
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers
from assemblysim.files.places import at
from assemblysim.inference.model.problem import reactor_of
from assemblysim.kinetics.reactor.protocol import holding
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.stored_posterior import every_stored_value


def fitted_mechanism(
    study: Study, results: Path, mechanism: str, experiment: str | None = None
) -> tuple[Network, MechanismNumbers, Dynamics]:
    """Return a mechanism of a fitted study at the posterior's median of each unknown.

    Args:
        study: its files.
        results: the folder of its results.
        mechanism: one of those compared.
        experiment: whose start, temperature and held species; the first one where None.

    Returns:
        The mechanism, its numbers in h and mM, and its course of temperature and additions. What
        is held stands on both sides of its steps.

    Raises:
        InputError: there is no such mechanism, experiment or stored fit; or concentrations are
            in %.
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
    median = np.median(every_stored_value(problem, results), axis=0)
    reactor = reactor_of(problem, chosen, problem.named(median[None]))
    network, constants = reactor.network, reactor.rate_constants
    programme = chosen.protocol.programme
    heated_up = programme is not None and not programme.constant
    at_start = None if programme is None or heated_up else programme.at(0.0)
    values = constants.at_reference if at_start is None else constants.at(at_start)
    numbers = MechanismNumbers(
        dict(zip(network.rate_constant_names, map(float, values[0]), strict=True)),
        dict(zip(network.species_names, map(float, reactor.initial[0]), strict=True)),
    )
    dynamics = Dynamics(additions=additions_of(chosen.protocol))
    if programme is not None and heated_up:
        energies = {
            name: (float(energy), power)
            for name, energy, power in zip(
                network.rate_constant_names,
                constants.energies[0],
                constants.exponents,
                strict=True,
            )
            if energy or power
        }
        dynamics = heated_dynamics(programme, energies, constants.reference, dynamics.additions)
    return holding(network, chosen.protocol.held), numbers, dynamics
