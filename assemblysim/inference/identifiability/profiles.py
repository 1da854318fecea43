"""The profile likelihood of each parameter: how far it can go when all others make up for it.

One coordinate is moved outwards from its most likely value, step by step, and the others go to
the best that they can do there. Where the log-likelihood has dropped by 1.92 (half the 95 % point
of chi-square with one degree of freedom) the 95 % interval ends; where it never does, the interval
is open. After Raue et al., Bioinformatics 25, 1923 (2009).

What is known of the *other* parameters before the data counts as further data: a response factor
with a log-normal prior may not make up for a rate constant by going to a thirtieth. The prior
of the parameter itself is left out, so that its interval owes nothing to it. Priors that are flat
within their bounds add nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from assemblysim.inference.identifiability.classes import PRIOR_TAIL
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.priors import LogUniform
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.search import (
    HESSIAN_STEP,
    SAME_OPTIMUM,
    ValuesAndGradients,
    side_by_side,
    spread_starts,
)

# Half the 95 % point of chi-square with one degree of freedom.
DROP = 1.9207
# A profile higher than the maximum by more than this has found a better one.
SLACK = 0.05
# How far from 0 a coordinate may go: as `search.find_point_estimates` does.
REACH = 5.0
# An interval that ends in the outer 5 % of a flat prior counts as open there, as a posterior does:
# what ends it so late is more often the bound of another parameter than the data.
BOUND = -float(ndtri(PRIOR_TAIL))
# Beyond REACH a maximisation is held back by this, per squared standard deviation.
WALL = 50.0
LONGEST_STEP = 1.5
# Added to all curvatures that scale a maximisation, as a standard-normal prior would.
LEAST_CURVATURE = 1.0
# A maximisation stops when a step gains less than this, in nats: a coordinate fixed, or none.
GAINS = (1e-4, 1e-6)
# Where the edge of a flat prior is, as far as likelihoods tell: in its outer seven hundredth.
EDGE = 3.0
# A crossing is interpolated from a drop that is so close to 1.92, after so many attempts at most.
CLOSE = 0.25
CLOSINGS = 25
# A drop whose root is so many times that of 1.92 says nothing of where on the way it crossed.
FAR = 3.0
# Draws whose likelihood is looked at for other optima and for starts.
SCREENED = 1000
STARTS = 3
RESTARTS = 4


@dataclass(frozen=True, eq=False)
class Likelihood:
    """A likelihood in standard-normal coordinates.

    Attributes:
        log_likelihoods: from positions, shape (B, P), to log-likelihoods, shape (B,).
        values_and_gradients: from positions, shape (B, P), to log-likelihoods, shape (B,), and
            their gradients, shape (B, P).
        flat: shape (P,), whether the prior of a parameter is flat within bounds.
        decades: shape (P,), how wide default priors of rate constants are, nan for all else; None
            where there is none.
    """

    log_likelihoods: Callable[[np.ndarray], np.ndarray]
    values_and_gradients: ValuesAndGradients
    flat: np.ndarray
    decades: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Profiles:
    """95 % intervals by profile likelihood, in standard-normal coordinates.

    Attributes:
        position: shape (P,), where likelihood times prior is greatest.
        lower: shape (P,), or of those asked for, lower ends; -inf where the interval is open.
        upper: likewise, upper ends; inf where it is open.
        rises: shape (P, 2), or of those asked for, by how much the profile rises in the last decade
            at the lower and upper edge of a default prior, nats; 0 where the side is closed.
        calls: gradients of the likelihood that it took.
    """

    position: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    rises: np.ndarray
    calls: int


def likelihood_of(problem: Problem) -> Likelihood:
    """Return a problem's likelihood in standard-normal coordinates."""

    def log_likelihoods(positions: np.ndarray) -> np.ndarray:
        values = values_from_normal(problem.parameters, positions)
        return log_likelihood(problem, values).total

    return Likelihood(
        log_likelihoods,
        partial(log_likelihood_gradients, problem),
        np.array([p.prior.flat for p in problem.parameters]),
        np.array([_decades(p) for p in problem.parameters]),
    )


