"""Whether a verdict leans on the edge of a default prior, which nobody stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from assemblysim.result.evidence import ComparisonResult, PriorEdge
from assemblysim.result.mechanism import MechanismResult

# A profile that rises by more, in nats, in the last decade of a prior goes on behind its edge.
RISES = 1.0
# By so many decades a rival's prior may be too narrow: rising on as it does, it would be level.
DECADES = 3.0


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
    leader = next(iter(comparison.probabilities))
    found = []
    for name in comparison.probabilities:
        behind = 0.0 if name == leader else comparison.log_bayes_factors[name].value
        found += [
            edge
            for edge in _edges(name, mechanisms[name])
            if edge.rise > max(RISES, behind / DECADES)
        ]
    verdict = replace(comparison.verdict, edges=tuple(found) or None)
    return replace(comparison, verdict=verdict)


def _edges(name: str, mechanism: MechanismResult) -> Iterator[PriorEdge]:
    """Return the edges at which a profile of one mechanism was looked at."""
    for constant, one in mechanism.parameters.items():
        for upper, rise in enumerate(one.rises or ()):
            bound = one.prior.numbers[("lower", "upper")[upper]]
            yield PriorEdge(name, constant, bool(upper), bound, one.unit, rise)
