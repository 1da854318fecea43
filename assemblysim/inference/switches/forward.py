"""From nothing to a subset that describes the data: the best step is added, then what is idle goes.

The optimum of the full network hides the steps that the data ask for: the prior keeps every other
constant in its middle, where none is idle. A small network that lacks one is told by its fit.
Each subset is searched by its own small problem; they are compared by Laplace's evidences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.sampling.search import Optimum, find_optima
from assemblysim.inference.switches.search import SubsetOptimum, SwitchSearch, search_subsets
from assemblysim.inference.switches.switched import SwitchedProblem

MOST_ROUNDS = 40
# Nats of the evidence below which a change is none.
LEAST_GAIN = 0.1
# The best additions that are followed by leaving out what they make idle.
FOLLOWED = 2
# Fraction of the additions that a round looks at first, drawn anew: runs are to go different ways.
LOOKED_AT = 0.7


@dataclass(frozen=True, eq=False)
class GrownSubset:
    """A subset with its optimum.

    Attributes:
        switches: shape (G,), of 0 and 1.
        position: shape (P,); 0 where a coordinate does not count.
        optimum: in the coordinates that count.
        score: log prior of the switches and Laplace's log evidence.
    """

    switches: np.ndarray
    position: np.ndarray
    optimum: Optimum
    score: float

    def among(self, problem: SwitchedProblem) -> SubsetOptimum:
        """Return the optimum with its density among all unknowns."""
        idle = problem.dimension - len(self.optimum.position)
        density = self.optimum.log_density - 0.5 * idle * float(np.log(2 * np.pi))
        return SubsetOptimum(self.switches, self.position, density)


def all_optima(
    problem: SwitchedProblem, settings: SwitchSearch, rng: np.random.Generator
) -> tuple[SubsetOptimum, ...]:
    """Search from the full network down and from nothing up; best first."""
    found = (*search_subsets(problem, settings, rng), *grown(problem, rng))
    return tuple(sorted(found, key=lambda one: -one.log_density))


def grown(problem: SwitchedProblem, rng: np.random.Generator) -> tuple[SubsetOptimum, ...]:
    """Add the step that helps most, leave out what became idle, as long as the score rises.

    Args:
        problem: all steps.
        rng: for where the constants begin.

    Returns:
        The optima of the subsets on the way, the last one first.
    """
    begin = 0.5 * rng.standard_normal(problem.dimension)
    nothing = np.zeros(len(problem.space))
    found: list[GrownSubset] = []
    switches, position, score = nothing, begin, -np.inf
    for _ in range(MOST_ROUNDS):
        rows = _larger(problem, switches)
        some = [row for row in rows if rng.random() < LOOKED_AT]
        better = _best(problem, some, position)
        if better is None or better.score < score + LEAST_GAIN:
            better = _best(problem, rows, position)
        if better is None or better.score < score + LEAST_GAIN:
            break
        found.append(better)
        idle = better.position == 0
        switches, score = better.switches, better.score
        position = np.where(idle, begin, better.position)
    return tuple(one.among(problem) for one in reversed(found))


def _best(
    problem: SwitchedProblem, rows: Sequence[np.ndarray], position: np.ndarray
) -> GrownSubset | None:
    """Return the best of some subsets after what is idle has left it; None of no subsets."""
    larger = sorted((_at(problem, row, position) for row in rows), key=lambda one: -one.score)
    tried = (_shrunk(problem, one) for one in larger[:FOLLOWED])
    return max(tried, key=lambda one: one.score, default=None)


def _larger(problem: SwitchedProblem, switches: np.ndarray) -> list[np.ndarray]:
    """Return the subsets with one step more; what excludes the step leaves."""
    rows = []
    for place in np.flatnonzero(switches == 0):
        row = switches.copy()
        row[problem.space.conflicts[place]] = 0.0
        row[place] = 1.0
        rows.append(row)
    return rows


def _shrunk(problem: SwitchedProblem, start: GrownSubset) -> GrownSubset:
    """Leave out one step after the other as long as the score rises; one stays."""
    best = start
    while (on := np.flatnonzero(best.switches)).size > 1:
        smaller = []
        for place in on:
            row = best.switches.copy()
            row[place] = 0.0
            smaller.append(_at(problem, row, best.position))
        better = max(smaller, key=lambda one: one.score)
        if better.score < best.score + LEAST_GAIN:
            break
        best = better
    return best


def _at(problem: SwitchedProblem, switches: np.ndarray, position: np.ndarray) -> GrownSubset:
    """Maximise the constants of one subset from a position, shape (P,)."""
    posterior, places = problem.posterior_of(switches)
    optimum = find_optima(posterior, position[None, places])[0]
    whole = np.zeros(problem.dimension)
    whole[places] = optimum.position
    score = float(problem.space.log_prior(switches)) + optimum.log_evidence
    return GrownSubset(switches, whole, optimum, score)
