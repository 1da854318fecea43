"""Chances of staying below limits whose shared errors may be far larger than an intensity's own.

Gauss-Hermite rules about the mode (`orthants`) need a shared error that is not much larger than an
intensity's own. Here the integrals are by parts, or in a coordinate that is fine at the limits and
coarse far from them, so that one number of points serves however large the shared error is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from assemblysim.measurement.likelihoods.orthants import (
    LOG_TWO_PI,
    NEGLIGIBLE,
    hazard,
    hermite_rule,
    log_mean_product,
    log_nested_product,
    log_sum_exp,
)

_STEPS = 36  # equal steps by parts: 1e-9 for up to eight limits
_HALVINGS = 14
# How far from the limit, in an intensity's errors, the density of the smallest one matters.
_BEFORE, _BEHIND = 7.0, 8.5
# Equal steps about the mode of a log-concave integrand no wider than a standard normal.
_PAIR_STEPS, _REACH = 96, 8.0
# Steps of the coordinate v, where w = edge + sinh v, and how far below the edge it has to reach,
# in sd of w.
_EDGE_STEP = 0.24
_DEEPEST = 8.5
# Where a limit lies higher than so many sd of w, the density is what has to be followed.
_HIGHEST = 3.0
_OWN_NODES = 20


def log_mean_by_parts(limits: np.ndarray, loading: np.ndarray) -> np.ndarray:
    """Return log E[prod_j Phi(limit_j - loading * u)] for a standard normal u.

    Args:
        limits: shape (N, m), in units of an intensity's error; may be infinite.
        loading: shape (N,), the shared error in the same units; at least 1.

    Returns:
        Shape (N,), good to 1e-9 whatever the loading.

    Method: integrated by parts, E = integral of Phi(y / loading) p(y) dy with
    p = -d/dy prod_j Phi(limit_j - y), which is as narrow as an intensity's error on both sides;
    equal steps from below the smallest limit, or from below the mode where that lies above.
    """
    smallest = limits.min(axis=1)
    mode = _mode_between(
        smallest - _BEFORE,
        np.maximum(smallest, 0.0) + 3.0,
        lambda y: hazard(y / loading) / loading > _pull(limits, y[:, None])[:, 0],
    )
    begin = np.maximum(smallest - _BEFORE, mode - _BEHIND)
    end = np.maximum(smallest, mode) + _BEHIND
    step = (end - begin) / _STEPS
    y = begin[:, None] + step[:, None] * np.arange(_STEPS + 1)
    terms = log_ndtr(y / loading[:, None]) + np.log(_pull(limits, y))
    for column in limits.T:
        terms += log_ndtr(column[:, None] - y)
    return np.asarray(log_sum_exp(terms) + np.log(step))


def _mode_between(
    low: np.ndarray, high: np.ndarray, rising: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return about where integrands of one peak stop rising, shape (N,), by halving."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        up = rising(middle)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return np.asarray(0.5 * (low + high))


def _pull(limits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return minus the derivative of sum_j log Phi(limit_j - y), for y of shape (N, Q)."""
    total = np.zeros(y.shape)
    for column in limits.T:
        total += hazard(np.minimum(column[:, None] - y, 37.0))
    return total


