"""Derivatives of a likelihood of intensities by expected signals and sizes of noise.

With them what a small change does follows by one product, and a gradient by many parameters takes
one likelihood in place of two for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL


@dataclass(frozen=True, eq=False)
class CellGradients:
    """Log-likelihoods of K blocks at B vectors, and derivatives cell by cell.

    Attributes:
        points: shape (B, K), log-likelihoods.
        by_signal: shape (B, n), of a cell's block by the log of its signal; cells of one signal in
            a block may have their sum at the first of them.
        by_own: shape (B, n), likewise by the log of the size of its own error.
        by_shared: shape (B, K), by the log of the size of the shared error.
        block: shape (n,), which block a cell is in.
        block_of: shape (K,), which of all blocks of the table these are.
        place: shape (n,), which of the T I signals it is about.
        own: shape (n,), which of the own sizes it has.
        own_sizes: how many there are.
        shared: whether the last size is that of a shared error.
    """

    points: np.ndarray
    by_signal: np.ndarray
    by_own: np.ndarray
    by_shared: np.ndarray
    block: np.ndarray
    block_of: np.ndarray
    place: np.ndarray
    own: np.ndarray
    own_sizes: int
    shared: bool

    def blockwise(self, blocks: int) -> np.ndarray:
        """Return the log-likelihoods of all blocks of the table, shape (B, blocks)."""
        found = np.zeros((len(self.points), blocks))
        found[:, self.block_of] = self.points
        return found

    def summed(self, weights: np.ndarray, places: int) -> SignalGradients:
        """Add the blocks up, each times a weight; what has no weight counts nothing, if infinite.

        Args:
            weights: shape (B, K).
            places: how many signals there are, T I.
        """
        of_cells = weights[:, self.block]
        by_size = np.zeros((len(self.points), self.own_sizes + self.shared))
        by_size[:, : self.own_sizes] = _gathered(
            _counted(self.by_own, of_cells), self.own, self.own_sizes
        )
        if self.shared:
            by_size[:, -1] = _counted(self.by_shared, weights).sum(axis=1)
        by_signal = _gathered(_counted(self.by_signal, of_cells), self.place, places)
        return SignalGradients(_counted(self.points, weights).sum(axis=1), by_signal, by_size)


@dataclass(frozen=True, eq=False)
class SignalGradients:
    """A log-likelihood at B vectors and its derivatives.

    Attributes:
        total: shape (B,).
        by_signal: shape (B, T I), by the logs of signals.
        by_size: shape (B, Q), by the logs of noise parameters.
    """

    total: np.ndarray
    by_signal: np.ndarray
    by_size: np.ndarray

    def beside(
        self, here: tuple[np.ndarray, np.ndarray], there: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Return the log-likelihood beside the vectors to first order in logarithms, shape (N B,).

        Args:
            here: signals, shape (B, T, I), and noise, shape (B, Q), that these derivatives are at.
            there: the same of N B vectors: N beside the first of the B, then N beside the second,
                and so on.
        """
        batch, each = len(self.total), len(there[0]) // len(self.total)
        found = np.repeat(self.total, each).reshape(batch, each)
        for gradient, old, new in zip((self.by_signal, self.by_size), here, there, strict=True):
            change = _logs(new).reshape(batch, each, -1) - _logs(old).reshape(batch, 1, -1)
            found += np.matmul(change, gradient[:, :, None])[:, :, 0]
        return found.reshape(-1)

    def by_sizes(self, here: np.ndarray, there: np.ndarray) -> np.ndarray:
        """Return the log-likelihood beside the vectors where only noise differs, shape (N B,).

        Args:
            here: noise, shape (B, Q), that these derivatives are at.
            there: shape (N B, Q), as in `beside`.
        """
        change = _logs(there).reshape(len(here), -1, here.shape[1]) - _logs(here)[:, None]
        return np.asarray(
            (self.total[:, None] + np.einsum("bnq,bq->bn", change, self.by_size)).ravel()
        )


def _logs(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(np.maximum(numbers, SMALLEST_SIGNAL)))


def _counted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return values times weights, 0 where the weight is, even of what is infinite."""
    return np.asarray(np.where(weights == 0, 0.0, values) * weights)


def _gathered(values: np.ndarray, at: np.ndarray, count: int) -> np.ndarray:
    """Add up columns of values, shape (B, n), that belong to one of `count` places."""
    found = np.zeros((count, len(values)))
    np.add.at(found, at, values.T)
    return np.asarray(found.T)
