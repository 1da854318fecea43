"""From the mechanisms' results to the comparison: ranking, prior sensitivity, cautions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import softmax

from assemblysim.inference.evidence.comparison import (
    Candidate,
    Comparison,
    disagreement,
    rank_mechanisms,
)
from assemblysim.inference.evidence.prior_changes import CHANGES
from assemblysim.language import listed, time_label
from assemblysim.prediction.design.discrimination import (
    READING_ERROR,
    Reading,
    most_telling_reading,
)
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.results.predictions import SignalCourses

Summary = Mapping[str, Any]
# Mechanisms this many nats behind the best cannot change a verdict.
IN_PLAY = 10.0
# A second mode is told of from this share of the posterior on.
NOTABLE_WEIGHT = 0.01
# From this probability of pointing to the right mechanism on, a reading is said to tell.
TELLING = 0.75
# Of the gap between two measured times, which a proposed one keeps from both.
APART = 0.2
# Pairs of mechanisms for which a deciding measurement is looked for.
MOST_PAIRS = 6


def candidates(mechanisms: Mapping[str, Summary]) -> tuple[Candidate, ...]:
    """Return what the comparison needs of each mechanism's stored results."""
    return tuple(
        Candidate(
            name,
            LogEvidence(**one["log_evidence"][0]),
            _witness(one["log_evidence"]),
            len(one["parameters"]),
            all(check["passed"] for check in one["checks"]),
        )
        for name, one in mechanisms.items()
    )


def _witness(estimates: list[Mapping[str, Any]]) -> LogEvidence:
    """Return the estimate that agrees least with the first: the second one, or the audit.

    Laplace's figure, which has no error, is no witness.
    """
    first, *rest = [LogEvidence(**one) for one in estimates]
    others = [other for other in rest if not np.isnan(other.error)]
    return max(others, key=lambda other: disagreement(first, other)) if others else first


def comparison_summary(
    mechanisms: Mapping[str, Summary], rng: np.random.Generator
) -> dict[str, Any]:
    """Compare the mechanisms; return the part ``comparison`` of summary.json."""
    ranking = rank_mechanisms(candidates(mechanisms), rng)
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
    """Say how the probabilities change with the rate constants' priors, change by change."""
    names = list(mechanisms)
    if len(names) < 2:
        return []
    values = np.array([mechanisms[n]["log_evidence"][0]["value"] for n in names])
    in_play = values > values.max() - IN_PLAY
    best = names[int(np.argmax(values))]
    found: list[dict[str, Any]] = []
    for key, label in _changes(mechanisms).items():
        known = [mechanisms[n]["prior_changes"].get(key) for n in names]
        cut_off = [n for n, k, p in zip(names, known, in_play, strict=True) if k is None and p]
        if best in cut_off:
            sentence = f"Cannot be judged: that cuts off the posterior of {listed(cut_off)}."
            found.append({"change": label, "probabilities": None, "sentence": sentence})
            continue
        changed = np.array([-np.inf if k is None else k["value"] for k in known])
        errors = np.array([0.0 if k is None else k["error"] for k in known])
        probabilities = softmax(changed)
        leader = names[int(np.argmax(changed))]
        verb = "stays" if leader == best else "becomes"
        sentence = (
            f"{leader} {verb} the most probable, with {100 * probabilities.max():.0f} % "
            f"(log evidences good to {errors[in_play].max():.1f})"
        )
        sentence += f"; that cuts off {listed(cut_off)}." if cut_off else "."
        found.append(
            {
                "change": label,
                "probabilities": dict(zip(names, probabilities.tolist(), strict=True)),
                "sentence": sentence,
            }
        )
    return found


def _changes(mechanisms: Mapping[str, Summary]) -> dict[str, str]:
    """Return what could be otherwise, in words: priors, and what was assumed of the experiments."""
    kinds = {p["kind"] for one in mechanisms.values() for p in one["parameters"].values()}
    energies = " and their energies" if "energy" in kinds else ""
    words = {
        change.name: f"priors of the rate constants{energies} {change.words} "
        "(in the logarithm where flat there)"
        for change in CHANGES
    }
    for one in mechanisms.values():
        for key in one["prior_changes"]:
            words.setdefault(key, f"temperature: {key}")
    return words


def cautions(mechanisms: Mapping[str, Summary], ranking: Comparison) -> list[str]:
    """Say where criteria or estimates disagree, so that no disagreement stays hidden."""
    best = ranking.names[0]
    found = [
        sentence
        for name, one in mechanisms.items()
        if name == best or name in ranking.open_names
        for sentence in _several_modes(name, one["modes"])
    ]
    found += [
        f"The two estimates of the log evidence of {name} lay more than two combined errors apart "
        f"at first; the tempered particles' was made anew with more effort "
        f"({one['first_hearing']['value']:.2f} ± {one['first_hearing']['error']:.2f} before)."
        for name, one in mechanisms.items()
        if one.get("first_hearing")
    ]
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


