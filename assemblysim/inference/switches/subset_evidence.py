"""The evidence of one subset of steps alone: the estimate that owes nothing to the switches.

Optima of the subset's own problem are found anew, mixtures of Student-t's about them are refitted
to the draws that they weigh (see `adaptive`), and new draws from the last ones, which these have
not shaped, give the evidence with its error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.adaptive import first_draws
from assemblysim.inference.sampling.proposal import Components, Mixture
from assemblysim.inference.sampling.search import Optimum, find_optima, spread_starts
from assemblysim.inference.switches.switched import SwitchedProblem
from assemblysim.result.evidence import LogEvidence

METHOD = "adaptive importance sampling"
# Below so many effective draws of the last mixtures their figure is no estimate.
LEAST_EFFECTIVE = 40.0
# The error that scatter within one run cannot show: between repetitions it was 0.05 to 0.2.
UNSEEN_IN_ONE_RUN = 0.1
WIDER = 2.0
ENOUGH = 2
# Of the mixtures before the last one those that the figure is drawn from, too.
LAST = 3
FAR_BEHIND = 12.0


@dataclass(frozen=True)
class EvidenceEffort:
    """How much work goes into one subset.

    Attributes:
        screened: prior draws looked at.
        starts: how many of them are maximised from.
        draws: from each mixture.
        refits: mixtures after the first, at most.
        wanted: effective draws of all mixtures together after which one more refit is the last.
    """

    screened: int = 256
    starts: int = 3
    draws: int = 800
    refits: int = 12
    wanted: float = 400.0


def subset_evidence(
    problem: SwitchedProblem,
    switches: np.ndarray,
    starts: np.ndarray,
    effort: EvidenceEffort,
    rng: np.random.Generator,
) -> LogEvidence:
    """Estimate the log evidence of one subset.

    Args:
        problem: all steps.
        switches: shape (G,), of 0 and 1.
        starts: shape (N, P), positions among all unknowns to maximise from, beside the prior's.
        effort: how much work to do.
        rng: the stream of random numbers.

    Returns:
        The estimate; its error is infinite where the draws do not cover the posterior.
    """
    posterior, places = problem.posterior_of(switches)
    prior = rng.standard_normal((effort.screened, len(places)))
    chosen = spread_starts(prior, posterior(prior), effort.starts)
    optima = find_optima(posterior, np.concatenate([starts[:, places], chosen]))
    found = weighed_evidence(posterior, optima, effort, rng)
    if np.isfinite(found.error):
        return found
    return weighed_evidence(posterior, optima, replace(effort, draws=4 * effort.draws), rng)


def _about(optima: Sequence[Optimum]) -> Mixture:
    """Return a mixture about the optima that may count, by their Laplace evidences."""
    best = max(one.log_evidence for one in optima)
    near = [one for one in optima if one.log_evidence > best - FAR_BEHIND]
    fractions = np.array([max(one.log_evidence - best, -4.0) for one in near])
    fractions = np.exp(fractions - logsumexp(fractions))
    means = np.array([one.position for one in near])
    covariances = WIDER * np.array([one.covariance for one in near])
    return Mixture(Components(means, covariances), fractions, 0.1)


def weighed_evidence(
    target: Target,
    optima: Sequence[Optimum],
    effort: EvidenceEffort,
    rng: np.random.Generator,
) -> LogEvidence:
    """Estimate the log evidence of a target by draws from mixtures about its optima.

    Args:
        target: log of likelihood times prior.
        optima: that a search found.
        effort: how many draws and refits.
        rng: the stream of random numbers.

    Returns:
        The estimate; its error is infinite where the draws do not cover the posterior.
    """
    draws = first_draws(_about(optima), effort.draws, target, rng)
    enough = 0
    for _ in range(effort.refits):
        mixture = draws.refitted(effort.draws, rng)
        draws = draws.extended(mixture, effort.draws, target, rng)
        # To stop when it first is enough would favour draws that have not met the tails yet.
        enough += draws.effective_size >= effort.wanted
        if enough == ENOUGH:
            break
    last = (*draws.mixtures[-LAST:], draws.refitted(effort.draws, rng))
    positions = np.concatenate([one.draw(effort.draws, rng) for one in last])
    drawn = logsumexp([one.log_density(positions) for one in last], axis=0) - np.log(len(last))
    logs = target(positions) - drawn
    value = float(logsumexp(logs) - np.log(len(logs)))
    weights = np.exp(logs - logs.max())
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    scatter = float(weights.std(ddof=1) / weights.mean() / np.sqrt(len(weights)))
    reliable = effective >= LEAST_EFFECTIVE
    return LogEvidence(
        METHOD, value, float(np.hypot(UNSEEN_IN_ONE_RUN, scatter)) if reliable else float("inf")
    )
