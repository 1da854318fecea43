"""What is reported of exchangeable responses: each response, in place of the contrasts sampled.

The log of each response is a weighted sum of coordinates that are standard normal before the data,
so it is such a coordinate itself along its own direction. Turned so that this direction is an axis
(by a Householder reflection), everything that can be asked of a parameter can be asked of a
response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.identifiability.profiles import Likelihood, profile_likelihood
from assemblysim.inference.identifiability.sensitivity_rank import SensitivityRank
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.priors import LogNormal
from assemblysim.inference.model.problem import Problem


@dataclass(frozen=True, eq=False)
class Reported:
    """One number that is reported: an unknown, or a response that follows from contrasts.

    Attributes:
        parameter: its name, unit, kind and prior.
        direction: shape (P,), of length 1: its coordinate by those of the unknowns.
        powers: shape (P,): the unknowns' powers whose product it is, but for a factor.
    """

    parameter: Parameter
    direction: np.ndarray
    powers: np.ndarray

    def coordinates(self, positions: np.ndarray) -> np.ndarray:
        """Return its standard-normal coordinate, shape (...,), at positions of shape (..., P)."""
        return np.asarray(positions @ self.direction)


def reported(problem: Problem) -> tuple[Reported, ...]:
    """Return what is reported of a problem: its unknowns, with responses in place of contrasts.

    A response that nothing can change, the only one there is, is no unknown and is left out.
    """
    places = {name: i for i, name in enumerate(problem.parameter_names)}
    axes = np.eye(len(places))
    found: dict[str, Reported] = {}
    groups = {name: one for one in problem.exchangeable for name in one.contrasts}
    for i, parameter in enumerate(problem.parameters):
        group = groups.get(parameter.name)
        if group is None:
            found[parameter.name] = Reported(parameter, axes[i], axes[i])
            continue
        fixed = dict(problem.fixed)
        level = np.mean([np.log(fixed[name]) for name in group.stated]) if group.stated else 0.0
        columns = [places[name] for name in group.contrasts]
        for name, row, powers in zip(group.responses, group.directions, group.powers, strict=True):
            direction, by_powers = np.zeros((2, len(places)))
            width = float(np.linalg.norm(row))
            direction[columns], by_powers[columns] = row / width, powers
            prior = LogNormal(float(np.exp(level)), float(np.exp(width)))
            found.setdefault(
                name, Reported(Parameter(name, "", "response", prior), direction, by_powers)
            )
    return tuple(found.values())


def values_of(every: Sequence[Reported], problem: Problem, positions: np.ndarray) -> np.ndarray:
    """Return what is reported, shape (..., R), at standard-normal positions, shape (..., P)."""
    values = values_from_normal(problem.parameters, positions)
    places = {name: i for i, name in enumerate(problem.parameter_names)}
    columns = [
        values[..., places[one.parameter.name]]
        if one.parameter.name in places
        else one.parameter.prior.from_normal(one.coordinates(positions))
        for one in every
    ]
    return np.stack(columns, axis=-1)


def with_responses(
    problem: Problem, positions: np.ndarray
) -> tuple[tuple[Parameter, ...], np.ndarray]:
    """Return the unknowns with the responses that follow from contrasts behind them, and values.

    Args:
        problem: P unknowns.
        positions: shape (..., P), standard-normal coordinates.

    Returns:
        The Q parameters, and values of shape (..., Q) in their units.
    """
    values = values_from_normal(problem.parameters, positions)
    known = set(problem.parameter_names)
    further = [one for one in reported(problem) if one.parameter.name not in known]
    if further:
        values = np.concatenate([values, values_of(further, problem, positions)], axis=-1)
    return (*problem.parameters, *(one.parameter for one in further)), values


def profile_ends(
    every: Sequence[Reported], likelihood: Likelihood, position: np.ndarray, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the 95 % interval of all that is reported by profile likelihood.

    Args:
        every: what is reported, R numbers.
        likelihood: of the unknowns.
        position: shape (P,), a position of greatest likelihood.
        draws: shape (N, P), posterior draws.

    Returns:
        The position of greatest likelihood, shape (P,), and the ends, shape (R, 2), in each one's
        standard-normal coordinate; infinite where a side is open. By how much profiles rise in the
        last decades of default priors, shape (R, 2), nats.
    """
    plain = [i for i, one in enumerate(every) if one.direction.max() == 1.0]
    axes = [int(np.argmax(every[i].direction)) for i in plain]
    found = profile_likelihood(likelihood, position, draws, axes)
    ends, rises = np.empty((len(every), 2)), np.zeros((len(every), 2))
    rises[plain] = found.rises
    ends[plain] = np.stack([found.lower, found.upper], axis=1)
    for i, one in enumerate(every):
        if i not in plain:
            turned, reflect = _turned(likelihood, one.direction)
            axis = int(np.argmax(np.abs(one.direction)))
            there = profile_likelihood(turned, reflect(found.position), reflect(draws), [axis])
            ends[i] = there.lower[0], there.upper[0]
    return found.position, ends, rises


def _turned(likelihood: Likelihood, direction: np.ndarray) -> tuple[Likelihood, _Reflection]:
    reflect = _Reflection(direction)
    gradients = likelihood.values_and_gradients

    def values_and_gradients(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, found = gradients(reflect(positions))
        return values, reflect(found)

    return (
        Likelihood(
            lambda positions: likelihood.log_likelihoods(reflect(positions)),
            values_and_gradients,
            likelihood.flat,
        ),
        reflect,
    )


class _Reflection:
    """Exchanges a direction with the axis that is nearest to it; twice it leads back."""

    def __init__(self, direction: np.ndarray) -> None:
        axis = np.zeros(len(direction))
        axis[np.argmax(np.abs(direction))] = 1.0
        normal = direction - axis
        size = float(normal @ normal)
        self._normal = normal / np.sqrt(size) if size else normal

    def __call__(self, positions: np.ndarray) -> np.ndarray:
        """Reflect positions, shape (..., P)."""
        return np.asarray(positions - 2 * np.multiply.outer(positions @ self._normal, self._normal))


def rank_of_reported(
    every: Sequence[Reported], rank: SensitivityRank, problem: Problem
) -> SensitivityRank:
    """Return the rank of the sensitivities with responses in place of their contrasts.

    Where the level of responses is hidden it counts as known, since nothing that is reported
    depends on it.
    """
    places = [problem.parameter_names.index(name) for name in rank.parameters]
    rows = [one.powers[places] for one in every]
    kept = [one for one, row in zip(every, rows, strict=True) if row.any()]
    matrix = np.array([row for row in rows if row.any()]).reshape(len(kept), len(places))
    further = len(kept) - len(places)
    return replace(
        rank,
        parameters=tuple(one.parameter.name for one in kept),
        at_optimum=rank.at_optimum + further,
        structural=rank.structural + further,
        null_spaces=tuple(matrix @ null for null in rank.null_spaces),
    )
