"""The rank of the sensitivities: how many parameters perfect data of this kind could tell apart.

The matrix holds the derivatives of the log of every expected signal that was measured, at the
times it was measured, by the log of rate constants, initial concentrations, response factors and
the background; what an unknown scale factor would hide is taken out. Where its rank is smaller
than the number of parameters at every point, some of them can change together without changing any
signal: the mechanism is structurally not identifiable from such data, whatever their precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.problem import (
    Problem,
    reactor_of,
    signals_of,
)
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.sensitivities import sensitivities

KINDS = (
    "rate",
    "ratio",
    "energy",
    "entropy",
    "constant",
    "initial",
    "response",
    "contrast",
    "coefficient",
    "background",
)
# Of the central differences through parameters and measurement, which cost no integration.
RELATIVE_STEP = 1e-4
# The same matrix at two accuracies: what differs between them is integration error.
FINE = Tolerance(rtol=1e-9, atol_fraction=1e-13, max_steps=30_000)
COARSE = Tolerance(rtol=1e-8, atol_fraction=1e-12, max_steps=30_000)
# A singular value counts where it is this many times what the two differ by, and so much of
# the largest in any case.
CLEAR = 10.0
SMALLEST = 1e-7
# Below this fraction of the experiment's largest signal the log of a signal is integration error.
LEAST_SIGNAL = 1e-7
# Points of the prior beside the optimum and draws; half of them drawn in towards its middle,
# since at its ends everything is over at once, or nothing happens.
POINTS = 24
NULL_SHARE = 1e-3


@dataclass(frozen=True, eq=False)
class SensitivityRank:
    """How many parameters the measured signals can tell apart.

    Attributes:
        parameters: names of the P rate constants, initial concentrations, responses, background.
        at_optimum: rank at the optimum.
        structural: the largest rank found at any point.
        null_spaces: for the points with that rank at which it is clearest, shape (P, P - rank)
            each: directions of log parameters that change no signal.
    """

    parameters: tuple[str, ...]
    at_optimum: int
    structural: int
    null_spaces: tuple[np.ndarray, ...]

    @property
    def structurally_non_identifiable(self) -> tuple[str, ...]:
        """Names of the parameters that take part in a change that no signal shows."""
        if not self.null_spaces:
            return ()
        sizes = np.linalg.norm(self.null_spaces[0], axis=1)
        return tuple(n for n, s in zip(self.parameters, sizes, strict=True) if s > NULL_SHARE)

    @property
    def without_effect(self) -> tuple[str, ...]:
        """Names of the parameters that change no measured signal, whatever the others are."""
        if not self.null_spaces:
            return ()
        sizes = np.linalg.norm(self.null_spaces[0], axis=1)
        return tuple(n for n, s in zip(self.parameters, sizes, strict=True) if s > 1 - NULL_SHARE)

    def unchanged(self, exponents: np.ndarray) -> bool:
        """Say whether a product of powers, exponents of shape (P,), is fixed by the signals.

        It is where no change of the parameters that leaves all signals alone changes it, at any
        of the points.
        """
        size = np.linalg.norm(exponents)
        return all(
            bool(np.abs(exponents @ null).max(initial=0.0) < NULL_SHARE * size)
            for null in self.null_spaces
        )


def sensitivity_rank(problem: Problem, position: np.ndarray, draws: np.ndarray) -> SensitivityRank:
    """Find the rank of the sensitivities at the optimum, at draws and at points of the prior.

    Args:
        problem: mechanism and data.
        position: shape (P,), the optimum in standard-normal coordinates.
        draws: shape (N, P), a few posterior draws.

    Returns:
        The ranks. A point at which an integration fails counts as rank 0.
    """
    fixed = np.random.default_rng(0)  # any points will do: the rank is the same at almost all
    prior = fixed.standard_normal((POINTS, len(position)))
    prior[::2] *= 0.3
    points = np.concatenate([position[None], draws, prior])
    values = values_from_normal(problem.parameters, points)
    fine, coarse = (log_sensitivities(problem, values, t) for t in (FINE, COARSE))
    names = tuple(p.name for p in problem.parameters if p.kind in KINDS)
    found = []
    for matrix, other in zip(fine, coarse, strict=True):
        if not names or not (np.isfinite(matrix).all() and np.isfinite(other).all()):
            found.append((0, 0.0, np.zeros((len(names), 0))))
            continue
        found.append(_rank(matrix, CLEAR * float(np.linalg.norm(matrix - other))))
    structural = max(rank for rank, _, _ in found)
    clearest = sorted((f for f in found if f[0] == structural), key=lambda f: -f[1])[:3]
    return SensitivityRank(names, found[0][0], structural, tuple(null for _, _, null in clearest))


def _rank(matrix: np.ndarray, noise: float) -> tuple[int, float, np.ndarray]:
    """Return the rank, how clearly its last value stands above the noise, and the null space."""
    _, singular, directions = np.linalg.svd(matrix)
    sizes = np.zeros(matrix.shape[1])
    sizes[: len(singular)] = singular[: len(sizes)]
    floor = max(noise, SMALLEST * sizes.max(initial=0.0), 1e-12)
    rank = int((sizes > floor).sum())
    clear = float(sizes[rank - 1] / floor) if rank else 0.0
    return rank, clear, directions[rank:].T


def log_sensitivities(problem: Problem, values: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Return the derivatives of the measured log signals by log parameters.

    Args:
        problem: mechanism and data.
        values: shape (B, P), in the parameters' units.
        tolerance: of the integrations.

    Returns:
        Shape (B, N, P): N measured signals, P parameters of the kinds `KINDS`; nan where an
        integration failed.
    """
    blocks = []
    for experiment in problem.experiments:
        signals, derivatives = _signals_with_derivatives(problem, experiment, values, tolerance)
        seen = signals > LEAST_SIGNAL * signals.max(axis=(1, 2), keepdims=True)
        logs = np.where(seen[..., None], derivatives / np.where(seen, signals, 1.0)[..., None], 0.0)
        blocks += list(_of_readings(experiment, logs, seen[..., None]))
        blocks += list(_of_statements(experiment, signals, logs))
    return np.concatenate(blocks, axis=1)


