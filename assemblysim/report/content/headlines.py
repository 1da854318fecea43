"""What a reader must know first: warnings, the verdict, the caveats that matter most."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from assemblysim.language import capital, counted, listed
from assemblysim.report.content import words
from assemblysim.report.content.large import is_too_large
from assemblysim.report.content.stored import (
    Summary,
    alone_in_play,
    failed_checks,
    is_words_only,
    names_in_play,
    ranked_names,
)
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import Banner
from assemblysim.sentences.readings import TELLING

FAILED_INTEGRATIONS = "share of failed integrations"
# Mechanisms whose values are listed one by one, and whose sections are open at first.
_MOST_LISTED, _MOST_OPEN = 4, 4
_DEFAULT_ERROR_RATE = 0.02


def banners(summary: Summary) -> list[Banner]:
    """Return what stands above everything else, the gravest first."""
    found = []
    failures = grouped_failures(summary)
    if summary.get("converged") is False:
        behind = f" {capital('; '.join(failures))}." if failures else ""
        text = f"The numbers below must not be used as results.{behind} {_remedy(summary)}"
        found.append(Banner("NOT CONVERGED", text, "bad"))
    elif failures:
        text = f"{capital('; '.join(failures))}. {_remedy(summary)}"
        found.append(Banner("A CHECK FAILED", text, "bad"))
    found += _misspecification(summary)
    if summary.get("synthetic"):
        found.append(
            Banner(
                "SYNTHETIC DATA",
                "These data were simulated from a stated truth; nothing here was measured.",
                "note",
            )
        )
    if is_single(summary):
        found.append(_alone(summary))
    return found


def grouped_failures(summary: Summary) -> list[str]:
    """Say for each check that failed which mechanisms failed it, with their values and the bound.

    As ``R-hat across ensembles must be at most 1.02: both has 1.31 and stepwise has 1.08``, or
    ``all 7 mechanisms have 1.03 to 1.31``.
    """
    grouped: dict[str, list[tuple[str, Any]]] = {}
    bounds: dict[str, Mapping[str, Any]] = {}
    for name in ranked_names(summary):
        for check in summary["mechanisms"][name].get("checks") or []:
            if not check.get("passed"):
                grouped.setdefault(check["name"], []).append((name, check.get("value")))
                bounds.setdefault(check["name"], check)
    count = len(summary["mechanisms"])
    return [
        f"{check}{_bound(bounds[check])}: {_values(failed, count)}"
        for check, failed in grouped.items()
    ]


def _bound(check: Mapping[str, Any]) -> str:
    """Say what a failed check asks for; on which side follows from the value that failed."""
    value, bound = check.get("value"), check.get("bound")
    if not (is_number(value) and is_number(bound)):
        return ""
    return f" must be at {'most' if value > bound else 'least'} {bound:g}"


def _values(failed: list[tuple[str, Any]], every: int) -> str:
    """List mechanisms, of `every` in the study, with their values; of many, lowest and highest."""
    known = {name: value for name, value in failed if is_number(value)}
    without = [name for name, _ in failed if name not in known]
    shown = [f"{name} has {value:.4g}" for name, value in known.items()]
    if len(known) > _MOST_LISTED:
        low, high = min(known.values()), max(known.values())
        shown = [f"{_named(list(known), every)} have {low:.4g} to {high:.4g}"]
    if without:
        have = "has" if len(without) == 1 else "have"
        shown.append(f"{_named(without, every)} {have} no figure")
    return listed(shown)


def _named(names: list[str], every: int) -> str:
    many = len(names) == every and every > _MOST_LISTED
    return f"all {every} mechanisms" if many else listed(names)


def _remedy(summary: Summary) -> str:
    """Say what to do about the checks that failed."""
    names = {check for checks in failed_checks(summary).values() for check in checks}
    found = []
    if names - {FAILED_INTEGRATIONS}:
        steps = (summary.get("sampling") or {}).get("max_steps")
        more = f" --max-steps {2 * int(steps)}" if is_number(steps) else " more steps"
        found.append(
            f"Run the study again with{more}; sampling goes on where it stopped. If that does not "
            "help, look for several ways to explain the data, and for unknowns without any limit."
        )
    if FAILED_INTEGRATIONS in names:
        found.append(
            "Where integrations fail, narrow the priors to rate constants that can be true, or "
            "leave out steps that are in equilibrium."
        )
    return " ".join(found)


def is_single(summary: Summary) -> bool:
    """Say whether there is nothing to compare: one mechanism alone."""
    return len(summary["mechanisms"]) == 1


def _alone(summary: Summary) -> Banner:
    """Warn that one mechanism alone cannot win."""
    (name,) = summary["mechanisms"]
    checks = summary["mechanisms"][name].get("predictive_checks") or {}
    fit = f" What can be said is whether it is good enough: {checks['sentence']}" if checks else ""
    text = (
        f"Only {name} was fitted, so there is nothing to compare: a probability of 1 would be no "
        f"evidence for it.{fit} Add rivals to the model to find out what the data exclude."
    )
    return Banner("ONE MECHANISM ONLY", text, "note")


def grouped_names(summary: Summary) -> list[tuple[str, list[str]]]:
    """Put the mechanisms into groups with a heading each, the most probable first.

    Without a verdict, or where none is excluded, they are one group without a heading.
    """
    names = ranked_names(summary)
    left_open = (summary.get("comparison") or {}).get("open") or ()
    out = [name for name in names if name not in left_open]
    if not left_open or not out:
        return [("", names)]
    kept = [name for name in names if name in left_open]
    first = "Left open by the data" if len(kept) > 1 else "Favoured by the data"
    return [(first, kept), ("Strong evidence against", out)]


def unfolded(summary: Summary) -> set[str]:
    """Return the mechanisms whose sections are open at first: all of a few, else the best."""
    groups = grouped_names(summary)
    names = [name for _, group in groups for name in group]
    if len(names) <= _MOST_OPEN:
        return set(names)
    return set(groups[0][1][:_MOST_OPEN])


def verdict(summary: Summary) -> str:
    """Return the verdict as stored, or say that there is none."""
    comparison = summary.get("comparison")
    if comparison and comparison.get("verdict"):
        return str(comparison["verdict"])
    names = list(summary["mechanisms"])
    if not names:
        return "No verdict: no mechanism has a stored result."
    return "No verdict: the mechanisms have not been compared yet."


def caveats(summary: Summary) -> list[str]:
    """Return every caveat, the most important first.

    Words-only data come first, since they limit what any verdict can mean; then priors under which
    another mechanism leads, what the comparison cautions about mechanisms in play, misfit, rate
    constants that stay open, and the study's own notes. What concerns mechanisms that are out of
    play anyway comes last.
    """
    comparison = summary.get("comparison") or {}
    found = words_caveats(summary) if is_words_only(summary) else []
    # The comparison's own sentence about words says the same with fewer numbers.
    cautions = [
        str(c)
        for c in comparison.get("cautions") or []
        if not (found and "in words only" in str(c))
    ]
    beside = [caution for caution in cautions if _is_beside(caution, summary)]
    found += [*_other_leaders(summary), *_large(summary)]
    found += [caution for caution in cautions if caution not in beside]
    for name in ranked_names(summary)[:1]:
        fit = summary["mechanisms"][name].get("fit") or {}
        p = fit.get("chi_square_p")
        if is_number(p) and not 0.01 <= p <= 0.99:
            misspecification = fit.get("sentence") or "the readings scatter otherwise than expected"
            found.append(f"{name}: {misspecification}")
        found += _open_constants(summary, name)
    found += [*(summary.get("notes") or []), *beside]
    return list(dict.fromkeys(str(caveat) for caveat in found))


def _is_beside(caution: str, summary: Summary) -> bool:
    """Say whether a caution names mechanisms, and only such as cannot change the verdict."""
    named = {
        n for n in summary["mechanisms"] if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", caution)
    }
    return bool(named) and not named & set(names_in_play(summary))


def _other_leaders(summary: Summary) -> list[str]:
    """Say under which other priors a mechanism would lead that the verdict does not leave open."""
    comparison = summary.get("comparison") or {}
    left_open = {*(comparison.get("open") or ()), *ranked_names(summary)[:1]}
    found = []
    for change in comparison.get("prior_sensitivity") or []:
        fractions = {n: p for n, p in (change.get("probabilities") or {}).items() if is_number(p)}
        if fractions and max(fractions, key=lambda n: fractions[n]) not in left_open:
            found.append(f"With {change['change']}, {change['sentence']}")
    return [f"The ranking depends on priors. {' '.join(found)}"] if found else []


def _large(summary: Summary) -> list[str]:
    """Say of a network too large to be drawn how little of it the data show."""
    names = ranked_names(summary)
    if not names or not is_too_large(summary["mechanisms"][names[0]]):
        return []
    species = {one["name"] for one in summary["mechanisms"][names[0]]["species"]}
    seen = species & set((summary.get("measurement") or {}).get("signals") or ())
    return [
        f"{len(species)} species, of which the data show {len(seen)}: what is said of the "
        f"other {len(species) - len(seen)} follows from the mechanism, not from readings of theirs."
    ]


def _open_constants(summary: Summary, name: str) -> list[str]:
    """Name the rate constants of a mechanism that the data do not determine."""
    if is_words_only(summary):
        return []  # said of words already
    every = summary["mechanisms"][name].get("parameters") or {}
    rate_constants = {n: one for n, one in every.items() if one.get("kind") == "rate"}
    left = [
        n for n, one in rate_constants.items() if one.get("determined") not in ("determined", None)
    ]
    if not left:
        return []
    which = "None" if len(left) == len(rate_constants) else f"{len(rate_constants) - len(left)}"
    return [
        f"{which} of the {counted(len(rate_constants), 'rate constant')} of {name} "
        f"{'is' if which in ('None', '1') else 'are'} determined; open, or bounded on one side "
        f"only: {listed(left)}."
    ]


def _misspecification(summary: Summary) -> list[Banner]:
    """Warn plainly where the best of the list would not give data like these."""
    names = ranked_names(summary)
    checks = summary["mechanisms"][names[0]].get("predictive_checks") if names else None
    if not checks or checks.get("passed") is not False:
        return []
    text = (
        f"The most probable mechanism is not good enough: {checks.get('sentence')} A mechanism "
        "that is not on the list, or another measurement model, is needed."
    )
    return [Banner("DOES NOT FIT", text, "bad")]


def words_caveats(summary: Summary) -> list[str]:
    """Say plainly what statements can and cannot decide, with this study's numbers."""
    rate = (summary.get("measurement") or {}).get("error_rate")
    rate = rate if is_number(rate) and 0 < rate < 0.5 else _DEFAULT_ERROR_RATE
    odds = (1 - rate) / rate
    count = sum(int(c.get("statements") or 0) for c in summary.get("conditions") or [])
    text = (
        f"The data are {counted(count, 'statement')} in words, not intensities. Each is "
        f"taken to be wrong with probability {rate:g}, so one that a mechanism contradicts "
        f"outright costs it at most one such error: ln({1 - rate:g}/{rate:g}) = "
        f"{math.log(odds):.1f} nats, a factor of {odds:.0f} in probability. So words can make a "
        "mechanism less probable, no single one can rule it out, and rate constants stay open."
    )
    separating = separating_statement(summary)
    return [text, separating] if separating else [text]


