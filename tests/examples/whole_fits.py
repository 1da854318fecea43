"""A fit's start in one go, without anything stored, for tests of what follows from it."""

from assemblysim.inference.evidence.prior_changes import widened
from assemblysim.inference.fitting import (
    lay_groundwork,
    start_fit,
    stream,
    tempering_task,
    wider_reference,
)
from assemblysim.inference.sampling.settings import Tempering
from assemblysim.inference.sampling.smc import combined, exploring, tempered_runs, weighing

LIGHT = Tempering(pilot_particles=512, runs=4, particles=256)


def started(problem, settings, seed):
    """Search, temper lightly, and place the walkers."""
    groundwork = lay_groundwork(problem, settings, seed)
    task = tempering_task(problem, groundwork, LIGHT)
    rng = stream(seed, problem.mechanism, "runs")
    explorers = tempered_runs(exploring(task), rng)
    runs = tempered_runs(weighing(task, explorers, rng), rng)[1:]
    wider_groundwork = lay_groundwork(widened(problem), settings, seed)
    wider_groundwork = wider_reference(problem, wider_groundwork, runs, seed)
    wide = tempering_task(widened(problem), wider_groundwork, LIGHT)
    wider = combined(tempered_runs(wide, rng)[1:], rng)
    return start_fit(problem, groundwork, runs, wider, settings, seed)
