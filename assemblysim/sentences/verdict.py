"""The verdict on the mechanisms, and how it depends on priors, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from assemblysim.inference.evidence.comparison import POSITIVE, evidence_words
from assemblysim.inference.evidence.prior_changes import CHANGES, RESPONSE_SCALES
from assemblysim.language import capital, counted, listed, number_words, quoted
from assemblysim.result.evidence import (
    DifferenceResult,
    Disagreement,
    PriorSensitivity,
    Verdict,
)
from assemblysim.result.mechanism import MechanismResult
from assemblysim.sentences.checks import lack_of_fit_sentences, without_words

# Ends what is said of changed priors.
LOGARITHMIC = " (in the logarithm where flat there)"
# More edges of priors than these are counted in a sentence, not named.
_MOST_EDGES: Final = 2
NO_TITLES: Final[Mapping[str, str]] = MappingProxyType({})


def verdict_words(verdict: Verdict, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Say what the comparison comes to, in one or more sentences.

    Args:
        verdict: by the mechanisms' names.
        titles: what people read in place of a name, for each mechanism that has a title.
    """
    return " ".join(filter(None, verdict_parts(verdict, titles)))


def verdict_parts(verdict: Verdict, titles: Mapping[str, str] = NO_TITLES) -> tuple[str, str]:
    """Return the sentence that says what the comparison comes to, and what qualifies it."""
    verdict = _titled(verdict, titles)
    (first, *rest), left_out = _plain_words(verdict), verdict.left_out
    if left_out is None:
        return first, " ".join(rest)
    if not _decides(verdict):
        told = without_words(left_out, " ".join([first, *rest]), decides=False)
    else:
        told = without_words(left_out, " ".join([first, *rest]), decides=True)
        first = without_words(replace(left_out, exchanged=()), first, decides=True)
    if left_out.leader is not None and left_out.leader not in verdict.mechanisms:
        told += (
            f" With every spectrum counted, {left_out.leader} would be the most probable "
            f"({100 * left_out.probability:.0f} %)."
        )
    return first, told.removeprefix(first).strip()


def _decides(verdict: Verdict) -> bool:
    """Say whether a verdict that does without some spectra is one."""
    single = verdict.kind == "single" and verdict.lack_of_fit is not None
    return single or verdict.kind in ("favoured", "undecided")


def _plain_words(verdict: Verdict) -> list[str]:
    """Say what the comparison comes to of all spectra that it counts, in sentences."""
    names = listed(verdict.mechanisms)
    if verdict.kind == "draws failed":
        return [f"No verdict: the draws of {names} did not pass their checks."]
    if verdict.kind == "estimates disagree":
        first, *rest = map(_disagreement, verdict.disagreements)
        return [f"No verdict: {first}", *rest]
    if verdict.lack_of_fit is not None:
        return lack_of_fit_sentences(verdict.lack_of_fit, verdict.mechanisms)
    edges = edge_words(verdict)
    if verdict.kind == "single":
        return [
            f"Only one mechanism, {names}, was fitted: nothing to compare.",
            *map(capital, edges),
        ]
    if verdict.kind == "favoured" and edges:
        favoured = f"With the priors as they are, the{_favoured(verdict).removeprefix('The')}"
        return [f"No mechanism can be favoured yet: {edges[0]}", favoured]
    if verdict.kind == "favoured":
        return [_favoured(verdict)]
    found = [f"These data cannot tell {names} apart.", *map(capital, edges)]
    if verdict.simplest is not None:
        found.append(
            f"The simplest of them, {verdict.simplest} with {verdict.simplest_unknowns} unknowns, "
            "suffices."
        )
    if verdict.against:
        return [*found, f"There is at least strong evidence against {listed(verdict.against)}."]
    return [*found, "None of the mechanisms is ruled out."]


def _titled(verdict: Verdict, titles: Mapping[str, str]) -> Verdict:
    """Put titles in the place of names; in quotation marks, since they are phrases."""

    def shown(name: str) -> str:
        return quoted(titles[name]) if name in titles else name

    simplest, left_out = verdict.simplest, verdict.left_out
    return replace(
        verdict,
        mechanisms=tuple(map(shown, verdict.mechanisms)),
        against=tuple(map(shown, verdict.against)),
        simplest=None if simplest is None else shown(simplest),
        edges=None
        if verdict.edges is None
        else tuple(replace(one, mechanism=shown(one.mechanism)) for one in verdict.edges),
        disagreements=tuple(
            replace(one, mechanism=shown(one.mechanism)) for one in verdict.disagreements
        ),
        lack_of_fit=None
        if verdict.lack_of_fit is None
        else replace(
            verdict.lack_of_fit,
            faults=tuple(replace(f, leader=shown(f.leader)) for f in verdict.lack_of_fit.faults),
        ),
        left_out=None
        if left_out is None
        else replace(
            left_out,
            under=tuple(map(shown, left_out.under)),
            leader=None if left_out.leader is None else shown(left_out.leader),
        ),
    )


