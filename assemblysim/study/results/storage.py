"""What a run leaves on disk, written so that a kill at any moment leaves the last whole file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assemblysim.errors import InputError, RunError
from assemblysim.files.codec import Plain, from_plain, store_npz, stored_npz, to_plain
from assemblysim.files.paths import what_lies_at
from assemblysim.inference.fitting import FitStart
from assemblysim.inference.sampling.ensembles import EnsembleState
from assemblysim.inference.sampling.search import Answers, Optimum
from assemblysim.inference.sampling.smc import Particles

T = TypeVar("T")
# Raise when the checkpoint's content changes, so that an old one is not resumed.
CHECKPOINT_VERSION = "6"
REMEDY = "nothing was changed; --anew puts stored results aside, --results names another folder"


@dataclass(frozen=True, eq=False)
class Progress:
    """How far one mechanism's fit has come.

    Attributes:
        start: what the search found, with the ensembles before their first step.
        states: the ensembles now.
        calls: likelihood calls spent so far.
        failed: how many of them failed.
        seconds: computing time spent so far, summed over workers.
        finished: whether sampling is over, converged or not.
    """

    start: FitStart
    states: tuple[EnsembleState, ...]
    calls: int
    failed: int
    seconds: float
    finished: bool


def digest(value: object) -> str:
    """Return a short text that changes whenever a value does."""
    text = json.dumps(to_plain(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


Mark = Mapping[str, str]


def write_marked(path: Path, mark: Mark, value: object) -> None:
    """Store a value as an .npz file, with what it was made from.

    Args:
        path: the file.
        mark: everything that the value depends on, by name, each as a short text.
        value: what to store.
    """
    made_from = {**mark, "checkpoint": CHECKPOINT_VERSION}
    store_npz(path, {"made_from": made_from, "value": value})


def read_marked(kind: type[T], path: Path, mark: Mark) -> T | None:
    """Read a stored value; None where there is no file.

    Args:
        kind: of the value.
        path: the file.
        mark: as it was stored with.

    Raises:
        RunError: the file is damaged, or was made from other inputs, settings or versions.
    """
    if what_lies_at(path) == "nothing":
        return None
    wanted = {**mark, "checkpoint": CHECKPOINT_VERSION}
    try:
        plain, arrays = stored_npz(path)
        stored = plain if isinstance(plain, dict) else {}
        found = stored.get("made_from")
        if found == wanted:
            return from_plain(kind, stored.get("value"), arrays)
    except InputError:
        raise RunError(f"{path}: is damaged or no checkpoint; {REMEDY}") from None
    raise RunError(f"{path}: {_other_origin(found, wanted)}; {REMEDY}")


def _other_origin(found: Plain, wanted: Mark) -> str:
    """Say what a stored file was made from that differs."""
    if not isinstance(found, dict):
        return "was made by an earlier version"
    names = [n for n in sorted({*found, *wanted}) if found.get(n) != wanted.get(n)]
    readable = [
        f"{n} {found[n]} instead of {wanted[n]}" if n in found and n in wanted else f"another {n}"
        for n in names[:3]
    ]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"was made with {', '.join(readable)}{more}"


@dataclass(frozen=True)
class Cost:
    """What something cost.

    Attributes:
        calls: likelihood calls spent.
        failed: how many of them failed.
        seconds: computing time.
    """

    calls: int
    failed: int
    seconds: float

    def __add__(self, other: Cost) -> Cost:
        """Return both costs together."""
        return Cost(
            self.calls + other.calls, self.failed + other.failed, self.seconds + other.seconds
        )


@dataclass(frozen=True, eq=False)
class StoredRun:
    """One SMC run on its way, and what it cost so far.

    Attributes:
        particles: where it stands.
        calls: likelihood calls spent.
        failed: how many of them failed.
        seconds: computing time.
    """

    particles: Particles
    calls: int
    failed: int
    seconds: float

    @property
    def cost(self) -> Cost:
        """What it cost so far."""
        return Cost(self.calls, self.failed, self.seconds)


@dataclass(frozen=True, eq=False)
class StoredSearch:
    """How far a search has come, and what it cost.

    Attributes:
        optima: all distinct ones, best first; none while it goes on.
        answers: what it was told so far; None when it has ended.
        cost: so far.
    """

    optima: tuple[Optimum, ...]
    answers: Answers | None
    cost: Cost
