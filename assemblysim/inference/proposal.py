"""Proposals that stand for a posterior: a Student-t fitted to draws, with prior mixed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln, logsumexp

from assemblysim.inference.target import log_standard_normal

# Student-t components with few degrees of freedom: their tails cover what the fit to
# the draws does not see.
FREEDOM = 5.0
# Share of a proposal that is drawn from the prior, so that a posterior's tails are covered.
PRIOR_SHARE = 0.05
MOST_COMPONENTS = 10
# Draws for each component and coordinate, so that its covariance is known.
DRAWS_FOR_ONE = 5
EXPECTATIONS = 8


@dataclass(frozen=True, eq=False)
class Component:
    """A multivariate Student-t proposal.

    Attributes:
        mean: shape (P,).
        covariance: shape (P, P), the scale matrix.
    """

    mean: np.ndarray
    covariance: np.ndarray

    def draw(self, count: int, rng: np.random.Generator | np.random.RandomState) -> np.ndarray:
        """Draw positions, shape (count, P)."""
        normal = rng.standard_normal((count, len(self.mean))) @ self.factor.T
        return np.asarray(
            self.mean + normal * np.sqrt(FREEDOM / rng.chisquare(FREEDOM, (count, 1)))
        )

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""
        turn, constant = self.inverse_factor, self.log_height
        scaled = position @ turn.T - turn @ self.mean
        tail = np.log1p(np.einsum("np,np->n", scaled, scaled) / FREEDOM)
        return np.asarray(constant - 0.5 * (FREEDOM + len(self.mean)) * tail)

    @cached_property
    def factor(self) -> np.ndarray:
        """Shape (P, P), lower, of the scale matrix."""
        return np.linalg.cholesky(self.covariance)

    @cached_property
    def inverse_factor(self) -> np.ndarray:
        """Shape (P, P), of that factor."""
        return np.linalg.inv(self.factor)

    @cached_property
    def log_height(self) -> float:
        """Log-density at the mean."""
        count = len(self.mean)
        return float(
            gammaln((FREEDOM + count) / 2)
            - gammaln(FREEDOM / 2)
            - 0.5 * count * np.log(FREEDOM * np.pi)
            - np.log(np.diag(self.factor)).sum()
        )


@dataclass(frozen=True, eq=False)
class Mixture:
    """Several components with their shares, and prior mixed in, so that no weight grows unbound.

    Attributes:
        components: fits to parts of a posterior.
        shares: shape (K,), of the components among themselves; their sum is 1.
        prior_share: share of the whole that is drawn from the prior.
    """

    components: tuple[Component, ...]
    shares: np.ndarray
    prior_share: float = PRIOR_SHARE

    @property
    def dimension(self) -> int:
        """Number of coordinates, P."""
        return len(self.components[0].mean)

    def draw(self, count: int, rng: np.random.Generator | np.random.RandomState) -> np.ndarray:
        """Draw positions, shape (count, P)."""
        positions = np.asarray(rng.standard_normal((count, self.dimension)))
        chosen = np.searchsorted(np.cumsum(self.shares)[:-1], rng.uniform(size=count))
        chosen[rng.uniform(size=count) < self.prior_share] = -1
        for number, component in enumerate(self.components):
            rows = np.flatnonzero(chosen == number)
            positions[rows] = component.draw(len(rows), rng)
        return positions

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""
        turns, starts, heights = self._stacked
        scaled = np.matmul(position, turns) - starts
        tail = np.log1p(np.einsum("knp,knp->kn", scaled, scaled) / FREEDOM)
        parts = heights[:, None] - 0.5 * (FREEDOM + position.shape[1]) * tail
        prior = log_standard_normal(position) + self._log_prior_share
        top = np.maximum(parts.max(axis=0), prior)
        return np.asarray(top + np.log(np.exp(parts - top).sum(axis=0) + np.exp(prior - top)))

    @cached_property
    def _log_prior_share(self) -> float:
        return float(np.log(self.prior_share)) if self.prior_share > 0 else -np.inf

    @cached_property
    def _stacked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Turns (K, P, P) and their means (K, 1, P) to unit covariance, log heights (K,)."""
        turns = np.stack([c.inverse_factor.T for c in self.components])
        means = np.stack([c.mean for c in self.components])
        with np.errstate(divide="ignore"):  # a share may be 0
            weights = np.log((1 - self.prior_share) * self.shares)
        heights = np.array([c.log_height for c in self.components]) + weights
        return turns, np.einsum("kp,kpq->kq", means, turns)[:, None], heights


