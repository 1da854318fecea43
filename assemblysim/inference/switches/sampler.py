"""SMC from prior to posterior over switches and constants, in runs that know nothing of each other.

The prior of switches and constants is raised to the posterior by powers of the likelihood. Where
the noise is unknown the reference holds it near the best fit (see `references`). Each run searches
for itself; jumps to what it found are moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.sampling.proposal import Components
from assemblysim.inference.sampling.references import IndependentNormals
from assemblysim.inference.sampling.smc import next_step, systematic
from assemblysim.inference.switches.forward import all_optima
from assemblysim.inference.switches.moves import KnownPlaces, SwitchMoves, SwitchParticles
from assemblysim.inference.switches.search import (
    FAR_BEHIND,
    SubsetOptimum,
    SwitchSearch,
    laplace_covariances,
)
from assemblysim.inference.switches.switched import SwitchedProblem

# How many optima jumps go to, and how much wider than their curvature says.
MOST_PLACES = 12
WIDER = 1.5
NOISE_WIDTHS, LEAST_NOISE_WIDTH = 4.0, 0.2


@dataclass(frozen=True)
class SwitchSettings:
    """How much work goes into a run.

    Attributes:
        particles: of each run.
        ess_threshold: of the particles, which a step of the inverse temperature keeps.
        rounds: of moves at each inverse temperature.
        last_rounds: of moves under the posterior, half of which is kept.
        screened: draws looked at before a search.
        starts: how many of them are maximised from.
    """

    particles: int = 800
    ess_threshold: float = 0.5
    rounds: int = 3
    last_rounds: int = 40
    screened: int = 512
    starts: int = 8


@dataclass(frozen=True, eq=False)
class SwitchRun:
    """What one run found.

    Attributes:
        switches: shape (D, G), draws from the posterior.
        positions: shape (D, P).
        log_likelihood: shape (D,).
        log_evidence: of all subsets together.
        halves: shape (2, G), frequencies in the first and in the second half of the kept rounds.
        best: log of likelihood times prior of the best optimum that its search found.
        calls: likelihood calls of the sampling.
    """

    switches: np.ndarray
    positions: np.ndarray
    log_likelihood: np.ndarray
    log_evidence: float
    halves: np.ndarray
    best: float
    calls: int


def run_switches(
    problem: SwitchedProblem, settings: SwitchSettings, rng: np.random.Generator
) -> SwitchRun:
    """Search, temper, and move on under the posterior."""
    optima = all_optima(problem, SwitchSearch(settings.screened, settings.starts), rng)
    moves = SwitchMoves(problem, _reference(problem, optima[0]), _places(problem, optima), rng)
    count = max(settings.particles, 8 * problem.dimension)
    start = moves.reference.draw(count, rng)
    particles = moves.evaluated(problem.space.draw(count, rng), start)
    gained = 0.0
    while moves.inverse_temperature < 1.0:
        left = 1.0 - moves.inverse_temperature
        ratio = moves.log_ratio(particles)
        step = next_step(ratio, left, settings.ess_threshold)
        weights = step * ratio
        total = float(logsumexp(weights))
        gained += total - float(np.log(count))
        particles = particles[systematic(np.exp(weights - total), count, rng)]
        moves.inverse_temperature = 1.0 if step >= left else moves.inverse_temperature + step
        for _ in range(settings.rounds):
            particles = moves.round(particles)
    return _kept(moves, particles, settings, gained, optima[0].log_density)


def _kept(
    moves: SwitchMoves,
    particles: SwitchParticles,
    settings: SwitchSettings,
    log_evidence: float,
    best: float,
) -> SwitchRun:
    """Move on under the posterior, and keep the second half of the rounds."""
    rounds = []
    for _ in range(settings.last_rounds):
        particles = moves.refreshed(moves.round(particles))
        rounds.append(particles)
    kept = rounds[len(rounds) // 2 :]
    middle = (len(kept) + 1) // 2
    halves = [
        np.concatenate([one.switches for one in part]).mean(axis=0)
        for part in (kept[:middle], kept[middle:] or kept[:middle])
    ]
    return SwitchRun(
        np.concatenate([one.switches for one in kept]),
        np.concatenate([one.positions for one in kept]),
        np.concatenate([one.log_likelihood for one in kept]),
        log_evidence,
        np.array(halves),
        best,
        moves.calls,
    )


def _reference(problem: SwitchedProblem, best: SubsetOptimum) -> IndependentNormals:
    """Return the prior, but for the noise a normal about where the best fit has it."""
    covariance = laplace_covariances(problem, [best])[0]
    mean, sd = np.zeros(problem.dimension), np.ones(problem.dimension)
    for i, parameter in enumerate(problem.plain.parameters):
        if parameter.kind == "noise":
            width = NOISE_WIDTHS * float(np.sqrt(covariance[i, i]))
            mean[i], sd[i] = best.position[i], min(1.0, max(LEAST_NOISE_WIDTH, width))
    return IndependentNormals(mean, sd)


def _places(problem: SwitchedProblem, optima: tuple[SubsetOptimum, ...]) -> KnownPlaces:
    """Return the best optimum of each of the subsets that jumps go to: the best, and the smallest.

    Of subsets alike in density the smaller ones hold more of the evidence: each step that is off
    counts as a nat.
    """
    of_subset: dict[bytes, SubsetOptimum] = {}
    for one in optima:
        of_subset.setdefault(one.switches.tobytes(), one)
    near = [
        one for one in of_subset.values() if one.log_density > optima[0].log_density - FAR_BEHIND
    ]
    near.sort(key=lambda one: one.switches.sum() - one.log_density)
    chosen = [*near[: MOST_PLACES - 2], *optima[:2]]
    covariances = WIDER * laplace_covariances(problem, chosen)
    means = np.array([one.position for one in chosen])
    return KnownPlaces(np.array([one.switches for one in chosen]), Components(means, covariances))