def _signals_with_derivatives(
    problem: Problem, experiment: ExperimentProblem, values: np.ndarray, tolerance: Tolerance
) -> tuple[np.ndarray, np.ndarray]:
    """Return signals, shape (B, T, I), and their derivatives by log parameters, (B, T, I, P)."""
    named = problem.named(values)
    reactor = reactor_of(problem, experiment, named)
    start = any(isinstance(entry, str) for entry in experiment.initial)
    batch = sensitivities(reactor, experiment.usual_times, tolerance, by_initial=start)
    done = batch.trajectories.completed
    concentrations = np.where(done[:, None, None], batch.trajectories.concentrations, np.nan)
    signals = signals_of(experiment, named, concentrations)
    columns = []
    for place, parameter in enumerate(problem.parameters):
        if parameter.kind not in KINDS:
            continue
        sides = []
        for sign in (1, -1):
            moved = np.array(values, dtype=float)
            moved[:, place] += sign * _step(parameter, values[:, place])
            shifted = problem.named(moved)
            change = batch.change(reactor, reactor_of(problem, experiment, shifted))
            sides.append(signals_of(experiment, shifted, concentrations + change))
        columns.append((sides[0] - sides[1]) / (2 * RELATIVE_STEP))
    derivatives = np.stack(columns, axis=-1) if columns else np.zeros((*signals.shape, 0))
    return signals, derivatives


def _step(parameter: Parameter, values: np.ndarray) -> np.ndarray:
    """Return a small step; of what may be negative, a fraction of what is known of it."""
    prior = parameter.prior
    size = np.full(len(values), prior.deviation_about_median) if prior.signed else values
    return np.asarray(RELATIVE_STEP * size)


def _of_readings(
    experiment: ExperimentProblem, logs: np.ndarray, seen: np.ndarray
) -> Iterator[np.ndarray]:
    """Yield the rows of what was measured, without what an unknown scale factor hides."""
    if experiment.intensities is None:
        return
    table = experiment.intensities.measured
    measured = np.zeros((len(table.times), len(table.signals)), dtype=bool)
    np.logical_or.at(measured, table.at, ~np.isnan(table.values))
    at = np.searchsorted(experiment.times, table.times)
    here, seen = logs[:, at], seen[:, at]
    if experiment.measurement.scale.known:
        yield here[:, measured]
        return
    for group in experiment.measurement.scale.groups_of(measured):
        yield _without_factor(here[:, group], seen[:, group])


def _of_statements(
    experiment: ExperimentProblem, signals: np.ndarray, logs: np.ndarray
) -> Iterator[np.ndarray]:
    """Yield the rows of the signals that statements are about, on the scale that they use."""
    if experiment.statements is None:
        return
    said = {statement.signal for statement in experiment.statements.rows}
    columns = [i for i, name in enumerate(experiment.statements.signals) if name in said]
    at = np.searchsorted(experiment.times, experiment.statements.times)
    here = logs[:, at]
    reference = experiment.statements.scale.reference_gradient(signals[:, at], here)
    yield (here - reference)[:, :, columns].reshape(len(here), -1, here.shape[-1])


def _without_factor(rows: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Take from a group's rows, (B, N, P), their mean over those that are seen, (B, N, 1)."""
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    return np.where(seen, rows - (rows * seen).sum(axis=1, keepdims=True) / count, 0.0)
