"""Criteria that need no evidence: AICc, BIC and leave-one-out predictive accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from arviz_stats.base import array_stats
from scipy.special import logsumexp

# Above this k-hat the importance weights of a left-out unit have no usable variance
# (Vehtari, Gelman & Gabry, Stat. Comput. 2017, 27, 1413).
BAD_K = 0.7


@dataclass(frozen=True)
class InformationCriteria:
    """Penalised maximum log-likelihoods; smaller is better.

    Attributes:
        aicc: corrected Akaike criterion; None where there are not more readings than
            parameters plus one.
        bic: Schwarz criterion.
    """

    aicc: float | None
    bic: float


@dataclass(frozen=True)
class LeaveOneOut:
    """Expected log predictive density for a unit of data that was left out.

    Attributes:
        value: summed over units.
        error: its standard error.
        bad_k: how many units have a Pareto k-hat above 0.7, so that the figure for them
            cannot be trusted.
    """

    value: float
    error: float
    bad_k: int


def information_criteria(
    log_likelihood_max: float, parameters: int, readings: int
) -> InformationCriteria:
    """Compute AICc (Hurvich & Tsai 1989) and BIC (Schwarz 1978)."""
    deviance = -2 * log_likelihood_max
    spare = readings - parameters - 1
    aicc = deviance + 2 * parameters * readings / spare if spare > 0 else None
    return InformationCriteria(aicc, deviance + parameters * float(np.log(readings)))


def leave_one_out(points: np.ndarray) -> LeaveOneOut:
    """Estimate leave-one-out accuracy by Pareto-smoothed importance sampling.

    Args:
        points: shape (D, U), the log-likelihood of each unit at each draw.

    Returns:
        The estimate. Method: PSIS-LOO (Vehtari, Gelman & Gabry 2017), by arviz-stats.
    """
    pairs = [_leave_out(unit) for unit in points.T]
    total, ks = np.array(pairs).T
    error = float(np.sqrt(len(total) * total.var(ddof=1))) if len(total) > 1 else float("inf")
    return LeaveOneOut(float(total.sum()), error, int((ks > BAD_K).sum()))


def _leave_out(unit: np.ndarray) -> tuple[float, float]:
    """Return the predictive density of one unit, shape (D,) over draws, and its k-hat."""
    plain = float(np.log(len(unit)) - logsumexp(-unit))
    # a unit that decides the posterior alone leaves weights of which most underflow to 0
    with np.errstate(divide="ignore", invalid="ignore"):
        try:
            elpd, k_hat, _ = array_stats.loo(unit[None, :], chain_axis=0, draw_axis=1)
        except ValueError:
            # arviz-stats refuses a tail of equal values: such weights are bounded, and
            # there is nothing to smooth
            return plain, 0.0
    if not (np.isfinite(elpd) and np.isfinite(k_hat)):
        return plain, np.inf
    return float(elpd), float(k_hat)
