"""From runs over switches, and evidences of subsets, to what is said of each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import t as student_t

from assemblysim.inference.switches.space import SwitchSpace
from assemblysim.result.checks import Check
from assemblysim.result.evidence import LogEvidence
from assemblysim.result.numbers import Estimate
from assemblysim.result.steps.probabilities import ReplacedPair, StepProbability, StepSubset

R_HAT = 1.1
AGREEMENT = 0.1
# Of the log evidences of all subsets together, nats, between the runs that are furthest apart.
EVIDENCE_APART = 3.0
STANDARD_ERRORS = 3.0
# Beyond its stated error a probability from evidences is off by so much: mixtures miss tails.
UNSEEN = 0.02
LEAST_DRAWS = 100
# Independent draws that a run is taken to be worth at most: what never came may still come.
DRAWS_OF_A_RUN = 200
OTHER_PRIORS = (0.1, 0.25, 0.5, 0.75, 0.9)
MOST_SUBSETS = 20


@dataclass(frozen=True, eq=False)
class FoundRun:
    """What one run says.

    Attributes:
        switches: shape (D, G).
        needed: shape (D, G).
        log_evidence: of all subsets together.
    """

    switches: np.ndarray
    needed: np.ndarray
    log_evidence: float


@dataclass(frozen=True, eq=False)
class Weighed:
    """Subsets with their evidences.

    Attributes:
        switches: shape (K, G).
        evidences: K of them.
        complete: whether these are all admissible subsets.
    """

    switches: np.ndarray
    evidences: tuple[LogEvidence, ...]
    complete: bool


def convergence_checks(runs: Sequence[FoundRun]) -> list[Check]:
    """Hold runs that know nothing of each other against each other."""
    on = np.array([run.switches.mean(axis=0) for run in runs])
    needed = np.array([run.needed.mean(axis=0) for run in runs])
    apart = max(float(np.ptp(one, axis=0).max()) for one in (on, needed))
    logs = [run.log_evidence for run in runs]
    gap = float(np.ptp(logs))
    hat = float(np.max(r_hat_of_switches(on)))
    return [
        Check("R-hat of the switches", hat, R_HAT, hat <= R_HAT),
        Check("runs agree on probabilities", apart, AGREEMENT, apart <= AGREEMENT),
        Check("runs agree on the log evidence", gap, EVIDENCE_APART, gap <= EVIDENCE_APART),
    ]


def r_hat_of_switches(frequencies: np.ndarray) -> np.ndarray:
    """Return R-hat of each switch, shape (G,), from each run's frequency, shape (N, G).

    Many draws in a run: the variance within is p (1 - p), at least that of one draw in a hundred.
    """
    mean = frequencies.mean(axis=0)
    within = np.maximum((frequencies * (1 - frequencies)).mean(axis=0), 0.01 * 0.99)
    between = ((frequencies - mean) ** 2).sum(axis=0) / (len(frequencies) - 1)
    return np.asarray(np.sqrt(1 + between / within))


def estimates(by_run: np.ndarray) -> tuple[Estimate, ...]:
    """Return mean and standard error of each column, shape (N, G), widened for so few runs."""
    count = len(by_run)
    widened = student_t.ppf(0.975, count - 1) / student_t.ppf(0.975, np.inf)
    mean = by_run.mean(axis=0)
    error = widened * by_run.std(axis=0, ddof=1) / np.sqrt(count)
    worth = DRAWS_OF_A_RUN * count
    least = np.sqrt(np.maximum(mean * (1 - mean), 1 / worth) / worth)
    return tuple(map(Estimate, mean.tolist(), np.maximum(error, least).tolist()))


def chosen_subsets(
    space: SwitchSpace, runs: Sequence[FoundRun], most: int
) -> tuple[np.ndarray, bool]:
    """Return the subsets to weigh, shape (K, G), and whether these are all.

    Where there are too many: half of them the most frequent ones, then what is one flip away from
    the best of those, so that a neighbour that no run has met is met here.
    """
    if space.subset_count <= most:
        return np.array(list(space.subsets())), True
    counts = Counter(row.tobytes() for run in runs for row in run.switches.astype(float))
    ordered = [np.frombuffer(text) for text, _ in counts.most_common(max(1, most // 2))]
    found = {row.tobytes(): row for row in ordered}
    for best in ordered:
        for place in range(len(space)):
            other = best.copy()
            other[place] = 1 - other[place]
            if len(found) < most and space.admissible(other):
                found.setdefault(other.tobytes(), other)
    return np.array(list(found.values())), False


def weighed_probabilities(
    space: SwitchSpace, weighed: Weighed, rng: np.random.Generator
) -> tuple[Estimate, ...] | None:
    """Return each switch's probability among weighed subsets; None where one cannot be weighed."""
    logs = np.array([one.value for one in weighed.evidences])
    errors = np.array([one.error for one in weighed.evidences])
    logs = logs + space.log_prior(weighed.switches)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    unknown = ~np.isfinite(errors)
    if unknown.any() and weights[unknown].sum() > 1e-3:
        return None
    shaken = logs + np.where(unknown, 0.0, errors) * rng.standard_normal((400, len(logs)))
    several = np.exp(shaken - shaken.max(axis=1, keepdims=True))
    several /= several.sum(axis=1, keepdims=True)
    spread = (several @ weighed.switches).std(axis=0)
    return tuple(map(Estimate, (weights @ weighed.switches).tolist(), spread.tolist()))


