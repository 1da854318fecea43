"""Which steps matter: those that carry a fraction of some species' formation within the window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assemblysim.inference.model.default_priors import PriorConditions, largest_concentrations
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import reactor_of
from assemblysim.inference.switches.switched import SwitchedProblem
from assemblysim.kinetics.reactor.reactor import extents
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry

DRAWS_AT_ONCE = 256


def needed_steps(
    problem: SwitchedProblem,
    conditions: Sequence[PriorConditions],
    positions: np.ndarray,
    switches: np.ndarray,
    fraction: float,
) -> np.ndarray:
    """Say which switches are on and matter in some experiment, shape (D, G).

    A step matters where it makes a fraction of all that is made of some species, its way back
    taken off; a species of which less is made than that fraction of the most that there can be
    does not count.

    Args:
        problem: with its switches.
        conditions: of each experiment.
        positions: shape (D, P).
        switches: shape (D, G).
        fraction: between 0 and 1.
    """
    values = values_from_normal(problem.plain.parameters, positions)
    found = np.zeros(switches.shape, dtype=bool)
    both = np.concatenate([values, switches], axis=1)
    for experiment, condition in zip(problem.switched.experiments, conditions, strict=True):
        network = experiment.network
        most = largest_concentrations(network, condition)
        least = fraction * np.array([most[name] for name in network.species_names])
        for start in range(0, len(both), DRAWS_AT_ONCE):
            part = slice(start, start + DRAWS_AT_ONCE)
            reactor = reactor_of(problem.switched, experiment, problem.switched.named(both[part]))
            window = np.array([experiment.window])
            batch = extents(reactor, window, problem.switched.tolerance)
            done = batch.trajectories.completed[:, None]
            made = _made(network, np.where(done, batch.extents[:, -1], 0.0))
            total = made.sum(axis=2)
            counts = (total > 0) & (total >= least)
            share = made / np.where(total > 0, total, 1.0)[:, :, None]
            matters = ((share >= fraction) & counts[:, :, None]).any(axis=1)
            found[part] |= _by_switch(problem, network, matters)
    return found & (switches > 0)


def _made(network: Network, extent: np.ndarray) -> np.ndarray:
    """Return what each one-way step made of each species, shape (D, S, R), reverses taken off."""
    net = extent.copy()
    place = {r.name: i for i, r in enumerate(network.reactions)}
    for i, reaction in enumerate(network.reactions):
        if reaction.reverse_of in place:
            forth = place[reaction.reverse_of]
            both = extent[:, forth] - extent[:, i]
            net[:, forth], net[:, i] = np.maximum(both, 0.0), np.maximum(-both, 0.0)
    changes = np.maximum(stoichiometry(network), 0)
    return np.asarray(net[:, None, :] * changes)


def _by_switch(problem: SwitchedProblem, network: Network, matters: np.ndarray) -> np.ndarray:
    place = {r.name: i for i, r in enumerate(network.reactions)}
    columns = [
        matters[:, [place[name] for name in steps if name in place]].any(axis=1)
        for steps in problem.space.steps
    ]
    return np.stack(columns, axis=1)
