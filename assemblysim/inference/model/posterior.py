"""The posterior in standard-normal coordinates: what is searched for maxima and sampled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.likelihood import (
    DIFFERENCE,
    log_likelihood,
    log_likelihood_gradients,
)
from assemblysim.inference.model.parameters import NamedValues, values_from_normal
from assemblysim.inference.model.problem import (
    Problem,
    courses_with_changes,
    filled,
    signals_of,
)
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood

# Step of second differences along the log of a size of noise.
SIZE_STEP = 1e-2


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

    def curvatures(self, positions: np.ndarray) -> np.ndarray:
        """Return the curvature that residuals alone give, shape (B, P, P), at shape (B, P).

        It is Gauss and Newton's for the logarithm of the density, of opposite sign: positive
        definite, and near the real one where residuals are small; along sizes of noise it is the
        real one at the signals that there are.
        """
        batch, count = positions.shape
        found = np.stack([np.eye(count)] * batch)
        shifts = DIFFERENCE * np.concatenate([np.eye(count), -np.eye(count)])
        around = (positions[:, None] + shifts).reshape(-1, count)
        problem = self.problem
        named, shifted = (
            problem.named(values_from_normal(problem.parameters, at)) for at in (positions, around)
        )
        for experiment in problem.experiments:
            if experiment.intensities is not None:
                for slopes in _slopes(problem, experiment, named, shifted):
                    found += np.matmul(slopes.transpose(0, 2, 1), slopes)
        return found


def _slopes(
    problem: Problem, experiment: ExperimentProblem, named: NamedValues, shifted: NamedValues
) -> Iterator[np.ndarray]:
    """Yield derivatives whose squares add up to a curvature, (B, X, P): of residuals, and of sizes.

    Args:
        problem: mechanism and data.
        experiment: of which; words, and other courses of temperature, are not looked at.
        named: B vectors.
        shifted: 2 P vectors beside each: `DIFFERENCE` up along each coordinate, then down.
    """
    readings = experiment.intensities
    if readings is None:
        return
    batch, changes = courses_with_changes(problem, experiment, named, shifted)
    here = filled(batch)
    each = shifted.batch // named.batch
    there = here.repeat(each, axis=0) + changes.everything()
    signals, beside = (
        signals_of(experiment, values, concentrations)[:, experiment.reading_places]
        for values, concentrations in ((named, here), (shifted, there))
    )
    noise, sizes = (
        within(experiment, values).stack(readings.noise_names) for values in (named, shifted)
    )
    scaled = readings.standardised_residuals(beside, noise.repeat(each, axis=0))
    yield np.nan_to_num(_two_sided(scaled, len(signals)))
    bends = np.nan_to_num(_bends(readings, signals, noise))
    yield np.sqrt(bends)[:, :, None] * _two_sided(np.log(sizes), len(signals))


def _bends(readings: IntensityLikelihood, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return the curvature of the log-likelihood along the log of each size, positive, (B, Q)."""
    factors = np.exp(SIZE_STEP * np.eye(noise.shape[1]))
    found = np.empty(noise.shape)
    middle = readings.pointwise(signals, noise).sum(axis=1)
    for q, factor in enumerate(factors):
        up, down = (
            readings.pointwise(signals, noise * f).sum(axis=1) for f in (factor, 1 / factor)
        )
        found[:, q] = np.abs(up + down - 2 * middle) / SIZE_STEP**2
    return found


def _two_sided(numbers: np.ndarray, batch: int) -> np.ndarray:
    """Return differences of numbers, (2 P B, ...), as derivatives of shape (B, X, P)."""
    up, down = numbers.reshape(batch, 2, -1, numbers[0].size).transpose(1, 0, 3, 2)
    return np.asarray((up - down) / (2 * DIFFERENCE))
