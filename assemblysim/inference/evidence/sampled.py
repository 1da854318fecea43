"""What tempering and weighing lead to alike: draws from a posterior, with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from assemblysim.inference.sampling.proposal import Mixture
from assemblysim.result.evidence import LogEvidence


class Sampled(Protocol):
    """Draws from a posterior, with its evidence."""

    @property
    def positions(self) -> np.ndarray:
        """Shape (N, P), draws from the posterior."""

    @property
    def log_density(self) -> np.ndarray:
        """Shape (N,), log of likelihood times prior."""

    @property
    def log_evidence(self) -> LogEvidence:
        """With its standard error."""

    def share(self, number: int, of: int, rng: np.random.Generator) -> np.ndarray:
        """Return draws, shape (M, P), one of so many shares that are independent."""

    def proposal(self, rng: np.random.Generator) -> Mixture:
        """Return what stands for the posterior, for independent proposals."""

    def evidence_under(self, log_ratio: Callable[[np.ndarray], np.ndarray]) -> LogEvidence | None:
        """Return the log evidence under another prior; None where too few draws tell of it."""
