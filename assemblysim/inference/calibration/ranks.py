"""Whether ranks of truths among posterior draws are uniform, as a correct posterior makes them.

A truth drawn from the prior, data drawn from the truth, and L independent draws from the
posterior: the rank of the truth among them is uniform on 0 to L (Talts, Betancourt, Simpson,
Vehtari & Gelman, arXiv:1804.06788). The distribution function of N such ranks is held against
a band that it leaves nowhere with a stated probability (Sailynoja, Burkner & Vehtari, Stat.
Comput. 2022, 32, 32).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln

from assemblysim.result.calibration import RankResult

_BISECTIONS = 50
# A rank plot is out where its p-value is not above this.
SIGNIFICANT = 0.05


@dataclass(frozen=True, eq=False)
class Band:
    """Where a distribution function of N uniform ranks lies at all points at once.

    Attributes:
        level: the probability that it leaves the band nowhere, at least.
        at: shape (K,), the points, fractions of all possible ranks.
        lower: shape (K,), the least fraction of the N ranks below each point.
        upper: shape (K,), the largest.
    """

    level: float
    at: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def check_ranks(ranks: np.ndarray, draws: int) -> RankResult:
    """Hold N ranks against the uniform distribution.

    Args:
        ranks: shape (N,), whole numbers from 0 to `draws`.
        draws: how many posterior draws each truth was ranked among, L.

    Returns:
        How far they are from uniform. The p-value is exact, and at most 0.05 where the
        distribution function leaves the 95 % band of `rank_band` somewhere.
    """
    count = len(ranks)
    at = rank_points(draws)
    below = counts_below(ranks, draws)
    gaps = below / count - at
    rarest = float(_tails(below, count, at).min())
    worst = float(gaps[np.argmax(np.abs(gaps))])
    p_value = 1.0 - _chance_within(rarest, count, draws)
    kept = tuple(sorted(ranks.tolist()))
    return RankResult(count, worst, p_value, p_value > SIGNIFICANT, kept)


def rank_points(draws: int) -> np.ndarray:
    """Return the points at which distribution functions are compared, shape (draws,)."""
    return np.arange(1, draws + 1) / (draws + 1)


def counts_below(ranks: np.ndarray, draws: int) -> np.ndarray:
    """Return how many of N ranks lie below each of the points, shape (draws,)."""
    return np.cumsum(np.bincount(ranks, minlength=draws + 1))[:draws]


@lru_cache(maxsize=64)
def rank_band(count: int, draws: int, level: float = 0.95) -> Band:
    """Return the narrowest band of equal tails that holds N uniform ranks with a probability.

    Args:
        count: how many ranks, N.
        draws: how many posterior draws each truth was ranked among, L.
        level: the probability that the whole distribution function lies within.
    """
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        inside = _chance_within(middle, count, draws) >= level
        low, high = (middle, high) if inside else (low, middle)
    at = rank_points(draws)
    first, last = _limits(low, count, draws)
    return Band(level, at, first / count, last / count)


def _tails(below: np.ndarray, count: int, at: np.ndarray) -> np.ndarray:
    """Return twice the smaller tail of the binomial distribution of each count."""
    lower, upper = bdtr(below, count, at), bdtrc(below - 1, count, at)
    return np.asarray(2 * np.minimum(lower, upper))


def _limits(tail: float, count: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and largest counts, shape (draws,), whose tails are above a bound."""
    allowed = _every_tail(count, draws) > tail
    return allowed.argmax(axis=0), count - allowed[::-1].argmax(axis=0)


@lru_cache(maxsize=16)
def _every_tail(count: int, draws: int) -> np.ndarray:
    """Return the tails of every count at every point, shape (N + 1, draws)."""
    return _tails(np.arange(count + 1)[:, None], count, rank_points(draws))


def _chance_within(tail: float, count: int, draws: int) -> float:
    """Return the probability that no tail of N uniform ranks is as small as `tail`.

    Method: the counts below successive points are a Markov chain with binomial steps, so that
    the probability to stay within limits is a product of matrices (Sailynoja et al., section 2.3).
    """
    at = rank_points(draws)
    if not (_every_tail(count, draws) > tail).any(axis=0).all():
        return 0.0
    first, last = _limits(tail, count, draws)
    before, weights, start = 0.0, np.ones(1), np.zeros(1, dtype=int)
    for point, low, high in zip(at, first, last, strict=True):
        counts = np.arange(low, high + 1)
        step = (point - before) / (1 - before)
        weights = weights @ _binomial(counts - start[:, None], count - start[:, None], step)
        start, before = counts, point
    return float(weights.sum())


def _binomial(hits: np.ndarray, tries: np.ndarray, chance: float) -> np.ndarray:
    """Return binomial probabilities, 0 where there are fewer hits than none or more than tries."""
    possible = (hits >= 0) & (hits <= tries)
    k = np.where(possible, hits, 0)
    log_ways = gammaln(tries + 1) - gammaln(k + 1) - gammaln(tries - k + 1)
    log_chance = log_ways + k * np.log(chance) + (tries - k) * np.log1p(-chance)
    return np.where(possible, np.exp(log_chance), 0.0)
