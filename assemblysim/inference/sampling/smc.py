"""Sequential Monte Carlo from prior to posterior: where the mass is, and the evidence.

A run starts from draws of a reference, raises the inverse temperature of the target over it step by
step from 0 to 1, and after each step resamples and moves its particles. The product of the mean
weights is an unbiased estimate of the evidence. A pilot chooses the inverse temperatures and learns
proposals; several runs that know nothing of each other follow, and their scatter is the error.

That happens twice. Exploratory runs start from the prior and find every mode. But on so long a way
all runs may come late, and alike, to a mode that takes over halfway, and then their evidence is
too small by more than their scatter shows. So the evidence is estimated by evidence runs, on the
short way to the posterior from a reference about all that the exploratory runs and the search
found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp, ndtri, stdtrit

from assemblysim.inference.sampling.moves import Walkers
from assemblysim.inference.sampling.proposal import Mixture, fitted_mixture
from assemblysim.inference.sampling.references import reference_about
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.sampling.tempered_moves import SmcTask, TemperedMoves
from assemblysim.result.evidence import LogEvidence

METHOD = "sequential Monte Carlo"
# Of the first steps of the likelihood's inverse temperature that are tried: below any that one
# needs.
SMALLEST_INVERSE_TEMPERATURE = 1e-16
# Fewer walkers than this under a changed prior do not tell how much of the posterior it holds.
LEAST_WALKERS = 20


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of the inverse temperature on the way.

    Attributes:
        inverse_temperature: of the likelihood, above 0, at most 1.
        proposal: fitted to the pilot's particles there.
    """

    inverse_temperature: float
    proposal: Mixture


@dataclass(frozen=True, eq=False)
class Particles:
    """Where a run stands on its way.

    Attributes:
        positions: shape (N, P), equally weighted, under the inverse temperature reached.
        log_density: shape (N,), log of likelihood times prior.
        inverse_temperature: reached so far; 1 at the end.
        log_evidence: gained so far.
        stages: a pilot's so far; empty for a run that follows one.
    """

    positions: np.ndarray
    log_density: np.ndarray
    inverse_temperature: float
    log_evidence: float
    stages: tuple[Stage, ...]

    @property
    def arrived(self) -> bool:
        """Whether the particles are draws from the posterior."""
        return self.inverse_temperature == 1.0


@dataclass(frozen=True, eq=False)
class SmcRuns:
    """Several runs put together.

    Attributes:
        positions: shape (N, P), draws from the posterior, each run as often as its evidence asks.
        log_density: shape (N,), log of likelihood times prior.
        log_evidence: from all runs, with the error that their scatter shows.
        walkers: how many draws are of different walkers; the same come again after them.
        runs: what was put together.
    """

    positions: np.ndarray
    log_density: np.ndarray
    log_evidence: LogEvidence
    walkers: int
    runs: tuple[Particles, ...]

    def share(self, number: int, of: int, rng: np.random.Generator) -> np.ndarray:
        """Return positions, shape (M, P), of every so many-th run: independent of the others."""
        return combined_runs(self.runs[number % len(self.runs) :: of], rng).positions

    def proposal(self, rng: np.random.Generator) -> Mixture:
        """Return a fit to the draws."""
        return fitted_mixture(self.positions, rng)

    def evidence_under(self, log_ratio: Callable[[np.ndarray], np.ndarray]) -> LogEvidence | None:
        """Return the log evidence under another prior; None where too few walkers tell of it.

        Args:
            log_ratio: of the other prior to this one, from positions, shape (N, P), to (N,).
        """
        return reweighted(self.log_evidence, log_ratio(self.positions).reshape(-1, self.walkers).T)


def reweighted(evidence: LogEvidence, weights: np.ndarray) -> LogEvidence | None:
    """Add the log of the mean weight to a log evidence.

    Args:
        evidence: under the priors that the draws follow.
        weights: shape (W, N), their logs by walker; a walker's own draws are not independent, so
            the error comes from the scatter between walkers.

    Returns:
        The log evidence; None where hardly any walker has been under the changed priors.
    """
    top = float(weights.max())
    if not np.isfinite(top):
        return None
    means = np.exp(weights - top).mean(axis=1)
    mean = float(means.mean())
    if float(means.sum()) ** 2 < LEAST_WALKERS * float((means**2).sum()):
        return None
    spread = float(means.std(ddof=1)) / mean / np.sqrt(len(means))
    error = float(np.hypot(evidence.error, spread))
    return LogEvidence(evidence.method, evidence.value + top + float(np.log(mean)), error)


