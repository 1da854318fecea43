"""The leading mechanisms as one scheme: what they share, and what some of them have alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matplotlib.figure import Figure

from assemblysim.report.content.steps import Step, combined_steps
from assemblysim.report.figures.appearance import Look
from assemblysim.report.schemes.scheme import Sizes, draw_arrows, drawn_scheme
from assemblysim.result.mechanism import MechanismResult

# Of a scheme that shares a screen with two other pictures: cm, and points.
_SIZES = Sizes(row_gap=0.22, least=6.0, label=8.0)
# Of the width that such a picture has on a screen, its height.
_FLATNESS = 0.75


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

    Returns:
        The figure. What stands on a step is in one line where that makes its letters larger on
        the screen, as in a tall scheme, and in several where the scheme is wide.
    """
    every = [one for mechanism in mechanisms.values() for one in mechanism.species]
    steps = combined_steps(mechanisms)
    figures = [
        drawn_scheme(every, lines, looks, observed, draw_arrows, _SIZES)
        for lines in (steps, [_in_one_line(step) for step in steps])
    ]
    return max(figures, key=_magnification)


def _in_one_line(step: Step) -> Step:
    first, *rest = step.lines or ("",)
    return replace(step, lines=(f"{first} ({'; '.join(rest)})",)) if rest else step


def _magnification(figure: Figure) -> float:
    """Return how large a picture can be shown where the screen has so much room."""
    width, height = figure.get_size_inches()
    return float(min(1 / width, _FLATNESS / height))


def describe_leading(mechanisms: Mapping[str, MechanismResult]) -> str:
    """Say which steps the mechanisms have, each named once."""
    steps = combined_steps(mechanisms)
    told = [" ".join((*s.starts, "->", *s.ends, *(f"({line})" for line in s.lines))) for s in steps]
    return f"Scheme of the leading mechanisms {', '.join(mechanisms)}. Steps: {'; '.join(told)}."
