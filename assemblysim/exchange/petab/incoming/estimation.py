"""A PEtab problem that was read: its posterior, and the likelihood that PEtab means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.experiment import within
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.problem import Problem, courses_of, filled, signals_of


@dataclass(frozen=True, eq=False)
class PetabEstimation:
    """A PEtab problem that was read; everything in the model's own units.

    Attributes:
        problem: mechanism and data, for a posterior.
        nominal: shape (P,), nominal values of the unknowns.
        log_jacobian: sum of the logarithms of the measurements whose noise is log-normal.
        places: for each measurement in the table its experiment, time and signal in `problem`.
    """

    problem: Problem
    nominal: np.ndarray
    log_jacobian: float
    places: tuple[tuple[int, float, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the P unknowns."""
        return self.problem.parameter_names

    def log_likelihood(self, values: np.ndarray) -> np.ndarray:
        """Return the log-likelihood as PEtab defines it, shape (B,), at values of shape (B, P)."""
        found = log_likelihood(self.problem, np.asarray(values, float))
        return np.asarray(found.total - self.log_jacobian)

    def log_prior(self, values: np.ndarray) -> np.ndarray:
        """Return the log-density of the priors, shape (B,), at values of shape (B, P)."""
        columns = np.asarray(values, float).T
        unknowns = zip(self.problem.parameters, columns, strict=True)
        return np.asarray(sum(one.prior.log_density(column) for one, column in unknowns))

    def chi_squared(self, values: np.ndarray) -> float:
        """Return the sum of squared residuals over their sizes at values of shape (P,)."""
        named = self.problem.named(np.asarray(values, float)[None])
        total = 0.0
        for one in self.problem.experiments:
            if one.intensities is not None:
                signals = signals_of(one, named, filled(courses_of(self.problem, one, named)))
                noise = within(one, named).stack(one.intensities.noise_names)
                residuals = one.intensities.standardised_residuals(signals, noise)
                total += float(np.nansum(residuals**2))
        return total

    def simulations(self, values: np.ndarray) -> np.ndarray:
        """Return the observables at values of shape (P,), in the order of the measurements."""
        named = self.problem.named(np.asarray(values, float)[None])
        signals = []
        for one in self.problem.experiments:
            courses = filled(courses_of(self.problem, one, named))
            signals.append(signals_of(one, named, courses)[0])
        found = []
        for number, time, signal in self.places:
            one = self.problem.experiments[number]
            row = int(np.searchsorted(one.times, time))
            column = [each.name for each in one.measurement.signals].index(signal)
            found.append(signals[number][row, column])
        return np.array(found)

    def __repr__(self) -> str:
        """Count what there is."""
        return (
            f"PetabEstimation {self.problem.mechanism}: {len(self.places)} measurements, "
            f"{len(self.names)} unknowns"
        )