def run_smc(task: SmcTask, rng: np.random.Generator) -> SmcRuns:
    """Explore from the task's reference; estimate the evidence from one about what was found.

    Method: sequential Monte Carlo (Del Moral, Doucet & Jasra, J. R. Stat. Soc. B 2006, 68, 411)
    with inverse temperatures chosen so that a stated effective sample size is kept, systematic
    resampling, and emcee's ensemble moves, with independent proposals fitted to the particles,
    until the particles have forgotten where they were.
    """
    exploratory_runs = smc_runs(exploratory_task(task), rng)
    return combined_runs(smc_runs(evidence_task(task, exploratory_runs, rng), rng)[1:], rng)


def exploratory_task(task: SmcTask) -> SmcTask:
    """Return the first way: from the task's own reference, with exploratory runs only."""
    return replace(task, settings=task.settings.exploratory_task)


def evidence_task(
    task: SmcTask, exploratory_runs: Sequence[Particles], rng: np.random.Generator
) -> SmcTask:
    """Return the second way: from about what exploratory runs and search found to the posterior."""
    return replace(task, reference=reference_about_found(exploratory_runs, task.optima, rng))


def reference_about_found(
    exploratory_runs: Sequence[Particles], optima: Sequence[Optimum], rng: np.random.Generator
) -> Mixture:
    """Return the reference of the second way."""
    return reference_about(combined_runs(exploratory_runs, rng).positions, optima, rng)


def smc_runs(task: SmcTask, rng: np.random.Generator) -> tuple[Particles, ...]:
    """Temper a pilot and, along its stages, the runs; return all, the pilot first."""
    children = rng.spawn(task.settings.runs + 1)
    pilot = smc_pilot(task, children[0])
    runs = [pilot]
    for child in children[1:]:
        run = begin(task, task.settings.particles, child)
        for stage in pilot.stages:
            run = next_stage(task, run, stage, child)
        runs.append(run)
    return tuple(runs)


def smc_pilot(task: SmcTask, rng: np.random.Generator) -> Particles:
    """Temper a pilot alone."""
    pilot = begin(task, task.settings.pilot_particles, rng)
    while not pilot.arrived:
        pilot = pilot_stage(task, pilot, rng)
    return pilot


def begin(task: SmcTask, count: int, rng: np.random.Generator) -> Particles:
    """Draw particles from the reference, at least eight for each coordinate."""
    positions = task.reference.draw(max(count, 8 * task.reference.dimension), rng)
    return Particles(positions, task.target(positions), 0.0, 0.0, ())


def pilot_stage(task: SmcTask, particles: Particles, rng: np.random.Generator) -> Particles:
    """Take a pilot through one stage: choose how far, move, learn a proposal."""
    left = 1.0 - particles.inverse_temperature
    step = next_step(_log_ratio(task, particles), left, task.settings.ess_threshold)
    inverse_temperature = 1.0 if step >= left else particles.inverse_temperature + step
    moved = _stage(task, particles, inverse_temperature, None, rng)
    stage = Stage(inverse_temperature, fitted_mixture(moved.positions, rng))
    return replace(moved, stages=(*particles.stages, stage))


def next_stage(
    task: SmcTask, particles: Particles, stage: Stage, rng: np.random.Generator
) -> Particles:
    """Take a run through one stage that a pilot chose.

    Inverse temperatures and proposals are fixed before the run begins, so that its evidence (not
    its log) is unbiased however few its particles and moves are.
    """
    return _stage(task, particles, stage.inverse_temperature, stage.proposal, rng)


