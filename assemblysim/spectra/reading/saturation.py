"""Where a detector no longer follows: points that are as high as it can show, or nearly."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from assemblysim.spectra.reading.scan import Scan

_FLAT: Final = 3  # points one beside the other that are the highest of all: a flat top
_PROFILE_GAP: Final = 0.08  # u; further apart they are peaks of a list
_HIGH: Final = 50.0  # medians of what is above 0; of few counts the highest repeat by chance


def with_saturation(scan: Scan, level: float | None) -> Scan:
    """Return a scan that says where the detector was saturated.

    Args:
        scan: as measured, before it is averaged with others.
        level: intensity from which on the detector no longer follows; None to look for flat tops.
    """
    level = flat_top(scan) if level is None else level
    if level is None:
        return scan
    return replace(scan, saturated=scan.mz[scan.intensities >= level])


def flat_top(scan: Scan) -> float | None:
    """Return the highest intensity of a profile where it stands several times side by side."""
    heights = scan.intensities
    above = heights[heights > 0]
    if scan.sampling == "centroid" or not above.size:
        return None
    top = float(heights.max())
    if top < _HIGH * float(np.median(above)):
        return None
    places = np.flatnonzero(heights == top)
    ahead = places[: len(places) - _FLAT + 1]
    last = places[_FLAT - 1 :]
    flat = (last - ahead == _FLAT - 1) & (scan.mz[last] - scan.mz[ahead] < _FLAT * _PROFILE_GAP)
    return top if flat.any() else None
