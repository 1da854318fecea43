"""A first population where the posterior's mass is, by adaptive importance sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from assemblysim.inference.target import Target, log_standard_normal

# Student-t components with few degrees of freedom: their tails cover what the fit to
# the population does not see yet.
FREEDOM = 5.0


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
        factor = np.linalg.cholesky(self.covariance)
        normal = rng.standard_normal((count, len(self.mean))) @ factor.T
        return np.asarray(
            self.mean + normal * np.sqrt(FREEDOM / rng.chisquare(FREEDOM, (count, 1)))
        )

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""
        count = len(self.mean)
        factor = np.linalg.cholesky(self.covariance)
        scaled = np.linalg.solve(factor, (position - self.mean).T)
        constant = (
            gammaln((FREEDOM + count) / 2)
            - gammaln(FREEDOM / 2)
            - 0.5 * count * np.log(FREEDOM * np.pi)
            - np.log(np.diag(factor)).sum()
        )
        tail = -0.5 * (FREEDOM + count) * np.log1p((scaled**2).sum(axis=0) / FREEDOM)
        return np.asarray(constant + tail)


# Share of a defensive proposal that is drawn from the prior, so that its tails are covered.
PRIOR_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class DefensiveProposal:
    """A fitted component with a tenth of prior mixed in, so that no weight grows without bound.

    Attributes:
        component: the fit to a posterior.
    """

    component: Component

    def draw(self, count: int, rng: np.random.Generator | np.random.RandomState) -> np.ndarray:
        """Draw positions, shape (count, P)."""
        fitted = self.component.draw(count, rng)
        anywhere = rng.standard_normal(fitted.shape)
        from_prior = rng.uniform(size=(count, 1)) < PRIOR_SHARE
        return np.where(from_prior, anywhere, fitted)

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""
        parts = [
            np.log(1 - PRIOR_SHARE) + self.component.log_density(position),
            np.log(PRIOR_SHARE) + log_standard_normal(position),
        ]
        return np.asarray(logsumexp(parts, axis=0))


def fresh_population(
    target: Target, proposal: DefensiveProposal, count: int, rng: np.random.Generator
) -> Population:
    """Draw a population from a proposal that was fixed before.

    Unlike an adapted one, whose proposals were fitted to the draws that they weigh, its
    evidence is unbiased and its error is right.
    """
    positions = proposal.draw(count, rng)
    density = target(positions)
    return Population(positions, density, density - proposal.log_density(positions))


@dataclass(frozen=True, eq=False)
class Population:
    """Weighted positions that represent the posterior.

    Attributes:
        positions: shape (N, P), standard-normal coordinates.
        log_density: shape (N,), log of likelihood times prior.
        log_weights: shape (N,), log of density over proposal; their mean is the evidence.
    """

    positions: np.ndarray
    log_density: np.ndarray
    log_weights: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Shape (N,), normalised to sum 1."""
        return np.asarray(np.exp(self.log_weights - logsumexp(self.log_weights)))

    @property
    def effective_size(self) -> float:
        """Kish's effective number of positions."""
        return float(1 / (self.weights**2).sum())

    @property
    def log_evidence(self) -> tuple[float, float]:
        """Log evidence by importance sampling, and its standard error from the weights."""
        count = len(self.log_weights)
        value = logsumexp(self.log_weights) - np.log(count)
        relative = np.exp(self.log_weights - value)
        return float(value), float(relative.std(ddof=1) / np.sqrt(count))

    def resample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw positions by weight, shape (count, P), each as often as its weight asks.

        Copies of one position are moved apart by a hundredth of a prior standard
        deviation, since emcee's moves need walkers that differ.
        """
        points = (np.arange(count) + rng.random()) / count
        chosen = np.searchsorted(np.cumsum(self.weights), points).clip(max=len(self.weights) - 1)
        jitter = 0.01 * rng.standard_normal((count, self.positions.shape[1]))
        return np.asarray(self.positions[rng.permutation(chosen)] + jitter)


def weighted_component(population: Population) -> Component:
    """Fit a Student-t to the weighted population; its weights are tempered until it has spread."""
    count = population.positions.shape[1]
    log_weights = population.log_weights - population.log_weights.max()
    power = 1.0
    while True:
        weights = np.exp(power * log_weights)
        weights = weights / weights.sum()
        if 1 / (weights**2).sum() > 5 * count or power < 1e-6:
            break
        power *= 0.7
    mean = weights @ population.positions
    centred = population.positions - mean
    covariance = (weights[:, None] * centred).T @ centred
    return Component(mean, covariance + 1e-6 * np.eye(count))


def adapt_population(
    target: Target,
    prior_positions: np.ndarray,
    prior_log_density: np.ndarray,
    components: tuple[Component, ...],
    rng: np.random.Generator,
    *,
    wanted: float,
    rounds: int = 10,
) -> Population:
    """Improve a proposal until the population represents the posterior.

    The proposal starts as prior plus the given components; each round draws from a new
    component and weighs all draws against the mixture of everything drawn so far.

    Args:
        target: log of likelihood times prior.
        prior_positions: shape (N, P), draws from the prior.
        prior_log_density: shape (N,), the target there.
        components: proposals around known optima.
        rng: the stream of random numbers.
        wanted: effective size at which to stop.
        rounds: how many components to add at most.

    Returns:
        The population. Method: adaptive multiple importance sampling with the balance
        heuristic (Cornuet, Marin, Mira & Robert, Scand. J. Stat. 2012, 39, 798).
    """
    per_component = max(128, len(prior_positions) // 2)
    used: list[Component] = []
    positions, density = prior_positions, prior_log_density
    queue = list(components)
    population = Population(positions, density, density - log_standard_normal(positions))
    for _ in range(len(components) + rounds):
        if not queue and population.effective_size >= wanted:
            break
        component = queue.pop(0) if queue else weighted_component(population)
        used.append(component)
        drawn = component.draw(per_component, rng)
        positions = np.concatenate([positions, drawn])
        density = np.concatenate([density, target(drawn)])
        log_mixture = _log_mixture(positions, used, len(prior_positions), per_component)
        population = Population(positions, density, density - log_mixture)
    return population


def _log_mixture(
    positions: np.ndarray, used: list[Component], prior_count: int, per_component: int
) -> np.ndarray:
    """Return the log-density of the mixture of prior and components, shape (N,)."""
    terms = [np.log(prior_count) + log_standard_normal(positions)]
    terms += [np.log(per_component) + c.log_density(positions) for c in used]
    return np.asarray(logsumexp(terms, axis=0) - np.log(len(positions)))
