"""Criteria that need no evidence: AICc, BIC and leave-one-out predictive accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from assemblysim.result.evidence import LeaveOneOut

# Above this k-hat the importance weights of an observation that is left out have no usable variance
# (Vehtari, Gelman & Gabry, Stat. Comput. 2017, 27, 1413).
BAD_K = 0.7


@dataclass(frozen=True)
class InformationCriteria:
    """Penalised maximum log-likelihoods; smaller is better.

    Attributes:
        aicc: corrected Akaike criterion; None where there are not more intensities than
            parameters plus one.
        bic: Schwarz criterion.
    """

    aicc: float | None
    bic: float


def information_criteria(
    log_likelihood_max: float, parameters: int, intensities: int
) -> InformationCriteria:
    """Compute AICc (Hurvich & Tsai 1989) and BIC (Schwarz 1978)."""
    deviance = -2 * log_likelihood_max
    spare = intensities - parameters - 1
    aicc = deviance + 2 * parameters * intensities / spare if spare > 0 else None
    return InformationCriteria(aicc, deviance + parameters * float(np.log(intensities)))


def exact_loo_observations(pointwise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each observation's predictive density and whether its k-hat is above 0.7, (U,).

    Args:
        pointwise: shape (D, U), the log density of each observation at each draw, given it and
            the other observations.

    Method: PSIS-LOO (Vehtari, Gelman & Gabry 2017), by arviz-stats.
    """
    elpd, k_hat = np.array([_leave_out(observation) for observation in pointwise.T]).T
    return elpd, k_hat > BAD_K


def summed(elpd: np.ndarray, bad: int, recomputed: int = 0) -> LeaveOneOut:
    """Add up the observations' predictive densities, shape (U,); their scatter gives the error."""
    error = float(np.sqrt(len(elpd) * elpd.var(ddof=1))) if len(elpd) > 1 else float("inf")
    return LeaveOneOut(float(elpd.sum()), error, bad, recomputed)


def _leave_out(observation: np.ndarray) -> tuple[float, float]:
    """Return the predictive density of one observation, shape (D,) over draws, and its k-hat."""
    from arviz_stats.base import array_stats  # slow to import, and needed by no report

    plain = float(np.log(len(observation)) - logsumexp(-observation))
    # an observation that decides the posterior alone leaves weights of which most underflow to 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        try:
            elpd, k_hat, _ = array_stats.loo(observation[None, :], chain_axis=0, draw_axis=1)
        except ValueError:
            # arviz-stats refuses a tail of equal values: such weights are bounded, and
            # there is nothing to smooth
            return plain, 0.0
    if not (np.isfinite(elpd) and np.isfinite(k_hat)):
        return plain, np.inf
    return float(elpd), float(k_hat)
