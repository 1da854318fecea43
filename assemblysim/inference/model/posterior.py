"""The posterior in standard-normal coordinates: what the search and the sampler climb and walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.experiment import (
    ExperimentProblem,
    ending_together,
    sampling_times,
)
from assemblysim.inference.model.parameters import NamedValues, values_from_normal
from assemblysim.inference.model.problem import (
    Problem,
    experiment_points,
    log_likelihood,
    reactor_of,
)
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.kinetics.reactor.protocol import segments
from assemblysim.kinetics.reactor.reactor import Reactor, courses, sensitivities

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

    def values_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log-density, shape (B,), and its gradient, (B, P), at shape (B, P).

        Method: the trajectories' derivatives come from forward sensitivities; the rest,
        which costs no integration, from central differences along them.
        """
        log_density, gradients = log_likelihood_gradients(self.problem, positions)
        return log_density + log_standard_normal(positions), gradients - positions


def log_likelihood_gradients(
    problem: Problem, positions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the log-likelihood and its gradient at standard-normal positions.

    Args:
        problem: mechanism and data.
        positions: shape (B, P).

    Returns:
        The log-likelihoods, shape (B,) (far below any other where an integration fails, with a
        zero gradient), and the gradients by position, shape (B, P).
    """
    batch, count = positions.shape
    shifts = DIFFERENCE * np.concatenate([np.eye(count), -np.eye(count)])
    around = (positions[:, None] + shifts).reshape(-1, count)
    centres = values_from_normal(problem.parameters, positions)
    named, shifted = (
        problem.named(v) for v in (centres, values_from_normal(problem.parameters, around))
    )
    totals, sides = np.zeros(batch), np.zeros((batch, 2 * count))
    completed = np.ones(batch, dtype=bool)
    for experiment in problem.experiments:
        found = _with_changes(problem, experiment, named, shifted)
        completed &= found.completed
        points = experiment_points(problem, experiment, named, found.here)
        totals += points.sum(axis=1)
        points = experiment_points(problem, experiment, shifted, found.beside)
        sides += points.sum(axis=1).reshape(batch, -1)
    gradients = (sides[:, :count] - sides[:, count:]) / (2 * DIFFERENCE)
    if not completed.all():
        totals[~completed] = log_likelihood(problem, centres[~completed]).total
        gradients[~completed] = 0.0
    return totals, gradients


@dataclass(frozen=True, eq=False)
class _Shifted:
    """Concentrations of one experiment at B vectors and beside them, mM.

    Attributes:
        completed: shape (B,), whether the integration reached its end.
        here: shape (B, T, S); harmless numbers where it did not.
        beside: shape (N B, T, S), with N shifts of each vector, to first order in them.
    """

    completed: np.ndarray
    here: np.ndarray
    beside: np.ndarray


def _with_changes(
    problem: Problem, experiment: ExperimentProblem, centre: NamedValues, shifted: NamedValues
) -> _Shifted:
    """Integrate at B vectors, and go to their shifts along the sensitivities."""
    reactor, moved = (
        reactor_of(problem, experiment, centre),
        reactor_of(problem, experiment, shifted),
    )
    unknown_start = any(isinstance(entry, str) for entry in experiment.initial)
    each = shifted.batch // centre.batch
    times = sampling_times(experiment, centre)
    order = np.argsort(times, axis=-1, kind="stable")
    asked = times if times.ndim == 1 else ending_together(experiment, times, order)
    batch = sensitivities(reactor, asked, problem.tolerance, by_initial=unknown_start)
    completed = batch.trajectories.completed
    concentrations, change = batch.trajectories.concentrations, batch.change(reactor, moved)
    if times.ndim == 2:
        # The columns of the samples, in the order of the experiment's times.
        place = np.argsort(order, axis=1)[:, :, None]
        concentrations = np.take_along_axis(concentrations, place, axis=1)
        change = np.take_along_axis(change, place.repeat(each, axis=0), axis=1)
        moments = sampling_times(experiment, shifted) - times.repeat(each, axis=0)
        slopes = _slopes(problem, experiment, reactor, times)
        change += slopes.repeat(each, axis=0) * moments[:, :, None]
    here = np.where(completed[:, None, None], concentrations, 0.0)
    change = np.where(completed.repeat(each)[:, None, None], change, 0.0)
    return _Shifted(completed, here, here.repeat(each, axis=0) + change)


def _slopes(
    problem: Problem, experiment: ExperimentProblem, reactor: Reactor, times: np.ndarray
) -> np.ndarray:
    """Return the slopes of the courses at times of shape (B, T), shape (B, T, S), mM/h.

    Differences of one and the same course, between moments at which something is done to the
    reactor: a sample at such a moment was taken before it, so its slope is the one from the left,
    and just behind it the one from the right. Nothing is said of the jump in between, which no
    slope can tell.
    """
    step = TIME_STEP * np.maximum(times, TIME_STEP * experiment.times[-1])
    done = segments(experiment.protocol, experiment.clock.latest)
    at = np.searchsorted([segment.end for segment in done[:-1]], times, side="left")
    begin = np.array([0.0, *(np.nextafter(segment.begin, np.inf) for segment in done[1:])])[at]
    end = np.array([segment.end for segment in done])[at]
    step = np.minimum(step, (end - begin) / 2)
    middle = np.clip(times, begin + step, end - step)
    three = [np.clip(middle + way * step, begin, end) for way in (-1, 0, 1)]
    together = np.concatenate(three, axis=1)
    order = np.argsort(together, axis=1, kind="stable")
    batch = courses(reactor, ending_together(experiment, together, order), problem.tolerance)
    back = np.argsort(order, axis=1)[:, :, None]
    found = np.take_along_axis(batch.concentrations, back, axis=1)
    early, here, late = np.split(found, 3, axis=1)
    step = np.where(step > 0, step, np.inf)[:, :, None]
    bend = (early - 2 * here + late) / step**2
    return np.asarray((late - early) / (2 * step) + bend * (times - middle)[:, :, None])
