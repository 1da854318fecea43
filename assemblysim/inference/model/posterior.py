"""The posterior in standard-normal coordinates: what is searched for maxima and sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.target import log_standard_normal


@dataclass(frozen=True, eq=False)
class Posterior:
    """Likelihood times prior of one mechanism; its integral is the evidence.

    Attributes:
        problem: mechanism and data.
    """

    problem: Problem

    def __call__(self, position: np.ndarray) -> np.ndarray:
        """Return the log of likelihood times prior, shape (B,), at shape (B, P)."""
        values = values_from_normal(self.problem.parameters, position)
        return np.asarray(
            log_likelihood(self.problem, values).total + log_standard_normal(position)
        )

    def values_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log-density, shape (B,), and its gradient, (B, P), at shape (B, P)."""
        log_density, gradients = log_likelihood_gradients(self.problem, positions)
        return log_density + log_standard_normal(positions), gradients - positions
