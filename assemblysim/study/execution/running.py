"""The run of a study: every mechanism's fit, resumed where it stopped, stored as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from assemblysim.files.writing.manifest import remove_results
from assemblysim.inference.evidence.prior_changes import widened
from assemblysim.inference.fitting import FitStart, advance_fit, start_fit
from assemblysim.inference.groundwork import (
    Groundwork,
    groundwork_found,
    reference_found,
    wider_reference,
)
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.diagnosis import first_failed
from assemblysim.inference.sampling.ensembles import EnsembleState, kept_draws
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.progress import Listener
from assemblysim.result.checks import Check
from assemblysim.study.execution.drawing import StoredWeighing, sample_all
from assemblysim.study.execution.events import (
    EXPLORATORY,
    STATED,
    WIDE,
    event_of,
    lacking_words,
    search_event,
    smc_event,
    weighing_event,
)
from assemblysim.study.execution.searching import search_all
from assemblysim.study.execution.smc_runs import Job, run_all_smc
from assemblysim.study.results.storage import (
    Cost,
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
# A look costs as much as many steps: up to so many steps after each round, then seldom.
OFTEN, SELDOM = 600, 300
# Nats behind the best, from which on a mechanism's draws need not be finer than the criteria ask:
# it has a thousandth of the best one's probability.
OUT_OF_PLAY = 7.0
SMC_FOLDER = "smc"
# With fewer open mechanisms than this, ensembles go in two groups, which leaves something to do
# for a second worker.
FEW_MECHANISMS = 4


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
    smc = [str(settings.smc), str(settings.importance), str(settings.prior_changes)]
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
            fits[problem.mechanism] = stored
    for problem, fit in _started(fresh, settings, seed, results, marks, workers, tell):
        name = problem.mechanism
        fits[name] = fit
        write_marked(paths[name], marks[name], fit)
        remove_results(results, [f"{name}/{SMC_FOLDER}"])
        tell(event_of(name, "smc", fit, settings, ""))
    best = max(fit.start.log_evidence.value for fit in fits.values())
    fits = {name: judged(fit, sought(fit, best, settings))[0] for name, fit in fits.items()}
    while open_ones := [p for p in problems if not fits[p.mechanism].finished]:
        for name, fit in _one_round(open_ones, fits, settings, workers):
            fit, lacking = judged(fit, sought(fit, best, settings))
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
    count, seeds = len(fresh), [seed] * len(fresh)
    wider = [widened(problem) for problem in fresh]
    found = _searched([*fresh, *wider], settings, seed, results, marks, workers, tell)
    groundworks, wider_groundworks = (
        [
            groundwork_found(p, one.optima, one.cost.calls, one.cost.failed)
            for p, one in zip(part, ones, strict=True)
        ]
        for part, ones in ((fresh, found[:count]), (wider, found[count:]))
    )

    def told(job: Job, number: int, run: StoredRun) -> None:
        tell(smc_event(job, number, run, settings))

    def weighed(job: Job, one: StoredWeighing) -> None:
        tell(weighing_event(job, one, settings))

    jobs_of = partial(_jobs, settings=settings, results=results, marks=marks)
    explored = run_all_smc(jobs_of(fresh, groundworks, EXPLORATORY), seed, workers, told)
    particles = [tuple(run.particles for run in of_job) for of_job in explored]
    about = list(map(reference_found, fresh, groundworks, particles, seeds))
    own = sample_all(jobs_of(fresh, about, STATED), seed, workers, weighed, told)
    known = [sampled.positions for sampled, _ in own]
    wider_about = list(map(wider_reference, fresh, wider_groundworks, known, seeds))
    wide = sample_all(jobs_of(wider, wider_about, WIDE), seed, workers, weighed, told)
    drawn = ([sampled for sampled, _ in each] for each in (own, wide))
    starts = workers.map(
        timed, [start_fit] * count, fresh, groundworks, *drawn, [settings] * count, seeds
    )
    for i, (problem, (start, seconds)) in enumerate(zip(fresh, starts, strict=True)):
        seconds += found[i].cost.seconds + found[count + i].cost.seconds
        cost = sum((run.cost for run in explored[i]), own[i][1] + wide[i][1])
        yield problem, _begun(start, seconds, cost)


def _jobs(  # as `fit_all`
    problems: list[Problem],
    known: list[Groundwork],
    label: str,
    *,
    settings: FitSettings,
    results: Path,
    marks: Mapping[str, Mark],
) -> list[Job]:
    """Return what is drawn from for each problem, under a label."""
    effort = settings.prior_changes if label == WIDE else settings.smc
    if label == EXPLORATORY:
        effort = effort.exploratory_task
    return [
        Job(
            problem,
            groundwork,
            effort,
            settings.importance,
            label,
            results / problem.mechanism / SMC_FOLDER,
            marks[problem.mechanism],
            reweighed=label == WIDE,
        )
        for problem, groundwork in zip(problems, known, strict=True)
    ]


def _searched(
    every: list[Problem],
    settings: FitSettings,
    seed: int,
    results: Path,
    marks: Mapping[str, Mark],
    workers: Workers,
    tell: Listener,
) -> list[StoredSearch]:
    """Search under the priors as stated, then, for the second half of the problems, wider ones."""
    labels = [of for of in (STATED, WIDE) for _ in range(len(every) // 2)]
    places = [
        (
            results / p.mechanism / SMC_FOLDER / f"{of}_search.npz",
            {**marks[p.mechanism], "run": f"{of} search"},
        )
        for p, of in zip(every, labels, strict=True)
    ]

    def told(number: int, one: StoredSearch) -> None:
        tell(search_event(every[number].mechanism, labels[number], one, settings))

    return search_all(every, places, settings, seed, workers, told)


def _begun(start: FitStart, seconds: float, cost: Cost) -> Progress:
    """Return where sampling begins, with what it cost to come there."""
    return Progress(
        start,
        start.states,
        start.calls + cost.calls,
        start.failed + cost.failed,
        seconds + cost.seconds,
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


def sought(fit: Progress, best: float, settings: FitSettings) -> FitSettings:
    """Return how much is sought of a mechanism's draws: no more than the criteria where it is out.

    Args:
        fit: with a log evidence from before its sampling.
        best: the greatest of all mechanisms' log evidences.
        settings: of the study.
    """
    behind = best - fit.start.log_evidence.value > OUT_OF_PLAY
    return replace(settings, size_sought=min(1.0, settings.size_sought)) if behind else settings


def is_looked_at(steps: int, round_steps: int) -> bool:
    """Say whether draws are looked at after so many steps, made in rounds of `round_steps`."""
    if steps <= OFTEN:
        return steps >= FIRST_LOOK
    return steps % SELDOM < round_steps


def judged(fit: Progress, settings: FitSettings) -> tuple[Progress, Check | None]:
    """Say whether a fit's sampling is over: all steps spent, or enough draws that converged.

    Returns:
        The fit, and what its draws still lack: of the size sought and the criteria, or where the
        steps are spent of the criteria alone.
    """
    steps = min(state.steps for state in fit.states)
    spent = steps >= settings.max_steps
    if not spent and not is_looked_at(steps, settings.round_steps):
        return replace(fit, finished=False), None
    convergence = settings.convergence
    if not spent:
        convergence = replace(
            convergence, effective_size=settings.size_sought * convergence.effective_size
        )
    lacking = first_failed(kept_draws(fit.states), convergence, fit.failed / max(1, fit.calls))
    return replace(fit, finished=spent or lacking is None), lacking
