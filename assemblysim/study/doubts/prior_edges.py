"""Whether a verdict leans on the edge of a default prior, which nobody stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from assemblysim.inference.identifiability.profiles import likelihood_of, profile_likelihood
from assemblysim.inference.model.problem import Problem
from assemblysim.result.evidence import ComparisonResult, PriorEdge
from assemblysim.result.mechanism import MechanismResult

# A profile that rises by more, in nats, in the last decade of a prior goes on behind its edge.
RISES = 1.0
# By so many decades a rival's prior may be too narrow: rising on as it does, it would be level.
DECADES = 3.0
# A most probable mechanism that has less is held with so little confidence that no edge matters.
HELD = 0.9
# Draws from which profiles begin.
BEGINNINGS = 300


def with_prior_edges(
    comparison: ComparisonResult, mechanisms: Mapping[str, MechanismResult]
) -> ComparisonResult:
    """Return a comparison whose verdict names the edges of default priors that it leans on.

    Those of the most probable mechanism count, and of each rival that would come level with it
    were its prior a few decades wider.

    Args:
        comparison: of all mechanisms.
        mechanisms: what was found for each.
    """
    found: list[PriorEdge] = []
    for name in comparison.probabilities:
        found += _leant_on(comparison, name, _edges(name, mechanisms[name]))
    return _with(comparison, found)


def with_edges_of_draws(
    comparison: ComparisonResult, problems: Sequence[Problem], draws: Mapping[str, np.ndarray]
) -> ComparisonResult:
    """Return the same for mechanisms of which only draws are known, as in a simulated study.

    Mechanisms are looked at in the order of their probabilities until one leans on an edge, and
    none where the most probable one is not held with confidence anyway.

    Args:
        comparison: of all mechanisms.
        problems: one for each.
        draws: by mechanism, shape (D, P), standard-normal coordinates.
    """
    leader = next(iter(comparison.probabilities))
    held = comparison.verdict.kind == "favoured" or comparison.probabilities[leader] > HELD
    by_name = {one.mechanism: one for one in problems}
    for name in comparison.probabilities if held else ():
        found = _leant_on(comparison, name, _edges_by_profile(by_name[name], draws[name]))
        if found:
            return _with(comparison, found)
    return comparison


def _leant_on(
    comparison: ComparisonResult, name: str, edges: Iterator[PriorEdge]
) -> list[PriorEdge]:
    """Return those edges of a mechanism's priors beyond which the verdict may be another."""
    leads = name == next(iter(comparison.probabilities))
    behind = 0.0 if leads else comparison.log_bayes_factors[name].value
    return [edge for edge in edges if edge.rise > max(RISES, behind / DECADES)]


def _with(comparison: ComparisonResult, edges: Sequence[PriorEdge]) -> ComparisonResult:
    verdict = replace(comparison.verdict, edges=tuple(edges) or None)
    return replace(comparison, verdict=verdict)


def _edges_by_profile(problem: Problem, draws: np.ndarray) -> Iterator[PriorEdge]:
    """Profile the rate constants that have default priors, and return where that rises."""
    likelihood = likelihood_of(problem)
    decades = np.full(len(problem.parameters), np.nan)
    if likelihood.decades is not None:
        decades = likelihood.decades
    places = np.flatnonzero(decades > 1).tolist()
    if not places:
        return
    some = draws[np.linspace(0, len(draws) - 1, min(BEGINNINGS, len(draws))).astype(int)]
    start = some[np.argmax(likelihood.log_likelihoods(some))]
    found = profile_likelihood(likelihood, start, some, places)
    for i, rises in zip(places, found.rises.tolist(), strict=True):
        one = problem.parameters[i]
        for upper, rise in enumerate(rises):
            bound = one.prior.bounds[upper]
            yield PriorEdge(problem.mechanism, one.name, bool(upper), bound, one.unit, rise)


def _edges(name: str, mechanism: MechanismResult) -> Iterator[PriorEdge]:
    """Return the edges at which a profile of one mechanism was looked at."""
    for constant, one in mechanism.parameters.items():
        for upper, rise in enumerate(one.rises or ()):
            bound = one.prior.numbers[("lower", "upper")[upper]]
            yield PriorEdge(name, constant, bool(upper), bound, one.unit, rise)
