"""Exchanges of two consecutive rate constants: the slow-fast ambiguity as a jump to try.

In A -> B -> C the course of C is the same when the two constants are exchanged, and that of B
keeps its shape and is multiplied by their ratio (Vajda & Rabitz, J. Phys. Chem. 1988, 92, 701;
for first-order steps exactly). Where B's response is unknown nothing but its prior tells the two
apart, so both must be looked at. Exchangeable responses are known by their contrasts, of which
several change with one response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.parameters import Parameter, values_from_normal
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


@dataclass(frozen=True, eq=False)
class SwapTable:
    """Several rate swaps of the same parameters, to apply a different one to each position.

    Attributes:
        parameters: the P unknowns.
        first: shape (K,), places of the constants of the steps that make the intermediates.
        second: shape (K,), of those that use them.
        log_offsets: shape (K,), see `RateSwap`.
        exponents: shape (K, P), of what moves with the ratio; 0 elsewhere.
    """

    parameters: tuple[Parameter, ...]
    first: np.ndarray
    second: np.ndarray
    log_offsets: np.ndarray
    exponents: np.ndarray

    @classmethod
    def of(cls, rate_swaps: Sequence[RateSwap]) -> SwapTable:
        """Put swaps, at least one, side by side."""
        parameters = rate_swaps[0].parameters
        exponents = np.zeros((len(rate_swaps), len(parameters)))
        for row, swap in zip(exponents, rate_swaps, strict=True):
            for place, exponent in swap.moved:
                row[place] = exponent
        first, second, offsets = zip(
            *((one.first, one.second, one.log_offset) for one in rate_swaps), strict=True
        )
        return cls(parameters, np.array(first), np.array(second), np.array(offsets), exponents)

    def apply(self, position: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Do at each position what `RateSwap.apply` of the chosen swap does.

        Args:
            position: shape (B, P), standard-normal coordinates.
            chosen: shape (B,), numbers of swaps.

        Returns:
            The new positions, shape (B, P), and the log of the volume's change, shape (B,).
        """
        rows, first, second = np.arange(len(position)), self.first[chosen], self.second[chosen]
        offsets, exponents = self.log_offsets[chosen], self.exponents[chosen]
        changed = exponents != 0
        changed[rows, first] = changed[rows, second] = True
        places = np.flatnonzero(changed.any(axis=0))
        before = values_from_normal(self.parameters, position)
        logs = np.zeros(position.shape)
        logs[:, places] = np.log(before[:, places])
        one, other = logs[rows, first], logs[rows, second]
        moved = logs + (one - other - offsets)[:, None] * exponents
        moved[rows, first], moved[rows, second] = other + offsets, one - offsets
        with np.errstate(over="ignore"):
            values = np.exp(moved)
        proposed, inside = position.copy(), np.ones(len(position), dtype=bool)
        for place in places.tolist():
            own, prior = changed[:, place], self.parameters[place].prior
            low, high = prior.bounds
            inside[own] &= (values[own, place] > low) & (values[own, place] < high)
            proposed[own, place] = prior.to_normal(values[own, place])
        proposed[~inside] = position[~inside]
        after = values_from_normal(self.parameters, proposed)
        grown = np.zeros(len(position))
        for place in places.tolist():
            density = self.parameters[place].prior.log_density_of_log
            change = density(after[:, place]) - density(before[:, place])
            change += 0.5 * (proposed[:, place] ** 2 - position[:, place] ** 2)
            grown += np.where(changed[:, place], change, 0.0)
        return proposed, np.where(inside, grown, -np.inf)


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
