"""Multi-start search for the optima of a posterior, all of them kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import minimize

from assemblysim.inference.model.likelihood import DIFFERENCE, log_likelihood_gradients
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.batching import BatchedEvaluation

# Two optima are the same where they agree to this many prior standard deviations.
SAME_OPTIMUM = 0.05
HESSIAN_STEP = 1e-2
LEAST_CURVATURE = 0.5
# From a position, shape (P,), to a value and its gradient; from positions, shape (B, P), to values,
# shape (B,), and their gradients.
ValueAndGradient = Callable[[np.ndarray], tuple[float, np.ndarray]]
ValuesAndGradients = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Optimum:
    """A local maximum of the posterior in standard-normal coordinates.

    Attributes:
        position: shape (P,).
        log_density: log of likelihood times prior there.
        basin_count: how many starts ended here.
        covariance: shape (P, P), of the Laplace approximation.
    """

    position: np.ndarray
    log_density: float
    basin_count: int
    covariance: np.ndarray

    @property
    def log_evidence(self) -> float:
        """Laplace's figure for this optimum's part of the evidence."""
        count = len(self.position)
        _, log_determinant = np.linalg.slogdet(self.covariance)
        return float(self.log_density + 0.5 * count * np.log(2 * np.pi) + 0.5 * log_determinant)


def maximise(
    function: ValueAndGradient, start: np.ndarray, reach: float = 8.0
) -> tuple[np.ndarray, float]:
    """Go from one position to a local maximum.

    Args:
        function: returns the function and its gradient, shape (P,), at a position.
        start: shape (P,).
        reach: no coordinate goes further from 0 than this.

    Returns:
        The position, shape (P,), and the function there.
    """

    def downhill(position: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = function(position)
        return -value, -gradient

    found = minimize(
        downhill,
        np.clip(start, -reach, reach),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-reach, reach)] * len(start),
        options={"maxiter": 200, "ftol": 1e-10, "gtol": 1e-4},
    )
    return np.asarray(found.x), -float(found.fun)


def maximise_together(
    function: ValuesAndGradients, starts: np.ndarray
) -> list[tuple[np.ndarray, float]]:
    """Maximise from several positions side by side: it costs an engine little more than one.

    Args:
        function: returns the function and its gradients at several positions.
        starts: shape (N, P).

    Returns:
        What `maximise` returns from each start.
    """
    together = side_by_side(function, len(starts))
    return together.map(partial(maximise, together), starts)


def side_by_side(
    function: ValuesAndGradients, width: int
) -> BatchedEvaluation[tuple[float, np.ndarray]]:
    """Return a function with its gradient for maximisations that go side by side.

    Args:
        function: returns the function and its gradients at several positions.
        width: how many maximisations go at a time.
    """

    def answers(positions: np.ndarray) -> list[tuple[float, np.ndarray]]:
        values, gradients = function(positions)
        return list(zip(map(float, values), gradients, strict=True))

    return BatchedEvaluation(answers, width)


@dataclass(frozen=True, eq=False)
class PointEstimates:
    """Where a likelihood and a posterior density are greatest.

    Attributes:
        most_likely: shape (P,), standard-normal coordinates.
        log_likelihood: the log-likelihood there.
        most_probable: shape (P,), where the posterior density of the parameters' logarithms is.
            A density depends on the scale it is taken over; over logarithms a log-uniform
            prior is flat, so that within its bounds this is the most likely value.
    """

    most_likely: np.ndarray
    log_likelihood: float
    most_probable: np.ndarray


def find_point_estimates(
    problem: Problem, starts: np.ndarray, probable: np.ndarray
) -> PointEstimates:
    """Maximise likelihood and posterior density, within five standard deviations of each prior.

    Args:
        problem: mechanism and data.
        starts: shape (N, P), standard-normal coordinates from which the likelihood is maximised.
        probable: shape (P,), from which the posterior density is.
    """

    def log_prior(position: np.ndarray) -> np.ndarray:
        terms = [
            p.prior.log_density_of_log(p.prior.from_normal(position[:, i]))
            for i, p in enumerate(problem.parameters)
        ]
        return np.asarray(np.sum(terms, axis=0))

    def with_prior(position: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = together(position)
        shift = DIFFERENCE * np.eye(len(position))
        change = log_prior(position + shift) - log_prior(position - shift)
        return value + float(log_prior(position[None])[0]), gradient + change / (2 * DIFFERENCE)

    def maximised(way: tuple[ValueAndGradient, np.ndarray]) -> tuple[np.ndarray, float]:
        return maximise(*way, reach=5.0)

    together = side_by_side(partial(log_likelihood_gradients, problem), len(starts) + 1)
    ways = [*((together, start) for start in starts), (with_prior, probable)]
    *likely, (most_probable, _) = together.map(maximised, ways)
    most_likely, log_likelihood = max(likely, key=lambda found: found[1])
    return PointEstimates(most_likely, log_likelihood, most_probable)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a search was told so far, in the order in which it asked.

    Attributes:
        positions: shape (N, P), about which it asked.
        totals: shape (N,), log densities there.
        gradients: shape (M, P), of those for which they were asked, and rows of curvatures.
        best: the greatest log-likelihood among them.
        failed: how many of them failed.
    """

    positions: np.ndarray
    totals: np.ndarray
    gradients: np.ndarray
    best: float
    failed: int


