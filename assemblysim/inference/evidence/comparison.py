"""Which mechanism the data support: probabilities with their uncertainty, and a verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax

from assemblysim.result.evidence import ComparisonResult, Disagreement, LogEvidence, Verdict
from assemblysim.result.numbers import Estimate

# Bounds on ln(Bayes factor) after Kass & Raftery, J. Am. Stat. Assoc. 1995, 90, 773:
# 2 ln B of 2, 6 and 10.
POSITIVE, STRONG, VERY_STRONG = 1.0, 3.0, 5.0
# Probability before the data that they have one of the smooth faults that are looked for; each has
# the same part of it.
FAULTY = 0.1
# Kinds of a verdict that is none.
NO_VERDICT = ("draws failed", "estimates disagree")
# Two estimates of a log evidence that lie more combined errors apart do not agree.
DISAGREEMENT = 3.0


@dataclass(frozen=True)
class Candidate:
    """What a comparison needs to know of one mechanism.

    Attributes:
        name: the mechanism.
        evidence: its log evidence.
        independent_estimate: a second estimate of it, made another way.
        parameters: how many unknowns it has.
        trusted: whether all its checks passed.
    """

    name: str
    evidence: LogEvidence
    independent_estimate: LogEvidence
    parameters: int
    trusted: bool

    @property
    def disagreement(self) -> float:
        """How many combined errors the two estimates of the log evidence lie apart."""
        return disagreement(self.evidence, self.independent_estimate)


def evidence_words(log_bayes_factor: float) -> str:
    """Put ln(Bayes factor) into the words of Kass & Raftery (1995)."""
    if log_bayes_factor < POSITIVE:
        return "not worth more than a bare mention"
    if log_bayes_factor < STRONG:
        return "positive"
    return "strong" if log_bayes_factor < VERY_STRONG else "very strong"


def rank_mechanisms(
    candidates: tuple[Candidate, ...], rng: np.random.Generator
) -> ComparisonResult:
    """Rank mechanisms by evidence under equal prior probabilities.

    Args:
        candidates: at least one mechanism.
        rng: the stream for the propagation of the evidences' errors.

    Returns:
        The ranking and its verdict, without sensitivity to what was assumed.
    """
    ranked = sorted(candidates, key=lambda c: -c.evidence.value)
    values = np.array([c.evidence.value for c in ranked])
    errors = np.array([c.evidence.error for c in ranked])
    shaken = values + errors * rng.standard_normal((4000, len(ranked)))
    low, high = np.quantile(softmax(shaken, axis=1), [0.025, 0.975], axis=0)
    factors = values[0] - values
    factor_errors = np.sqrt(errors[0] ** 2 + errors**2)
    factor_errors[0] = 0.0
    names = [c.name for c in ranked]
    probabilities = np.exp(values - logsumexp(values)).tolist()
    ends = zip(low.tolist(), high.tolist(), strict=True)
    against_each = map(Estimate, factors.tolist(), factor_errors.tolist())
    verdict = _verdict(ranked, factors, factor_errors)
    return ComparisonResult(
        probabilities=dict(zip(names, probabilities, strict=True)),
        intervals=dict(zip(names, ends, strict=True)),
        log_bayes_factors=dict(zip(names, against_each, strict=True)),
        left_open=() if verdict.kind in NO_VERDICT else verdict.mechanisms,
        verdict=verdict,
    )


def _verdict(ranked: list[Candidate], factors: np.ndarray, errors: np.ndarray) -> Verdict:
    """Say what the ranking comes to.

    A mechanism is left open unless ln(Bayes factor) against it exceeds 3 (strong
    evidence) by at least two standard errors.
    """
    doubtful = tuple(
        c.name
        for c in ranked
        if not (c.trusted and _known(c.evidence) and _known(c.independent_estimate))
    )
    if doubtful:
        return Verdict("draws failed", doubtful)
    apart = [c for c in ranked if not c.disagreement <= DISAGREEMENT]
    if apart:
        pairs = (Disagreement(c.name, c.evidence, c.independent_estimate) for c in apart)
        return Verdict(
            "estimates disagree", tuple(c.name for c in apart), disagreements=tuple(pairs)
        )
    if len(ranked) == 1:
        return Verdict("single", (ranked[0].name,))
    open_ones = [c for c, f, e in zip(ranked, factors, errors, strict=True) if f - 2 * e < STRONG]
    names = tuple(c.name for c in open_ones)
    against = tuple(c.name for c in ranked if c not in open_ones)
    if len(open_ones) == 1:
        factor = Estimate(float(factors[1]), float(errors[1]))
        return Verdict("favoured", names, against, evidence_words(factor.value), factor)
    simplest = min(open_ones, key=lambda c: c.parameters)
    fewer = [c for c in open_ones if c.parameters == simplest.parameters]
    if len(fewer) == 1 and factors[ranked.index(simplest)] < POSITIVE:
        return Verdict(
            "undecided",
            names,
            against,
            simplest=simplest.name,
            simplest_unknowns=simplest.parameters,
        )
    return Verdict("undecided", names, against)


def _known(evidence: LogEvidence) -> bool:
    return bool(np.isfinite(evidence.value) and np.isfinite(evidence.error))


def disagreement(one: LogEvidence, other: LogEvidence) -> float:
    """Return how many combined errors two estimates of a log evidence lie apart."""
    gap, error = abs(one.value - other.value), float(np.hypot(one.error, other.error))
    if error > 0:
        return gap / error
    return float("inf") if gap > 0 else 0.0