def _decades(parameter: Parameter) -> float:
    """Return how wide the default prior of a rate constant is; nan for all else."""
    prior = parameter.prior
    if parameter.stated or parameter.kind != "rate" or not isinstance(prior, LogUniform):
        return np.nan
    return float(np.log10(prior.bounds[1] / prior.bounds[0]))


def profile_likelihood(
    likelihood: Likelihood,
    start: np.ndarray,
    draws: np.ndarray,
    coordinates: Sequence[int] | None = None,
) -> Profiles:
    """Find the 95 % interval of every parameter, or of some, by profile likelihood.

    An interval spans every optimum that is within 1.92 of the greatest; when a profile rises
    above the supposed maximum it all begins again from there. The profiles of all parameters go
    side by side, so that the engine is asked for several gradients at a time.

    Args:
        likelihood: what to profile.
        start: shape (P,), a position of greatest likelihood, as far as is known.
        draws: shape (N, P), posterior draws: they give starts.
        coordinates: of the parameters wanted; all by default.

    Returns:
        The intervals.
    """
    thinned = draws[np.linspace(0, len(draws) - 1, min(SCREENED, len(draws))).astype(int)]
    profiler = _Profiler(likelihood, thinned, start)
    wanted = range(len(start)) if coordinates is None else coordinates
    found = profiler.intervals(wanted)
    for _ in range(RESTARTS):
        highest = max(found, key=lambda interval: interval.rise)
        if highest.rise <= SLACK:
            break
        profiler.keep(profiler.optima + profiler.maximisations([highest.best.position]))
        found = profiler.intervals(wanted)
    lower, upper, rises = (
        np.array(ends) for ends in zip(*((o.lower, o.upper, o.rises) for o in found), strict=True)
    )
    return Profiles(profiler.optima[0].position, lower, upper, rises, profiler.calls)


@dataclass(frozen=True, eq=False)
class _Place:
    """A position, shape (P,), and how high it is: likelihood and prior."""

    position: np.ndarray
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class _Interval:
    """One parameter's interval, and the highest place seen beside it.

    Attributes:
        lower: its lower end; -inf where it is open.
        upper: its upper end.
        best: the highest place on the way.
        rise: how far that lies above the optimum from which the profile began.
        rises: by how much the profile rises in the last decade, below and above.
    """

    lower: float
    upper: float
    best: _Place
    rise: float
    rises: tuple[float, float]


