"""From the mechanisms' results to the comparison: ranking, prior sensitivity, cautions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import softmax

from assemblysim.inference.comparison import Candidate, Comparison, compare, listed
from assemblysim.inference.evidence import LogEvidence
from assemblysim.measurement.data import time_label
from assemblysim.prediction.discrimination import READING_ERROR, Reading, most_telling_reading
from assemblysim.study.predictions import SignalCourses

Summary = Mapping[str, Any]
# Two estimates disagree beyond this many combined errors.
DISAGREEMENT = 3.0
# Mechanisms this many nats behind the best cannot change a verdict; of those in play at least
# this share of the posterior must be left, some 200 draws, for its size to be known.
IN_PLAY, LEAST_SHARE = 10.0, 0.01
# With fewer effective draws the error of importance sampling is itself not known.
TRUSTED_POPULATION = 200.0
# From this probability of pointing to the right mechanism on, a reading is said to tell.
TELLING = 0.75
# Pairs of mechanisms for which a deciding measurement is looked for.
MOST_PAIRS = 6


def candidates(mechanisms: Mapping[str, Summary]) -> tuple[Candidate, ...]:
    """Return what the comparison needs of each mechanism's stored results."""
    return tuple(
        Candidate(
            name,
            LogEvidence(**one["log_evidence"][0]),
            len(one["parameters"]),
            all(check["passed"] for check in one["checks"]),
        )
        for name, one in mechanisms.items()
    )


def comparison_summary(
    mechanisms: Mapping[str, Summary], rng: np.random.Generator
) -> dict[str, Any]:
    """Compare the mechanisms; return the part ``comparison`` of summary.json."""
    ranking = compare(candidates(mechanisms), rng)
    return {
        "probabilities": dict(zip(ranking.names, ranking.probabilities, strict=True)),
        "intervals": {n: list(i) for n, i in zip(ranking.names, ranking.intervals, strict=True)},
        "log_bayes_factors": {
            name: {"value": value, "error": error, "words": words}
            for name, value, error, words in zip(
                ranking.names,
                ranking.log_bayes_factors,
                ranking.errors,
                ranking.words,
                strict=True,
            )
        },
        "open": list(ranking.open_names),
        "verdict": ranking.verdict,
        "decided": ranking.decided,
        "prior_sensitivity": prior_sensitivity(mechanisms),
        "cautions": cautions(mechanisms, ranking),
    }


def prior_sensitivity(mechanisms: Mapping[str, Summary]) -> list[dict[str, Any]]:
    """Say how the probabilities change when the rate constants' priors are half as wide.

    Halving the width of a prior that is flat over its logarithm multiplies the evidence by two
    for each rate constant and by the share of the posterior inside the narrower range: exact,
    up to the sampling error of that share.
    """
    names = list(mechanisms)
    shares = np.array([mechanisms[n]["narrow_prior"]["share_inside"] for n in names])
    counts = np.array([mechanisms[n]["narrow_prior"]["rates"] for n in names])
    change = "priors of the rate constants half as wide about the same centre (in the logarithm)"
    values = np.array([mechanisms[n]["log_evidence"][0]["value"] for n in names])
    in_play = values > values.max() - IN_PLAY
    cut_off = [n for n, s, p in zip(names, shares, in_play, strict=True) if p and s < LEAST_SHARE]
    if cut_off:
        sentence = (
            "Cannot be judged: priors half as wide would cut off (nearly) all of the posterior of "
            f"{listed(cut_off)}."
        )
        return [{"change": change, "probabilities": None, "sentence": sentence}]
    narrow = values + counts * np.log(2) + np.log(np.maximum(shares, LEAST_SHARE))
    probabilities = softmax(narrow)
    best = names[int(np.argmax(probabilities))]
    same = best == names[int(np.argmax(values))]
    sentence = (
        f"{best} {'stays' if same else 'becomes'} the most probable, "
        f"with {100 * probabilities.max():.0f} %."
    )
    return [
        {
            "change": change,
            "probabilities": dict(zip(names, probabilities.tolist(), strict=True)),
            "sentence": sentence,
        }
    ]


