"""Proposals that stand for a posterior: Student-t's fitted to draws, with prior mixed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln

from assemblysim.inference.model.target import log_standard_normal

# Student-t components with few degrees of freedom: their tails cover what the fit to
# the draws does not see.
FREEDOM = 5.0
# Share of a proposal that is drawn from the prior, so that a posterior's tails are covered.
PRIOR_FRACTION = 0.05
MOST_COMPONENTS = 10
# Draws for each component and coordinate, so that its covariance is known.
DRAWS_FOR_ONE = 5
EXPECTATIONS = 8


@dataclass(frozen=True, eq=False)
class Components:
    """K multivariate Student-t's with `FREEDOM` degrees of freedom.

    Attributes:
        means: shape (K, P).
        covariances: shape (K, P, P), their scale matrices.
    """

    means: np.ndarray
    covariances: np.ndarray

    @cached_property
    def factors(self) -> np.ndarray:
        """Shape (K, P, P), lower, of the scale matrices."""
        return np.linalg.cholesky(self.covariances)

    @cached_property
    def _turns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Turns to unit scale (P, K P), the turned means (K, P), log-densities there (K,)."""
        number, count = self.means.shape
        turns = np.linalg.inv(self.factors)
        starts = np.matmul(turns, self.means[:, :, None])[:, :, 0]
        at_zero = gammaln((FREEDOM + count) / 2) - gammaln(FREEDOM / 2)
        at_zero -= 0.5 * count * np.log(FREEDOM * np.pi)
        log_likelihoods = at_zero - np.log(np.einsum("kpp->kp", self.factors)).sum(axis=1)
        return turns.transpose(2, 0, 1).reshape(count, number * count), starts, log_likelihoods

    def log_densities(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density of each component, shape (N, K), at positions (N, P)."""
        turns, starts, log_likelihoods = self._turns
        scaled = (position @ turns).reshape(len(position), *starts.shape)
        scaled -= starts
        tail = np.log1p(np.einsum("nkp,nkp->nk", scaled, scaled) / FREEDOM)
        return np.asarray(log_likelihoods - 0.5 * (FREEDOM + position.shape[1]) * tail)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Several components with their fractions, and prior mixed in, so that no weight grows unbound.

    Attributes:
        components: fits to parts of a posterior.
        fractions: shape (K,), of the components among themselves; their sum is 1.
        prior_fraction: fraction of the whole that is drawn from the prior.
    """

    components: Components
    fractions: np.ndarray
    prior_fraction: float = PRIOR_FRACTION

    @property
    def dimension(self) -> int:
        """Number of coordinates, P."""
        return int(self.components.means.shape[1])

    def draw(self, count: int, rng: np.random.Generator | np.random.RandomState) -> np.ndarray:
        """Draw positions, shape (count, P)."""
        normal = np.asarray(rng.standard_normal((count, self.dimension)))
        chosen = np.searchsorted(np.cumsum(self.fractions)[:-1], rng.uniform(size=count))
        from_prior = rng.uniform(size=count) < self.prior_fraction
        stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, count))[:, None]
        turned = np.matmul(self.components.factors[chosen], normal[:, :, None])[:, :, 0]
        drawn = self.components.means[chosen] + stretch * turned
        return np.where(from_prior[:, None], normal, drawn)

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""
        own, of_prior = self._log_shares
        parts = self.components.log_densities(position) + own
        prior = log_standard_normal(position) + of_prior
        top = np.maximum(parts.max(axis=1), prior)
        parts -= top[:, None]
        return np.asarray(top + np.log(np.exp(parts).sum(axis=1) + np.exp(prior - top)))

    @cached_property
    def _log_shares(self) -> tuple[np.ndarray, np.ndarray]:
        """Logs of the components' fractions of the whole, shape (K,), and of the prior's."""
        with np.errstate(divide="ignore"):  # a fraction may be 0
            return np.log((1 - self.prior_fraction) * self.fractions), np.log(self.prior_fraction)


def fitted_mixture(
    draws: np.ndarray,
    rng: np.random.Generator,
    *,
    most: int = MOST_COMPONENTS,
) -> Mixture:
    """Fit a mixture to draws of a posterior that may be bent or have several modes.

    Args:
        draws: shape (N, P).
        rng: for the first centres.
        most: components at most; there are fewer where the draws are few.

    Returns:
        The mixture. Method: k-means++ in coordinates in which the draws have unit covariance,
        then expectation maximisation with covariances shrunk towards the mean variance.
    """
    count, dimension = draws.shape
    mean, covariance = draws.mean(axis=0), np.atleast_2d(np.cov(draws.T))
    covariance = covariance + 1e-9 * np.eye(dimension)
    number = min(most, count // (DRAWS_FOR_ONE * dimension))
    if number < 2:
        return Mixture(Components(mean[None], covariance[None]), np.ones(1))
    factor = np.linalg.cholesky(covariance)
    points = np.linalg.solve(factor, (draws - mean).T).T
    narrow = np.eye(dimension) / number ** (2 / dimension)
    centres = _spread_points(points, number, rng)
    parts = Components(centres, np.broadcast_to(narrow, (number, dimension, dimension)))
    fractions = np.full(number, 1 / number)
    products = (points[:, :, None] * points[:, None, :]).reshape(count, -1)
    for _ in range(EXPECTATIONS):
        parts, fractions = _maximised(points, products, parts, fractions)
    means = [mean + factor @ one for one in parts.means]
    covariances = [factor @ one @ factor.T for one in parts.covariances]
    return Mixture(Components(np.stack(means), np.stack(covariances)), fractions)


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
    points: np.ndarray, products: np.ndarray, parts: Components, fractions: np.ndarray
) -> tuple[Components, np.ndarray]:
    """Do one step of expectation maximisation; a component without any points is left out.

    Args:
        points: shape (N, P), of unit covariance all together.
        products: shape (N, P * P), of every two of a point's coordinates.
        parts: the K components.
        fractions: shape (K,), theirs.
    """
    dimension = points.shape[1]
    logs = parts.log_densities(points) + np.log(fractions)
    belongs = np.exp(logs - logs.max(axis=1, keepdims=True))
    belongs /= belongs.sum(axis=1, keepdims=True)
    sizes = belongs.sum(axis=0)
    belongs, sizes = belongs[:, sizes > 1], sizes[sizes > 1]
    weights = belongs.T / sizes[:, None]
    means, squares = weights @ points, (weights @ products).reshape(-1, dimension, dimension)
    covariances = squares - means[:, :, None] * means[:, None, :]
    shrink = (dimension / (dimension + sizes))[:, None, None]
    level = np.maximum(np.einsum("kpp->k", covariances) / dimension, 1e-6)[:, None, None]
    covariances = (1 - shrink) * covariances + shrink * level * np.eye(dimension)
    return Components(means, covariances), sizes / sizes.sum()
