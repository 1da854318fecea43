"""One mechanism held against one study's data: from parameter values to log-likelihoods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.inference.parameters import NamedValues, Parameter, normal_from_values
from assemblysim.kinetics.integration import Tolerance, integrate_batch
from assemblysim.kinetics.trajectory import TrajectoryBatch
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.intensities import IntensityLikelihood
from assemblysim.measurement.signals import expected_signals
from assemblysim.measurement.statements import StatementLikelihood
from assemblysim.mechanism.network import Network

# Far below any log-likelihood of a finished integration, so that no parameter vector is
# preferred for having failed; the part that is missing grades it, so there is no plateau.
FAILED_LOG_LIKELIHOOD = -1e12
# Weight of the place in the prior beside the missing part of time, for vectors that fail at once.
TIE_BREAK = 1e-3


@dataclass(frozen=True, eq=False)
class ExperimentProblem:
    """One experiment as the likelihood sees it.

    Attributes:
        name: the experiment's name.
        initial: for each species of the network a concentration (mM) or a parameter's name.
        table: the readings, if there are any.
        intensities: their likelihood.
        statements: the likelihood of the statements, if there are any.
        window: h, the last time that the experiment was followed to.
    """

    name: str
    initial: tuple[float | str, ...]
    table: IntensityTable | None
    intensities: IntensityLikelihood | None
    statements: StatementLikelihood | None
    window: float

    @cached_property
    def times(self) -> np.ndarray:
        """All times at which a signal is needed, shape (T,), h, increasing."""
        parts = [part.times for part in (self.intensities, self.statements) if part is not None]
        return np.unique(np.concatenate(parts))

    @cached_property
    def stated_initial(self) -> np.ndarray:
        """Shape (S,), mM: what is known of the start, 0 where it is a parameter."""
        return np.array([0.0 if isinstance(entry, str) else entry for entry in self.initial])

    @cached_property
    def reading_places(self) -> np.ndarray | slice:
        """Which of the times the readings were taken at."""
        return self._places(self.intensities)

    @cached_property
    def statement_places(self) -> np.ndarray | slice:
        """Which of the times the statements are about."""
        return self._places(self.statements)

    def _places(self, part: IntensityLikelihood | StatementLikelihood | None) -> np.ndarray | slice:
        """Return a slice, which copies nothing, where a part of the data has all the times."""
        times = self.times[:0] if part is None else part.times
        everywhere = len(times) == len(self.times)
        return slice(None) if everywhere else np.searchsorted(self.times, times)


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything that a log-likelihood of one mechanism depends on.

    Attributes:
        mechanism: its name.
        network: its reactions.
        measurement: how signals become readings.
        parameters: the P unknowns.
        stated: names and values of what is not unknown.
        experiments: fitted together, sharing the parameters.
        tolerance: of the integrations.
    """

    mechanism: str
    network: Network
    measurement: Measurement
    parameters: tuple[Parameter, ...]
    stated: tuple[tuple[str, float], ...]
    experiments: tuple[ExperimentProblem, ...]
    tolerance: Tolerance

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the P unknowns."""
        return tuple(p.name for p in self.parameters)

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the U pieces of data whose log-likelihoods add up, across experiments."""
        several = len(self.experiments) > 1
        return tuple(
            f"{experiment.name}: {unit}" if several else unit
            for experiment in self.experiments
            for part in (experiment.intensities, experiment.statements)
            if part is not None
            for unit in part.units
        )

    @property
    def reading_count(self) -> int:
        """How many readings and statements there are: n of AICc and BIC."""
        return sum(
            (0 if e.table is None else int(np.isfinite(e.table.values).sum()))
            + (0 if e.statements is None else len(e.statements.units))
            for e in self.experiments
        )

    def named(self, values: np.ndarray) -> NamedValues:
        """Name the columns of parameter values, shape (B, P), and add what is stated."""
        return NamedValues(values, self._places, self._stated)

    @cached_property
    def response_names(self) -> tuple[str, ...]:
        """Names of the response factors of the I signals."""
        return tuple(f"response_{signal.name}" for signal in self.measurement.signals)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.parameter_names)}

    @cached_property
    def _stated(self) -> dict[str, float]:
        return dict(self.stated)


