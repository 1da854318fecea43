"""What one more intensity would tell: where two mechanisms' expectations overlap least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# An intensity good to 15 %, as replicate spectra give it.
READING_ERROR = 0.15
# Bins of an intensity above the floor, even in the logarithm. Few, so that some hundred draws
# fill them: an empty bin would pass for a difference.
BINS = 10


@dataclass(frozen=True)
class Reading:
    """One reading on which two mechanisms can be told apart, or cannot.

    Attributes:
        signal: which signal.
        time: h.
        first: median expectation of the first mechanism, display unit.
        second: of the second.
        probability: with which the intensity points to the right one of the two, where both
            are equally probable before; a half is a coin toss.
    """

    signal: str
    time: float
    first: float
    second: float
    probability: float


def most_telling_reading(
    signals: tuple[str, ...],
    times: np.ndarray,
    draws: tuple[np.ndarray, np.ndarray],
    floor: float,
    rng: np.random.Generator,
) -> Reading | None:
    """Find the signal and time at which one intensity tells two mechanisms apart best.

    Args:
        signals: names of the I signals.
        times: shape (G,), h.
        draws: expected signals of either mechanism, each of shape (D, G, I), display unit.
        floor: detection limit, display unit: what is below it looks alike.
        rng: stream of the intensities' errors.

    Returns:
        The best reading; None where no signal ever exceeds the floor. Method: the two
        predictive distributions of an intensity with 15 % error as histograms; choosing the more
        probable mechanism is right with probability 1 - overlap / 2 (Bayes error). Histograms
        of D draws make the overlap slightly too small, by about sqrt(BINS / D). The place is
        chosen on one half of the draws and judged on the other, so that the largest of many
        noisy overlaps is not taken for a difference.
    """
    logs = [np.log(np.maximum(one.astype(float), 1e-300)) for one in draws]
    logs = [one + READING_ERROR * rng.standard_normal(one.shape) for one in logs]
    ceiling = max(float(one.max()) for one in logs)
    if ceiling <= np.log(floor):
        return None
    edges = np.linspace(np.log(floor), ceiling, BINS + 1)[:-1]
    bins = [np.searchsorted(edges, one) for one in logs]
    at, signal = np.unravel_index(np.argmax(_right(bins[0][::2], bins[1][::2])), bins[0].shape[1:])
    place = (slice(1, None, 2), slice(at, at + 1), slice(signal, signal + 1))
    right = float(_right(bins[0][place], bins[1][place])[0, 0])
    first, second = (float(np.median(one[:, at, signal])) for one in draws)
    return Reading(signals[signal], float(times[at]), first, second, right)


def _right(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how often the more probable one is right, shape (G, I), from bins (D, G, I)."""
    return np.asarray(1 - 0.5 * np.minimum(_histogram(first), _histogram(second)).sum(axis=0))


def _histogram(bins: np.ndarray) -> np.ndarray:
    """Return the fraction of draws in each bin, shape (BINS + 1, G, I), from bins (D, G, I)."""
    return np.stack([(bins == i).mean(axis=0) for i in range(BINS + 1)])
