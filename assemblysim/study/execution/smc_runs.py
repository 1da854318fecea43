"""The SMC runs of a study: spread over workers, stored, resumed where they stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assemblysim.inference.groundwork import Groundwork, counting_posterior, smc_task, stream
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.settings import ImportanceSettings, SmcSettings
from assemblysim.inference.sampling.smc import Particles, Stage, begin, next_stage, pilot_stage
from assemblysim.study.results.storage import Mark, StoredRun, read_marked, write_marked
from assemblysim.study.workers import Workers

# A run is given back to be stored after this many seconds, so that a kill loses less than a minute.
BETWEEN_CHECKPOINTS = 15.0


@dataclass(frozen=True, eq=False)
class Job:
    """The SMC runs of one mechanism, under its own priors or under changed ones.

    Attributes:
        problem: mechanism and data.
        groundwork: what its search found.
        settings: how many runs, particles and moves.
        importance: how many draws are weighed before that.
        label: tells jobs of one mechanism apart, in file names and random streams.
        folder: where its runs are stored.
        mark: all that its particles depend on.
        reweighed: whether the draws are to be weighed for other priors too.
    """

    problem: Problem
    groundwork: Groundwork
    settings: SmcSettings
    importance: ImportanceSettings
    label: str
    folder: Path
    mark: Mark
    reweighed: bool = False

    def mark_of(self, number: int) -> Mark:
        """Return all that one run's particles depend on."""
        return {**self.mark, "run": f"{self.label} {number}"}

    def path(self, number: int) -> Path:
        """Return the file of one run; number 0 is the pilot."""
        return self.folder / f"{self.label}_{number}.npz"


def run_smc_for(
    job: Job, seed: int, number: int, stages: tuple[Stage, ...], run: StoredRun | None
) -> StoredRun:
    """Take a run as far as it comes in a quarter of a minute.

    Args:
        job: what is tempered.
        seed: of the study.
        number: of the run; 0 is the pilot, which chooses its own stages.
        stages: that the pilot chose; empty for itself.
        run: where it stands; None before its first draw.

    Returns:
        Where it stands then. Each stage has its own stream of random numbers, so that the end
        does not depend on where a run was interrupted.
    """
    begun = time.perf_counter()
    target = counting_posterior(job.problem)
    task = smc_task(job.problem, job.groundwork, job.settings, target)

    def own_stream(stage: int) -> Any:
        return stream(seed, job.problem.mechanism, f"{job.label} {number} {stage}")

    if run is None:
        count = job.settings.particles if number else job.settings.pilot_particles
        particles: Particles = begin(task, count, own_stream(0))
    else:
        particles = run.particles
    done = len(particles.stages) + sum(
        stage.inverse_temperature <= particles.inverse_temperature for stage in stages
    )
    while not particles.arrived and time.perf_counter() - begun < BETWEEN_CHECKPOINTS:
        done += 1
        if number:
            particles = next_stage(task, particles, stages[done - 1], own_stream(done))
        else:
            particles = pilot_stage(task, particles, own_stream(done))
    calls, failed, seconds = (run.calls, run.failed, run.seconds) if run else (0, 0, 0.0)
    spent = time.perf_counter() - begun
    return StoredRun(particles, calls + target.calls, failed + target.failed, seconds + spent)


def run_all_smc(
    jobs: list[Job], seed: int, workers: Workers, tell: Callable[[Job, int, StoredRun], None]
) -> list[list[StoredRun]]:
    """Temper every job's pilot and runs.

    Args:
        jobs: what is tempered.
        seed: of the study.
        workers: where the work is done.
        tell: called with job, number and run whenever one was stored.

    Returns:
        For each job its runs, the pilot first.

    Raises:
        RunError: a stored run is damaged or was made from something else.
    """
    runs = [
        [read_marked(StoredRun, job.path(n), job.mark_of(n)) for n in range(job.settings.runs + 1)]
        for job in jobs
    ]
    while open_ones := [(i, n) for i, of_job in enumerate(runs) for n in _open(of_job)]:
        chosen = [jobs[i] for i, _ in open_ones]
        stages = [_stages(runs[i][0]) if n else () for i, n in open_ones]
        moved = workers.map(
            run_smc_for,
            chosen,
            [seed] * len(chosen),
            [n for _, n in open_ones],
            stages,
            [runs[i][n] for i, n in open_ones],
        )
        for (i, n), run in zip(open_ones, moved, strict=True):
            write_marked(jobs[i].path(n), jobs[i].mark_of(n), run)
            runs[i][n] = run
            tell(jobs[i], n, run)
    return [[run for run in of_job if run is not None] for of_job in runs]


def _open(runs: list[StoredRun | None]) -> list[int]:
    """Return which runs can go on: the pilot alone until it has arrived, then all others."""
    waiting = [n for n, run in enumerate(runs) if run is None or not run.particles.arrived]
    return [0] if 0 in waiting else waiting


def _stages(pilot: StoredRun | None) -> tuple[Stage, ...]:
    return pilot.particles.stages if pilot else ()
