"""Importance sampling from about what was found: the evidence, and independent draws.

Mixtures are fitted to weighted draws, round by round, until the draws are worth enough; the last of
them is then fixed, and fresh batches from it give the evidence. That takes a tenth of the
likelihood calls of particles that are tempered. What no search and no exploring particle found is
not found here either, and a posterior that no mixture fits is said to be none: whether the weights
can be believed is read from the shape of their tail (Vehtari, Simpson, Gelman, Yao & Gabry, J.
Mach. Learn. Res. 2024, 25, 72).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.model.rate_swaps import RateSwap
from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.adaptive import WeightedDraws, first_draws
from assemblysim.inference.sampling.ensembles import sampling_moves
from assemblysim.inference.sampling.moves import Walkers, propose
from assemblysim.inference.sampling.proposal import Components, Mixture, fitted_mixture
from assemblysim.inference.sampling.settings import ImportanceSettings
from assemblysim.inference.sampling.smc import systematic
from assemblysim.result.evidence import WEIGHED, LogEvidence

# Worse than this, particles are tempered instead.
WORST_ERROR = 0.1
# What mixtures that were fitted to draws miss does not show in the weights' scatter.
LEAST_ERROR = 0.03
# Of a mixture's components, the fraction that is wider than what they were fitted to, and how
# much wider, as a factor on the covariance.
WIDER_FRACTION, WIDER = 0.35, 3.0
# Of each mixture, what is drawn from where everything began.
REFERENCE_FRACTION = 0.3
# Draws that a change of prior leaves without less than this effective size do not tell.
LEAST_SIZE = 20.0


@dataclass(frozen=True, eq=False)
class ImportanceTask:
    """What is weighed.

    Attributes:
        target: log of likelihood times prior, in coordinates in which the prior is a standard
            normal.
        reference: about what was found, to draw from at first.
        settings: how much effort to spend.
        rate_swaps: jumps between modes that the mechanism is known to have.
    """

    target: Target
    reference: Mixture
    settings: ImportanceSettings
    rate_swaps: tuple[RateSwap, ...] = ()


@dataclass(frozen=True, eq=False)
class Batch:
    """Fresh draws from the last mixture.

    Attributes:
        positions: shape (N, P).
        log_density: shape (N,), log of likelihood times prior.
        log_weights: shape (N,), the same over the mixture's density.
    """

    positions: np.ndarray
    log_density: np.ndarray
    log_weights: np.ndarray


@dataclass(frozen=True, eq=False)
class Weighing:
    """Where importance sampling stands.

    Attributes:
        learned: the draws that mixtures were fitted to.
        batches: from the last mixture; none while mixtures are still fitted.
        ended: whether nothing is left to do.
    """

    learned: WeightedDraws
    batches: tuple[Batch, ...] = ()
    ended: bool = False

    @property
    def stage(self) -> int:
        """How many stages have been done."""
        return len(self.learned.mixtures) + len(self.batches)


@dataclass(frozen=True, eq=False)
class ImportanceSample:
    """What the batches say.

    Attributes:
        positions: shape (N, P), draws from the posterior by weight, of each batch as often as its
            evidence asks.
        log_density: shape (N,), log of likelihood times prior.
        log_evidence: with the error that weights and batches show, never below `LEAST_ERROR`.
        mixture: that the batches are drawn from.
        batches: what it comes from.
        shape: of the weights' tail, k-hat.
        effective_size: how many independent draws the weights are worth.
        trusted: whether the error that is stated is one.
    """

    positions: np.ndarray
    log_density: np.ndarray
    log_evidence: LogEvidence
    mixture: Mixture
    batches: tuple[Batch, ...]
    shape: float
    effective_size: float
    trusted: bool

    def share(self, number: int, of: int, rng: np.random.Generator) -> np.ndarray:
        """Draw positions, shape (M, P), from every so many-th batch: independent of the others."""
        return _drawn(self.batches[number % len(self.batches) :: of], rng)[0]

    def proposal(self, rng: np.random.Generator) -> Mixture:
        """Return the mixture that the batches are drawn from: no weight of it is large."""
        del rng
        return self.mixture

    def evidence_under(self, log_ratio: Callable[[np.ndarray], np.ndarray]) -> LogEvidence | None:
        """Return the log evidence under another prior; None where too few draws tell of it.

        Args:
            log_ratio: of the other prior to this one, from positions, shape (N, P), to (N,).
        """
        changed = tuple(
            replace(one, log_weights=one.log_weights + log_ratio(one.positions))
            for one in self.batches
        )
        value, error, size = _evidence_of(changed)
        if not size >= LEAST_SIZE:
            return None
        return LogEvidence(WEIGHED, value, max(LEAST_ERROR, error))


def importance_sample(task: ImportanceTask, rng: np.random.Generator) -> ImportanceSample:
    """Go through all stages.

    Method: adaptive multiple importance sampling (see `adaptive`), then plain importance sampling
    from the mixture that it ends with.
    """
    weighing = begin_weighing(task, rng)
    while not weighing.ended:
        weighing = next_weighing(task, weighing, rng)
    return sample_of(weighing, task.settings, rng)


def begin_weighing(task: ImportanceTask, rng: np.random.Generator) -> Weighing:
    """Draw from the reference."""
    return Weighing(first_draws(task.reference, task.settings.first_draws, task.target, rng))


def next_weighing(task: ImportanceTask, weighing: Weighing, rng: np.random.Generator) -> Weighing:
    """Fit one more mixture, or draw one more batch from the last; see whether it is enough."""
    settings, learned = task.settings, weighing.learned
    rounds = len(learned.mixtures) - 1
    enough = rounds >= settings.rounds and learned.effective_size >= settings.effective_size
    if not weighing.batches and not (enough or rounds >= settings.most_rounds):
        mixture = _beside(_widened(_refitted(task, learned, rng)), task.reference)
        return Weighing(learned.extended(mixture, settings.draws, task.target, rng))
    batches = (*weighing.batches, _batch(task, learned.mixtures[-1], rng))
    if len(batches) < settings.batches:
        return Weighing(learned, batches)
    _, error, size = _evidence_of(batches)
    enough = size >= settings.effective_size and error <= settings.error
    return Weighing(learned, batches, enough or len(batches) >= settings.most_batches)


def sample_of(
    weighing: Weighing, settings: ImportanceSettings, rng: np.random.Generator
) -> ImportanceSample:
    """Put the batches together; see `_evidence_of` for the error."""
    value, error, size = _evidence_of(weighing.batches)
    positions, log_density = _drawn(weighing.batches, rng)
    shape = tail_shape(np.concatenate([one.log_weights for one in weighing.batches]))
    evidence = LogEvidence(WEIGHED, value, max(LEAST_ERROR, error))
    return ImportanceSample(
        positions,
        log_density,
        evidence,
        weighing.learned.mixtures[-1],
        weighing.batches,
        shape,
        size,
        trusted=shape <= settings.worst_shape and error <= WORST_ERROR,
    )


def tail_shape(log_weights: np.ndarray) -> float:
    """Return the shape of the weights' tail, k-hat: of a generalised Pareto fitted to it.

    Args:
        log_weights: shape (N,).

    Returns:
        Below 0.5 the weights' variance is finite; infinite where nothing can be fitted.
    """
    from arviz_stats.base import array_stats  # slow to import

    finite = np.maximum(log_weights, log_weights.max() - 700.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        try:
            shape = float(array_stats.psislw(-finite)[1])
        except ValueError:
            return -1.0  # a tail of equal values: as of weights that are evenly spread
    return shape if np.isfinite(shape) else np.inf


def _refitted(task: ImportanceTask, learned: WeightedDraws, rng: np.random.Generator) -> Mixture:
    """Fit a mixture to walkers that start on draws chosen by weight and are moved on a little.

    No weight counts by more than its capped one: a single draw of great weight would else draw a
    component onto itself. The moves spread walkers over what only few draws have hit.
    """
    weights = learned.weights
    weights = np.minimum(weights, np.sqrt(len(weights)) * weights.mean())
    chosen = rng.choice(len(weights), task.settings.walkers, p=weights / weights.sum())
    walkers = Walkers(learned.positions[chosen], learned.log_target[chosen])
    random = np.random.RandomState(rng.integers(2**32, size=8).tolist())
    kinds, shares = zip(*sampling_moves(learned.mixtures[-1], task.rate_swaps), strict=True)
    steps, near = task.settings.steps, []
    for move in random.choice(np.array(kinds), steps, p=np.array(shares) / sum(shares)):
        walkers = propose(move, task.target, walkers, random)
        near.append(walkers.positions)
    return fitted_mixture(np.concatenate(near[steps // 2 :]), rng)


def _widened(fitted: Mixture) -> Mixture:
    """Return a mixture of which some is wider: the tails hold what was not seen."""
    parts = fitted.components
    return Mixture(
        Components(
            np.concatenate([parts.means, parts.means]),
            np.concatenate([parts.covariances, WIDER * parts.covariances]),
        ),
        np.concatenate(
            [(1 - WIDER_FRACTION) * fitted.fractions, WIDER_FRACTION * fitted.fractions]
        ),
        fitted.prior_fraction,
    )


def _beside(fitted: Mixture, reference: Mixture) -> Mixture:
    """Mix the reference in again: where it stands and the fit does not, weights stay bounded."""
    parts, others = fitted.components, reference.components
    return Mixture(
        Components(
            np.concatenate([parts.means, others.means]),
            np.concatenate([parts.covariances, others.covariances]),
        ),
        np.concatenate(
            [
                (1 - REFERENCE_FRACTION) * fitted.fractions,
                REFERENCE_FRACTION * reference.fractions,
            ]
        ),
        fitted.prior_fraction,
    )


def _batch(task: ImportanceTask, mixture: Mixture, rng: np.random.Generator) -> Batch:
    positions = mixture.draw(task.settings.draws, rng)
    log_density = task.target(positions)
    return Batch(positions, log_density, log_density - mixture.log_density(positions))


def _evidence_of(batches: tuple[Batch, ...]) -> tuple[float, float, float]:
    """Return the log of the mean weight, its error and the effective size.

    The error is the larger of what the weights' variance says and what the batches' scatter does.
    """
    every = np.stack([one.log_weights for one in batches])
    top = float(every.max())
    if not np.isfinite(top):
        return -np.inf, np.inf, 0.0
    weights = np.exp(every - top)
    mean, count = float(weights.mean()), weights.size
    by_weights = float(weights.std(ddof=1)) / mean / np.sqrt(count)
    by_batches = float(weights.mean(axis=1).std(ddof=1)) / mean / np.sqrt(len(every))
    size = float(weights.sum() ** 2 / (weights**2).sum())
    return top + float(np.log(mean)), max(by_weights, by_batches), size


def _drawn(batches: tuple[Batch, ...], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw positions and their log-densities by weight, as many as one batch has."""
    weights = np.concatenate([one.log_weights for one in batches])
    chosen = systematic(np.exp(weights - logsumexp(weights)), len(batches[0].positions), rng)
    positions = np.concatenate([one.positions for one in batches])
    return positions[chosen], np.concatenate([one.log_density for one in batches])[chosen]
