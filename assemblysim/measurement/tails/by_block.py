"""Student's t on a block: all errors of a sampling, or of a column, are large together.

Own and shared errors have the sizes sigma / lambda^(1/2) and tau / lambda^(1/2), and lambda, one
for each block, is a chi-square mean of nu degrees of freedom. With n' the readings less the
factors of a block and Q its squares (`likelihoods.network`), -Q/2 - n'/2 log 2 pi becomes

    log Gamma((nu + n')/2) - log Gamma(nu/2) - n'/2 log(nu pi) - (nu + n')/2 log(1 + Q/nu).

Given the readings, lambda has a gamma distribution of shape (nu + n')/2 and rate (nu + Q)/2; where
some intensities stayed below their limits, the chance P(lambda) that they do is averaged over it,
by equal steps of t, with log lambda = mode + 1 + t - e^-t.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from scipy.special import gammaln

from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.likelihoods.normal import LOG_TWO_PI, log_sum_exp
from assemblysim.measurement.likelihoods.students_t import DEGREES, normal_quantile
from assemblysim.measurement.signal_gradients import CellGradients

# Where the mode of log lambda may lie about that of the readings alone, and how close it is found.
_COARSE: Final = np.array(
    [4, 2.5, 1.0, 0, -1, -2.5, -4, -6, -9, -13, -18, -25, -34, -46, -62, -84, -110]
)
_ZOOM: Final = np.linspace(-1.0, 1.0, 9)
# How far the integrand has to fall, how far off the mode may be, and the steps.
_REACH, _SLACK, _STEP, _NARROW_STEP = 30.0, 0.7, 0.22, 0.5


@dataclass(frozen=True, eq=False)
class Mixing:
    """What readings say of lambda, for B vectors and K blocks.

    Attributes:
        shape: shape (K,), of its gamma distribution.
        rate: shape (B, K).
        log_unit: shape (B, K), log density of the readings at lambda = 1, were Q = 0.
        degrees: nu.
    """

    shape: np.ndarray
    rate: np.ndarray
    log_unit: np.ndarray
    degrees: float

    @property
    def freedom(self) -> np.ndarray:
        """Shape (K,), readings less factors."""
        return np.asarray(2 * self.shape - self.degrees)

    @property
    def squares(self) -> np.ndarray:
        """Shape (B, K), Q."""
        return np.asarray(2 * self.rate - self.degrees)

    def log_density(self) -> np.ndarray:
        """Return the log density of the readings, lambda averaged over, shape (B, K)."""
        nu, free = self.degrees, self.freedom
        return np.asarray(
            self.log_unit
            + 0.5 * free * (LOG_TWO_PI - np.log(nu * np.pi))
            + gammaln(self.shape)
            - gammaln(nu / 2)
            - self.shape * np.log1p(self.squares / nu)
        )

    def log_at(self, log_lambda: np.ndarray) -> np.ndarray:
        """Return the log density of log lambda, (nodes, B, K), given the readings."""
        return np.asarray(
            self.shape * (np.log(self.rate) + log_lambda)
            - self.rate * np.exp(log_lambda)
            - gammaln(self.shape)
        )


class StudentBlocks(NetworkLikelihood):
    """Proportional noise with unknown scale factors and shared errors, t by block."""

    degrees: float = DEGREES

    @cached_property
    def _read(self) -> NetworkLikelihood:
        """What was read, without limits."""
        measured = self.groups.intensities
        values = np.where(measured.below, np.nan, measured.values)
        read = replace(measured, values=values, below=np.zeros_like(measured.below))
        return NetworkLikelihood(replace(self.groups, intensities=read), self.parameters)

    @cached_property
    def _block(self) -> np.ndarray:
        """Shape (n,), which block a cell is in."""
        return np.repeat(np.arange(len(self.block_of)), np.diff(self.cells.begin))

    @cached_property
    def _limited(self) -> np.ndarray:
        """Shape (K,), the blocks in which something stayed below a limit."""
        limited = np.zeros(len(self.block_of), dtype=bool)
        limited[self._block[self.cells.censored > 0]] = True
        return limited

    @cached_property
    def _part(self) -> NetworkLikelihood:
        """The blocks in which something stayed below a limit."""
        part = NetworkLikelihood(self.groups, self.parameters)
        chosen = self.block_of[self._limited]
        part.__dict__["block_of"] = chosen
        return part

    def _spread(self, signals: np.ndarray, noise: np.ndarray) -> Mixing:
        read, blocks = self._read, len(self.block_of)
        points, unit = np.zeros((2, len(signals), blocks))
        to = np.searchsorted(self.block_of, read.block_of)
        off = read.off(signals)
        points[:, to] = read.points_off(off, noise)
        unit[:, to] = read.points_off(np.zeros_like(off), noise)
        count, factors = np.zeros((2, blocks))
        np.add.at(count, self._block, self.cells.censored == 0)
        np.maximum.at(factors, self._block, self.cells.gain + 1.0)
        squares = np.maximum(2 * (unit - points), 0.0)
        nu = self.degrees
        return Mixing((nu + count - factors) / 2, (nu + squares) / 2, unit, nu)

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        spread = self._spread(signals, noise)
        points = spread.log_density()
        if self._limited.any():
            nodes = _Nodes(self._part, spread, self._limited, self._part.off(signals), noise)
            points[:, self._limited] += nodes.log_chance()
        return points

    def cell_gradients(self, signals: np.ndarray, noise: np.ndarray) -> CellGradients | None:
        """Return log-likelihoods with derivatives; None where there is no kernel to do it."""
        if super().cell_gradients(signals[:0], noise[:0]) is None:
            return None
        spread, limited = self._spread(signals, noise), self._limited
        points, off = spread.log_density(), self.off(signals)
        _, by_signal, by_own, by_shared = self.gradients_off(off, noise)
        _, _, unit_own, unit_shared = self.gradients_off(np.zeros_like(off), noise)
        pull = spread.shape / spread.rate
        each = pull[:, self._block]
        by_signal = by_signal * each
        by_own = unit_own + each * (by_own - unit_own)
        by_shared = unit_shared + pull * (by_shared - unit_shared)
        if limited.any():
            cells = limited[self._block]
            nodes = _Nodes(self._part, spread, limited, off[:, cells], noise)
            points[:, limited] += nodes.log_chance()
            by_signal[:, cells], by_own[:, cells], by_shared[:, limited] = nodes.derivatives()
        return CellGradients(
            points, by_signal, by_own, by_shared, self._block, self.block_of, self.cells.place,
            self.cells.own, own_sizes=noise.shape[1] - 1, shared=True,
        )  # fmt: skip

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the normal quantiles of residuals, shape (B, N, I)."""
        return normal_quantile(super().standardised_residuals(signals, noise))


