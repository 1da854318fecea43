"""Draws from several mixtures that are weighted together, so that each refit forgives the last.

A draw's weight is the target over the mean of all mixtures so far, not over the one that it came
from (adaptive multiple importance sampling: Cornuet, Marin, Mira & Robert, Scand. J. Stat. 2012,
39, 798): where one mixture is too thin a later one takes the weight off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.proposal import (
    DRAWS_FOR_ONE,
    MOST_COMPONENTS,
    Mixture,
    fitted_mixture,
)


@dataclass(frozen=True, eq=False)
class WeightedDraws:
    """Draws from T mixtures, as many from each, at least from one.

    Attributes:
        mixtures: T of them.
        positions: shape (N, P).
        log_target: shape (N,), log of likelihood times prior.
        log_drawn: shape (N,), log of the sum of all mixtures' densities.
    """

    mixtures: tuple[Mixture, ...]
    positions: np.ndarray
    log_target: np.ndarray
    log_drawn: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Shape (N,); their sum is 1."""
        logs = self.log_target - self.log_drawn
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    @property
    def effective_size(self) -> float:
        """How many independent draws the weighted ones are worth."""
        return float(1 / (self.weights**2).sum())

    @property
    def log_evidence(self) -> float:
        """A first guess: low, since the mixtures are fitted to the draws that they weight."""
        logs = self.log_target - self.log_drawn + np.log(len(self.mixtures))
        return float(logsumexp(logs) - np.log(len(logs)))

    def extended(
        self, mixture: Mixture, count: int, target: Target, rng: np.random.Generator
    ) -> WeightedDraws:
        """Add `count` draws from one more mixture."""
        new = mixture.draw(count, rng)
        mixtures = (*self.mixtures, mixture)
        before = np.logaddexp(self.log_drawn, mixture.log_density(self.positions))
        return WeightedDraws(
            mixtures,
            np.concatenate([self.positions, new]),
            np.concatenate([self.log_target, target(new)]),
            np.concatenate([before, _log_sum(mixtures, new)]),
        )

    def refitted(self, count: int, rng: np.random.Generator) -> Mixture:
        """Fit a mixture to `count` of the draws, chosen by weight."""
        chosen = rng.choice(len(self.positions), count, p=self.weights)
        return mixture_of(self.positions[chosen], self.effective_size, rng)


def first_draws(
    mixture: Mixture, count: int, target: Target, rng: np.random.Generator
) -> WeightedDraws:
    """Return `count` draws from one mixture."""
    positions = mixture.draw(count, rng)
    return WeightedDraws((mixture,), positions, target(positions), mixture.log_density(positions))


def mixture_of(near: np.ndarray, worth: float, rng: np.random.Generator) -> Mixture:
    """Fit a mixture to draws, shape (N, P), with no more components than they are worth."""
    most = int(worth / (DRAWS_FOR_ONE * near.shape[1]))
    return fitted_mixture(near, rng, most=max(1, min(MOST_COMPONENTS, most)))


def _log_sum(mixtures: Sequence[Mixture], positions: np.ndarray) -> np.ndarray:
    return np.asarray(np.logaddexp.reduce([m.log_density(positions) for m in mixtures], axis=0))
