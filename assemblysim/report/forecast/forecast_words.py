"""What a chemist can act on, in sentences: when to stop, what governs, which way it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assemblysim.language import listed
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.report.content import words
from assemblysim.report.content.words import is_number
from assemblysim.report.forecast.forecast_tables import ENDS, LIKELY, degree, is_likely
from assemblysim.study.results import stored_posterior

# Steps with less control than this are not worth a sentence.
NOTABLE_CONTROL = 0.1
# Where a quantity exists less surely than this, its probability is said beside its control.
_SURE = 0.95
DEGREES = (
    "Degrees of rate control: at a degree of 0.2, a step made 1 % faster gives 0.2 % more; below 0 "
    "it gives less."
)
NO_SHARE = (
    "No intermediate is made of a building block that was put in, so no share of one can be given."
)
NO_YIELD = "No yield is known to be governed by a step."


def stopping_sentences(found: Mapping[str, Any]) -> list[str]:
    """Say when to stop for each intermediate, averaged over the mechanisms.

    Args:
        found: a forecast, or the outlook that a run stored in the same form.
    """
    windows = found["averaged"].get("windows") or {}
    return [_stopping(name, _own_window(name, one, found), found) for name, one in windows.items()]


def _own_window(
    name: str, averaged: Mapping[str, Any], found: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the window of an intermediate that one mechanism alone has, if that is at work."""
    own = [one["windows"][name] for one in found["mechanisms"].values() if name in one["windows"]]
    return own[0] if len(own) == 1 else averaged


