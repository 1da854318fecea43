"""One file as a whole course: scans of a continuous infusion, averaged in bins of reaction time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.language import counted, time_label
from assemblysim.spectra.assignment.course import MeasuredSpectrum
from assemblysim.spectra.reading.saturation import with_saturation
from assemblysim.spectra.reading.scan import Scan, chosen_scans, mean_scan

MOST_BINS: Final = 500
_ROUNDING: Final = 1e-9  # h, and of a bin; a scan at a bin's beginning belongs to it


@dataclass(frozen=True)
class RunClock:
    """How the scans of a run are put into bins.

    Attributes:
        start: when the reaction began, by the clock of the run, h.
        ends: of the bins of reaction time, increasing, h; with a single one, the width of all.
        gaps: parts of the run that are left out, by its clock, h.

    Raises:
        InputError: ends do not increase or a gap ends before it begins.
    """

    start: float
    ends: tuple[float, ...]
    gaps: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if len(self.ends) == 1 and self.ends[0] <= 0:
            raise InputError(f"bins: the width {time_label(self.ends[0])} is not above 0")
        for before, after in zip(self.ends, self.ends[1:], strict=False):
            if after <= before:
                raise InputError(
                    f"bins: {time_label(before)} is followed by {time_label(after)}; write them in "
                    "the order of time"
                )
        for first, last in self.gaps:
            if last <= first:
                raise InputError(
                    f"gaps: from {time_label(first)} to {time_label(last)} is none; write the "
                    "earlier time first"
                )

    def bin_of(self, clock: float) -> int | None:
        """Return the bin of a time of the run, h; None where it is left out."""
        time = clock - self.start + _ROUNDING
        if time < 0 or any(first <= clock < last for first, last in self.gaps):
            return None
        if len(self.ends) == 1:
            return int(time / self.ends[0] + _ROUNDING)
        place = int(np.searchsorted(self.ends, time, "right")) - 1
        return place if 0 <= place < len(self.ends) - 1 else None


def binned_spectra(
    name: str, scans: Iterable[Scan], clock: RunClock, polarity: str, saturation: float | None
) -> tuple[MeasuredSpectrum, ...]:
    """Average the scans of a run, of which one bin is in memory at a time.

    Args:
        name: of the file.
        scans: in the order of time.
        clock: how.
        polarity: that counts where scans say theirs.
        saturation: see `with_saturation`.

    Raises:
        InputError: a scan has no time or an earlier one than that before it, there are more bins
            than are of use, or none.
    """
    found: list[MeasuredSpectrum] = []
    for kept in _bins(scans, clock, polarity):
        if len(found) == MOST_BINS:
            raise InputError(f"bins: more than {MOST_BINS} come of them; state wider ones")
        found.append(_averaged(name, kept, clock, saturation))
    if not found:
        sign = f" {polarity}" if polarity else ""
        raise InputError(
            f"{name}: none of its{sign} scans lies in a bin; check start, bins and gaps, and the "
            "sign of the charges looked for"
        )
    return tuple(found)


def _bins(scans: Iterable[Scan], clock: RunClock, polarity: str) -> Iterator[list[Scan]]:
    """Yield the scans of each bin that has any."""
    kept: list[Scan] = []
    place: int | None = None
    before = -np.inf
    for one in scans:
        if one.level != 1 or not one.mz.size or (polarity and one.polarity not in (polarity, "")):
            continue
        if one.time_h is None:
            raise InputError(f"scan '{one.name}' has no time; export it, or list files by time")
        if one.time_h < before:
            raise InputError(
                f"scan '{one.name}' at {time_label(one.time_h)} follows one at "
                f"{time_label(before)}; write the scans in the order of time"
            )
        before = one.time_h
        now = clock.bin_of(one.time_h)
        if now is None:
            continue
        if kept and now != place:
            yield kept
            kept = []
        place = now
        kept.append(one)
    if kept:
        yield kept


def _averaged(
    name: str, kept: Sequence[Scan], clock: RunClock, saturation: float | None
) -> MeasuredSpectrum:
    marked = [with_saturation(one, saturation) for one in kept]
    mean = mean_scan(chosen_scans(marked))
    times = [one.time_h or 0.0 for one in kept]
    between = f"{time_label(times[0])} to {time_label(times[-1])}"
    said = f"{name}: mean of {counted(len(kept), 'scan')} of the run, {between}"
    source = f"{name}, {between}"
    return MeasuredSpectrum(source, said, mean, float(np.mean(times)) - clock.start)
