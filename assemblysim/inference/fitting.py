"""The fit of one mechanism in stages that can be stored between: start, draws, conclusions."""

from __future__ import annotations

import zlib
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
    widened,
)
from assemblysim.inference.evidence.ratio_widths import ratio_evidences
from assemblysim.inference.identifiability.identification import Identifiability, identify
from assemblysim.inference.model.likelihood import FAILED_LOG_LIKELIHOOD, log_likelihood
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.rate_swaps import consecutive_rate_swaps
from assemblysim.inference.model.target import Counted, Target
from assemblysim.inference.sampling.batching import BatchedEvaluation
from assemblysim.inference.sampling.diagnosis import diagnose
from assemblysim.inference.sampling.ensembles import (
    EnsembleState,
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.modes import Mode, find_modes
from assemblysim.inference.sampling.proposal import Mixture
from assemblysim.inference.sampling.references import IndependentNormals, Reference, reference_about
from assemblysim.inference.sampling.search import (
    Optimum,
    find_optima,
    find_point_estimates,
    optima_from_prior,
    spread_starts,
)
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.inference.sampling.smc import (
    Particles,
    SmcRuns,
    combined_runs,
    reference_about_found,
    run_smc,
)
from assemblysim.inference.sampling.tempered_moves import SmcTask
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.result.checks import Check
from assemblysim.result.evidence import LeaveOneOut, LogEvidence

# Draws used where a number needs an integration for each: quantiles of 500 independent
# draws are good to 2 % of the interval's width.
DRAWS_FOR_PREDICTION = 500
# Optima are printed with four digits, so they are sought with a finer integration.
PRECISE = Tolerance(rtol=1e-8, max_steps=100_000)
# Width of the reference in a noise parameter: that of its optimum three times over, and at least
# this fraction of the prior's.
NOISE_WIDTHS, LEAST_NOISE_WIDTH = 3.0, 0.2
# Under priors twice as wide a posterior is at most twice as wide.
WIDER_COVARIANCE = 4.0
# Optima of the posterior from which the greatest likelihood is sought.
LIKELIEST = 4
# Beyond this many combined errors the two estimates of a log evidence are looked at again.
IN_DOUBT = 2.0
# Optima that SMC particles and walkers try to jump to.
MOST_OPTIMA = 8


@dataclass(frozen=True, eq=False)
class Groundwork:
    """What the search found before anything was sampled.

    Attributes:
        optima: all distinct ones, best first.
        reference: where SMC starts.
        calls: likelihood calls spent.
        failed: how many of them failed.
    """

    optima: tuple[Optimum, ...]
    reference: Reference
    calls: int
    failed: int


@dataclass(frozen=True, eq=False)
class FitStart:
    """What search and SMC found.

    Attributes:
        optima: all distinct ones, best first.
        log_evidence: from the SMC particles.
        changed: log evidence under wider and shifted priors of the rate constants, by the
            change's name.
        proposal: a fit to the particles, with some at every optimum, for independent proposals
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


def stream(seed: int, mechanism: str, stage: str) -> np.random.Generator:
    """Return the stream of random numbers of one stage of one mechanism.

    It depends on the seed and on the two names only, so results do not depend on the
    order of mechanisms or on the number of workers.
    """
    words = [seed, zlib.crc32(mechanism.encode()), zlib.crc32(stage.encode())]
    return np.random.default_rng(np.random.SeedSequence(words))


def counting_posterior(problem: Problem) -> Counted:
    """Return the posterior with a count of its calls and of failed integrations."""
    return Counted(Posterior(problem), floor=0.5 * FAILED_LOG_LIKELIHOOD)


def lay_groundwork(problem: Problem, settings: FitSettings, seed: int) -> Groundwork:
    """Screen prior draws, maximise from the best of them, and choose where SMC starts."""
    rng = stream(seed, problem.mechanism, "search")
    target = counting_posterior(problem)
    prior = rng.standard_normal((settings.screened, len(problem.parameters)))
    optima = optima_from_prior(problem, target, prior, settings.starts)
    return groundwork_found(problem, optima, target.calls, target.failed)


def groundwork_found(
    problem: Problem, optima: tuple[Optimum, ...], calls: int, failed: int
) -> Groundwork:
    """Return what a search found that took so many likelihood calls."""
    return Groundwork(optima, noise_reference(problem, optima[0]), calls, failed)


def reference_found(
    problem: Problem, groundwork: Groundwork, exploratory_runs: Sequence[Particles], seed: int
) -> Groundwork:
    """Return the groundwork of the second way: its reference is about what was found."""
    rng = stream(seed, problem.mechanism, "reference")
    about = reference_about_found(exploratory_runs, groundwork.optima[:MOST_OPTIMA], rng)
    return replace(groundwork, reference=about)


def wider_reference(
    problem: Problem, groundwork: Groundwork, runs: Sequence[Particles], seed: int
) -> Groundwork:
    """Return where SMC starts under priors of the rate constants twice as wide.

    The posterior under the priors as stated is known by now, so the particles need not come all
    the way from the prior: they start from about it, twice as wide, and from the optima that a
    search under the wider priors found.

    Args:
        problem: mechanism and data, with the priors as stated.
        groundwork: of the same with wider priors.
        runs: tempered to the posterior under the priors as stated.
        seed: of the study.
    """
    positions = np.concatenate([run.positions for run in runs])
    values = values_from_normal(problem.parameters, positions)
    turned = normal_from_values(widened(problem).parameters, values)
    rng = stream(seed, problem.mechanism, "wider reference")
    about = reference_about(turned, groundwork.optima[:MOST_OPTIMA], rng, WIDER_COVARIANCE)
    return replace(groundwork, reference=about)


def noise_reference(problem: Problem, best: Optimum) -> IndependentNormals:
    """Return the prior, but for noise parameters a normal about where the best fit has them."""
    mean, sd = np.zeros(len(problem.parameters)), np.ones(len(problem.parameters))
    for i, parameter in enumerate(problem.parameters):
        if parameter.kind == "noise":
            width = NOISE_WIDTHS * float(np.sqrt(best.covariance[i, i]))
            mean[i], sd[i] = best.position[i], min(1.0, max(LEAST_NOISE_WIDTH, width))
    return IndependentNormals(mean, sd)


def smc_task(
    problem: Problem, groundwork: Groundwork, settings: SmcSettings, target: Target | None = None
) -> SmcTask:
    """Return what is tempered: the problem's posterior, with its own rate swaps and optima."""
    return SmcTask(
        target or Posterior(problem),
        groundwork.reference,
        settings,
        consecutive_rate_swaps(problem),
        groundwork.optima[:MOST_OPTIMA],
    )


def start_fit(
    problem: Problem,
    groundwork: Groundwork,
    runs: tuple[Particles, ...],
    wide: SmcRuns,
    settings: FitSettings,
    seed: int,
) -> FitStart:
    """Put the SMC runs together, maximise from their particles, and place the walkers on them.

    Args:
        problem: mechanism and data.
        groundwork: of its search.
        runs: tempered to the posterior.
        wide: tempered with priors of the rate constants twice as wide.
        settings: how much work to spend.
        seed: of the study.
    """
    rng = stream(seed, problem.mechanism, "start")
    target = counting_posterior(problem)
    rate_swaps = consecutive_rate_swaps(problem)
    smc = combined_runs(runs, rng)
    promising = spread_starts(smc.positions, smc.log_density, settings.starts)
    best = groundwork.optima[0].position[None]
    turned = [rate_swap.apply(best)[0] for rate_swap in rate_swaps]
    starts = np.concatenate([promising, *turned])
    optima = find_optima(Posterior(problem), starts, groundwork.optima)
    walkers = max(settings.walkers, 2 * len(problem.parameters) + 2)
    states = []
    for number, child in enumerate(rng.spawn(settings.ensembles)):
        own = combined_runs(runs[number % len(runs) :: settings.ensembles], child).positions
        chosen = own[child.permutation(np.resize(np.arange(len(own)), max(walkers, len(own))))]
        jitter = 1e-3 * child.standard_normal((walkers, own.shape[1]))
        states.append(start_ensemble(target, chosen[:walkers] + jitter, child))
    return FitStart(
        optima,
        smc.log_evidence,
        changed_evidences(problem, wide),
        # At every optimum too: a walker in a mode that hardly any particle is in can leave it.
        reference_about(smc.positions, optima[:MOST_OPTIMA], rng, widening=1.0),
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
    """Return the SMC particles' log evidence, made anew with more effort where it is in doubt.

    A few runs can miss by chance what only few particles reach, and then agree with each other.
    """
    if disagreement(evidence, start.log_evidence) <= IN_DOUBT:
        return start.log_evidence
    effort = replace(
        settings.smc,
        pilot_particles=2 * settings.smc.pilot_particles,
        particles=2 * settings.smc.particles,
        runs=settings.smc.runs + 4,
        forgotten=0.4 * settings.smc.forgotten,
    )
    groundwork = Groundwork(start.optima, noise_reference(problem, start.optima[0]), 0, 0)
    return run_smc(smc_task(problem, groundwork, effort), rng).log_evidence


def laplace_evidence(modes: tuple[Mode, ...]) -> float:
    """Return the sum of Laplace's figures over all separate modes, as a log."""
    return float(np.logaddexp.reduce([mode.optimum.log_evidence for mode in modes]))
