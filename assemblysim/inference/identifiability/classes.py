"""How far the data fix each parameter: determined, bounded on one side, or not determined."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from assemblysim.result.unknowns import Determined

# The outer part of the prior that a fixed parameter must have left, and what may remain there.
PRIOR_TAIL = 0.05
REMAINING_SHARE = 0.005
# Prior standard deviation is 1 in these coordinates.
NARROWED_TO = 0.5
# A prior of seven decades leaves much room: what is known to no better than an order of
# magnitude is not called determined.
KNOWN_TO = 10.0


def classify(draws: np.ndarray, values: np.ndarray) -> Determined:
    """Say how far the data fix one parameter, from posterior against prior.

    A side is closed when the posterior has left the outer 5 % of the prior there (less than
    a tenth of the prior's part remains). Determined: both sides are closed, the posterior
    is at most half as wide as the prior, and the 95 % interval spans less than a factor of ten.
    One closed side alone: bounded on that side.

    Args:
        draws: any shape, standard-normal coordinates of one parameter.
        values: the same draws in the parameter's unit.

    Returns:
        The class: what these data with this prior fix.
    """
    below, above = closed_sides(draws)
    lower, upper = np.quantile(values, [0.025, 0.975])
    narrow = float(draws.std()) <= NARROWED_TO and upper < KNOWN_TO * lower
    return class_of_sides(below, above, bool(narrow))


def closed_sides(draws: np.ndarray) -> tuple[bool, bool]:
    """Say whether a posterior has left the lower and the upper end of its prior."""
    edge = -float(ndtri(PRIOR_TAIL))
    below = float((draws < -edge).mean()) < REMAINING_SHARE
    above = float((draws > edge).mean()) < REMAINING_SHARE
    return below, above


def classify_interval(lower: float | None, upper: float | None) -> Determined:
    """Say how far a profile likelihood fixes one parameter.

    Args:
        lower: lower end of its 95 % interval; None where the interval is open.
        upper: upper end, likewise.

    Returns:
        Determined: both ends are there, less than a factor of ten apart.
    """
    narrow = lower is not None and upper is not None and upper < KNOWN_TO * lower
    return class_of_sides(lower is not None, upper is not None, narrow)


def class_of_sides(below: bool, above: bool, narrow: bool) -> Determined:
    """Name the class of a parameter of which so many sides are closed."""
    if below and above:
        return "determined" if narrow else "not determined"
    return "bounded on one side" if below or above else "not determined"


def cautious(
    classes: tuple[Determined, Determined],
    posterior_sides: tuple[bool, bool],
    profile_sides: tuple[bool, bool],
) -> Determined:
    """Combine two tests: determined where both say so, a side closed where both close it.

    Args:
        classes: by posterior, and by profile likelihood.
        posterior_sides: whether the posterior closes the lower and the upper side.
        profile_sides: whether the profile does.
    """
    below, above = (a and b for a, b in zip(posterior_sides, profile_sides, strict=True))
    return class_of_sides(below, above, classes == ("determined", "determined"))
