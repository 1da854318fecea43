"""The fit of one mechanism in stages that can be stored between: start, draws, conclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.evidence.assumptions import (
    WeighedAlternative,
    assumed_evidences,
    weighed_alternatives,
)
from assemblysim.inference.evidence.bridge import bridge_sampling
from assemblysim.inference.evidence.comparison import disagreement
from assemblysim.inference.evidence.criteria import InformationCriteria, information_criteria
from assemblysim.inference.evidence.exact_loo import leave_one_out_in_full
from assemblysim.inference.evidence.prior_changes import (
    NARROW,
    changed_evidences,
    narrowed_evidence,
    response_evidences,
)
from assemblysim.inference.evidence.ratio_widths import ratio_evidences
from assemblysim.inference.evidence.sampled import Sampled
from assemblysim.inference.groundwork import (
    MOST_OPTIMA,
    Groundwork,
    counting_posterior,
    importance_task,
    noise_reference,
    smc_task,
    stream,
)
from assemblysim.inference.identifiability.identification import Identifiability, identify
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.rate_swaps import consecutive_rate_swaps
from assemblysim.inference.sampling.batching import BatchedEvaluation
from assemblysim.inference.sampling.diagnosis import diagnose
from assemblysim.inference.sampling.ensembles import (
    EnsembleState,
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.importance import importance_sample
from assemblysim.inference.sampling.modes import Mode, find_modes
from assemblysim.inference.sampling.proposal import Mixture
from assemblysim.inference.sampling.references import with_optima
from assemblysim.inference.sampling.search import (
    Optimum,
    find_optima,
    find_point_estimates,
    spread_starts,
)
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.inference.sampling.smc import (
    run_smc,
)
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.result.checks import Check
from assemblysim.result.evidence import WEIGHED, LeaveOneOut, LogEvidence

# Draws used where a number needs an integration for each: quantiles of 500 independent
# draws are good to 2 % of the interval's width.
DRAWS_FOR_PREDICTION = 500
# Optima are printed with four digits, so they are sought with a finer integration.
PRECISE = Tolerance(rtol=1e-8, max_steps=100_000)
# Optima of the posterior from which the greatest likelihood is sought.
LIKELIEST = 4
# Beyond this many combined errors the two estimates of a log evidence are looked at again.
IN_DOUBT = 2.0


@dataclass(frozen=True, eq=False)
class FitStart:
    """What search and SMC found.

    Attributes:
        optima: all distinct ones, best first.
        log_evidence: from the draws that the walkers start on.
        changed: log evidence under wider and shifted priors of the rate constants, by the
            change's name.
        proposal: a fit to those draws, with some at every optimum, for independent proposals
            while sampling.
        states: the ensembles, placed on particles, without a step yet.
        calls: likelihood calls spent.
        failed: how many of them failed.
    """

    optima: tuple[Optimum, ...]
    log_evidence: LogEvidence
    changed: dict[str, LogEvidence | None]
    proposal: Mixture
    states: tuple[EnsembleState, ...]
    calls: int
    failed: int


@dataclass(frozen=True, eq=False)
class Conclusions:
    """What the draws of one mechanism say.

    Attributes:
        checks: of convergence, each passed or failed.
        log_evidence: bridge sampling, SMC particles, Laplace.
        changed: log evidence under all changed priors, by name.
        modes: of the posterior, best first.
        most_probable: shape (P,), parameter values of greatest posterior density over their
            logarithms.
        log_likelihood_max: the greatest log-likelihood.
        criteria: AICc and BIC.
        leave_one_out: PSIS-LOO.
        values: shape (D, P), thinned draws in the parameters' units.
        pointwise: shape (D, U), log density of each observation given the others, at those
            draws.
        case_probabilities: shape (D, K), of each case of the problem, given each draw.
        identifiability: what the data settle of the parameters, alone and in products.
        alternatives: what the evidence is a mean over.
    """

    checks: tuple[Check, ...]
    log_evidence: tuple[LogEvidence, ...]
    changed: dict[str, LogEvidence | None]
    modes: tuple[Mode, ...]
    most_probable: np.ndarray
    log_likelihood_max: float
    criteria: InformationCriteria
    leave_one_out: LeaveOneOut
    values: np.ndarray
    pointwise: np.ndarray
    case_probabilities: np.ndarray
    identifiability: Identifiability
    alternatives: tuple[WeighedAlternative, ...] = ()


def start_fit(
    problem: Problem,
    groundwork: Groundwork,
    found: Sampled,
    wide: Sampled,
    settings: FitSettings,
    seed: int,
) -> FitStart:
    """Maximise from the best draws of a posterior, and place the walkers on others.

    Args:
        problem: mechanism and data.
        groundwork: of its search.
        found: draws from the posterior.
        wide: the same with priors of the rate constants twice as wide.
        settings: how much work to spend.
        seed: of the study.
    """
    rng = stream(seed, problem.mechanism, "start")
    target = counting_posterior(problem)
    rate_swaps = consecutive_rate_swaps(problem)
    promising = spread_starts(found.positions, found.log_density, settings.starts)
    best = groundwork.optima[0].position[None]
    turned = [rate_swap.apply(best)[0] for rate_swap in rate_swaps]
    starts = np.concatenate([promising, *turned])
    optima = find_optima(Posterior(problem), starts, groundwork.optima)
    walkers = max(settings.walkers, 2 * len(problem.parameters) + 2)
    states = []
    for number, child in enumerate(rng.spawn(settings.ensembles)):
        own = found.share(number, settings.ensembles, child)
        chosen = own[child.permutation(np.resize(np.arange(len(own)), max(walkers, len(own))))]
        jitter = 1e-3 * child.standard_normal((walkers, own.shape[1]))
        states.append(start_ensemble(target, chosen[:walkers] + jitter, child))
    return FitStart(
        optima,
        found.log_evidence,
        changed_evidences(problem, wide),
        # At every optimum too: a walker in a mode that hardly any particle is in can leave it.
        with_optima(found.proposal(rng), optima[:MOST_OPTIMA]),
        tuple(states),
        groundwork.calls + target.calls,
        groundwork.failed + target.failed,
    )


def advance_fit(
    problem: Problem, states: Sequence[EnsembleState], steps: int, proposal: Mixture
) -> tuple[tuple[EnsembleState, ...], int, int]:
    """Move ensembles on side by side, each as it would go alone.

    Returns:
        The longer states, and the likelihood calls spent and failed.
    """
    target, rate_swaps = counting_posterior(problem), consecutive_rate_swaps(problem)
    together = BatchedEvaluation[float](lambda at: target(at).tolist(), len(states))

    def moved(state: EnsembleState) -> EnsembleState:
        moves = sampling_moves(proposal, rate_swaps)
        return advance(lambda at: np.asarray(together.several(at)), state, steps, moves)

    return tuple(together.map(moved, states)), target.calls, target.failed


def conclude(
    problem: Problem,
    start: FitStart,
    states: tuple[EnsembleState, ...],
    failed_fraction: float,
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
    modes = find_modes(
        posterior, problem.parameters, start.optima, consecutive_rate_swaps(problem), draws
    )
    laplace = LogEvidence("Laplace", laplace_evidence(modes), float("nan"))
    flat = draws.reshape(-1, draws.shape[-1])
    best_draw = flat[np.argmax(density.reshape(-1))]
    precise = replace(problem, tolerance=PRECISE)
    maximisations = [best_draw, *(optimum.position for optimum in start.optima[:LIKELIEST])]
    point_estimates = find_point_estimates(precise, np.array(maximisations), best_draw)
    thinned = flat[np.linspace(0, len(flat) - 1, min(DRAWS_FOR_PREDICTION, len(flat))).astype(int)]
    values = values_from_normal(problem.parameters, thinned)
    likelihood = log_likelihood(problem, values)
    pointwise = likelihood.pointwise
    return Conclusions(
        checks=diagnose(draws, settings.convergence, failed_fraction),
        log_evidence=(
            evidence,
            independent_estimate_of(problem, start, evidence, settings, rng),
            laplace,
        ),
        changed={
            **start.changed,
            NARROW.name: narrowed_evidence(problem, evidence, draws),
            **response_evidences(problem, evidence, draws),
            **assumed_evidences(problem, evidence, draws),
            **ratio_evidences(problem, evidence, states, stream(seed, problem.mechanism, "ratios")),
        },
        modes=modes,
        most_probable=values_from_normal(problem.parameters, point_estimates.most_probable),
        log_likelihood_max=point_estimates.log_likelihood,
        criteria=information_criteria(
            point_estimates.log_likelihood, len(problem.parameters), problem.reading_count
        ),
        leave_one_out=leave_one_out_in_full(problem, flat, pointwise, evidence, rng),
        values=values,
        pointwise=pointwise,
        case_probabilities=likelihood.case_probabilities,
        identifiability=identify(problem, point_estimates.most_likely, draws),
        alternatives=weighed_alternatives(problem, evidence, draws),
    )


def independent_estimate_of(
    problem: Problem,
    start: FitStart,
    evidence: LogEvidence,
    settings: FitSettings,
    rng: np.random.Generator,
) -> LogEvidence:
    """Return the log evidence of the draws that came first, made anew where it is in doubt.

    Weighed draws are weighed again, four times as many; where that is not enough, or they were
    tempered, particles are tempered with more effort: a few runs can miss by chance what only few
    particles reach, and then agree with each other.
    """
    if disagreement(evidence, start.log_evidence) <= IN_DOUBT:
        return start.log_evidence
    groundwork = Groundwork(start.optima, noise_reference(problem, start.optima[0]), 0, 0)
    if start.log_evidence.method == WEIGHED:
        more = replace(settings.importance, draws=4 * settings.importance.draws)
        about = replace(groundwork, reference=start.proposal)
        again = importance_sample(importance_task(problem, about, more), rng)
        if again.trusted and disagreement(evidence, again.log_evidence) <= IN_DOUBT:
            return again.log_evidence
    effort = replace(
        settings.smc,
        pilot_particles=2 * settings.smc.pilot_particles,
        particles=2 * settings.smc.particles,
        runs=settings.smc.runs + 4,
        forgotten=0.4 * settings.smc.forgotten,
    )
    return run_smc(smc_task(problem, groundwork, effort), rng).log_evidence


def laplace_evidence(modes: tuple[Mode, ...]) -> float:
    """Return the sum of Laplace's figures over all separate modes, as a log."""
    return float(np.logaddexp.reduce([mode.optimum.log_evidence for mode in modes]))
