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


def classify(draws: np.ndarray) -> Determined:
    """Say how far the data fix one parameter.

    A side is closed when the posterior has left the outer 5 % of the prior there (less than
    a tenth of the prior's share remains). Determined: both sides are closed and the posterior
    is at most half as wide as the prior. One closed side alone: bounded on that side.

    Args:
        draws: any shape, standard-normal coordinates of one parameter.

    Returns:
        The class. It compares posterior with prior only, so it says what these data with
        this prior fix; profile likelihoods are a later and stricter test.
    """
    edge = -float(ndtri(PRIOR_TAIL))
    below_open = float((draws < -edge).mean()) >= REMAINING_SHARE
    above_open = float((draws > edge).mean()) >= REMAINING_SHARE
    if not below_open and not above_open:
        return "determined" if float(draws.std()) <= NARROWED_TO else "not determined"
    return "not determined" if below_open and above_open else "bounded on one side"
