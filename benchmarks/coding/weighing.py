"""Evidence of one mechanism under several codings, all from the same draws.

Likelihoods are averaged over the prior by importance sampling: a quarter of the draws are the
prior's, the others come from normal densities about what prior draws found, so that a weight is at
most four times a likelihood. The first coding is computed fast, and where it is improbable only
some draws are kept, each counting for those that are not: that leaves the mean as it is. Codings
share their draws, and differences between them are known better than each is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem, reactor_of
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.prediction.pathways import pathway_fractions_in
from assemblysim.result.evidence import LogEvidence

FROM_PRIOR = 0.25
# The densities are wider than what was found, since few draws found it.
WIDER = 1.5
CHUNK = 32_768
# A draw is kept with the root of its weight under the first coding, about one of eight, and never
# with less than this.
KEPT, LEAST = 0.12, 0.03


@dataclass(frozen=True, eq=False)
class Proposal:
    """A mixture of the prior and of K normal densities, in standard-normal coordinates.

    Attributes:
        means: shape (K, P).
        factors: shape (K, P, P), Cholesky factors of the covariances.
    """

    means: np.ndarray
    factors: np.ndarray

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return positions, shape (count, P)."""
        found = rng.standard_normal((count, self.means.shape[1]))
        which = rng.integers(len(self.means), size=count)
        own = rng.random(count) >= FROM_PRIOR
        moved = self.means[which] + np.einsum("bij,bj->bi", self.factors[which], found)
        return np.where(own[:, None], moved, found)

    def log_density(self, positions: np.ndarray) -> np.ndarray:
        """Return the log density, shape (B,)."""
        each = (1 - FROM_PRIOR) / len(self.means)
        parts = [np.log(FROM_PRIOR) + log_standard_normal(positions)]
        for mean, factor in zip(self.means, self.factors, strict=True):
            inside = np.linalg.solve(factor, (positions - mean).T).T
            jacobian = np.log(np.diag(factor)).sum()
            parts.append(np.log(each) + log_standard_normal(inside) - jacobian)
        return np.asarray(logsumexp(parts, axis=0))


