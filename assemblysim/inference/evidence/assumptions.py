"""What the evidence would be had the experiment been conducted otherwise than is assumed.

Where a course of temperature was not reported, one is assumed; another one changes the
likelihood, and so the weights of the draws.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assemblysim.inference.evidence.prior_changes import reweighted
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.result.evidence import LogEvidence

# Draws of each walker at which the likelihood is looked at anew.
DRAWS_OF_A_WALKER = 40


def assumed_evidences(
    problem: Problem, evidence: LogEvidence, draws: np.ndarray
) -> dict[str, LogEvidence | None]:
    """Return the log evidence under each of the stated alternatives.

    Args:
        problem: mechanism and data.
        evidence: as the experiments are assumed to have been conducted.
        draws: shape (E, N, W, P), standard-normal coordinates.

    Returns:
        By the alternative's words; None where the draws hardly reach what fits under it.
    """
    names = dict.fromkeys(words for e in problem.experiments for words, _ in e.alternatives)
    if not names:
        return {}
    count = min(DRAWS_OF_A_WALKER, draws.shape[1])
    thinned = draws[:, np.linspace(0, draws.shape[1] - 1, count).astype(int)]
    by_walker = thinned.transpose(0, 2, 1, 3).reshape(-1, draws.shape[-1])
    values = values_from_normal(problem.parameters, by_walker)
    as_is = log_likelihood(problem, values).total
    found: dict[str, LogEvidence | None] = {}
    for words in names:
        change = log_likelihood(_otherwise(problem, words), values).total - as_is
        found[words] = reweighted(evidence, change.reshape(-1, count))
    return found


def _otherwise(problem: Problem, words: str) -> Problem:
    """Return the problem with an alternative in every experiment that has it."""
    experiments = tuple(
        replace(experiment, protocol=dict(experiment.alternatives).get(words, experiment.protocol))
        for experiment in problem.experiments
    )
    return replace(problem, experiments=experiments)
