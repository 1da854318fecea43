"""Whether the draws may be trusted: R-hat across ensembles, effective sizes, autocorrelation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.sampling.settings import ConvergenceCriteria
from assemblysim.result.checks import Check

EFFECTIVE_SIZES = ("bulk effective sample size", "tail effective sample size")
# R-hat is computed from so many draws at most, and so many are stored.
MOST_INDEPENDENT = 4000
LENGTH = "chain length in autocorrelation times"
# Checks whose figure must not be smaller than the bound; that of the others must not be larger.
AT_LEAST = (*EFFECTIVE_SIZES, LENGTH)


@dataclass(frozen=True, eq=False)
class IndependentDraws:
    """Draws of ensembles of which none still remembers the one before.

    Attributes:
        chains: shape (E, K, P); one ensemble is one chain, since its walkers are not independent
            of each other, and its draws stand in the order of their steps.
        places: which of the N steps they are from, K = steps times walkers.
        autocorrelation_time: the longest of the P parameters, in steps.
    """

    chains: np.ndarray
    places: np.ndarray
    autocorrelation_time: float


def independent_draws(draws: np.ndarray, times: np.ndarray | None = None) -> IndependentDraws:
    """Thin draws, shape (E, N, W, P), by two autocorrelation times or more.

    After two, what is left of an exponential memory is exp(-4), so that an effective size that is
    computed from the thinned chain is too large by at most 4 %, though walkers stand between the
    steps of one another; after one it would be 31 %.

    Args:
        draws: of the ensembles.
        times: the autocorrelation times of the P parameters, in steps, where they are known.
    """
    ensembles, steps, walkers, count = draws.shape
    known = autocorrelation_times(draws) if times is None else times
    longest = float(np.max(known))
    every = min(math.ceil(2 * longest), steps) if math.isfinite(longest) else steps
    most = max(1, MOST_INDEPENDENT // (ensembles * walkers))
    every = max(1, every, -(-steps // most))
    places = np.arange(steps)[::-every][::-1]
    chains = draws[:, places].reshape(ensembles, len(places) * walkers, count)
    return IndependentDraws(chains, places, longest)


def r_hat(chains: np.ndarray) -> np.ndarray:
    """Return rank-normalised split R-hat of each parameter, shape (P,).

    Args:
        chains: shape (E, K, P), as from `independent_draws`.
    """
    from arviz_stats.base import array_stats  # slow to import, and needed by no report

    return np.array([float(array_stats.rhat(chains[:, :, i])) for i in range(chains.shape[2])])


def effective_sizes(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bulk and tail effective sample sizes, each shape (P,).

    Every walker counts as a chain, so that one that is stuck lowers the figure.

    Args:
        draws: shape (E, N, W, P).
    """
    from arviz_stats.base import array_stats  # slow to import, and needed by no report

    ensembles, steps, walkers, count = draws.shape
    chains = draws.transpose(0, 2, 1, 3).reshape(ensembles * walkers, steps, count)
    bulk = [float(array_stats.ess(chains[:, :, i], method="bulk")) for i in range(count)]
    tail = [
        float(array_stats.ess(chains[:, :, i], method="tail", prob=(0.05, 0.95)))
        for i in range(count)
    ]
    return np.array(bulk), np.array(tail)


def autocorrelation_times(draws: np.ndarray) -> np.ndarray:
    """Return the integrated autocorrelation time of each parameter, shape (P,), in steps.

    Averaged over ensembles; `draws` has shape (E, N, W, P).
    """
    import emcee  # slow to import, too

    with np.errstate(divide="ignore", invalid="ignore"):  # a walker that never moved
        times = [emcee.autocorr.integrated_time(one, quiet=True, tol=0) for one in draws]
    return np.asarray(np.mean(times, axis=0))


def diagnose(
    draws: np.ndarray, convergence: ConvergenceCriteria, failed_fraction: float
) -> tuple[Check, ...]:
    """Hold the draws, shape (E, N, W, P), against the convergence criteria."""
    times = autocorrelation_times(draws)
    return (
        _r_hat_check(independent_draws(draws, times).chains, convergence),
        *_size_checks(draws, convergence),
        _length_check(draws, times, convergence),
        _failure_check(failed_fraction, convergence),
    )


def first_failed(
    draws: np.ndarray, convergence: ConvergenceCriteria, failed_fraction: float
) -> Check | None:
    """Return a criterion that draws, as in `diagnose`, do not pass; None where they pass all.

    While sampling goes on most looks end at the first parameter: the one that is slowest to
    forget is looked at first.
    """
    times = autocorrelation_times(draws)
    for check in (
        _failure_check(failed_fraction, convergence),
        _length_check(draws, times, convergence),
    ):
        if not check.passed:
            return check
    chains = independent_draws(draws, times).chains
    for place in np.argsort(-times):
        alone, chain = draws[..., [place]], chains[..., [place]]
        for check in (*_size_checks(alone, convergence), _r_hat_check(chain, convergence)):
            if not check.passed:
                return check
    return None


def _r_hat_check(chains: np.ndarray, convergence: ConvergenceCriteria) -> Check:
    return _at_most("R-hat across ensembles", float(np.max(r_hat(chains))), convergence.r_hat)


def _size_checks(draws: np.ndarray, convergence: ConvergenceCriteria) -> tuple[Check, ...]:
    found = zip(EFFECTIVE_SIZES, effective_sizes(draws), strict=True)
    return tuple(
        _at_least(name, float(sizes.min()), convergence.effective_size) for name, sizes in found
    )


def _length_check(draws: np.ndarray, times: np.ndarray, convergence: ConvergenceCriteria) -> Check:
    length = draws.shape[1] / float(np.max(times))
    return _at_least(LENGTH, length, convergence.autocorrelation_times)


def _failure_check(failed_fraction: float, convergence: ConvergenceCriteria) -> Check:
    return _at_most("fraction of failed integrations", failed_fraction, convergence.failed_fraction)


def _at_most(name: str, value: float, bound: float) -> Check:
    """Make a check that passes up to the bound; nan does not pass."""
    return Check(name, value, bound, math.isfinite(value) and value <= bound)


def _at_least(name: str, value: float, bound: float) -> Check:
    """Make a check that passes from the bound on; nan does not pass."""
    return Check(name, value, bound, math.isfinite(value) and value >= bound)