def edge_words(verdict: Verdict) -> list[str]:
    """Say in a sentence which edges of default priors a verdict leans on; nothing where on none."""
    edges = sorted(verdict.edges or (), key=lambda one: -one.rise)
    if not edges:
        return []
    told = [
        f"that of {one.mechanism} at the {'upper' if one.upper else 'lower'} edge of the default "
        f"prior of {one.name} ({number_words(float(f'{one.bound:.3g}'))} {one.unit}), where it "
        f"becomes {_times(one.rise)} times as large in the last decade"
        for one in edges[:_MOST_EDGES]
    ]
    if more := len(edges) - len(told):
        told.append(f"others at {counted(more, 'further edge')}")
    return [
        f"the likelihood still rises, {listed(told)}; state wider priors under [priors] and fit "
        "again before this is believed."
    ]


def _times(rise: float) -> str:
    """Write by which factor a likelihood rises, in nats."""
    return f"{math.exp(rise):.2g}" if rise < math.log(99) else "over 100"


def _favoured(verdict: Verdict) -> str:
    text = (
        f"The data favour {verdict.mechanisms[0]} over every other mechanism: the evidence against "
        f"the next best, {verdict.against[0]}, is {verdict.strength}"
    )
    factor = verdict.log_bayes_factor
    if factor is None:
        return f"{text}."
    return f"{text} (ln Bayes factor {factor.value:.1f} ± {max(factor.error, 0.05):.1f})."


def _disagreement(one: Disagreement) -> str:
    first, second = one.first, one.second
    return (
        f"the two estimates of the log evidence of {one.mechanism} do not agree, "
        f"{first.value:.2f} ± {first.error:.2f} by {first.method} and "
        f"{second.value:.2f} ± {second.error:.2f} by {second.method}."
    )


def difference_words(one: DifferenceResult) -> str:
    """Say whether a constant differs between groups of experiments."""
    factor = one.log_bayes_factor
    strength, between = evidence_words(abs(factor.value)), f"between {listed(one.groups)}"
    error = f"± {max(factor.error, 0.05):.1f}"
    if abs(factor.value) < POSITIVE:
        value = round(factor.value, 1) + 0.0  # no zero below zero
        number = f"ln Bayes factor of a difference {value:.1f} {error}"
        return f"These data cannot tell whether {one.constant} differs {between} ({number})."
    number = f"ln Bayes factor {abs(factor.value):.1f} {error}"
    what = "differs" if factor.value > 0 else "is the same"
    joined = between if factor.value > 0 else f"in {listed(one.groups)}"
    return f"The evidence that {one.constant} {what} {joined} is {strength} ({number})."


def change_words(change: str, mechanisms: Mapping[str, MechanismResult]) -> str:
    """Say what is changed that was assumed: priors, or a course of temperature."""
    for one in CHANGES:
        if one.name == change:
            kinds = {p.kind for m in mechanisms.values() for p in m.parameters.values()}
            energies = " and their energies" if "energy" in kinds else ""
            return f"priors of the rate constants{energies} {one.words}{LOGARITHMIC}"
    if change in RESPONSE_SCALES:
        spreads = [one.spread for m in mechanisms.values() for one in m.responses] or [2.0]
        other = max(spreads) ** RESPONSE_SCALES[change]
        return f"responses spread by a factor of {other:.2g} in place of {max(spreads):.2g}"
    return f"temperature: {change}"


def sensitivity_words(one: PriorSensitivity, best: str) -> str:
    """Say which mechanism leads with something changed.

    Args:
        one: the change, and what follows.
        best: the mechanism that leads as it is.
    """
    if one.probabilities is None:
        return f"Cannot be judged: that cuts off the posterior of {listed(one.cut_off)}."
    leader, chance = max(one.probabilities.items(), key=lambda item: item[1])
    verb = "stays" if leader == best else "becomes"
    good = "" if one.error is None else f" (log evidences good to {one.error:.1f})"
    cut_off = f"; that cuts off {listed(one.cut_off)}" if one.cut_off else ""
    return f"{leader} {verb} the most probable, with {100 * chance:.0f} %{good}{cut_off}."
