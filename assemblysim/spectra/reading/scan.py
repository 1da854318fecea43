"""One scan of a mass spectrometer, and several of them as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from assemblysim.errors import InputError

Polarity = Literal["positive", "negative", ""]
Sampling = Literal["profile", "centroid", ""]


@dataclass(frozen=True, eq=False)
class Scan:
    """Intensities over m/z.

    Attributes:
        name: that its file has for it.
        mz: shape (N,), u per elementary charge, never falling.
        intensities: shape (N,), in the instrument's unit.
        level: 1 of a mass spectrum, 2 and more of fragments.
        polarity: "" where the file does not say.
        sampling: whether points of a profile or peaks; "" where the file does not say.
        time_h: since the run's start, h; None where the file does not say.
        saturated: m/z of points at which the detector no longer followed.

    Raises:
        InputError: m/z fall, are not above 0, or a number is not finite.
    """

    name: str
    mz: np.ndarray
    intensities: np.ndarray
    level: int = 1
    polarity: Polarity = ""
    sampling: Sampling = ""
    time_h: float | None = None
    saturated: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mz).all() and np.isfinite(self.intensities).all()):
            raise InputError("a number is not finite; export the spectrum again")
        if self.mz.size and self.mz.min() <= 0:
            raise InputError(f"m/z {self.mz.min():g} is not above 0; export the spectrum again")
        fall = np.flatnonzero(np.diff(self.mz) < 0)
        if fall.size:
            first, second = self.mz[fall[0]], self.mz[fall[0] + 1]
            raise InputError(
                f"m/z falls from {first:.6g} to {second:.6g} at point {fall[0] + 2}; sort the "
                "points by m/z"
            )


def chosen_scans(
    scans: Sequence[Scan],
    polarity: Polarity = "",
    between: tuple[float, float] | None = None,
) -> tuple[Scan, ...]:
    """Return the mass spectra (level 1) of one polarity within a range of time that hold points.

    Args:
        scans: of one file.
        polarity: "" where the file has one only.
        between: first and last time, h; None for all.

    Raises:
        InputError: there are two polarities and none is chosen, times are asked for and a scan
            has none, or nothing is left.
    """
    first = [one for one in scans if one.level == 1]
    kinds = {one.polarity for one in first if one.polarity}
    if len(kinds) > 1 and not polarity:
        raise InputError("has scans of both polarities; choose positive or negative")
    kept = [one for one in first if not polarity or one.polarity in (polarity, "")]
    if between is not None:
        if any(one.time_h is None for one in kept):
            raise InputError("a scan has no time; leave the range of times out")
        kept = [one for one in kept if between[0] <= (one.time_h or 0.0) <= between[1]]
    filled = tuple(one for one in kept if one.mz.size)
    if not filled:
        raise InputError(
            f"none of its {len(scans)} scans is a mass spectrum with points that was asked for"
        )
    return filled


def mean_scan(scans: Sequence[Scan]) -> Scan:
    """Return the mean of scans.

    Profiles are interpolated on the m/z of the one with most points. Peaks of all scans stand in
    one list, each with its intensity over the number of scans, so that sums over a window are
    the mean. Where one of them was saturated, the mean is.

    Raises:
        InputError: there is none, or profiles are mixed with peaks.
    """
    if not scans:
        raise InputError("there is no scan to average")
    if len(scans) == 1:
        return scans[0]
    kinds = {one.sampling for one in scans}
    if len(kinds) > 1:
        raise InputError("has profiles and peaks among the scans to average; choose one kind")
    first, full = scans[0], np.unique(np.concatenate([one.saturated for one in scans]))
    name = f"{first.name} to {scans[-1].name}"
    if first.sampling == "profile":
        mz = max((one.mz for one in scans), key=len)
        every = [np.interp(mz, one.mz, one.intensities, left=0, right=0) for one in scans]
        mean = np.mean(every, axis=0)
        return Scan(name, mz, mean, 1, first.polarity, "profile", first.time_h, full)
    mz = np.concatenate([one.mz for one in scans])
    intensities = np.concatenate([one.intensities for one in scans]) / len(scans)
    order = np.argsort(mz, kind="stable")
    return Scan(
        name, mz[order], intensities[order], 1, first.polarity, first.sampling, first.time_h, full
    )
