"""Log-normal intensities of spectra whose measured errors have a known covariance.

log y = log s + g + u + v + e: besides the unknown factor g of a spectrum, the error u that
replicates share and each intensity's own error e, all as in `network`, the errors v of what was
measured have a covariance C that is known, such as that of overlapping envelopes. It is one of
intensities, and its quotients C_ij / (y_i y_j) are those of logarithms to first order. A block's
readings r = log y - log s have the covariance S = C / (y y') + diag(sigma^2) + tau^2 (same signal),
and with flat priors of the factors, X of their readings,

    log L = -[Q + log det S + log det(X' S^-1 X) + (n - k) log 2 pi] / 2 + log P,

where Q are the squares of r less its best factors. P is the chance that the others stay below their
limits: these limits hold what was measured of them already, so that their errors are sigma alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from assemblysim.measurement.likelihoods.chances import Margins, log_below
from assemblysim.measurement.likelihoods.grouped import GroupedLikelihood
from assemblysim.measurement.likelihoods.normal import LOG_TWO_PI, log_mean_alike

_FAR_APART: Final = 1e5


@dataclass(frozen=True, eq=False)
class ReadBlocks:
    """The readings of K blocks, each filled up to n with places that are none.

    Attributes:
        there: shape (K, n), false at places that hold no reading.
        row: shape (K, n), the spectrum of each.
        column: shape (K, n), its signal.
        factors: shape (K, n, R), 1 where a reading has a factor.
        known: shape (K, n, n), the known covariance of logarithms.
        alike: shape (K, n, n), 1 where two readings are of one signal.
    """

    there: np.ndarray
    row: np.ndarray
    column: np.ndarray
    factors: np.ndarray
    known: np.ndarray
    alike: np.ndarray


@dataclass(frozen=True, eq=False)
class _Solved:
    """Readings and factors over the root of a block's covariance, and what follows of them.

    Attributes:
        root: shape (B, K, n, n), the lower root of the covariance.
        factors: shape (B, K, n, R).
        rest: shape (B, K, n), the readings less their best factors.
        best: shape (B, K, R), these.
        inverse: shape (B, K, R, R), their covariance.
        log_determinant: shape (B, K), of the inverse of that.
    """

    root: np.ndarray
    factors: np.ndarray
    rest: np.ndarray
    best: np.ndarray
    inverse: np.ndarray
    log_determinant: np.ndarray


class CorrelatedLikelihood(GroupedLikelihood):
    """Proportional noise beside known covariances: see the beginning of this file."""

    @cached_property
    def _blocks(self) -> ReadBlocks:
        intensities, own = self.groups.intensities, self._block_of_rows
        seen = intensities.observed & self.groups.informative[:, None]
        cells = [np.argwhere(seen & (own == block)[:, None]) for block in self.block_of]
        width = max((len(one) for one in cells), default=0)
        shape = (len(cells), width)
        row, column = np.zeros(shape, dtype=int), np.zeros(shape, dtype=int)
        lengths = np.array([len(one) for one in cells], dtype=int)
        there = np.asarray(np.arange(width) < lengths[:, None])
        for block, one in enumerate(cells):
            row[block, : len(one)], column[block, : len(one)] = one.T
        both = there[:, :, None] & there[:, None, :]
        same_row = both & (row[:, :, None] == row[:, None, :])
        covariances = intensities.covariances
        if covariances is None:
            raise ValueError("no covariances")
        known = covariances[row[:, :, None], column[:, :, None], column[:, None, :]]
        first = row[:, :1]
        most = int((row - first)[there].max(initial=0)) + 1
        factors = (there[:, :, None] & ((row - first)[:, :, None] == np.arange(most))).astype(float)
        alike = both & (column[:, :, None] == column[:, None, :])
        return ReadBlocks(
            there, row, column, factors, np.where(same_row, known, 0.0), alike.astype(float)
        )

    @property
    def _block_of_rows(self) -> np.ndarray:
        intensities = self.groups.intensities
        return intensities.at if self.parameters.shared else np.arange(len(intensities.at))

    def _readings(self, signals: np.ndarray) -> np.ndarray:
        """Return log intensities less log signals, shape (B, K, n); 0 where there is none."""
        blocks, values = self._blocks, self.groups.intensities.values
        expected = self.groups.expected(signals)[:, blocks.row, blocks.column]
        read = np.where(blocks.there, values[blocks.row, blocks.column], 1.0)
        return np.where(blocks.there, np.log(read) - np.log(expected), 0.0)

    def _solved(self, signals: np.ndarray, noise: np.ndarray) -> _Solved:
        blocks = self._blocks
        sigma, tau = self._sizes(noise)
        own = np.broadcast_to(sigma, (len(noise), len(self.groups.intensities.signals)))
        diagonal = np.where(blocks.there, own[:, blocks.column] ** 2, 1.0)
        covariance = blocks.known + tau[:, None, None, None] ** 2 * blocks.alike
        covariance = covariance + diagonal[..., None] * np.eye(blocks.there.shape[1])
        root = np.zeros_like(covariance)
        # Beyond this ratio of variances, squares lose what is small beside what is large.
        largest = tau**2 + self._largest_known
        far = largest > _FAR_APART * sigma.min(axis=1) ** 2
        root[~far] = np.linalg.cholesky(covariance[~far])
        root[far] = self._far_root(diagonal[far], tau[far])
        factors = np.broadcast_to(blocks.factors, (len(noise), *blocks.factors.shape))
        right = np.concatenate([self._readings(signals)[..., None], factors], axis=3)
        solved = _under_root(root, right)
        read, factors = solved[..., 0], solved[..., 1:]
        # A block of fewer spectra has factors of no reading.
        unused = 1 - blocks.factors.max(axis=1)
        own = np.broadcast_to(
            np.eye(unused.shape[1]) * unused[:, None, :],
            (*factors.shape[:2], *2 * unused.shape[1:]),
        )
        across, upper = np.linalg.qr(np.concatenate([factors, own], axis=2))
        across = across[:, :, : factors.shape[2]]
        along = np.swapaxes(across, 2, 3) @ read[..., None]
        back = np.linalg.inv(upper)
        rest = read - (across @ along)[..., 0]
        size = np.abs(np.diagonal(upper, axis1=2, axis2=3))
        return _Solved(
            root,
            factors,
            rest,
            (back @ along)[..., 0],
            back @ np.swapaxes(back, 2, 3),
            2 * np.log(size).sum(axis=2),
        )

    @cached_property
    def _largest_known(self) -> float:
        return float(np.trace(self._blocks.known, axis1=1, axis2=2).max(initial=0.0))

    @cached_property
    def _known_roots(self) -> np.ndarray:
        """Shape (K, n, n), whose squares W' W are the known covariances."""
        values, vectors = np.linalg.eigh(self._blocks.known)
        return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, :, None] * np.swapaxes(vectors, 1, 2))

    def _far_root(self, diagonal: np.ndarray, tau: np.ndarray) -> np.ndarray:
        """Return lower roots of covariances, from those of their parts and without squares.

        Args:
            diagonal: shape (B, K, n), squares of each reading's own error.
            tau: shape (B,).
        """
        blocks = self._blocks
        shape = (len(tau), *blocks.known.shape)
        signals = np.arange(len(self.groups.intensities.signals))
        same = (blocks.there & (blocks.column == signals[:, None, None])).astype(float)
        shared = tau[:, None, None, None] * np.swapaxes(same, 0, 1)
        own = np.sqrt(diagonal)[..., None] * np.eye(shape[-1])
        parts = [shared, np.broadcast_to(self._known_roots, shape), own]
        upper = np.linalg.qr(np.concatenate(parts, axis=2), mode="r")
        signs = np.where(np.diagonal(upper, axis1=2, axis2=3) < 0, -1.0, 1.0)
        return np.asarray(np.swapaxes(upper * signs[..., None], 2, 3))

    def _sizes(self, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return sigma, shape (B, 1 or I), and tau, shape (B,), from noise (B, Q)."""
        if self.parameters.shared:
            return noise[:, :-1], noise[:, -1]
        return noise, np.zeros(len(noise))

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        if not len(self.block_of):
            return np.zeros((len(signals), 0))
        blocks, found = self._blocks, self._solved(signals, noise)
        used = blocks.factors.max(axis=1).sum(axis=1)
        degrees = blocks.there.sum(axis=1) - used
        squares = (found.rest**2).sum(axis=2)
        own = 2 * np.log(np.diagonal(found.root, axis1=2, axis2=3)).sum(axis=2)
        points = -0.5 * (squares + own + found.log_determinant + degrees * LOG_TWO_PI)
        return np.asarray(points + self._log_below(found, signals, noise))

    def _log_below(self, found: _Solved, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the log chance that what was not seen stays below its limits, shape (B, K)."""
        result = np.zeros((len(signals), len(self.block_of)))
        limits, (sigma, tau) = self.groups.limits, self._sizes(noise)
        expected = self.groups.expected(signals)
        own = np.broadcast_to(sigma, (len(noise), limits.shape[1]))
        for block, (row, column) in enumerate(self._below):
            if not row.size:
                continue
            middle, loadings = self._loadings(found, block, (row, column), tau)
            apart = np.log(limits[row, column]) - np.log(expected[:, row, column]) - middle
            size = own[:, column]
            margins, slopes = apart / size, loadings / size[..., None]
            if sigma.shape[1] == 1 and slopes.shape[2] == 1:
                result[:, block] = log_mean_alike(margins, slopes[:, 0, 0])
            else:
                told = Margins(margins, slopes, np.zeros(margins.shape), np.arange(len(row)))
                result[:, block] = log_below(told)
        return result

    def _loadings(
        self, found: _Solved, block: int, cells: tuple[np.ndarray, np.ndarray], tau: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return how high factors and shared errors raise m cells, given what was read.

        Returns:
            Means, shape (B, m), and a root of their covariance, shape (B, m, 1 or m).
        """
        blocks, (row, column) = self._blocks, cells
        if not self.parameters.shared:
            best, inverse = found.best[:, block], found.inverse[:, block]
            shape = (len(tau), len(row))
            return np.broadcast_to(best, shape), np.broadcast_to(np.sqrt(inverse), (*shape, 1))
        there = blocks.there[block]
        own = row[:, None] - blocks.row[block, 0] == np.arange(blocks.factors.shape[2])
        same = there & (column[:, None] == blocks.column[block])
        across = tau[:, None, None] ** 2 * same.T
        across = _under_root(found.root[:, block], across)
        back = np.swapaxes(across, 1, 2)
        middle = (back @ found.rest[:, block, :, None])[..., 0] + found.best[:, block] @ own.T
        left = own - back @ found.factors[:, block]
        covariance = tau[:, None, None] ** 2 * (column[:, None] == column)
        covariance = covariance - back @ across
        covariance = covariance + left @ found.inverse[:, block] @ np.swapaxes(left, 1, 2)
        values, vectors = np.linalg.eigh(covariance)
        return middle, vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]

    @cached_property
    def _below(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """The rows and columns of what was not seen, for each of the K blocks."""
        row, column = np.nonzero(self.groups.censored & self.groups.informative[:, None])
        own = self._block_of_rows[row]
        found = [np.flatnonzero(own == block) for block in self.block_of]
        return tuple((np.asarray(row[one]), np.asarray(column[one])) for one in found)

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals about their spectrum's best factor in units of their sd, (B, N, I)."""
        shape = (len(signals), *self.groups.intensities.values.shape)
        result = np.full(shape, np.nan)
        if not len(self.block_of):
            return result
        blocks, found = self._blocks, self._solved(signals, noise)
        rest = (found.root @ found.rest[..., None])[..., 0]
        factors = found.root @ found.factors
        variance = (found.root**2).sum(axis=3) - np.einsum(
            "bkir,bkrs,bkis->bki", factors, found.inverse, factors
        )
        alone = (blocks.factors * blocks.factors.sum(axis=1, keepdims=True)).sum(axis=2) < 2
        known = blocks.there & ~alone
        scaled = rest / np.sqrt(np.where(known & (variance > 0), variance, np.inf))
        result[:, blocks.row[known], blocks.column[known]] = scaled[:, known]
        return result


def _under_root(root: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve root x = right for lower triangles, shapes (..., n, n) and (..., n, m)."""
    found = np.array(np.broadcast_to(right, (*root.shape[:-1], right.shape[-1])))
    for i in range(root.shape[-1]):
        before = root[..., i : i + 1, :i] @ found[..., :i, :]
        found[..., i, :] = (found[..., i, :] - before[..., 0, :]) / root[..., i, i, None]
    return found