class OutOfTime(Exception):
    """A search has been told enough for now; what it was told is in its memory."""


class Memory:
    """What a search was told: one that begins anew with it comes to where it was at no cost.

    Args:
        known: what it was told before; None where it has not begun.
        seconds: after which nothing new is looked up.
        floor: log density below which an integration has failed.
    """

    def __init__(self, known: Answers | None, seconds: float, floor: float) -> None:
        self._end, self._floor = time.perf_counter() + seconds, floor
        self._known = known
        self._keep(known, *((0, 0) if known is None else (len(known.totals), len(known.gradients))))
        self._best = -np.inf if known is None else known.best
        self._places = (0, 0)
        self._learned = False

    def posterior_of(self, problem: Problem) -> Posterior:
        """Return the posterior of a problem, as far as it is in memory without computing it."""
        return _Remembered(problem, self)

    @property
    def answers(self) -> Answers:
        """All that was told so far."""
        totals = np.concatenate([np.zeros(0), *self._totals])
        none = np.zeros((0, self._positions[0].shape[1] if self._positions else 0))
        positions, gradients = (
            np.concatenate([none, *each]) for each in (self._positions, self._gradients)
        )
        return Answers(positions, totals, gradients, self._best, int((totals < self._floor).sum()))

    def _keep(self, known: Answers | None, count: int, rows: int) -> None:
        """Hold the first log densities and rows of derivatives of what is known, no more."""
        self._positions: list[np.ndarray] = []
        self._totals: list[np.ndarray] = []
        self._gradients: list[np.ndarray] = []
        if known is not None and count:
            self._positions, self._totals = [known.positions[:count]], [known.totals[:count]]
        if known is not None and rows:
            self._gradients = [known.gradients[:rows]]

    def recalled(self, positions: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray] | None:
        """Return log densities at positions, and rows of derivatives; None where not known.

        On another machine a search may take another way by a rounding error: from where it asks
        about other positions than before, nothing is known.

        Raises:
            OutOfTime: they are not known, and something was learned since the time began.
        """
        first, second = self._places
        known = self._known
        ends = first + len(positions), second + rows
        if known is not None and not np.array_equal(
            known.positions[first : ends[0]], positions[: len(known.totals) - first]
        ):
            self._keep(known, first, second)
            self._known = known = None
        if known is None or ends[0] > len(known.totals) or ends[1] > len(known.gradients):
            if self._learned and time.perf_counter() > self._end:
                raise OutOfTime
            return None
        self._places = ends
        return known.totals[first : ends[0]], known.gradients[second : ends[1]]

    def learn(self, positions: np.ndarray, totals: np.ndarray, gradients: np.ndarray) -> None:
        """Keep new answers: positions (N, P), log densities there (N,), and rows (M, P)."""
        self._learned = True
        likelihoods = totals - log_standard_normal(positions)
        self._best = max(self._best, float(np.max(likelihoods, initial=-np.inf)))
        if len(positions):
            self._positions.append(np.array(positions))
            self._totals.append(np.array(totals))
        if len(gradients):
            self._gradients.append(np.array(gradients))


@dataclass(frozen=True, eq=False)
class _Remembered(Posterior):
    """A posterior that looks into a memory before it computes."""

    memory: Memory

    def __call__(self, position: np.ndarray) -> np.ndarray:
        known = self.memory.recalled(position, 0)
        if known is not None:
            return known[0]
        totals = super().__call__(position)
        self.memory.learn(position, totals, np.zeros((0, position.shape[1])))
        return totals

    def values_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = self.memory.recalled(positions, len(positions))
        if known is not None:
            return known
        totals, gradients = super().values_and_gradients(positions)
        self.memory.learn(positions, totals, gradients)
        return totals, gradients

    def curvatures(self, positions: np.ndarray) -> np.ndarray:
        batch, count = positions.shape
        known = self.memory.recalled(positions[:0], batch * count)
        if known is not None:
            return known[1].reshape(batch, count, count)
        found = super().curvatures(positions)
        self.memory.learn(positions[:0], np.zeros(0), found.reshape(-1, count))
        return found