def separating_statement(summary: Summary) -> str:
    """Name the statement on which the mechanisms differ most; "" where none matters."""
    nats: dict[str, dict[str, float]] = {}
    for name, mechanism in summary["mechanisms"].items():
        for statement in mechanism.get("statements") or []:
            if is_number(statement.get("log_contribution")):
                nats.setdefault(statement["text"], {})[name] = statement["log_contribution"]
    if not nats:
        return ""
    text, by_name = max(
        nats.items(), key=lambda item: max(item[1].values()) - min(item[1].values())
    )
    best = max(by_name, key=lambda n: by_name[n])
    worst = min(by_name, key=lambda n: by_name[n])
    if by_name[best] - by_name[worst] < 0.1:
        return "No statement tells the mechanisms apart."
    return (
        f"The statement that separates the mechanisms most is “{text}”: it contributes "
        f"{words.signed(by_name[best], 2)} nats under {best} and "
        f"{words.signed(by_name[worst], 2)} under {worst}."
    )


def deciding(summary: Summary) -> list[str]:
    """Return the sentences on what single reading would decide, between open mechanisms first.

    Of those that would hardly tell only the best is named: the others are in a table. Where one
    mechanism alone is in play nothing is left to decide.
    """
    if alone_in_play(summary):
        return []
    left_open = set((summary.get("comparison") or {}).get("open") or ())
    found = summary.get("discriminating") or []
    ranked = sorted(
        found,
        key=lambda d: (not set(d["between"]) <= left_open, -(d.get("probability") or 0.0)),
    )
    sentences = [str(d["sentence"]) for d in ranked if d["probability"] > TELLING]
    hardly = [d for d in ranked if d["probability"] <= TELLING]
    if hardly:
        best = max(hardly, key=lambda d: float(d["probability"]))
        none = "No other single reading" if sentences else "No single reading"
        sentences.append(
            f"{none} between the sampling times, as far as looked at, would tell two of the "
            f"leading mechanisms apart: the best, of {best['signal']} "
            f"at {words.duration(best['time_h'])}{best.get('where') or ''}, points to the right "
            f"one of {listed(best['between'])} with probability "
            f"{words.probability(best['probability'])} (0.5 is a coin toss)."
        )
    return sentences
