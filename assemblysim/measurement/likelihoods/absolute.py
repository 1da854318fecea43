"""Readings on a known scale, with constant, proportional or two-component noise.

Constant and two-component noise are about y, proportional noise about log y (and its density is
that of log y, as it is where a gain is unknown). Replicates can share a sampling error, which is
additive (constant) or proportional (otherwise); it is integrated out, exactly but for several
replicates below the detection limit, where quadrature over it is good to 1e-5 while it is not
more than twice the reading error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from assemblysim.language import time_label
from assemblysim.measurement.likelihoods.gains import LOG_TWO_PI
from assemblysim.measurement.likelihoods.orthants import log_mean_product
from assemblysim.measurement.noise import NoiseLayout
from assemblysim.measurement.readings import SMALLEST_SIGNAL, Readings

# The sampling error may be larger than the reading error, where fewer nodes would not do.
_NODES = 48


@dataclass(frozen=True, eq=False)
class Scatter:
    """How readings scatter about their expectation, for B parameter vectors.

    Attributes:
        expected: shape (B, T, I), log signals (proportional noise) or signals.
        reading: shape (B, T, I), sd of a reading.
        sampling: shape (B, T, I), sd of the error that replicates share.
    """

    expected: np.ndarray
    reading: np.ndarray
    sampling: np.ndarray


@dataclass(frozen=True, eq=False)
class AbsoluteLikelihood:
    """Readings whose unit is that of the signals.

    Attributes:
        readings: the readings.
        layout: how a reading scatters, and whether replicates share a sampling error.
    """

    readings: Readings
    layout: NoiseLayout

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Standard deviations: of a reading, its additive part, of a sampling."""
        return self.layout.names

    @cached_property
    def units(self) -> tuple[str, ...]:
        """One for each reading; with a shared error for each signal at a sampling time."""
        where = (
            [time_label(t) for t in self.readings.times]
            if self.layout.shared
            else self.readings.rows
        )
        return tuple(f"{self.readings.signals[i]} at {where[n]}" for n, i in self._places)

    @cached_property
    def _places(self) -> np.ndarray:
        """Shape (U, 2), row or sampling time and signal of each unit."""
        measured = np.isfinite(self.readings.values)
        if self.layout.shared:
            measured = np.logical_or.reduceat(measured, self.readings.starts, axis=0)
        return np.argwhere(measured)

    @cached_property
    def _numbers(self) -> np.ndarray:
        """Shape (N, I), readings as the noise sees them, 0 where there is none."""
        known = self.readings.observed
        if self.layout.kind == "proportional":
            return np.log(np.where(known, self.readings.values, 1.0))
        return np.where(known, self.readings.values, 0.0)

    @cached_property
    def _limits(self) -> np.ndarray:
        """Shape (N, I), detection limits as the noise sees them, where a reading stayed below."""
        limits = np.where(self.readings.censored, self.readings.limits, 1.0)
        return np.log(limits) if self.layout.kind == "proportional" else limits

    def _scatter(self, signals: np.ndarray, noise: np.ndarray) -> Scatter:
        signals = np.maximum(signals, SMALLEST_SIGNAL)
        sizes = self.layout.sizes(noise)
        own = np.broadcast_to(sizes.reading[:, None, :], signals.shape)
        sampling = np.broadcast_to(sizes.sampling[:, None, :], signals.shape)
        if self.layout.kind == "proportional":
            return Scatter(np.log(signals), own, sampling)
        if self.layout.kind == "constant":
            return Scatter(signals, own, sampling)
        reading = np.sqrt(sizes.additive[:, None, :] ** 2 + (own * signals) ** 2)
        return Scatter(signals, reading, sampling * signals)

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        scatter = self._scatter(signals, noise)
        points = self._sampled(scatter) if self.layout.shared else self._single(scatter)
        return np.asarray(points[:, self._places[:, 0], self._places[:, 1]])

    def _single(self, scatter: Scatter) -> np.ndarray:
        at = self.readings.at
        sd = scatter.reading[:, at]
        z = (self._numbers - scatter.expected[:, at]) / sd
        points = -0.5 * (LOG_TWO_PI + z**2) - np.log(sd)
        rows, columns = np.nonzero(self.readings.censored)
        room = self._limits - scatter.expected[:, at]
        points[:, rows, columns] = log_ndtr((room / sd)[:, rows, columns])
        return np.asarray(points)

    def _sampled(self, scatter: Scatter) -> np.ndarray:
        """Return log-likelihoods by sampling time and signal, shape (B, T, I)."""
        starts, at = self.readings.starts, self.readings.at
        observed = self.readings.observed
        count = np.add.reduceat(observed.astype(float), starts, axis=0)
        residuals = np.where(observed, self._numbers - scatter.expected[:, at], 0.0)
        mean = np.add.reduceat(residuals, starts, axis=1) / np.maximum(count, 1)
        within = np.where(observed, residuals - mean[:, at], 0.0)
        squares = np.add.reduceat(within**2, starts, axis=1) / scatter.reading**2
        ratio = (scatter.sampling / scatter.reading) ** 2
        gain = 1 + count * ratio
        points = -0.5 * (
            count * (LOG_TWO_PI + 2 * np.log(scatter.reading))
            + np.log(gain)
            + squares
            + count * (mean / scatter.reading) ** 2 / gain
        )
        for time, column in zip(*np.nonzero(self._below_count), strict=True):
            rows = starts[time] + np.arange(int((at == time).sum()))
            rows = rows[self.readings.censored[rows, column]]
            error = (mean * count * ratio / gain)[:, time, column]
            room = self._limits[rows, column] - (scatter.expected[:, time, column] + error)[:, None]
            limits = room / scatter.reading[:, time, column, None]
            slope = np.sqrt(ratio / gain)[:, time, column]
            points[:, time, column] += log_mean_product(limits, slope, _NODES)
        return np.asarray(points)

    @cached_property
    def _below_count(self) -> np.ndarray:
        """Shape (T, I), how many replicates stayed below the limit."""
        censored = self.readings.censored.astype(int)
        return np.asarray(np.add.reduceat(censored, self.readings.starts, axis=0))

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals in units of their sd, shape (B, N, I)."""
        scatter = self._scatter(signals, noise)
        sd = np.sqrt(scatter.reading**2 + scatter.sampling**2)
        at = self.readings.at
        z = (self._numbers - scatter.expected[:, at]) / sd[:, at]
        return np.where(self.readings.observed, z, np.nan)
