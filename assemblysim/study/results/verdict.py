"""From the mechanisms' results to the comparison: ranking, prior sensitivity, what would decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import softmax

from assemblysim.inference.evidence.comparison import Candidate, disagreement, rank_mechanisms
from assemblysim.inference.evidence.prior_changes import CHANGES
from assemblysim.inference.evidence.ratio_widths import WIDTHS, width_name
from assemblysim.prediction.design.discrimination import most_telling_reading
from assemblysim.result.evidence import (
    AlternativeComparison,
    AlternativeResult,
    ComparisonResult,
    DecidingReading,
    LogEvidence,
    PriorSensitivity,
)
from assemblysim.result.mechanism import MechanismResult
from assemblysim.study.results.predictions import SignalCourses

# Mechanisms this many nats behind the best cannot change a verdict.
IN_PLAY = 10.0
# Of the gap between two measured times, which a proposed one keeps from both.
APART = 0.2
# Pairs of mechanisms for which a deciding measurement is looked for.
MOST_PAIRS = 6


def candidates(mechanisms: Mapping[str, MechanismResult]) -> tuple[Candidate, ...]:
    """Return what the comparison needs of each mechanism's results."""
    return tuple(
        Candidate(
            name,
            one.log_evidence[0],
            _independent_estimate(one.log_evidence),
            one.unknown_count,
            all(check.passed for check in one.checks),
        )
        for name, one in mechanisms.items()
    )


def _independent_estimate(estimates: tuple[LogEvidence, ...]) -> LogEvidence:
    """Return the estimate that agrees least with the first: the second, or nested sampling's.

    Laplace's figure, which has no error, is none.
    """
    first, *rest = estimates
    others = [other for other in rest if not np.isnan(other.error)]
    return max(others, key=lambda other: disagreement(first, other)) if others else first


def comparison_result(
    mechanisms: Mapping[str, MechanismResult],
    rng: np.random.Generator,
    titles: Mapping[str, str] | None = None,
) -> ComparisonResult:
    """Compare the mechanisms.

    Args:
        mechanisms: by name.
        rng: the stream for the propagation of the evidences' errors.
        titles: of the interpretations.
    """
    ranking = rank_mechanisms(candidates(mechanisms), rng)
    return replace(
        ranking,
        prior_sensitivity=prior_sensitivity(mechanisms),
        alternatives=_alternatives(mechanisms, ranking.probabilities, titles or {}, rng),
    )


def _alternatives(
    mechanisms: Mapping[str, MechanismResult],
    probabilities: Mapping[str, float],
    titles: Mapping[str, str],
    rng: np.random.Generator,
) -> tuple[AlternativeComparison, ...]:
    """Say how probable each alternative is, and what the comparison comes to if it is certain."""
    each = [{(a.kind, a.name): a for a in one.alternatives} for one in mechanisms.values()]
    found = []
    for kind, name in each[0] if each else ():
        own = {m: known[kind, name] for m, known in zip(mechanisms, each, strict=True)}
        posterior = sum(probabilities[m] * one.posterior.value for m, one in own.items())
        alone = _if_certain(mechanisms, own, rng)
        found.append(
            AlternativeComparison(
                kind,
                name,
                titles.get(name, name) if kind == "interpretation" else name or "as stated",
                next(iter(own.values())).prior,
                posterior,
                None if alone is None else alone.probabilities,
                None if alone is None else alone.verdict,
            )
        )
    return tuple(found)


def _if_certain(
    mechanisms: Mapping[str, MechanismResult],
    own: Mapping[str, AlternativeResult],
    rng: np.random.Generator,
) -> ComparisonResult | None:
    """Compare the mechanisms under one alternative; None where the draws do not tell.

    Both estimates of a log evidence change by the same, so what they disagree by stays.
    """
    changed = []
    for one in candidates(mechanisms):
        known = own[one.name].log_evidence
        if known is None:
            return None
        second = one.independent_estimate
        change = known.value - one.evidence.value
        first = replace(one.evidence, value=known.value, error=known.error)
        second = replace(second, value=second.value + change)
        changed.append(replace(one, evidence=first, independent_estimate=second))
    return rank_mechanisms(tuple(changed), rng)


def prior_sensitivity(mechanisms: Mapping[str, MechanismResult]) -> tuple[PriorSensitivity, ...]:
    """Say how the probabilities change with what was assumed, change by change.

    Widths of the priors on ratios are another matter: `differences`.
    """
    if len(mechanisms) < 2:
        return ()
    ratios = {width_name(scale) for scale in WIDTHS}
    changes = dict.fromkeys(
        [
            *(change.name for change in CHANGES),
            *(name for one in mechanisms.values() for name in one.prior_changes),
        ]
    )
    return tuple(_with_change(mechanisms, change) for change in changes if change not in ratios)


def _with_change(mechanisms: Mapping[str, MechanismResult], change: str) -> PriorSensitivity:
    """Return the probabilities with one thing changed."""
    names = list(mechanisms)
    values = np.array([mechanisms[n].log_evidence[0].value for n in names])
    in_play = values > values.max() - IN_PLAY
    known = [mechanisms[n].prior_changes.get(change) for n in names]
    cut_off = tuple(n for n, k, p in zip(names, known, in_play, strict=True) if k is None and p)
    if names[int(np.argmax(values))] in cut_off:
        return PriorSensitivity(change, None, cut_off, None)
    probabilities = softmax(np.array([-np.inf if k is None else k.value for k in known]))
    errors = np.array([0.0 if k is None else k.error for k in known])
    by_name = dict(zip(names, probabilities.tolist(), strict=True))
    return PriorSensitivity(change, by_name, cut_off, float(errors[in_play].max()))


def discriminating(
    records: Mapping[str, SignalCourses],
    pairs: Sequence[tuple[str, str]],
    floor: float,
    unit: str,
    measured: Sequence[float],
    rng: np.random.Generator,
    experiment: str = "",
) -> tuple[DecidingReading, ...]:
    """For the leading pairs of mechanisms, name the one measurement that would tell most.

    Args:
        records: drawn signals of each mechanism, all on the same grid.
        pairs: of mechanisms, the most worth telling apart first.
        floor: detection limit, display unit.
        unit: display unit.
        measured: h, when was measured already; others are proposed away from these times.
        rng: stream of the measurements' errors.
        experiment: which they belong to; "" for the only one.
    """
    found = []
    times = next(iter(records.values())).times
    free = apart(times, measured)
    kept = free if free.any() else np.ones(len(times), dtype=bool)
    for a, b in pairs[:MOST_PAIRS]:
        one, other = records[a], records[b]
        draws = (one.expected[:, kept], other.expected[:, kept])
        best = most_telling_reading(one.signals, times[kept], draws, floor, rng)
        if best is not None:
            medians = (best.first, best.second)
            found.append(
                DecidingReading(
                    (a, b), best.signal, best.time, *medians, unit, best.probability, experiment
                )
            )
    return tuple(sorted(found, key=lambda one: -one.probability))


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
