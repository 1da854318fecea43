"""Whether two results of one study hold the same numbers: ``python -m benchmarks.compare_results``.

    python -m benchmarks.compare_results OLD/summary.json NEW/summary.json

A summary of the first release is brought into today's layout first. Every number is compared to the
last digit; texts that are sentences in the first release are facts today, and not compared.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import fields
from pathlib import Path

from assemblysim.inference.model.priors import (
    LogNormal,
    LogUniform,
    PositiveNormal,
    SignedNormal,
    Uniform,
)

# What is called by another name today.
RENAMED = {
    "tempered particles": "sequential Monte Carlo",
    "share of failed integrations": "fraction of failed integrations",
}
# What differs between two runs of the same thing.
PASSING = ("seconds", "versions", "version")
CHANGES = {
    "twice as wide": "wide",
    "half as wide": "narrow",
    "up by a": "faster",
    "down by a": "slower",
}
COUNTED = ("rate", "energy", "entropy", "constant", "initial", "response", "background")
KINDS = (LogUniform, Uniform, LogNormal, PositiveNormal, SignedNormal)
PRIORS = {kind.kind: kind for kind in KINDS}
SAID = (
    (r"log-uniform between (\S+) and ([^\s,]+)", "log_uniform"),
    (r"uniform between (\S+) and ([^\s,]+)", "uniform"),
    (r"log-normal with median (\S+).* and factor (\S+)", "log_normal"),
    (r"normal with mean (\S+) and standard deviation ([^\s,]+).*cut at 0", "normal"),
    (r"normal with mean (\S+) and standard deviation ([^\s,]+)", "signed_normal"),
)


def renewed(former):
    """Return a summary of the first release in today's layout, without what was a sentence."""
    former = _renamed(former)
    measurement = dict(former["measurement"])
    measurement["fixed"] = measurement.pop("stated", {})
    sampling = {"ensembles": 4, "walkers": 32, "max_steps": 4000, "starts": 16}
    averaged = former.get("averaged") or {}
    return {
        "version": 2,
        "source": "",
        "temperature": None,
        "sampling": sampling,
        **{k: v for k, v in former.items() if k != "outlook"},
        "conditions": [_conditions(one) for one in former["conditions"]],
        "measurement": measurement,
        "mechanisms": {n: _mechanism(one) for n, one in former["mechanisms"].items()},
        "averaged": {
            "lifetimes": _numbers(averaged.get("lifetimes") or {}),
            "pathways": _pathways(averaged.get("pathways") or {}),
            "windows": averaged.get("windows") or {},
            "lifetimes_by_experiment": {},
            "pathways_by_experiment": {},
        },
        "comparison": _comparison(former["comparison"], former["mechanisms"]),
        "discriminating": [_deciding(one) for one in former.get("discriminating") or ()],
        "forecast": _outlook(former.get("outlook")),
    }


def _renamed(tree):
    if isinstance(tree, dict):
        return {key: _renamed(one) for key, one in tree.items()}
    if isinstance(tree, list):
        return [_renamed(one) for one in tree]
    return RENAMED.get(tree, tree) if isinstance(tree, str) else tree


def _outlook(one):
    return None if not one else {"unit": "mM", **one}


def _numbers(tables):
    """Lifetimes have a unit, shares of a pathway have none."""
    keys = ("median", "lower", "upper")
    with_unit = (*keys, "unit", "probability_beyond")
    return {
        name: {
            q: {k: one.get(k) for k in (with_unit if one.get("unit") else keys)}
            for q, one in table.items()
        }
        for name, table in tables.items()
    }


def _pathways(tables):
    """One-sided limits are newer."""
    return {
        name: {step: {**one, "limit": None} for step, one in table.items()}
        for name, table in _numbers(tables).items()
    }


def _conditions(one):
    unit = "%" if any(str(a).endswith("%") for a in one["initial"].values()) else "mM"
    facts = {"temperature": [], "events": [], "held": [], "time_errors": []}
    return {
        "experiment": one["experiment"],
        "unit": unit,
        "initial": {name: _amount(text) for name, text in one["initial"].items()},
        **facts,
        "dead_time_h": 0.0,
        "dilution": 1.0,
        "window_h": one["window_h"],
        "measurements": one["readings"],
        "statements": one["statements"],
        "sampled_h": one["sampled_h"],
    }


