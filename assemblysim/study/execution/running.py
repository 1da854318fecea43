"""The run of a study: every mechanism's fit, resumed where it stopped, stored as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.files.writing.manifest import remove_results
from assemblysim.inference.evidence.prior_changes import widened
from assemblysim.inference.fitting import (
    FitStart,
    Groundwork,
    advance_fit,
    groundwork_found,
    lay_groundwork,
    reference_found,
    smc_task,
    start_fit,
    stream,
    wider_reference,
)
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.diagnosis import AT_LEAST, first_failed
from assemblysim.inference.sampling.ensembles import EnsembleState, kept_draws
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.inference.sampling.smc import SmcRuns, combined_runs, lengthened
from assemblysim.progress import Listener, ProgressEvent
from assemblysim.result.checks import Check
from assemblysim.study.execution.smc_runs import Job, run_all_smc
from assemblysim.study.execution.stored_stages import each_stored
from assemblysim.study.results.storage import (
    Mark,
    Progress,
    StoredRun,
    StoredSearch,
    digest,
    read_marked,
    write_marked,
)
from assemblysim.study.results.versions import versions
from assemblysim.study.workers import Workers

# ConvergenceCriteria are looked at from this many steps on: below it the autocorrelation is not
# known.
FIRST_LOOK = 200
SMC_FOLDER = "smc"
EXPLORATORY, STATED, WIDE = "exploring", "stated", "wide"
# With fewer open mechanisms than this, ensembles go in two groups, which leaves something to do
# for a second worker.
FEW_MECHANISMS = 4
# Rounds of moves after SMC under wider priors: of which a small part is under a shifted one.
MORE_ROUNDS = 20


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Call a function; return also the seconds it took."""
    begun = time.perf_counter()
    return function(*arguments), time.perf_counter() - begun


def made_from(
    problem: Problem, settings: FitSettings, seed: int, inputs: Mapping[str, str]
) -> Mark:
    """Return, by name, all that a mechanism's draws depend on.

    The number of steps is left out, so that a larger budget resumes the same run.
    """
    effort = [settings.ensembles, settings.walkers, settings.screened, settings.starts]
    smc = [str(settings.smc), str(settings.prior_changes)]
    return {
        "mechanism": problem.mechanism,
        "prior": digest([[str(p) for p in problem.parameters], problem.fixed]),
        "tolerance": digest(str(problem.tolerance)),
        "measurement": digest([str(one.measurement) for one in problem.experiments]),
        "sampling": digest([effort, settings.round_steps, smc]),
        "seed": str(seed),
        **{path: content[:16] for path, content in inputs.items()},
        **{f"version of {name}": number for name, number in versions().items()},
    }


def fit_all(
    problems: tuple[Problem, ...],
    settings: FitSettings,
    seed: int,
    inputs: Mapping[str, str],
    results: Path,
    workers: Workers,
    tell: Listener,
) -> dict[str, Progress]:
    """Fit every mechanism until it has converged or its steps are spent.

    Args:
        problems: one for each mechanism.
        settings: how much work to spend.
        seed: of the study.
        inputs: digest of every input file, for the checkpoints.
        results: the folder of stored results.
        workers: where the work is done.
        tell: called whenever there is something to show.

    Returns:
        The finished fits by mechanism. Each round of steps is stored as it ends.

    Raises:
        RunError: a stored checkpoint is damaged or was made from something else.
    """
    marks = {p.mechanism: made_from(p, settings, seed, inputs) for p in problems}
    paths = {p.mechanism: results / p.mechanism / "checkpoint.npz" for p in problems}
    fits: dict[str, Progress] = {}
    fresh = []
    for problem in problems:
        stored = read_marked(Progress, paths[problem.mechanism], marks[problem.mechanism])
        if stored is None:
            fresh.append(problem)
        else:
            fits[problem.mechanism] = judged(stored, settings)[0]
    for problem, fit in _started(fresh, settings, seed, results, marks, workers, tell):
        name = problem.mechanism
        fits[name] = fit
        write_marked(paths[name], marks[name], fit)
        remove_results(results, [f"{name}/{SMC_FOLDER}"])
        tell(event_of(name, "smc", fit, settings, ""))
    while open_ones := [p for p in problems if not fits[p.mechanism].finished]:
        for name, fit in _one_round(open_ones, fits, settings, workers):
            fit, lacking = judged(fit, settings)
            fits[name] = fit
            write_marked(paths[name], marks[name], fit)
            tell(event_of(name, "sampling", fit, settings, lacking_words(lacking)))
    return {p.mechanism: fits[p.mechanism] for p in problems}


