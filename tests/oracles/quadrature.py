"""Posteriors of two unknowns by quadrature."""

import numpy as np

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.target import log_standard_normal


def grid_draws(problem, count, rng, points=80):
    """Posterior draws of two parameters by quadrature over a grid of prior quantiles."""
    axis = (np.arange(points) + rng.uniform()) / points
    quantiles = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    columns = [p.prior.quantile(quantiles[:, i]) for i, p in enumerate(problem.parameters)]
    values = np.stack(columns, axis=1)
    logs = log_likelihood(problem, values).total
    weights = np.exp(logs - logs.max())
    return values[rng.choice(len(values), count, p=weights / weights.sum())]


def by_quadrature(problem, centre=(0.0, 0.0), reach=5.0, points=61):
    """Log evidence of two unknowns by the trapezoid rule over a standard-normal square."""
    axis = np.linspace(-reach, reach, points)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2) + centre
    total = log_likelihood(problem, values_from_normal(problem.parameters, grid)).total
    weight = 2 * np.log(axis[1] - axis[0])
    return np.logaddexp.reduce(total + log_standard_normal(grid)) + weight
