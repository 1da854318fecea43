"""Elimination of nodes in the network of a block: see `network` for what it means.

The reference of the compiled kernel, and what serves where that was not built.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.likelihoods.chances import Margins
from assemblysim.measurement.likelihoods.normal import LOG_TWO_PI


@dataclass(frozen=True, eq=False)
class BlockCells:
    """The n cells of a block, for B parameter vectors.

    Attributes:
        gain: shape (n,), which factor a cell has, from 0 on.
        error: shape (n,), which shared error, from 0 on and not decreasing.
        censored: shape (n,).
        off: shape (B, n), log intensity or log limit minus log signal.
        sigma: shape (B, n), above 0.
        tau: shape (B,).
    """

    gain: np.ndarray
    error: np.ndarray
    censored: np.ndarray
    off: np.ndarray
    sigma: np.ndarray
    tau: np.ndarray


@dataclass(eq=False)
class Edges:
    """Edges between nodes: how far the first lies above the second, and how well that is known.

    Attributes:
        weight: shape (B, ...), 0 where there is none.
        target: shape (B, ...).
        squares: shape (B,), what merged edges disagreed by.
    """

    weight: np.ndarray
    target: np.ndarray
    squares: np.ndarray

    def merge(self, at: tuple[int, ...], weight: np.ndarray, target: np.ndarray) -> None:
        """Merge a parallel edge, given for B vectors, into the one at a place."""
        place: tuple[slice | int, ...] = (slice(None), *at)
        total = self.weight[place] + weight
        part = weight / np.where(total > 0, total, 1.0)
        apart = target - self.target[place]
        self.squares += self.weight[place] * part * apart**2
        self.target[place] += part * apart
        self.weight[place] = total


def _no_edges(*shape: int) -> Edges:
    return Edges(np.zeros(shape), np.zeros(shape), np.zeros(shape[0]))


class BlockNetwork:
    """A block from which first its shared errors and then its factors are eliminated.

    Everything is in units of the smallest own error, shape (B,).
    """

    def __init__(self, cells: BlockCells):
        self._cells = cells
        self._unit = cells.sigma.min(axis=1)
        batch = len(self._unit)
        self._gains, errors = int(cells.gain.max()) + 1, int(cells.error.max()) + 1
        self._ratio = (cells.tau / self._unit) ** 2
        self._off = cells.off / self._unit[:, None]
        self._weight = (self._unit[:, None] / cells.sigma) ** 2
        self._stars = _no_edges(batch, errors, self._gains)
        for i in np.flatnonzero(~cells.censored):
            place = (int(cells.error[i]), int(cells.gain[i]))
            self._stars.merge(place, self._weight[:, i], self._off[:, i])
        strength = self._stars.weight.sum(axis=2)
        self._damping = 1 / (1 + self._ratio[:, None] * strength)
        # Edges of each factor to later ones; the last place is ground.
        self._pairs = _no_edges(batch, self._gains, self._gains + 1)
        self._logs = np.log1p(self._ratio[:, None] * strength).sum(axis=1)
        self._eliminate_errors(errors)
        self._eliminate_gains()

    def _eliminate_errors(self, errors: int) -> None:
        stars, ground = self._stars, self._gains
        for i in range(errors):
            damping = self._damping[:, i]
            for r in range(self._gains):
                weight, target = stars.weight[:, i, r], stars.target[:, i, r]
                self._pairs.merge((r, ground), weight * damping, -target)
                for q in range(r + 1, self._gains):
                    together = weight * stars.weight[:, i, q] * self._ratio * damping
                    self._pairs.merge((r, q), together, stars.target[:, i, q] - target)

    def _eliminate_gains(self) -> None:
        pairs = self._pairs
        for r in range(self._gains):
            total = pairs.weight[:, r, r + 1 :].sum(axis=1)
            self._logs += np.log(total)
            for q in range(r + 1, self._gains):
                part = pairs.weight[:, r, q] / total
                for p in range(q + 1, self._gains + 1):
                    target = pairs.target[:, r, p] - pairs.target[:, r, q]
                    pairs.merge((q, p), part * pairs.weight[:, r, p], target)

    def log_density(self) -> np.ndarray:
        """Return the log density of what was read, shape (B,)."""
        read = ~self._cells.censored
        degrees = read.sum() - self._gains
        weights = np.log(self._weight[:, read]).sum(axis=1)
        squares = self._stars.squares + self._pairs.squares
        constant = degrees * (LOG_TWO_PI + 2 * np.log(self._unit))
        return np.asarray(-0.5 * (squares + self._logs - weights + constant))

    def margins(self) -> Margins:
        """Return what the censored cells have to stay below.

        Backwards, each factor is a mean of those after it and of ground, with an error of its own.
        The last one alone may be wide; the others are told from it, so that its width cancels
        nowhere. A cell is below where e < limit + x - u, and u is such a mean too.
        """
        pairs, last = self._pairs, self._gains - 1
        total = np.stack([pairs.weight[:, r, r + 1 :].sum(axis=1) for r in range(last + 1)], axis=1)
        middle, width = pairs.target[:, last, -1], 1 / np.sqrt(total[:, last])
        centre, loading = np.zeros(total.shape), np.zeros((*total.shape, self._gains))
        for r in range(last - 1, -1, -1):
            part = pairs.weight[:, r] / total[:, r, None]
            centre[:, r] = part[:, -1] * (pairs.target[:, r, -1] - middle)
            loading[:, r, last] = -part[:, -1] * width
            loading[:, r, r] = 1 / np.sqrt(total[:, r])
            for q in range(r + 1, self._gains):
                centre[:, r] += part[:, q] * (centre[:, q] + pairs.target[:, r, q])
                loading[:, r] += part[:, q, None] * loading[:, q]
        places = np.flatnonzero(self._cells.censored)
        limits, slopes, shared = [], [], []
        for i in places:
            r, u = self._cells.gain[i], self._cells.error[i]
            damping, own = self._damping[:, u], self._cells.sigma[:, i] / self._unit
            part = self._stars.weight[:, u] * (self._ratio * damping)[:, None]
            apart = centre[:, r, None] - centre - self._stars.target[:, u]
            limit = self._off[:, i] + damping * (middle + centre[:, r]) + (part * apart).sum(axis=1)
            slope = damping[:, None] * loading[:, r]
            slope[:, last] += damping * width
            slope += (part[:, :, None] * (loading[:, r, None] - loading)).sum(axis=1)
            limits.append(limit / own)
            slopes.append(slope / own[:, None])
            shared.append(np.sqrt(self._ratio * damping) / own)
        return Margins(
            np.stack(limits, axis=1),
            np.stack(slopes, axis=1),
            np.stack(shared, axis=1),
            self._cells.error[places],
        )
