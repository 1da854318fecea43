"""Which mechanism the data support: probabilities with their uncertainty, a verdict in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax

from assemblysim.language import listed
from assemblysim.result.evidence import LogEvidence

# Bounds on ln(Bayes factor) after Kass & Raftery, J. Am. Stat. Assoc. 1995, 90, 773:
# 2 ln B of 2, 6 and 10.
POSITIVE, STRONG, VERY_STRONG = 1.0, 3.0, 5.0
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


@dataclass(frozen=True)
class Comparison:
    """A ranking of mechanisms.

    Attributes:
        names: best first.
        probabilities: posterior model probabilities under equal prior ones, in that order.
        intervals: 95 % intervals of the probabilities from the evidences' errors.
        log_bayes_factors: ln of the Bayes factor of the best against each.
        errors: standard errors of those.
        words: Kass & Raftery's words for the evidence against each.
        open_names: the mechanisms among which the data do not decide; empty without a verdict.
        verdict: one or two sentences.
        decided: whether the verdict names a single mechanism.
    """

    names: tuple[str, ...]
    probabilities: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    log_bayes_factors: tuple[float, ...]
    errors: tuple[float, ...]
    words: tuple[str, ...]
    open_names: tuple[str, ...]
    verdict: str
    decided: bool


def evidence_words(log_bayes_factor: float) -> str:
    """Put ln(Bayes factor) into the words of Kass & Raftery (1995)."""
    if log_bayes_factor < POSITIVE:
        return "not worth more than a bare mention"
    if log_bayes_factor < STRONG:
        return "positive"
    return "strong" if log_bayes_factor < VERY_STRONG else "very strong"


def rank_mechanisms(candidates: tuple[Candidate, ...], rng: np.random.Generator) -> Comparison:
    """Rank mechanisms by evidence under equal prior probabilities.

    Args:
        candidates: at least one mechanism.
        rng: the stream for the propagation of the evidences' errors.

    Returns:
        The ranking and its verdict.
    """
    ranked = sorted(candidates, key=lambda c: -c.evidence.value)
    values = np.array([c.evidence.value for c in ranked])
    errors = np.array([c.evidence.error for c in ranked])
    shaken = values + errors * rng.standard_normal((4000, len(ranked)))
    low, high = np.quantile(softmax(shaken, axis=1), [0.025, 0.975], axis=0)
    factors = values[0] - values
    factor_errors = np.sqrt(errors[0] ** 2 + errors**2)
    factor_errors[0] = 0.0
    verdict, open_names = _verdict(ranked, factors, factor_errors)
    return Comparison(
        names=tuple(c.name for c in ranked),
        probabilities=tuple(np.exp(values - logsumexp(values)).tolist()),
        intervals=tuple(zip(low.tolist(), high.tolist(), strict=True)),
        log_bayes_factors=tuple(factors.tolist()),
        errors=tuple(factor_errors.tolist()),
        words=tuple(evidence_words(f) for f in factors),
        open_names=open_names,
        verdict=verdict,
        decided=len(open_names) == 1 and len(ranked) > 1,
    )


def _verdict(
    ranked: list[Candidate], factors: np.ndarray, errors: np.ndarray
) -> tuple[str, tuple[str, ...]]:
    """Put the ranking into words; return them and the mechanisms left open.

    A mechanism is left open unless ln(Bayes factor) against it exceeds 3 (strong
    evidence) by at least two standard errors.
    """
    doubtful = [
        c.name
        for c in ranked
        if not (c.trusted and _known(c.evidence) and _known(c.independent_estimate))
    ]
    if doubtful:
        return f"No verdict: the draws of {listed(doubtful)} did not pass their checks.", ()
    apart = [c for c in ranked if not c.disagreement <= DISAGREEMENT]
    if apart:
        return f"No verdict: {' '.join(_disagreement(c) for c in apart)}", ()
    if len(ranked) == 1:
        return f"Only one mechanism, {ranked[0].name}, was fitted: nothing to compare.", (
            ranked[0].name,
        )
    open_ones = [c for c, f, e in zip(ranked, factors, errors, strict=True) if f - 2 * e < STRONG]
    out = [c.name for c in ranked if c not in open_ones]
    names = tuple(c.name for c in open_ones)
    if len(open_ones) == 1:
        text = (
            f"The data favour {names[0]} over every other mechanism: the evidence against the "
            f"next best, {ranked[1].name}, is {evidence_words(factors[1])} "
            f"(ln Bayes factor {factors[1]:.1f} ± {max(errors[1], 0.05):.1f})."
        )
    else:
        text = f"These data cannot tell {listed(names)} apart."
        simplest = min(open_ones, key=lambda c: c.parameters)
        fewer = [c for c in open_ones if c.parameters == simplest.parameters]
        if len(fewer) == 1 and factors[ranked.index(simplest)] < POSITIVE:
            text += (
                f" The simplest of them, {simplest.name} with {simplest.parameters} unknowns, "
                "suffices."
            )
        if out:
            text += f" There is strong evidence against {listed(out)}."
        else:
            text += " None of the mechanisms is ruled out."
    return text, names


def _known(evidence: LogEvidence) -> bool:
    return bool(np.isfinite(evidence.value) and np.isfinite(evidence.error))


def _disagreement(one: Candidate) -> str:
    """Put two estimates that do not agree into words."""
    first, second = one.evidence, one.independent_estimate
    return (
        f"the two estimates of the log evidence of {one.name} do not agree, "
        f"{first.value:.2f} ± {first.error:.2f} by {first.method} and "
        f"{second.value:.2f} ± {second.error:.2f} by {second.method}."
    )


def disagreement(one: LogEvidence, other: LogEvidence) -> float:
    """Return how many combined errors two estimates of a log evidence lie apart."""
    gap, error = abs(one.value - other.value), float(np.hypot(one.error, other.error))
    if error > 0:
        return gap / error
    return float("inf") if gap > 0 else 0.0
