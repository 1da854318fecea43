"""A problem in which every candidate step has a switch: one network for all subsets of steps.

A switch multiplies the rate of its steps by 0 or 1, beside their constants, since steps may share
a constant. It is one more coordinate of a position, whose value is the switch itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.model.derived import DerivedParameter
from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import SignedNormal
from assemblysim.inference.model.problem import Problem, Temperatures
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.switches.space import SwitchSpace
from assemblysim.mechanism.network.network import Network, Reaction

KINETIC = ("rate", "energy", "entropy", "constant", "ratio")


@dataclass(frozen=True)
class SwitchedConstant(DerivedParameter):
    """A rate constant times the switch of its step; the inputs are these two."""

    def value(self, given: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the product, shape (B,)."""
        constant, switch = self.inputs
        return np.asarray(given[constant] * given[switch])

    def describe(self) -> str:
        """Say how it follows."""
        return " * ".join(self.inputs)


@dataclass(frozen=True, eq=False)
class SwitchedProblem:
    """A problem with switches: positions are P coordinates of unknowns, then G switches.

    Attributes:
        plain: the problem with all steps on, P unknowns.
        space: of the G switches.
        switched: the same with the switches as further parameters.
        needs: shape (G, P), which unknowns each switch's steps need.
        always: shape (P,), which unknowns are needed whatever is on.
    """

    plain: Problem
    space: SwitchSpace
    switched: Problem
    needs: np.ndarray
    always: np.ndarray

    @property
    def dimension(self) -> int:
        """Number of unknowns beside the switches, P."""
        return len(self.plain.parameters)

    def active(self, switches: np.ndarray) -> np.ndarray:
        """Return which unknowns count under switches of shape (N, G): shape (N, P)."""
        return np.asarray((switches @ self.needs > 0) | self.always)

    def log_likelihood(self, position: np.ndarray, switches: np.ndarray) -> np.ndarray:
        """Return the log-likelihood, shape (N,), at (N, P) and switches (N, G)."""
        values = values_from_normal(self.plain.parameters, position)
        both = np.concatenate([values, switches], axis=1)
        return np.asarray(log_likelihood(self.switched, both).total)

    def values_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log likelihood times prior of the unknowns, and its gradient by them.

        Args:
            positions: shape (N, P + G); the switches' part of the gradient is 0.
        """
        own = self.dimension
        value, gradient = log_likelihood_gradients(self.switched, positions)
        gradient[:, :own] -= positions[:, :own]
        gradient[:, own:] = 0.0
        return value + log_standard_normal(positions[:, :own]), gradient

    def posterior_of(self, switches: np.ndarray) -> tuple[Posterior, np.ndarray]:
        """Return the posterior of one subset alone, and the places of its unknowns."""
        reduced, places = self.reduced(switches)
        return Posterior(reduced), places

    def reduced(self, switches: np.ndarray) -> tuple[Problem, np.ndarray]:
        """Return the problem of one subset alone, and the places of its unknowns among all P."""
        dropped = {
            name
            for steps, switch in zip(self.space.steps, switches, strict=True)
            if not switch
            for name in steps
        }
        places = np.flatnonzero(self.active(switches[None])[0])
        kept = set(places.tolist())
        medians = [
            (p.name, float(p.prior.from_normal(0.0)))
            for i, p in enumerate(self.plain.parameters)
            if i not in kept
        ]
        return _without(self.plain, dropped, places, medians), places


def with_switches(problem: Problem, space: SwitchSpace) -> SwitchedProblem:
    """Give every candidate step of a problem its switch.

    Args:
        problem: with all steps on.
        space: the switches; their steps are those of the problem's network.
    """
    switch_of = {
        step: f"on_{name}"
        for name, steps in zip(space.names, space.steps, strict=True)
        for step in steps
    }
    network = _switched_network(problem.network, switch_of)
    constants = _constants_of(problem.network, switch_of)
    derived = [SwitchedConstant(new, (old, switch)) for (old, switch), new in constants.items()]
    experiments = []
    for one in problem.experiments:
        own = _switched_network(one.network, switch_of)
        aliases = list(one.aliases)
        here = dict(one.aliases)
        for (old, switch), new in constants.items():
            if old in here:
                name = f"{here[old]}__{switch}"
                aliases.append((new, name))
                follows = SwitchedConstant(name, (here[old], switch))
                derived += [] if follows in derived else [follows]
        experiments.append(replace(one, network=own, aliases=tuple(aliases)))
    switches = tuple(
        Parameter(f"on_{name}", "", "coefficient", SignedNormal(0.0, 1.0)) for name in space.names
    )
    switched = replace(
        problem,
        network=network,
        parameters=(*problem.parameters, *switches),
        experiments=tuple(experiments),
        derived=(*problem.derived, *derived),
        temperatures=_temperatures(problem, network, constants),
    )
    needs = np.array([_needed(problem, set(steps)) for steps in space.steps])
    candidates = {step for steps in space.steps for step in steps}
    certain = {r.name for r in problem.network.reactions} - candidates
    always = _needed(problem, certain)
    always |= np.array([p.kind not in KINETIC for p in problem.parameters], dtype=bool)
    always |= ~needs.any(axis=0)
    return SwitchedProblem(problem, space, switched, needs.reshape(len(space), -1), always)


def _constants_of(network: Network, switch_of: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return what each constant of a switched mass-action step is called, by both its parts."""
    return {
        (r.rate_constant, switch_of[r.name]): f"{r.rate_constant}__{switch_of[r.name]}"
        for r in network.reactions
        if r.law is None and r.name in switch_of
    }


