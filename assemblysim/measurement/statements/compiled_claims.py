"""`joint.joint_probability` of all claims of an experiment in compiled code, one call for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from assemblysim.measurement.statements.lattice import PANEL_POINTS, UP_TO_NODES, WEIGHTS, WIDTH
from assemblysim.measurement.statements.relations import Claim

try:
    from assemblysim.kinetics.engines import _kernel
except ImportError:
    _kernel = None  # type: ignore[assignment]

# Bits of what is said of a time; the kernel has the same.
DETECTED, ABSENT, BELOW_NEXT, ABOVE_NEXT, PERHAPS_LARGEST, ABUNDANT = (1 << i for i in range(6))


@dataclass(frozen=True, eq=False)
class ClaimTables:
    """What U parts claim of one signal each, as lists of their times, as the kernel takes them.

    Attributes:
        begin: shape (U + 1,): a part's entries, one for each of its times, begin here.
        signal: shape (U,), which of the I signals a part is about.
        time: shape (N,), which of the T sampling times an entry is about.
        said: shape (N,), bits of what is said.
        share: shape (N, 3), logs of fractions: of the spectrum at most, of the largest at least,
            of the largest at most; infinite where nothing is said.
        reach: standard deviations beyond which noise is left out.
    """

    begin: np.ndarray
    signal: np.ndarray
    time: np.ndarray
    said: np.ndarray
    share: np.ndarray
    reach: float

    def chances(
        self, logs: np.ndarray, whole: np.ndarray, reader: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Return the chance that all claims of each part hold, shape (B, U).

        Args:
            logs: shape (B, T, I), of the signals.
            whole: shape (B, T), log of their sum.
            reader: shapes (B,): log of the limit, sd of a log signal, log of the fraction that
                counts as abundant.
        """
        found = np.empty((len(logs), len(self.signal)))
        if not len(logs):
            return found
        limit, noise, abundant = (np.ascontiguousarray(one, dtype=float) for one in reader)
        _kernel.claim_chances(
            begin=self.begin,
            signal=self.signal,
            time=self.time,
            said=self.said,
            share=self.share,
            points=PANEL_POINTS,
            weights=WEIGHTS,
            up_to=_BY_NODE,
            width=WIDTH,
            reach=self.reach,
            logs=np.ascontiguousarray(logs, dtype=float),
            whole=np.ascontiguousarray(whole, dtype=float),
            limit=limit,
            noise=noise,
            abundant=abundant,
            chances=found,
        )
        return found


_BY_NODE = np.ascontiguousarray(UP_TO_NODES.T)


def claim_tables(
    parts: Sequence[tuple[int, tuple[int, ...], Claim]], negligible: float
) -> ClaimTables | None:
    """Make the tables; None without the kernel or where nothing is claimed.

    Args:
        parts: for each the number of its signal, those of its sampling times, and what is claimed.
        negligible: what may be left out of a probability.
    """
    if _kernel is None or not parts:
        return None
    entries = [entry for _, times, claim in parts for entry in _entries(len(times), claim)]
    sizes = [len(times) for _, times, _ in parts]
    return ClaimTables(
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
        np.array([signal for signal, _, _ in parts], dtype=np.int32),
        np.array([time for _, times, _ in parts for time in times], dtype=np.int32),
        np.array([said for said, _ in entries], dtype=np.uint32),
        np.array([shares for _, shares in entries], dtype=float),
        -float(ndtri(negligible)),
    )


def _entries(count: int, claim: Claim) -> list[tuple[int, tuple[float, float, float]]]:
    """Return what is said of each of so many times, as bits and as logs of fractions."""
    minor, near, small = np.full(count, np.inf), np.full(count, -np.inf), np.full(count, np.inf)
    said = np.zeros(count, dtype=int)
    for time, fraction in claim.minor:
        minor[time] = min(minor[time], np.log(fraction))
    for time, share in claim.near:
        if share is None:
            said[time] |= ABUNDANT
        else:
            near[time] = max(near[time], np.log(share))
    for time, fraction in claim.small:
        small[time] = min(small[time], np.log(fraction))
    for time in range(count):
        said[time] |= DETECTED * (time in claim.detected) | ABSENT * (time in claim.absent)
        said[time] |= BELOW_NEXT * ((time, time + 1) in claim.rises)
        said[time] |= ABOVE_NEXT * ((time + 1, time) in claim.rises)
        said[time] |= PERHAPS_LARGEST * (claim.largest is None or time in claim.largest)
    return list(zip(said.tolist(), zip(minor, near, small, strict=True), strict=True))
