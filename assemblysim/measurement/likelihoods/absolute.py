"""Intensities on a known scale, with constant, proportional or two-component noise.

Constant and two-component noise are about y, proportional noise about log y (and its density is
that of log y, as it is where a scale factor is unknown). Replicates can share a sampling error,
which is additive (constant) or proportional (otherwise); it is integrated out, exactly but for
several replicates below the detection limit, where quadrature over it is good to 1e-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from assemblysim.language import time_label
from assemblysim.measurement.likelihoods.normal import LOG_TWO_PI, log_mean_alike
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL, MeasuredIntensities
from assemblysim.measurement.noise_model import NoiseParameters, Scatter


@dataclass(frozen=True, eq=False)
class AbsoluteLikelihood:
    """Intensities whose unit is that of the signals.

    Attributes:
        intensities: the intensities.
        parameters: how an intensity scatters, and whether replicates share a sampling error.
    """

    intensities: MeasuredIntensities
    parameters: NoiseParameters

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Standard deviations: of an intensity, its additive part, of a sampling."""
        return self.parameters.names

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """One for each intensity; with a shared error for each signal at a sampling time."""
        where = (
            [time_label(t) for t in self.intensities.times]
            if self.parameters.shared
            else self.intensities.rows
        )
        return tuple(f"{self.intensities.signals[i]} at {where[n]}" for n, i in self.places)

    @property
    def block_of(self) -> np.ndarray:
        """Shape (U,), each observation's spectrum, or its sampling time with a shared error."""
        return np.asarray(self.places[:, 0])

    @cached_property
    def places(self) -> np.ndarray:
        """Shape (U, 2), row or sampling time and signal of each unit."""
        measured = self.intensities.observed | self.intensities.censored
        if self.parameters.shared:
            measured = np.logical_or.reduceat(measured, self.intensities.starts, axis=0)
        return np.argwhere(measured)

    @cached_property
    def numbers(self) -> np.ndarray:
        """Shape (N, I), intensities as the noise sees them, 0 where there is none."""
        known = self.intensities.observed
        numbers = self.parameters.model.numbers(np.where(known, self.intensities.values, 1.0))
        return np.where(known, numbers, 0.0)

    @cached_property
    def limits(self) -> np.ndarray:
        """Shape (N, I), detection limits as the noise sees them, of what stayed below."""
        limits = np.where(self.intensities.censored, self.intensities.limits, 1.0)
        return self.parameters.model.numbers(limits)

    def _scatter(self, signals: np.ndarray, noise: np.ndarray) -> Scatter:
        signals = np.maximum(signals, SMALLEST_SIGNAL)
        return self.parameters.model.scatter(signals, self.parameters.sizes(noise))

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        scatter = self._scatter(signals, noise)
        points = self._sampled(scatter) if self.parameters.shared else self._single(scatter)
        return np.asarray(points[:, self.places[:, 0], self.places[:, 1]])

    def _single(self, scatter: Scatter) -> np.ndarray:
        at = self.intensities.at
        sd = self.intensities.in_sds(scatter.own[:, at])
        z = (self.numbers - scatter.expected[:, at]) / sd
        points = -0.5 * (LOG_TWO_PI + z**2) - np.log(sd)
        rows, columns = np.nonzero(self.intensities.censored)
        margin = self.limits - scatter.expected[:, at]
        points[:, rows, columns] = log_ndtr((margin / sd)[:, rows, columns])
        return np.asarray(points)

    def _sampled(self, scatter: Scatter) -> np.ndarray:
        """Return log-likelihoods by sampling time and signal, shape (B, T, I)."""
        starts, at = self.intensities.starts, self.intensities.at
        observed = self.intensities.observed
        count = np.add.reduceat(observed.astype(float), starts, axis=0)
        residuals = np.where(observed, self.numbers - scatter.expected[:, at], 0.0)
        mean = np.add.reduceat(residuals, starts, axis=1) / np.maximum(count, 1)
        within = np.where(observed, residuals - mean[:, at], 0.0)
        squares = np.add.reduceat(within**2, starts, axis=1) / scatter.own**2
        ratio = (scatter.sampling / scatter.own) ** 2
        inflation = 1 + count * ratio
        points = -0.5 * (
            count * (LOG_TWO_PI + 2 * np.log(scatter.own))
            + np.log(inflation)
            + squares
            + count * (mean / scatter.own) ** 2 / inflation
        )
        for time, column in zip(*np.nonzero(self._below_count), strict=True):
            rows = starts[time] + np.arange(int((at == time).sum()))
            rows = rows[self.intensities.censored[rows, column]]
            error = (mean * count * ratio / inflation)[:, time, column]
            margin = (
                self.limits[rows, column] - (scatter.expected[:, time, column] + error)[:, None]
            )
            limits = margin / scatter.own[:, time, column, None]
            loading = np.sqrt(ratio / inflation)[:, time, column]
            points[:, time, column] += log_mean_alike(limits, loading)
        return np.asarray(points)

    @cached_property
    def _below_count(self) -> np.ndarray:
        """Shape (T, I), how many replicates stayed below the limit."""
        censored = self.intensities.censored.astype(int)
        return np.asarray(np.add.reduceat(censored, self.intensities.starts, axis=0))

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals in units of their sd, shape (B, N, I)."""
        scatter = self._scatter(signals, noise)
        at = self.intensities.at
        sd = self.intensities.in_sds(np.sqrt(scatter.own**2 + scatter.sampling**2)[:, at])
        z = (self.numbers - scatter.expected[:, at]) / sd
        return np.where(self.intensities.observed, z, np.nan)
