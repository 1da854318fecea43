"""Log-normal intensities with unknown scale factors, where every signal scatters by its own sigma.

log y_i = log s_i + g + e_i with e_i ~ N(0, sigma_i^2) and a flat prior on g, as in
`scale_factors`. With weights w_i = 1 / sigma_i^2, W their sum and m the weighted mean of the
residuals r_i = log y_i - log s_i over the n intensities above the limit,

    L = prod_i (2 pi sigma_i^2)^(-1/2) (2 pi / W)^(1/2) exp(-sum w_i (r_i - m)^2 / 2) * P,

where P is the chance that the others stay below their limits, given g ~ N(m, 1 / W).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import log_ndtr

from assemblysim.measurement.likelihoods.orthants import (
    LOG_TWO_PI,
    NO_LIMIT,
    curvature,
    hazard,
    log_nested_product,
    log_sum_exp,
)
from assemblysim.measurement.likelihoods.scale_factors import GroupedLikelihood

# Panels about the mode reach where a standard normal is 1e-18 of its height.
_REACH = 9.0
# Breaks between panels: even ones, where the integrand bends (in units of its width at the
# mode), and about each limit (in units of an intensity's error).
_EVEN = np.linspace(-_REACH, _REACH, 13)
_AT_MODE = np.array([-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0])
_AT_LIMIT = np.array([-6.0, -2.0, 0.0, 2.0, 6.0])
_NODES = 12
_NO_ENTRY = 1e3
# Up to this loading 32 Gauss-Hermite nodes are good to 1e-8, at a tenth of the panels' cost.
_GENTLE = 1.5
# Rows whose panels are laid out at a time, which keeps the arrays within a few megabytes.
_ROWS = 256


class SignalScaleFactorLikelihood(GroupedLikelihood):
    """Proportional noise of a size for each signal, one unknown scale factor for each group."""

    def _sigma(self, noise: np.ndarray) -> np.ndarray:
        """Return the sigma of every intensity, shape (B, A, J), from noise (B, I)."""
        shape = (len(noise), *self._layout.logs.shape)
        by_signal = noise[:, :, None] if self.groups.by_column else noise[:, None, :]
        return np.broadcast_to(by_signal, shape)

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, I)."""
        sigma, observed = self._sigma(noise), self._layout.observed
        log_expected = np.log(self.groups.expected(signals))
        residuals = self._layout.residuals(log_expected)
        weight = observed / sigma**2
        total = _positive(weight.sum(axis=2))
        mean = (weight * residuals).sum(axis=2) / total
        scatter = (weight * (residuals - mean[:, :, None]) ** 2).sum(axis=2)
        points = (
            -0.5 * (self._layout.count - 1) * LOG_TWO_PI
            - (observed * np.log(sigma)).sum(axis=2)
            - 0.5 * np.log(total)
            - 0.5 * scatter
        )
        points += self._log_below(log_expected, mean, total, sigma)
        return np.asarray(points[:, self.groups.informative])

    def _log_below(
        self, log_expected: np.ndarray, mean: np.ndarray, total: np.ndarray, sigma: np.ndarray
    ) -> np.ndarray:
        """Return the log chance of staying below the limits, shape (B, A)."""
        below = self.groups.below
        group = np.flatnonzero((below >= 0).any(axis=1))
        result = np.zeros(mean.shape)
        if len(group) == 0:
            return result
        place = below[group]
        own = sigma[:, group[:, None], place]
        margin = (self._layout.log_limits - log_expected)[:, group[:, None], place]
        limits = np.where(place >= 0, (margin - mean[:, group, None]) / own, NO_LIMIT)
        loading = 1 / (own * np.sqrt(total[:, group, None]))
        flat = log_mean_of_product(
            limits.reshape(-1, limits.shape[-1]), loading.reshape(-1, limits.shape[-1])
        )
        result[:, group] = flat.reshape(limits.shape[:2])
        return result

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals about the weighted mean in units of their sd, shape (B, N, I)."""
        sigma, observed = self._sigma(noise), self._layout.observed
        residuals = self._layout.residuals(np.log(self.groups.expected(signals)))
        weight = observed / sigma**2
        total = _positive(weight.sum(axis=2, keepdims=True))
        mean = (weight * residuals).sum(axis=2, keepdims=True) / total
        known = observed & (observed.sum(axis=1) > 1)[:, None]
        variance = np.where(known, np.maximum(sigma**2 - 1 / total, 1e-12 * sigma**2), 1.0)
        scaled = (residuals - mean) / np.sqrt(variance)
        return self.groups.grouped(np.where(known, scaled, np.nan))


def _positive(total: np.ndarray) -> np.ndarray:
    """Return sums of weights, 1 where a group has no intensity, so that they can divide."""
    return np.where(total > 0, total, 1.0)


def log_mean_of_product(limits: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    """Return log N[prod_j Phi(limit_j - slope_j * u)] for a standard normal u.

    Args:
        limits: shape (N, m), each in units of its own intensity's error; `NO_LIMIT` is no entry.
        loadings: shape (N, m), the shared error in the same units; of any size above 0, while
            `orthants.log_mean_product` knows one for all entries, not much above 1.

    Returns:
        Shape (N,); exact for one entry, otherwise good to 1e-8.

    Method: the integrand is log-concave. Gauss-Hermite quadrature about its mode up to loadings
    of 1.5; beyond, Gauss-Legendre quadrature over panels that are laid about the mode, at the
    width there, and where each distribution function steps.
    """
    apart = limits / np.sqrt(1 + loadings**2)
    result = np.asarray(log_ndtr(apart).sum(axis=1))
    entry = np.isfinite(limits)
    limits, loadings = np.where(entry, limits, _NO_ENTRY), np.where(entry, loadings, 1e-3)
    several = (entry.sum(axis=1) > 1) & (result < -1e-12)
    gentle = loadings.max(axis=1, initial=0.0) <= _GENTLE
    chosen = several & gentle
    if chosen.any():
        apart = tuple(range(limits.shape[1]))
        shared = loadings[chosen][:, :, None]
        nothing = np.zeros_like(limits[chosen])
        result[chosen] = log_nested_product(limits[chosen], shared, nothing, apart)
    steep = np.flatnonzero(several & ~gentle)
    for begin in range(0, len(steep), _ROWS):
        rows = steep[begin : begin + _ROWS]
        result[rows] = _by_panels(limits[rows], loadings[rows])
    return result


@lru_cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and log weights of an integral from 0 to 1."""
    x, w = np.polynomial.legendre.leggauss(_NODES)
    return 0.5 * (x + 1), np.log(0.5 * w)


