"""Errors of simulated intensities, in units of their sd: as the model says, or otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from assemblysim.measurement.measured_intensities import MeasuredIntensities

Misspecification = Literal["none", "shared", "understated", "heavy-tails"]
MISSPECIFICATIONS: tuple[Misspecification, ...] = ("shared", "understated", "heavy-tails")

# Student's t of three degrees of freedom: at the same sd, one error in 70 lies beyond three
# sds and one in 500 beyond six; of normal ones, one in 370 and one in 500 million.
HEAVY_TAILS = 3
UNDERSTATED_BY = 2.0

MISSPECIFICATION_WORDS: dict[str, str] = {
    "none": "errors as the model says",
    "shared": "replicates of one sampling time share an error as large as an intensity's own, "
    "which the model does not know",
    "understated": "every error is twice as large as the noise, which is stated as it was drawn "
    "and not inferred",
    "heavy-tails": "an intensity's errors have heavy tails (Student's t, 3 degrees of freedom) at "
    "the stated standard deviation",
}


@dataclass(frozen=True, eq=False)
class UnitErrors:
    """Errors in units of their standard deviations.

    Attributes:
        own: shape (N, I), of each intensity.
        shared: shape (N, I), of a sampling; replicates have the same.
    """

    own: np.ndarray
    shared: np.ndarray


def unit_errors(
    measured: MeasuredIntensities, misspecification: Misspecification, rng: np.random.Generator
) -> UnitErrors:
    """Draw errors for every intensity of a table.

    Args:
        measured: the table whose sampling times and replicates they are for.
        misspecification: "none" for what the likelihood assumes; see `MISSPECIFICATION_WORDS`.
        rng: source of randomness; the same state gives the same errors but for
            the misspecification.
    """
    shape = measured.values.shape
    shared = rng.standard_normal((len(measured.times), shape[1]))[measured.at]
    own = rng.standard_normal(shape)
    if misspecification == "shared":
        own = own + rng.standard_normal((len(measured.times), shape[1]))[measured.at]
    elif misspecification == "understated":
        own, shared = UNDERSTATED_BY * own, UNDERSTATED_BY * shared
    elif misspecification == "heavy-tails":
        # A normal over the root of a chi-square mean; divided by the sd of Student's t.
        wide = np.sqrt(rng.chisquare(HEAVY_TAILS, shape) / HEAVY_TAILS)
        own = own / wide / np.sqrt(HEAVY_TAILS / (HEAVY_TAILS - 2))
    return UnitErrors(own, shared)
