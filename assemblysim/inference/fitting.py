"""The fit of one mechanism in stages that can be stored between: start, draws, conclusions."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.criteria import (
    InformationCriteria,
    LeaveOneOut,
    information_criteria,
    leave_one_out,
)
from assemblysim.inference.diagnosis import Check, diagnose
from assemblysim.inference.evidence import LogEvidence, bridge_sampling
from assemblysim.inference.identification import Identifiability, identify
from assemblysim.inference.parameters import values_from_normal
from assemblysim.inference.population import (
    Component,
    DefensiveProposal,
    adapt_population,
    fresh_population,
    weighted_component,
)
from assemblysim.inference.posterior import Posterior
from assemblysim.inference.problem import FAILED_LOG_LIKELIHOOD, Problem, log_likelihood
from assemblysim.inference.sampling import EnsembleState, advance, kept_draws, start_ensemble
from assemblysim.inference.search import (
    Optimum,
    find_optima,
    maximum_a_posteriori,
    maximum_likelihood,
)
from assemblysim.inference.settings import FitSettings
from assemblysim.inference.target import Counted
from assemblysim.kinetics.integration import Tolerance

# Draws used where a number needs an integration for each: quantiles of 500 independent
# draws are good to 2 % of the interval's width.
DRAWS_FOR_PREDICTION = 500
# Effective size of the first population: enough for the shape of a posterior in a dozen unknowns.
WANTED_SIZE = 300.0
# Draws of the second estimate of the evidence, made anew from the fixed proposal.
SECOND_LOOK = 3000
# Optima are printed with four digits, so they are sought with a finer integration.
PRECISE = Tolerance(rtol=1e-8, max_steps=100_000)


@dataclass(frozen=True, eq=False)
class FitStart:
    """What the search and the first population found.

    Attributes:
        optima: all distinct ones, best first.
        importance: log evidence of the adapted population: a first guess, since proposals
            fitted to the draws that they weigh make it low and its error too small.
        effective_size: of that population.
        proposal: a fit to that population, for independent proposals while sampling.
        states: the ensembles, placed, without a step yet.
        calls: likelihood calls spent.
        failed: how many of them failed.
    """

    optima: tuple[Optimum, ...]
    importance: LogEvidence
    effective_size: float
    proposal: Component
    states: tuple[EnsembleState, ...]
    calls: int
    failed: int


@dataclass(frozen=True, eq=False)
class Conclusions:
    """What the draws of one mechanism say.

    Attributes:
        checks: the gates, each passed or failed.
        log_evidence: estimates, the one to use first.
        second_size: effective size of the population that the second one rests on.
        most_probable: shape (P,), parameter values of greatest posterior density over their
            logarithms.
        log_likelihood_max: the greatest log-likelihood.
        criteria: AICc and BIC.
        leave_one_out: PSIS-LOO.
        values: shape (D, P), thinned draws in the parameters' units.
        points: shape (D, U), log-likelihood of each unit of the data at those draws.
        identifiability: what the data settle of the parameters, alone and in products.
    """

    checks: tuple[Check, ...]
    log_evidence: tuple[LogEvidence, ...]
    second_size: float
    most_probable: np.ndarray
    log_likelihood_max: float
    criteria: InformationCriteria
    leave_one_out: LeaveOneOut
    values: np.ndarray
    points: np.ndarray
    identifiability: Identifiability


def stream(seed: int, mechanism: str, stage: str) -> np.random.Generator:
    """Return the stream of random numbers of one stage of one mechanism.

    It depends on the seed and on the two names only, so results do not depend on the
    order of mechanisms or on the number of workers.
    """
    words = [seed, zlib.crc32(mechanism.encode()), zlib.crc32(stage.encode())]
    return np.random.default_rng(np.random.SeedSequence(words))


def counted(problem: Problem) -> Counted:
    """Return the posterior with a count of its calls and of failed integrations."""
    return Counted(Posterior(problem), floor=0.5 * FAILED_LOG_LIKELIHOOD)


def start_fit(problem: Problem, settings: FitSettings, seed: int) -> FitStart:
    """Find where the posterior's mass is and place the walkers there.

    Prior draws are screened, the best are climbed from, and an importance sampler that
    starts from prior and optima is adapted until it represents the posterior; the walkers
    are drawn from it.
    """
    rng = stream(seed, problem.mechanism, "start")
    target = counted(problem)
    prior = rng.standard_normal((settings.screened, len(problem.parameters)))
    density = target(prior)
    optima = find_optima(Posterior(problem), prior, density, starts=settings.starts)
    walkers = max(settings.walkers, 2 * len(problem.parameters) + 2)
    population = adapt_population(
        target,
        prior,
        density,
        tuple(Component(o.position, o.covariance) for o in optima[:4]),
        rng,
        wanted=WANTED_SIZE,
    )
    chosen = population.resample(settings.ensembles * walkers, rng)
    states = tuple(
        start_ensemble(target, positions, child)
        for positions, child in zip(
            chosen.reshape(settings.ensembles, walkers, -1),
            rng.spawn(settings.ensembles),
            strict=True,
        )
    )
    importance = LogEvidence("importance sampling", *population.log_evidence)
    return FitStart(
        optima,
        importance,
        population.effective_size,
        weighted_component(population),
        states,
        target.calls,
        target.failed,
    )


def advance_fit(
    problem: Problem, state: EnsembleState, steps: int, proposal: Component
) -> tuple[EnsembleState, int, int]:
    """Move one ensemble on; return it with the likelihood calls spent and failed."""
    target = counted(problem)
    moved = advance(target, state, steps, proposal)
    return moved, target.calls, target.failed


def conclude(
    problem: Problem,
    start: FitStart,
    states: tuple[EnsembleState, ...],
    failed_share: float,
    settings: FitSettings,
    seed: int,
) -> Conclusions:
    """Draw the conclusions of one mechanism from its ensembles."""
    rng = stream(seed, problem.mechanism, "conclusions")
    posterior = Posterior(problem)
    draws = kept_draws(states)
    last = min(state.steps for state in states)
    kept = draws.shape[1]
    density = np.stack([state.log_density[last - kept : last] for state in states])
    evidence = bridge_sampling(posterior, draws, density, rng)
    proposal = DefensiveProposal(start.proposal)
    second = fresh_population(posterior, proposal, SECOND_LOOK, rng)
    laplace = LogEvidence("Laplace", laplace_evidence(start.optima), float("nan"))
    flat = draws.reshape(-1, draws.shape[-1])
    best_draw = flat[np.argmax(density.reshape(-1))]
    precise = replace(problem, tolerance=PRECISE)
    most_likely, log_likelihood_max = maximum_likelihood(precise, best_draw)
    most_probable = maximum_a_posteriori(precise, best_draw)
    thinned = flat[np.linspace(0, len(flat) - 1, min(DRAWS_FOR_PREDICTION, len(flat))).astype(int)]
    values = values_from_normal(problem.parameters, thinned)
    points = log_likelihood(problem, values).points
    return Conclusions(
        checks=diagnose(draws, settings.gates, failed_share),
        log_evidence=(evidence, LogEvidence("importance sampling", *second.log_evidence), laplace),
        second_size=second.effective_size,
        most_probable=values_from_normal(problem.parameters, most_probable),
        log_likelihood_max=log_likelihood_max,
        criteria=information_criteria(
            log_likelihood_max, len(problem.parameters), problem.reading_count
        ),
        leave_one_out=leave_one_out(points),
        values=values,
        points=points,
        identifiability=identify(problem, most_likely, draws),
    )


def laplace_evidence(optima: tuple[Optimum, ...]) -> float:
    """Return the sum of Laplace's figures over all distinct optima, as a log."""
    return float(np.logaddexp.reduce([optimum.log_evidence for optimum in optima]))