class _Profiler:
    """Maximises, and follows profiles outwards from the optima that it knows."""

    def __init__(self, likelihood: Likelihood, draws: np.ndarray, start: np.ndarray) -> None:
        self._likelihood = likelihood
        self._draws = draws
        self._log_likelihoods = (
            likelihood.log_likelihoods(draws) - 0.5 * draws**2 @ ~likelihood.flat
        )
        self._covariance = np.cov(draws, rowvar=False).reshape(2 * start.shape)
        self.calls = 0
        self._together = side_by_side(self._values_and_gradients, max(len(start), STARTS + 1))
        starts = [start, *spread_starts(draws, self._log_likelihoods, STARTS)]
        self.optima: list[_Place] = []
        self.keep(self.maximisations(starts))

    def maximisations(self, starts: Sequence[np.ndarray]) -> list[_Place]:
        """Maximise from several positions, none of their coordinates fixed."""
        return self._together.map(self._maximise, starts)

    def intervals(self, wanted: Sequence[int]) -> list[_Interval]:
        """Return the intervals of some parameters."""
        return self._together.map(self._interval, wanted)

    def keep(self, places: Sequence[_Place]) -> None:
        """Remember the distinct optima, and take the scale from the best of them."""
        self.optima = _distinct(places)
        top = self.optima[0].position
        shifts = HESSIAN_STEP * np.eye(len(top))
        around = np.concatenate([top + shifts, top - shifts])
        gradients = [
            gradient for _, gradient in self._together.map(self._value_and_gradient, around)
        ]
        ahead, behind = np.split(np.array(gradients), 2)
        rows = (behind - ahead) / (2 * HESSIAN_STEP)
        values, vectors = np.linalg.eigh(0.5 * (rows + rows.T))
        inverse = 1 / (np.maximum(values, 0.0) + LEAST_CURVATURE)
        self._covariance = (vectors * inverse) @ vectors.T

    def _values_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log-likelihoods and gradients for all profiles that ask at this moment."""
        self.calls += len(positions)
        return self._likelihood.values_and_gradients(positions)

    def _interval(self, i: int) -> _Interval:
        """Walk to both ends of one parameter's interval."""
        tops = self.optima
        if not self._likelihood.flat[i]:
            tops = _distinct([self._maximise(o.position, without=i) for o in tops])
        (lower, left), (upper, right) = (self._end(i, side, tops) for side in (-1, 1))
        best = max(left, right, key=lambda place: place.log_likelihood)
        rises = self._rise(i, -1, lower, left), self._rise(i, 1, upper, right)
        return _Interval(lower, upper, best, best.log_likelihood - tops[0].log_likelihood, rises)

    def _rise(self, i: int, side: int, end: float, highest: _Place) -> float:
        """Return by how much a profile rises in the last decade of a default prior, nats."""
        decades = np.nan if self._likelihood.decades is None else self._likelihood.decades[i]
        if np.isfinite(end) or not decades > 1:
            return 0.0
        edge = highest.position.copy()
        edge[i] = side * EDGE
        there = self._best_at(i, edge, np.inf)
        before = there.position.copy()
        before[i] = side * float(ndtri(1 - 1 / decades))
        return there.log_likelihood - self._best_at(i, before, np.inf).log_likelihood

    def _maximise(
        self, start: np.ndarray, *, fixed: int | None = None, without: int | None = None
    ) -> _Place:
        """Maximise from a position, with one coordinate fixed, or without one parameter's prior.

        The coordinates are scaled by the curvature at the best optimum, which makes the
        maximisation short.
        """
        free = np.array([i for i in range(len(start)) if i != fixed], dtype=int)
        origin = start.copy()
        origin[free] = np.clip(start[free], -REACH, REACH)
        if not len(free):
            return _Place(origin, self._value_and_gradient(origin, fixed)[0])
        factor = np.linalg.cholesky(self._spread(free, fixed))
        held = without if fixed is None else fixed

        def downhill(scaled: np.ndarray) -> tuple[float, np.ndarray]:
            position = origin.copy()
            position[free] += factor @ scaled
            value, gradient = self._value_and_gradient(position, held)
            return -value, -(factor.T @ gradient[free])

        gain = GAINS[fixed is None] / max(abs(float(self._log_likelihoods.max())), 1.0)
        found = minimize(
            downhill,
            np.zeros(len(free)),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 80, "maxcor": 20, "ftol": gain, "gtol": 1e-3},
        )
        position = origin.copy()
        position[free] += factor @ found.x
        return _Place(position, -float(found.fun))

    def _spread(self, free: np.ndarray, fixed: int | None) -> np.ndarray:
        """Return the scale of the free coordinates, given the fixed one, as a covariance."""
        spread = self._covariance[np.ix_(free, free)]
        if fixed is not None:
            with_fixed = self._covariance[free, fixed]
            spread = spread - np.outer(with_fixed, with_fixed) / self._covariance[fixed, fixed]
        return np.asarray(spread + 1e-8 * np.eye(len(free)))

    def _value_and_gradient(
        self, position: np.ndarray, without: int | None = None
    ) -> tuple[float, np.ndarray]:
        """Return the log-likelihood with prior, held back beyond the reach."""
        value, gradient = self._together(position)
        pull = np.where(self._likelihood.flat, 0.0, position)
        if without is not None:
            pull[without] = 0.0
        excess = position - np.clip(position, -REACH, REACH)
        value -= 0.5 * float(pull @ pull) + WALL * float(excess @ excess)
        return value, gradient - pull - 2 * WALL * excess

    def _end(self, i: int, side: int, tops: Sequence[_Place]) -> tuple[float, _Place]:
        """Return where one side ends, beyond all optima, and the highest place on the way."""
        end, best = self._follow(i, side, tops[0], tops[0].log_likelihood)
        beyond = [o for o in tops[1:] if side * (o.position[i] - end) > 0]
        if beyond:
            farthest = max(beyond, key=lambda place: side * place.position[i])
            end, other = self._follow(i, side, farthest, tops[0].log_likelihood)
            best = max(best, other, key=lambda place: place.log_likelihood)
        return end, best

    def _follow(self, i: int, side: int, origin: _Place, top: float) -> tuple[float, _Place]:
        """Go outwards until the profile has dropped by 1.92, and interpolate the crossing."""
        limit = BOUND if self._likelihood.flat[i] else REACH
        here = best = origin
        step = float(np.clip(np.sqrt(self._covariance[i, i]), 1e-3, 0.5))
        direction = self._covariance[:, i] / self._covariance[i, i]
        while side * here.position[i] < limit - 1e-9:
            step = min(step, limit - side * here.position[i])
            there = self._best_at(i, here.position + side * step * direction, top)
            best = max(best, there, key=lambda place: place.log_likelihood)
            if best.log_likelihood > top + SLACK:
                break
            if top - there.log_likelihood > DROP:
                return self._crossing(i, here, there, top), best
            moved = there.position - here.position
            direction = moved / moved[i]
            step = _next_step(step, top - here.log_likelihood, top - there.log_likelihood)
            here = there
        return side * np.inf, best

    def _best_at(self, i: int, start: np.ndarray, top: float) -> _Place:
        """Maximise with one coordinate fixed; before a side is closed, try a draw nearby too."""
        found = self._maximise(start, fixed=i)
        if top - found.log_likelihood > DROP:
            near = np.argsort(np.abs(self._draws[:, i] - start[i]))[: len(self._draws) // 20 + 1]
            other = self._draws[near[np.argmax(self._log_likelihoods[near])]].copy()
            other[i] = start[i]
            again = self._maximise(other, fixed=i)
            found = max(found, again, key=lambda place: place.log_likelihood)
        return found

    def _crossing(self, i: int, inside: _Place, outside: _Place, top: float) -> float:
        """Return where the profile crosses 1.92 below its top, between two places.

        The root of a drop is nearly straight close to the crossing; until an end is close,
        the place found so becomes a new end. Where the drop is steep, the way is halved first.
        """
        for _ in range(CLOSINGS):
            a, b = (np.sqrt(max(top - place.log_likelihood, 0.0)) for place in (inside, outside))
            moved = outside.position - inside.position
            fraction = float(np.clip((np.sqrt(DROP) - a) / (b - a), 0.0, 1.0))
            if min(abs(a**2 - DROP), abs(b**2 - DROP)) < CLOSE or abs(moved[i]) < 1e-3:
                break
            part = 0.5 if b > FAR * np.sqrt(DROP) else float(np.clip(fraction, 0.1, 0.9))
            middle = self._maximise(inside.position + part * moved, fixed=i)
            if top - middle.log_likelihood > DROP:
                outside = middle
            else:
                inside = middle
        return float(inside.position[i] + fraction * moved[i])


def _distinct(places: Sequence[_Place]) -> list[_Place]:
    """Return the distinct optima within 1.92 of the best, the best first."""
    found: list[_Place] = []
    for one in sorted(places, key=lambda place: -place.log_likelihood):
        gaps = [np.sqrt(((one.position - other.position) ** 2).mean()) for other in found]
        near = not found or found[0].log_likelihood - one.log_likelihood < DROP
        if near and all(gap > SAME_OPTIMUM for gap in gaps):
            found.append(one)
    return found


def _next_step(step: float, before: float, after: float) -> float:
    """Return the step that should just cross, were the root of the drop straight."""
    reached = np.sqrt(max(after, 0.0))
    rise = max(reached - np.sqrt(max(before, 0.0)), 1e-6)
    wanted = step * (1.05 * np.sqrt(DROP) - reached) / rise
    return float(np.clip(wanted, 0.3 * step, min(2.5 * step, LONGEST_STEP)))