def _stage(
    task: SmcTask,
    particles: Particles,
    inverse_temperature: float,
    proposal: Mixture | None,
    rng: np.random.Generator,
) -> Particles:
    """Weigh, resample and move."""
    weights = (inverse_temperature - particles.inverse_temperature) * _log_ratio(task, particles)
    total = float(logsumexp(weights))
    chosen = systematic(np.exp(weights - total), len(weights), rng)
    walkers = Walkers(particles.positions[chosen], particles.log_density[chosen])
    moved = TemperedMoves(task, inverse_temperature, proposal, rng).moved(walkers)
    gained = total - float(np.log(len(weights)))
    reached = particles.log_evidence + gained
    return Particles(moved.positions, moved.log_density, inverse_temperature, reached, ())


def _log_ratio(task: SmcTask, particles: Particles) -> np.ndarray:
    """Return the log of likelihood times prior over the reference, shape (N,)."""
    return np.asarray(particles.log_density - task.reference.log_density(particles.positions))


def combined_runs(runs: Sequence[Particles], rng: np.random.Generator) -> SmcRuns:
    """Put runs together: evidences averaged, particles by each run's fraction of the average.

    The error is that of the mean of the runs' log evidences, widened by Student's t for so few
    runs, so that 1.96 errors to both sides are a 95 % interval; infinite for a single run.
    """
    logs = np.array([run.log_evidence for run in runs])
    value = float(logsumexp(logs) - np.log(len(runs)))
    error = float("inf")
    if len(runs) > 1:
        widened = stdtrit(len(runs) - 1, 0.975) / ndtri(0.975)
        error = float(widened * logs.std(ddof=1) / np.sqrt(len(runs)))
    fractions = np.concatenate(
        [
            np.full(len(run.positions), np.exp(log - logsumexp(logs)) / len(run.positions))
            for run, log in zip(runs, logs, strict=True)
        ]
    )
    chosen = systematic(fractions, len(fractions), rng)
    positions = np.concatenate([run.positions for run in runs])
    density = np.concatenate([run.log_density for run in runs])
    evidence = LogEvidence(METHOD, value, error)
    return SmcRuns(positions[chosen], density[chosen], evidence, len(positions), tuple(runs))


def lengthened(task: SmcTask, smc: SmcRuns, rounds: int, rng: np.random.Generator) -> SmcRuns:
    """Move posterior draws on, and keep where they are after each round too.

    Args:
        task: what was tempered.
        smc: with N draws.
        rounds: of moves to add.
        rng: the stream of random numbers.

    Returns:
        The same evidence with (1 + rounds) N draws.
    """
    moves = TemperedMoves(task, 1.0, fitted_mixture(smc.positions, rng), rng)
    kept = [Walkers(smc.positions, smc.log_density)]
    for _ in range(rounds):
        kept.append(moves.one_round(kept[-1]))
    positions = np.concatenate([walkers.positions for walkers in kept])
    density = np.concatenate([walkers.log_density for walkers in kept])
    return SmcRuns(positions, density, smc.log_evidence, len(smc.positions), smc.runs)


def next_step(log_likelihood: np.ndarray, rest: float, ess_threshold: float) -> float:
    """Return by how much the likelihood's inverse temperature may rise, at most `rest`.

    The effective sample size of the N particles, (sum w)^2 / sum w^2 with w = L^step, stays at
    `ess_threshold` of N or above.

    Args:
        log_likelihood: shape (N,).
        rest: what is missing to 1.
        ess_threshold: between 0 and 1.
    """
    gap = log_likelihood - log_likelihood.max()

    def too_far(step: float) -> bool:
        weights = np.exp(step * gap)
        return bool(weights.sum() ** 2 < ess_threshold * len(gap) * (weights**2).sum())

    if not too_far(rest):
        return rest
    low, high = np.log(SMALLEST_INVERSE_TEMPERATURE * rest), np.log(rest)
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if too_far(float(np.exp(middle))) else (middle, high)
    return float(np.exp(low))


def systematic(weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Choose `count` places, each as often as its weight asks; weights, shape (N,), sum to 1."""
    points = (np.arange(count) + rng.random()) / count
    edges = np.cumsum(weights)
    chosen = np.searchsorted(edges / edges[-1], points).clip(max=len(weights) - 1)
    return np.asarray(rng.permutation(chosen))