def agreement_check(
    space: SwitchSpace, runs: Sequence[FoundRun], weighed: Weighed, rng: np.random.Generator
) -> Check:
    """Hold the frequencies of switches against the evidences of subsets, in standard errors."""
    name = "both estimates agree"
    second = weighed_probabilities(space, weighed, rng)
    if second is None:
        return Check(name, float("inf"), STANDARD_ERRORS, passed=False)
    known = {row.tobytes() for row in weighed.switches}
    by_run = []
    for run in runs:
        rows = run.switches.astype(float)
        inside = rows if weighed.complete else rows[[row.tobytes() in known for row in rows]]
        if len(inside) < LEAST_DRAWS:
            return Check(name, float("inf"), STANDARD_ERRORS, passed=False)
        by_run.append(inside.mean(axis=0))
    first = estimates(np.array(by_run))
    worst = max(
        abs(a.value - b.value) / float(np.sqrt(a.error**2 + b.error**2 + UNSEEN**2))
        for a, b in zip(first, second, strict=True)
    )
    return Check(name, worst, STANDARD_ERRORS, worst <= STANDARD_ERRORS)


def step_probabilities(
    space: SwitchSpace,
    labels: Sequence[tuple[str, ...]],
    runs: Sequence[FoundRun],
    weighed: Weighed,
    rng: np.random.Generator,
    *,
    converged: bool,
) -> dict[str, StepProbability]:
    """Return what is said of each switch; no probability where the runs have not converged."""
    on_by_run = np.array([run.switches.mean(axis=0) for run in runs])
    needed_by_run = np.array([run.needed.mean(axis=0) for run in runs])
    on, needed = estimates(on_by_run), estimates(needed_by_run)
    second = weighed_probabilities(space, weighed, rng) if weighed.complete else None
    switches = np.concatenate([run.switches for run in runs])
    other = {
        f"{p:g}": under_other_prior(space, switches, p) if converged else None for p in OTHER_PRIORS
    }
    return {
        name: StepProbability(
            labels[i],
            float(space.marginal_prior[i]),
            on[i] if converged else None,
            needed[i] if converged else None,
            tuple(on_by_run[:, i].tolist()),
            tuple(needed_by_run[:, i].tolist()),
            None if second is None else second[i],
            {p: None if found is None else float(found[i]) for p, found in other.items()},
        )
        for i, name in enumerate(space.names)
    }


def under_other_prior(space: SwitchSpace, switches: np.ndarray, prior: float) -> np.ndarray | None:
    """Return the probabilities, shape (G,), had every candidate another prior; None if unknown."""
    same = np.full(len(space), prior)
    logs = space.log_prior(switches, same) - space.log_prior(switches)
    weights = np.exp(logs - logs.max())
    if weights.sum() ** 2 / (weights**2).sum() < LEAST_DRAWS:
        return None
    return np.asarray(weights @ switches / weights.sum())


def replaced_pairs(space: SwitchSpace, switches: np.ndarray) -> tuple[ReplacedPair, ...]:
    """Return pairs of which one is on, nearly always, and each of the two often alone."""
    found = []
    mean = switches.mean(axis=0)
    open_ones = np.flatnonzero((mean > 0.05) & (mean < 0.95))
    for i, j in combinations(open_ones.tolist(), 2):
        one, two = switches[:, i], switches[:, j]
        alone = float((one * (1 - two)).mean()), float((two * (1 - one)).mean())
        either = float(np.maximum(one, two).mean())
        chance = mean[i] + mean[j] - mean[i] * mean[j]
        if either > 0.9 and min(alone) > 0.05 and either > chance + 0.05:
            found.append(ReplacedPair((space.names[i], space.names[j]), either, alone))
    return tuple(sorted(found, key=lambda pair: -pair.either))


def best_subsets(
    space: SwitchSpace, runs: Sequence[FoundRun], weighed: Weighed, *, converged: bool
) -> tuple[StepSubset, ...]:
    """Return the most frequent subsets with their evidences, where these were weighed."""
    rows = np.concatenate([run.switches for run in runs]).astype(float)
    counts = Counter(row.tobytes() for row in rows)
    evidences: Mapping[bytes, LogEvidence] = {
        row.tobytes(): one for row, one in zip(weighed.switches, weighed.evidences, strict=True)
    }
    return tuple(
        StepSubset(
            tuple(n for n, switch in zip(space.names, np.frombuffer(text), strict=True) if switch),
            count / len(rows) if converged else None,
            evidences.get(text),
        )
        for text, count in counts.most_common(MOST_SUBSETS)
    )
