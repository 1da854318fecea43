"""Medians and central 95 % intervals of predictions, over draws that need not count equally."""

from __future__ import annotations

import numpy as np

from assemblysim.result.numbers import Interval

MEDIAN, LOWER, UPPER = 0.5, 0.025, 0.975
# Of a one-sided limit.
BELOW = 0.95


def interval_of(values: np.ndarray, weights: np.ndarray) -> Interval:
    """Summarise one predicted number.

    Args:
        values: shape (D,); infinite where it does not happen within the window, nan where
            the draw could not be integrated, which leaves the draw out.
        weights: shape (D,), how much each draw counts.

    Returns:
        The median with its 95 % interval; one that is infinite, or has no draw, is None.
    """
    ordered, total = _in_order(values, weights)
    return Interval(*(_quantile(ordered, total, fraction) for fraction in (MEDIAN, LOWER, UPPER)))


def upper_limit_of(values: np.ndarray, weights: np.ndarray) -> float | None:
    """Return what a predicted number lies below with a probability of 95 %, one-sided.

    Args:
        values: shape (D,), as for `interval_of`.
        weights: shape (D,).
    """
    return _quantile(*_in_order(values, weights), BELOW)


def _in_order(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values that count in order, and the running sum of their weights."""
    counted = np.isfinite(weights) & (weights > 0) & ~np.isnan(values)
    order = np.argsort(values[counted])
    return values[counted][order], np.cumsum(weights[counted][order])


def _quantile(ordered: np.ndarray, total: np.ndarray, fraction: float) -> float | None:
    """Return a quantile of values in order, with the running sum of their weights."""
    if not len(ordered):
        return None
    # The last bit of a sum of weights must not push a quantile beyond its draw.
    at = np.searchsorted(total, fraction * total[-1] * (1 - 1e-12))
    value = float(ordered[min(int(at), len(ordered) - 1)])
    return value if np.isfinite(value) else None


def share_of(condition: np.ndarray, values: np.ndarray, weights: np.ndarray) -> float | None:
    """Return the weight of the draws that meet a condition, among those that are not nan.

    Args:
        condition: shape (D,), bool.
        values: shape (D,); nan leaves a draw out.
        weights: shape (D,).

    Returns:
        A number from 0 to 1; None where no draw is left.
    """
    counted = ~np.isnan(values)
    total = float(weights[counted].sum())
    return float(weights[counted & condition].sum()) / total if total > 0 else None


def mixture_weights(counts: list[int], probabilities: list[float]) -> np.ndarray:
    """Return the weight of each draw when mechanisms are averaged by their probabilities.

    Args:
        counts: draws of each mechanism.
        probabilities: of each mechanism.

    Returns:
        Shape (sum of counts,).
    """
    parts = [np.full(n, p / n) for n, p in zip(counts, probabilities, strict=True) if n]
    return np.concatenate(parts) if parts else np.empty(0)
