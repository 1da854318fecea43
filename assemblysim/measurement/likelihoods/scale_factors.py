"""Log-normal intensities whose spectrum, or column, has a scale factor that nobody knows.

log y = log s + g + e with e ~ N(0, sigma^2) and a flat prior on g, which is integrated out, so
that multiplying a group of intensities by a number changes nothing. The density is that of log y.
With n intensities above the limit and residuals r = log y - log s,

    L = (2 pi sigma^2)^(-(n-1)/2) n^(-1/2) exp(-sum (r - mean r)^2 / (2 sigma^2)) * P,

where P is the chance that the others stay below their limits, given g ~ N(mean r, sigma^2 / n).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.measurement.likelihoods.compiled_scale_factors import (
    ScaleFactorTables,
    scale_factor_tables,
)
from assemblysim.measurement.likelihoods.orthants import LOG_TWO_PI, NO_LIMIT, log_mean_product
from assemblysim.measurement.measured_intensities import Groups
from assemblysim.measurement.noise_model import NoiseParameters


@dataclass(frozen=True, eq=False)
class LogLayout:
    """The logarithms of grouped intensities, with zeros where there is no number.

    Attributes:
        logs: shape (A, J), log intensities.
        log_limits: shape (A, J).
        observed: shape (A, J).
        count: shape (A,), intensities above zero, at least 1 so that it can divide.
    """

    logs: np.ndarray
    log_limits: np.ndarray
    observed: np.ndarray
    count: np.ndarray

    def residuals(self, log_expected: np.ndarray) -> np.ndarray:
        """Return log y - log s, shape (B, A, J), 0 where there is no number."""
        return np.where(self.observed, self.logs - log_expected, 0.0)


def log_layout(groups: Groups) -> LogLayout:
    """Take the logarithms of grouped intensities."""
    observed = groups.observed
    logs = np.log(np.where(observed, groups.values, 1.0))
    log_limits = np.log(np.where(groups.censored & (groups.limits > 0), groups.limits, 1.0))
    return LogLayout(logs, log_limits, observed, np.maximum(observed.sum(axis=1), 1))


@dataclass(frozen=True, eq=False)
class GroupedLikelihood:
    """What the likelihoods share in which every group of intensities has an unknown scale factor.

    Attributes:
        groups: the intensities.
        parameters: the noise parameters.
    """

    groups: Groups
    parameters: NoiseParameters

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Names of the Q noise parameters."""
        return self.parameters.names

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """One for each group that says anything."""
        return self.groups.informative_names

    @property
    def block_of(self) -> np.ndarray:
        """Shape (U,), each observation's spectrum, or column."""
        return np.flatnonzero(self.groups.informative)

    @cached_property
    def _layout(self) -> LogLayout:
        return log_layout(self.groups)


class ScaleFactorLikelihood(GroupedLikelihood):
    """Proportional noise of one size, with one unknown scale factor for each group."""

    @cached_property
    def _tables(self) -> ScaleFactorTables | None:
        return scale_factor_tables(self.groups)

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, 1)."""
        tables = self._tables
        if tables is None or len(signals) == 0:
            return self.pointwise_in_numpy(signals, noise)
        return tables.pointwise(signals, noise)

    def pointwise_in_numpy(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the same as `pointwise`, which it serves where the kernel was not built."""
        sigma = noise[:, 0, None]
        layout = self._layout
        log_expected = np.log(self.groups.expected(signals))
        residuals = layout.residuals(log_expected)
        mean = residuals.sum(axis=2) / layout.count
        scatter = (((residuals - mean[:, :, None]) * layout.observed) ** 2).sum(axis=2)
        points = (
            -0.5 * (layout.count - 1) * (LOG_TWO_PI + 2 * np.log(sigma))
            - 0.5 * np.log(layout.count)
            - 0.5 * scatter / sigma**2
        )
        points += self._log_below(log_expected, mean, sigma)
        return np.asarray(points[:, self.groups.informative])

    def _log_below(
        self, log_expected: np.ndarray, mean: np.ndarray, sigma: np.ndarray
    ) -> np.ndarray:
        """Return the log chance of staying below the limits, shape (B, A)."""
        below = self.groups.below
        group = np.flatnonzero((below >= 0).any(axis=1))
        result = np.zeros(mean.shape)
        if len(group) == 0:
            return result
        place = below[group]
        margin = (self._layout.log_limits - log_expected)[:, group[:, None], place]
        margin = (margin - mean[:, group, None]) / sigma[:, :, None]
        margin = np.where(place >= 0, margin, NO_LIMIT)
        loading = 1 / np.sqrt(self._layout.count[group])
        result[:, group] = log_mean_product(margin, np.broadcast_to(loading, margin.shape[:2]))
        return result

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals about the group's mean in units of their sd, shape (B, N, I)."""
        layout = self._layout
        residuals = layout.residuals(np.log(self.groups.expected(signals)))
        mean = residuals.sum(axis=2, keepdims=True) / layout.count[:, None]
        known = layout.observed & (layout.count > 1)[:, None]
        fraction = np.sqrt(1 - 1 / np.maximum(layout.count, 2))[:, None]
        scaled = (residuals - mean) / (fraction * noise[:, 0, None, None])
        return self.groups.grouped(np.where(known, scaled, np.nan))
