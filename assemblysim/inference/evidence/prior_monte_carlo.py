"""Log evidence by plain Monte Carlo over the prior: slow, unbiased, and nothing to go wrong.

The evidence is the mean of the likelihood over the prior. Draws of the prior find a narrow
posterior rarely, so this serves where the data say little, as words do: the effective size of the
weights says whether it did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.model.target import Target, log_standard_normal
from assemblysim.result.evidence import LogEvidence

_BATCH = 8192


@dataclass(frozen=True)
class PriorMean:
    """The mean of the likelihood over draws of the prior.

    Attributes:
        log_evidence: its log, and the standard error of that (to first order).
        effective_size: of the draws weighted by their likelihood; below a few hundred the
            error itself is not known.
        draws: how many there were.
    """

    log_evidence: LogEvidence
    effective_size: float
    draws: int


def prior_mean(target: Target, dimension: int, draws: int, rng: np.random.Generator) -> PriorMean:
    """Average the likelihood over draws of the prior.

    Args:
        target: log of likelihood times prior in standard-normal coordinates.
        dimension: P, number of unknowns.
        draws: how many draws of the prior.
        rng: the stream of random numbers.
    """
    parts = []
    for begin in range(0, draws, _BATCH):
        position = rng.standard_normal((min(_BATCH, draws - begin), dimension))
        parts.append(target(position) - log_standard_normal(position))
    log_weights = np.concatenate(parts)
    total = float(logsumexp(log_weights))
    size = float(np.exp(2 * total - logsumexp(2 * log_weights)))
    error = float(np.sqrt(max(1 / size - 1 / draws, 0.0)))
    evidence = LogEvidence("Monte Carlo over the prior", total - float(np.log(draws)), error)
    return PriorMean(evidence, size, draws)
