"""Whether the draws may be trusted: R-hat across ensembles, effective sizes, autocorrelation."""

from __future__ import annotations

import math

import emcee
import numpy as np
from arviz_stats.base import array_stats

from assemblysim.inference.sampling.settings import ConvergenceCriteria
from assemblysim.result.checks import Check

EFFECTIVE_SIZES = ("bulk effective sample size", "tail effective sample size")
LENGTH = "chain length in autocorrelation times"
# Checks whose figure must not be smaller than the bound; that of the others must not be larger.
AT_LEAST = (*EFFECTIVE_SIZES, LENGTH)


def r_hat(draws: np.ndarray) -> np.ndarray:
    """Return rank-normalised split R-hat of each parameter across ensembles, shape (P,).

    Args:
        draws: shape (E, N, W, P). One ensemble is one chain, since its walkers are not
            independent of each other.
    """
    ensembles, steps, walkers, count = draws.shape
    chains = draws.reshape(ensembles, steps * walkers, count)
    return np.array([float(array_stats.rhat(chains[:, :, i])) for i in range(count)])


def effective_sizes(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bulk and tail effective sample sizes, each shape (P,).

    Every walker counts as a chain, so that one that is stuck lowers the figure.

    Args:
        draws: shape (E, N, W, P).
    """
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
    with np.errstate(divide="ignore", invalid="ignore"):  # a walker that never moved
        times = [emcee.autocorr.integrated_time(one, quiet=True, tol=0) for one in draws]
    return np.asarray(np.mean(times, axis=0))


def diagnose(
    draws: np.ndarray, convergence: ConvergenceCriteria, failed_fraction: float
) -> tuple[Check, ...]:
    """Hold the draws, shape (E, N, W, P), against the convergence criteria."""
    return (
        _r_hat_check(draws, convergence),
        *_size_checks(draws, convergence),
        _length_check(draws, autocorrelation_times(draws), convergence),
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
    for place in np.argsort(-times):
        alone = draws[..., [place]]
        for check in (*_size_checks(alone, convergence), _r_hat_check(alone, convergence)):
            if not check.passed:
                return check
    return None


def _r_hat_check(draws: np.ndarray, convergence: ConvergenceCriteria) -> Check:
    return _at_most("R-hat across ensembles", float(np.max(r_hat(draws))), convergence.r_hat)


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
