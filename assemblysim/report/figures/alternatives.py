"""What each figure shows in words, for readers who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assemblysim.report.content.steps import equation_text
from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.content.words import (
    formula,
    is_number,
    number,
    percent,
    probability,
    sentence,
)
from assemblysim.report.document.arrays import Floats
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.numbers import Interval

# Of the largest value: what ends lower is on the axis.
_UNSEEN = 1e-3


def describe_probabilities(
    probabilities: Mapping[str, float], intervals: Mapping[str, Sequence[float]]
) -> str:
    """Say what the figure of probabilities shows, for readers who cannot see it."""
    parts = []
    for name in sorted(probabilities, key=lambda n: -probabilities[n]):
        low, high = (*(intervals.get(name) or ()), None, None)[:2]
        between = f" ({probability(low)} to {probability(high)})" if is_number(low) else ""
        parts.append(f"{name} {probability(probabilities[name])}{between}")
    return f"Bar chart of the probability of each mechanism: {', '.join(parts)}."


def describe_course(mechanism: str, course: StoredCourse, *, log_time: bool) -> str:
    """Say what a figure of time courses shows: each curve's largest value and its time."""
    scale = "logarithmic" if log_time else "linear"
    parts = []
    for curve in course.curves:
        median = curve.band[2]
        if not np.isfinite(median).any():
            parts.append(f"{formula(curve.name)} is not known")
            continue
        # At the very start there may be nothing whose fraction a spectrum could show.
        peak = 1 + int(np.nanargmax(median[1:])) if np.isfinite(median[1:]).any() else 0
        parts.append(
            f"{formula(curve.name)} is largest, {number(median[peak])}, at "
            f"{number(course.times[peak])} h and ends at {ending(median)} ({curve.axis})"
        )
    return (
        f"Time courses with 95 % bands under mechanism {mechanism}, {course.experiment}, "
        f"{scale} time axis. Medians: {'; '.join(parts)}."
    )


def ending(median: Floats) -> str:
    """Write the last value of a course; what cannot be seen beside the largest is nothing."""
    last, largest = float(median[-1]), float(np.nanmax(np.abs(median), initial=0.0))
    return number(last) if abs(last) > _UNSEEN * largest else "next to nothing"


def describe_pathways(rows: Sequence[tuple[str, str, str, Interval]]) -> str:
    """Say what the figure of pathway fractions shows."""
    parts = [
        f"{reaction} makes {percent(fraction.median)} of {formula(product)} under {mechanism}"
        for mechanism, product, reaction, fraction in rows
    ]
    return f"Fractions of products by reaction with 95 % intervals: {'; '.join(parts)}."


def describe_scheme(name: str, mechanism: MechanismResult) -> str:
    """Say what a scheme shows: each step as an equation."""
    species = [one.name for one in mechanism.species]
    equations = [
        f"{one.name}: {sentence(equation_text(one), species)}" for one in mechanism.reactions
    ]
    return f"Reaction scheme of mechanism {name}. Steps: {'; '.join(equations)}."