@dataclass(frozen=True, eq=False)
class Weighed:
    """Draws of one mechanism and their weights under each of C codings.

    Attributes:
        positions: shape (N, P), in standard-normal coordinates.
        log_weights: shape (N, C): log of likelihood times prior over the density of those kept.
        drawn: how many draws these N were kept from.
    """

    positions: np.ndarray
    log_weights: np.ndarray
    drawn: int

    @property
    def log_evidence(self) -> tuple[LogEvidence, ...]:
        """The log evidence under each coding, with its standard error."""
        total = logsumexp(self.log_weights, axis=0)
        size = np.exp(2 * total - logsumexp(2 * self.log_weights, axis=0))
        errors = np.sqrt(np.maximum(1 / size - 1 / self.drawn, 0.0))
        return tuple(
            LogEvidence("importance sampling", float(value), float(error))
            for value, error in zip(total - np.log(self.drawn), errors, strict=True)
        )

    def difference(self, one: int, other: int) -> tuple[float, float]:
        """Return by how much the log evidence of one coding is above another's, and its error."""
        values = self.log_weights[:, [one, other]]
        total = logsumexp(values, axis=0)
        fractions = np.exp(values - total)
        error = np.sqrt(((fractions[:, 0] - fractions[:, 1]) ** 2).sum())
        return float(total[0] - total[1]), float(error)

    def resampled(self, coding: int, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw positions from the posterior under a coding, shape (count, P)."""
        weights = np.exp(self.log_weights[:, coding] - logsumexp(self.log_weights[:, coding]))
        return np.asarray(self.positions[rng.choice(len(weights), count, p=weights)])


def weigh(
    problems: list[Problem], seed: int, pilots: int, error: float, most: int, folder: Path
) -> Weighed:
    """Draw until the log evidence of every coding is known to an error.

    Args:
        problems: one mechanism under each coding, with the same unknowns, the fastest first.
        seed: of all random numbers.
        pilots: prior draws that the densities are fitted to.
        error: the largest standard error of a log evidence.
        most: draws after which it ends anyway.
        folder: of draws made so far; those are not made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = problems[0].mechanism

    def part(stage: str, proposal: Proposal | None, count: int) -> Weighed:
        path = folder / f"{name}_{stage}.npz"
        if path.exists():
            with np.load(path) as stored:
                return Weighed(stored["positions"], stored["log_weights"], int(stored["drawn"]))
        found = _part(problems, proposal, count, stream(seed, name, f"coding {stage}"))
        partial = path.with_suffix(".part.npz")
        np.savez(
            partial, positions=found.positions, log_weights=found.log_weights, drawn=found.drawn
        )
        partial.replace(path)
        return found

    proposal = fitted(part("pilots", None, pilots))
    parts: list[Weighed] = []
    while len(parts) * CHUNK < most:
        parts.append(part(str(len(parts)), proposal, CHUNK))
        if len(parts) > 1 and max(e.error for e in _together(parts).log_evidence) <= error:
            break
    return _together(parts)


def _part(
    problems: list[Problem], proposal: Proposal | None, count: int, rng: np.random.Generator
) -> Weighed:
    size = len(problems[0].parameters)
    if proposal is None:
        positions = rng.standard_normal((count, size))
        density = log_standard_normal(positions)
    else:
        positions = proposal.draw(count, rng)
        density = proposal.log_density(positions)
    first = _log_likelihoods(problems[0], positions) + log_standard_normal(positions) - density
    chances = keeping(first)
    kept = rng.random(count) < chances
    positions, chances = positions[kept], chances[kept]
    known = log_standard_normal(positions) - density[kept]
    logs = [first[kept], *(_log_likelihoods(p, positions) + known for p in problems[1:])]
    return Weighed(positions, np.stack(logs, axis=1) - np.log(chances)[:, None], count)


def _log_likelihoods(problem: Problem, positions: np.ndarray) -> np.ndarray:
    return log_likelihood(problem, values_from_normal(problem.parameters, positions)).total


def keeping(log_weights: np.ndarray) -> np.ndarray:
    """Return with which probability draws are kept, by their weights under the first coding.

    Args:
        log_weights: shape (N,). The scale is their own, which biases nothing: a draw that is kept
            counts for one over its chance, whatever that is.
    """
    roots = 0.5 * (log_weights - log_weights.max())
    return np.asarray(np.clip(np.exp(roots - logsumexp(roots)) * len(roots) * KEPT, LEAST, 1.0))


def _together(parts: list[Weighed]) -> Weighed:
    return Weighed(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.log_weights for part in parts]),
        sum(part.drawn for part in parts),
    )


def fitted(pilots: Weighed) -> Proposal:
    """Return normal densities about what pilots found under each coding."""
    means, factors = [], []
    for logs in pilots.log_weights.T:
        weights = np.exp(logs - logsumexp(logs))
        size = 1 / (weights**2).sum()
        mean = weights @ pilots.positions
        away = pilots.positions - mean
        unknowns = len(mean)
        # With few draws the covariance is mostly the prior's.
        trust = size / (size + unknowns)
        covariance = trust * (away.T * weights) @ away + (1 - trust) * np.eye(unknowns)
        means.append(mean)
        factors.append(np.linalg.cholesky(WIDER * covariance))
    return Proposal(np.array(means), np.array(factors))


def through_dy5l2(problem: Problem, positions: np.ndarray) -> np.ndarray:
    """Return what fraction of Dy6L2 is made by way of Dy5L2 from Dy2L and Dy3L, shape (D,)."""
    steps = {reaction.name for reaction in problem.network.reactions}
    if "couple" not in steps:
        return np.zeros(len(positions))
    if "dimerise" not in steps:
        return np.ones(len(positions))
    values = values_from_normal(problem.parameters, positions)
    (experiment,) = problem.experiments
    reactor = reactor_of(problem, experiment, problem.named(values))
    found = pathway_fractions_in(reactor, experiment.window)
    return np.asarray(found.values[:, found.routes.index(("Dy6L2", "close"))])