def _by_panels(limits: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    mode, width = _mode(limits, loadings)
    around = mode[:, None] + _EVEN
    bends = mode[:, None] + width[:, None] * _AT_MODE
    steps = (limits[:, :, None] + _AT_LIMIT) / loadings[:, :, None]
    breaks = np.concatenate((around, bends, steps.reshape(len(limits), -1)), axis=1)
    breaks = np.sort(np.clip(breaks, around[:, :1], around[:, -1:]), axis=1)
    length = np.diff(breaks, axis=1)
    x, w = _legendre()
    u = (breaks[:, :-1, None] + length[:, :, None] * x).reshape(len(limits), -1)
    terms = -0.5 * u**2
    for j in range(limits.shape[1]):
        terms += log_ndtr(limits[:, j, None] - loadings[:, j, None] * u)
    with np.errstate(divide="ignore"):
        weights = np.log(length)[:, :, None] + w
    return log_sum_exp(terms + weights.reshape(len(limits), -1)) - 0.5 * LOG_TWO_PI


def _mode(limits: np.ndarray, loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find where the integrand is largest, and its width there, each of shape (N,).

    Method: Newton's; the derivative of the log integrand is concave in u and the start, 0, lies
    above the mode, so that it falls steadily.
    """
    mode, bend = np.zeros(len(limits)), np.ones(len(limits))
    for _ in range(100):
        v = limits - loadings * mode[:, None]
        pull = hazard(v)
        bend = 1 + (loadings**2 * curvature(v, pull)).sum(axis=1)
        step = -(mode + (loadings * pull).sum(axis=1)) / bend
        mode = mode + step
        if (np.abs(step) < 1e-6 * (1 + np.abs(mode))).all():
            break
    return mode, 1 / np.sqrt(bend)
