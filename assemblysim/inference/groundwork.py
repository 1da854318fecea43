"""What is laid before anything is sampled: optima, and where draws start."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.evidence.prior_changes import CHANGED, widened
from assemblysim.inference.long_tables import MANY_TIMES, optima_of_long_table
from assemblysim.inference.model.likelihood import FAILED_LOG_LIKELIHOOD
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.rate_swaps import consecutive_rate_swaps
from assemblysim.inference.model.target import Counted, Target
from assemblysim.inference.sampling.importance import ImportanceTask
from assemblysim.inference.sampling.proposal import Mixture
from assemblysim.inference.sampling.references import (
    IndependentNormals,
    Reference,
    reference_about,
    with_rails,
)
from assemblysim.inference.sampling.search import Answers, Memory, Optimum, optima_from_prior
from assemblysim.inference.sampling.settings import FitSettings, ImportanceSettings, SmcSettings
from assemblysim.inference.sampling.smc import Particles, reference_about_found
from assemblysim.inference.sampling.tempered_moves import SmcTask

# Width of the reference in a noise parameter: that of its optimum three times over, and at least
# this fraction of the prior's.
NOISE_WIDTHS, LEAST_NOISE_WIDTH = 3.0, 0.2
# Under priors twice as wide a posterior is at most twice as wide.
WIDER_COVARIANCE = 4.0
# Of the first draws that are weighed, those where one rate constant is without effect.
FRACTION_OF_RAILS = 0.3
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
    memory = search_memory(None, np.inf)
    optima = search_optima(problem, settings, seed, memory)
    told = memory.answers
    return groundwork_found(problem, optima, len(told.totals), told.failed)


def search_memory(known: Answers | None, seconds: float) -> Memory:
    """Return what a search was told before, and how long it may ask for more."""
    return Memory(known, seconds, 0.5 * FAILED_LOG_LIKELIHOOD)


def search_optima(
    problem: Problem, settings: FitSettings, seed: int, memory: Memory
) -> tuple[Optimum, ...]:
    """Screen prior draws and maximise from the best of them.

    Raises:
        OutOfTime: the memory's time is over; another search with what it was told goes on there.
    """
    rng = stream(seed, problem.mechanism, "search")
    prior = rng.standard_normal((settings.screened, len(problem.parameters)))
    long = problem.coarse(MANY_TIMES) is not problem
    search = optima_of_long_table if long else optima_from_prior
    return search(problem, prior, settings.starts, memory.posterior_of)


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
    problem: Problem, groundwork: Groundwork, positions: np.ndarray, seed: int
) -> Groundwork:
    """Return where draws start under priors of the rate constants twice as wide.

    The posterior under the priors as stated is known by now, so nothing need come all the way
    from the prior: it starts from about it, twice as wide, and from the optima that a search under
    the wider priors found.

    Args:
        problem: mechanism and data, with the priors as stated.
        groundwork: of the same with wider priors.
        positions: shape (N, P), draws from the posterior under the priors as stated.
        seed: of the study.
    """
    rng = stream(seed, problem.mechanism, "wider reference")
    values = values_from_normal(problem.parameters, positions)
    turned = normal_from_values(widened(problem).parameters, values)
    about = reference_about(turned, groundwork.optima[:MOST_OPTIMA], rng, WIDER_COVARIANCE)
    return replace(groundwork, reference=about)


def importance_task(
    problem: Problem,
    groundwork: Groundwork,
    settings: ImportanceSettings,
    target: Target | None = None,
) -> ImportanceTask:
    """Return what is weighed: the problem's posterior, from about what was found of it.

    Raises:
        TypeError: the groundwork's reference is not about anything found.
    """
    if not isinstance(groundwork.reference, Mixture):
        raise TypeError("the reference is the prior's, not about what was found")
    rates = [i for i, one in enumerate(problem.parameters) if one.kind in CHANGED]
    reference = with_rails(groundwork.reference, groundwork.optima, rates, FRACTION_OF_RAILS)
    swaps = consecutive_rate_swaps(problem)
    return ImportanceTask(target or Posterior(problem), reference, settings, swaps)


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
