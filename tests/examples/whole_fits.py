"""A fit's start in one go, without anything stored, for tests of what follows from it."""

from assemblysim.inference.evidence.prior_changes import widened
from assemblysim.inference.fitting import (
    lay_groundwork,
    smc_task,
    start_fit,
    stream,
    wider_reference,
)
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.inference.sampling.smc import (
    combined_runs,
    evidence_task,
    exploratory_task,
    smc_runs,
)

LIGHT = SmcSettings(pilot_particles=512, runs=4, particles=256)


def started(problem, settings, seed):
    """Search, temper lightly, and place the walkers."""
    groundwork = lay_groundwork(problem, settings, seed)
    task = smc_task(problem, groundwork, LIGHT)
    rng = stream(seed, problem.mechanism, "runs")
    exploratory_runs = smc_runs(exploratory_task(task), rng)
    runs = smc_runs(evidence_task(task, exploratory_runs, rng), rng)[1:]
    wider_groundwork = lay_groundwork(widened(problem), settings, seed)
    wider_groundwork = wider_reference(problem, wider_groundwork, runs, seed)
    wide = smc_task(widened(problem), wider_groundwork, LIGHT)
    wider = combined_runs(smc_runs(wide, rng)[1:], rng)
    return start_fit(problem, groundwork, runs, wider, settings, seed)
