"""When to stop the reaction: while an intermediate holds more than a stated part of a component.

A component is a building block such as the ligand; Dy5L2 holds two of it. What is not over when
the experiment ends is beyond, never extrapolated.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.prediction.courses.fine_courses import fine_courses, unreacted
from assemblysim.prediction.courses.fine_grid import FineGrid, fine_grid
from assemblysim.prediction.courses.intervals import interval_of, mixture_weights, share_of
from assemblysim.prediction.courses.turning_points import (
    crossing_after,
    crossing_before,
    find_maximum,
)
from assemblysim.prediction.lifetimes import intermediates
from assemblysim.result.numbers import Interval
from assemblysim.result.predictions import BestMoment, WindowEnd, WindowResult, WindowStart

QUANTITIES = ("start", "end", "peak_time", "peak_share")


@dataclass(frozen=True, eq=False)
class Level:
    """How much of which component is asked for.

    Attributes:
        block: the building block.
        fraction: of its total, between 0 and 1.
    """

    block: str
    fraction: float


@dataclass(frozen=True, eq=False)
class Windows:
    """While intermediates hold more than a fraction of a component.

    Attributes:
        species: names of the X intermediates that contain the component.
        level: what was asked for.
        window: h.
        times: shape (G,), h, of the courses below.
        values: shape (D, X, 4), the `QUANTITIES`: h, h, h and a fraction. Start and end are nan in
            a draw whose peak stays below the level; the end is infinite where the window is
            still open when the experiment ends, the time of the peak where it was not passed.
        probabilities: shape (G, X), fraction of the draws that are above the level.
        expected: shape (G, X), the mean fraction over the draws.
        failed: how many draws could not be integrated; they count for nothing.
    """

    species: tuple[str, ...]
    level: Level
    window: float
    times: np.ndarray
    values: np.ndarray
    probabilities: np.ndarray
    expected: np.ndarray
    failed: int

    def only(self, kept: Sequence[int]) -> Windows:
        """Return the windows of some of the species."""
        columns = list(kept)
        return replace(
            self,
            species=tuple(self.species[i] for i in columns),
            values=self.values[:, columns],
            probabilities=self.probabilities[:, columns],
            expected=self.expected[:, columns],
        )


def scarcest_block(
    network: Network, initial: np.ndarray, among: Collection[str] | None = None
) -> str:
    """Return the building block of which there is least, as a median over the draws (D, S), mM.

    Args:
        network: whose species are made of them.
        initial: shape (D, S), mM.
        among: names of those that come into question; None for all.

    Raises:
        InputError: the species have no composition, or nothing was put in.
    """
    totals = np.median(initial, axis=0) @ composition_matrix(network.species)
    names = building_blocks(network.species)
    there = [(total, name) for total, name in zip(totals.tolist(), names, strict=True) if total > 0]
    if among is not None:
        there = [(total, name) for total, name in there if name in among]
    if not there:
        raise InputError(
            "windows: no building block was put in, so a fraction of it means nothing; "
            "give the species of the model a composition"
        )
    return min(there)[1]


def windows_in(reactor: Reactor, window: float, level: Level) -> Windows:
    """Find when intermediates hold more than a fraction of a component, for D draws.

    The window is the one around the highest peak: from the last time that the course rose
    to the level before the peak until the first time that it fell to it again. A fraction is one of
    what there is of the component at that time: what is added counts from then on, and a reactor
    that is diluted holds the same fractions as before.

    Args:
        reactor: what runs, D draws.
        window: h, how long the experiment is followed.
        level: the component and its fraction.

    Returns:
        The windows of every draw.

    Raises:
        InputError: there is no such building block, or the fraction is not between 0 and 1.
        ValueError: the arrays do not fit the network.
    """
    network = reactor.network
    grid, counts = fine_grid(window, reactor.protocol), _counts(network, level)
    names = tuple(n for n in intermediates(network) if counts[network.species_names.index(n)] > 0)
    at = [network.species_names.index(name) for name in names]
    values = np.full((len(reactor), len(names), len(QUANTITIES)), np.nan)
    above = np.zeros((len(grid.times), len(names)))
    summed, done = np.zeros_like(above), 0
    for part, batch in fine_courses(reactor, grid):
        totals = unreacted(reactor[part], grid) @ counts
        completed = batch.trajectories.completed & (totals > 0).any(axis=1)
        courses = batch.trajectories.concentrations[completed][:, :, at] * counts[at]
        there = totals[completed, :, None]
        fractions = np.where(there > 0, courses / np.where(there > 0, there, 1.0), 0.0)
        values[part.start + np.flatnonzero(completed)] = _values(fractions, level.fraction, grid)
        above += (fractions > level.fraction).sum(axis=0)
        summed += fractions.sum(axis=0)
        done += int(completed.sum())
    probabilities, expected = above / max(1, done), summed / max(1, done)
    failed = len(reactor) - done
    return Windows(names, level, window, grid.times, values, probabilities, expected, failed)


def average_windows(
    mechanisms: Sequence[Windows], probabilities: Sequence[float]
) -> dict[str, WindowResult]:
    """Summarise one mechanism, or several together, weighted by their probabilities.

    Args:
        mechanisms: the windows of every draw of each, over the same times.
        probabilities: of each mechanism.

    Returns:
        For every species that is an intermediate in one of them its window, medians and 95 %; in a
        mechanism that does not have it there never is one. Start and end are over the draws in
        which there is a window; ``best`` is the time at which the level is exceeded most probably,
        or where that is the same over a while the expected fraction is largest.
    """
    weights = mixture_weights([len(m.values) for m in mechanisms], list(probabilities))
    names = dict.fromkeys(name for m in mechanisms for name in m.species)
    return {name: _summary(mechanisms, probabilities, weights, name) for name in names}


def _summary(
    mechanisms: Sequence[Windows],
    probabilities: Sequence[float],
    weights: np.ndarray,
    name: str,
) -> WindowResult:
    columns = np.concatenate([_column(m, name) for m in mechanisms]).T
    start, end, peak_time, peak_share = (interval_of(column, weights) for column in columns)
    happens = share_of(~np.isnan(columns[0]), columns[3], weights)
    beyond = share_of(np.isinf(columns[1]), columns[1], weights)
    return WindowResult(
        WindowStart(start.median, start.lower, start.upper, happens),
        WindowEnd(end.median, end.lower, end.upper, beyond),
        peak_time,
        peak_share,
        _best(mechanisms, np.array(probabilities), name, peak_time),
    )


def _column(found: Windows, name: str) -> np.ndarray:
    """Return the quantities of one species, shape (D, 4); no window, no fraction without it."""
    if name in found.species:
        return found.values[:, found.species.index(name)]
    return np.tile([np.nan, np.nan, np.nan, 0.0], (len(found.values), 1))


def _best(
    mechanisms: Sequence[Windows], probabilities: np.ndarray, name: str, around: Interval
) -> BestMoment:
    fractions = probabilities / probabilities.sum()
    chance, expected = np.zeros((2, len(mechanisms[0].times)))
    for fraction, one in zip(fractions, mechanisms, strict=True):
        if name in one.species:
            chance += fraction * one.probabilities[:, one.species.index(name)]
            expected += fraction * one.expected[:, one.species.index(name)]
    likeliest = np.flatnonzero(chance >= chance.max() - 1e-12)
    best = int(likeliest[expected[likeliest].argmax()])
    return BestMoment(
        float(mechanisms[0].times[best]),
        float(chance[best]),
        float(expected[best]),
        around.lower,
        around.upper,
    )


def _counts(network: Network, level: Level) -> np.ndarray:
    """Return how often each species holds the block, shape (S,)."""
    blocks = building_blocks(network.species)
    if level.block not in blocks:
        raise InputError(
            f"windows: no building block '{level.block}'{did_you_mean(level.block, blocks)}; "
            "write one that the species are made of"
        )
    if not 0 < level.fraction < 1:
        raise InputError(
            f"windows: a fraction of {level.fraction:g} is not between 0 and 1; write 0.2"
        )
    return np.asarray(composition_matrix(network.species)[:, blocks.index(level.block)], float)


def _values(fractions: np.ndarray, level: float, grid: FineGrid) -> np.ndarray:
    """Return the quantities, shape (D, X, 4), of shares, shape (D, G, X)."""
    top = find_maximum(np.ascontiguousarray(fractions.transpose(0, 2, 1)), grid)
    height = np.full(top.height.shape, level)
    exceeds = top.height > level
    start = np.where(exceeds, crossing_before(top, height, grid), np.nan)
    end = np.where(exceeds, crossing_after(top, height, grid), np.nan)
    peak = np.where(top.happened, grid.time_at(top.place), np.inf)
    return np.stack([start, end, peak, np.maximum(top.height, 0.0)], axis=-1)
