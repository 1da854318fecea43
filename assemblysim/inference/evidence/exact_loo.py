"""Leave-one-out where the draws do not tell: the evidence without an observation, anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.evidence.criteria import exact_loo_observations, summed
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.target import Target, log_standard_normal
from assemblysim.inference.sampling.adaptive import first_draws, mixture_of
from assemblysim.result.evidence import LeaveOneOut, LogEvidence

# Draws from each mixture, mixtures at most, and effective draws with which a fit is good.
DRAWS, MOST_REFITS, WANTED = 2000, 8, 400.0
# Fewer effective draws than this from the last mixture leave an observation as it was.
LEAST = 100.0


def leave_one_out_in_full(
    problem: Problem,
    draws: np.ndarray,
    pointwise: np.ndarray,
    evidence: LogEvidence,
    rng: np.random.Generator,
) -> LeaveOneOut:
    """Estimate leave-one-out accuracy; observations with a bad k-hat by the ratio of two evidences.

    Args:
        problem: mechanism and data.
        draws: shape (N, P), from the posterior, standard-normal coordinates.
        pointwise: shape (D, U), log density of each observation given the others, at some draws.
        evidence: of all data.
        rng: the stream of random numbers.

    Returns:
        The estimate. An observation's predictive density given the others is the evidence of all
        data over that of the others, which comes from draws of mixtures fitted to the posterior
        without the observation.
    """
    elpd, bad = exact_loo_observations(pointwise)
    recomputed, own_variance = 0, 0.0
    for observation in np.flatnonzero(bad):
        others = evidence_of(_without(problem, int(observation)), draws, rng)
        if others is not None:
            elpd[observation] = evidence.value - others.value
            recomputed += 1
            own_variance += others.error**2
    # the evidence of all data stands in each of them
    own_variance += (recomputed * evidence.error) ** 2
    found = summed(elpd, int(bad.sum()), recomputed)
    return replace(found, error=float(np.hypot(found.error, np.sqrt(own_variance))))


def evidence_of(target: Target, near: np.ndarray, rng: np.random.Generator) -> LogEvidence | None:
    """Return the log evidence of a target that is not far from known draws.

    Args:
        target: log-density in standard-normal coordinates.
        near: shape (N, P), draws from something like it.
        rng: the stream of random numbers.

    Returns:
        The estimate by importance sampling from the last of several mixtures, each fitted to
        what the earlier ones found; None where even that does not cover the target.
    """
    few = near[rng.choice(len(near), min(DRAWS, len(near)), replace=False)]
    weighted = first_draws(mixture_of(few, float(len(few)), rng), DRAWS, target, rng)
    while weighted.effective_size < WANTED and len(weighted.mixtures) < MOST_REFITS:
        weighted = weighted.extended(weighted.refitted(DRAWS // 2, rng), DRAWS, target, rng)
    mixture = weighted.refitted(DRAWS // 2, rng)
    fresh = mixture.draw(2 * DRAWS, rng)
    weights = target(fresh) - mixture.log_density(fresh)
    total = float(logsumexp(weights))
    fractions = np.exp(weights - total)
    effective = 1 / float((fractions**2).sum())
    if effective < LEAST:
        return None
    error = float(np.sqrt(1 / effective - 1 / len(weights)))
    return LogEvidence("importance sampling", total - float(np.log(len(weights))), error)


def _without(problem: Problem, observation: int) -> Target:
    def target(position: np.ndarray) -> np.ndarray:
        found = log_likelihood(problem, values_from_normal(problem.parameters, position))
        others = found.total - found.pointwise[:, observation]
        return np.asarray(others + log_standard_normal(position))

    return target
