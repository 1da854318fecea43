"""Free energies of activation: what a rate constant says at its temperature, in kJ/mol."""

from __future__ import annotations

from typing import Any

import numpy as np

from assemblysim.inference.experiment import within
from assemblysim.inference.problem import (
    Problem,
)
from assemblysim.inference.ties import barrier_from_constant
from assemblysim.mechanism.rates import rate_units
from assemblysim.study.heating import order_of, timed
from assemblysim.study.study import Study

INTERVAL = (0.025, 0.5, 0.975)


def activation_summary(study: Study, problem: Problem, values: np.ndarray) -> list[dict[str, Any]]:
    """Summarise the free energy of activation of every rate constant at the reference temperature.

    Args:
        study: whose temperature counts.
        problem: the mechanism.
        values: shape (D, P), draws in the parameters' units.

    Returns:
        For each rate constant its name, ``temperature_K``, and ``median``, ``lower`` and
        ``upper`` (95 %) in kJ/mol, by Eyring's equation with a transmission coefficient of 1 and
        a standard state of 1 M. Nothing where the study states no temperature, or its
        concentrations are shares of a stated amount.
    """
    heating = study.heating
    if heating is None or study.concentration_unit != "mM":
        return []
    units = rate_units(problem.network, study.concentration_unit)
    named = problem.named(values)
    found: dict[str, dict[str, Any]] = {}
    for experiment in problem.experiments:
        own, aliases = within(experiment, named), dict(experiment.aliases)
        for name in problem.network.rate_names:
            label = aliases.get(name, name)
            if label in found or not timed(units[name]):
                continue
            constants = own.get(name)
            barriers = barrier_from_constant(
                constants[constants > 0], heating.reference, order_of(units[name])
            )
            if len(barriers):
                lower, median, upper = np.quantile(barriers, INTERVAL).tolist()
                found[label] = {
                    "name": label,
                    "temperature_K": heating.reference,
                    "unit": "kJ/mol",
                    "median": median,
                    "lower": lower,
                    "upper": upper,
                }
    return list(found.values())
