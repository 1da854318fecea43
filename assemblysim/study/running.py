"""The run of a study: every mechanism's fit, resumed where it stopped, stored as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from assemblysim.inference.diagnosis import Check, diagnose
from assemblysim.inference.fitting import FitStart, advance_fit, start_fit
from assemblysim.inference.population import Component
from assemblysim.inference.problem import Problem
from assemblysim.inference.sampling import EnsembleState, kept_draws
from assemblysim.inference.settings import FitSettings
from assemblysim.study.storage import Progress, fingerprint, read_checkpoint, write_checkpoint
from assemblysim.study.versions import versions

# Gates are looked at from this many steps on: below it the autocorrelation is not known.
FIRST_LOOK = 200


class Workers(Protocol):
    """Anything that maps a function over arguments: a process pool, a cluster's executor."""

    def map(self, function: Callable[..., Any], /, *arguments: Iterable[Any]) -> Iterable[Any]:
        """Return the results in the order of the arguments."""


class OneWorker:
    """Works in this process, one call after the other."""

    def map(self, function: Callable[..., Any], /, *arguments: Iterable[Any]) -> Iterator[Any]:
        """Return the results in the order of the arguments."""
        return map(function, *arguments)


@dataclass(frozen=True)
class Event:
    """Something that a user who waits wants to see.

    Attributes:
        mechanism: which one it is about.
        stage: "search", "sampling" or "conclusions".
        steps: sampling steps done.
        max_steps: steps at which sampling ends, whatever the gates say.
        calls: likelihood calls spent on this mechanism.
        best: greatest log posterior density seen.
        worst: the gate that is furthest from its bound, as text.
        finished: whether this mechanism's sampling is over.
    """

    mechanism: str
    stage: str
    steps: int
    max_steps: int
    calls: int
    best: float
    worst: str
    finished: bool


Listener = Callable[[Event], None]


def timed_start(problem: Problem, settings: FitSettings, seed: int) -> tuple[FitStart, float]:
    """Start a fit; return also the seconds it took."""
    begun = time.perf_counter()
    return start_fit(problem, settings, seed), time.perf_counter() - begun


def timed_advance(
    problem: Problem, state: EnsembleState, steps: int, proposal: Component
) -> tuple[EnsembleState, int, int, float]:
    """Move one ensemble on; return also calls, failed calls and seconds."""
    begun = time.perf_counter()
    moved, calls, failed = advance_fit(problem, state, steps, proposal)
    return moved, calls, failed, time.perf_counter() - begun


def made_from(problem: Problem, settings: FitSettings, seed: int, inputs: dict[str, str]) -> str:
    """Return the fingerprint of all that a mechanism's draws depend on.

    The number of steps is left out, so that a larger budget resumes the same run.
    """
    return fingerprint(
        {
            "mechanism": problem.mechanism,
            "parameters": [str(p) for p in problem.parameters],
            "stated": [list(pair) for pair in problem.stated],
            "tolerance": str(problem.tolerance),
            "settings": [settings.ensembles, settings.walkers, settings.screened, settings.starts],
            "round_steps": settings.round_steps,
            "seed": seed,
            "inputs": inputs,
            "versions": versions(),
        }
    )


def fit_all(
    problems: tuple[Problem, ...],
    settings: FitSettings,
    seed: int,
    inputs: dict[str, str],
    results: Path,
    workers: Workers,
    tell: Listener,
) -> dict[str, Progress]:
    """Fit every mechanism until its gates pass or its steps are spent.

    Args:
        problems: one for each mechanism.
        settings: how much work to spend.
        seed: of the study.
        inputs: digest of every input file, for the fingerprint.
        results: the folder of stored results.
        workers: where the work is done.
        tell: called whenever there is something to show.

    Returns:
        The finished fits by mechanism. Each round of steps is stored as it ends.
    """
    marks = {p.mechanism: made_from(p, settings, seed, inputs) for p in problems}
    paths = {p.mechanism: results / p.mechanism / "checkpoint.npz" for p in problems}
    fits: dict[str, Progress] = {}
    fresh = []
    for problem in problems:
        stored = read_checkpoint(paths[problem.mechanism], marks[problem.mechanism])
        if stored is None:
            fresh.append(problem)
        else:
            fits[problem.mechanism] = judged(stored, settings)[0]
    count = len(fresh)
    started = workers.map(timed_start, fresh, [settings] * count, [seed] * count)
    for problem, (start, seconds) in zip(fresh, started, strict=True):
        fit = Progress(start, start.states, start.calls, start.failed, seconds, finished=False)
        fits[problem.mechanism] = fit
        write_checkpoint(paths[problem.mechanism], fit, marks[problem.mechanism])
        tell(event_of(problem.mechanism, "search", fit, settings, ""))
    while open_ones := [p for p in problems if not fits[p.mechanism].finished]:
        for name, fit in _one_round(open_ones, fits, settings, workers):
            fit, checks = judged(fit, settings)
            fits[name] = fit
            write_checkpoint(paths[name], fit, marks[name])
            tell(event_of(name, "sampling", fit, settings, worst_gate(checks)))
    return {p.mechanism: fits[p.mechanism] for p in problems}


def _one_round(
    open_ones: list[Problem],
    fits: dict[str, Progress],
    settings: FitSettings,
    workers: Workers,
) -> Iterator[tuple[str, Progress]]:
    """Move every ensemble of the open mechanisms on by one round of steps, as they come in."""
    tasks = [
        (p, state, fits[p.mechanism].start.proposal)
        for p in open_ones
        for state in fits[p.mechanism].states
    ]
    steps = [min(settings.round_steps, settings.max_steps - state.steps) for _, state, _ in tasks]
    problems, states, proposals = zip(*tasks, strict=True)
    moved = iter(workers.map(timed_advance, problems, states, steps, proposals))
    for problem in open_ones:
        old = fits[problem.mechanism]
        parts = [next(moved) for _ in old.states]
        new, calls, failed, seconds = zip(*parts, strict=True)
        yield (
            problem.mechanism,
            replace(
                old,
                states=new,
                calls=old.calls + sum(calls),
                failed=old.failed + sum(failed),
                seconds=old.seconds + sum(seconds),
            ),
        )


def judged(fit: Progress, settings: FitSettings) -> tuple[Progress, tuple[Check, ...]]:
    """Say whether a fit's sampling is over: all gates passed, or all steps spent."""
    steps = min(state.steps for state in fit.states)
    if steps < min(FIRST_LOOK, settings.max_steps):
        return replace(fit, finished=False), ()
    checks = diagnose(kept_draws(fit.states), settings.gates, fit.failed / max(1, fit.calls))
    passed = all(check.passed for check in checks)
    return replace(fit, finished=passed or steps >= settings.max_steps), checks


def worst_gate(checks: tuple[Check, ...]) -> str:
    """Name the first gate that is not passed, with its figure; "" where all are."""
    for check in checks:
        if not check.passed:
            return f"{check.name} {check.value:.3g} (bound {check.bound:g})"
    return ""


def event_of(mechanism: str, stage: str, fit: Progress, settings: FitSettings, worst: str) -> Event:
    """Describe where a fit stands."""
    best = max(float(state.position_log_density.max()) for state in fit.states)
    steps = min(state.steps for state in fit.states)
    return Event(mechanism, stage, steps, settings.max_steps, fit.calls, best, worst, fit.finished)
