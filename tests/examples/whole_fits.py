"""A fit's start in one go, without anything stored, for tests of what follows from it."""

from assemblysim.inference.fitting import start_fit
from assemblysim.inference.groundwork import lay_groundwork, smc_task, stream
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.inference.sampling.smc import (
    combined_runs,
    evidence_task,
    exploratory_task,
    smc_runs,
)

LIGHT = SmcSettings(pilot_particles=512, runs=4, particles=256)


def started(problem, settings, seed, effort=LIGHT):
    """Search, temper lightly, and place the walkers."""
    groundwork = lay_groundwork(problem, settings, seed)
    task = smc_task(problem, groundwork, effort)
    rng = stream(seed, problem.mechanism, "runs")
    exploratory_runs = smc_runs(exploratory_task(task), rng)
    runs = smc_runs(evidence_task(task, exploratory_runs, rng), rng)[1:]
    # What wider priors would change is asked of whole runs only: the same particles stand in.
    smc = combined_runs(runs, rng)
    return start_fit(problem, groundwork, smc, smc, settings, seed)
