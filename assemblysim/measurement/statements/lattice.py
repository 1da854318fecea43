"""Panels on the line of one noisy log signal, on which probabilities are integrated.

All numbers are in units of the noise. The edges of the panels are the same for all signals of one
parameter vector, so that an integral that was found for one sampling time can be looked up for the
next; every threshold is an edge, so that no panel holds a jump or a kink. Within a panel the rule
is Gauss and Legendre's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.polynomial import legendre

# Noise beyond this many standard deviations has a chance of 1e-17, which nothing here needs.
FARTHEST_NOISE: Final = 8.5
# A panel of two standard deviations with ten nodes: integrals are good to 1e-9 of themselves.
WIDTH: Final = 2.0
NODES: Final = 10
# Panels between two thresholds are numbered; beyond so many they may be wider, as nothing is there.
_MOST_PANELS = 1e9

PANEL_POINTS, WEIGHTS = legendre.leggauss(NODES)


def _integrals_up_to_points() -> np.ndarray:
    """Return the matrix that turns values at a panel's nodes into integrals from its left edge."""
    to_coefficients = np.linalg.inv(legendre.legvander(PANEL_POINTS, NODES - 1))
    integrated = legendre.legint(np.eye(NODES), lbnd=-1, axis=0)
    return np.asarray(legendre.legvander(PANEL_POINTS, NODES) @ integrated @ to_coefficients)


UP_TO_NODES: Final = _integrals_up_to_points()
_FROM: Final = WEIGHTS - UP_TO_NODES


@dataclass(frozen=True, eq=False)
class Lattice:
    """Edges of panels for B parameter vectors.

    Attributes:
        thresholds: shape (B, K), at least one, increasing along the second axis.
    """

    thresholds: np.ndarray

    @cached_property
    def _gaps(self) -> np.ndarray:
        return np.diff(self.thresholds, axis=1)

    @cached_property
    def _counts(self) -> np.ndarray:
        """Shape (B, K - 1), how many panels lie between two thresholds."""
        return np.minimum(np.ceil(self._gaps / WIDTH), _MOST_PANELS)

    @cached_property
    def panels(self) -> int:
        """How many panels cover what the noise of one signal reaches, wherever it is."""
        return math.ceil(2 * FARTHEST_NOISE / WIDTH) + 1 + int(self.thresholds.shape[1])

    def edges(self, numbers: np.ndarray) -> np.ndarray:
        """Return where edges are, by number, shape (B, N); edge 0 is the first threshold."""
        first = self.thresholds[:, :1]
        found = first + WIDTH * np.minimum(numbers, 0)
        left = numbers
        for i in range(self._counts.shape[1]):
            count, gap = self._counts[:, i, None], self._gaps[:, i, None]
            inside = np.clip(left, 0, count)
            found = found + gap * inside / np.maximum(count, 1)
            left = left - count
        return np.asarray(found + WIDTH * np.maximum(left, 0))

    def number(self, places: np.ndarray) -> np.ndarray:
        """Return the number of the edge below places of shape (B,), perhaps one too low."""
        beyond = places - self.thresholds[:, 0]
        found = np.floor(np.minimum(beyond, 0) / WIDTH)
        for i in range(self._counts.shape[1]):
            count, gap = self._counts[:, i], self._gaps[:, i]
            inside = np.clip(places - self.thresholds[:, i], 0, gap)
            found += np.floor(inside * count / np.where(gap > 0, gap, 1.0))
        last = np.maximum(places - self.thresholds[:, -1], 0)
        return np.asarray(found + np.floor(last / WIDTH))

    def window(self, centre: np.ndarray) -> Window:
        """Return the panels about signals at `centre`, shape (B,)."""
        start = self.number(centre - FARTHEST_NOISE)
        edges = self.edges(start[:, None] + np.arange(self.panels + 1))
        return Window(start, edges)


@dataclass(frozen=True, eq=False)
class Window:
    """The panels about one signal.

    Attributes:
        start: shape (B,), the number of the first panel.
        edges: shape (B, N + 1), where its panels begin and end.
    """

    start: np.ndarray
    edges: np.ndarray

    @cached_property
    def nodes(self) -> np.ndarray:
        """Shape (B, N, NODES)."""
        half = 0.5 * np.diff(self.edges, axis=1)[:, :, None]
        return np.asarray(self.edges[:, :-1, None] + half * (1 + PANEL_POINTS))

    def density(self, centre: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
        """Return the density of a signal about `centre` at the nodes, times half a panel.

        Args:
            centre: shape (B,).
            lower: shape (B,), below which the density is 0; an edge of the lattice, or infinite.
            upper: shape (B,), above which it is 0, alike.

        Returns:
            Shape (B, N, NODES).
        """
        half = 0.5 * np.diff(self.edges, axis=1)
        middle = self.edges[:, :-1] + half
        kept = (middle > lower[:, None]) & (middle < upper[:, None])
        factor = np.where(kept, half / np.sqrt(2 * np.pi), 0.0)
        values = np.exp(-0.5 * (self.nodes - centre[:, None, None]) ** 2)
        return np.asarray(values * factor[:, :, None])


@dataclass(frozen=True, eq=False)
class Accumulated:
    """The integral of a density from below, or from above, up to each place on the lattice.

    Attributes:
        window: the panels that it was found on.
        values: shape (B, N + 2, NODES), at the nodes, with what it is before and behind them.
    """

    window: Window
    values: np.ndarray

    def at(self, window: Window) -> np.ndarray:
        """Look it up at the nodes of another window of the same lattice, (B, N, NODES)."""
        panels = self.values.shape[1] - 2
        shift = (window.start - self.window.start)[:, None] + np.arange(1, panels + 1)
        places = np.clip(shift, 0, panels + 1).astype(np.intp)
        return np.take_along_axis(self.values, places[:, :, None], axis=1)


def accumulated(window: Window, density: np.ndarray, *, from_below: bool) -> Accumulated:
    """Integrate a density, shape (B, N, NODES), up to every node, from below or from above."""
    batch, panels, _ = density.shape
    whole = density @ WEIGHTS
    values = np.zeros((batch, panels + 2, NODES))
    inside = values[:, 1:-1]
    if from_below:
        np.matmul(density, UP_TO_NODES.T, out=inside)
        total = np.cumsum(whole, axis=1)
        inside[:, 1:] += total[:, :-1, None]
        values[:, -1] = total[:, -1:]
    else:
        np.matmul(density, _FROM.T, out=inside)
        total = np.cumsum(whole[:, ::-1], axis=1)[:, ::-1]
        inside[:, :-1] += total[:, 1:, None]
        values[:, 0] = total[:, :1]
    return Accumulated(window, values)


def integral(density: np.ndarray) -> np.ndarray:
    """Return the integral of a density, shape (B, N, NODES), over all panels, shape (B,)."""
    return np.asarray((density @ WEIGHTS).sum(axis=1))


def lattice_of(columns: list[np.ndarray], anchor: np.ndarray) -> Lattice:
    """Return the lattice with the given thresholds, each of shape (B,), infinite ones left out.

    Where there is none, `anchor` takes its place.
    """
    unlike: list[np.ndarray] = []
    for column in columns:
        finite = np.where(np.isfinite(column), column, anchor)
        if not any(np.array_equal(finite, other) for other in unlike):
            unlike.append(finite)
    together = np.stack(unlike or [anchor], axis=1)
    return Lattice(np.sort(together, axis=1))
