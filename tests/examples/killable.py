"""A fit in a process of its own, which a test may kill; it is forked from one that knows it all."""

import multiprocessing
from pathlib import Path

from assemblysim.commands.study_commands import Effort, fit_study

# What a fit stores, it stores the sooner for these; they are too few to believe.
SAMPLING = """
[sampling]
ensembles = 2
max_steps = 60
round_steps = 20
screened = 64
starts = 2
smc = { pilot_particles = 96, runs = 4, particles = 96, most_rounds = 2 }
prior_changes = { pilot_particles = 96, runs = 2, particles = 96, most_rounds = 2 }
"""


def fit(folder: Path, results: Path) -> None:
    """Fit a study as the command does, in one process."""
    fit_study(folder, Effort(1, None, None, results), as_json=False)


def forking() -> multiprocessing.context.ForkServerContext:
    """Return a way to start processes that have imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["killable"])
    return context
