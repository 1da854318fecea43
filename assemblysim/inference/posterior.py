"""The posterior in standard-normal coordinates: what the search and the sampler climb and walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.parameters import values_from_normal
from assemblysim.inference.problem import (
    Problem,
    experiment_points,
    initial_of,
    log_likelihood,
    rates_of,
)
from assemblysim.inference.target import log_standard_normal
from assemblysim.kinetics.integration import integrate_sensitivities

# Step of the central differences through the measurement model, in prior standard deviations.
DIFFERENCE = 1e-4


@dataclass(frozen=True, eq=False)
class Posterior:
    """Likelihood times prior of one mechanism; its integral is the evidence.

    Attributes:
        problem: mechanism and data.
    """

    problem: Problem

    def __call__(self, position: np.ndarray) -> np.ndarray:
        """Return the log of likelihood times prior, shape (B,), at shape (B, P)."""
        values = values_from_normal(self.problem.parameters, position)
        return np.asarray(
            log_likelihood(self.problem, values).total + log_standard_normal(position)
        )

    def value_and_gradient(self, position: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log-density and its gradient at one position, shape (P,).

        Method: the trajectory's derivatives come from forward sensitivities; the rest,
        which costs no integration, from central differences along them.
        """
        log_density, gradient = log_likelihood_gradient(self.problem, position)
        prior = float(log_standard_normal(position[None])[0])
        return log_density + prior, gradient - position


def log_likelihood_gradient(problem: Problem, position: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the log-likelihood and its gradient at one standard-normal position.

    Args:
        problem: mechanism and data.
        position: shape (P,).

    Returns:
        The log-likelihood (far below any other where the integration fails, with a zero
        gradient) and the gradient by position, shape (P,).
    """
    count = len(position)
    shifts = DIFFERENCE * np.concatenate([np.eye(count), -np.eye(count)])
    shifted = values_from_normal(problem.parameters, position + shifts)
    centre = values_from_normal(problem.parameters, position[None])
    named_centre, named_shifted = problem.named(centre), problem.named(shifted)
    rates = rates_of(problem, named_centre)
    rate_shifts = rates_of(problem, named_shifted) - rates
    total, sides = 0.0, np.zeros(2 * count)
    for experiment in problem.experiments:
        initial = initial_of(experiment, named_centre)
        unknown_start = any(isinstance(entry, str) for entry in experiment.initial)
        batch = integrate_sensitivities(
            problem.network,
            rates,
            initial,
            experiment.times,
            problem.tolerance,
            by_initial=unknown_start,
        )
        if not batch.trajectories.completed[0]:
            return float(log_likelihood(problem, centre).total[0]), np.zeros(count)
        concentrations = batch.trajectories.concentrations
        change = np.einsum("tsk,bk->bts", batch.by_rate[0], rate_shifts)
        if unknown_start:
            initial_shifts = initial_of(experiment, named_shifted) - initial
            change += np.einsum("tsj,bj->bts", batch.by_initial[0], initial_shifts)
        total += float(experiment_points(problem, experiment, named_centre, concentrations).sum())
        sides += experiment_points(problem, experiment, named_shifted, concentrations + change).sum(
            axis=1
        )
    return total, (sides[:count] - sides[count:]) / (2 * DIFFERENCE)
