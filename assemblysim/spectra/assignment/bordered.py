"""Normal equations of many ions: blocks of those that share cells, and a border that all share.

Ions far apart in m/z share no cell, so that their part of the matrix falls into blocks; only the
background ties them together. With blocks A and D, border B and its own part C,

    A x + B z = r,    (C - sum B' A^-1 B) z = s - sum B' A^-1 r,

and the cost is that of the blocks, not that of all ions together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

_MOST_ROUNDS: Final = 60  # exchanges between bound and free, of which few are needed
_PATIENCE: Final = 3  # whole exchanges without a gain, before one at a time
_SLACK: Final = 1e-10  # of scaled values below 0


@dataclass(frozen=True, eq=False)
class _Block:
    rows: np.ndarray
    factor: tuple[np.ndarray, bool]
    border: np.ndarray
    solved: np.ndarray


class Bordered:
    """A symmetric positive matrix, factorised.

    Args:
        matrix: shape (X, X).
        inner: how many of its rows are no border; the border comes last.
        labels: shape (inner,), the block of each row; two in different blocks have no entry.
    """

    def __init__(self, matrix: csr_array, inner: int, labels: np.ndarray):
        self._inner, self._size = inner, matrix.shape[0]
        order = np.argsort(labels, kind="stable")
        inside = csr_array(matrix[:inner][order])
        whole, border = csr_array(inside[:, order]), inside[:, inner:].toarray()
        ends = np.append(np.flatnonzero(np.diff(labels[order], prepend=-1)), inner)
        rest = matrix[inner:, inner:].toarray()
        self._blocks = []
        for first, last in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            factor = cho_factor(whole[first:last, first:last].toarray(), lower=True)
            beside = border[first:last]
            solved = cho_solve(factor, beside) if beside.size else beside
            rest = rest - beside.T @ solved
            self._blocks.append(_Block(order[first:last], factor, beside, solved))
        self._rest = cho_factor(rest, lower=True) if rest.size else None

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Return the solution for right sides, shape (X,) or (X, M)."""
        found = np.array(right, dtype=float)
        below = found[self._inner :]
        for block in self._blocks:
            found[block.rows] = cho_solve(block.factor, found[block.rows])
            below = below - block.border.T @ found[block.rows]
        if self._rest is None:
            return found
        found[self._inner :] = cho_solve(self._rest, below)
        for block in self._blocks:
            found[block.rows] -= block.solved @ found[self._inner :]
        return found

    def inverse(self) -> np.ndarray:
        """Return the whole inverse, shape (X, X)."""
        found = np.zeros((self._size, self._size))
        inner, outer = slice(0, self._inner), slice(self._inner, self._size)
        every = np.zeros((self._inner, self._size - self._inner))
        for block in self._blocks:
            own = cho_solve(block.factor, np.eye(len(block.rows)))
            found[np.ix_(block.rows, block.rows)] = own
            every[block.rows] = block.solved
        if self._rest is not None:
            last = cho_solve(self._rest, np.eye(every.shape[1]))
            across = every @ last
            found[inner, inner] += across @ every.T
            found[inner, outer], found[outer, inner] = -across, -across.T
            found[outer, outer] = last
        return found


def blocks_of(matrix: csr_array, inner: int) -> np.ndarray:
    """Return the block of each of the first rows, shape (inner,): those that have entries."""
    entries = csr_array(matrix[:inner, :inner] != 0)
    return np.asarray(connected_components(entries, directed=False)[1])


def least_non_negative(
    matrix: csr_array, moments: np.ndarray, labels: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Return the x, none below 0, at which x' M x / 2 - m' x is least.

    Args:
        matrix: M, shape (X, X), positive.
        moments: m, shape (X,).
        labels: shape (inner,), see `Bordered`.
        start: shape (X,), which may be above 0, for a guess.

    Method: those below 0 are bound and those whose bound pushes them up set free, all at once
    while that helps, and otherwise the last one alone (Portugal, Judice & Vicente 1994).
    """
    scale = 1 / np.sqrt(matrix.diagonal())
    free, least, patience = np.array(start, dtype=bool), len(moments) + 1, _PATIENCE
    found = np.zeros(len(moments))
    for _ in range(_MOST_ROUNDS + len(moments)):
        found[:] = 0.0
        kept = np.flatnonzero(free)
        if kept.size:
            own = labels[kept[kept < len(labels)]]
            part = csr_array(matrix[kept][:, kept])
            found[kept] = Bordered(part, len(own), own).solve(moments[kept])
        pull = (matrix @ found - moments) * scale
        size = _SLACK * max(float(np.abs(moments * scale).max(initial=0.0)), 1e-300)
        wrong = np.where(free, found / scale < -size, pull < -size)
        if not wrong.any():
            break
        if wrong.sum() < least:
            least, patience = int(wrong.sum()), _PATIENCE
        else:
            patience -= 1
        turned = wrong if patience > 0 else np.arange(len(free)) == np.flatnonzero(wrong)[-1]
        free = free ^ turned
    return np.maximum(found, 0.0)