def _amount(text):
    return _prior(text) if "with" in text or "between" in text else float(text.split()[0])


def _prior(text):
    for pattern, kind in SAID:
        found = re.search(pattern, text)
        if found:
            names = [field.name for field in fields(PRIORS[kind])]
            numbers = dict(zip(names, map(float, found.groups()), strict=True))
            return {"kind": kind, "numbers": numbers, "name": ""}
    return {"kind": "log_normal", "numbers": {"median": 1.0, "factor": 2.0}, "name": ""}


def _mechanism(one):
    settled = one.get("identifiability") or {}
    keys = ("description", "species", "rate_equations", "checks", "activation", "log_evidence",
            "log_likelihood_max", "aicc", "bic", "failed_integrations", "likelihood_calls",
            "steps", "seconds")  # fmt: skip
    empty = {"description": "", "activation": [], "steps": 400, "rate_equations": [], "checks": []}
    changes = (one.get("prior_changes") or {}).items()
    forecast = {
        "windows": one.get("windows") or {},
        "rate_control": _control(one.get("rate_control") or {}),
        "flux": one.get("flux") and {"unit": "mM/h", **one["flux"]},
    }
    return {
        **{key: one[key] if key in one else empty.get(key, 0) for key in keys},
        "reactions": [_reaction(r) for r in one.get("reactions") or ()],
        "parameters": {n: _parameter(p) for n, p in (one.get("parameters") or {}).items()},
        "derived": one.get("ties") or {},
        "identifiability": {
            "parameters": [n for n, p in one["parameters"].items() if p["kind"] in COUNTED],
            "rank_at_optimum": settled.get("rank", 0),
            "rank": settled.get("structural", 0),
            "structurally_non_identifiable": settled.get("lost", []),
            "without_effect": [],
            "measured": bool(one.get("readings", 1)),
            "combinations": [
                {k: v for k, v in c.items() if k not in ("text", "sentence")}
                for c in settled.get("combinations") or ()
            ],
        },
        "first_estimate": one.get("first_hearing"),
        "prior_changes": dict(changes),
        "modes": [
            {**_without(m, "words"), **_difference(m["words"])} for m in one.get("modes") or ()
        ],
        "elpd_loo": {"recomputed": 0, **one["elpd_loo"]} if "elpd_loo" in one else None,
        "optima": one.get("optima") or [],
        "measurements": one.get("readings", 0),
        "alternatives": [],
        "statements": [_sentence(s) for s in one.get("statements") or ()],
        "predictive_checks": _checks(one.get("predictive_checks")),
        "lifetimes": _numbers(one.get("lifetimes") or {}),
        "lifetimes_by_experiment": {
            n: _numbers(table) for n, table in (one.get("lifetimes_by_experiment") or {}).items()
        },
        "pathways": _pathways(one.get("pathways") or {}),
        "pathways_by_experiment": {},
        "forecast": {**forecast, "extents": _extents(one["extents"])} if "extents" in one else None,
    }


def _sentence(one):
    """A statement of 0.1.0, in which each was a sentence of one claim."""
    if "claims" in one:
        return one
    claim = {key: one[key] for key in ("text", "reading", "signal", "relation", "from_h", "to_h")}
    return {
        **{key: one[key] for key in ("experiment", "text", "probability", "log_contribution")},
        "interpretation": "", "silent": False, "rate": 0.02, "claims": [claim],
    }  # fmt: skip


def _control(kinds):
    return {
        kind: {
            species: {step: {"probability": 1.0, **degree} for step, degree in steps.items()}
            for species, steps in by_species.items()
        }
        for kind, by_species in kinds.items()
    }


def _without(one, *keys):
    return {key: value for key, value in one.items() if key not in keys}


def _difference(words):
    swaps = re.findall(r"(\w+) and (\w+) exchanged(?:, (\w+) changed by their ratio)?", words)
    ratios = re.findall(r"(\w+) (\S+) times (larger|smaller)", words)
    return {
        "swapped": [{"first": a, "second": b, "response": c or None} for a, b, c in swaps],
        "ratios": {n: float(r) if w == "larger" else 1 / float(r) for n, r, w in ratios},
    }


def _reaction(one):
    return {
        "rate_constant": one["rate"],
        "further_rate_constants": one.get("further_rates", one.get("further_rate_constants", [])),
        **_without(one, "rate", "further_rates", "further_rate_constants"),
    }


