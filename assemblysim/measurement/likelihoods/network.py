"""Log-normal intensities with unknown scale factors, and errors that replicates share.

log y = log s + g + u + e: the log factor g belongs to a spectrum or a column and has a flat prior;
u ~ N(0, tau^2) belongs to one signal at one sampling time and is shared by its replicates (without
them tau is 0); e ~ N(0, sigma^2) is the intensity's own, with one sigma or one for each signal. g
and u are integrated out, so that multiplying a group of intensities by a number changes nothing.
The density is that of log y.

Everything is a network: its nodes are x = -g of each factor, each u, and ground (0); an intensity
is an edge between u and x of weight w = 1 / sigma^2 with the target d = log y - log s, and u has an
edge to ground of weight 1 / tau^2. Eliminating a node with edges (weight w_j, target t_j), W their
sum, leaves between every two of its neighbours an edge of weight w_i w_j / W and target t_j - t_i;
parallel edges (a, s) and (b, t) merge into one of weight a + b, which adds a b / (a + b) (s - t)^2
to Q. Only positive terms are added up and only intensities subtracted, so that nothing cancels
whatever tau / sigma is. With n intensities, k factors and the weights S_i of the edges of u_i,

    log L = -[Q + sum_i log(1 + tau^2 S_i) + sum_r log W_r - sum log w + (n - k) log 2 pi] / 2
            + log P,

where P is the chance that the others stay below their limits, given these; see `chances`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from assemblysim.measurement.likelihoods.chances import NEGLIGIBLE, lattice, log_below, normal_rules
from assemblysim.measurement.likelihoods.elimination import BlockCells, BlockNetwork
from assemblysim.measurement.likelihoods.grouped import GroupedLikelihood
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL, Groups
from assemblysim.measurement.signal_gradients import CellGradients

try:
    from assemblysim.kinetics.engines import _kernel
except ImportError:
    _kernel = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Cells:
    """The intensities of K blocks that say anything, as lists of n cells, block after block.

    Attributes:
        begin: shape (K + 1,): a block's cells begin here.
        gain: shape (n,), which of its block's factors a cell has, from 0 on.
        error: shape (n,), which of its block's shared errors, from 0 on and not decreasing.
        place: shape (n,), which of the T I signals it is about.
        own: shape (n,), which of the own sizes it has.
        censored: shape (n,), 1 where it stayed below its limit.
        log: shape (n,), log of the intensity or of the limit.
        lattice: points for blocks of many factors; see `chances.lattice`.
    """

    begin: np.ndarray
    gain: np.ndarray
    error: np.ndarray
    place: np.ndarray
    own: np.ndarray
    censored: np.ndarray
    log: np.ndarray
    lattice: np.ndarray


def cells_of(groups: Groups, blocks: np.ndarray, *, shared: bool, own: bool) -> Cells:
    """List the intensities of blocks.

    Args:
        groups: the intensities.
        blocks: which blocks say anything: spectra or sampling times, or columns.
        shared: whether replicates share a sampling error.
        own: whether every signal has a sigma of its own.
    """
    intensities = groups.intensities
    seen, width = intensities.observed, len(intensities.signals)
    # A factor of which nothing was seen is left out with its limits: its prior is flat.
    known = np.any(seen, axis=0 if groups.by_column else 1, keepdims=True)
    row, column = np.nonzero((seen | intensities.censored) & known)
    time = intensities.at[row]
    block = column if groups.by_column else time if shared else row
    error = time * width + column if shared else row * width + column
    order = np.lexsort((row, error, block))
    order = order[np.isin(block[order], blocks)]
    row, column, block, error = row[order], column[order], block[order], error[order]
    begin = np.searchsorted(block, [*blocks, np.inf])
    gain, numbered = np.empty(len(row), dtype=np.int32), np.empty(len(row), dtype=np.int32)
    for first, last in pairwise(begin):
        factor = (column if groups.by_column else row)[first:last]
        gain[first:last] = np.unique(factor, return_inverse=True)[1]
        numbered[first:last] = np.unique(error[first:last], return_inverse=True)[1]
    observed = seen[row, column]
    values = np.where(observed, intensities.values[row, column], intensities.limits[row, column])
    return Cells(
        begin.astype(np.int32),
        gain,
        numbered,
        (intensities.at[row] * width + column).astype(np.int32),
        (column if own else np.zeros(len(row))).astype(np.int32),
        (~observed).astype(np.uint8),
        np.log(np.where(values > 0, values, 1.0)),
        lattice(int(gain.max(initial=0)) + 1),
    )


class NetworkLikelihood(GroupedLikelihood):
    """Proportional noise with unknown scale factors: see the beginning of this file."""

    @cached_property
    def cells(self) -> Cells:
        """The intensities, block after block."""
        own = len(self.parameters.signals) > 0
        return cells_of(self.groups, self.block_of, shared=self.parameters.shared, own=own)

    def sizes(self, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return sigma, shape (B, 1 or I), and tau, shape (B,), from noise (B, Q)."""
        if self.parameters.shared:
            return noise[:, :-1], noise[:, -1]
        return noise, np.zeros(len(noise))

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        points = np.empty((len(signals), len(self.block_of)))
        if points.size == 0:
            return points
        if _kernel is None:
            return self.pointwise_in_numpy(signals, noise)
        _kernel.reading_points(**self._task(signals, noise), points=points)
        return points

    def cell_gradients(self, signals: np.ndarray, noise: np.ndarray) -> CellGradients | None:
        """Return log-likelihoods as `pointwise` does, with derivatives by what they depend on.

        Closed, or differences of one block at a time.

        Returns:
            None where there is no kernel to do it.
        """
        if not hasattr(_kernel, "reading_gradients"):
            return None
        cells, blocks = self.cells, len(self.block_of)
        points, by_shared = np.empty((2, len(signals), blocks))
        by_signal, by_own = np.empty((2, len(signals), len(cells.place)))
        if points.size:
            _kernel.reading_gradients(
                **self._task(signals, noise),
                points=points,
                by_signal=by_signal,
                by_own=by_own,
                by_shared=by_shared,
            )
        block = np.repeat(np.arange(blocks), np.diff(cells.begin))
        return CellGradients(
            points, by_signal, by_own, by_shared, block, self.block_of, cells.place, cells.own,
            own_sizes=noise.shape[1] - self.parameters.shared, shared=self.parameters.shared,
        )  # fmt: skip

    def _task(self, signals: np.ndarray, noise: np.ndarray) -> dict[str, Any]:
        """Return what the kernel is given, for signals (B, T, I) and noise (B, Q)."""
        log_signals = np.maximum(signals, SMALLEST_SIGNAL)
        np.log(log_signals, out=log_signals)
        return self._task_of(self.cells, log_signals, noise)

    def _task_of(self, cells: Cells, log_signals: np.ndarray, noise: np.ndarray) -> dict[str, Any]:
        rules = normal_rules()
        sigma, tau = self.sizes(noise)
        return {
            "begin": cells.begin,
            "gain": cells.gain,
            "error": cells.error,
            "place": cells.place,
            "own": cells.own,
            "censored": cells.censored,
            "log": cells.log,
            "rule_excess": rules.excess,
            "rule_count": rules.count,
            "rule_points": rules.points,
            "rule_weights": rules.log_weights,
            "negligible": NEGLIGIBLE,
            "axes": cells.lattice.shape[1],
            "lattice": cells.lattice,
            "log_signals": np.ascontiguousarray(log_signals, dtype=float),
            "sigma": np.ascontiguousarray(sigma, dtype=float),
            "tau": np.ascontiguousarray(tau, dtype=float),
        }

    def off(self, signals: np.ndarray) -> np.ndarray:
        """Return how far cells lie above the logs of their signals, shape (B, n)."""
        logs = np.log(np.maximum(signals, SMALLEST_SIGNAL)).reshape(len(signals), -1)
        return np.asarray(self.cells.log - logs[:, self.cells.place])

    def points_off(self, off: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return what `pointwise` does, shape (B, U), for cells that lie so far off, (B, n)."""
        points = np.empty((len(off), len(self.block_of)))
        if points.size and _kernel is not None:
            _kernel.reading_points(**self._task_of(self._each, -off, noise), points=points)
        elif points.size:
            self._in_numpy(off, noise, points)
        return points

    def gradients_off(
        self, off: np.ndarray, noise: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the same with derivatives by minus each cell's place and by the log sizes.

        Returns:
            Points (B, U), and derivatives of shapes (B, n), (B, n) and (B, U).
        """
        points, by_shared = np.empty((2, len(off), len(self.block_of)))
        by_signal, by_own = np.empty((2, *off.shape))
        found = {"points": points, "by_signal": by_signal, "by_own": by_own, "by_shared": by_shared}
        _kernel.reading_gradients(**self._task_of(self._each, -off, noise), **found)
        return points, by_signal, by_own, by_shared

    @cached_property
    def _each(self) -> Cells:
        """The cells, each with a place of its own."""
        count = len(self.cells.place)
        return replace(self.cells, place=np.arange(count, dtype=np.int32), log=np.zeros(count))

    def pointwise_in_numpy(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the same as `pointwise`, which it serves where the kernel was not built."""
        points = np.empty((len(signals), len(self.block_of)))
        self._in_numpy(self.off(signals), noise, points)
        return points

    def _in_numpy(self, off: np.ndarray, noise: np.ndarray, points: np.ndarray) -> None:
        cells = self.cells
        sigma, tau = self.sizes(noise)
        for k, (first, last) in enumerate(pairwise(cells.begin)):
            part = slice(first, last)
            censored = cells.censored[part] > 0
            own = sigma[:, cells.own[part]]
            block = BlockCells(
                cells.gain[part], cells.error[part], censored, off[:, part], own, tau
            )
            found = BlockNetwork(block)
            points[:, k] = found.log_density()
            if censored.any():
                points[:, k] += log_below(found.margins())

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals about their group's weighted mean in units of their sd, (B, N, I).

        The weights are those of the intensities' own errors.
        """
        groups, at = self.groups, self.groups.intensities.at
        sigma, tau = self.sizes(noise)
        observed = groups.observed
        own = sigma[:, :, None] if groups.by_column else sigma[:, None, :]
        logs = np.log(np.where(observed, groups.values, 1.0))
        residuals = np.where(observed, logs - np.log(groups.expected(signals)), 0.0)
        weight = observed / own**2
        part = weight / np.maximum(weight.sum(axis=2, keepdims=True), 1e-300)
        mean = (part * residuals).sum(axis=2, keepdims=True)
        together = part
        if groups.by_column:  # replicates of a signal share an error
            together = np.add.reduceat(part, groups.intensities.starts, axis=2)
        squares = (together**2).sum(axis=2, keepdims=True)
        if groups.by_column:
            together = together[:, :, at]
        variance = own**2 * (1 - part) + tau[:, None, None] ** 2 * (1 - 2 * together + squares)
        known = observed & (observed.sum(axis=1) > 1)[:, None]
        scaled = (residuals - mean) / np.sqrt(np.where(known, variance, 1.0))
        return groups.grouped(np.where(known, scaled, np.nan))
