"""Fits that are quick enough to be repeated thousands of times, for calibration.

A few SMC particles show where a posterior lies; weighted draws from mixtures are refitted
until they cover it; walkers chosen from them move on under the posterior itself, and a bridge
between them and the last mixture gives the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assemblysim.errors import RunError
from assemblysim.inference.evidence.bridge import bridge_error, solve_bridge
from assemblysim.inference.groundwork import (
    Groundwork,
    counting_posterior,
    noise_reference,
    smc_task,
)
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.rate_swaps import RateSwap
from assemblysim.inference.model.target import Counted, Target
from assemblysim.inference.sampling.adaptive import WeightedDraws, first_draws, mixture_of
from assemblysim.inference.sampling.moves import (
    IndependenceMove,
    RateSwapMove,
    SnookerMove,
    Walkers,
    differential_evolution,
    propose,
)
from assemblysim.inference.sampling.proposal import Mixture
from assemblysim.inference.sampling.search import optima_from_prior
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.inference.sampling.smc import Particles, smc_pilot
from assemblysim.result.evidence import LogEvidence

METHOD = "quick bridge"
# Scatter between repetitions beyond what a bridge over so short chains knows of, in nats.
UNSEEN_ERROR = 0.15
# Of a first guess by the weighted draws, where the gap to the best mechanism is many times that.
FAR_BEHIND_ERROR = 1.0


@dataclass(frozen=True)
class QuickSettings:
    """How much work goes into a quick fit.

    Attributes:
        screened: prior draws looked at before the search for the noise.
        starts: how many of them the search maximisations from.
        efforts: of the particles; the next is tried where one did not do.
        draws: from each mixture.
        refits: mixtures at most after one effort.
        confirmed: mixtures after a fit is good: to stop when it first is would favour draws
            that have not met the tails yet.
        wanted: effective draws at which a fit is good.
        least: effective draws below which it is not trusted.
        behind: nats behind the best mechanism from which on fewer will do.
        enough_behind: effective draws that do there.
        walkers: how many are moved.
        looks: how often they are looked at.
        moves: before each look.
    """

    screened: int = 512
    starts: int = 6
    efforts: tuple[SmcSettings, ...] = (
        SmcSettings(pilot_particles=256, ess_threshold=0.5, local_moves=2, most_rounds=2),
        SmcSettings(pilot_particles=512, ess_threshold=0.5, local_moves=2, most_rounds=4),
    )
    draws: int = 2000
    refits: int = 14
    confirmed: int = 2
    wanted: float = 400.0
    least: float = 20.0
    behind: float = 20.0
    enough_behind: float = 60.0
    walkers: int = 200
    looks: int = 6
    moves: int = 10


@dataclass(frozen=True, eq=False)
class QuickFit:
    """What a quick fit says of one mechanism.

    Attributes:
        positions: shape (N, P), equally weighted draws from the posterior, in coordinates in
            which the prior is a standard normal.
        effective_size: of the weighted draws that they were chosen from.
        log_evidence: with its error, which is infinite where walkers and mixture hardly overlap.
        calls: likelihood calls spent.
        failed: how many of them failed.
    """

    positions: np.ndarray
    effective_size: float
    log_evidence: LogEvidence
    calls: int
    failed: int


def fit_quickly(
    problems: Sequence[Problem], settings: QuickSettings, rng: np.random.Generator
) -> tuple[QuickFit, ...]:
    """Fit several mechanisms to the same data; spend more where the first effort did not do.

    Args:
        problems: M of them.
        settings: how much work to spend.
        rng: the stream of random numbers.

    Returns:
        One fit for each. Where even the last effort did not do, its effective size says so.
    """
    streams = rng.spawn(len(problems))
    targets = [counting_posterior(problem) for problem in problems]
    groundworks = [_groundwork(p, settings, s) for p, s in zip(problems, streams, strict=True)]
    fits: dict[int, QuickFit] = {}
    for effort in settings.efforts:
        best = max((fit.log_evidence.value for fit in fits.values()), default=-np.inf)
        pilots = {}
        for i, problem in enumerate(problems):
            if i not in fits or not _settled(fits[i], best, settings):
                task = smc_task(problem, groundworks[i], effort, targets[i])
                pilots[i] = smc_pilot(task, streams[i]), task.rate_swaps
        # The best first, so that for those far behind less will do.
        for i in sorted(pilots, key=lambda i: -pilots[i][0].log_evidence):
            particles, rate_swaps = pilots[i]
            fit = _fit_once(targets[i], particles, rate_swaps, best, settings, streams[i])
            if i not in fits or fit.effective_size > fits[i].effective_size:
                fits[i] = fit
            best = max(best, fit.log_evidence.value)
    return tuple(fits[i] for i in range(len(problems)))


def _groundwork(problem: Problem, settings: QuickSettings, rng: np.random.Generator) -> Groundwork:
    """Search a little: for optima to jump to, and for the noise that SMC starts about."""
    prior = rng.standard_normal((settings.screened, len(problem.parameters)))
    optima = optima_from_prior(problem, prior, settings.starts)
    return Groundwork(optima, noise_reference(problem, optima[0]), 0, 0)


def _settled(fit: QuickFit, best: float, settings: QuickSettings) -> bool:
    far = fit.log_evidence.value < best - settings.behind
    return fit.effective_size >= (settings.enough_behind if far else settings.wanted)


def _fit_once(
    target: Counted,
    particles: Particles,
    rate_swaps: Sequence[RateSwap],
    best: float,
    settings: QuickSettings,
    rng: np.random.Generator,
) -> QuickFit:
    """Cover the posterior by weighted draws; move on and bridge from there if it may count."""
    near = particles.positions
    # Resampled particles repeat each other: half of the different ones stand for themselves.
    mixture = mixture_of(near, 0.5 * len(np.unique(near, axis=0)), rng)
    weighted = first_draws(mixture, settings.draws, target, rng)
    good = 0
    while len(weighted.mixtures) < settings.refits and good < settings.confirmed:
        known = weighted.effective_size >= settings.enough_behind
        if known and weighted.log_evidence < best - settings.behind:
            return _far_behind(target, weighted, settings, rng)
        mixture = weighted.refitted(settings.draws // 2, rng)
        weighted = weighted.extended(mixture, settings.draws, target, rng)
        good += weighted.effective_size >= settings.wanted
    mixture = weighted.refitted(settings.draws // 2, rng)
    moves = _moves(mixture, rate_swaps)
    positions, log_density = _moved_on(target, weighted, moves, settings, rng)
    flat = positions.reshape(-1, near.shape[1])
    ratio_posterior = log_density - mixture.log_density(flat).reshape(log_density.shape)
    proposed = mixture.draw(settings.draws, rng)
    ratio_proposal = target(proposed) - mixture.log_density(proposed)
    evidence = _bridged(ratio_posterior, ratio_proposal, weighted)
    return QuickFit(flat, weighted.effective_size, evidence, target.calls, target.failed)


def _far_behind(
    target: Counted, weighted: WeightedDraws, settings: QuickSettings, rng: np.random.Generator
) -> QuickFit:
    """Take the weighted draws as they are: 20 or 21 nats behind makes no difference."""
    chosen = rng.choice(len(weighted.positions), settings.walkers, p=weighted.weights)
    evidence = LogEvidence(METHOD, weighted.log_evidence, FAR_BEHIND_ERROR)
    positions = weighted.positions[chosen]
    return QuickFit(positions, weighted.effective_size, evidence, target.calls, target.failed)


def _moves(mixture: Mixture, rate_swaps: Sequence[RateSwap]) -> list[tuple[Any, float]]:
    """Return moves with their fractions: local ones, jumps to anywhere, rate swaps."""
    moves = [
        (differential_evolution(), 0.35),
        (SnookerMove(), 0.1),
        (IndependenceMove(mixture), 0.45),
    ]
    return [*moves, (RateSwapMove(rate_swaps), 0.1)] if rate_swaps else moves


def _moved_on(
    target: Target,
    weighted: WeightedDraws,
    moves: Sequence[tuple[Any, float]],
    settings: QuickSettings,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Move walkers on from weighted draws; return positions (N, W, P) and log-densities (N, W)."""
    chosen = rng.choice(len(weighted.positions), settings.walkers, p=weighted.weights)
    random = np.random.RandomState(rng.integers(2**32, size=8).tolist())
    walkers = Walkers(weighted.positions[chosen], weighted.log_target[chosen])
    every, fractions = zip(*moves, strict=True)
    positions, log_density = [], []
    for _ in range(settings.looks):
        for i in random.choice(len(every), settings.moves, p=np.array(fractions) / sum(fractions)):
            walkers = propose(every[i], target, walkers, random)
        positions.append(walkers.positions)
        log_density.append(walkers.log_density)
    return np.stack(positions), np.stack(log_density)


def _bridged(
    ratio_posterior: np.ndarray, ratio_proposal: np.ndarray, weighted: WeightedDraws
) -> LogEvidence:
    """Bridge from the mixture to the walkers; ratios of shape (N, W) and (N2,)."""
    try:
        value = solve_bridge(ratio_posterior.reshape(-1), ratio_proposal)
    except RunError:
        return LogEvidence(METHOD, weighted.log_evidence, float("inf"))
    error = bridge_error(ratio_posterior[None], ratio_proposal, value)
    return LogEvidence(METHOD, value, float(np.hypot(error, UNSEEN_ERROR)))
