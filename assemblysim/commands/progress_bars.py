"""What a user sees while a study runs: bars in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column

from assemblysim.kinetics.engines.integration import engine_in_use
from assemblysim.measurement.simulation.misspecifications import MISSPECIFICATION_WORDS
from assemblysim.progress import CalibrationListener, Listener, ProgressEvent

# Seconds between two lines where there is no terminal: enough to see that it runs.
QUIET = 60.0
CALIBRATION_QUIET = 20.0
# Seconds after which somebody wonders whether a run hangs.
STILL = 15.0
# Characters of a terminal: below, rates and likelihoods are left out.
NARROW = 110


@contextmanager
def listener(mechanisms: tuple[str, ...]) -> Iterator[Listener]:
    """Show events on stderr, as bars where that is a terminal and as a few lines elsewhere."""
    say_engine()
    console = Console(stderr=True)
    if console.is_terminal:
        with _bars(console, mechanisms) as tell:
            yield tell
        return
    lines = _Lines()
    with _repeated(lines.still):
        yield lines


@contextmanager
def _bars(console: Console, mechanisms: tuple[str, ...]) -> Iterator[Listener]:
    """Show one bar for each mechanism: steps, rate, time that is left, best likelihood."""
    narrow = console.width < NARROW
    longest = max(map(len, mechanisms), default=1)
    columns = [
        # A name is never cut; where there is no room, what is beside it is folded.
        TextColumn("{task.description}", table_column=Column(no_wrap=True, min_width=longest)),
        BarColumn(bar_width=6 if narrow else 16),
        TextColumn("{task.fields[steps]}"),
        *([] if narrow else [TextColumn("{task.fields[figures]}")]),
        TextColumn("{task.fields[state]}", table_column=Column(overflow="fold", ratio=1)),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, console=console, expand=narrow) as progress:
        paces = {name: Pace() for name in mechanisms}
        tasks = {
            name: progress.add_task(name, total=None, steps="", figures="", state="searching")
            for name in mechanisms
        }

        def tell(event: ProgressEvent) -> None:
            pace = paces[event.mechanism]
            pace.note(event, time.monotonic())
            sampled = event.steps > 0
            progress.update(
                tasks[event.mechanism],
                total=(event.steps if event.finished else event.max_steps) if sampled else None,
                completed=event.steps,
                steps=f"{event.steps}/{event.max_steps}" if sampled else "",
                figures=pace.words(event),
                state=state_of(event),
            )

        yield tell


class Pace:
    """How fast one mechanism's sampling goes on, and the best likelihood that it has seen."""

    def __init__(self) -> None:
        self.best = -math.inf
        self._first: tuple[float, int] | None = None
        self._last: tuple[float, int] | None = None

    def note(self, event: ProgressEvent, now: float) -> None:
        """Take an event in; `now` is in seconds of any clock."""
        self.best = max(self.best, event.best)
        if event.stage in ("smc", "sampling"):
            if self._first is None or not event.steps:
                self._first = (now, event.steps)
            self._last = (now, event.steps)

    def left(self, event: ProgressEvent) -> float | None:
        """Return the seconds until all steps are spent; None where no rate is known yet.

        Sampling ends earlier where the convergence criteria are met before.
        """
        if self._first is None or self._last is None or event.finished:
            return None
        seconds, steps = self._last[0] - self._first[0], self._last[1] - self._first[1]
        return (event.max_steps - event.steps) * seconds / steps if steps > 0 else None

    def words(self, event: ProgressEvent) -> str:
        """Say the rate, the time that is left at most, and the best log-likelihood so far."""
        parts = [f"{event.rate:.0f} calls/s"] if event.rate > 0 else []
        left = self.left(event)
        if left is not None:
            parts.append(f"at most {_time(left)} left")
        if math.isfinite(self.best):
            parts.append(f"best log-likelihood {self.best:.1f}")
        return ", ".join(parts)


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class _Timed:
    """Writes lines on stderr with the time since the first: those in between only now and then."""

    def __init__(self, quiet: float, *, at_once: bool) -> None:
        self._begun = time.monotonic()
        self._quiet, self._last = quiet, self._begun - (quiet if at_once else 0.0)

    def quiet(self, now: float) -> bool:
        """Whether nothing was written for a while."""
        return now - self._last >= self._quiet

    def write(self, line: str, now: float, *, due: bool) -> None:
        """Write a line that is due, or before which nothing was written for a while."""
        if due or self.quiet(now):
            self._last = now
            sys.stderr.write(f"[{now - self._begun:5.0f} s] {line}\n")
            sys.stderr.flush()


