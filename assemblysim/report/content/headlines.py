"""What a reader must know first: warnings, the verdict, the caveats that matter most."""

from __future__ import annotations

import math
import re

from assemblysim.language import capital, counted, listed
from assemblysim.report.content import words
from assemblysim.report.content.large import is_too_large
from assemblysim.report.content.stored import (
    alone_in_play,
    failed_checks,
    is_words_only,
    most_probable,
    names_in_play,
    ranked_names,
)
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import Banner
from assemblysim.result.checks import Check
from assemblysim.result.mechanism import StatementResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.cautions import WORDS_ONLY, cautions, of_the_machinery, several_ways
from assemblysim.sentences.checks import check_words
from assemblysim.sentences.readings import TELLING, deciding_words, where_words
from assemblysim.sentences.verdict import change_words, sensitivity_words

FAILED_INTEGRATIONS = "fraction of failed integrations"
# An experiment, a sentence's label, and the interpretation that reads it so.
StatementPlace = tuple[str, str, str]
# Mechanisms whose values are listed one by one, and that the main part of a report draws.
_MOST_LISTED, _MOST_DRAWN = 2, 4


def banners(result: StudyResult) -> list[Banner]:
    """Return what stands above everything else, the gravest first."""
    found = []
    failures = grouped_failures(result)
    if not result.converged:
        behind = f" {capital('; '.join(failures))}." if failures else ""
        text = f"The numbers below must not be used as results.{behind} {_remedy(result)}"
        found.append(Banner("NOT CONVERGED", text, "bad"))
    elif failures:
        text = f"{capital('; '.join(failures))}. {_remedy(result)}"
        found.append(Banner("A CHECK FAILED", text, "bad"))
    found += _misspecification(result)
    if result.synthetic:
        found.append(
            Banner(
                "SYNTHETIC DATA",
                "These data were simulated from a stated truth; nothing here was measured.",
                "note",
            )
        )
    if is_single(result):
        found.append(_alone(result))
    return found


def grouped_failures(result: StudyResult) -> list[str]:
    """Say for each check that failed which mechanisms failed it, with their values and the bound.

    As ``R-hat across ensembles must be at most 1.02: both has 1.31 and through_Dy5L2 has 1.08``, or
    ``all 7 mechanisms have 1.03 to 1.31``.
    """
    grouped: dict[str, dict[str, Check]] = {}
    for name in ranked_names(result):
        for check in result.mechanisms[name].checks:
            if not check.passed:
                grouped.setdefault(check.name, {})[name] = check
    count = len(result.mechanisms)
    return [
        f"{check}{_bound(next(iter(failed.values())))}: {_values(failed, count)}"
        for check, failed in grouped.items()
    ]


def _bound(check: Check) -> str:
    """Say what a failed check asks for; on which side follows from the value that failed."""
    if not is_number(check.value):
        return ""
    return f" must be at {'most' if check.value > check.bound else 'least'} {check.bound:g}"


def _values(failed: dict[str, Check], every: int) -> str:
    """List mechanisms, of `every` in the study, with their values; of many, lowest and highest."""
    known = {name: check.value for name, check in failed.items() if is_number(check.value)}
    without = [name for name in failed if name not in known]
    shown = [f"{name} has {value:.4g}" for name, value in known.items()]
    if len(known) > _MOST_LISTED:
        low, high = min(known.values()), max(known.values())
        shown = [f"{_named(list(known), every)} have {low:.4g} to {high:.4g}"]
    if without:
        have = "has" if len(without) == 1 else "have"
        shown.append(f"{_named(without, every)} {have} no figure")
    return listed(shown)


def _named(names: list[str], every: int) -> str:
    if len(names) <= _MOST_LISTED:
        return listed(names)
    return (
        f"all {every} mechanisms" if len(names) == every else f"{len(names)} of {every} mechanisms"
    )


def _remedy(result: StudyResult) -> str:
    """Say what to do about the checks that failed."""
    names = {check for checks in failed_checks(result).values() for check in checks}
    found = []
    if names - {FAILED_INTEGRATIONS}:
        found.append(
            f"Run the study again with --max-steps {2 * result.sampling.max_steps}; sampling goes "
            "on where it stopped. If that does not "
            "help, look for several modes of the posterior, and for unknowns without any limit."
        )
    if FAILED_INTEGRATIONS in names:
        found.append(
            "Where integrations fail, narrow the priors to rate constants that can be true, or "
            "leave out steps that are in equilibrium."
        )
    return " ".join(found)


def is_single(result: StudyResult) -> bool:
    """Say whether there is nothing to compare: one mechanism alone."""
    return len(result.mechanisms) == 1


def _alone(result: StudyResult) -> Banner:
    """Warn that one mechanism alone cannot win."""
    ((name, one),) = result.mechanisms.items()
    checks = one.predictive_checks
    said = "" if checks is None else check_words(checks, name)
    fit = f" What can be said is whether it is good enough: {said}" if said else ""
    text = (
        f"Only {name} was fitted, so there is nothing to compare: a probability of 1 would be no "
        f"evidence for it.{fit} Add rivals to the model to find out what the data exclude."
    )
    return Banner("ONE MECHANISM ONLY", text, "note")


