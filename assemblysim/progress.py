"""What is told of work in progress, to whoever wants to show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressEvent:
    """Something that a user who waits wants to see.

    Attributes:
        mechanism: which one it is about.
        stage: "searching", "search" when that is done, "smc", "sampling", "conclusions", and after
            these for all mechanisms one by one "nested check", "nested check done", "faults" and
            "forecast".
        steps: sampling steps done.
        max_steps: steps at which sampling ends, whatever the criteria say.
        calls: likelihood calls spent on this mechanism.
        best: greatest log-likelihood where it stands now.
        rate: likelihood calls in a second of computing; 0 where it is not known.
        worst: what the draws still lack, as text.
        finished: whether this mechanism's sampling is over.
    """

    mechanism: str
    stage: str
    steps: int
    max_steps: int
    calls: int
    best: float
    rate: float
    worst: str
    finished: bool


Listener = Callable[[ProgressEvent], None]

# Told of the kind of misspecification, the simulated studies done and the studies wanted.
CalibrationListener = Callable[[str, int, int], None]
