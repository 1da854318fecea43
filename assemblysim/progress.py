"""What a user sees while a study runs: bars in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assemblysim.measurement.misfits import MISFIT_WORDS, Misfit
from assemblysim.study.calibration import CalibrationListener
from assemblysim.study.running import Event, Listener

# Seconds between two lines on one mechanism where there is no terminal.
QUIET = 20.0


@contextmanager
def listener(mechanisms: tuple[str, ...]) -> Iterator[Listener]:
    """Show events on stderr, as bars where that is a terminal and as sparse lines elsewhere."""
    console = Console(stderr=True)
    if console.is_terminal:
        with _bars(console, mechanisms) as tell:
            yield tell
    else:
        yield _Lines()


@contextmanager
def _bars(console: Console, mechanisms: tuple[str, ...]) -> Iterator[Listener]:
    """Show one bar for each mechanism."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        tasks = {
            name: progress.add_task(name, total=None, state="searching") for name in mechanisms
        }

        def tell(event: Event) -> None:
            total = event.steps if event.finished else event.max_steps
            progress.update(
                tasks[event.mechanism], total=total, completed=event.steps, state=state_of(event)
            )

        yield tell


class _Lines:
    """Writes a line when a stage ends, and no more often than every 20 s in between."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._last: dict[str, float] = {}

    def __call__(self, event: Event) -> None:
        """Tell of an event, if it is time."""
        now = time.monotonic()
        due = now - self._last.get(event.mechanism, -QUIET) >= QUIET
        sparse = event.stage in ("sampling", "tempering")
        if not (event.finished or due or not sparse):
            return
        self._last[event.mechanism] = now
        steps = f"{event.steps} of at most {event.max_steps} steps, " if event.steps else ""
        sys.stderr.write(
            f"[{now - self._begun:5.0f} s] {event.mechanism}: {steps}{state_of(event)}\n"
        )
        sys.stderr.flush()


def state_of(event: Event) -> str:
    """Say in a few words where a mechanism stands."""
    if event.stage == "conclusions":
        return "done"
    if event.stage == "search":
        return f"search done, best log density {event.best:.1f}"
    if event.stage == "tempering":
        return f"tempering, {event.worst}" if event.worst else "tempering done, walkers placed"
    if event.finished:
        return "converged" if not event.worst else f"not converged: {event.worst}"
    return f"best log density {event.best:.1f}, {event.worst}".rstrip(", ")


@contextmanager
def calibration_listener() -> Iterator[CalibrationListener]:
    """Show how many simulated studies are done, as a bar or as a line every 20 s."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _CalibrationLines()
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        bars = {
            misfit: progress.add_task(misfit, total=None, visible=False) for misfit in MISFIT_WORDS
        }

        def tell(misfit: Misfit, done: int, wanted: int) -> None:
            progress.update(bars[misfit], total=wanted, completed=done, visible=True)

        yield tell


class _CalibrationLines:
    """Writes a line when a kind of error is done, and no more often than every 20 s before."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._last = self._begun - QUIET

    def __call__(self, misfit: Misfit, done: int, wanted: int) -> None:
        """Tell how many simulated studies are done, if it is time."""
        now = time.monotonic()
        if done < wanted and now - self._last < QUIET:
            return
        self._last = now
        sys.stderr.write(
            f"[{now - self._begun:5.0f} s] misfit {misfit}: {done} of {wanted} simulated studies\n"
        )
        sys.stderr.flush()
