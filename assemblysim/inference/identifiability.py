"""How far the data fix each parameter: determined, bounded on one side, or not determined."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtri

Determined = Literal["determined", "bounded on one side", "not determined"]

# The outer part of the prior that a fixed parameter must have left, and what may remain there.
PRIOR_TAIL = 0.05
REMAINING_SHARE = 0.005
# Prior standard deviation is 1 in these coordinates.
NARROWED_TO = 0.5
# A prior of seven decades leaves much room: what is known to no better than an order of
# magnitude is not called determined.
KNOWN_TO = 10.0


def classify(draws: np.ndarray, values: np.ndarray) -> Determined:
    """Say how far the data fix one parameter.

    A side is closed when the posterior has left the outer 5 % of the prior there (less than
    a tenth of the prior's share remains). Determined: both sides are closed, the posterior
    is at most half as wide as the prior, and the 95 % interval spans less than a factor of ten.
    One closed side alone: bounded on that side.

    Args:
        draws: any shape, standard-normal coordinates of one parameter.
        values: the same draws in the parameter's unit.

    Returns:
        The class. It compares posterior with prior only, so it says what these data with
        this prior fix; profile likelihoods are a later and stricter test.
    """
    edge = -float(ndtri(PRIOR_TAIL))
    below_open = float((draws < -edge).mean()) >= REMAINING_SHARE
    above_open = float((draws > edge).mean()) >= REMAINING_SHARE
    if not below_open and not above_open:
        lower, upper = np.quantile(values, [0.025, 0.975])
        narrow = float(draws.std()) <= NARROWED_TO and upper < KNOWN_TO * lower
        return "determined" if narrow else "not determined"
    return "not determined" if below_open and above_open else "bounded on one side"
