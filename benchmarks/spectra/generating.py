"""Synthetic profiles: ions whose amounts are known, shot noise, and what else instruments show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.spectra.reading.scan import Scan

_FWHM: Final = 2 * math.sqrt(2 * math.log(2))
_POINTS: Final = 6  # within a peak's width
_REACH: Final = 6.0  # standard deviations of a peak
_FAINTEST: Final = 1e-3  # counts; fainter isotope peaks are left out


@dataclass(frozen=True)
class Instrument:
    """What a synthetic spectrum is taken with.

    Attributes:
        resolution: m/z over the full width at half maximum.
        shift: by how much measured m/z are too high, ppm.
        span: first and last m/z.
        background: counts a point at the first m/z; it falls to 1/e over 800 u.
        foreign: ions of other compounds, at places drawn at random.
        foreign_counts: mean number of counts of each.
        unit: intensity of one count.
    """

    resolution: float
    shift: float
    span: tuple[float, float]
    background: float = 1.0
    foreign: int = 0
    foreign_counts: float = 300.0
    unit: float = 3.7


def profile(
    envelopes: Sequence[Envelope],
    counts: Sequence[float],
    instrument: Instrument,
    rng: np.random.Generator,
) -> Scan:
    """Return a spectrum with shot noise.

    Args:
        envelopes: of the ions.
        counts: expected number of counts of each, over its whole envelope.
        instrument: how it is taken.
        rng: of noise and of foreign ions.
    """
    first, last = instrument.span
    step = 1 / instrument.resolution / _POINTS
    mz = first * np.exp(step * np.arange(int(math.log(last / first) / step)))
    mean = instrument.background * np.exp(-(mz - first) / 800)
    for one, number in zip(envelopes, counts, strict=True):
        for place, part in zip(one.mz.tolist(), one.fractions.tolist(), strict=True):
            if number * part > _FAINTEST:
                _add(mean, mz, place, number * part, instrument)
    for _ in range(instrument.foreign):
        place = rng.uniform(first, last)
        number = rng.exponential(instrument.foreign_counts)
        charge = int(rng.integers(1, 3))
        heights = rng.dirichlet(np.full(6, 3.0))
        for isotope, part in enumerate(heights.tolist()):
            _add(mean, mz, place + 1.003 * isotope / charge, number * part, instrument)
    counted = rng.poisson(mean).astype(float)
    return Scan("synthetic", mz, instrument.unit * counted, 1, "positive", "profile")


def _add(
    mean: np.ndarray, mz: np.ndarray, place: float, number: float, instrument: Instrument
) -> None:
    """Add a Gaussian peak of so many counts."""
    place *= 1 + 1e-6 * instrument.shift
    spread = place / instrument.resolution / _FWHM
    low, high = np.searchsorted(mz, [place - _REACH * spread, place + _REACH * spread])
    # A point counts what falls between the middles to its neighbours.
    width = mz[low:high] / instrument.resolution / _POINTS
    heights = np.exp(-0.5 * ((mz[low:high] - place) / spread) ** 2)
    mean[low:high] += number * heights * width / (spread * math.sqrt(2 * math.pi))