def _stopping(name: str, one: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Say when to stop for one intermediate.

    That there is a window at some time is one thing, and that a moment lies in it another: of a
    fast intermediate whose time is not known the first may be certain and the second not.
    """
    conditions, best = found["conditions"], one["best"]
    whose = f"{name}{_only_in(name, found)}"
    level = f"{words.percent(conditions['share'])} of {conditions['block']}"
    ever, then = (
        words.drawn_probability(p, conditions["draws"])
        for p in (one["start"]["probability"], best["probability"])
    )
    hours = conditions["until_h"]
    moment = words.duration(best["time"])
    if best["time"] >= hours * (1 - 1e-9):
        moment += ", the end of what was looked at"
    if one["start"]["probability"] < LIKELY:
        return (
            f"{whose} probably holds no more than {level} within {words.duration(hours)}: it does "
            f"at some time with probability {ever}.{_most(one, conditions)}"
        )
    if best["probability"] < LIKELY:
        return (
            f"{whose} holds more than {level} at some time with probability {ever}, but when is "
            f"open: at no moment is it more probable than {then} (at {moment})."
            f"{_most(one, conditions)}"
        )
    start, end = (one[k]["median"] for k in ("start", "end"))
    until = words.duration(end) if is_number(end) else f"after {words.duration(hours)}"
    return (
        f"{whose} holds more than {level} from {words.duration(start)} until {until} (medians); "
        f"best taken at {moment}, when it does with probability {then}{_around(best)}."
    )


def _around(best: Mapping[str, Any]) -> str:
    """Say where the maximum lies, as far as that is within the experiment."""
    if not is_number(best["lower"]):
        return ""
    low = words.duration(best["lower"])
    if not is_number(best["upper"]):
        return f"; its maximum lies after {low}"
    return f"; its maximum lies between {low} and {words.duration(best['upper'])}"


def _most(one: Mapping[str, Any], conditions: Mapping[str, Any]) -> str:
    """Say how much there is at most, and when; "" where there is none."""
    fraction, peak, hours = one["peak_share"], one["peak_time"], conditions["until_h"]
    if not (is_number(fraction["median"]) and fraction["median"] > 0):
        return ""
    amount = f"{words.percent_interval(*(fraction[k] for k in ENDS))} of {conditions['block']}"
    if not is_number(peak["median"]):
        return f" The most within {words.duration(hours)} is {amount}, at the end and still rising."
    low, high = (
        words.duration(peak[k]) if is_number(peak[k]) else f"after {words.duration(hours)}"
        for k in ("lower", "upper")
    )
    return f" The most is {amount}, at {words.duration(peak['median'])} ({low} to {high})."


def _only_in(name: str, found: Mapping[str, Any]) -> str:
    """Say which mechanisms have an intermediate, where not all in play do."""
    has = [m for m, one in found["mechanisms"].items() if name in one["windows"]]
    if len(has) == len(found["mechanisms"]):
        return ""
    chance = sum(found["probabilities"][m] for m in has)
    only = f", an intermediate of {listed(has)} only (probability {words.probability(chance)})"
    return f"{only}, if that is at work," if len(has) == 1 else f"{only},"


def control_sentences(found: Mapping[str, Any]) -> list[str]:
    """Say which steps govern the yields under each mechanism, and the maxima under the first."""
    hours = found["conditions"]["until_h"]
    lines = [
        _control(f"the yield of {product} at {words.duration(hours)}", name, steps)
        for name, one in found["mechanisms"].items()
        for product, steps in (one.get("rate_control") or {}).get("yield", {}).items()
    ]
    for name, one in list(found["mechanisms"].items())[:1]:
        maxima = (one.get("rate_control") or {}).get("maximum", {})
        lines += [_control(f"the maximum of {s}", name, steps) for s, steps in maxima.items()]
    return [line for line in lines if line]


def _control(what: str, name: str, steps: Mapping[str, Any]) -> str:
    """Name the steps that govern a quantity most; "" where it probably does not happen."""
    known = {s: v for s, v in steps.items() if is_number(v["median"]) and is_likely(v)}
    chance = min((v.get("probability", 1.0) for v in known.values()), default=1.0)
    if chance < _SURE:
        what += f" (where there is one, probability {words.probability(chance)})"
    ranked = sorted(known, key=lambda s: -abs(known[s]["median"]))
    strong = [s for s in ranked if abs(known[s]["median"]) >= NOTABLE_CONTROL]
    if strong:
        parts = [f"{s}: {degree(known[s])}" for s in strong[:3]]
        return f"Under '{name}' {what} is governed by {'; '.join(parts)}."
    if known:
        least = f"a degree of {NOTABLE_CONTROL:g} or more"
        return f"Under '{name}' no step governs {what} by {least} (medians)."
    return ""


def named_in_play(summary: Mapping[str, Any]) -> list[str]:
    """Return the mechanisms that are probable enough to be named, the most probable first."""
    probabilities = (summary.get("comparison") or {}).get("probabilities") or {}
    return list(stored_posterior.in_play({n: p for n, p in probabilities.items() if is_number(p)}))


def share_sentences(summary: Mapping[str, Any], names: list[str]) -> list[str]:
    """Say which way products are made, always with the mechanism and the noise model assumed.

    Args:
        summary: the stored summary.
        names: of the mechanisms in play, the most probable first.
    """
    probabilities = (summary.get("comparison") or {}).get("probabilities") or {}
    every = summary["mechanisms"]
    found = [
        f"If '{name}' is at work (probability {words.probability(probabilities.get(name))}), with "
        f"{noise_words(summary)}: {_fractions(fractions)} of {product}."
        for name in names
        for product, fractions in (every[name].get("pathways") or {}).items()
        if len(fractions) > 1
    ]
    weighed = listed(
        [
            f"{n} ({words.probability(p)})"
            for n, p in probabilities.items()
            if p >= stored_posterior.LEAST_PROBABILITY
        ]
    )
    averaged = (summary.get("averaged") or {}).get("pathways") or {}
    found += [
        f"Averaged over {weighed} by their probabilities: {_fractions(fractions)} of {product}."
        for product, fractions in averaged.items()
        if len(fractions) > 1 and len(probabilities) > 1
    ]
    return found


def _fractions(fractions: Mapping[str, Any]) -> str:
    parts = [
        f"{way} makes {words.percent_interval(*(fraction.get(k) for k in ENDS))}"
        for way, fraction in fractions.items()
        if is_number(fraction.get("upper")) and fraction["upper"] > words.HARDLY
    ]
    return listed(parts) if parts else "no way known makes any"


def noise_words(summary: Mapping[str, Any]) -> str:
    """Name what the shares assume of the data's errors."""
    measurement = summary.get("measurement") or {}
    conditions = summary.get("conditions") or []
    if not any(c.get("readings") for c in conditions):
        rate = measurement.get("error_rate")
        return f"statements that are wrong with probability {rate:g}" if rate else "statements"
    return NOISES[measurement["noise"]].in_forecast + SCALES[measurement["scale"]].in_forecast


def share_cautions(summary: Mapping[str, Any], names: list[str]) -> list[str]:
    """Say what the shares rest on, and warn where the leading mechanism does not fit."""
    told = [*summary["mechanisms"].values(), summary.get("averaged") or {}]
    several = (len(s) > 1 for one in told for s in (one.get("pathways") or {}).values())
    if not names or not any(several):
        return []
    leader = names[0]
    checks = summary["mechanisms"][leader].get("predictive_checks")
    found = []
    if checks and checks.get("passed") is False:
        found.append(
            f"{leader}, the most probable mechanism, does not pass its posterior-predictive "
            f"checks: the shares and fluxes below are those of a mechanism that does not fit. "
            f"{checks.get('sentence') or ''}".strip()
        )
    elif not checks or checks.get("passed") is None:
        why = (checks or {}).get("sentence") or "there are no readings to check it against."
        found.append(
            f"Whether {leader}, the most probable mechanism, fits at all is not known: {why}"
        )
    found.append(
        "A share holds only if its mechanism does: a mechanism that has a way finds a share for "
        "it, also where that way plays no part."
    )
    return found