class _Nodes:
    """Nodes of lambda for the blocks of a model in which something stayed below a limit.

    A block at lambda is one at 1 whose cells lie lambda^(1/2) times as far off, so that every block
    has nodes of its own.
    """

    def __init__(
        self,
        model: NetworkLikelihood,
        spread: Mixing,
        limited: np.ndarray,
        off: np.ndarray,
        noise: np.ndarray,
    ):
        self._model, self._off, self._noise = model, off, noise
        self._spread = Mixing(
            spread.shape[limited],
            spread.rate[:, limited],
            spread.log_unit[:, limited],
            spread.degrees,
        )
        self._block = np.repeat(np.arange(int(limited.sum())), np.diff(model.cells.begin))
        shape = self._spread.shape
        mode = self._mode()
        step = min(_STEP, _NARROW_STEP / np.sqrt(shape.max()))
        left = np.log(_REACH / shape.min() + _SLACK + 2)
        right = np.log1p(_REACH / shape.min()) + _SLACK + 1
        t = step * np.arange(-int(left / step) - 1, int(right / step) + 2)[:, None, None]
        self._at = mode + 1 + t - np.exp(-t)
        self._terms = self._heights(self._at) + np.log(step * (1 + np.exp(-t)))

    def _mode(self) -> np.ndarray:
        centre = np.log(self._spread.shape / self._spread.rate)
        grid = centre + _COARSE[:, None, None]
        best = self._heights(grid).argmax(axis=0)
        width = np.abs(np.gradient(_COARSE))[best]
        grid = centre + _COARSE[best] + width * _ZOOM[:, None, None]
        best = self._heights(grid).argmax(axis=0)
        return np.asarray(centre + np.take_along_axis(grid - centre, best[None], axis=0)[0])

    def _scaled(self, log_lambda: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return places (nodes B, n) and sizes at log lambda, (nodes, B, K)."""
        off = self._off * np.exp(0.5 * log_lambda)[:, :, self._block]
        noise = np.broadcast_to(self._noise, (len(log_lambda), *self._noise.shape))
        return off.reshape(-1, off.shape[2]), noise.reshape(-1, noise.shape[2])

    def _heights(self, log_lambda: np.ndarray) -> np.ndarray:
        """Return log of P(lambda) and of the density of log lambda, shape (nodes, B, K)."""
        points = self._model.points_off(*self._scaled(log_lambda)).reshape(log_lambda.shape)
        read = self._spread.log_unit - 0.5 * self._spread.squares * np.exp(log_lambda)
        return np.asarray(np.minimum(points - read, 0.0) + self._spread.log_at(log_lambda))

    def log_chance(self) -> np.ndarray:
        """Return the log of the mean of P, shape (B, K)."""
        return np.asarray(np.minimum(log_sum_exp(np.moveaxis(self._terms, 0, -1)), 0.0))

    def derivatives(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return derivatives by log signals, log own sizes, (B, n), and shared ones, (B, K)."""
        shape = self._at.shape[:2]
        share = np.exp(self._terms - self.log_chance())
        found = self._model.gradients_off(*self._scaled(self._at))[1:]
        by_signal, by_own, by_shared = (one.reshape(*shape, -1) for one in found)
        each, root = share[:, :, self._block], np.exp(0.5 * self._at)[:, :, self._block]
        return (
            (each * root * by_signal).sum(axis=0),
            (each * by_own).sum(axis=0),
            (share * by_shared).sum(axis=0),
        )
