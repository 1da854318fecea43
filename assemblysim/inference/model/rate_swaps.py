"""Exchanges of two consecutive rate constants: the slow-fast ambiguity as a jump to try.

In A -> B -> C the course of C is the same when the two constants are exchanged, and that of B
keeps its shape and is multiplied by their ratio (Vajda & Rabitz, J. Phys. Chem. 1988, 92, 701;
for first-order steps exactly). Where B's response is unknown nothing but its prior tells the two
apart, so both must be looked at. Exchangeable responses are known by their contrasts, of which
several change with one response.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.target import LOG_SQRT_2PI
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.result.mechanism import SwappedConstants


@dataclass(frozen=True, eq=False)
class RateSwap:
    """Two rate constants that change places, and a response that makes up for it.

    Attributes:
        parameters: of the problem, P of them.
        first: place of the constant of the step that makes the intermediate.
        second: place of the constant of the step that uses it.
        log_offset: log of what the first constant is worth in units of the second: 0 where both
            have one unit, else the ratio of their priors' medians.
        response: name of the intermediate's response; None where it stays as it is.
        moved: (place, exponent) of what changes with that response: of itself, or of each contrast
            that it is part of. By that power of the ratio of the two constants it is multiplied.
    """

    parameters: tuple[Parameter, ...]
    first: int
    second: int
    log_offset: float
    response: str | None
    moved: tuple[tuple[int, float], ...] = ()

    @property
    def changed(self) -> tuple[int, ...]:
        """Places of the parameters that change."""
        return (self.first, self.second, *(place for place, _ in self.moved))

    @property
    def names(self) -> SwappedConstants:
        """The names of what changes."""
        first, second = (self.parameters[i].name for i in (self.first, self.second))
        return SwappedConstants(first, second, self.response)

    def apply(self, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Exchange, at B positions at once; doing it twice leads back.

        Args:
            position: shape (B, P), standard-normal coordinates.

        Returns:
            The new positions, shape (B, P), and the log of the volume's change, shape (B,):
            -inf where a value leaves its prior's range.
        """
        logs, before = self._logs(position)
        moved = logs.copy()
        moved[:, 0] = logs[:, 1] + self.log_offset
        moved[:, 1] = logs[:, 0] - self.log_offset
        exponents = np.array([exponent for _, exponent in self.moved])
        moved[:, 2:] += np.outer(logs[:, 0] - logs[:, 1] - self.log_offset, exponents)
        proposed = position.copy()
        inside = np.ones(len(position), dtype=bool)
        with np.errstate(over="ignore"):
            values = np.exp(moved)
        for column, place in enumerate(self.changed):
            prior = self.parameters[place].prior
            low, high = prior.bounds
            inside &= (values[:, column] > low) & (values[:, column] < high)
            proposed[:, place] = prior.to_normal(values[:, column])
        proposed[~inside] = position[~inside]
        _, after = self._logs(proposed)
        return proposed, np.where(inside, after - before, -np.inf)

    def _logs(self, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the logs of the changed values, (B, C), and log |du / d log x| summed, (B,)."""
        logs = np.empty((len(position), len(self.changed)))
        volume = np.zeros(len(position))
        for column, place in enumerate(self.changed):
            prior, coordinate = self.parameters[place].prior, position[:, place]
            value = prior.from_normal(coordinate)
            logs[:, column] = np.log(value)
            volume += prior.log_density_of_log(value) + 0.5 * coordinate**2 + LOG_SQRT_2PI
        return logs, volume


def consecutive_rate_swaps(problem: Problem) -> tuple[RateSwap, ...]:
    """Return the rate swaps of a mechanism: of free constants of steps that follow each other.

    Each is given without and, where a signal of the intermediate has an unknown response, with
    a change of that response.
    """
    places = {p.name: i for i, p in enumerate(problem.parameters)}
    found: dict[tuple[int, int, str | None], RateSwap] = {}
    users = _users(problem.network)
    for maker in problem.network.reactions:
        for species, user in _following(maker, users):
            ends = (places.get(maker.rate_constant), places.get(user.rate_constant))
            if None in ends or maker.rate_constant == user.rate_constant:
                continue
            first, second = (int(end) for end in ends if end is not None)
            offset = _log_offset(problem.parameters[first], problem.parameters[second])
            unchanged: dict[str | None, _Moved] = {None: ()}
            for response, moved in (unchanged | _responses(problem, species, places)).items():
                key = (min(first, second), max(first, second), response)
                if key not in found:
                    of = (first, second, offset, response, moved)
                    found[key] = RateSwap(problem.parameters, *of)
    return tuple(found.values())


# Places of parameters, and the powers with which they change.
_Moved = tuple[tuple[int, float], ...]
# Of the reactions that use a species, by species and rate constant: numbers and reactions.
_Users = dict[str, dict[str, list[tuple[int, Reaction]]]]


def _users(network: Network) -> _Users:
    """Return the first reactions that use a species with each rate constant.

    Three are enough: two at most are the same step as a given reaction the other way.
    """
    found: _Users = {}
    for number, reaction in enumerate(network.reactions):
        for species in dict.fromkeys(reaction.reactants):
            alike = found.setdefault(species, {}).setdefault(reaction.rate_constant, [])
            if len(alike) < 3:
                alike.append((number, reaction))
    return found


def _following(maker: Reaction, users: _Users) -> list[tuple[str, Reaction]]:
    """Return (species, user) for each species that a step makes and each constant that uses it."""
    found = []
    for order, species in enumerate(dict.fromkeys(maker.products)):
        for alike in users.get(species, {}).values():
            forward = [
                (number, order, species, user)
                for number, user in alike
                if user.reverse_of != maker.name and maker.reverse_of != user.name
            ]
            found += forward[:1]
    return [(species, user) for _, _, species, user in sorted(found, key=lambda one: one[:2])]


def _responses(problem: Problem, species: str, places: dict[str, int]) -> dict[str | None, _Moved]:
    """Return the unknown responses of signals that show a species, with what changes with each."""
    names: dict[str, None] = {}
    for experiment in problem.experiments:
        own = dict(experiment.aliases)
        for signal, name in zip(
            experiment.measurement.signals, experiment.response_names, strict=True
        ):
            if any(term == species for term, _ in signal.terms):
                names[own.get(name, name)] = None
    found: dict[str | None, _Moved] = {}
    for name in names:
        if name in places:
            found[name] = ((places[name], 1.0),)
        for one in problem.exchangeable:
            if name in one.responses and one.contrasts:
                moves = zip(one.contrasts, one.raised(name).tolist(), strict=True)
                found[name] = tuple((places[n], exponent) for n, exponent in moves if exponent)
    return found


def _log_offset(first: Parameter, second: Parameter) -> float:
    """Return the log of the first constant's unit in that of the second."""
    if first.dimension == second.dimension:
        return 0.0
    return float(np.log(first.prior.quantile(0.5)) - np.log(second.prior.quantile(0.5)))
