"""Where SMC starts and jumps go: independent normals, or a mixture about what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.proposal import Components, Mixture, fitted_mixture
from assemblysim.inference.sampling.search import Optimum

# How much wider than the posterior a reference about it is, as a factor on its covariance: its
# tails must hold what was not seen, and the way from it to the posterior must stay short.
WIDENING = 2.0
# Share of such a mixture that goes to the optima of a search, whether particles are there or not.
FRACTION_OF_OPTIMA = 0.1
# Where a rail's unknown stands, in standard deviations of its prior, how far it spreads there, how
# many optima have rails, and the share of the prior beside them.
RAIL, RAIL_SD = 1.5, 0.7
RAILED_OPTIMA = 2
PRIOR_BESIDE_RAILS = 0.1


class Reference(Protocol):
    """A normalised density from which particles are drawn before they are tempered."""

    @property
    def dimension(self) -> int:
        """Number of coordinates, P."""

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw positions, shape (count, P)."""

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""


@dataclass(frozen=True, eq=False)
class IndependentNormals:
    """The prior in all but a few coordinates.

    With the noise free, powers of the likelihood pass through a sudden change: first every
    deviation is put down to noise, then the noise collapses, and few particles follow. A reference
    that holds the noise where the best fit has it avoids that; the evidence is exact with any.

    Attributes:
        mean: shape (P,).
        sd: shape (P,).
    """

    mean: np.ndarray
    sd: np.ndarray

    @property
    def dimension(self) -> int:
        """Number of coordinates, P."""
        return len(self.mean)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw positions, shape (count, P)."""
        return np.asarray(self.mean + self.sd * rng.standard_normal((count, len(self.mean))))

    def log_density(self, position: np.ndarray) -> np.ndarray:
        """Return the log-density, shape (N,), at positions of shape (N, P)."""
        scaled = (position - self.mean) / self.sd
        return np.asarray(log_standard_normal(scaled) - np.log(self.sd).sum())


def reference_about(
    positions: np.ndarray,
    optima: Sequence[Optimum],
    rng: np.random.Generator,
    widening: float = WIDENING,
) -> Mixture:
    """Return a mixture about a posterior as far as it is known, to start from or to jump to.

    Args:
        positions: shape (N, P), draws that have found it.
        optima: of a search; some of the reference goes to each of them.
        rng: for the fit.
        widening: factor on the covariances: above 1 it is wider than the posterior on all sides,
            as a reference has to be; with 1 it proposes places in it.

    Returns:
        Student-t components fitted to the draws, others at the optima, and some prior.
    """
    about = with_optima(fitted_mixture(positions, rng), optima)
    parts = about.components
    wider = Components(parts.means, widening * parts.covariances)
    return Mixture(wider, about.fractions, about.prior_fraction)


def with_optima(about: Mixture, optima: Sequence[Optimum]) -> Mixture:
    """Mix in components at the optima of a search, whether draws are there or not."""
    if not optima:
        return about
    parts = Components(
        np.concatenate([about.components.means, [o.position for o in optima]]),
        np.concatenate([about.components.covariances, [o.covariance for o in optima]]),
    )
    at_optima = np.full(len(optima), FRACTION_OF_OPTIMA / len(optima))
    fractions = np.concatenate([(1 - FRACTION_OF_OPTIMA) * about.fractions, at_optima])
    return Mixture(parts, fractions, about.prior_fraction)


def with_rails(
    about: Mixture, optima: Sequence[Optimum], places: Sequence[int], fraction: float
) -> Mixture:
    """Mix in components at the best optima with one unknown sent to either side of its prior.

    Where a step is so fast, or so slow, that its constant no longer counts, the posterior has a
    plateau that reaches to the end of the prior; a mixture about an optimum misses most of it.

    Args:
        about: what to mix them into.
        optima: of a search, best first.
        places: of the unknowns that may be without effect.
        fraction: of the whole that goes there.
    """
    if not (optima and places):
        return about
    means, covariances = [], []
    for optimum in optima[:RAILED_OPTIMA]:
        for i in places:
            own = optimum.covariance
            given = own - np.outer(own[:, i], own[i]) / own[i, i]
            given[i], given[:, i] = 0.0, 0.0
            covariance = WIDENING * given + 1e-9 * np.eye(len(own))
            covariance[i, i] = RAIL_SD**2
            for side in (-RAIL, RAIL):
                mean = optimum.position.copy()
                mean[i] = side
                means.append(mean)
                covariances.append(covariance)
    parts = about.components
    components = Components(
        np.concatenate([parts.means, means]), np.concatenate([parts.covariances, covariances])
    )
    rails = np.full(len(means), fraction / len(means))
    return Mixture(
        components,
        np.concatenate([(1 - fraction) * about.fractions, rails]),
        max(about.prior_fraction, PRIOR_BESIDE_RAILS),
    )
