"""The log-likelihood of one mechanism and, on demand, its gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.model.experiment import (
    ExperimentProblem,
    sampling_times,
    times_in_order,
    within,
)
from assemblysim.inference.model.parameters import (
    NamedValues,
    Parameter,
    normal_from_values,
    values_from_normal,
)
from assemblysim.inference.model.problem import Problem, courses_of, filled, reactor_of, signals_of
from assemblysim.kinetics.reactor.protocol import segments
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.trajectory import TrajectoryBatch

# Far below any log-likelihood of a finished integration, so that no parameter vector is
# preferred for having failed; the part that is missing grades it, so there is no plateau.
FAILED_LOG_LIKELIHOOD = -1e12
# Weight of the place in the prior beside the missing part of time, for vectors that fail at once.
TIE_BREAK = 1e-3
# Step of the central differences through the measurement model, in prior standard deviations.
DIFFERENCE = 1e-4
# Step of the differences along time, as a fraction of the time.
TIME_STEP = 1e-3


@dataclass(frozen=True, eq=False)
class LikelihoodBatch:
    """Log-likelihoods of B parameter vectors.

    Attributes:
        pointwise: shape (B, U), one for each observation; their sum is the log-likelihood.
        failed: shape (B,), whether an integration did not reach its end.
    """

    pointwise: np.ndarray
    failed: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Shape (B,), the log-likelihood."""
        return np.asarray(np.add.reduce(self.pointwise, axis=1))


