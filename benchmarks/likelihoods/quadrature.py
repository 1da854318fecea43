"""Integrals over one number in extended precision (64 bits of mantissa), to hold others against.

Panels of 20 Gauss-Legendre nodes are laid on a ladder of lengths about every place where the
integrand may bend, and halved until a panel and its halves agree to 1e-15 of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np

Real = np.longdouble
Array = np.ndarray
_NODES, _ENOUGH, _MOST_ROUNDS, _NEGLIGIBLE = 20, 1e-15, 80, 2000.0
_ROUNDING = 4e-18  # of a logarithm
_LADDER = np.concatenate(([0.5, 1.0, 2.0], 4.0 ** np.arange(1, 32)))
_MIDDLE, _TERMS, _FRACTIONS = 3.0, 48, 70
LOG_TWO_PI = np.log(2 * Real("3.14159265358979323846264338327950288"))


@lru_cache
def _rule() -> tuple[Array, Array]:
    """Return nodes and weights on 0 to 1, polished by Newton's method."""
    x = np.polynomial.legendre.leggauss(_NODES)[0].astype(Real)
    for _ in range(3):
        before, now = np.ones_like(x), x.copy()
        for n in range(2, _NODES + 1):
            before, now = now, ((2 * n - 1) * x * now - (n - 1) * before) / n
        slope = _NODES * (x * now - before) / (x * x - 1)
        x = x - now / slope
    return (x + 1) / 2, 1 / ((1 - x * x) * slope**2)


def ladder(centre: float, width: float) -> Array:
    """Return places about a centre, ever farther away."""
    steps = Real(width) * _LADDER.astype(Real)
    return np.concatenate((centre - steps[::-1], [Real(centre)], centre + steps))


def log_sum(terms: Array) -> Real:
    """Return log(sum(exp(terms)))."""
    top = terms.max()
    return top + np.log(np.exp(terms - top).sum())


def log_integral(log_integrand: Callable[[Array], Array], places: Iterable[Array],
                 low: float = -np.inf, high: float = np.inf) -> Real:  # fmt: skip
    """Return the log of an integral over the real line, or from `low` to `high`.

    Args:
        log_integrand: of an array.
        places: ladders about where it bends.
        low: the least and
        high: the largest argument.
    """
    edges = np.unique(np.concatenate([np.asarray(one, dtype=Real) for one in places]))
    edges = edges[np.isfinite(edges) & (np.abs(edges) < 1e60) & (edges > low) & (edges < high)]
    ends = [[Real(one)] for one in (low, high)]
    edges = np.concatenate([
        ends[0] if np.isfinite(low) else [], edges, ends[1] if np.isfinite(high) else []
    ])  # fmt: skip

    def panels(a: Array, b: Array) -> Array:
        x, weights = _rule()
        values = log_integrand((a[:, None] + (b - a)[:, None] * x).ravel()).reshape(len(a), -1)
        top = values.max(axis=1, keepdims=True)
        return top[:, 0] + np.log((np.exp(values - top) * weights).sum(axis=1) * (b - a))

    a, b = edges[:-1], edges[1:]
    with np.errstate(divide="ignore"):
        whole = panels(a, b)
    # What is negligible stays as it is.
    matters = whole > whole.max() - _NEGLIGIBLE
    done, whole, a, b = whole[~matters], whole[matters], a[matters], b[matters]
    for _ in range(_MOST_ROUNDS):
        middle = (a + b) / 2
        left, right = panels(a, middle), panels(middle, b)
        total = log_sum(np.concatenate((done, left, right)))
        halves = np.exp(left - total) + np.exp(right - total)
        apart = np.abs(np.exp(whole - total) - halves) > max(_ENOUGH, _ROUNDING * abs(total))
        apart &= (middle > a) & (middle < b)
        done = np.concatenate((done, left[~apart], right[~apart]))
        if not apart.any():
            break
        a, b = np.concatenate((a[apart], middle[apart])), np.concatenate((middle[apart], b[apart]))
        whole = np.concatenate((left[apart], right[apart]))
    return log_sum(done)


def log_normal_density(z: Array) -> Array:
    """Return the log density of a standard normal."""
    return -(z * z + LOG_TWO_PI) / 2


def log_normal_below(z: Array) -> Array:
    """Return the log of the chance that a standard normal is below z."""
    z = np.asarray(z, dtype=Real)
    result, near, size = np.empty_like(z), np.abs(z) <= _MIDDLE, np.abs(z)
    x = z[near]
    term = total = x.copy()
    for k in range(1, _TERMS):
        term = term * x * x / (2 * k + 1)
        total = total + term
    result[near] = np.log(Real(0.5) + np.exp(log_normal_density(x)) * total)
    t = size[~near]
    fraction = np.zeros_like(t)
    for k in range(_FRACTIONS, 0, -1):
        fraction = k / (t + fraction)
    tail = log_normal_density(t) - np.log(t + fraction)
    result[~near] = np.where(z[~near] < 0, tail, np.log1p(-np.exp(tail)))
    return result


def log_t_density(z: Array) -> Array:
    """Return the log density of Student's t of four degrees of freedom."""
    return np.log(Real(3) / 8) - Real(2.5) * np.log1p(z * z / 4)


def log_t_below(z: Array) -> Array:
    """Return the log of the chance that it is below z."""
    x = z / np.sqrt(4 + z * z)
    least = np.where(z < 0, 4 / ((4 + z * z) * (1 + np.abs(x))), 1 + x)
    return 2 * np.log(least) + np.log((2 - x) / 4)