def stated_cautions(stated: Mapping[str, float], readings: bool) -> list[str]:
    """Point out what a study states instead of leaving it to the data.

    Args:
        stated: names and values of what is not unknown.
        readings: whether there are tables of readings.
    """
    found = []
    if readings and stated.get("background", 0.0) > 0:
        found.append(
            "The background is stated. A known background is a hidden internal standard: it "
            "fixes absolute amounts that the spectra alone do not; leave it unknown unless it was "
            "measured."
        )
    noises = [name for name in stated if name.startswith(("noise", "sampling_error"))]
    if readings and noises:
        found.append(
            f"Stated, not inferred: {listed(noises)}. If the true scatter is twice as large, the "
            "intervals are too narrow and the verdict too sure."
        )
    return found


def _several_modes(name: str, modes: list[Mapping[str, Any]]) -> list[str]:
    """Say where a mechanism explains the data in more than one way."""
    return [
        f"{name} explains the data in another way too, with {_fraction(mode['weight'])} of its "
        f"probability: {mode['words']}."
        for mode in modes[1:]
        if mode["weight"] >= NOTABLE_WEIGHT
    ]


def _fraction(weight: float) -> str:
    return f"{100 * weight:.0f} %" if weight >= 0.01 else "less than 1 %"


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
    bad = [
        n
        for n, one in mechanisms.items()
        if one["elpd_loo"]["bad_k"] > one["elpd_loo"].get("recomputed", 0)
    ]
    if bad:
        found.append(
            f"The leave-one-out figure of {listed(bad)} rests on units with Pareto k-hat "
            "above 0.7 and should not be relied on."
        )
    return found


def discriminating(
    records: Mapping[str, SignalCourses],
    pairs: Sequence[tuple[str, str]],
    floor: float,
    unit: str,
    measured: Sequence[float],
    rng: np.random.Generator,
    where: str = "",
) -> list[dict[str, Any]]:
    """For the leading pairs of mechanisms, name the one reading that would tell most.

    Args:
        records: drawn signals of each mechanism, all on the same grid.
        pairs: of mechanisms, the most worth telling apart first.
        floor: detection limit, display unit.
        unit: display unit.
        measured: h, when was measured already; readings are proposed away from these times.
        rng: stream of the readings' errors.
        where: which experiment the readings belong to, such as " in A"; "" for the only one.
    """
    found = []
    times = next(iter(records.values())).times
    free = apart(times, measured)
    kept = free if free.any() else np.ones(len(times), dtype=bool)
    for a, b in pairs[:MOST_PAIRS]:
        one, other = records[a], records[b]
        reading = most_telling_reading(
            one.signals,
            times[kept],
            (one.expected[:, kept], other.expected[:, kept]),
            floor,
            rng,
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
                "unit": unit,
                "probability": reading.probability,
                "where": where,
                "sentence": _deciding_sentence(a, b, reading, unit, where),
            }
        )
    return sorted(found, key=lambda one: -one["probability"])


def apart(times: np.ndarray, measured: Sequence[float]) -> np.ndarray:
    """Say which times are well away from those measured: by a fifth of the gap they lie in.

    Args:
        times: shape (G,), h.
        measured: h.

    Returns:
        Shape (G,), bool. Before the first measured time the gap begins at the start of the
        reaction; after the last one it is as long as the one before it.
    """
    known = np.unique([0.0, *measured])
    if len(known) < 2:
        return np.ones(len(times), dtype=bool)
    edges = np.append(known, 2 * known[-1] - known[-2])
    gap = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(edges) - 2)
    left, right = edges[gap], edges[gap + 1]
    behind, ahead = times - left, np.where(gap == len(known) - 1, np.inf, right - times)
    return np.asarray(np.minimum(behind, ahead) >= APART * (right - left))


def _deciding_sentence(a: str, b: str, reading: Reading, unit: str, where: str) -> str:
    """Put a reading into words."""
    verb = "would tell" if reading.probability > TELLING else "would hardly tell"
    return (
        f"One reading of {reading.signal} at {time_label(float(f'{reading.time:.2g}'))}{where}, "
        f"good to {100 * READING_ERROR:.0f} %, {verb} {a} from {b}: it points to the right one "
        f"with probability {reading.probability:.2f} (0.5 is a coin toss; medians "
        f"{reading.first:.2g} and {reading.second:.2g} {unit})."
    )
