"""What the evidence would be with other priors on the rate constants: wider, narrower, shifted.

The evidence is an average of the likelihood over the prior, so it depends on how wide the prior
is. Particles tempered from priors twice as wide carry the evidence under every prior inside
those: a change of prior is a change of weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from assemblysim.inference.evidence.sampled import Sampled
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.smc import reweighted
from assemblysim.result.evidence import LogEvidence

# What the priors of which are changed together: all that a rate constant is made of.
CHANGED = ("rate", "energy", "entropy", "constant")
# Of weighted draws, as many as unweighted ones that an interval needs.
LEAST_DRAWS = 400


@dataclass(frozen=True)
class Change:
    """A change of every rate constant's prior.

    Attributes:
        name: short, as stored.
        words: as printed.
        apply: from a prior to the changed one.
    """

    name: str
    words: str
    apply: Callable[[Prior], Prior]


WIDE = Change("wide", "twice as wide", lambda prior: prior.scaled(2.0))
NARROW = Change("narrow", "half as wide", lambda prior: prior.scaled(0.5))
SHIFTED = (
    Change("faster", "shifted up by a quarter of their width", lambda prior: prior.shifted(0.25)),
    Change("slower", "shifted down by a quarter of it", lambda prior: prior.shifted(-0.25)),
)
CHANGES = (WIDE, NARROW, *SHIFTED)
# Of the contrasts of responses. Weights from a normal to one wider than sqrt(2) times have no
# variance: 1.32 times, a factor of 2.5 in place of 2, is what draws under the stated ones carry.
RESPONSE_SCALES = {"responses wider": 1.32, "responses narrower": 0.5}


def changed_parameters(parameters: tuple[Parameter, ...], change: Change) -> tuple[Parameter, ...]:
    """Return the parameters with the rate constants' priors changed."""
    return tuple(
        replace(p, prior=change.apply(p.prior)) if p.kind in CHANGED else p for p in parameters
    )


def widened(problem: Problem) -> Problem:
    """Return the problem with rate constants' priors twice as wide."""
    return replace(problem, parameters=changed_parameters(problem.parameters, WIDE))


def changed_evidences(problem: Problem, wide: Sampled) -> dict[str, LogEvidence | None]:
    """Return the log evidence under priors of the rate constants that are wider or shifted.

    Args:
        problem: mechanism and data, with the priors as stated.
        wide: draws for `widened(problem)`.

    Returns:
        By the change's name; None where hardly any particle lies under the changed prior.
    """
    at_first = widened(problem).parameters
    found: dict[str, LogEvidence | None] = {WIDE.name: wide.log_evidence}
    for change in SHIFTED:
        changed = changed_parameters(problem.parameters, change)
        found[change.name] = wide.evidence_under(partial(log_weights, at_first, changed))
    return found


def narrowed_evidence(
    problem: Problem, evidence: LogEvidence, draws: np.ndarray
) -> LogEvidence | None:
    """Return the log evidence under priors half as wide, from draws under the priors as stated.

    Args:
        problem: mechanism and data, with the priors as stated.
        evidence: under those.
        draws: shape (E, N, W, P), standard-normal coordinates.

    Returns:
        The log evidence; None where hardly any draw lies under the narrower priors.
    """
    changed = changed_parameters(problem.parameters, NARROW)
    return reweighted(evidence, _weights_by_walker(problem.parameters, changed, draws))


def with_responses_scaled(parameters: tuple[Parameter, ...], scale: float) -> tuple[Parameter, ...]:
    """Return the parameters with the priors of responses' contrasts so many times as wide."""
    return tuple(
        replace(p, prior=p.prior.scaled(scale)) if p.kind == "contrast" else p for p in parameters
    )


def response_evidences(
    problem: Problem, evidence: LogEvidence, draws: np.ndarray
) -> dict[str, LogEvidence | None]:
    """Return the log evidence where responses are taken to spread more, or less.

    Args:
        problem: mechanism and data, with the priors as stated.
        evidence: under those.
        draws: shape (E, N, W, P), standard-normal coordinates.

    Returns:
        By the names in `RESPONSE_SCALES`; None where the draws do not tell. Nothing where there
        are no exchangeable responses.
    """
    if not any(one.kind == "contrast" for one in problem.parameters):
        return {}
    before = problem.parameters
    return {
        name: reweighted(
            evidence, _weights_by_walker(before, with_responses_scaled(before, scale), draws)
        )
        for name, scale in RESPONSE_SCALES.items()
    }


def widened_intervals(
    problem: Problem, values: np.ndarray, draws: np.ndarray
) -> dict[str, tuple[float, float]]:
    """Return 95 % intervals of rate constants where responses are taken to spread more.

    Args:
        problem: mechanism and data.
        values: shape (D, P), draws in the parameters' units.
        draws: shape (D, P), the same in standard-normal coordinates.

    Returns:
        By rate constant; nothing where there are no exchangeable responses, or too few draws
        carry the weight.
    """
    before = problem.parameters
    after = with_responses_scaled(before, RESPONSE_SCALES["responses wider"])
    logs = log_weights(before, after, draws)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    if before == after or 1 / float(weights @ weights) < LEAST_DRAWS:
        return {}
    found = {}
    for i, parameter in enumerate(before):
        if parameter.kind == "rate":
            order = np.argsort(values[:, i])
            below = np.cumsum(weights[order])
            ends = np.interp((0.025, 0.975), below, values[order, i]).tolist()
            found[parameter.name] = (ends[0], ends[1])
    return found


def _weights_by_walker(
    before: tuple[Parameter, ...], after: tuple[Parameter, ...], draws: np.ndarray
) -> np.ndarray:
    """Return the log ratio of two priors at draws (E, N, W, P), a row for each walker."""
    by_walker = draws.transpose(0, 2, 1, 3)
    flat = by_walker.reshape(-1, by_walker.shape[-1])
    return log_weights(before, after, flat).reshape(-1, draws.shape[1])


def log_weights(
    before: tuple[Parameter, ...], after: tuple[Parameter, ...], positions: np.ndarray
) -> np.ndarray:
    """Return the log ratio of two priors at some positions.

    Args:
        before: parameters with the priors whose coordinates these are.
        after: the same, of which some have other priors.
        positions: shape (N, P), standard-normal coordinates.

    Returns:
        Shape (N,).
    """
    values = values_from_normal(before, positions)
    weights = np.zeros(len(values))
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        if old.prior != new.prior:
            weights += new.prior.log_density(values[:, i]) - old.prior.log_density(values[:, i])
    return weights
