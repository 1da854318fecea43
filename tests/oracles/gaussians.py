"""Targets whose evidence and moments are known, for tests of samplers and estimators."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A Gaussian with a known integral."""

    mean: np.ndarray
    covariance: np.ndarray
    log_evidence: float

    def __call__(self, position):
        gap = position - self.mean
        count = len(self.mean)
        _, log_determinant = np.linalg.slogdet(self.covariance)
        quadratic = np.einsum("bi,ij,bj->b", gap, np.linalg.inv(self.covariance), gap)
        return self.log_evidence - 0.5 * (quadratic + count * np.log(2 * np.pi) + log_determinant)

    def draw(self, count, rng):
        return rng.multivariate_normal(self.mean, self.covariance, size=count)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Several Gaussians; the integral is the sum of theirs."""

    parts: tuple[Gaussian, ...]

    @property
    def log_evidence(self):
        return logsumexp([part.log_evidence for part in self.parts])

    def __call__(self, position):
        return logsumexp([part(position) for part in self.parts], axis=0)


def correlated(count, log_evidence=-7.3):
    """A Gaussian with neighbouring coordinates correlated by 0.8, off the origin."""
    covariance = 0.25 * 0.8 ** np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    return Gaussian(np.linspace(-0.5, 0.5, count), covariance, log_evidence)
