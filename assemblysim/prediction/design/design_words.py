"""Between which of the mechanisms in play an experiment would decide, in words."""

from __future__ import annotations

from assemblysim.language import listed
from assemblysim.prediction.design.design import Gain
from assemblysim.result.design import PairDecided
from assemblysim.result.numbers import Estimate

# From these probabilities on an experiment would decide, or might.
WOULD, MIGHT = 0.5, 0.1


def gain_words(what: str, gain: Gain) -> str:
    """Say in words between which mechanisms an experiment would decide, and between which not.

    Args:
        what: the experiment.
        gain: what it is expected to tell.
    """
    if not gain.pairs:
        return f"{what}: there is nothing to decide, {gain.pair[0]} is alone."
    if len(gain.pairs) == 1:
        return f"{what} {_alone(gain.pairs[0])}."
    ranked = sorted(gain.pairs, key=lambda pair: -pair.decided.value)
    if ranked[0].decided.value < MIGHT:
        names = dict.fromkeys(name for pair in gain.pairs for name in pair.between)
        return (
            f"{what} would decide between no two of {listed(list(names))} (probability "
            f"{probability_words(ranked[0].decided)} at best, {_against(ranked[0])})."
        )
    kinds = {
        "would decide": [p for p in ranked if p.decided.value >= WOULD],
        "might decide": [p for p in ranked if MIGHT <= p.decided.value < WOULD],
        "would not decide": [p for p in ranked if p.decided.value < MIGHT],
    }
    parts = [
        f"{verb} {listed([_with_probability(pair) for pair in pairs])}"
        for verb, pairs in kinds.items()
        if pairs
    ]
    return f"{what} {'; it '.join(parts)}."


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
