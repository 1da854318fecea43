"""Free energies of activation: what a rate constant says at its temperature, in kJ/mol."""

from __future__ import annotations

import numpy as np

from assemblysim.inference.model.problem import Problem, reactor_of
from assemblysim.inference.model.temperature_laws import barrier_from_constant
from assemblysim.mechanism.constants.rate_constant_units import (
    rate_constant_dimensions,
)
from assemblysim.result.mechanism import ActivationBarrier
from assemblysim.study.definition.study import Study

INTERVAL = (0.025, 0.5, 0.975)


def activation_barriers(
    study: Study, problem: Problem, values: np.ndarray
) -> tuple[ActivationBarrier, ...]:
    """Summarise the free energies of activation at the temperatures that the experiments end at.

    Args:
        study: whose temperature counts.
        problem: the mechanism.
        values: shape (D, P), draws in the parameters' units.

    Returns:
        For each rate constant its barrier in kJ/mol, by Eyring's equation with a
        transmission coefficient of 1 and a standard state of 1 M. Nothing where the study states
        no temperature, or its concentrations are fractions of a stated amount.
    """
    heating = study.heating
    if heating is None or study.concentration_unit != "mM":
        return ()
    whole = study.system.whole_network()
    dimensions = rate_constant_dimensions(whole)
    named = problem.named(values)
    found: dict[tuple[str, float], ActivationBarrier] = {}
    for experiment in problem.experiments:
        programme, aliases = experiment.protocol.programme, dict(experiment.aliases)
        if programme is None:
            continue
        kelvin = programme.kelvin[-1]
        constants = reactor_of(problem, experiment, named).rate_constants.at(kelvin)
        for name, column in zip(experiment.network.rate_constant_names, constants.T, strict=True):
            key = (aliases.get(name, name), kelvin)
            if key in found or not dimensions[name].timed or not (column > 0).any():
                continue
            barriers = barrier_from_constant(column[column > 0], kelvin, dimensions[name].order)
            lower, median, upper = np.quantile(barriers, INTERVAL).tolist()
            found[key] = ActivationBarrier(key[0], kelvin, "kJ/mol", median, lower, upper)
    return tuple(found[key] for key in sorted(found, key=lambda key: key[1]))