def log_likelihood(problem: Problem, values: np.ndarray) -> LikelihoodBatch:
    """Compute the log-likelihood of B parameter vectors, observation by observation.

    Args:
        problem: mechanism and data.
        values: shape (B, P), in the parameters' units.

    Returns:
        The log-likelihoods. Where an integration failed they are far below every other
        and graded by how much of the time was missing, then by the place in the prior.
    """
    found = _by_experiment(problem, problem.named(values))
    pointwise = _side_by_side([one.pointwise for one in found])
    failed = np.logical_or.reduce([one.courses.status != 0 for one in found])
    if failed.any():
        grade = _far_out(problem.parameters, values[failed])
        for experiment, one in zip(problem.experiments, found, strict=True):
            grade += 1 - np.minimum(one.courses.reached[failed] / experiment.times[-1], 1.0)
        pointwise[failed] = (FAILED_LOG_LIKELIHOOD * (1 + grade) / pointwise.shape[1])[:, None]
    return LikelihoodBatch(pointwise, failed)


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

    Method: the trajectories' derivatives come from forward sensitivities; the rest, which costs
    no integration, from central differences along them.
    """
    batch, count = positions.shape
    shifts = DIFFERENCE * np.concatenate([np.eye(count), -np.eye(count)])
    around = (positions[:, None] + shifts).reshape(-1, count)
    values = values_from_normal(problem.parameters, positions)
    shifted = problem.named(values_from_normal(problem.parameters, around))
    found = _by_experiment(problem, problem.named(values), shifted)
    totals = np.add.reduce([one.pointwise.sum(axis=1) for one in found])
    sides = np.add.reduce([one.pointwise_beside.sum(axis=1) for one in found]).reshape(batch, -1)
    gradients = (sides[:, :count] - sides[:, count:]) / (2 * DIFFERENCE)
    completed = np.logical_and.reduce([one.courses.completed for one in found])
    if not completed.all():
        totals[~completed] = log_likelihood(problem, values[~completed]).total
        gradients[~completed] = 0.0
    return totals, gradients


@dataclass(frozen=True, eq=False)
class _Evaluated:
    """One experiment at B parameter vectors, and beside them where that is asked for.

    Attributes:
        courses: its columns are the samples.
        pointwise: shape (B, U'), log-likelihood of each observation; meaningless where an
            integration failed.
        pointwise_beside: shape (N B, U'), at N vectors beside each, to first order in the
            concentrations; of no vectors where it was not asked for.
    """

    courses: TrajectoryBatch
    pointwise: np.ndarray
    pointwise_beside: np.ndarray


def _by_experiment(
    problem: Problem, named: NamedValues, shifted: NamedValues | None = None
) -> list[_Evaluated]:
    """Evaluate every experiment at B vectors and, if given, at N shifted ones beside each."""
    found = []
    for experiment in problem.experiments:
        if shifted is None:
            batch = courses_of(problem, experiment, named)
        else:
            batch, change = _courses_with_changes(problem, experiment, named, shifted)
        here = filled(batch)
        pointwise = beside = experiment_pointwise(experiment, named, here)
        if shifted is not None:
            there = here.repeat(shifted.batch // named.batch, axis=0) + change
            beside = experiment_pointwise(experiment, shifted, there)
        found.append(_Evaluated(batch, pointwise, beside))
    return found


def _courses_with_changes(
    problem: Problem, experiment: ExperimentProblem, named: NamedValues, shifted: NamedValues
) -> tuple[TrajectoryBatch, np.ndarray]:
    """Return the courses at B vectors, and how they change to N shifted ones beside each.

    Returns:
        The courses, and the changes to first order, shape (N B, T, S), mM.
    """
    reactor = reactor_of(problem, experiment, named)
    moved = reactor_of(problem, experiment, shifted)
    times = sampling_times(experiment, named)
    ordered = times_in_order(experiment, times)
    unknown_start = any(isinstance(entry, str) for entry in experiment.initial)
    found = sensitivities(reactor, ordered.times, problem.tolerance, by_initial=unknown_start)
    batch, each = found.trajectories, shifted.batch // named.batch
    change = ordered.put_back(found.change(reactor, moved))
    if times.ndim == 2:
        batch = replace(
            batch, times=experiment.times, concentrations=ordered.put_back(batch.concentrations)
        )
        later = sampling_times(experiment, shifted) - times.repeat(each, axis=0)
        by_time = _rates_of_change(problem, experiment, reactor, times)
        change += by_time.repeat(each, axis=0) * later[:, :, None]
    return batch, np.where(batch.completed.repeat(each)[:, None, None], change, 0.0)


def _rates_of_change(
    problem: Problem, experiment: ExperimentProblem, reactor: Reactor, times: np.ndarray
) -> np.ndarray:
    """Return dc/dt at times of shape (B, T), shape (B, T, S), mM/h.

    Differences of one and the same course, between moments at which something is done to the
    reactor: a sample at such a moment was taken before it, so its derivative is the one from the
    left, and just behind it the one from the right. Nothing is said of the jump in between, which
    no derivative can tell.
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
    ordered = times_in_order(experiment, together)
    batch = courses(reactor, ordered.times, problem.tolerance)
    early, here, late = np.split(ordered.put_back(batch.concentrations), 3, axis=1)
    step = np.where(step > 0, step, np.inf)[:, :, None]
    bend = (early - 2 * here + late) / step**2
    return np.asarray((late - early) / (2 * step) + bend * (times - middle)[:, :, None])


def _far_out(parameters: tuple[Parameter, ...], values: np.ndarray) -> np.ndarray:
    """Grade vectors that failed at the same time, shape (B,): between 0 and `TIE_BREAK`.

    The farther out in the prior the higher; the coordinates differ in weight, so that an
    swap of two does not fix them either.
    """
    weights = 1 + np.arange(len(parameters)) / len(parameters)
    distance = (weights * normal_from_values(parameters, values) ** 2).sum(axis=1)
    return np.asarray(TIE_BREAK * distance / (1 + distance))


def _side_by_side(parts: list[np.ndarray]) -> np.ndarray:
    """Return arrays of shape (B, ...) side by side, a single one as it is."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def experiment_pointwise(
    experiment: ExperimentProblem,
    named: NamedValues,
    concentrations: np.ndarray,
) -> np.ndarray:
    """Return the log-likelihoods of one experiment's data, given its concentrations.

    Args:
        experiment: one of a problem's.
        named: the parameter values.
        concentrations: shape (B, T, S) at ``experiment.times``, mM.

    Returns:
        Shape (B, U'), one column for each observation of this experiment.
    """
    signals = signals_of(experiment, named, concentrations)
    named = within(experiment, named)
    parts = []
    if experiment.intensities is not None:
        at = experiment.reading_places
        noise = named.stack(experiment.intensities.noise_names)
        parts.append(experiment.intensities.pointwise(signals[:, at], noise))
    if experiment.statements is not None:
        at = experiment.statement_places
        parts.append(
            experiment.statements.pointwise(
                signals[:, at],
                named.get("limit"),
                named.get("statement_noise"),
                named.get("fraction"),
            )
        )
    return _side_by_side(parts)
