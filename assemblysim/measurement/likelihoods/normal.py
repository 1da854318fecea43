"""Means of products of normal distribution functions over one normal variable.

Intensities that share an error are independent given it, so the chance that all stay below their
limits is such a mean. The integrands are log-concave; every row of a batch is computed as if alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.special import erfcx, log_ndtr

LOG_TWO_PI = float(np.log(2 * np.pi))

# How far a standard normal reaches, in its sd, and a distribution function from its limit on.
_REACH, _BEHIND = 7.2, 9.0
_STEPS = 97
_HALVINGS = 60
# Panels: nodes of each, even ones, and breaks about each limit in units of an intensity's error.
_NODES = 12
_EVEN = np.linspace(-_REACH, _REACH, 13)
_AT_MODE = np.array([-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0])
_AT_LIMIT = np.array([-6.0, -2.0, 0.0, 2.0, 6.0])


def log_sum_exp(terms: np.ndarray) -> np.ndarray:
    """Return log(sum(exp(terms))) over the last axis, for finite terms."""
    top = terms.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(terms - top).sum(axis=-1)))


def hazard(v: np.ndarray) -> np.ndarray:
    """Return the derivative of log Phi, phi(v) / Phi(v)."""
    return np.asarray(np.sqrt(2 / np.pi) / erfcx(-np.minimum(v, 37.0) / np.sqrt(2)))


def curvature(v: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return minus the second derivative of log Phi, between 0 and 1, given the first."""
    return np.asarray(np.clip(first * (first + v), 0.0, 1.0))


def log_mean_alike(limits: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return log E[prod_j Phi(limit_j - slope * x)] for a standard normal x.

    Args:
        limits: shape (N, m), in units of an intensity's error, m at least 1.
        slope: shape (N,), the shared error in the same units, of any size.

    Returns:
        Shape (N,); exact for one limit, otherwise good to 1e-9.

    Method: equal steps about the mode. Above a slope of 1 integrated by parts, as the integral of
    Phi(y / slope) p(y) dy with p = -d/dy prod_j Phi(limit_j - y), which is as narrow as an
    intensity's error on both sides however large the slope is.
    """
    if limits.shape[1] == 1:
        return np.asarray(log_ndtr(limits[:, 0] / np.hypot(1, slope)))
    result = np.empty(len(limits))
    steep = slope > 1
    result[~steep] = _by_steps(limits[~steep], slope[~steep, None])
    result[steep] = _by_parts(limits[steep], slope[steep, None])
    return result


def _by_steps(limits: np.ndarray, slope: np.ndarray) -> np.ndarray:
    def gradient(x: np.ndarray) -> np.ndarray:
        return np.asarray(-x - slope * hazard(limits - slope * x).sum(axis=1, keepdims=True))

    zero = np.zeros_like(slope)
    mode = _between(gradient(zero), zero, gradient)
    x = mode + np.linspace(-_REACH, _REACH, _STEPS)
    terms = log_ndtr(limits[:, :, None] - (slope * x)[:, None]).sum(axis=1) - 0.5 * x**2
    step = 2 * _REACH / (_STEPS - 1)
    return np.asarray(log_sum_exp(terms) + np.log(step) - 0.5 * LOG_TWO_PI)


def _by_parts(limits: np.ndarray, slope: np.ndarray) -> np.ndarray:
    def gradient(y: np.ndarray) -> np.ndarray:
        own = hazard(y / slope) / slope
        return np.asarray(own - hazard(limits - y).sum(axis=1, keepdims=True))

    lowest = limits.min(axis=1, keepdims=True)
    above = (np.maximum(-lowest, 0) / slope + 1) / slope
    mode = _between(lowest - 12, lowest + above, gradient)
    start = np.where(mode - _BEHIND > lowest, mode - _BEHIND, lowest - _REACH)
    step = (np.maximum(mode, lowest) + _BEHIND - start) / (_STEPS - 1)
    y = start + step * np.arange(_STEPS)
    apart = limits[:, :, None] - y[:, None]
    terms = log_ndtr(apart).sum(axis=1) + np.log(hazard(apart).sum(axis=1))
    return np.asarray(log_sum_exp(terms + log_ndtr(y / slope)) + np.log(step[:, 0]))


def _between(
    low: np.ndarray, high: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return where a falling gradient of shape (N, 1) vanishes, by halving the distance."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        rising = gradient(middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.asarray(0.5 * (low + high))


def log_mean_unlike(limits: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return log E[prod_j Phi(limit_j - slope_j * x)], slopes (N, m) of any size and sign.

    Returns:
        Shape (N,), good to 1e-8.

    Method: Gauss-Legendre quadrature over panels that are laid about the mode, at the width there,
    and where each distribution function steps.
    """
    pull = slopes * hazard(limits)

    def gradient(x: np.ndarray) -> np.ndarray:
        return np.asarray(-x - (slopes * hazard(limits - slopes * x)).sum(axis=1, keepdims=True))

    low = -np.maximum(pull, 0).sum(axis=1, keepdims=True)
    mode = _between(low, -np.minimum(pull, 0).sum(axis=1, keepdims=True), gradient)
    v = limits - slopes * mode
    bend = 1 + (slopes**2 * curvature(v, hazard(v))).sum(axis=1, keepdims=True)
    around = mode + _EVEN
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.nan_to_num((limits[:, :, None] + _AT_LIMIT) / slopes[:, :, None])
    breaks = (around, mode + _AT_MODE / np.sqrt(bend), steps.reshape(len(limits), -1))
    edges = np.clip(np.concatenate(breaks, axis=1), around[:, :1], around[:, -1:])
    edges = np.sort(edges, axis=1)
    at, weight = _legendre()
    x = (edges[:, :-1, None] + np.diff(edges, axis=1)[:, :, None] * at).reshape(len(limits), -1)
    with np.errstate(divide="ignore"):
        terms = (np.log(np.diff(edges, axis=1))[:, :, None] + weight).reshape(x.shape)
    terms = terms - 0.5 * x**2
    for j in range(limits.shape[1]):
        terms += log_ndtr(limits[:, j, None] - slopes[:, j, None] * x)
    return log_sum_exp(terms) - 0.5 * LOG_TWO_PI


@lru_cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and log weights of an integral from 0 to 1."""
    x, w = np.polynomial.legendre.leggauss(_NODES)
    return 0.5 * (x + 1), np.log(0.5 * w)
