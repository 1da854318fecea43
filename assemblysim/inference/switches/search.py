"""Where the sampling of switches may start: optima of the full network, and of smaller ones.

Finding the modes is the bottleneck: from the prior alone few particles meet them. So the full
network is searched, then every single deletion from its optimum; and steps whose deletion costs
little leave together, until only those are left that the data ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.search import (
    maximise,
    side_by_side,
    spread_starts,
)
from assemblysim.inference.switches.switched import SwitchedProblem

# A deletion that costs less than so many nats of the density is tried together with others.
CHEAP = 1.0
# Subsets so far behind the best one, in nats, are no place to start from.
FAR_BEHIND = 30.0


@dataclass(frozen=True, eq=False)
class SubsetOptimum:
    """An optimum of the constants under some switches.

    Attributes:
        switches: shape (G,), of 0 and 1.
        position: shape (P,); coordinates that do not count are 0.
        log_density: log of likelihood times prior of the unknowns.
    """

    switches: np.ndarray
    position: np.ndarray
    log_density: float


@dataclass(frozen=True, eq=False)
class SwitchSearch:
    """How much is searched.

    Attributes:
        screened: draws looked at before.
        starts: how many of them are maximised from.
    """

    screened: int = 512
    starts: int = 8


def search_subsets(
    problem: SwitchedProblem, settings: SwitchSearch, rng: np.random.Generator
) -> tuple[SubsetOptimum, ...]:
    """Search the full network, its single deletions, and ever smaller networks.

    Where candidates exclude each other, the full network is one of each, drawn anew for each start.

    Returns:
        Optima, best first.
    """
    prior = rng.standard_normal((settings.screened, problem.dimension))
    switches = _as_full_as_may_be(problem, settings.screened, rng)
    density = problem.log_likelihood(prior, switches) + log_standard_normal(prior)
    chosen = spread_starts(np.concatenate([prior, switches], axis=1), density, settings.starts)
    found = optima_from(problem, chosen)
    found += _deleted(problem, found[0])
    return tuple(sorted(found, key=lambda one: -one.log_density))


def optima_from(problem: SwitchedProblem, starts: np.ndarray) -> list[SubsetOptimum]:
    """Maximise the constants from starts, shape (N, P + G), whose switches stay; best first."""
    own = problem.dimension
    together = side_by_side(problem.values_and_gradients, max(1, len(starts)))

    def maximised(start: np.ndarray) -> SubsetOptimum:
        switches = start[own:]

        def function(position: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = together(np.concatenate([position, switches]))
            return value, gradient[:own]

        position, value = maximise(function, start[:own])
        active = problem.active(switches[None])[0]
        return SubsetOptimum(switches, np.where(active, position, 0.0), value)

    found = together.map(maximised, starts)
    return sorted(found, key=lambda one: -one.log_density)


def _as_full_as_may_be(
    problem: SwitchedProblem, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Turn everything on that is not excluded, in orders drawn at random: shape (count, G)."""
    space = problem.space
    if not space.exclusions:
        return np.ones((count, len(space)))
    found = np.zeros((count, len(space)))
    for row in found:
        for place in rng.permutation(len(space)):
            row[place] = 1.0
            row[place] = float(space.admissible(row[None])[0])
    return found


def _deleted(problem: SwitchedProblem, best: SubsetOptimum) -> list[SubsetOptimum]:
    """Return optima of ever smaller networks, and with one step deleted each from the smallest."""
    found: list[SubsetOptimum] = []
    single: list[SubsetOptimum] = []
    while (on := np.flatnonzero(best.switches)).size:
        costs = _costs_at_once(problem, best, on)
        if min(costs.values()) > CHEAP:
            single = optima_from(problem, np.array([_start(best, [i]) for i in on.tolist()]))
            costs = {_missing(best, one): best.log_density - one.log_density for one in single}
        cheap = sorted((i for i in costs if costs[i] < CHEAP), key=costs.__getitem__)
        if not cheap:
            break
        best = _together(problem, best, cheap)
        found.append(best)
    return found + single


def _costs_at_once(
    problem: SwitchedProblem, best: SubsetOptimum, on: np.ndarray
) -> dict[int, float]:
    """Return what deleting each step costs while all constants stay, nats of the likelihood."""
    starts = np.array([_start(best, []), *(_start(best, [i]) for i in on.tolist())])
    own = problem.dimension
    logs = problem.log_likelihood(starts[:, :own], starts[:, own:])
    return dict(zip(on.tolist(), (logs[0] - logs[1:]).tolist(), strict=True))


def _together(problem: SwitchedProblem, best: SubsetOptimum, cheap: Sequence[int]) -> SubsetOptimum:
    """Delete the cheapest half of some steps at once, fewer where that costs much."""
    count = (len(cheap) + 1) // 2
    while True:
        (smaller,) = optima_from(problem, _start(best, cheap[:count])[None])
        if count == 1 or best.log_density - smaller.log_density < CHEAP * count:
            return smaller
        count //= 2


def _start(best: SubsetOptimum, off: Sequence[int]) -> np.ndarray:
    switches = best.switches.copy()
    switches[list(off)] = 0.0
    return np.concatenate([best.position, switches])


def _missing(best: SubsetOptimum, smaller: SubsetOptimum) -> int:
    return int(np.flatnonzero(best.switches - smaller.switches)[0])


def nearest_positions(
    optima: Sequence[SubsetOptimum], switches: np.ndarray, count: int
) -> np.ndarray:
    """Return where the optima of the subsets nearest to one lie, shape (count or fewer, P).

    Those far behind the best one are no places to start from.
    """
    best = max(one.log_density for one in optima)
    near = [one for one in optima if one.log_density > best - FAR_BEHIND]
    near.sort(key=lambda one: (abs(one.switches - switches).sum(), -one.log_density))
    return np.array([one.position for one in near[:count]])
