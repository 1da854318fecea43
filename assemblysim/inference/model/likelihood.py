"""The log-likelihood of one mechanism and, on demand, its gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.parameters import (
    NamedValues,
    Parameter,
    normal_from_values,
    values_from_normal,
)
from assemblysim.inference.model.problem import (
    CourseChanges,
    Problem,
    courses_of,
    courses_with_changes,
    filled,
    signals_of,
)
from assemblysim.measurement.signals import pulled_signals
from assemblysim.measurement.statements.likelihood import SourceReader

# Far below any log-likelihood of a finished integration, so that no parameter vector is
# preferred for having failed; the part that is missing grades it, so there is no plateau.
FAILED_LOG_LIKELIHOOD = -1e12
# Weight of the place in the prior beside the missing part of time, for vectors that fail at once.
TIE_BREAK = 1e-3
# Step of the central differences through the measurement model, in prior standard deviations.
DIFFERENCE = 1e-4
# With more derivatives of a vector than this, few vectors at a time are faster.
MANY, FEW = 1_000_000, 8
# Signals below this are not felt: their logs do not change what is read.
SMALLEST_FELT = 1e-200


@dataclass(frozen=True, eq=False)
class LikelihoodBatch:
    """Log-likelihoods of B parameter vectors.

    The data came about in one of K cases: an interpretation of the words, a course of temperature.
    Within a case the observations are independent and their log-likelihoods add up; the whole is
    the mean of the cases' likelihoods by their weights.

    Attributes:
        by_case: shape (B, K, U), log-likelihood of each observation in each case.
        log_weights: shape (K,), of the cases before the data.
        failed: shape (B,), whether an integration did not reach its end.
    """

    by_case: np.ndarray
    log_weights: np.ndarray
    failed: np.ndarray

    @cached_property
    def case_totals(self) -> np.ndarray:
        """Shape (B, K), the log of weight times likelihood of each case."""
        return np.asarray(np.add.reduce(self.by_case, axis=2) + self.log_weights)

    @cached_property
    def total(self) -> np.ndarray:
        """Shape (B,), the log-likelihood."""
        return mean_of_cases(self.case_totals)

    @property
    def pointwise(self) -> np.ndarray:
        """Shape (B, U), log density of each observation, given the parameters and the others.

        Where there is one case the observations are independent, and these add up to the total.
        With several they do not: the others tell of the case.
        """
        if self.by_case.shape[1] == 1:
            return np.asarray(self.by_case[:, 0])
        without = self.case_totals[:, :, None] - self.by_case
        return np.asarray(self.total[:, None] - logsumexp(without, axis=1))

    @property
    def case_probabilities(self) -> np.ndarray:
        """Shape (B, K), probability of each case, given the parameters and the data."""
        return np.asarray(np.exp(self.case_totals - self.total[:, None]))


def mean_of_cases(case_totals: np.ndarray) -> np.ndarray:
    """Return the log of the sum over K cases, shape (B,), from logs of shape (B, K)."""
    if case_totals.shape[1] == 1:
        return np.asarray(case_totals[:, 0])
    return np.asarray(logsumexp(case_totals, axis=1))


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
    by_case = _side_by_side([one.by_case for one in found])
    failed = np.logical_or.reduce([~one.completed for one in found])
    if failed.any():
        grade = _far_out(problem.parameters, values[failed])
        for experiment, one in zip(problem.experiments, found, strict=True):
            grade += 1 - np.minimum(one.reached[failed] / experiment.times[-1], 1.0)
        by_case[failed] = (FAILED_LOG_LIKELIHOOD * (1 + grade) / by_case.shape[2])[:, None, None]
    return LikelihoodBatch(by_case, log_case_weights(problem), failed)


def log_case_weights(problem: Problem) -> np.ndarray:
    """Return the log weights of the K cases before the data, shape (K,)."""
    return np.log([case.weight for case in problem.cases])


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
    if len(positions) > FEW and problem.derivatives > MANY:
        parts = np.split(positions, range(FEW, len(positions), FEW))
        told = [log_likelihood_gradients(problem, part) for part in parts]
        return np.concatenate([t for t, _ in told]), np.concatenate([g for _, g in told])
    batch, count = positions.shape
    shifts = DIFFERENCE * np.concatenate([np.eye(count), -np.eye(count)])
    around = (positions[:, None] + shifts).reshape(-1, count)
    values = values_from_normal(problem.parameters, positions)
    shifted = problem.named(values_from_normal(problem.parameters, around))
    found = _by_experiment(problem, problem.named(values), shifted)
    weights = log_case_weights(problem)
    here = np.add.reduce([one.by_case.sum(axis=2) for one in found])
    beside = np.add.reduce([one.by_case_beside.sum(axis=2) for one in found])
    totals = mean_of_cases(here + weights)
    sides = mean_of_cases(beside + weights).reshape(batch, -1)
    gradients = (sides[:, :count] - sides[:, count:]) / (2 * DIFFERENCE)
    completed = np.logical_and.reduce([one.completed for one in found])
    if not completed.all():
        totals[~completed] = log_likelihood(problem, values[~completed]).total
        gradients[~completed] = 0.0
    return totals, gradients


@dataclass(frozen=True, eq=False)
class _Evaluated:
    """One experiment at B parameter vectors, and beside them where that is asked for.

    Attributes:
        completed: shape (B,), whether it was integrated under every course of temperature.
        reached: shape (B,), h, the earliest end of these integrations.
        by_case: shape (B, K, U'), log-likelihood of each observation in each case; meaningless
            where an integration failed.
        by_case_beside: shape (N B, K, U'), at N vectors beside each, to first order in the
            concentrations; of no vectors where it was not asked for.
    """

    completed: np.ndarray
    reached: np.ndarray
    by_case: np.ndarray
    by_case_beside: np.ndarray


def _by_experiment(
    problem: Problem, named: NamedValues, shifted: NamedValues | None = None
) -> list[_Evaluated]:
    """Evaluate every experiment at B vectors and, if given, at N shifted ones beside each."""
    found = []
    for experiment in problem.experiments:
        known: dict[str, _Evaluated] = {}
        for name, _ in problem.course_weights:
            own = experiment.under(name)
            course = "" if own is experiment else name
            if course not in known:
                known[course] = _under_one_course(problem, own, named, shifted)
        names = (name if name in known else "" for name, _ in problem.course_weights)
        found.append(_side_by_side_in_cases([known[name] for name in names]))
    return found


def _under_one_course(
    problem: Problem, experiment: ExperimentProblem, named: NamedValues, shifted: NamedValues | None
) -> _Evaluated:
    """Evaluate an experiment as its protocol has it."""
    if shifted is None:
        batch = courses_of(problem, experiment, named)
        by_case = beside = by_interpretation(problem, experiment, named, filled(batch))
    else:
        batch, changes = courses_with_changes(problem, experiment, named, shifted)
        sides = (named, filled(batch)), (shifted, changes)
        by_case, beside = _here_and_beside(problem, experiment, *sides)
    return _Evaluated(batch.status == 0, batch.reached, by_case, beside)


def _here_and_beside(
    problem: Problem,
    experiment: ExperimentProblem,
    here: tuple[NamedValues, np.ndarray],
    there: tuple[NamedValues, CourseChanges],
) -> tuple[np.ndarray, np.ndarray]:
    """Return log-likelihoods in each case, (B, K, U'), here and to first order beside it.

    Where the derivatives by signals are known what intensities say beside follows from here, in
    one column; where nothing else is said, by sums over all that is seen.
    """
    (named, concentrations), (shifted, changes) = here, there
    seen = signals_of(experiment, named, concentrations)
    (shown, noise), readings = _shown(experiment, named, seen), experiment.intensities
    gradients = None if readings is None else readings.gradients(shown, noise)
    by_case = _in_each_case(
        problem, experiment, named, seen, None if gradients is None else gradients.total[:, None]
    )
    if gradients is None or experiment.statements is not None:
        apart = concentrations.repeat(shifted.batch // named.batch, axis=0) + changes.everything()
        moved = signals_of(experiment, shifted, apart)
        known = None
        if gradients is not None:
            known = gradients.beside((shown, noise), _shown(experiment, shifted, moved))[:, None]
        return by_case, _in_each_case(problem, experiment, shifted, moved, known)
    by_log = np.zeros(seen.shape)
    by_log[:, experiment.reading_places] = gradients.by_signal.reshape(shown.shape)
    weights, change = _signals_beside(experiment, (named, concentrations, seen), shifted, by_log)
    beside = gradients.by_sizes(noise, _noise(experiment, shifted)) + change
    beside += changes.weighed(weights)
    return by_case, beside[:, None, None].repeat(by_case.shape[1], axis=1)


def _signals_beside(
    experiment: ExperimentProblem,
    here: tuple[NamedValues, np.ndarray, np.ndarray],
    shifted: NamedValues,
    by_log: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Carry derivatives of a number by the logs of signals back to concentrations and parameters.

    Args:
        experiment: whose signals they are.
        here: B vectors, concentrations there, (B, T, S), mM, and the signals, (B, T, I).
        shifted: N B vectors, N beside each.
        by_log: shape (B, T, I).

    Returns:
        The derivatives by concentrations, (B, T, S), and by how much the number changes through the
        measurement alone, (N B,).
    """
    named, concentrations, seen = here
    own, moved = within(experiment, named), within(experiment, shifted)
    batch, names = named.batch, experiment.measurement.coefficients
    if experiment.distortion is not None:
        seen = signals_of(replace(experiment, distortion=None), named, concentrations)
    pull = pulled_signals(
        experiment.network.species_names,
        experiment.measurement.signals,
        concentrations / experiment.dilution,
        own.stack(experiment.response_names),
        {name: own.get(name) for name in names},
        np.where(seen > SMALLEST_FELT, by_log / np.maximum(seen, SMALLEST_FELT), 0.0),
    )

    def step(there: np.ndarray, here: np.ndarray) -> np.ndarray:
        return np.asarray(there.reshape(batch, -1, *here.shape[1:]) - here[:, None])

    responses = step(moved.stack(experiment.response_names), own.stack(experiment.response_names))
    change = np.einsum("bni,bi->bn", responses, pull.by_response)
    change += step(moved.get("background"), own.get("background")) * pull.by_background[:, None]
    for name in names:
        change += step(moved.get(name), own.get(name)) * pull.by_coefficient[name][:, None]
    if experiment.distortion is not None:
        logs = (np.log(experiment.distortion.factors(one)) for one in (moved, own))
        change += np.einsum("bnti,bti->bn", step(*logs), by_log)
    return pull.by_concentration / experiment.dilution, change.ravel()


def _side_by_side_in_cases(parts: list[_Evaluated]) -> _Evaluated:
    """Put what one experiment says under several courses of temperature side by side."""
    if len(parts) == 1:
        return parts[0]
    return _Evaluated(
        np.logical_and.reduce([part.completed for part in parts]),
        np.minimum.reduce([part.reached for part in parts]),
        np.concatenate([part.by_case for part in parts], axis=1),
        np.concatenate([part.by_case_beside for part in parts], axis=1),
    )


def _far_out(parameters: tuple[Parameter, ...], values: np.ndarray) -> np.ndarray:
    """Grade vectors that failed at the same time, shape (B,): between 0 and `TIE_BREAK`.

    The farther out in the prior the higher; the coordinates differ in weight, so that a swap of
    two does not fix them either.
    """
    weights = 1 + np.arange(len(parameters)) / len(parameters)
    distance = (weights * normal_from_values(parameters, values) ** 2).sum(axis=1)
    return np.asarray(TIE_BREAK * distance / (1 + distance))


def _side_by_side(parts: list[np.ndarray]) -> np.ndarray:
    """Return arrays of shape (B, K, ...) with their observations side by side."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)


def by_interpretation(
    problem: Problem,
    experiment: ExperimentProblem,
    named: NamedValues,
    concentrations: np.ndarray,
) -> np.ndarray:
    """Return the log-likelihoods of one experiment's data, given its concentrations.

    Args:
        problem: mechanism and data.
        experiment: one of its experiments.
        named: the parameter values.
        concentrations: shape (B, T, S) at ``experiment.times``, mM.

    Returns:
        Shape (B, K, U'), for each interpretation a column for each of its observations.
    """
    return _in_each_case(problem, experiment, named, signals_of(experiment, named, concentrations))


def _in_each_case(
    problem: Problem,
    experiment: ExperimentProblem,
    named: NamedValues,
    signals: np.ndarray,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """Return what `by_interpretation` does; what intensities say may be known, shape (B, U)."""
    parts = []
    if experiment.intensities is not None:
        measured = known
        if measured is None:
            measured = experiment.intensities.pointwise(*_shown(experiment, named, signals))
        parts.append(measured[:, None].repeat(len(problem.interpretations), axis=1))
    if experiment.statements is not None:
        at, reader = experiment.statement_places, source_reader(within(experiment, named))
        parts.append(experiment.statements.log_probabilities(signals[:, at], reader))
    return _side_by_side(parts)


def _shown(
    experiment: ExperimentProblem, named: NamedValues, signals: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the signals (B, T', I) and the noise (B, Q) of an experiment's intensities."""
    return signals[:, experiment.reading_places], _noise(experiment, named)


def _noise(experiment: ExperimentProblem, named: NamedValues) -> np.ndarray:
    """Return the noise of an experiment's intensities, shape (B, Q)."""
    names = () if experiment.intensities is None else experiment.intensities.noise_names
    return within(experiment, named).stack(names)


def source_reader(named: NamedValues) -> SourceReader:
    """Return how the source's author saw signals, under the names common to all experiments."""
    return SourceReader(named.get("limit"), named.get("statement_noise"), named.get("fraction"))
