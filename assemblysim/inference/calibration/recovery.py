"""How a verdict compares with the truth that its data were made from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.special import betaincinv

from assemblysim.result.calibration import Reliability, Share
from assemblysim.result.evidence import ComparisonResult

Outcome = Literal[
    "right", "cannot tell", "richer than the truth", "wrong", "wrong with confidence", "no verdict"
]
OUTCOMES: tuple[Outcome, ...] = (
    "right",
    "cannot tell",
    "richer than the truth",
    "wrong",
    "wrong with confidence",
    "no verdict",
)
# From this posterior probability on a verdict is held with confidence.
CONFIDENT = 0.99
# Ends of the classes in which stated probabilities are held against how often they came true.
CLASSES = (0.0, 0.5, 0.9, CONFIDENT, 1.0)


def outcome(comparison: ComparisonResult, truth: str, richer: Collection[str]) -> Outcome:
    """Say how a verdict compares with the truth.

    * no verdict: the comparison gave none, or there is one mechanism and nothing to compare.
    * wrong with confidence: probability 0.99 or more for a mechanism that is not the true one and
      does not contain it.
    * richer than the truth: the verdict names, or gives 0.99 to, a mechanism that contains the
      true one: the truth is a special case of what is claimed.
    * right: the verdict names the true one.
    * cannot tell: several are left open, the true one among them; or the verdict leans on the edge
      of a default prior, and so favours none.
    * wrong: the verdict names a wrong one with less than 0.99, or the true one is ruled out.

    Args:
        comparison: of the mechanisms, by data made by the true one.
        truth: the true mechanism.
        richer: mechanisms that contain it.
    """
    if not comparison.left_open or len(comparison.probabilities) < 2:
        return "no verdict"
    if comparison.verdict.edges:
        return "cannot tell"
    best, probability = next(iter(comparison.probabilities.items()))
    named = comparison.left_open[0] if len(comparison.left_open) == 1 else None
    sure = best if probability >= CONFIDENT else named
    if sure is None:
        return "cannot tell" if truth in comparison.left_open else "wrong"
    if sure == truth:
        return "right" if named == truth else "cannot tell"
    if sure in richer:
        return "richer than the truth"
    return "wrong with confidence" if probability >= CONFIDENT else "wrong"


def simpler_suffices(comparison: ComparisonResult, truth: str, richer: Collection[str]) -> bool:
    """Say whether all that is left open beside the truth contains it.

    Then the data cannot rule out the further steps, which nothing could, and the true
    mechanism is the simplest of those left open.
    """
    others = [name for name in comparison.left_open if name != truth]
    return truth in comparison.left_open and all(name in richer for name in others)


def fraction(hits: int, count: int, level: float = 0.95) -> Share:
    """Count how often, with the interval of Clopper & Pearson (Biometrika 1934, 26, 404)."""
    if not count:
        return Share(0, 0, 0.0, 1.0)
    tail = (1 - level) / 2
    lower = float(betaincinv(hits, count - hits + 1, tail)) if hits else 0.0
    upper = float(betaincinv(hits + 1, count - hits, 1 - tail)) if hits < count else 1.0
    return Share(hits, count, lower, upper)


def reliability(stated: Sequence[float], right: Sequence[bool]) -> tuple[Reliability, ...]:
    """Hold the probability of the most probable mechanism against how often it was the true one.

    Args:
        stated: its probability, in N verdicts.
        right: whether it was the true one.
    """
    values, hits = np.array(stated, dtype=float), np.array(right, dtype=bool)
    found = []
    for lower, upper in pairwise(CLASSES):
        inside = (values >= lower) & ((values < upper) | (upper == 1.0))
        mean = float(values[inside].mean()) if inside.any() else float("nan")
        right_ones = fraction(int(hits[inside].sum()), int(inside.sum()))
        found.append(Reliability(lower, upper, mean, right_ones))
    return tuple(found)