def _switched_network(network: Network, switch_of: Mapping[str, str]) -> Network:
    return Network(network.species, tuple(_switched(r, switch_of) for r in network.reactions))


def _switched(reaction: Reaction, switch_of: Mapping[str, str]) -> Reaction:
    """Multiply a step's rate: its constant, or the whole of a rate law of its own."""
    switch = switch_of.get(reaction.name)
    if switch is None:
        return reaction
    if reaction.law is None:
        return replace(reaction, rate_constant=f"{reaction.rate_constant}__{switch}")
    further = (*reaction.further_rate_constants, switch)
    law = reaction.law.times(switch, in_front=False)
    return replace(reaction, law=law, further_rate_constants=further)


def _temperatures(
    problem: Problem, network: Network, constants: Mapping[tuple[str, str], str]
) -> Temperatures | None:
    """Give each new constant the energy of the one that it follows from; a switch has none."""
    model = problem.temperatures
    if model is None:
        return None
    place = {name: i for i, name in enumerate(problem.network.rate_constant_names)}
    origin = {new: old for (old, _), new in constants.items()}
    places = [place.get(origin.get(name, name)) for name in network.rate_constant_names]
    energies = tuple("" if i is None else model.energies[i] for i in places)
    powers = tuple(0.0 if i is None else model.powers[i] for i in places) if model.powers else ()
    return Temperatures(model.reference, energies, powers)


def _needed(problem: Problem, steps: set[str]) -> np.ndarray:
    """Return which unknowns the constants of some steps are, or follow from, shape (P,)."""
    names = {k for r in problem.network.reactions if r.name in steps for k in r.rate_constants}
    model = problem.temperatures
    if model is not None:
        known = zip(problem.network.rate_constant_names, model.energies, strict=True)
        names |= {energy for name, energy in known if energy and name in names}
    names |= {own for e in problem.experiments for name, own in e.aliases if name in names}
    for one in reversed(problem.derived):
        if one.name in names:
            names |= set(one.inputs)
    return np.array([p.name in names for p in problem.parameters], dtype=bool)


def _without(
    problem: Problem,
    dropped: set[str],
    places: np.ndarray,
    medians: Sequence[tuple[str, float]],
) -> Problem:
    """Return a problem without some steps and without the unknowns that only they need."""

    def fewer(network: Network) -> Network:
        return Network(
            network.species, tuple(r for r in network.reactions if r.name not in dropped)
        )

    network = fewer(problem.network)
    experiments: list[ExperimentProblem] = [
        replace(one, network=fewer(one.network)) for one in problem.experiments
    ]
    model = problem.temperatures
    if model is not None:
        place = {name: i for i, name in enumerate(problem.network.rate_constant_names)}
        kept = [place[name] for name in network.rate_constant_names]
        powers = tuple(model.powers[i] for i in kept) if model.powers else ()
        model = Temperatures(model.reference, tuple(model.energies[i] for i in kept), powers)
    return replace(
        problem,
        network=network,
        parameters=tuple(problem.parameters[i] for i in places),
        fixed=(*problem.fixed, *medians),
        experiments=tuple(experiments),
        temperatures=model,
    )
