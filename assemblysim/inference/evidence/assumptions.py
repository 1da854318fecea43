"""What the evidence would be were one thing certain that is not: a course, an interpretation.

A course of temperature that was not reported, or a text that may be read in several ways, changes
the likelihood, and so the weights of the draws. Where alternatives have weights, evidence is the
mean over them; each one's own follows from how probable it is at the draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.smc import reweighted
from assemblysim.result.evidence import AlternativeKind, LogEvidence
from assemblysim.result.numbers import Estimate

# Draws of each walker at which the likelihood is looked at anew.
DRAWS_OF_A_WALKER = 40


@dataclass(frozen=True)
class WeighedAlternative:
    """One of several alternatives that have weights.

    Attributes:
        kind: of what.
        name: "" for the course of temperature as stated.
        prior: probability before the data.
        posterior: probability given the data, under one mechanism.
        evidence: log evidence if it is certain; None where the draws hardly reach what fits then.
    """

    kind: AlternativeKind
    name: str
    prior: float
    posterior: Estimate
    evidence: LogEvidence | None


def assumed_evidences(
    problem: Problem, evidence: LogEvidence, draws: np.ndarray
) -> dict[str, LogEvidence | None]:
    """Return the log evidence under each of the courses of temperature that have no weights.

    Args:
        problem: mechanism and data.
        evidence: as the experiments are assumed to have been conducted.
        draws: shape (E, N, W, P), standard-normal coordinates.

    Returns:
        By the alternative's words; None where the draws hardly reach what fits under it.
    """
    if len(problem.course_weights) > 1:
        return {}
    names = dict.fromkeys(words for e in problem.experiments for words, _ in e.alternatives)
    if not names:
        return {}
    values, count = _thinned(problem, draws)
    as_is = log_likelihood(problem, values).total
    found: dict[str, LogEvidence | None] = {}
    for words in names:
        change = log_likelihood(_otherwise(problem, words), values).total - as_is
        found[words] = reweighted(evidence, change.reshape(-1, count))
    return found


def weighed_alternatives(
    problem: Problem, evidence: LogEvidence, draws: np.ndarray
) -> tuple[WeighedAlternative, ...]:
    """Return the interpretations and courses of temperature that evidence is a mean over.

    Args:
        problem: mechanism and data.
        evidence: the mean over them.
        draws: shape (E, N, W, P), standard-normal coordinates.

    Method: with r the probability of an alternative given a draw and w its weight, the mean of r
    is its posterior probability, and that of r / w the ratio of its own evidence to the mean.
    """
    if len(problem.cases) < 2:
        return ()
    values, count = _thinned(problem, draws)
    likelihood = log_likelihood(problem, values)
    totals = likelihood.case_totals - likelihood.total[:, None]
    courses = [case.course for case in problem.cases]
    readings = [case.interpretation for case in problem.cases]
    stated: list[tuple[AlternativeKind, str, float, list[bool]]] = []
    if len(problem.interpretations) > 1:
        for one in problem.interpretations:
            own = [one.name == name for name in readings]
            stated.append(("interpretation", one.name, one.weight, own))
    if len(problem.course_weights) > 1:
        for name, weight in problem.course_weights:
            stated.append(("course", name, weight, [name == other for other in courses]))
    found = []
    for kind, name, prior, own in stated:
        logs = np.logaddexp.reduce(totals[:, own], axis=1).reshape(-1, count)
        by_walker = np.exp(logs).mean(axis=1)
        error = float(by_walker.std(ddof=1)) / np.sqrt(len(by_walker))
        alone = reweighted(evidence, logs - np.log(prior))
        posterior = Estimate(float(by_walker.mean()), error)
        found.append(WeighedAlternative(kind, name, prior, posterior, alone))
    return tuple(found)


def _thinned(problem: Problem, draws: np.ndarray) -> tuple[np.ndarray, int]:
    """Return values at some draws of each walker, walker by walker, and how many of each."""
    count = min(DRAWS_OF_A_WALKER, draws.shape[1])
    thinned = draws[:, np.linspace(0, draws.shape[1] - 1, count).astype(int)]
    by_walker = thinned.transpose(0, 2, 1, 3).reshape(-1, draws.shape[-1])
    return values_from_normal(problem.parameters, by_walker), count


def _otherwise(problem: Problem, words: str) -> Problem:
    """Return the problem with an alternative in every experiment that has it."""
    experiments = tuple(experiment.under(words) for experiment in problem.experiments)
    return replace(problem, experiments=experiments)