@dataclass(frozen=True, eq=False)
class LikelihoodBatch:
    """Log-likelihoods of B parameter vectors.

    Attributes:
        points: shape (B, U), one for each unit of the data; their sum is the log-likelihood.
        failed: shape (B,), whether an integration did not reach its end.
    """

    points: np.ndarray
    failed: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Shape (B,), the log-likelihood."""
        return np.asarray(np.add.reduce(self.points, axis=1))


def rates_of(problem: Problem, named: NamedValues) -> np.ndarray:
    """Return the rate constants, shape (B, K), in the network's order."""
    return named.stack(problem.network.rate_names)


def initial_of(experiment: ExperimentProblem, named: NamedValues) -> np.ndarray:
    """Return the initial concentrations, shape (B, S), mM."""
    initial = np.empty((named.batch, len(experiment.initial)))
    initial[:] = experiment.stated_initial
    for i, entry in enumerate(experiment.initial):
        if isinstance(entry, str):
            initial[:, i] = named.get(entry)
    return initial


def signals_of(problem: Problem, named: NamedValues, concentrations: np.ndarray) -> np.ndarray:
    """Return the expected signals, shape (B, T, I), from concentrations, shape (B, T, S), mM."""
    return expected_signals(
        problem.network.species_names,
        problem.measurement.signals,
        concentrations,
        named.stack(problem.response_names),
        named.get("background"),
    )


def log_likelihood(problem: Problem, values: np.ndarray) -> LikelihoodBatch:
    """Compute the log-likelihood of B parameter vectors, piece by piece of the data.

    Args:
        problem: mechanism and data.
        values: shape (B, P), in the parameters' units.

    Returns:
        The log-likelihoods. Where an integration failed they are far below every other
        and graded by how much of the time was missing, then by the place in the prior.
    """
    named = problem.named(values)
    rates = rates_of(problem, named)
    parts, batches = [], []
    for experiment in problem.experiments:
        initial = initial_of(experiment, named)
        batch = integrate_batch(
            problem.network, rates, initial, experiment.times, problem.tolerance
        )
        batches.append(batch)
        parts.append(experiment_points(problem, experiment, named, filled(batch)))
    points = beside(parts)
    failed = batches[0].status != 0
    for batch in batches[1:]:
        failed |= batch.status != 0
    if failed.any():
        grade = _far_out(problem.parameters, values[failed])
        for experiment, batch in zip(problem.experiments, batches, strict=True):
            grade += 1 - batch.reached[failed] / experiment.times[-1]
        points[failed] = (FAILED_LOG_LIKELIHOOD * (1 + grade) / points.shape[1])[:, None]
    return LikelihoodBatch(points, failed)


def _far_out(parameters: tuple[Parameter, ...], values: np.ndarray) -> np.ndarray:
    """Grade vectors that failed at the same time, shape (B,): between 0 and `TIE_BREAK`.

    The farther out in the prior the higher; the coordinates differ in weight, so that an
    exchange of two does not tie either.
    """
    weights = 1 + np.arange(len(parameters)) / len(parameters)
    distance = (weights * normal_from_values(parameters, values) ** 2).sum(axis=1)
    return np.asarray(TIE_BREAK * distance / (1 + distance))


def beside(parts: list[np.ndarray]) -> np.ndarray:
    """Return arrays of shape (B, ...) side by side, a single one as it is."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def filled(batch: TrajectoryBatch) -> np.ndarray:
    """Return the concentrations with harmless numbers where an integration failed."""
    if not np.count_nonzero(batch.status):
        return batch.concentrations
    return np.where(batch.completed[:, None, None], batch.concentrations, 0.0)


def experiment_points(
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
        Shape (B, U'), one column for each unit of this experiment.
    """
    signals = signals_of(problem, named, concentrations)
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
    return beside(parts)
