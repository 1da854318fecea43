"""One figure of a report before it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

# A first sample earlier than this share of the window is lost on a linear time axis.
_EARLY = 0.02


@dataclass(frozen=True)
class Picture:
    """One figure before it is drawn.

    Attributes:
        stem: of its files.
        alternative: what it shows, for readers who cannot see it.
        draw: makes the figure.
    """

    stem: str
    alternative: str
    draw: Callable[[], Figure]


@dataclass(frozen=True)
class CoursePictures:
    """The two figures of one course of time under one mechanism.

    Attributes:
        experiment: whose course it is.
        linear: with linear time.
        logarithmic: with logarithmic time.
        log_first: whether the logarithmic one is shown at first.
    """

    experiment: str
    linear: Picture
    logarithmic: Picture
    log_first: bool


def shown_logarithmic(sampled: Sequence[float], end: float) -> bool:
    """Say whether a time axis to `end`, h, is best logarithmic for samples at these times, h."""
    early = [t for t in sampled if t > 0]
    return bool(early) and min(early) < _EARLY * end
