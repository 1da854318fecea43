"""The leading mechanisms as one scheme: what they share, and what some of them have alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from assemblysim.report.content.steps import combined_steps
from assemblysim.report.figures.appearance import Look
from assemblysim.report.schemes.scheme import draw_arrows, drawn_scheme
from assemblysim.result.mechanism import MechanismResult

# Of a scheme that shares a screen with two other pictures, cm.
_ROW_GAP, _NARROW = 0.36, 6.0


def leading_scheme(
    mechanisms: Mapping[str, MechanismResult],
    looks: Mapping[str, Look],
    observed: Sequence[str] = (),
) -> Figure:
    """Draw the steps of several mechanisms in one scheme, without numbers.

    Args:
        mechanisms: by the letters that the scheme calls them.
        looks: the look of each species.
        observed: species that the data show; the boxes of others are dashed.
    """
    every = [one for mechanism in mechanisms.values() for one in mechanism.species]
    return drawn_scheme(
        every,
        combined_steps(mechanisms),
        looks,
        observed,
        draw_arrows,
        row_gap=_ROW_GAP,
        least=_NARROW,
    )


def describe_leading(mechanisms: Mapping[str, MechanismResult]) -> str:
    """Say which steps the mechanisms have, each named once."""
    steps = combined_steps(mechanisms)
    told = [" ".join((*s.starts, "->", *s.ends, *(f"({line})" for line in s.lines))) for s in steps]
    return f"Scheme of the leading mechanisms {', '.join(mechanisms)}. Steps: {'; '.join(told)}."
