"""Where criteria or estimates disagree, and what a study fixed, so that nothing stays hidden."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assemblysim.inference.evidence.comparison import FAULTY, POSITIVE
from assemblysim.language import capital, listed
from assemblysim.result.evidence import ComparisonResult, Verdict
from assemblysim.result.mechanism import MechanismResult, ModeResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.checks import FAULT_WORDS
from assemblysim.sentences.modes import mode_words
from assemblysim.sentences.verdict import edge_words

# A second mode is told of from this fraction of the posterior on.
NOTABLE_WEIGHT = 0.01


def cautions(result: StudyResult) -> list[str]:
    """Say all that qualifies the comparison."""
    comparison = result.comparison
    found = [
        *unbelieved_words(comparison),
        *_leaning(comparison.verdict),
        *_about_mechanisms(result),
    ]
    if all(not one.measurements for one in result.mechanisms.values()):
        return [*found, WORDS_ONLY]
    return [*found, *_about_what_is_fixed(result.measurement.fixed)]


def unbelieved_words(comparison: ComparisonResult) -> list[str]:
    """Say what follows where none of the mechanisms describes the data."""
    if comparison.verdict.lack_of_fit is None:
        return []
    return [
        "None of the mechanisms describes the data, so lifetimes, routes, windows and next "
        "experiments are what a mechanism says that is not believed: take none of them as found."
    ]


def _leaning(verdict: Verdict) -> list[str]:
    """Say which edges of default priors are leant on where the verdict's sentence says another."""
    return [] if verdict.lack_of_fit is None else [capital(one) for one in edge_words(verdict)]


WORDS_ONLY = (
    "The data are statements in words only. A statement that a mechanism contradicts costs it one "
    "reporting error, a few nats at most, so that words can disfavour a mechanism but hardly "
    "exclude one."
)


def of_the_machinery(result: StudyResult) -> list[str]:
    """Return those cautions that are about how figures were computed, not about the chemistry."""
    every, best = result.mechanisms, next(iter(result.comparison.probabilities))
    return [
        *(
            sentence
            for name, one in every.items()
            if name == best or name in result.comparison.left_open
            for sentence in _several_modes(name, one.modes)
        ),
        *(_made_anew(name, one) for name, one in every.items() if one.first_estimate is not None),
        *_criterion("AICc", {n: one.aicc for n, one in every.items()}, best),
        *_criterion("BIC", {n: one.bic for n, one in every.items()}, best),
        *_leave_one_out(every, best),
    ]


def _about_mechanisms(result: StudyResult) -> list[str]:
    return [*_inputs_in_doubt(result.comparison), *of_the_machinery(result)]


def several_ways(result: StudyResult) -> list[str]:
    """Say in one sentence which of the mechanisms in the lead explain the data in several ways."""
    best, comparison = next(iter(result.comparison.probabilities)), result.comparison
    names = [
        f"'{name}'"
        for name, one in result.mechanisms.items()
        if (name == best or name in comparison.left_open)
        and any(mode.weight >= NOTABLE_WEIGHT for mode in one.modes[1:])
    ]
    if not names:
        return []
    which = listed(names) if len(names) <= 2 else f"{len(names)} of the mechanisms"
    verb = "explains" if len(names) == 1 else "explain"
    return [
        f"{which} {verb} the data in more than one way, with other constants each; the appendix "
        "tells which."
    ]


def _inputs_in_doubt(comparison: ComparisonResult) -> list[str]:
    """Say which fault would make the data more probable, where that takes no verdict away."""
    doubted = [one for one in comparison.faults if one.log_bayes_factor > POSITIVE]
    if comparison.verdict.lack_of_fit is not None or not doubted:
        return []
    told = listed(
        f"{FAULT_WORDS[one.name][0]} (ln Bayes factor {one.log_bayes_factor:.1f})"
        for one in doubted
    )
    leader, chance = next(iter(comparison.averaged.items()))
    return [
        f"The data would be somewhat more probable if {told}. Averaged over such faults, which "
        f"together have a probability of {FAULTY:g} before the data, {leader} is the most probable "
        f"with {100 * chance:.0f} %."
    ]


def _several_modes(name: str, modes: tuple[ModeResult, ...]) -> list[str]:
    """Say where a mechanism explains the data in more than one way."""
    return [
        f"{name} explains the data in another way too, with {_fraction(mode.weight)} of its "
        f"probability: {mode_words(mode)}."
        for mode in modes[1:]
        if mode.weight >= NOTABLE_WEIGHT
    ]


def _fraction(weight: float) -> str:
    return f"{100 * weight:.0f} %" if weight >= 0.01 else "less than 1 %"


def _made_anew(name: str, one: MechanismResult) -> str:
    first = one.first_estimate
    before = "" if first is None else f" ({first.value:.2f} ± {first.error:.2f} before)"
    return (
        f"The two estimates of the log evidence of {name} lay more than two combined errors apart "
        f"at first; the one by {one.log_evidence[1].method} was made anew with more effort{before}."
    )


def _criterion(label: str, values: Mapping[str, float | None], best: str) -> list[str]:
    known = {n: v for n, v in values.items() if v is not None and np.isfinite(v)}
    if best not in known:
        return []
    least = min(known, key=lambda n: known[n])
    gap = known[best] - known[least]
    if least == best or gap <= 2 * np.log(3):
        return []
    return [f"{label} prefers {least} to {best}, by {gap:.1f}."]


def _leave_one_out(every: Mapping[str, MechanismResult], best: str) -> list[str]:
    """Compare predictive accuracy with evidence, and say where its figure is not usable."""
    found, loo = [], {name: one.elpd_loo for name, one in every.items()}
    leader = max(loo, key=lambda n: loo[n].value)
    gap = loo[leader].value - loo[best].value
    if leader != best and gap > loo[best].error:
        found.append(
            f"Leave-one-out prediction prefers {leader} to {best}, by {gap:.1f} in log density."
        )
    bad = [name for name, one in loo.items() if one.bad_k > one.recomputed]
    if bad:
        found.append(
            f"The leave-one-out figure of {listed(bad)} rests on observations with Pareto k-hat "
            "above 0.7 and should not be relied on."
        )
    return found


def _about_what_is_fixed(fixed: Mapping[str, float]) -> list[str]:
    """Point out what a study with measurements fixes instead of leaving it to the data."""
    found = []
    if fixed.get("background", 0.0) > 0:
        found.append(
            "The background is fixed. A known background is a hidden internal standard: it "
            "fixes absolute amounts that the spectra alone do not; leave it unknown unless it was "
            "measured."
        )
    noises = [name for name in fixed if name.startswith(("noise", "sampling_error"))]
    if noises:
        found.append(
            f"Fixed, not inferred: {listed(noises)}. If the true scatter is twice as large, the "
            "intervals are too narrow and the verdict too sure."
        )
    return found
