"""Courses of many draws on a fine grid, with both sides of every moment at which one jumps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.flow import Inflow
from assemblysim.kinetics.reactor.protocol import mixed, segments
from assemblysim.kinetics.reactor.reactor import Reactor, extents
from assemblysim.kinetics.trajectory import ExtentBatch
from assemblysim.prediction.courses.fine_grid import FineGrid

# Draws integrated and looked at in one go, so that memory stays below a hundred megabytes; fewer
# on a grid of more points, such as that of a titration.
DRAWS_AT_ONCE = 100
USUAL_POINTS = 1000

PREDICTION_TOLERANCE = Tolerance(rtol=1e-9, atol_fraction=1e-12, max_steps=20_000)


def integrated_in_parts(reactor: Reactor, times: np.ndarray) -> Iterator[tuple[slice, ExtentBatch]]:
    """Integrate many draws, some at a time.

    Args:
        reactor: what runs, D draws.
        times: shape (G,), h.

    Yields:
        Which draws, and their courses and extents.
    """
    for part in parts_of(len(reactor), DRAWS_AT_ONCE, len(times)):
        yield part, extents(reactor[part], times, PREDICTION_TOLERANCE)


def parts_of(draws: int, at_once: int, points: int) -> Iterator[slice]:
    """Cut draws into parts: `at_once` each on a usual grid, fewer on one of more points."""
    size = max(1, at_once * USUAL_POINTS // max(points, USUAL_POINTS))
    for start in range(0, draws, size):
        yield slice(start, min(start + size, draws))


def fine_courses(reactor: Reactor, grid: FineGrid) -> Iterator[tuple[slice, ExtentBatch]]:
    """Integrate many draws on a grid, some at a time.

    Args:
        reactor: what runs, D draws.
        grid: made for its protocol.

    Yields:
        Which draws, and their courses and extents at the grid's points.
    """
    for part, batch in integrated_in_parts(reactor, grid.asked):
        both, _ = both_sides(reactor, grid, batch.trajectories.concentrations)
        trajectories = replace(batch.trajectories, times=grid.times, concentrations=both)
        yield part, ExtentBatch(trajectories, batch.extents[:, grid.columns])


def both_sides(
    reactor: Reactor, grid: FineGrid, concentrations: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Add what is there right after each moment between two segments.

    Args:
        reactor: what runs.
        grid: made for its protocol.
        concentrations: shape (B, T, S), mM, at the times that the grid asks for.

    Returns:
        Concentrations at the G points of the grid, shape (B, G, S), and by what each species was
        scaled at the K - 1 moments, shape (K - 1, S).
    """
    found, scaled = concentrations[:, grid.columns], []
    before = segments(reactor.protocol, float(grid.times[-1]))[:-1]
    for begin, segment in zip(grid.begins[1:].tolist(), before, strict=True):
        last = found[:, begin - 1]
        found[:, begin], fractions = mixed(reactor.network, last, segment, reactor.protocol.held)
        scaled.append(fractions)
    return found, np.array(scaled).reshape(-1, found.shape[-1])


def unreacted(reactor: Reactor, grid: FineGrid) -> np.ndarray:
    """Return what would be there if nothing reacted, shape (B, G, S), mM."""
    state, held = np.array(reactor.initial, dtype=float), reactor.protocol.held
    found = np.empty((len(reactor), len(grid.times), state.shape[1]))
    for number, segment in enumerate(segments(reactor.protocol, float(grid.times[-1]))):
        here = grid.segments == number
        times = np.append(grid.times[here], segment.end) - segment.begin
        every = _only_fed(reactor, segment.flow, state, times)
        found[:, here] = every[:, :-1]
        state, _ = mixed(reactor.network, every[:, -1], segment, held)
    return found


def _only_fed(
    reactor: Reactor, flow: Inflow | None, state: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Return what a feed makes of a state, shape (B, S), at times after its begin, (B, T, S)."""
    every = np.repeat(state[:, None], len(times), axis=1)
    if flow is None:
        return every
    names = reactor.network.species_names
    free = np.array([name not in reactor.protocol.held for name in names])
    mixture = flow.mixture(names)
    volumes = flow.volume + flow.rate * times
    # An empty reactor begins with what comes in.
    left = np.divide(flow.volume, volumes, out=np.zeros(len(times)), where=volumes > 0)
    fed = mixture + (every - mixture) * left[:, None]
    return np.asarray(np.where(free, fed, every))
