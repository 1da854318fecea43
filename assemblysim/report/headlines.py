"""What a reader must know first: warnings, the verdict, the caveats that matter most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assemblysim.inference.comparison import listed
from assemblysim.report import words
from assemblysim.report.stored import failed_checks, is_words_only, ranked_names
from assemblysim.report.words import is_number

Summary = Mapping[str, Any]
MOST_CAVEATS = 3
_DEFAULT_ERROR_RATE = 0.02


@dataclass(frozen=True)
class Banner:
    """A line at the very top of the report.

    Attributes:
        label: in capitals.
        text: one or two sentences.
        kind: "bad" for results that must not be used, "note" otherwise.
    """

    label: str
    text: str
    kind: str


def banners(summary: Summary) -> list[Banner]:
    """Return what stands above everything else, the gravest first."""
    found = []
    failed = failed_checks(summary)
    details = "; ".join(f"{name}: {listed(checks)}" for name, checks in failed.items())
    if summary.get("converged") is False:
        behind = f" Failed: {details}." if details else ""
        found.append(
            Banner(
                "NOT CONVERGED", f"The numbers below must not be used as results.{behind}", "bad"
            )
        )
    elif failed:
        found.append(Banner("A CHECK FAILED", f"{words.capital(details)}.", "bad"))
    found += _misfit(summary)
    if summary.get("synthetic"):
        found.append(
            Banner(
                "SYNTHETIC DATA",
                "These data were simulated from a stated truth; nothing here was measured.",
                "note",
            )
        )
    return found


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

    Words-only data come first, since they limit what any verdict can mean; then what the
    comparison itself cautions about, posterior-predictive misfit, and the study's own notes.
    """
    comparison = summary.get("comparison") or {}
    found = words_caveats(summary) if is_words_only(summary) else []
    # The comparison's own sentence about words says the same with fewer numbers.
    found += [
        c for c in comparison.get("cautions") or [] if not (found and "in words only" in str(c))
    ]
    for name in ranked_names(summary)[:1]:
        fit = summary["mechanisms"][name].get("fit") or {}
        p = fit.get("chi_square_p")
        if is_number(p) and not 0.01 <= p <= 0.99:
            misfit = fit.get("sentence") or "the readings scatter otherwise than expected"
            found.append(f"{name}: {misfit}")
    found += list(summary.get("notes") or [])
    return list(dict.fromkeys(str(caveat) for caveat in found))


def _misfit(summary: Summary) -> list[Banner]:
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
        f"The data are {words.counted(count, 'statement')} in words, not intensities. Each is "
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
    """Return the sentences on what measurement would decide, between open mechanisms first."""
    left_open = set((summary.get("comparison") or {}).get("open") or ())
    found = summary.get("discriminating") or []
    ranked = sorted(
        found,
        key=lambda d: (not set(d["between"]) <= left_open, -(d.get("probability") or 0.0)),
    )
    return [str(d["sentence"]) for d in ranked]
