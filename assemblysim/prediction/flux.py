"""How much goes through every step: net flux over time, and what each step turned over in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.prediction.courses.bands import bands, course_times
from assemblysim.prediction.courses.fine_courses import integrated_in_parts
from assemblysim.prediction.courses.intervals import interval_of
from assemblysim.result.courses import QUANTILES
from assemblysim.result.predictions import StepTurnover

POINTS = 120


@dataclass(frozen=True, eq=False)
class Fluxes:
    """Net flux and net extent of every step; a reversible step is one, forward less reverse.

    Attributes:
        steps: names of the N steps.
        times: shape (G,), h.
        flux: shape (5, G, N), mM/h, the `QUANTILES` over the draws.
        extents: shape (D, N), mM, turned over in the whole window; nan where a draw could not be
            integrated.
        blocks: names of the building blocks that were put in, B of them.
        fractions: shape (D, N, B), the extent times the blocks that one turnover moves, over the
            block's total: 1 where all of it went through the step once.
    """

    steps: tuple[str, ...]
    times: np.ndarray
    flux: np.ndarray
    extents: np.ndarray
    blocks: tuple[str, ...]
    fractions: np.ndarray


def net_fluxes_in(reactor: Reactor, window: float) -> Fluxes:
    """Compute net fluxes and extents for D draws.

    Args:
        reactor: what runs, D draws.
        window: h, how long the experiment is followed.

    Returns:
        The fluxes on a grid of times, and the extents at the end.

    Raises:
        ValueError: the arrays do not fit the network.
    """
    network, initial = reactor.network, reactor.initial
    times, net = course_times(window, POINTS, reactor.protocol.moments), _net(network)
    kinetics = compile_network(network)
    extents = np.full((len(reactor), net.shape[1]), np.nan)
    flux = []
    for part, batch in integrated_in_parts(reactor, times):
        done = batch.trajectories.completed
        extents[part] = np.where(done[:, None], batch.extents[:, -1] @ net, np.nan)
        concentrations = batch.trajectories.concentrations[done]
        constants = _constants(reactor[part][done], times)
        flux.append(kinetics.fluxes(concentrations, constants, times) @ net)
    steps = tuple(r.name for r in network.reactions if r.reverse_of is None)
    begun = initial if reactor.protocol.volume else np.zeros(initial.shape)
    totals = (begun + _added(reactor, window)) @ composition_matrix(network.species)
    there = np.flatnonzero((totals > 0).all(axis=0)) if len(totals) else np.arange(0)
    moved = _moved(network)[:, there]
    fractions = extents[:, :, None] * moved / totals[:, None, there]
    names = building_blocks(network.species)
    blocks = tuple(names[i] for i in there.tolist())
    return Fluxes(steps, times, bands(np.concatenate(flux), QUANTILES), extents, blocks, fractions)


def _constants(reactor: Reactor, times: np.ndarray) -> np.ndarray:
    """Return the rate constants of each draw at each time, shape (D, T, P)."""
    return reactor.rate_constants_at(np.broadcast_to(times, (len(reactor), len(times))))


def _added(reactor: Reactor, window: float) -> np.ndarray:
    """Return what is added within a window, shape (S,), mM of the volume at the start."""
    added = np.zeros(len(reactor.network.species))
    protocol = reactor.protocol
    for event in protocol.events:
        for name, concentration in event.contents if event.time < window else ():
            place = reactor.network.species_names.index(name)
            added[place] += concentration * event.volume / protocol.basis
    for feed in protocol.feeds:
        brought = float(feed.volumes(np.array(window)))
        for name, concentration in feed.contents:
            if name in reactor.network.species_names:
                place = reactor.network.species_names.index(name)
                added[place] += concentration * brought / protocol.basis
    return added


def summarise_extents(found: Fluxes, unit: str = "mM") -> dict[str, StepTurnover]:
    """Summarise the draws of one mechanism.

    Args:
        found: the fluxes.
        unit: of concentrations.

    Returns:
        What passed through each step: its extent, and its fraction of each building block.
    """
    weights = np.ones(len(found.extents))
    return {
        step: StepTurnover(
            interval_of(found.extents[:, i], weights),
            unit,
            {
                block: interval_of(found.fractions[:, i, b], weights)
                for b, block in enumerate(found.blocks)
            },
        )
        for i, step in enumerate(found.steps)
    }


def _net(network: Network) -> np.ndarray:
    """Return how one-way reactions add up to steps, shape (R, N): 1, and -1 for a reverse."""
    steps = [r.name for r in network.reactions if r.reverse_of is None]
    net = np.zeros((len(network.reactions), len(steps)))
    for row, reaction in enumerate(network.reactions):
        forward = reaction.reverse_of is None
        name = reaction.name if reaction.reverse_of is None else reaction.reverse_of
        net[row, steps.index(name)] = 1 if forward else -1
    return net


def _moved(network: Network) -> np.ndarray:
    """Return how many of each block pass through one turnover of a step, shape (N, B).

    They are the same on both sides, but where something leaves the reactor or comes into it: there
    they stand on one side only.
    """
    composition = composition_matrix(network.species)
    at = {name: i for i, name in enumerate(network.species_names)}

    def held(species: Sequence[str]) -> np.ndarray:
        return np.asarray(
            sum((composition[at[n]] for n in species), np.zeros(composition.shape[1]))
        )

    forward = [r for r in network.reactions if r.reverse_of is None]
    rows = [np.maximum(held(r.reactants), held(r.products)) for r in forward]
    return np.array(rows).reshape(len(rows), composition.shape[1])
