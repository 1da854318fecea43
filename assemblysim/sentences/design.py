"""Which spectrum to take next, in sentences: what was asked, and what each would tell."""

from __future__ import annotations

from assemblysim.language import listed, time_label
from assemblysim.result.design import (
    DesignCandidate,
    DesignResult,
    PairDecided,
    SpectraAsked,
    SpectrumPlan,
)
from assemblysim.result.numbers import Estimate
from assemblysim.sentences.conditions import start_words

# From these probabilities on an experiment would decide, or might.
WOULD, MIGHT = 0.5, 0.1
# Share of outcomes that rest on few draws above which a figure is not to be relied on.
TOO_FEW = 0.2


def asked_words(asked: SpectraAsked) -> str:
    """Say which spectra came into question, and what they were ranked by."""
    what = "Replicates" if asked.replicates_only else "Possible next spectra"
    if asked.times_h:
        what += f" at {listed([time_label(t) for t in asked.times_h])}"
    changed = start_words(asked.start)
    if changed:
        what += f" {changed}"
    return f"{what}, for {asked.narrow}" if asked.narrow else what


def plan_words(plan: SpectrumPlan) -> str:
    """Say what one spectrum would be."""
    at = time_label(plan.times_h[0])
    if plan.kind == "replicate":
        return f"one more replicate at {at}"
    changed = start_words(plan.start)
    return f"a spectrum at {at} {changed}" if changed else f"a spectrum at {at}"


def candidate_words(one: DesignCandidate) -> str:
    """Say what would be done, a spectrum or several together."""
    if one.plan.kind != "together":
        return plan_words(one.plan)
    return f"{listed([plan_words(plan) for plan in one.spectra])} together"


def design_words(found: DesignResult) -> list[str]:
    """Say the best first, then the best of every other kind, then the best few together."""
    best_of_kind: dict[str, DesignCandidate] = {}
    for one in found.candidates:
        best_of_kind.setdefault(one.plan.kind, one)
    narrow = found.asked.narrow
    lines = [told_words(one, narrow) for one in best_of_kind.values()]
    best = found.candidates[0]
    told = best.information_nats
    if best.narrowing is None and told.value < 2 * told.error:
        lines.insert(0, "None of these spectra alone would tell anything about the mechanism.")
    return lines + ([told_words(found.together, narrow)] if found.together is not None else [])


def design_cautions(found: DesignResult) -> list[str]:
    """Say what the figures rest on."""
    lines = [
        "Each figure assumes that one of the mechanisms in play is the true one and that new "
        "spectra scatter as the old ones."
    ]
    weak = [one for one in found.candidates if one.few_draws > TOO_FEW]
    if weak:
        lines.append(
            f"{len(weak)} of {len(found.candidates)} figures rest on few posterior draws, since "
            f"the spectrum would tell more than the draws resolve ({candidate_words(weak[0])}); "
            "take them as rough."
        )
    if found.relative_limit:
        lines.append("The detection limit of a new spectrum is taken relative to itself.")
    return lines


def told_words(one: DesignCandidate, narrow: str | None = None) -> str:
    """Say what a candidate would tell: between which mechanisms it would decide, or narrow what.

    Args:
        one: the candidate.
        narrow: the quantity that should become narrower; None for the mechanism alone.
    """
    what = candidate_words(one)
    if one.narrowing is not None:
        fraction = one.narrowing
        return (
            f"{what} would take {100 * fraction.value:.0f} "
            f"± {max(1.0, 100 * fraction.error):.0f} % off the variance of {narrow}."
        )
    if not one.pairs:
        return f"{what}: there is nothing to decide, {one.pair[0]} is alone."
    if len(one.pairs) == 1:
        return f"{what} {_alone(one.pairs[0])}."
    ranked = sorted(one.pairs, key=lambda pair: -pair.decided.value)
    if ranked[0].decided.value < MIGHT:
        names = dict.fromkeys(name for pair in one.pairs for name in pair.between)
        return (
            f"{what} would decide between no two of {listed(list(names))} (probability "
            f"{probability_words(ranked[0].decided)} at best, {_against(ranked[0])})."
        )
    return f"{what} {'; it '.join(_by_chance(ranked))}."


def _by_chance(ranked: list[PairDecided]) -> list[str]:
    kinds = {
        "would decide": [p for p in ranked if p.decided.value >= WOULD],
        "might decide": [p for p in ranked if MIGHT <= p.decided.value < WOULD],
        "would not decide": [p for p in ranked if p.decided.value < MIGHT],
    }
    return [
        f"{verb} {listed([_with_probability(pair) for pair in pairs])}"
        for verb, pairs in kinds.items()
        if pairs
    ]


def probability_words(estimate: Estimate) -> str:
    """Write an estimated probability with its Monte-Carlo error."""
    return f"{estimate.value:.2f} ± {max(estimate.error, 0.005):.2f}"


def _against(pair: PairDecided) -> str:
    return f"{pair.between[0]} against {pair.between[1]}"


def _with_probability(pair: PairDecided) -> str:
    return f"{_against(pair)} (probability {probability_words(pair.decided)})"


def _alone(pair: PairDecided) -> str:
    chance = pair.decided
    if chance.value >= WOULD:
        return f"would decide {_against(pair)} with probability {probability_words(chance)}"
    if chance.value >= MIGHT:
        return f"might decide {_against(pair)}, with probability {probability_words(chance)}"
    return f"would not decide {_against(pair)} (probability {probability_words(chance)})"
