"""Whether any of the mechanisms compared is believed: checks of the best, rivals with a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.special import logsumexp, softmax

from assemblysim.inference.evidence.comparison import FAULTY, STRONG
from assemblysim.inference.evidence.faults import LOOKED_AT, averaged_factors
from assemblysim.result.evidence import ComparisonResult, FaultResult, LackOfFit
from assemblysim.result.mechanism import MechanismResult
from assemblysim.study.doubts.wild_spectra import NAMED

# Prior widths above its median, and an amount, from which on a relative error is too large to be
# one: with the default prior, 20 % known to a factor of 2.5, that is 125 %.
FAR, CHAOS = 2.0, 1.0
# Faults this many nats behind the best one are possible reasons too.
AS_GOOD = 3.0
# Spectra that may be left out as wrong: this fraction of all, or two; of few at most a quarter.
FEW_OF_ALL, FEW_SPECTRA, OF_FEW = 0.15, 2, 0.25


def looked_at(log_evidences: Mapping[str, float]) -> tuple[str, ...]:
    """Return the mechanisms for which faults are fitted: those not far behind the best."""
    best = max(log_evidences.values())
    return tuple(name for name, value in log_evidences.items() if value > best - LOOKED_AT)


def with_lack_of_fit(
    comparison: ComparisonResult,
    mechanisms: Mapping[str, MechanismResult],
    factors: Mapping[str, Mapping[str, float]],
) -> ComparisonResult:
    """Return a comparison that says whether its best mechanism is believed.

    Args:
        comparison: of all mechanisms.
        mechanisms: what was found for each.
        factors: ln Bayes factors of the faults, for the mechanisms that were looked at.
    """
    log_evidences = {name: one.log_evidence[0].value for name, one in mechanisms.items()}
    faults = fault_results(log_evidences, factors)
    leader = mechanisms[next(iter(comparison.probabilities))]
    checks = leader.predictive_checks
    failed = () if checks is None or checks.passed is not False else checks.failed
    strong = tuple(
        one
        for one in faults
        if one.log_bayes_factor > max(STRONG, faults[0].log_bayes_factor - AS_GOOD)
    )
    spectra = len(leader.wild_spectra)
    wild = sum(one.probability > NAMED for one in leader.wild_spectra)
    spared = max(FEW_OF_ALL * spectra, min(FEW_SPECTRA, OF_FEW * spectra))
    too_many = wild if wild > spared else 0
    scatter = _too_large(leader)
    doubted = failed or strong or too_many or scatter
    lack_of_fit = LackOfFit(failed, strong, too_many, spectra, scatter) if doubted else None
    return replace(
        comparison,
        verdict=replace(comparison.verdict, lack_of_fit=lack_of_fit),
        faults=faults,
        averaged=averaged_probabilities(log_evidences, factors),
    )


def _too_large(mechanism: MechanismResult) -> float:
    """Return the largest relative error that swallows what a mechanism misses; 0 where none does.

    One that is known to a factor beforehand, has to be `FAR` of these above, and exceeds `CHAOS`,
    says that the mechanism leaves to chance what the intensities do.
    """
    relative = [
        one.median
        for name, one in mechanism.parameters.items()
        if one.kind == "noise" and not one.unit and not name.startswith("noise_factor")
        if one.prior_widths > FAR and one.median > CHAOS
    ]
    return max(relative, default=0.0)


def fault_results(
    log_evidences: Mapping[str, float], factors: Mapping[str, Mapping[str, float]]
) -> tuple[FaultResult, ...]:
    """Return what the comparison would be with each fault, the most probable first."""
    found = []
    for name, factor in averaged_factors(log_evidences, factors).items():
        known = [m for m, each in factors.items() if name in each]
        chances = softmax(np.array([log_evidences[m] + factors[m][name] for m in known]))
        best = int(np.argmax(chances))
        found.append(FaultResult(name, factor, known[best], float(chances[best])))
    return tuple(sorted(found, key=lambda one: -one.log_bayes_factor))


def averaged_probabilities(
    log_evidences: Mapping[str, float], factors: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return the probabilities of mechanisms, the data being faulty with `FAULTY`.

    A mechanism for which no fault was fitted counts as if none helped it.
    """
    names = list(dict.fromkeys(name for each in factors.values() for name in each))
    if not names:
        return {}
    values = [
        value
        + logsumexp(
            [
                np.log1p(-FAULTY),
                *(np.log(FAULTY / len(names)) + factors.get(m, {}).get(f, 0.0) for f in names),
            ]
        )
        for m, value in log_evidences.items()
    ]
    chances = softmax(np.array(values)).tolist()
    by_name = dict(zip(log_evidences, chances, strict=True))
    return dict(sorted(by_name.items(), key=lambda item: -item[1]))
