"""Segments of a protocol one after another: which times each is asked for, how far each came."""

from __future__ import annotations

import numpy as np

from assemblysim.kinetics.reactor.protocol import Segment
from assemblysim.kinetics.trajectory import TrajectoryBatch


def asked_of(segment: Segment, times: np.ndarray) -> tuple[np.ndarray, slice]:
    """Return the times of a segment after its begin, its end last, and which columns they are.

    Where each reactor has times of its own, all columns are asked for in every segment, those that
    lie outside at its ends.
    """
    length = segment.end - segment.begin
    if times.ndim == 2:
        inside = np.clip(times - segment.begin, 0.0, length)
        return np.concatenate([inside, np.full((len(times), 1), length)], axis=1), slice(None)
    first = 0 if segment.begin == 0 else int(np.searchsorted(times, segment.begin, side="right"))
    columns = slice(first, max(first, int(np.searchsorted(times, segment.end, side="right"))))
    after = times[columns] - segment.begin
    if not after.size or after[-1] != length:
        after = np.append(after, length)
    return after, columns


def belong(segment: Segment, times: np.ndarray) -> np.ndarray:
    """Return which of each reactor's own times, shape (B, T), lie in a segment."""
    return np.asarray((times <= segment.end) & ((times > segment.begin) | (segment.begin == 0)))


class Endings:
    """How far each reactor came, over segments."""

    def __init__(self, reactors: int) -> None:
        self.reached = np.zeros(reactors)
        self.status = np.zeros(reactors, dtype=np.int32)
        self.steps = np.zeros(reactors, dtype=np.int64)

    def add(self, segment: Segment, batch: TrajectoryBatch) -> None:
        """Note how a segment ended; a reactor that failed before stays where it was."""
        alive = self.status == 0
        self.reached = np.where(alive, segment.begin + batch.reached, self.reached)
        self.status = np.where(alive, batch.status, self.status).astype(np.int32)
        self.steps = self.steps + np.where(alive, batch.steps, 0)


def end_of(times: np.ndarray) -> float:
    """Return the last of times, shape (T,) or (B, T), h."""
    return float(times[..., -1].max())


def put(
    found: np.ndarray,
    values: np.ndarray,
    segment: Segment,
    times: np.ndarray,
    columns: slice,
) -> None:
    """Write what a segment gave, (B, T', ...), into all that is asked for, (B, T, ...)."""
    if times.ndim == 2:
        here = belong(segment, times)
        found[here] = values[:, : times.shape[1]][here]
    else:
        found[:, columns] = values[:, : columns.stop - columns.start]
