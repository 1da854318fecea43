"""Draws from the posteriors of a study: weighed from mixtures, or tempered where that fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assemblysim.inference.evidence.sampled import Sampled
from assemblysim.inference.groundwork import counting_posterior, importance_task, smc_task, stream
from assemblysim.inference.sampling.importance import (
    Weighing,
    begin_weighing,
    next_weighing,
    sample_of,
)
from assemblysim.inference.sampling.smc import SmcRuns, combined_runs, lengthened
from assemblysim.study.execution.smc_runs import BETWEEN_CHECKPOINTS, Job, run_all_smc
from assemblysim.study.results.storage import Cost, StoredRun, read_marked, write_marked
from assemblysim.study.workers import Workers

# Rounds of moves after SMC, whose draws a change of prior weighs: a small part lies under it.
MORE_ROUNDS = 20


@dataclass(frozen=True, eq=False)
class StoredWeighing:
    """Where the weighing of one posterior stands, and what it cost so far."""

    weighing: Weighing
    cost: Cost


def weigh_for(job: Job, seed: int, stored: StoredWeighing | None) -> StoredWeighing:
    """Take a weighing as far as it comes in a quarter of a minute.

    Args:
        job: what is weighed.
        seed: of the study.
        stored: where it stands; None before its first draw.

    Returns:
        Where it stands then. Each stage has its own stream of random numbers, so that the end does
        not depend on where it was interrupted.
    """
    begun = time.perf_counter()
    target = counting_posterior(job.problem)
    task = importance_task(job.problem, job.groundwork, job.importance, target)

    def own_stream(stage: int) -> Any:
        return stream(seed, job.problem.mechanism, f"{job.label} weighed {stage}")

    weighing = stored.weighing if stored else begin_weighing(task, own_stream(0))
    while not weighing.ended and time.perf_counter() - begun < BETWEEN_CHECKPOINTS:
        weighing = next_weighing(task, weighing, own_stream(weighing.stage))
    spent = Cost(target.calls, target.failed, time.perf_counter() - begun)
    return StoredWeighing(weighing, stored.cost + spent if stored else spent)


def sample_all(
    jobs: list[Job],
    seed: int,
    workers: Workers,
    tell: Callable[[Job, StoredWeighing], None],
    tell_run: Callable[[Job, int, StoredRun], None],
) -> list[tuple[Sampled, Cost]]:
    """Draw from every posterior: weighed, or tempered where weights are not to be trusted.

    Args:
        jobs: what is drawn from; their groundworks' references are about what was found.
        seed: of the study.
        workers: where the work is done.
        tell: called with job and weighing whenever one was stored.
        tell_run: likewise with job, number and SMC run.

    Returns:
        For each job its draws, and what they cost.

    Raises:
        RunError: what is stored is damaged or was made from something else.
    """
    weighings = _weigh_all(jobs, seed, workers, tell)
    found: list[tuple[Sampled, Cost]] = []
    doubtful = []
    for i, (job, one) in enumerate(zip(jobs, weighings, strict=True)):
        rng = stream(seed, job.problem.mechanism, f"{job.label} drawn")
        sample = sample_of(one.weighing, job.importance, rng)
        found.append((sample, one.cost))
        if not sample.trusted:
            doubtful.append(i)
    chosen = [jobs[i] for i in doubtful]
    tempered = run_all_smc(chosen, seed, workers, tell_run)
    longer = workers.map(tempered_draws, chosen, tempered, [seed] * len(chosen))
    for i, runs, draws in zip(doubtful, tempered, longer, strict=True):
        cost = sum((run.cost for run in runs), found[i][1])
        found[i] = (draws, cost)
    return found


def tempered_draws(job: Job, runs: list[StoredRun], seed: int) -> SmcRuns:
    """Put SMC runs together, and draw more from where they ended."""
    rng = stream(seed, job.problem.mechanism, f"{job.label} combined")
    task = smc_task(job.problem, job.groundwork, job.settings)
    smc = combined_runs([run.particles for run in runs[1:]], rng)
    return lengthened(task, smc, MORE_ROUNDS, rng) if job.reweighed else smc


def _weigh_all(
    jobs: list[Job],
    seed: int,
    workers: Workers,
    tell: Callable[[Job, StoredWeighing], None],
) -> list[StoredWeighing]:
    """Weigh every job's posterior to the end; each is stored as it goes."""
    marks = [{**job.mark, "run": f"{job.label} weighed"} for job in jobs]
    paths = [job.folder / f"{job.label}_weighed.npz" for job in jobs]
    found = [read_marked(StoredWeighing, *one) for one in zip(paths, marks, strict=True)]
    while waiting := [i for i, one in enumerate(found) if one is None or not one.weighing.ended]:
        moved = workers.map(
            weigh_for,
            [jobs[i] for i in waiting],
            [seed] * len(waiting),
            [found[i] for i in waiting],
        )
        for i, one in zip(waiting, moved, strict=True):
            write_marked(paths[i], marks[i], one)
            found[i] = one
            tell(jobs[i], one)
    return [one for one in found if one is not None]
