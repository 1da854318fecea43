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
    fitted = fitted_mixture(positions, rng)
    parts, fractions = fitted.components, fitted.fractions
    if optima:
        parts = Components(
            np.concatenate([parts.means, [o.position for o in optima]]),
            np.concatenate([parts.covariances, [o.covariance for o in optima]]),
        )
        at_optima = np.full(len(optima), FRACTION_OF_OPTIMA / len(optima))
        fractions = np.concatenate([(1 - FRACTION_OF_OPTIMA) * fractions, at_optima])
    wider = Components(parts.means, widening * parts.covariances)
    return Mixture(wider, fractions, fitted.prior_fraction)
