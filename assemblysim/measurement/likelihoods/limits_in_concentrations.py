"""Columns of unknown scale whose detection limit is a concentration.

Of log y = log s + g + u + e (see `network`) a column is read where y is above c e^g, c being the
limit: what stayed below it says log s + u + e < log c, whatever g is, and what was read says that
g < log y - log c. Given what was read g is normal, N(m, 1/W), where without a limit only the
density of contrasts counts. With the smallest reading y and x = (g - m) W^(1/2),

    log L = log density of contrasts + sum of log P_t of times at which nothing was read
            + log E over x of [x < (log y - log c - m) W^(1/2)] prod P_t(g), over all other times,

where P_t is the chance that the replicates of a time stay below the limit, their shared error u
integrated out; given g and n readings of that time u is normal. Where no time has both the last
term is log Phi. Otherwise it is a sum over panels that end where any factor bends, good to 1e-8.
A column in which nothing was read says what its times say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from assemblysim.measurement.likelihoods.grouped import GroupedLikelihood
from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.likelihoods.normal import log_mean_alike, log_sum_exp
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL

# What lies so many nats below the top of an integrand is left out.
_DEPTH = 32.0
# Where a normal chance bends, in its deviations; and the widest panel of a normal density's.
_BENDS = np.array([-9.0, -6.5, -4.5, -3.0, -1.5, 0.0, 1.5, 3.0, 4.5, 6.5, 9.0])
_WIDEST = 2.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(14)
_HALVINGS = 100


@dataclass(frozen=True, eq=False)
class _Column:
    """A column at one parameter vector; all of it in logarithms.

    Attributes:
        bound: where x ends.
        sd: of g, given what was read.
        mean: of g.
        above: shape (M,), the limit over the signal at times with readings and others.
        read: shape (M,), mean of what was read then, over the signal.
        part: shape (M,), of the distance of that from g that is due to the shared error.
        left: shape (M,), what is left of the shared error, in deviations of a cell.
        below: shape (M,), how many cells stayed below then.
        sigma: of a cell.
    """

    bound: float
    sd: float
    mean: float
    above: np.ndarray
    read: np.ndarray
    part: np.ndarray
    left: np.ndarray
    below: np.ndarray
    sigma: float

    def height(self, x: np.ndarray) -> np.ndarray:
        """Return the log integrand at x, shape (N,), but for a constant."""
        total = -0.5 * x**2
        for time, count in enumerate(self.below.tolist()):
            pulled = self.part[time] * (self.read[time] - self.mean - self.sd * x)
            limits = np.repeat((self.above[time] - pulled)[:, None] / self.sigma, count, axis=1)
            total = total + log_mean_alike(limits, np.full(len(x), self.left[time]))
        return np.asarray(total)

    def log_mean(self) -> float:
        """Return the log of the mean over a standard normal x below the bound."""
        top = self._top()
        here = float(self.height(np.array([top]))[0])
        low = self._fallen(top, here, -1.0, np.inf)
        high = self._fallen(top, here, 1.0, max(self.bound - top, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            steep = self.part * self.sd
            centre = (self.part * (self.read - self.mean) - self.above) / steep
            width = self.sigma * np.hypot(1, self.left) / steep
            bends = (centre + width * _BENDS[:, None]).ravel()
        distances = np.concatenate([2.0 ** -np.arange(1.0, 12.0)])
        edges = np.concatenate([
            [top], bends[np.isfinite(bends)], top + (high - top) * distances,
            top + (low - top) * distances, np.arange(-12.0, 12.1, _WIDEST),
        ])  # fmt: skip
        edges = np.unique(np.concatenate([[low, high], edges[(edges > low) & (edges < high)]]))
        half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
        x = (middle[:, None] + half[:, None] * _NODES).ravel()
        weights = (half[:, None] * _WEIGHTS).ravel()
        terms = self.height(x[weights > 0]) + np.log(weights[weights > 0])
        return float(log_sum_exp(terms)) - 0.5 * np.log(2 * np.pi) if len(terms) else -np.inf

    def _top(self) -> float:
        """Return where the integrand is largest: chances rise with x, and the density falls."""
        low, high = min(0.0, self.bound), self.bound
        if high > 0:
            reach = 1.0
            while reach < high and self._rises(reach):
                reach *= 2
            low, high = 0.0, min(reach, high)
        if self._rises(high):
            return high
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self._rises(middle) else (low, middle)
        return 0.5 * (low + high)

    def _rises(self, x: float) -> bool:
        step = 1e-6 * max(1.0, abs(x))
        there = self.height(np.array([x - step, x + step]))
        return bool(there[1] > there[0])

    def _fallen(self, top: float, here: float, side: float, most: float) -> float:
        """Return where the integrand has fallen by `_DEPTH`, or the farthest place before it."""
        far = 1e-12 * max(1.0, abs(top))
        while far < most and self.height(np.array([top + side * far]))[0] > here - _DEPTH:
            far *= 2
        return top + side * min(far, most)


@dataclass(frozen=True, eq=False)
class ConcentrationLimits(GroupedLikelihood):
    """Proportional noise by column, some columns with limits in concentrations."""

    @cached_property
    def _others(self) -> NetworkLikelihood:
        """The likelihood without what such limits say."""
        intensities = self.groups.intensities
        lost = intensities.below & self._limited
        read = replace(
            intensities,
            values=np.where(lost, np.nan, intensities.values),
            below=intensities.below & ~lost,
        )
        return NetworkLikelihood(replace(self.groups, intensities=read), self.parameters)

    @property
    def _limited(self) -> np.ndarray:
        """Shape (I,), columns whose limit is a concentration."""
        limited = self.groups.intensities.in_concentrations
        return np.zeros(len(self.groups.names), bool) if limited is None else limited

    @cached_property
    def block_of(self) -> np.ndarray:
        """Shape (U,), the columns that say anything."""
        measured = (self.groups.observed | self.groups.censored).any(axis=1)
        known = np.isin(np.arange(len(measured)), self._others.block_of)
        return np.flatnonzero(known | (self._limited & measured))

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        found = np.zeros((len(signals), len(self.groups.names)))
        found[:, self._others.block_of] = self._others.pointwise(signals, noise)
        sigma, tau = self._others.sizes(noise)
        for column in np.flatnonzero(self._limited).tolist():
            own = sigma[:, column if sigma.shape[1] > 1 else 0]
            logs = np.log(np.maximum(signals[:, :, column], SMALLEST_SIGNAL))
            found[:, column] += self._said(column, logs, own, tau)
        return found[:, self.block_of]

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals of what was read, as without the limits, shape (B, N, I)."""
        return self._others.standardised_residuals(signals, noise)

    def _said(
        self, column: int, logs: np.ndarray, sigma: np.ndarray, tau: np.ndarray
    ) -> np.ndarray:
        """Return what a column's limit says, shape (B,).

        Args:
            column: which.
            logs: shape (B, T), of its signal.
            sigma: shape (B,), of its cells' own errors.
            tau: shape (B,), of shared ones.
        """
        table, times = self.groups.intensities, logs.shape[1]
        seen, lost = table.observed[:, column], table.censored[:, column]
        read = np.bincount(table.at[seen], minlength=times)
        below = np.bincount(table.at[lost], minlength=times)
        limits = table.limits[:, column]
        limit = float(np.log(limits[np.isfinite(limits)][0]))
        total = np.zeros(len(logs))
        for time in np.flatnonzero((below > 0) & (read == 0)):
            margins = np.repeat(((limit - logs[:, time]) / sigma)[:, None], below[time], axis=1)
            total += log_mean_alike(margins, tau / sigma)
        if not seen.any():
            return total
        values = np.log(table.values[seen, column])
        mean = np.bincount(table.at[seen], values, times) / np.maximum(read, 1) - logs
        weight = np.where(
            read > 0, 1 / (tau[:, None] ** 2 + sigma[:, None] ** 2 / np.maximum(read, 1)), 0.0
        )
        together = weight.sum(axis=1)
        middle = (weight * mean).sum(axis=1) / together
        bound = (values.min() - limit - middle) * np.sqrt(together)
        both = np.flatnonzero((below > 0) & (read > 0))
        if not len(both):
            return np.asarray(total + log_ndtr(bound))
        for b in range(len(logs)):
            square = sigma[b] ** 2 + read[both] * tau[b] ** 2
            total[b] += _Column(
                float(bound[b]), float(together[b] ** -0.5), float(middle[b]),
                limit - logs[b, both], mean[b, both], read[both] * tau[b] ** 2 / square,
                tau[b] / np.sqrt(square), below[both], float(sigma[b]),
            ).log_mean()  # fmt: skip
        return total
