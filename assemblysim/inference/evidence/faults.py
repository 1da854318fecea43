"""Smooth faults of the data as rivals: starting amounts that are not as stated, signals that drift.

Each fault is a mechanism's own problem with a few unknowns more, held against the problem as it is
by Laplace's figure for both, from the same starts. A fault that any mechanism explains the data
better with is a reason not to believe the best of the list. None is picked by hand: all are
fitted, to all mechanisms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.model.experiment import Distortion, ExperimentProblem
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import LogNormal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.search import Optimum, find_optima

# Stated starting amounts are right to 20 %, two times in three.
START_FACTOR: Final = 1.2
# A signal's response drifts by a factor of two over the experiment, two times in three.
DRIFT_FACTOR: Final = 2.0
# A signal differs smoothly from what a mechanism shows by a factor of 1.35, two times in three.
SMOOTH_FACTOR: Final = 1.35
# Of smooth differences: cosines over the logarithm of time, each of less weight than the last.
SMOOTH_TERMS: Final = 4
# Nats behind the best mechanism up to which faults are fitted to one.
LOOKED_AT: Final = 30.0


@dataclass(frozen=True)
class DataFault:
    """A fault that data may have.

    Attributes:
        name: what it is called in results.
        applied: turns a problem into that with the fault; None where it cannot have it.
    """

    name: str
    applied: Callable[[Problem], Problem | None]


def _with_unknown_starts(problem: Problem) -> Problem | None:
    added: list[Parameter] = []
    experiments = []
    for number, experiment in enumerate(problem.experiments):
        entries: list[float | str] = []
        for species, start in zip(
            experiment.network.species_names, experiment.initial, strict=True
        ):
            if isinstance(start, str) or start <= 0 or species in experiment.protocol.held:
                entries.append(start)
                continue
            name = f"fault {number} {species}"
            added.append(Parameter(name, "mM", "initial", LogNormal(start, START_FACTOR)))
            entries.append(name)
        experiments.append(replace(experiment, initial=tuple(entries)))
    return _extended(problem, added, experiments)


def _distorted(
    problem: Problem, basis: Callable[[np.ndarray], np.ndarray], factors: Sequence[float]
) -> Problem | None:
    """Let every signal of every experiment drift by itself, along K functions of time."""
    added: list[Parameter] = []
    experiments = []
    for number, experiment in enumerate(problem.experiments):
        if experiment.intensities is None or len(experiment.times) < 3:
            experiments.append(experiment)
            continue
        names = tuple(
            tuple(f"fault {number} {signal.name} {k}" for k in range(len(factors)))
            for signal in experiment.measurement.signals
        )
        for each in names:
            added += [
                Parameter(name, "", "response", LogNormal(1.0, factor))
                for name, factor in zip(each, factors, strict=True)
            ]
        distortion = Distortion(names, basis(experiment.times))
        experiments.append(replace(experiment, distortion=distortion))
    return _extended(problem, added, experiments)


def _extended(
    problem: Problem, added: list[Parameter], experiments: list[ExperimentProblem]
) -> Problem | None:
    if not added:
        return None
    return replace(
        problem,
        parameters=(*problem.parameters, *added),
        experiments=tuple(experiments),
    )


def _in_time(times: np.ndarray) -> np.ndarray:
    """Return a line from -1/2 to 1/2 over the sampling times, shape (T, 1)."""
    return np.asarray((times - times[0]) / (times[-1] - times[0]) - 0.5)[:, None]


def _log_times(times: np.ndarray) -> np.ndarray:
    first = times[times > 0][0]
    return np.asarray(np.log(np.maximum(times, 0.5 * first)))


def _in_log_time(times: np.ndarray) -> np.ndarray:
    return _in_time(_log_times(times))


def _smoothly(times: np.ndarray) -> np.ndarray:
    """Return cosines over the logarithm of time, shape (T, K), each at half of a turn more."""
    along = _in_log_time(times) + 0.5
    return np.asarray(np.sqrt(2.0) * np.cos(np.pi * along * np.arange(1, SMOOTH_TERMS + 1)))


def _smooth_factors() -> list[float]:
    weights = 1 / np.arange(1, SMOOTH_TERMS + 1)
    logs = np.log(SMOOTH_FACTOR) * weights / np.sqrt((weights**2).sum())
    return [float(factor) for factor in np.exp(logs)]


FAULTS: Final = (
    DataFault("starting amounts", _with_unknown_starts),
    DataFault("drift in time", lambda p: _distorted(p, _in_time, [DRIFT_FACTOR])),
    DataFault("drift in log time", lambda p: _distorted(p, _in_log_time, [DRIFT_FACTOR])),
    DataFault("smooth difference", lambda p: _distorted(p, _smoothly, _smooth_factors())),
)


def fault_factors(problem: Problem, starts: np.ndarray) -> dict[str, float]:
    """Return ln Bayes factors of each fault against none, for one mechanism.

    Args:
        problem: the mechanism and the data.
        starts: shape (N, P), standard-normal coordinates of its optima, the best first.

    Returns:
        By the fault's name; not those that the data cannot have.

    Method: Laplace's figure at the highest maximum, with and without.
    """
    plain = _highest(problem, starts)
    found = {}
    for fault in FAULTS:
        changed = fault.applied(problem)
        if changed is not None:
            more = len(changed.parameters) - len(problem.parameters)
            wider = np.pad(np.vstack([plain.position, starts]), ((0, 0), (0, more)))
            best = _highest(changed, wider)
            found[fault.name] = best.log_evidence - plain.log_evidence
    return found


def _highest(problem: Problem, starts: np.ndarray) -> Optimum:
    return max(find_optima(Posterior(problem), starts), key=lambda one: one.log_evidence)


def averaged_factors(
    log_evidences: Mapping[str, float], factors: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Average ln Bayes factors of faults over mechanisms, all equally probable beforehand.

    Args:
        log_evidences: of the mechanisms without a fault.
        factors: for each of them, or for some, those of each fault.

    Returns:
        The log of the mean evidence with each fault over the mean evidence without, over the
        mechanisms for which both are known.
    """
    found = {}
    for fault in dict.fromkeys(name for each in factors.values() for name in each):
        known = [m for m, each in factors.items() if fault in each]
        plain = np.array([log_evidences[m] for m in known])
        changed = plain + np.array([factors[m][fault] for m in known])
        found[fault] = float(logsumexp(changed) - logsumexp(plain))
    return found