def _started(  # as `fit_all`
    fresh: list[Problem],
    settings: FitSettings,
    seed: int,
    results: Path,
    marks: Mapping[str, Mark],
    workers: Workers,
    tell: Listener,
) -> Iterator[tuple[Problem, Progress]]:
    """Search, temper and place the walkers of mechanisms without a checkpoint, as they come in."""
    count = len(fresh)
    same = ([settings] * count, [seed] * count)
    wider = [widened(problem) for problem in fresh]
    found = _searched(fresh, wider, settings, seed, results, marks, workers)
    groundworks, wider_groundworks = (
        [
            groundwork_found(p, one.optima, one.calls, one.failed)
            for p, one in zip(part, ones, strict=True)
        ]
        for part, ones in ((fresh, found[:count]), (wider, found[count:]))
    )
    for problem, groundwork in zip(fresh, groundworks, strict=True):
        tell(search_event(problem.mechanism, groundwork, settings))

    def jobs_of(problems: list[Problem], known: list[Groundwork], label: str) -> list[Job]:
        effort = settings.prior_changes if label == WIDE else settings.smc
        if label == EXPLORATORY:
            effort = effort.exploratory_task
        return [
            Job(
                problem,
                groundwork,
                effort,
                label,
                results / problem.mechanism / SMC_FOLDER,
                marks[problem.mechanism],
            )
            for problem, groundwork in zip(problems, known, strict=True)
        ]

    def told(job: Job, number: int, run: StoredRun) -> None:
        tell(smc_event(job, number, run, settings))

    explored = run_all_smc(jobs_of(fresh, groundworks, EXPLORATORY), seed, workers, told)
    exploratory_runs = [tuple(run.particles for run in of_job) for of_job in explored]
    about = list(map(reference_found, fresh, groundworks, exploratory_runs, [seed] * count))
    own = run_all_smc(jobs_of(fresh, about, STATED), seed, workers, told)
    particles = [tuple(run.particles for run in of_job[1:]) for of_job in own]
    wider_about = list(map(wider_reference, fresh, wider_groundworks, particles, [seed] * count))
    wide_jobs = jobs_of(wider, wider_about, WIDE)
    wide = run_all_smc(wide_jobs, seed, workers, told)
    changed = workers.map(wide_draws, wide_jobs, wide, [seed] * count)
    starts = workers.map(timed, [start_fit] * count, fresh, groundworks, particles, changed, *same)
    for i, (problem, (start, seconds)) in enumerate(zip(fresh, starts, strict=True)):
        seconds += found[i].seconds + found[count + i].seconds
        yield problem, _begun(start, seconds, [*explored[i], *own[i], *wide[i]])


def _searched(
    fresh: list[Problem],
    wider: list[Problem],
    settings: FitSettings,
    seed: int,
    results: Path,
    marks: Mapping[str, Mark],
    workers: Workers,
) -> list[StoredSearch]:
    """Search under the priors as stated, then under the wider ones; what is stored stays."""
    labels = [*[STATED] * len(fresh), *[WIDE] * len(wider)]
    names = [problem.mechanism for problem in (*fresh, *wider)]
    found = each_stored(
        StoredSearch,
        [
            results / n / SMC_FOLDER / f"{of}_search.npz"
            for n, of in zip(names, labels, strict=True)
        ],
        [{**marks[n], "run": f"{of} search"} for n, of in zip(names, labels, strict=True)],
        workers,
        search_for,
        [*fresh, *wider],
        [settings] * len(names),
        [seed] * len(names),
    )
    return [one for _, one in sorted(found, key=lambda one: one[0])]


def search_for(problem: Problem, settings: FitSettings, seed: int) -> StoredSearch:
    """Search for the optima of one mechanism."""
    found, seconds = timed(lay_groundwork, problem, settings, seed)
    return StoredSearch(found.optima, found.calls, found.failed, seconds)


def _begun(start: FitStart, seconds: float, runs: list[StoredRun]) -> Progress:
    """Return where sampling begins, with what it cost to come there."""
    return Progress(
        start,
        start.states,
        start.calls + sum(run.calls for run in runs),
        start.failed + sum(run.failed for run in runs),
        seconds + sum(run.seconds for run in runs),
        finished=False,
    )