def cautions(mechanisms: Mapping[str, Summary], ranking: Comparison) -> list[str]:
    """Say where criteria or estimates disagree, so that no disagreement stays hidden."""
    found = [
        sentence
        for name, one in mechanisms.items()
        if (sentence := _second_look(name, one["log_evidence"], one["population_size"]))
    ]
    best = ranking.names[0]
    for key, label in (("aicc", "AICc"), ("bic", "BIC")):
        values = {n: one[key] for n, one in mechanisms.items() if one[key] is not None}
        if best in values:
            least = min(values, key=lambda n: values[n])
            gap = values[best] - values[least]
            if least != best and gap > 2 * np.log(3):
                found.append(f"{label} prefers {least} to {best}, by {gap:.1f}.")
    found += _leave_one_out_caution(mechanisms, best)
    words_only = all(not one["readings"] for one in mechanisms.values())
    if words_only:
        found.append(
            "The data are statements in words only. A statement that a mechanism contradicts "
            "costs it one reporting error, a few nats at most, so that words can disfavour a "
            "mechanism but hardly exclude one."
        )
    return found


def _second_look(name: str, estimates: list[Mapping[str, Any]], size: float) -> str:
    """Compare bridge sampling with the importance sampling that did not use the draws."""
    first, second = estimates[0], estimates[1]
    gap = abs(first["value"] - second["value"])
    error = float(np.hypot(first["error"], second["error"]))
    if size < TRUSTED_POPULATION or gap < DISAGREEMENT * error:
        return ""
    return (
        f"The two estimates of the log evidence of {name} differ by {gap:.1f}: "
        f"{first['value']:.1f} by {first['method']}, {second['value']:.1f} by {second['method']}."
    )


def _leave_one_out_caution(mechanisms: Mapping[str, Summary], best: str) -> list[str]:
    """Compare predictive accuracy with evidence, and say where its figure is not usable."""
    found = []
    values = {n: one["elpd_loo"]["value"] for n, one in mechanisms.items()}
    leader = max(values, key=lambda n: values[n])
    gap = values[leader] - values[best]
    if leader != best and gap > mechanisms[best]["elpd_loo"]["error"]:
        found.append(
            f"Leave-one-out prediction prefers {leader} to {best}, by {gap:.1f} in log density."
        )
    bad = [n for n, one in mechanisms.items() if one["elpd_loo"]["bad_k"]]
    if bad:
        found.append(
            f"The leave-one-out figure of {listed(bad)} rests on units with Pareto k-hat "
            "above 0.7 and should not be relied on."
        )
    return found


def discriminating(
    records: Mapping[str, SignalCourses],
    ranking: list[str],
    floor: float,
    unit: str,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """For the leading pairs of mechanisms, name the one reading that would tell most.

    Args:
        records: drawn signals of each mechanism, all on the same grid.
        ranking: mechanisms, best first.
        floor: detection limit, display unit.
        unit: display unit.
        rng: stream of the readings' errors.
    """
    found = []
    pairs = [(a, b) for i, a in enumerate(ranking) for b in ranking[i + 1 :]]
    for a, b in pairs[:MOST_PAIRS]:
        one, other = records[a], records[b]
        reading = most_telling_reading(
            one.signals, one.times, (one.expected, other.expected), floor, rng
        )
        if reading is None:
            continue
        found.append(
            {
                "between": [a, b],
                "signal": reading.signal,
                "time_h": reading.time,
                "median_a": reading.first,
                "median_b": reading.second,
                "probability": reading.probability,
                "sentence": _deciding_sentence(a, b, reading, unit),
            }
        )
    return sorted(found, key=lambda one: -one["probability"])


def _deciding_sentence(a: str, b: str, reading: Reading, unit: str) -> str:
    """Put a reading into words."""
    verb = "would tell" if reading.probability > TELLING else "would hardly tell"
    return (
        f"One reading of {reading.signal} at {time_label(reading.time)}, good to "
        f"{100 * READING_ERROR:.0f} %, {verb} {a} from {b}: it points to the right one with "
        f"probability {reading.probability:.2f} (0.5 is a coin toss; medians "
        f"{reading.first:.2g} and {reading.second:.2g} {unit})."
    )
