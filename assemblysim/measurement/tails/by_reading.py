"""Likelihoods in which every reading's error is Student's t.

What ties readings together, a scale factor or a shared sampling error (which stays normal), is one
number, and integrated out; see `lines`. Nothing that was said of the normal ones changes otherwise.
"""

from __future__ import annotations

import numpy as np

from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.likelihoods.additive_noise import AdditiveNoiseLikelihood
from assemblysim.measurement.likelihoods.lines import Lines, line_gradients, line_points
from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.likelihoods.students_t import (
    log_chance_below,
    log_density,
    normal_quantile,
)
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL
from assemblysim.measurement.noise_model import Scatter
from assemblysim.measurement.signal_gradients import CellGradients


class StudentAbsolute(AbsoluteLikelihood):
    """Readings on a known scale."""

    def _single(self, scatter: Scatter) -> np.ndarray:
        at, censored = self.intensities.at, self.intensities.censored
        sd = self.intensities.in_sds(scatter.own[:, at])
        numbers = np.where(censored, self.limits, self.numbers)
        z = (numbers - scatter.expected[:, at]) / sd
        return np.where(censored, log_chance_below(z), log_density(z) - np.log(sd))

    def _sampled(self, scatter: Scatter) -> np.ndarray:
        """Return log-likelihoods by sampling time and signal, shape (B, T, I)."""
        seen, censored = self.intensities.observed, self.intensities.censored
        row, column = np.nonzero(seen | censored)
        order = np.lexsort((row, column, self.intensities.at[row]))
        row, column = row[order], column[order]
        at = self.intensities.at[row]
        numbers = np.where(censored, self.limits, self.numbers)[row, column]
        width = scatter.sampling[:, self.places[:, 0], self.places[:, 1]]
        own = np.ascontiguousarray(scatter.own[:, at, column])
        group = at * len(self.intensities.signals) + column
        lines = Lines(
            np.append(np.flatnonzero(np.diff(group, prepend=-1)), len(group)),
            censored[row, column],
            numbers - scatter.expected[:, at, column],
            np.ones_like(own),
            own,
            np.zeros_like(own),
            width,
        )
        points = np.zeros(scatter.own.shape)
        points[:, self.places[:, 0], self.places[:, 1]] = line_points(lines)
        return points

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the normal quantiles of residuals, shape (B, N, I)."""
        return normal_quantile(super().standardised_residuals(signals, noise))


class StudentProportional(NetworkLikelihood):
    """Log intensities with unknown scale factors and nothing shared."""

    def _lines(self, signals: np.ndarray, noise: np.ndarray) -> Lines:
        cells, batch = self.cells, len(signals)
        logs = np.log(np.maximum(signals, SMALLEST_SIGNAL)).reshape(batch, -1)
        number = cells.log - logs[:, cells.place]
        return Lines(
            cells.begin, cells.censored, number, np.ones_like(number), noise[:, cells.own],
            np.zeros_like(number), np.zeros((batch, len(self.block_of))),
        )  # fmt: skip

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        return line_points(self._lines(signals, noise))

    def cell_gradients(self, signals: np.ndarray, noise: np.ndarray) -> CellGradients | None:
        """Return log-likelihoods with derivatives; None where there is no kernel to do it."""
        found = line_gradients(self._lines(signals, noise))
        if found is None:
            return None
        cells, blocks = self.cells, len(self.block_of)
        return CellGradients(
            found.points, -found.by_number, found.by_size, np.zeros_like(found.points),
            np.repeat(np.arange(blocks), np.diff(cells.begin)), self.block_of, cells.place,
            cells.own, own_sizes=noise.shape[1], shared=False,
        )  # fmt: skip

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the normal quantiles of residuals about their group's mean, shape (B, N, I)."""
        return normal_quantile(super().standardised_residuals(signals, noise))


class StudentAdditive(AdditiveNoiseLikelihood):
    """Intensities with additive noise and unknown scale factors."""

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        kept = np.flatnonzero(self.groups.informative)
        return line_points(self.lines(self._shape(signals, noise), kept, heavy=True))

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the normal quantiles of residuals at the best factor, shape (B, N, I)."""
        return normal_quantile(super().standardised_residuals(signals, noise))
