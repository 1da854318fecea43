"""Whether constants differ between groups, and how the width of the ratios' priors decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.evidence.comparison import Candidate, rank_mechanisms
from assemblysim.inference.evidence.ratio_widths import WIDTHS, width_name
from assemblysim.mechanism.constants.constants import involved
from assemblysim.result.evidence import ComparisonResult, DifferenceResult, LogEvidence, RatioWidth
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.numbers import Estimate
from assemblysim.study.definition.hypotheses import Hypothesis
from assemblysim.study.definition.study import Study


def with_differences(
    comparison: ComparisonResult,
    study: Study,
    mechanisms: Mapping[str, MechanismResult],
    candidates: Sequence[Candidate],
    rng: np.random.Generator,
) -> ComparisonResult:
    """Return a comparison with what it says of differences, under each width of the priors.

    Args:
        comparison: of all hypotheses.
        study: which says what differs under each.
        mechanisms: results by hypothesis.
        candidates: what was compared.
        rng: the stream for the propagation of the evidences' errors.
    """
    if not any(study.hypothesis(name).differing for name in mechanisms):
        return comparison
    factors = _stated_factors(mechanisms)
    widths = []
    for scale in sorted((1.0, *WIDTHS)):
        factor = max(factors) ** scale if factors else None
        changed, cut_off = _at_width(mechanisms, candidates, scale)
        if cut_off:
            widths.append(RatioWidth(scale, factor, None, None, (), cut_off))
            continue
        found = comparison if scale == 1 else rank_mechanisms(changed, rng)
        evidences = {one.name: one.evidence for one in changed}
        differing = differences(study, evidences)
        widths.append(RatioWidth(scale, factor, found.probabilities, found.verdict, differing, ()))
    stated = next(one for one in widths if one.scale == 1)
    return replace(comparison, differences=stated.differences, ratio_widths=tuple(widths))


def _stated_factors(mechanisms: Mapping[str, MechanismResult]) -> list[float]:
    """Return the factors of the ratios' log-normal priors; of several contrasts the widest."""
    return [
        parameter.prior.numbers["factor"]
        for one in mechanisms.values()
        for parameter in one.parameters.values()
        if parameter.kind == "ratio" and parameter.prior.kind == "log_normal"
    ]


def _at_width(
    mechanisms: Mapping[str, MechanismResult], candidates: Sequence[Candidate], scale: float
) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Return the candidates under another width, and those whose draws do not tell.

    Both estimates of a log evidence change by the same, so what they disagree by stays. Where no
    constant differs nothing changes.
    """
    changed, cut_off = [], []
    for one in candidates:
        known = mechanisms[one.name].prior_changes
        if scale == 1 or not any(width_name(width) in known for width in WIDTHS):
            changed.append(one)
            continue
        evidence = known[width_name(scale)]
        if evidence is None:
            cut_off.append(one.name)
            continue
        second = one.independent_estimate
        change = evidence.value - one.evidence.value
        first = replace(one.evidence, value=evidence.value, error=evidence.error)
        second = replace(second, value=second.value + change)
        changed.append(replace(one, evidence=first, independent_estimate=second))
    return tuple(changed), tuple(cut_off)


def differences(study: Study, evidences: Mapping[str, LogEvidence]) -> tuple[DifferenceResult, ...]:
    """Say of each constant that differs under some hypothesis whether it does.

    Args:
        study: which says what differs under each hypothesis.
        evidences: log evidence of each.

    Returns:
        One for each constant that some hypotheses take for different and others for common in
        the same groups. Hypotheses of one kind count alike.
    """
    hypotheses = {name: study.hypothesis(name) for name in evidences}
    constants = dict.fromkeys(
        (one.constant, one.groups) for h in hypotheses.values() for one in h.differing
    )
    found = []
    for constant, groups in constants:
        differing = tuple(
            name
            for name, one in hypotheses.items()
            if any((d.constant, d.groups) == (constant, groups) for d in one.differing)
        )
        common = tuple(
            name for name, one in hypotheses.items() if _shares(study, one, constant, groups)
        )
        if common:
            first, second = (_mean([evidences[n] for n in names]) for names in (differing, common))
            factor = Estimate(
                first.value - second.value, float(np.hypot(first.error, second.error))
            )
            found.append(DifferenceResult(constant, groups, differing, common, factor))
    return tuple(found)


def _shares(study: Study, one: Hypothesis, constant: str, groups: tuple[str, ...]) -> bool:
    """Say whether a constant is there in all these groups and the same, under a hypothesis."""
    having = {
        group
        for group, mechanism in zip(one.groups, one.mechanisms, strict=True)
        if constant in _constants(study, mechanism)
        and one.differing_of(constant, group) is None
        and one.fixed_in(constant, group) is None
    }
    return having.issuperset(groups)


def _constants(study: Study, mechanism: str) -> tuple[str, ...]:
    names = study.system.network(mechanism).rate_constant_names
    return involved(study.system.constants, names)


def _mean(evidences: Sequence[LogEvidence]) -> Estimate:
    """Return the log of the mean of evidences, with its standard error."""
    values = np.array([one.value for one in evidences])
    total = float(logsumexp(values))
    shares = np.exp(values - total)
    error = float(np.hypot.reduce(shares * np.array([one.error for one in evidences])))
    return Estimate(total - float(np.log(len(values))), error)
