"""What a run tells of itself while it goes on: one event for each thing that was stored."""

from __future__ import annotations

import numpy as np

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.diagnosis import AT_LEAST
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.progress import ProgressEvent
from assemblysim.result.checks import Check
from assemblysim.study.execution.drawing import StoredWeighing
from assemblysim.study.execution.smc_runs import Job
from assemblysim.study.results.storage import Progress, StoredRun, StoredSearch

EXPLORATORY, STATED, WIDE = "exploring", "stated", "wide"


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


def search_event(
    mechanism: str, label: str, one: StoredSearch, settings: FitSettings
) -> ProgressEvent:
    """Describe where a search stands; its best is what it has found, or the best it was told."""
    cost, answers = one.cost, one.answers
    rate = cost.calls / cost.seconds if cost.seconds > 0 else 0.0
    if answers is not None:
        best = answers.best
    else:
        first = one.optima[0]
        best = greatest_likelihood(first.position[None], np.array([first.log_density]))
    stage = "search" if answers is None else "searching"
    way = "wider priors" if label == WIDE else "priors as stated"
    return ProgressEvent(
        mechanism, stage, 0, settings.max_steps, cost.calls, best, rate, way, finished=False
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


def weighing_event(job: Job, one: StoredWeighing, settings: FitSettings) -> ProgressEvent:
    """Describe where the weighing of draws stands."""
    weighing, cost = one.weighing, one.cost
    learned = weighing.learned
    best = greatest_likelihood(learned.positions, learned.log_target)
    rate = cost.calls / cost.seconds if cost.seconds > 0 else 0.0
    way = "wider priors" if job.label == WIDE else "priors as stated"
    batches = len(weighing.batches)
    done = f"{batches} batches weighed" if batches else f"{len(learned.mixtures)} mixtures fitted"
    state = f"{done}, {way}"
    mechanism = job.problem.mechanism
    return ProgressEvent(
        mechanism, "smc", 0, settings.max_steps, cost.calls, best, rate, state, finished=False
    )