def _parameter(one):
    keys = ("unit", "median", "lower", "upper", "map", "determined", "determined_by", "profile")
    found = {key: one[key] for key in keys}
    return {**found, "prior": _prior(one["prior"]), "kind": one["kind"]}


def _checks(one):
    if one is None:
        return None
    statistics = {s["name"]: s["p"] for s in one["statistics"]}
    return {**_without(one, "sentence"), "statistics": statistics}


def _extents(steps):
    """A step's extent has its unit beside it, and its shares are by block."""
    return {
        name: {
            "extent": _without(one["extent"], "unit"),
            "unit": one["extent"].get("unit", "mM"),
            "shares": {k.removeprefix("share_of_"): v for k, v in one.items() if k != "extent"},
        }
        for name, one in steps.items()
    }


def _deciding(one):
    where = (one.get("where") or "").removeprefix(" in ")
    return {"unit": "", **_without(one, "where", "sentence"), "experiment": where}


def _comparison(one, mechanisms):
    factors = one["log_bayes_factors"]
    return {
        "probabilities": one["probabilities"],
        "intervals": one["intervals"],
        "log_bayes_factors": {n: _without(f, "words") for n, f in factors.items()},
        "left_open": one["open"],
        "verdict": _verdict(one, mechanisms),
        "prior_sensitivity": [_change(c) for c in one["prior_sensitivity"]],
        "alternatives": [],
        "differences": [],
        "ratio_widths": [],
    }


def _verdict(one, mechanisms):
    left, names = one["open"], list(one["probabilities"])
    kind = "undecided" if left else "draws failed"
    kind = "single" if len(mechanisms) == 1 else "favoured" if one["decided"] else kind
    simplest = re.search(r"simplest of them, (\S+) with (\d+)", one["verdict"])
    against = [n for n in names if n not in left] if left else []
    factor = one["log_bayes_factors"][against[0]] if kind == "favoured" else None
    return {
        "kind": kind,
        "mechanisms": left or names,
        "against": against,
        "strength": factor["words"] if factor else "",
        "log_bayes_factor": _without(factor, "words") if factor else None,
        "simplest": simplest[1] if simplest else None,
        "simplest_unknowns": int(simplest[2]) if simplest else 0,
        "disagreements": [],
    }


def _change(one):
    name = next((n for words, n in CHANGES.items() if words in one["change"]), None)
    error = re.search(r"good to ([\d.]+)", one["sentence"])
    return {
        "change": name or one["change"].removeprefix("temperature: "),
        "probabilities": one["probabilities"],
        "cut_off": [],
        "error": float(error[1]) if error else None,
    }


# Facts that the first release told in sentences only.
UNTOLD = re.compile(
    r"^version|\.without_effect|\.identifiability\.parameters|\.(swapped|ratios)\b|\.prior\.numbers|"
    r"\.cut_off|prior_sensitivity\.\d+\.error|conditions\.\d+\.(temperature|events|held|dead_time_h"
    r"|time_errors|dilution)|^conditions\.\d+\.initial"
)


def differences(one, other, place=""):
    """Yield the place of every value that two trees do not share, with both."""
    name = place.rpartition(".")[2]
    if name in PASSING or UNTOLD.search(place):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            below = f"{place}.{key}" if place else key
            yield from differences(one.get(key, "-"), other.get(key, "-"), below)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{place}.{i}")
    elif one != other:
        yield place, one, other


def count(tree):
    """Count the numbers in a tree."""
    if isinstance(tree, dict | list):
        return sum(map(count, tree.values() if isinstance(tree, dict) else tree))
    return int(isinstance(tree, int | float) and not isinstance(tree, bool))


def read(path):
    """Read a summary in today's layout or that of the first release."""
    found = json.loads(Path(path).read_text("utf-8"))
    return found if "version" in found else renewed(found)


def main(arguments):
    """Compare two files; return 0 where all numbers are the same."""
    first, second = map(read, arguments)
    found = list(differences(first, second))
    for place, one, other in found[:40]:
        sys.stdout.write(f"{place}: {str(one)[:60]} | {str(other)[:60]}\n")
    numbers = f"{count(first)} and {count(second)} numbers"
    sys.stdout.write(f"{numbers}; {len(found)} values differ\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