def grouped_names(result: StudyResult) -> list[tuple[str, list[str]]]:
    """Put the mechanisms into groups with a heading each, the most probable first.

    Without a verdict, or where none is excluded, they are one group without a heading.
    """
    names = ranked_names(result)
    left_open = result.comparison.left_open
    out = [name for name in names if name not in left_open]
    if not left_open or not out:
        return [("", names)]
    kept = [name for name in names if name in left_open]
    first = "Left open by the data" if len(kept) > 1 else "Favoured by the data"
    return [(first, kept), ("Strong evidence against", out)]


def leading(result: StudyResult) -> list[str]:
    """Return the mechanisms that the main part draws: of those left open the first, or the best."""
    return list(result.comparison.left_open[:_MOST_DRAWN]) or ranked_names(result)[:1]


def caveats(result: StudyResult) -> list[str]:
    """Return every caveat, the most important first.

    Words-only data come first, since they limit what any verdict can mean; then priors under which
    another mechanism leads, what the comparison cautions about mechanisms in play, rate
    constants that stay open, and the study's own notes. What concerns mechanisms that are out of
    play anyway comes last.
    """
    found = words_caveats(result) if is_words_only(result) else []
    # The comparison's own sentence about words says the same with fewer numbers.
    every = [one for one in cautions(result) if not (found and one == WORDS_ONLY)]
    beside = [caution for caution in every if _is_beside(caution, result)]
    found += [*_other_leaders(result), *_large(result)]
    found += [caution for caution in every if caution not in beside]
    found += [*_open_constants(result, ranked_names(result)[0]), *result.notes, *beside]
    return list(dict.fromkeys(found))


def first_caveats(result: StudyResult) -> list[str]:
    """Return the caveats that a chemist can act on, the most important first."""
    machinery = of_the_machinery(result)
    return [*(one for one in caveats(result) if one not in machinery), *several_ways(result)]


