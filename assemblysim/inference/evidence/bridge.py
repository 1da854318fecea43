"""Log evidence of a mechanism from its draws, by bridge sampling, with its error."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import expit, logsumexp

from assemblysim.errors import RunError
from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.proposal import fitted_mixture
from assemblysim.result.evidence import LogEvidence

# Draws that the proposal is fitted to, at most twice as many: enough for ten components.
FITTED_TO = 2000
# Where the error is larger than asked, so many times as many proposals are drawn at most: they cost
# little beside the draws, and with more of them fewer draws carry the estimate.
_MOST_TIMES = 4


def bridge_sampling(
    target: Target,
    draws: np.ndarray,
    log_density: np.ndarray,
    rng: np.random.Generator,
    *,
    proposals: int = 8000,
    thinned: int = 8000,
    error: float = 0.03,
) -> LogEvidence:
    """Estimate the log evidence from posterior draws and a fitted proposal.

    The proposal is a mixture of Student-t fitted to the first half of the steps; the second half
    is used in the estimate, so that the two are independent.

    Args:
        target: log of likelihood times prior.
        draws: shape (E, N, W, P).
        log_density: shape (E, N, W), the target at the draws.
        rng: the stream of random numbers.
        proposals: how many proposals to draw and evaluate; up to four times as many where the
            error asks for it.
        thinned: how many posterior draws to use at most.
        error: standard error to reach, in nats, if so many proposals can.

    Returns:
        The estimate. Method: Meng & Wong, Stat. Sinica 1996, 6, 831, with the optimal bridge;
        error: relative mean-squared error of Fruehwirth-Schnatter (2004) as given by
        Gronau et al., J. Math. Psychol. 2017, 81, 80, whose posterior part carries the
        autocorrelation and is never less than the scatter between the ensembles.

    Raises:
        RunError: the iteration did not converge.
    """
    half = draws.shape[1] // 2
    first = draws[:, :half].reshape(-1, draws.shape[-1])
    proposal = fitted_mixture(first[:: max(1, len(first) // FITTED_TO)], rng)
    second, second_density = draws[:, half:], log_density[:, half:]
    every = max(1, second.shape[0] * second.shape[1] * second.shape[2] // thinned)
    second, second_density = second[:, ::every], second_density[:, ::every]
    flat = second.reshape(-1, second.shape[-1])
    ratio_posterior = (second_density.reshape(-1) - proposal.log_density(flat)).reshape(
        second_density.shape
    )
    ratio_proposal = np.empty(0)
    for drawn in _numbers_drawn(proposals):
        proposed = proposal.draw(drawn, rng)
        more = target(proposed) - proposal.log_density(proposed)
        ratio_proposal = np.concatenate([ratio_proposal, more])
        value = solve_bridge(ratio_posterior.reshape(-1), ratio_proposal)
        reached = bridge_error(ratio_posterior, ratio_proposal, value)
        if reached <= error:
            break
    return LogEvidence("bridge sampling", value, reached)


def _numbers_drawn(first: int) -> Iterator[int]:
    """Return how many proposals are drawn at each look at the error: as many again as before."""
    drawn = first
    yield first
    while drawn < _MOST_TIMES * first:
        yield drawn
        drawn *= 2


def solve_bridge(ratio_posterior: np.ndarray, ratio_proposal: np.ndarray) -> float:
    """Iterate the optimal bridge to its fixed point.

    Args:
        ratio_posterior: shape (N1,), log(target / proposal) at posterior draws.
        ratio_proposal: shape (N2,), the same at draws from the proposal.

    Returns:
        The log evidence.

    Raises:
        RunError: a ratio is not a number, or 1,000 iterations were not enough.
    """
    n1, n2 = len(ratio_posterior), len(ratio_proposal)
    if not (np.isfinite(ratio_posterior).all() and np.isfinite(ratio_proposal).all()):
        raise RunError("bridge sampling: a log-density is not finite")
    value = float(np.median(ratio_posterior))
    for _ in range(1000):
        # log of s1 * exp(ratio) + s2 * exp(value), with s1, s2 the fractions of the two samples
        upper = ratio_proposal - np.logaddexp(np.log(n1) + ratio_proposal, np.log(n2) + value)
        lower = -np.logaddexp(np.log(n1) + ratio_posterior, np.log(n2) + value)
        new = float(logsumexp(upper) - np.log(n2) - logsumexp(lower) + np.log(n1))
        if abs(new - value) < 1e-10 * max(1.0, abs(new)):
            return new
        value = new
    raise RunError("bridge sampling did not converge: draws and proposal hardly overlap")


def bridge_error(ratio_posterior: np.ndarray, ratio_proposal: np.ndarray, value: float) -> float:
    """Return the standard error of the log evidence.

    Args:
        ratio_posterior: shape (E, N, W), log(target / proposal) at posterior draws.
        ratio_proposal: shape (N2,).
        value: the log evidence.
    """
    from arviz_stats.base import array_stats  # slow to import, and needed by no report

    n1, n2 = ratio_posterior.size, len(ratio_proposal)
    log_odds = np.log(n1 / n2)
    # posterior / (s1 posterior + s2 proposal) and its complement, at either sample
    at_proposal = expit(ratio_proposal - value + log_odds) * (n1 + n2) / n1
    at_posterior = expit(-(ratio_posterior - value) - log_odds) * (n1 + n2) / n2
    chains = at_posterior.transpose(0, 2, 1).reshape(-1, at_posterior.shape[1])
    size = min(float(n1), max(1.0, float(array_stats.ess(chains, method="mean"))))
    first = at_proposal.var(ddof=1) / at_proposal.mean() ** 2 / n2
    second = at_posterior.var(ddof=1) / at_posterior.mean() ** 2 / size
    scatter = ensemble_scatter(ratio_posterior, ratio_proposal)
    return float(np.sqrt(first + max(float(second), scatter**2)))


def ensemble_scatter(ratio_posterior: np.ndarray, ratio_proposal: np.ndarray) -> float:
    """Return the standard error seen in the ensembles' own estimates, 0 for a single one."""
    if len(ratio_posterior) < 2:
        return 0.0
    values = [solve_bridge(one.reshape(-1), ratio_proposal) for one in ratio_posterior]
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))
