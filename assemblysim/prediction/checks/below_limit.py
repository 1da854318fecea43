"""Residuals of intensities that stayed below the detection limit, drawn from where they may lie.

A censored intensity has no residual, but a distribution of one: below the limit. A randomised
quantile residual (Dunn & Smyth, J. Comput. Graph. Stat. 5, 236, 1996) is one draw from it, so that
all residuals together are standard normal where the model is right.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL
from assemblysim.measurement.noise_model import SAMPLING_ERROR


def residuals_with_limits(
    likelihood: IntensityLikelihood,
    signals: np.ndarray,
    noise: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Compute standardised residuals of all intensities, those below the limit included.

    The unknown size of a spectrum or a column is put at its best value given the intensities
    above the limit, and its error is added to that of an intensity below.

    Args:
        likelihood: of the intensities.
        signals: shape (B, T, I), expected at the sampling times.
        noise: shape (B, Q), in the order of ``likelihood.noise_names``.
        rng: source of randomness.

    Returns:
        Shape (B, N, I), nan where nothing was measured or the size is known from nothing.
    """
    residuals = likelihood.standardised_residuals(signals, noise)
    measured, measurement = likelihood.measured, likelihood.measurement
    censored = measured.censored
    if not censored.any():
        return residuals
    sizes = dict(likelihood.parameters.in_signals(noise, np.ones((1, 1, 1))))
    # what replicates share and an intensity's own error, put together
    size = measurement.noise.sizes[0]
    sizes[size] = np.hypot(sizes[size], sizes[SAMPLING_ERROR])
    signals = np.maximum(signals, SMALLEST_SIGNAL)
    margin = measurement.noise.margins(measured, measurement.scale, signals, sizes)
    margin = measurement.tails.as_normal(margin)
    # log of a uniform fraction of the chance to stay below: the quantile of what was drawn
    log_fraction = log_ndtr(margin) + np.log(rng.uniform(size=margin.shape))
    return np.where(censored, ndtri_exp(np.minimum(log_fraction, -1e-300)), residuals)
