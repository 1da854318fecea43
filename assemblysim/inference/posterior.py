"""The posterior in standard-normal coordinates: what the search and the sampler climb and walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.experiment import ExperimentProblem, ending_together, sampling_times
from assemblysim.inference.parameters import NamedValues, values_from_normal
from assemblysim.inference.problem import (
    Problem,
    experiment_points,
    log_likelihood,
    pot_of,
)
from assemblysim.inference.target import log_standard_normal
from assemblysim.kinetics.pots import Pot, courses, sensitivities
from assemblysim.kinetics.protocol import pieces

# Step of the central differences through the measurement model, in prior standard deviations.
DIFFERENCE = 1e-4
# Step of the differences along time, as a share of the time.
TIME_STEP = 1e-3


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
    total, sides = 0.0, np.zeros(2 * count)
    for experiment in problem.experiments:
        found = _with_changes(problem, experiment, named_centre, named_shifted)
        if found is None:
            return float(log_likelihood(problem, centre).total[0]), np.zeros(count)
        concentrations, change = found
        total += float(experiment_points(problem, experiment, named_centre, concentrations).sum())
        sides += experiment_points(problem, experiment, named_shifted, concentrations + change).sum(
            axis=1
        )
    return total, (sides[:count] - sides[count:]) / (2 * DIFFERENCE)


def _with_changes(
    problem: Problem, experiment: ExperimentProblem, centre: NamedValues, shifted: NamedValues
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the concentrations at the centre, (1, T, S), and what shifts change, (B, T, S).

    To first order in the shifts; None where the integration fails.
    """
    pot, moved = pot_of(problem, experiment, centre), pot_of(problem, experiment, shifted)
    unknown_start = any(isinstance(entry, str) for entry in experiment.initial)
    times = sampling_times(experiment, centre)
    order = np.arange(times.shape[-1])
    asked = times
    if times.ndim == 2:
        order = np.argsort(times[0], kind="stable")
        asked = ending_together(experiment, times, order[None])
    batch = sensitivities(pot, asked, problem.tolerance, by_initial=unknown_start)
    if not batch.trajectories.completed[0]:
        return None
    # The columns of the samples, in the order of the experiment's times.
    place = np.argsort(order)
    concentrations = batch.trajectories.concentrations[:, place]
    change = batch.change(pot, moved)[:, place]
    if times.ndim == 2:
        moments = sampling_times(experiment, shifted) - times
        change += _slopes(problem, experiment, pot, times) * moments[:, :, None]
    return concentrations, change


def _slopes(
    problem: Problem, experiment: ExperimentProblem, pot: Pot, times: np.ndarray
) -> np.ndarray:
    """Return the slopes of the courses at times of shape (1, T), shape (1, T, S), mM/h.

    Differences of one and the same course, between moments at which something is done to the
    pot: a sample at such a moment was taken before it, so its slope is the one from the left,
    and just behind it the one from the right. Nothing is said of the jump in between, which no
    slope can tell.
    """
    step = TIME_STEP * np.maximum(times, TIME_STEP * experiment.times[-1])
    done = pieces(experiment.protocol, experiment.clock.latest)
    at = np.searchsorted([piece.end for piece in done[:-1]], times, side="left")
    begin = np.array([0.0, *(np.nextafter(piece.begin, np.inf) for piece in done[1:])])[at]
    end = np.array([piece.end for piece in done])[at]
    step = np.minimum(step, (end - begin) / 2)
    middle = np.clip(times, begin + step, end - step)
    three = [np.clip(middle + way * step, begin, end) for way in (-1, 0, 1)]
    together = np.concatenate(three, axis=1)
    order = np.argsort(together, axis=1, kind="stable")
    batch = courses(pot, ending_together(experiment, together, order), problem.tolerance)
    found = batch.concentrations[:, np.argsort(order[0])]
    early, here, late = np.split(found, 3, axis=1)
    step = np.where(step > 0, step, np.inf)[:, :, None]
    bend = (early - 2 * here + late) / step**2
    return np.asarray((late - early) / (2 * step) + bend * (times - middle)[:, :, None])
