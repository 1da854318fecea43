"""A search among subsets: Markov chains over the switches alone, by Laplace's evidences.

The constants are integrated out by each subset's own fit, so that a chain crosses from one good
subset to another where particles that carry constants along would not. Hotter chains cross what is
poor, and exchange places with colder ones. What is known afterwards is where sampling begins; the
figures owe it nothing else.

Method: Madigan & York, Int. Stat. Rev. 1995, 63, 215; parallel tempering, Geyer 1991.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assemblysim.inference.switches.search import SubsetOptimum
from assemblysim.inference.switches.space import SwitchSpace
from assemblysim.inference.switches.subset_fits import SubsetFits
from assemblysim.inference.switches.subset_neighbours import learn_neighbours
from assemblysim.inference.switches.switched import SwitchedProblem

TEMPERATURES = np.repeat([1.0, 1.3, 1.8, 2.5], 8)
EXCHANGED = 0.4  # of the proposals turn two switches, one on and one off
MOST_TAKEN = 40  # optima of the search before, the best of each subset
BEGUN_AT = 8  # of them, the best
BETWEEN_LOOKS = 16
# Nats by which the sum of all evidences still grows between two looks; so few looks are the last.
LEAST_GAIN, LOOKS = 0.02, 3
# The neighbours of so many subsets are fitted afterwards, for each that was sought.
COMPLETED = 0.1


def fitted_subsets(
    problem: SwitchedProblem,
    optima: Sequence[SubsetOptimum],
    most: int,
    rng: np.random.Generator,
) -> SubsetFits:
    """Go from known optima to the subsets that describe the data.

    Args:
        problem: all steps.
        optima: where to begin, best first.
        most: subsets that the chains fit, about; neighbours of a tenth of them follow.
        rng: the stream of random numbers.

    Returns:
        The fits of all subsets that were met.
    """
    fits = SubsetFits(problem)
    of_subset: dict[bytes, SubsetOptimum] = {}
    for one in optima:
        of_subset.setdefault(one.switches.tobytes(), one)
    first = list(of_subset.values())[:MOST_TAKEN]
    fits.take(np.array([o.switches for o in first]), np.array([o.position for o in first]))
    order = np.argsort(-fits.scores)[:BEGUN_AT]
    rows = fits.switches[order[np.arange(len(TEMPERATURES)) % len(order)]]
    most = min(most, problem.space.subset_count)
    last, poor = -np.inf, 0
    while len(fits.known) < most and poor < LOOKS:
        for _ in range(BETWEEN_LOOKS):
            rows = _exchanged_places(fits, _moved(fits, rows, rng), rng)
        total = float(np.logaddexp.reduce(fits.scores))
        poor = poor + 1 if total - last < LEAST_GAIN else 0
        last = total
    learn_neighbours(fits, int(np.ceil(COMPLETED * most)))
    return fits


def turned(space: SwitchSpace, switches: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn one switch of each row, shape (N, G), or one on and another one off.

    From either side it is as probable.
    """
    found = switches.copy()
    both = rng.random(len(switches)) < EXCHANGED
    one = rng.integers(len(space), size=len(switches))
    for i, (place, also) in enumerate(zip(one.tolist(), both.tolist(), strict=True)):
        others = np.flatnonzero(switches[i] != switches[i, place])
        found[i, place] = 1 - found[i, place]
        if also and len(others):
            other = rng.choice(others)
            found[i, other] = 1 - found[i, other]
    return found


def _moved(fits: SubsetFits, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move every chain by one step; what is met for the first time is fitted."""
    proposed = turned(fits.problem.space, rows, rng)
    allowed = fits.problem.space.admissible(proposed)
    new = {
        row.tobytes(): (row, beside)
        for row, beside, may in zip(proposed, rows, allowed, strict=True)
        if may and fits.of(row) is None
    }
    if new:
        fits.learn(*map(np.array, zip(*new.values(), strict=True)))
    gain = np.where(allowed, _scores(fits, proposed) - _scores(fits, rows), -np.inf)
    accepted = np.log(rng.random(len(rows))) < gain / TEMPERATURES
    return np.where(accepted[:, None], proposed, rows)


def _scores(fits: SubsetFits, rows: np.ndarray) -> np.ndarray:
    known = [fits.of(row) for row in rows]
    return np.array([-np.inf if fit is None else fit.score for fit in known])


def _exchanged_places(fits: SubsetFits, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let pairs of chains exchange places."""
    rows, scores, cold = rows.copy(), _scores(fits, rows), 1 / TEMPERATURES
    order = rng.permutation(len(rows))
    for i, j in zip(order[::2].tolist(), order[1::2].tolist(), strict=True):
        if np.log(rng.random()) < (scores[j] - scores[i]) * (cold[i] - cold[j]):
            rows[[i, j]] = rows[[j, i]]
    return rows
