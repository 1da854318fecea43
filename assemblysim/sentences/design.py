"""Which spectrum to take next, in sentences: what was asked, and what each would tell."""

from __future__ import annotations

from assemblysim.language import counted, listed, number_words, time_label
from assemblysim.result.design import (
    VERY_STRONG,
    DesignCandidate,
    DesignResult,
    PairDecided,
    PairTold,
    ProposedExperiment,
    SpectraAsked,
    SpectrumPlan,
)
from assemblysim.result.numbers import Estimate
from assemblysim.sentences.conditions import FACTORS, start_words

# From these probabilities on an experiment would decide, or might.
WOULD, MIGHT = 0.5, 0.1
# Share of outcomes that rest on few draws above which a figure is not to be relied on.
TOO_FEW = 0.2
# Part of what an outcome may count above which a mean of outcomes is told as a least one.
NEARLY_ALL = 0.9
# Nats about the readings of the words below which nothing is open: one has 0.98 or more.
SETTLED = 0.1
NOTHING_TOLD = "None of these spectra alone would tell anything about the mechanism."
UNRESOLVED = (
    "How much these spectra would tell about all mechanisms together is not known: it is more than "
    "the posterior draws resolve. What they would decide between two is better known."
)
# Experiments that are proposed in words, of those that were ranked.
BEST = 3
# Fraction of a number's variance below which a spectrum hardly makes it narrower.
NARROWED = 0.05
# Pairs of mechanisms that a sentence names, of those that a spectrum would decide between.
NAMED = 3


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


def narrowing_words(one: DesignCandidate, narrow: str, known: str) -> str:
    """Say which spectrum would make a number narrower, or that none would, in one line.

    Args:
        one: the best candidate.
        narrow: the number.
        known: its 95 % interval, in words.
    """
    least = f"{narrow}, which is known least ({known})"
    gain = one.narrowing
    if gain is None or gain.value < max(NARROWED, 2 * gain.error):
        return (
            f"no single spectrum that was looked at would tell much more of {least}: "
            "repeat the whole course at other concentrations"
        )
    return (
        f"{candidate_words(one)} would tell most of {least}: it takes "
        f"{100 * gain.value:.0f} ± {max(1.0, 100 * gain.error):.0f} % off its variance"
    )


def design_words(found: DesignResult) -> list[str]:
    """Say the best spectrum, of every other kind the best, the best together, then experiments."""
    best_of_kind: dict[str, DesignCandidate] = {}
    for one in found.candidates:
        best_of_kind.setdefault(one.plan.kind, one)
    narrow = found.asked.narrow
    lines = [told_words(one, narrow) for one in best_of_kind.values()]
    best = found.candidates[0]
    told = best.information_nats
    if best.narrowing is None and told.value < 2 * told.error:
        rough = best.few_draws > TOO_FEW
        lines.insert(0, UNRESOLVED if rough else NOTHING_TOLD)
    lines += [told_words(found.together, narrow)] if found.together is not None else []
    return [*lines, *(told_by_words(one) for one in found.experiments[:BEST]), *_settling(found)]


def proposal_words(one: ProposedExperiment) -> str:
    """Say what an experiment would be: what is varied, and when samples are taken."""
    at, first = time_label(one.spectra[0].times_h[0]), one.spectra[0]
    if one.kind == "early sample":
        again = first.kind == "replicate"
        return f"the sample at {at} once more" if again else f"one more early sample, at {at}"
    if one.kind == "dilution series":
        parts = [_part_words(plan) for plan in one.spectra]
        return f"a dilution series, everything at {listed(parts)}, each sampled at {at}"
    if one.kind == "crossover":
        (mixed,) = first.start.changes
        return (
            f"a crossover, {mixed.species} and the same with another form of {first.labelled} made "
            f"apart and mixed when nothing else is left, {mixed.value:.3g} {first.start.unit} of "
            f"each, sampled at {at}"
        )
    values = [number_words(c.value) for plan in one.spectra for c in plan.start.changes]
    what = "ratios" if one.kind == "ratio series" else "a co-reactant"
    return (
        f"a series of {what}, {one.varied} at {listed(values)} {first.start.unit} and all else "
        f"as it was, each sampled at {at}"
    )


def brief_proposal(one: ProposedExperiment) -> str:
    """Say what an experiment would be in one line; how a crossover is mixed is told elsewhere."""
    if one.kind != "crossover":
        return proposal_words(one)
    at, first = time_label(one.spectra[0].times_h[0]), one.spectra[0]
    (mixed,) = first.start.changes
    return (
        f"a crossover of {mixed.species} with {mixed.species} of another form of "
        f"{first.labelled}, {mixed.value:.3g} {first.start.unit} of each, sampled at {at}"
    )


def _part_words(plan: SpectrumPlan) -> str:
    """Say to which part everything is diluted, such as "a quarter"."""
    known = [c for c in plan.start.changes if c.before]
    part = known[0].value / known[0].before if known and known[0].before else 1.0
    return next(
        (word.removesuffix(" of") for f, word in FACTORS.items() if abs(part - f) < 1e-9),
        f"{part:.3g} times",
    )


