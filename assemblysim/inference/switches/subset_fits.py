"""The optimum and the curvature of each subset that a search meets, found once for each.

A flip that leaves the other constants where they are hardly ever lands where the larger or the
smaller network has them. So each subset has a fit of its own, begun at a neighbour's optimum, in
the coordinates in which the neighbour's curvature is 1: a few gradients are enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from assemblysim.inference.sampling.search import (
    HESSIAN_STEP,
    ValueAndGradient,
    raised_curvature,
    side_by_side,
)
from assemblysim.inference.switches.switched import SwitchedProblem

MOST_STEPS = 25
# Fits at most so many nats behind the best one are improved so many times, in the coordinates in
# which their own curvature is 1.
WORTH, AGAIN = 12.0, 2
# Where a constant that comes on begins: slow, since most steps that come on are not asked for.
BEGIN = -1.0
REACH = 6.0
# What stands for a density that is no number: an integration failed there.
HOPELESS = 1e10


@dataclass(frozen=True, eq=False)
class SubsetFit:
    """The optimum of one subset.

    Attributes:
        position: shape (P,); 0 where a coordinate does not count.
        curvature: shape (P, P), of minus the log of likelihood times prior; that of the prior, 1,
            where a coordinate does not count.
        log_density: log of likelihood times prior of the unknowns.
        score: log prior of the switches and Laplace's log evidence.
    """

    position: np.ndarray
    curvature: np.ndarray
    log_density: float
    score: float


@dataclass(frozen=True, eq=False)
class SubsetFits:
    """The fits that are known so far.

    Attributes:
        problem: all steps.
        known: by the bytes of a subset's switches, shape (G,) of float64.
    """

    problem: SwitchedProblem
    known: dict[bytes, SubsetFit] = field(default_factory=dict)

    @property
    def switches(self) -> np.ndarray:
        """The subsets that are known, shape (K, G)."""
        return np.array([np.frombuffer(text) for text in self.known])

    @property
    def scores(self) -> np.ndarray:
        """Their scores, shape (K,)."""
        return np.array([fit.score for fit in self.known.values()])

    def of(self, row: np.ndarray) -> SubsetFit | None:
        """Return the fit of a subset, shape (G,); None where it is not known."""
        return self.known.get(row.tobytes())

    def take(self, switches: np.ndarray, positions: np.ndarray) -> None:
        """Take optima, shapes (N, G) and (N, P), but where a better one is known."""
        problem, own = self.problem, self.problem.dimension
        counting = [np.flatnonzero(one) for one in problem.active(switches)]
        around = []
        for row, position, places in zip(switches, positions, counting, strict=True):
            steps = HESSIAN_STEP * np.eye(own)[places]
            shifted = position + np.concatenate([np.zeros((1, own)), steps, -steps])
            around.append(np.concatenate([shifted, np.tile(row, (len(shifted), 1))], axis=1))
        values, gradients = problem.values_and_gradients(np.concatenate(around))
        first = 0
        for row, position, places in zip(switches, positions, counting, strict=True):
            last = first + 2 * len(places) + 1
            slopes = gradients[first + 1 : last][:, places]
            curvature, log_determinant = _curvature(slopes, places, own)
            density = float(values[first])
            laplace = density - 0.5 * log_determinant
            laplace += 0.5 * own * float(np.log(2 * np.pi))  # what does not count has its prior
            score = float(problem.space.log_prior(row)) + laplace
            before = self.of(row)
            if before is None or before.log_density < density:
                self.known[row.tobytes()] = SubsetFit(position, curvature, density, score)
            first = last

    def learn(self, switches: np.ndarray, near: np.ndarray) -> None:
        """Fit subsets side by side.

        Args:
            switches: shape (N, G), none twice and none known.
            near: shape (N, G), for each a subset that is known and does not differ by much.
        """
        self._fit(switches, near)
        for _ in range(AGAIN):
            best = self.scores.max()
            own = [fit is not None and fit.score > best - WORTH for fit in map(self.of, switches)]
            if any(own):
                self._fit(switches[own], switches[own])

    def _fit(self, switches: np.ndarray, near: np.ndarray) -> None:
        active = self.problem.active(switches)
        together = side_by_side(self.problem.values_and_gradients, len(switches))

        def found(one: int) -> np.ndarray:
            fit = self.known[near[one].tobytes()]
            return _maximised(together, fit, switches[one], active[one])

        self.take(switches, np.array(together.map(found, range(len(switches)))))


def _maximised(
    function: ValueAndGradient, near: SubsetFit, row: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Go to the optimum of a subset from that of another one, shape (P,)."""
    comes = counts & (near.position == 0)
    stays = counts & ~comes
    start = np.where(comes, BEGIN, np.where(stays, near.position, 0.0))
    curvature = np.where(stays[:, None] & stays, near.curvature, np.diag((~stays).astype(float)))
    factor = np.linalg.inv(np.linalg.cholesky(curvature)).T
    own = len(start)

    def downhill(scaled: np.ndarray) -> tuple[float, np.ndarray]:
        position = np.where(counts, start + factor @ scaled, 0.0)
        inside = np.clip(position, -REACH, REACH)
        value, gradient = function(np.concatenate([inside, row]))
        if not np.isfinite(value):
            return HOPELESS, np.zeros(own)
        beyond = position - inside
        slope = np.where(counts, gradient[:own] - 2 * beyond, 0.0)
        return float(beyond @ beyond) - value, -(factor.T @ slope)

    options = {"maxiter": MOST_STEPS, "ftol": 1e-6, "gtol": 0.05, "maxcor": 20}
    best = minimize(downhill, np.zeros(own), jac=True, method="L-BFGS-B", options=options)
    return np.where(counts, np.clip(start + factor @ best.x, -REACH, REACH), 0.0)


def _curvature(slopes: np.ndarray, places: np.ndarray, own: int) -> tuple[np.ndarray, float]:
    """Return the curvature among all coordinates, and the log-determinant, from gradients about.

    Args:
        slopes: shape (2 N, N), at steps forth and back along each coordinate that counts.
        places: shape (N,), which these are.
        own: P, all coordinates.
    """
    count = len(places)
    raw = np.nan_to_num((slopes[count:] - slopes[:count]) / (2 * HESSIAN_STEP))
    sizes, axes = raised_curvature(raw)
    found = np.eye(own)
    found[np.ix_(places, places)] = (axes * sizes) @ axes.T
    return found, float(np.log(sizes).sum())
