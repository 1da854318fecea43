"""Subsets with their constants, drawn about the fits of a search: where sampling starts and jumps.

A subset is drawn by its Laplace evidence, flattened, its constants from a Student-t about its
optimum; a part is drawn from the prior of switches and constants, so that no weight is unbound.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, logsumexp

from assemblysim.inference.model.target import LOG_SQRT_2PI, log_standard_normal
from assemblysim.inference.sampling.proposal import FREEDOM
from assemblysim.inference.switches.subset_fits import SubsetFits

# Scale matrices are so many times the inverse curvature, and evidences count by this power:
# Laplace's figures are off by a nat and more where a posterior ends at a bound.
WIDER = 1.4
FLATTENED = 0.7
FROM_PRIOR = 0.05
# Nats behind the best one at which a subset is left to the part from the prior.
FAR_BEHIND = 20.0


class SubsetMixture:
    """A density over G switches and P constants from which draws are made and weighed."""

    def __init__(self, fits: SubsetFits) -> None:
        scores = fits.scores
        near = scores > scores.max() - FAR_BEHIND
        self._space, self._switches = fits.problem.space, fits.switches[near]
        chosen = [fit for fit, taken in zip(fits.known.values(), near, strict=True) if taken]
        self._log_fractions = FLATTENED * scores[near]
        self._log_fractions += np.log(1 - FROM_PRIOR) - logsumexp(self._log_fractions)
        self._counts = fits.problem.active(self._switches)
        self._means = np.array([fit.position for fit in chosen])
        scaled = np.array([fit.curvature for fit in chosen])
        scaled /= np.where(self._counts[:, :, None] & self._counts[:, None], WIDER, 1.0)
        self._turns = np.linalg.cholesky(scaled).transpose(0, 2, 1)  # to unit scale
        self._factors = np.linalg.inv(self._turns)
        number = self._counts.sum(axis=1)
        self._powers = 0.5 * (FREEDOM + number)
        self._at_mean = gammaln(self._powers) - gammaln(FREEDOM / 2)
        self._at_mean -= 0.5 * number * np.log(FREEDOM * np.pi)
        diagonals = np.log(np.einsum("kpp->kp", self._turns))
        self._at_mean += np.where(self._counts, diagonals, 0.0).sum(axis=1)
        self._place = {row.tobytes(): k for k, row in enumerate(self._switches)}

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw switches, shape (count, G), and positions, shape (count, P)."""
        fractions = np.exp(self._log_fractions)
        place = rng.choice(len(fractions), count, p=fractions / fractions.sum())
        positions = rng.standard_normal((count, self._means.shape[1]))
        stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, count))[:, None]
        turned = np.matmul(self._factors[place], positions[:, :, None])[:, :, 0]
        about = np.where(self._counts[place], self._means[place] + stretch * turned, positions)
        from_prior = (rng.random(count) < FROM_PRIOR)[:, None]
        switches = np.where(from_prior, self._space.draw(count, rng), self._switches[place])
        return switches, np.where(from_prior, positions, about)

    def log_density(self, switches: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Return the log-density of `draw`, shape (N,)."""
        logs = self._space.log_prior(switches) - self._space.log_total
        logs = logs + log_standard_normal(positions) + np.log(FROM_PRIOR)
        places = np.array([self._place.get(row.tobytes(), -1) for row in switches])
        known = np.flatnonzero(places >= 0)
        place, position = places[known], positions[known]
        counts = self._counts[place]
        off = np.where(counts, position - self._means[place], 0.0)
        scaled = np.matmul(self._turns[place], off[:, :, None])[:, :, 0]
        about = -self._powers[place] * np.log1p((scaled**2).sum(axis=1) / FREEDOM)
        about += self._at_mean[place] + self._log_fractions[place]
        idle = np.where(counts, 0.0, position)
        about += log_standard_normal(idle) + counts.sum(axis=1) * LOG_SQRT_2PI
        logs[known] = np.logaddexp(logs[known], about)
        return np.asarray(logs)