class _Lines:
    """Writes the first event, each stage of a mechanism, and else a line a minute."""

    def __init__(self) -> None:
        self._lines = _Timed(QUIET, at_once=True)
        self._paces: dict[str, Pace] = {}
        self._stages: dict[str, str] = {}
        self._told = ""

    def __call__(self, event: ProgressEvent) -> None:
        """Tell of an event, if it is time."""
        now = time.monotonic()
        pace = self._paces.setdefault(event.mechanism, Pace())
        pace.note(event, now)
        steps = f"{event.steps} of at most {event.max_steps} steps, " if event.steps else ""
        figures = pace.words(event)
        line = f"{event.mechanism}: {steps}{state_of(event)}{f', {figures}' if figures else ''}"
        begun = self._stages.get(event.mechanism) != event.stage and event.stage in _STATES
        self._stages[event.mechanism] = event.stage
        self._told = f"{event.mechanism}: {state_of(event)}"
        ended = event.finished and event.stage == "sampling"
        self._lines.write(line, now, due=ended or begun)

    def still(self) -> None:
        """Tell again what was told last, where nothing was for a while."""
        now = time.monotonic()
        if self._told and self._lines.quiet(now):
            self._lines.write(f"still at {self._told}", now, due=True)


@contextmanager
def _repeated(tell: Callable[[], None]) -> Iterator[None]:
    """Call something every few seconds while a block runs.

    Processes of a pool have to be there before: a fork beside a thread may hang.
    """
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(STILL):
            tell()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def stage(text: str) -> Iterator[None]:
    """Say what a run goes on with, and until it is done that it still does."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(text, total=1)
            yield
            progress.update(task, completed=1)
        return
    begun = time.monotonic()
    say_stage(text)
    with _repeated(lambda: say_stage(f"still {text}, {time.monotonic() - begun:.0f} s")):
        yield


def say_stage(text: str) -> None:
    """Say on stderr what a run goes on with, as a line of progress."""
    sys.stderr.write(f"[   then] {text}\n")
    sys.stderr.flush()


Stage = Callable[[str], AbstractContextManager[None]]


def silent_stage(_: str) -> AbstractContextManager[None]:
    """Say nothing of a stage: for commands that only write a report."""
    return nullcontext()


def say_engine() -> None:
    """Say on stderr which engine integrates, as the first line of progress."""
    sys.stderr.write(f"[  first] engine {engine_in_use()}\n")
    sys.stderr.flush()


_STATES = {
    "conclusions": "done",
    "search": "search done",
    "nested check": "done; now checked by nested sampling",
    "nested check done": "done, and checked by nested sampling",
    "faults": "done; now held against faults of the data",
    "forecast": "done; now what it predicts",
}


def state_of(event: ProgressEvent) -> str:
    """Say in a few words where a mechanism stands."""
    if event.stage in _STATES:
        return _STATES[event.stage]
    if event.stage == "searching":
        return f"searching, {event.worst}"
    if event.stage == "smc":
        return f"SMC, {event.worst}" if event.worst else "SMC done, walkers placed"
    if event.finished:
        return "converged" if not event.worst else f"not converged: {event.worst}"
    return f"sampling, {event.worst}".rstrip(", ")


@contextmanager
def calibration_listener() -> Iterator[CalibrationListener]:
    """Show how many simulated studies are done, as a bar or as a line every 20 s."""
    console = Console(stderr=True)
    if not console.is_terminal:
        lines = _Timed(CALIBRATION_QUIET, at_once=True)

        def write(misspecification: str, done: int, wanted: int) -> None:
            said = f"misspecification {misspecification}: {done} of {wanted} simulated studies"
            lines.write(said, time.monotonic(), due=done >= wanted)

        yield write
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        bars: dict[str, TaskID] = {
            misspecification: progress.add_task(misspecification, total=None, visible=False)
            for misspecification in MISSPECIFICATION_WORDS
        }

        def tell(misspecification: str, done: int, wanted: int) -> None:
            progress.update(bars[misspecification], total=wanted, completed=done, visible=True)

        yield tell