def _one_round(
    open_ones: list[Problem],
    fits: dict[str, Progress],
    settings: FitSettings,
    workers: Workers,
) -> Iterator[tuple[str, Progress]]:
    """Move every ensemble of the open mechanisms on by one round of steps, as they come in."""
    cut = [_abreast(fits[p.mechanism].states, len(open_ones)) for p in open_ones]
    tasks = [
        (p, group, fits[p.mechanism].start.proposal)
        for p, groups in zip(open_ones, cut, strict=True)
        for group in groups
    ]
    steps = [min(settings.round_steps, settings.max_steps - g[0].steps) for _, g, _ in tasks]
    problems, states, proposals = zip(*tasks, strict=True)
    moved = iter(workers.map(timed, [advance_fit] * len(tasks), problems, states, steps, proposals))
    for problem, groups in zip(open_ones, cut, strict=True):
        old = fits[problem.mechanism]
        parts, seconds = zip(*(next(moved) for _ in groups), strict=True)
        new, calls, failed = zip(*parts, strict=True)
        yield (
            problem.mechanism,
            replace(
                old,
                states=tuple(state for group in new for state in group),
                calls=old.calls + sum(calls),
                failed=old.failed + sum(failed),
                seconds=old.seconds + sum(seconds),
            ),
        )


def _abreast(states: tuple[EnsembleState, ...], open_ones: int) -> list[tuple[EnsembleState, ...]]:
    """Cut a mechanism's ensembles into groups that go side by side.

    The more go together the better the engine's lanes are filled; when few mechanisms are left
    there are two groups, so that a second worker finds something to do.
    """
    size = len(states) if open_ones >= FEW_MECHANISMS else -(-len(states) // 2)
    return [states[first : first + size] for first in range(0, len(states), size)]


def judged(fit: Progress, settings: FitSettings) -> tuple[Progress, Check | None]:
    """Say whether a fit's sampling is over: all steps spent, or enough draws that converged.

    Returns:
        The fit, and what its draws still lack: of the size sought and the criteria, or where the
        steps are spent of the criteria alone.
    """
    steps = min(state.steps for state in fit.states)
    if steps < min(FIRST_LOOK, settings.max_steps):
        return replace(fit, finished=False), None
    spent, convergence = steps >= settings.max_steps, settings.convergence
    if not spent:
        convergence = replace(
            convergence, effective_size=settings.size_sought * convergence.effective_size
        )
    lacking = first_failed(kept_draws(fit.states), convergence, fit.failed / max(1, fit.calls))
    return replace(fit, finished=spent or lacking is None), lacking


def lacking_words(lacking: Check | None) -> str:
    """Say what draws still lack, with its figure."""
    if lacking is None:
        return ""
    side = "at least" if lacking.name in AT_LEAST else "at most"
    return f"{lacking.name} {lacking.value:.3g}, {side} {lacking.bound:g} sought"


def event_of(
    mechanism: str, stage: str, fit: Progress, settings: FitSettings, worst: str
) -> ProgressEvent:
    """Describe where a fit stands."""
    best = max(greatest_likelihood(s.position, s.position_log_density) for s in fit.states)
    steps = min(state.steps for state in fit.states)
    rate = fit.calls / fit.seconds if fit.seconds > 0 else 0.0
    return ProgressEvent(
        mechanism, stage, steps, settings.max_steps, fit.calls, best, rate, worst, fit.finished
    )


def greatest_likelihood(positions: np.ndarray, log_density: np.ndarray) -> float:
    """Return the greatest log-likelihood of some positions.

    Args:
        positions: shape (N, P), standard-normal coordinates.
        log_density: shape (N,), log of likelihood times prior in these coordinates.
    """
    return float(np.max(log_density - log_standard_normal(positions)))


def wide_draws(job: Job, runs: list[StoredRun], seed: int) -> SmcRuns:
    """Put the runs under wider priors together, and draw more from where they ended."""
    rng = stream(seed, job.problem.mechanism, "wide combined")
    task = smc_task(job.problem, job.groundwork, job.settings)
    smc = combined_runs([run.particles for run in runs[1:]], rng)
    return lengthened(task, smc, MORE_ROUNDS, rng)


def search_event(mechanism: str, found: Groundwork, settings: FitSettings) -> ProgressEvent:
    """Describe what the search found."""
    first = found.optima[0]
    best = greatest_likelihood(first.position[None], np.array([first.log_density]))
    return ProgressEvent(
        mechanism, "search", 0, settings.max_steps, found.calls, best, 0.0, "", finished=False
    )


def smc_event(job: Job, number: int, run: StoredRun, settings: FitSettings) -> ProgressEvent:
    """Describe where a SMC run stands."""
    particles = run.particles
    best = greatest_likelihood(particles.positions, particles.log_density)
    rate = run.calls / run.seconds if run.seconds > 0 else 0.0
    what = f"run {number} of {job.settings.runs}" if number else "pilot"
    way = {EXPLORATORY: ", exploring", STATED: "", WIDE: ", wider priors"}[job.label]
    state = f"{what}{way}, inverse temperature {particles.inverse_temperature:.2g}"
    mechanism = job.problem.mechanism
    return ProgressEvent(
        mechanism, "smc", 0, settings.max_steps, run.calls, best, rate, state, finished=False
    )