def _is_beside(caution: str, result: StudyResult) -> bool:
    """Say whether a caution names mechanisms, and only such as cannot change the verdict."""
    named = {n for n in result.mechanisms if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", caution)}
    return bool(named) and not named & set(names_in_play(result))


def _other_leaders(result: StudyResult) -> list[str]:
    """Say under which other priors a mechanism would lead that the verdict does not leave open."""
    ranked, comparison = ranked_names(result), result.comparison
    left_open = {*comparison.left_open, ranked[0]}
    changes = comparison.prior_sensitivity
    leaders = {
        one.change: max(chances, key=chances.__getitem__)
        for one in changes
        if (chances := one.probabilities)
    }
    other = [one for one in changes if leaders.get(one.change, ranked[0]) not in left_open]
    if len(other) < 2:
        said = [
            f"With {change_words(one.change, result.mechanisms)}, "
            f"{sensitivity_words(one, ranked[0])}"
            for one in other
        ]
        return [f"The ranking depends on priors. {said[0]}"] if said else []
    names = dict.fromkeys(leaders[one.change] for one in other)
    each = [f"{sum(leaders[one.change] == name for one in other)} make {name}" for name in names]
    return [
        f"The ranking depends on priors: of {len(changes)} other assumptions that were tried, "
        f"{listed(each)} the most probable."
    ]


def _large(result: StudyResult) -> list[str]:
    """Say of a network too large to be drawn how little of it the data show."""
    mechanism = most_probable(result)
    if not is_too_large(mechanism):
        return []
    species = {one.name for one in mechanism.species}
    seen = species & set(result.measurement.signals)
    if not seen:
        return [
            f"{len(species)} species, none of which the data show by itself: what is said of each "
            "follows from the mechanism, not from measurements of its own."
        ]
    return [
        f"{len(species)} species, of which the data show {len(seen)}: what is said of the "
        f"other {len(species) - len(seen)} follows from the mechanism, not from measurements of "
        "theirs."
    ]


def _open_constants(result: StudyResult, name: str) -> list[str]:
    """Name the rate constants of a mechanism that the data do not determine."""
    if is_words_only(result):
        return []  # said of words already
    every = result.mechanisms[name].parameters
    rate_constants = {n: one for n, one in every.items() if one.kind == "rate"}
    left = [n for n, one in rate_constants.items() if one.determined != "determined"]
    if not left:
        return []
    which = "None" if len(left) == len(rate_constants) else f"{len(rate_constants) - len(left)}"
    return [
        f"{which} of the {counted(len(rate_constants), 'rate constant')} of {name} "
        f"{'is' if which in ('None', '1') else 'are'} determined; open, or bounded on one side "
        f"only: {listed(left)}."
    ]


def _misspecification(result: StudyResult) -> list[Banner]:
    """Warn plainly where the best of the list would not give data like these.

    Where the verdict itself says so, with reasons and what to do, it is not said twice.
    """
    checks = most_probable(result).predictive_checks
    if checks is None or checks.passed is not False:
        return []
    if result.comparison.verdict.lack_of_fit is not None:
        return []
    said = check_words(checks, ranked_names(result)[0])
    text = (
        f"The most probable mechanism is not good enough: {said} A mechanism "
        "that is not on the list, or another measurement model, is needed."
    )
    return [Banner("DOES NOT FIT", text, "bad")]


def words_caveats(result: StudyResult) -> list[str]:
    """Say plainly what sentences can and cannot decide, with this study's numbers."""
    rate = result.measurement.error_rate
    odds = (1 - rate) / rate
    told = sentences_told(result)
    other = any(one.rate != rate for one in told if not one.silent)
    text = (
        f"The data are {counted_sentences(result)}, not intensities. One that a mechanism "
        f"contradicts is taken for an error of probability {rate:g}"
        f"{' where no other is stated' * other} and makes it at most "
        f"{words.factor(odds)} times less probable: no single one can rule a mechanism out, and "
        "rate constants stay open."
    )
    silence = (
        f"“{one.text}” is silence and no sentence: what is visible stays unmentioned with "
        f"probability {one.rate:g}, so to contradict it makes a mechanism at most "
        f"{words.factor(1 / one.rate)} times less probable."
        for one in told
        if one.silent and one.rate > 0
    )
    separating = separating_statement(result)
    return [text, *silence, *([separating] if separating else [])]


def sentences_told(result: StudyResult) -> list[StatementResult]:
    """Return every sentence once, however many ways there are to read it."""
    told = next(iter(result.mechanisms.values())).statements
    return list({(one.experiment, one.text): one for one in reversed(told)}.values())[::-1]


def counted_sentences(result: StudyResult) -> str:
    """Say how many sentences there are, coded as how many relations, read in how many ways."""
    told = sum(not one.silent for one in sentences_told(result))
    relations = sum(one.statements for one in result.conditions)
    ways = [one for one in result.comparison.alternatives if one.kind == "interpretation"]
    coded = f", coded as {counted(relations, 'relation')}" if relations > told else ""
    read = f" in {counted(len(ways), 'interpretation')}" if ways else ""
    return f"{counted(told, 'sentence')} in words{coded}{read}"


def separating_statement(result: StudyResult) -> str:
    """Name the sentence on which the mechanisms differ most; "" where none matters.

    What only one interpretation reads so counts by the probability of that interpretation.
    """
    nats: dict[StatementPlace, dict[str, float]] = {}
    for name, mechanism in result.mechanisms.items():
        for one in mechanism.statements:
            if is_number(one.log_contribution):
                place = (one.experiment, one.text, one.interpretation)
                nats.setdefault(place, {})[name] = one.log_contribution
    if not nats:
        return ""
    ways = [one for one in result.comparison.alternatives if one.kind == "interpretation"]
    after = {one.name: one.posterior for one in ways}

    def spread(place: StatementPlace) -> float:
        each = nats[place].values()
        return after.get(place[2], 1.0) * (max(each) - min(each))

    found = max(nats, key=spread)
    if spread(found) < 0.1:
        return "No sentence tells the mechanisms apart."
    by_name, (experiment, text, read) = nats[found], found
    best = max(by_name, key=lambda n: by_name[n])
    worst = min(by_name, key=lambda n: by_name[n])
    where = f" of {experiment}" if len(result.conditions) > 1 else ""
    if read:
        where += f", as interpretation {read} reads it,"
    times = math.exp(min(by_name[best] - by_name[worst], 700.0))  # of more there is no number
    return (
        f"“{text}”{where} separates the mechanisms most: it is {words.factor(times, 2)} times "
        f"as probable under {best} as under {worst}."
    )


def deciding(result: StudyResult) -> list[str]:
    """Return the sentences on what single measurement would decide, between open mechanisms first.

    Of those that would hardly tell only the best is named: the others are in a table. Where one
    mechanism alone is in play nothing is left to decide.
    """
    if alone_in_play(result):
        return []
    left_open = set(result.comparison.left_open)
    ranked = sorted(
        result.discriminating, key=lambda d: (not set(d.between) <= left_open, -d.probability)
    )
    sentences = [deciding_words(one) for one in ranked if one.probability > TELLING]
    hardly = [one for one in ranked if one.probability <= TELLING]
    if hardly:
        best = max(hardly, key=lambda one: one.probability)
        none = "No other single measurement" if sentences else "No single measurement"
        sentences.append(
            f"{none} between the sampling times, as far as looked at, would tell two of the "
            f"leading mechanisms apart: the best, of {best.signal} at "
            f"{words.duration(best.time_h)}{where_words(best)}, points to the right one of "
            f"{listed(best.between)} with probability {words.probability(best.probability)} "
            "(0.5 is a coin toss)."
        )
    return sentences
