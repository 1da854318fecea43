"""Whether a mechanism is good enough at all: would it give data like those that were read?

The best of a list may still be wrong. For every posterior draw the intensities are drawn anew, and
a few figures that a wrong mechanism distorts are computed from the residuals of both; p is the
fraction of draws in which the new intensities look at least as bad as the real ones (Gelman, Meng &
Stern, Statistica Sinica 6, 733, 1996). Since the same data were used for the fit, p stays closer
to a half than it would otherwise: a small p is a warning, a large one no proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.simulation.simulation import simulate_like
from assemblysim.prediction.checks.below_limit import residuals_with_limits
from assemblysim.result.checks import ModelResiduals, PredictiveCheckResult

# A mechanism that is right is warned of in at most so many studies.
FALSE_ALARM = 0.05
STATISTICS = {
    "scatter": "the residuals are larger than the noise",
    "largest": "one intensity lies further off than chance allows",
    "trend": "a signal stays above or below its intensities over several sampling times",
    "lack of fit": "the means of replicates miss the course by more than replicates scatter",
}


@dataclass(frozen=True, eq=False)
class FittedReadings:
    """The intensities of one experiment and what D posterior draws expect of them.

    Attributes:
        likelihood: of the intensities.
        signals: shape (D, T, I), expected at the sampling times.
        noise: shape (D, Q), in the order of ``likelihood.noise_names``.
        wild: shape (D, N), the spectra that are wild in a draw: they say nothing of the mechanism,
            and neither do those drawn anew in their place.
    """

    likelihood: IntensityLikelihood
    signals: np.ndarray
    noise: np.ndarray
    wild: np.ndarray

    def of(self, draws: np.ndarray) -> FittedReadings:
        """Return the same for some of the draws."""
        return replace(
            self, signals=self.signals[draws], noise=self.noise[draws], wild=self.wild[draws]
        )


def predictive_checks(
    experiments: Sequence[FittedReadings], rng: np.random.Generator
) -> PredictiveCheckResult:
    """Hold intensities against intensities drawn anew from D posterior draws.

    Args:
        experiments: those with intensities, with the same D draws each.
        rng: source of randomness.

    Returns:
        p-values over all experiments together, and the residuals of each. Draws for which no
        table could be drawn (an intensity below zero without a detection limit) are left out.
    """
    real = [
        _of_good_spectra(residuals_with_limits(e.likelihood, e.signals, e.noise, rng), e.wild)
        for e in experiments
    ]
    intensities = [e.likelihood.measured for e in experiments]
    signals = tuple(dict.fromkeys(name for r in intensities for name in r.signals))
    seen, drawn = [], []
    for d in range(len(real[0]) if real else 0):
        anew = [_drawn_anew(e, d, rng) for e in experiments]
        residuals = [one for one in anew if one is not None]
        if len(residuals) == len(experiments):
            seen.append(_statistics(intensities, [one[d] for one in real], signals))
            drawn.append(_statistics(intensities, residuals, signals))
    # A table drawn anew may lack what a statistic needs, such as neighbouring intensities.
    every = [*seen, *drawn]
    names = [n for n in (seen[0] if seen else ()) if all(n in one for one in every)]
    p_values = {
        n: (1 + sum(new[n] >= old[n] for old, new in zip(seen, drawn, strict=True)))
        / (1 + len(seen))
        for n in names
    }
    statistics = {n: p for n, p in p_values.items() if n in STATISTICS}
    threshold = FALSE_ALARM / max(1, len(statistics))  # Bonferroni
    resolved = 1 / (1 + len(seen)) < threshold
    return PredictiveCheckResult(
        passed=all(p >= threshold for p in statistics.values()) if resolved else None,
        threshold=threshold,
        replicated=len(seen),
        statistics=statistics,
        trends={s: p_values[f"trend {s}"] for s in signals if f"trend {s}" in p_values},
        residuals=tuple(_averaged(r, z) for r, z in zip(intensities, real, strict=True)),
    )


def _drawn_anew(
    experiment: FittedReadings, draw: int, rng: np.random.Generator
) -> np.ndarray | None:
    """Draw a table from one posterior draw and return its residuals, shape (N, I)."""
    likelihood = experiment.likelihood
    signals, noise = experiment.signals[draw], experiment.noise[draw]
    table = simulate_like(likelihood, signals, noise, "none", rng)
    if table is None:
        return None
    again = intensity_likelihood(table, likelihood.measurement)
    found = residuals_with_limits(again, signals[None], noise[None], rng)[0]
    return _of_good_spectra(found, experiment.wild[draw])


def _of_good_spectra(residuals: np.ndarray, wild: np.ndarray) -> np.ndarray:
    """Put nan for the residuals, (..., N, I), of wild spectra, (..., N)."""
    return np.where(wild[..., None], np.nan, residuals)


def _averaged(intensities: MeasuredIntensities, residuals: np.ndarray) -> ModelResiduals:
    known = np.isfinite(residuals)
    count = known.sum(axis=0)
    mean = np.where(known, residuals, 0.0).sum(axis=0) / np.where(count, count, np.nan)
    return ModelResiduals(intensities.signals, intensities.times[intensities.at], mean)


def _statistics(
    intensities: Sequence[MeasuredIntensities],
    residuals: Sequence[np.ndarray],
    signals: Sequence[str],
) -> dict[str, float]:
    """Return the figures that are compared, larger where residuals, (N, I) each, look worse."""
    known = [np.isfinite(z) for z in residuals]
    flat = np.concatenate([z[k] for z, k in zip(residuals, known, strict=True)])
    found = {"scatter": float((flat**2).sum()), "largest": float(np.abs(flat).max(initial=0.0))}
    products: dict[str, list[float]] = {name: [] for name in signals}
    between = within = 0.0
    for r, z, k in zip(intensities, residuals, known, strict=True):
        count = np.add.reduceat(k.astype(float), r.starts, axis=0)
        total = np.add.reduceat(np.where(k, z, 0.0), r.starts, axis=0)
        means = total / np.maximum(count, 1)
        scaled = means * np.sqrt(count)
        both = (count[1:] > 0) & (count[:-1] > 0)
        for i, name in enumerate(r.signals):
            products[name] += (scaled[1:, i] * scaled[:-1, i])[both[:, i]].tolist()
        between += float((scaled**2).sum())
        within += float((np.where(k, z - means[r.at], 0.0) ** 2).sum())
    trends = {n: float(np.sum(p) / np.sqrt(len(p))) for n, p in products.items() if p}
    if trends:
        found["trend"] = max(trends.values())
    if within > 0:
        found["lack of fit"] = between / within
    return found | {f"trend {name}": value for name, value in trends.items()}
