"""Optima of problems with very many spectra: found with few of them, by Gauss-Newton steps.

With thousands of readings the posterior is narrow and its valleys are curved: steps along gradients
(L-BFGS) are spent long before they arrive. The curvature that residuals alone give (Gauss and
Newton's), damped as Levenberg and Marquardt do, follows such valleys. It serves only to choose
steps; what is maximised is the posterior itself, whatever its noise, limits and wild spectra.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.search import Optimum, find_optima, spread_starts

# Of an experiment with many more sampling times than this, every few are searched first.
MANY_TIMES = 150
# So many of the optima that these tell are taken to the whole table, if they are not so many nats
# behind the best: there they would be farther behind still.
MOST_KEPT, FAR_BEHIND = 4, 50.0
# Steps of an ascent at most, the longest step, and where it ends, in prior standard deviations.
ROUNDS, LONGEST, REACH = 60, 2.0, 8.0
# An ascent has arrived where a step gains less than this, nats.
SMALL_GAIN = 1e-3
# Damping of the first step, what success and failure make of it, the least and the most.
FIRST, EASIER, HARDER, LEAST, MOST = 1e-2, 0.2, 5.0, 1e-8, 1e8

PosteriorOf = Callable[[Problem], Posterior]


def optima_of_long_table(
    problem: Problem, prior: np.ndarray, count: int, posterior_of: PosteriorOf
) -> tuple[Optimum, ...]:
    """Search with few of a table's spectra, and maximise with all of them from there.

    Args:
        problem: mechanism and data.
        prior: shape (N, P), draws from the prior in standard-normal coordinates.
        count: from how many of them to ascend.
        posterior_of: returns a problem's posterior.

    Returns:
        The optima, best first.
    """
    few = problem.coarse(MANY_TIMES)
    plain = posterior_of(few.without_wild_spectra())
    starts = ascended(plain, spread_starts(prior, plain(prior), count))
    if few.may_have_wild_spectra:
        starts = ascended(posterior_of(few), starts)
    near = find_optima(posterior_of(few), starts)
    least = near[0].log_density - FAR_BEHIND
    kept = np.array([one.position for one in near[:MOST_KEPT] if one.log_density > least])
    whole = posterior_of(problem)
    return find_optima(whole, ascended(whole, kept))


def ascended(posterior: Posterior, starts: np.ndarray) -> np.ndarray:
    """Go uphill from each start, by damped Gauss-Newton steps.

    Args:
        posterior: what is maximised.
        starts: shape (N, P).

    Returns:
        Where the ascents ended, shape (N, P). Method: Levenberg-Marquardt; the damping is relative
        to the curvature along each coordinate (Marquardt 1963).
    """
    here = np.clip(starts, -REACH, REACH)
    values, gradients = map(np.array, posterior.values_and_gradients(here))
    curvatures = np.array(posterior.curvatures(here))
    damping, open_ones = np.full(len(here), FIRST), np.ones(len(here), dtype=bool)
    for _ in range(ROUNDS):
        at = np.flatnonzero(open_ones)
        if not len(at):
            break
        steps = np.stack([_step(gradients[i], curvatures[i], damping[i]) for i in at.tolist()])
        there = np.clip(here[at] + steps, -REACH, REACH)
        reached = posterior(there)
        better = reached > values[at]
        gained, up = np.where(better, reached - values[at], np.inf), at[better]
        damping[at] = np.where(
            better, np.maximum(damping[at] * EASIER, LEAST), damping[at] * HARDER
        )
        here[up], values[up] = there[better], reached[better]
        open_ones[at] = (gained >= SMALL_GAIN) & (damping[at] < MOST)
        again = up[open_ones[up]]
        if len(again):
            _, gradients[again] = posterior.values_and_gradients(here[again])
            curvatures[again] = posterior.curvatures(here[again])
    return np.asarray(here)


def _step(gradient: np.ndarray, curvature: np.ndarray, damping: float) -> np.ndarray:
    damped = curvature + damping * np.diag(np.diag(curvature))
    step = np.asarray(np.linalg.solve(damped, gradient))
    longest = float(np.abs(step).max())
    return np.asarray(step if longest <= LONGEST else step * (LONGEST / longest))