def fitted_component(draws: np.ndarray) -> Component:
    """Fit a Student-t to draws, shape (N, P)."""
    covariance = np.atleast_2d(np.cov(draws.T))
    return Component(draws.mean(axis=0), covariance + 1e-9 * np.eye(draws.shape[1]))


def fitted_mixture(
    draws: np.ndarray,
    rng: np.random.Generator,
    *,
    most: int = MOST_COMPONENTS,
    prior_share: float = PRIOR_SHARE,
) -> Mixture:
    """Fit a mixture to draws of a posterior that may be bent or have several modes.

    Args:
        draws: shape (N, P).
        rng: for the first centres.
        most: components at most; there are fewer where the draws are few.
        prior_share: share of prior in the mixture.

    Returns:
        The mixture. Method: k-means++ in coordinates in which the draws have unit covariance,
        then expectation maximisation with covariances shrunk towards the mean variance.
    """
    count, dimension = draws.shape
    whole = fitted_component(draws)
    number = min(most, count // (DRAWS_FOR_ONE * dimension))
    if number < 2:
        return Mixture((whole,), np.ones(1), prior_share)
    factor = np.linalg.cholesky(whole.covariance)
    points = np.linalg.solve(factor, (draws - whole.mean).T).T
    narrow = np.eye(dimension) / number ** (2 / dimension)
    parts = [Component(centre, narrow) for centre in _spread_points(points, number, rng)]
    shares = np.full(number, 1 / number)
    for _ in range(EXPECTATIONS):
        parts, shares = _maximised(points, parts, shares)
    turned = tuple(
        Component(whole.mean + factor @ part.mean, factor @ part.covariance @ factor.T)
        for part in parts
    )
    return Mixture(turned, shares, prior_share)


def _spread_points(points: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Choose starting centres far from each other (k-means++, Arthur & Vassilvitskii 2007)."""
    chosen = [int(rng.integers(len(points)))]
    distance = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(number - 1):
        edges = np.cumsum(distance)
        place = min(int(np.searchsorted(edges, rng.uniform() * edges[-1])), len(points) - 1)
        chosen.append(place)
        distance = np.minimum(distance, ((points - points[place]) ** 2).sum(axis=1))
    return points[chosen]


def _maximised(
    points: np.ndarray, parts: list[Component], shares: np.ndarray
) -> tuple[list[Component], np.ndarray]:
    """Do one step of expectation maximisation; a component that lost its points is left out."""
    dimension = points.shape[1]
    logs = np.stack(
        [np.log(s) + part.log_density(points) for part, s in zip(parts, shares, strict=True)]
    )
    belongs = np.exp(logs - logsumexp(logs, axis=0))
    sizes = belongs.sum(axis=1)
    found = []
    for weights in belongs[sizes > 1]:
        size = weights.sum()
        mean = weights @ points / size
        gap = points - mean
        covariance = (weights[:, None] * gap).T @ gap / size
        shrink = dimension / (dimension + size)
        level = max(float(np.trace(covariance)) / dimension, 1e-6)
        found.append(
            Component(mean, (1 - shrink) * covariance + shrink * level * np.eye(dimension))
        )
    kept = sizes[sizes > 1]
    return found, kept / kept.sum()