def told_by_words(one: ProposedExperiment) -> str:
    """Say what an experiment is expected to tell, and how many spectra it needs to decide."""
    told = one.told
    text = (
        f"{proposal_words(one)}: {one.compared} spectra are expected to tell {_between(told)} "
        f"with a ln Bayes factor of {factor_words(told.log_bayes_factor)}"
    )
    if _two_pairs(one):
        two = f"{one.gain.pair[0]} from {one.gain.pair[1]}, the two most probable,"
        text += f", and {two} with one of {factor_words(one.gain.log_bayes_factor)}"
    return f"{text}; {needed_words(one)}."


def is_rough(one: ProposedExperiment) -> bool:
    """Tell whether an experiment would tell more than the posterior draws resolve."""
    return one.gain.few_draws > TOO_FEW


def factor_words(estimate: Estimate) -> str:
    """Write an expected ln Bayes factor, of which each outcome counts up to `VERY_STRONG`."""
    if estimate.value > NEARLY_ALL * VERY_STRONG:
        return f"at least {NEARLY_ALL * VERY_STRONG:.1f}"
    return estimate_words(estimate)


def needed_words(one: ProposedExperiment) -> str:
    """Say how many spectra decide between the two that an experiment tells apart best."""
    if one.needed is not None:
        spectra = counted(one.needed, "spectrum", "spectra")
        of_which = " between the first two" if _two_pairs(one) else ""
        return f"{spectra} would be expected to decide{of_which} (20 to 1)"
    most = one.by_spectra[-1][0]
    if most <= one.compared:
        return "taking more of them would not be worth while"
    return f"{most} spectra would not decide (20 to 1)"


def estimate_words(estimate: Estimate) -> str:
    """Write a number of nats with its Monte-Carlo error."""
    return f"{_two_decimals(estimate.value)} ± {max(estimate.error, 0.005):.2f}"


def _two_decimals(value: float) -> str:
    """Write a number without a sign before nothing."""
    return f"{round(value, 2) + 0.0:.2f}"


def _two_pairs(one: ProposedExperiment) -> bool:
    return one.gain.pair != one.told.between and len(one.gain.pair) > 1


def _between(told: PairTold) -> str:
    return f"{told.between[0]} from {told.between[1]}"


def _settling(found: DesignResult) -> list[str]:
    """Say which experiment tells most about how the words are to be read."""
    every = [(one, one.interpretations) for one in found.experiments]
    known = [(one, about) for one, about in every if about is not None]
    if not known:
        return []
    best, about = max(known, key=lambda pair: pair[1].information_nats.value)
    told = about.information_nats
    if about.open_nats < SETTLED:
        return []
    if told.value < 2 * told.error:
        return ["None of these experiments would tell how the words are to be read."]
    return [
        f"{proposal_words(best)}: {best.compared} spectra are expected to tell "
        f"{estimate_words(told)} of the {about.open_nats:.2f} nats that are open about how the "
        "words are to be read, more than the others."
    ]


def design_cautions(found: DesignResult) -> list[str]:
    """Say what the figures rest on."""
    scatter = "new spectra scatter as the old ones"
    if found.assumed is not None:
        scatter = (
            f"intensities of new spectra scatter by about {100 * found.assumed.scatter:.0f} %, as "
            f"much as the words leave open, and nothing below {100 * found.assumed.limit:.2g} % "
            "is seen"
        )
    lines = [
        f"Each figure assumes that one of the mechanisms in play is the true one and {scatter}."
    ]
    if found.experiments:
        lines.append(
            "Of a Bayes factor each imagined outcome counts up to 150 to 1. Experiments are "
            f"compared with {found.experiments[0].compared} spectra each."
        )
    if any(one.kind == "crossover" for one in found.experiments):
        lines.append(
            "In a crossover both forms of a block count as alike in all that they do, the motif as "
            "made pure, and all its forms as equally visible; the temperature is that at which "
            "the experiment ended."
        )
    rough = [one for one in found.experiments if is_rough(one)]
    if rough:
        lines.append(
            f"{len(rough)} of {len(found.experiments)} experiments would tell more than the "
            "posterior draws resolve; take their figures as rough."
        )
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
    return [f"{verb} {_some(pairs, len(ranked))}" for verb, pairs in kinds.items() if pairs]


def _some(pairs: list[PairDecided], of: int) -> str:
    """Name pairs with their probabilities, of many the most probable, and say how many they are."""
    named = listed([_with_probability(pair) for pair in pairs[:NAMED]])
    if len(pairs) <= NAMED:
        return named
    return f"{len(pairs)} of {of} pairs, above all {named}"


def probability_words(estimate: Estimate) -> str:
    """Write an estimated probability with its Monte-Carlo error."""
    return f"{_two_decimals(estimate.value)} ± {max(estimate.error, 0.005):.2f}"


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