def log_pair(limits: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Return the log of a bivariate normal distribution function of negative correlation.

    Args:
        limits: shape (N, 2), in standard deviations.
        correlation: shape (N,), not above 0.

    Returns:
        Shape (N,), good to 1e-8 down to correlations of -0.99.

    Method: given the error u that the two have with opposite signs they are independent; equal
    steps over u about the mode.
    """
    loading = np.sqrt(-correlation / (1 + correlation))
    limits = limits / np.sqrt(1 + correlation)[:, None]

    def rising(u: np.ndarray) -> np.ndarray:
        pull = hazard(limits[:, 1] + loading * u) - hazard(limits[:, 0] - loading * u)
        return np.asarray(loading * pull > u)

    farthest = np.full(len(limits), 40.0)
    mode = _mode_between(-farthest, farthest, rising)
    u = mode[:, None] + np.linspace(-_REACH, _REACH, _PAIR_STEPS)
    first = log_ndtr(limits[:, :1] - loading[:, None] * u)
    terms = first + log_ndtr(limits[:, 1:] + loading[:, None] * u) - 0.5 * u**2
    step = 2 * _REACH / (_PAIR_STEPS - 1)
    return np.asarray(log_sum_exp(terms) + np.log(step) - 0.5 * LOG_TWO_PI)


def log_two_signals(limits: np.ndarray, loading: np.ndarray, numbers: int) -> np.ndarray:
    """Return the log chance that two signals stay below their limits in all of R spectra.

    Args:
        limits: shape (N, R, 2), in units of an intensity's error; infinite where there is none.
        loading: shape (N,), sd of the sampling errors in the same units; at least 1.
        numbers: how many signals were seen, the same in each spectrum.

    Returns:
        Shape (N,), good to 1e-6, to 1e-5 where the limits lie far below and the loading is near 1.

    Method: the two errors w ~ N(0, loading^2 (1 + J / numbers)) on a grid that is as fine as an
    intensity's error at the limit, or at the mode above it, and the coarser the farther from
    there; each spectrum's error of variance 1 / numbers by a Gauss-Hermite rule.
    """
    points, cosines = [], []
    smallest = limits.min(axis=1)
    mean = np.sqrt(1 + 1 / numbers) * loading
    for k in range(2):
        edge = np.minimum(smallest[:, k], _HIGHEST * mean)
        edge = np.maximum(edge, _mode_of_one(smallest[:, k], mean))
        reach = np.arcsinh(np.maximum(edge + _DEEPEST * mean, 0.0) + 12.0)
        count = int(np.ceil((reach.max() + np.arcsinh(10.0)) / _EDGE_STEP)) + 1
        v = np.arcsinh(10.0) - _EDGE_STEP * np.arange(count)
        points.append(edge[:, None] + np.sinh(v))
        cosines.append(np.log(np.cosh(v)))
    own, weights = hermite_rule(_OWN_NODES)
    sd = 1 / np.sqrt(numbers)
    below = _density(points, loading, numbers) + cosines[0][:, None] + cosines[1]
    for r in range(limits.shape[1]):
        one, two = (
            ndtr(limits[:, r, k, None, None] - points[k][:, :, None] - sd * own) for k in range(2)
        )
        chance = (one * np.exp(weights)) @ np.swapaxes(two, 1, 2)
        with np.errstate(divide="ignore"):
            below = below + np.log(chance)
    return np.asarray(log_sum_exp(below.reshape(len(below), -1)) + 2 * np.log(_EDGE_STEP))


def _mode_of_one(limit: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Return about where a normal error of some sd is likeliest that stays below a limit."""
    return np.where(limit < 0, limit * sd**2 / (1 + sd**2), -np.inf)


def _density(points: list[np.ndarray], loading: np.ndarray, numbers: int) -> np.ndarray:
    """Return the log density of the two errors on a grid, shape (N, Q1, Q2)."""
    first, second = (p / loading[:, None] for p in points)
    # The inverse of 1 + J / numbers, of two dimensions.
    cross = 1 / (numbers + 2)
    squares = (first**2)[:, :, None] + (second**2)[:, None, :]
    together = (first[:, :, None] + second[:, None, :]) ** 2
    constant = np.log(2 * np.pi) + 2 * np.log(loading) + 0.5 * np.log1p(2 / numbers)
    return np.asarray(-0.5 * (squares - cross * together) - constant[:, None, None])


def log_mean_of_alike(limits: np.ndarray, loading: np.ndarray) -> np.ndarray:
    """Return log E[prod_j Phi(limit_j - loading * u)], for limits (N, m) and any loading (N,)."""
    result = np.empty(len(limits))
    gentle = loading <= 1
    result[gentle] = log_mean_product(limits[gentle], loading[gentle])
    result[~gentle] = log_mean_by_parts(limits[~gentle], loading[~gentle])
    return result


@dataclass(frozen=True, eq=False)
class Below:
    """N cases of m intensities below their limits, with the errors that they share.

    Attributes:
        limits: shape (N, m), in units of an intensity's own error.
        outer: shape (N, m, D), how D independent standard-normal errors enter each.
        inner: shape (N, m), sd of an error that only the entries of one member share.
        members: length m, which member an entry belongs to.
    """

    limits: np.ndarray
    outer: np.ndarray
    inner: np.ndarray
    members: tuple[int, ...]

    def taken(self, rows: np.ndarray, entries: np.ndarray) -> Below:
        """Return some of the cases, with some of the entries."""
        pick = np.ix_(rows, entries)
        members = tuple(self.members[j] for j in entries)
        return Below(self.limits[pick], self.outer[pick], self.inner[pick], members)

    @property
    def variance(self) -> np.ndarray:
        """Shape (N, m), of each intensity."""
        return np.asarray(1 + (self.outer**2).sum(axis=2) + self.inner**2)


# What to do with three doubtful entries or more: cases, and the numbers of their entries.
Several = Callable[[Below, np.ndarray, np.ndarray], np.ndarray]
# The general rule takes no larger shared error: its own error then counts for nothing.
_LARGEST = 1e6


def log_chance_below(below: Below, several: Several) -> np.ndarray:
    """Return the log chance that all m intensities stay below their limits, shape (N,).

    Entries that stay below but for a chance of 1e-10 are left out; one entry is exact, two are
    good to 1e-8.

    Args:
        below: the cases.
        several: integrates three entries or more, given the cases (of those entries only), the
            rows that they are and which entries they have.
    """
    scores = below.limits / np.sqrt(below.variance)
    single = log_ndtr(scores)
    doubtful = single < -NEGLIGIBLE
    result = np.zeros(len(scores))
    for mask in np.unique(doubtful, axis=0):
        entries = np.flatnonzero(mask)
        rows = np.flatnonzero((doubtful == mask).all(axis=1))
        if len(entries) == 0:
            continue
        if len(entries) == 1:
            result[rows] = single[rows, entries[0]]
        elif len(entries) == 2:
            result[rows] = _log_of_two(below.taken(rows, entries))
        else:
            result[rows] = several(below.taken(rows, entries), rows, entries)
    return np.asarray(np.minimum(result, single.min(axis=1)))


def _log_of_two(pair: Below) -> np.ndarray:
    sd = np.sqrt(pair.variance)
    together = (pair.outer[:, 0] * pair.outer[:, 1]).sum(axis=1)
    if pair.members[0] == pair.members[1]:
        together = together + pair.inner[:, 0] * pair.inner[:, 1]
    correlation = np.clip(together / sd.prod(axis=1), -0.999, 1 - 1e-13)
    limits, result = pair.limits / sd, np.empty(len(sd))
    alike = correlation >= 0
    apart = np.sqrt(1 - correlation[alike])
    result[alike] = log_mean_of_alike(
        limits[alike] / apart[:, None], np.sqrt(correlation[alike]) / apart
    )
    result[~alike] = log_pair(limits[~alike], correlation[~alike])
    return result


def log_of_several(below: Below, inner_nodes: int) -> np.ndarray:
    """Return the same by the nested rule of `orthants`, whose accuracy is said there."""
    largest = np.sqrt(np.maximum(below.variance.max(axis=1) - 1, 1e-300))
    fraction = np.minimum(1.0, _LARGEST / largest)[:, None]
    outer = below.outer * fraction[:, :, None]
    if outer.shape[2] > outer.shape[1]:
        outer = np.swapaxes(np.linalg.qr(np.swapaxes(outer, 1, 2), mode="r"), 1, 2)
    return log_nested_product(
        below.limits * fraction, outer, below.inner * fraction, below.members, inner_nodes
    )