def laplace_covariance(posterior: Posterior, position: np.ndarray) -> np.ndarray:
    """Return the inverse curvature at an optimum, shape (P, P).

    Curvatures below a half are raised to it: the prior alone gives one, so a smaller
    value means that the optimum is not sharp enough for differences to see it.
    """
    count = len(position)
    shifts = HESSIAN_STEP * np.concatenate([np.eye(count), -np.eye(count)])
    _, gradients = posterior.values_and_gradients(position + shifts)
    sizes, axes = raised_curvature((gradients[count:] - gradients[:count]) / (2 * HESSIAN_STEP))
    return np.asarray((axes * (1 / sizes)) @ axes.T)


def raised_curvature(differences: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return principal curvatures, shape (P,), none below a half, and their axes, shape (P, P).

    Args:
        differences: shape (P, P), of gradients along each coordinate, over the step.
    """
    sizes, axes = np.linalg.eigh(0.5 * (differences + differences.T))
    return np.maximum(sizes, LEAST_CURVATURE), axes


def spread_starts(positions: np.ndarray, log_density: np.ndarray, count: int) -> np.ndarray:
    """Choose promising starts that are not neighbours, shape (count, P).

    The best remaining position is taken, then those within one prior standard
    deviation per coordinate of it are passed over, as long as there are others.
    """
    order = np.argsort(-log_density)
    chosen: list[int] = []
    for index in order:
        gaps = positions[chosen] - positions[index]
        if not chosen or (np.sqrt((gaps**2).mean(axis=1)) > 1.0).all():
            chosen.append(int(index))
        if len(chosen) == count:
            break
    rest = [int(i) for i in order if int(i) not in chosen]
    return np.asarray(positions[(chosen + rest)[:count]])


def find_optima(
    posterior: Posterior, starts: np.ndarray, known: tuple[Optimum, ...] = ()
) -> tuple[Optimum, ...]:
    """Maximise from each start and keep every distinct optimum.

    Args:
        posterior: what to maximise.
        starts: shape (N, P).
        known: optima found before, whose basins are counted on.

    Returns:
        The optima, best first.
    """
    found = list(known)
    for position, value in maximise_together(posterior.values_and_gradients, starts):
        for i, other in enumerate(found):
            if np.sqrt(((position - other.position) ** 2).mean()) < SAME_OPTIMUM:
                better = value > other.log_density
                found[i] = replace(
                    other,
                    position=position if better else other.position,
                    log_density=max(value, other.log_density),
                    basin_count=other.basin_count + 1,
                )
                break
        else:
            covariance = laplace_covariance(posterior, position)
            found.append(Optimum(position, value, 1, covariance))
    return tuple(sorted(found, key=lambda optimum: -optimum.log_density))


def optima_from_prior(
    problem: Problem,
    prior: np.ndarray,
    count: int,
    posterior_of: Callable[[Problem], Posterior] = Posterior,
) -> tuple[Optimum, ...]:
    """Screen draws from the prior and maximise from the best of them.

    Where spectra may be wild, all of them look so from where none fits, and nothing says which way
    is up. There the posterior without wild spectra is maximised first, and the other one from
    what that leads to, and from the same with the noise at its prior median: one spectrum that is
    wrong makes the noise look large, and then no spectrum looks wrong.

    Args:
        problem: mechanism and data.
        prior: shape (N, P), draws from the prior in standard-normal coordinates.
        count: from how many of them to maximise.
        posterior_of: returns a problem's posterior.

    Returns:
        The optima, best first.
    """
    whole = posterior_of(problem)
    if not problem.may_have_wild_spectra:
        return find_optima(whole, spread_starts(prior, whole(prior), count))
    plain = posterior_of(problem.without_wild_spectra())
    reached = find_optima(plain, spread_starts(prior, plain(prior), count))
    positions = np.array([optimum.position for optimum in reached])
    quiet = positions.copy()
    quiet[:, [parameter.kind == "noise" for parameter in problem.parameters]] = 0.0
    return find_optima(whole, np.concatenate([positions, quiet]))
