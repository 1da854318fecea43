"""Counts of synthetic spectra, each of an unknown total, with peaks too small to be seen."""

from __future__ import annotations

import numpy as np

COUNTS_PER_MM = 4e4
# Totals of spectra scatter by a factor of two: what an unknown scale factor stands for.
LOG_FACTOR_SPREAD = 0.7


def spectrum_counts(
    expected: np.ndarray, noise: float, limit: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw the counts of spectra; a peak below the limit is 0.

    Args:
        expected: shape (N, I), the true signals, mM.
        noise: standard deviation of the logarithm of a count.
        limit: fraction of the spectrum's total below which a peak is not seen.
        rng: source of randomness.

    Returns:
        Shape (N, I).
    """
    spread = LOG_FACTOR_SPREAD * rng.standard_normal((len(expected), 1))
    factors = COUNTS_PER_MM * np.exp(spread)
    counts = factors * expected * np.exp(noise * rng.standard_normal(expected.shape))
    seen = counts >= limit * counts.sum(axis=1, keepdims=True)
    return np.where(seen, counts, 0.0)
