"""Draws by emcee's moves: independent ensembles, each with its own stream, each resumable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assemblysim.inference.model.rate_swaps import RateSwap
from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.moves import (
    IndependenceMove,
    Move,
    RateSwapMove,
    SnookerMove,
    Walkers,
    differential_evolution,
    proposed,
)
from assemblysim.inference.sampling.proposal import Mixture

# Of the steps of the shortest ensemble: those left out at the begin.
BURN_IN = 0.2


@dataclass(frozen=True, eq=False)
class EnsembleState:
    """Where one ensemble stands and how it came there.

    Attributes:
        chain: shape (N, W, P), all positions so far, standard-normal coordinates.
        log_density: shape (N, W).
        position: shape (W, P), the walkers now.
        position_log_density: shape (W,).
        random_keys: shape (624,), uint32: the Mersenne Twister's words.
        random_place: its place, Gaussian flag and cached Gaussian, shape (3,).
        accepted: shape (W,), accepted proposals so far.
    """

    chain: np.ndarray
    log_density: np.ndarray
    position: np.ndarray
    position_log_density: np.ndarray
    random_keys: np.ndarray
    random_place: np.ndarray
    accepted: np.ndarray

    @property
    def steps(self) -> int:
        """How many steps have been done."""
        return len(self.chain)

    @property
    def random_state(self) -> tuple[Any, ...]:
        """The generator's state in the form that numpy's RandomState takes."""
        place, has_gauss, cached = self.random_place
        return ("MT19937", self.random_keys, int(place), int(has_gauss), float(cached))


def start_ensemble(
    target: Target, positions: np.ndarray, rng: np.random.Generator
) -> EnsembleState:
    """Place the walkers of one ensemble, shape (W, P), and give it its own stream."""
    walkers, count = positions.shape
    stream = np.random.RandomState(rng.integers(2**32, size=8).tolist())
    return EnsembleState(
        np.zeros((0, walkers, count)),
        np.zeros((0, walkers)),
        positions,
        target(positions),
        *_packed(tuple(stream.get_state(legacy=True))),
        np.zeros(walkers),
    )


def sampling_moves(proposal: Mixture, rate_swaps: Sequence[RateSwap]) -> list[tuple[Move, float]]:
    """Return emcee's moves with how often each is taken.

    Differential evolution (ter Braak, Stat. Comput. 2006, 16, 239) as emcee has it, some steps
    with gamma = 1, which jumps between modes; beside it snooker moves, independent proposals
    and, where the mechanism has them, rate swaps.
    """
    moves: list[tuple[Move, float]] = [
        (differential_evolution(), 0.3),
        (differential_evolution(1.0), 0.05),
        (SnookerMove(), 0.1),
        (IndependenceMove(proposal), 0.5),
    ]
    if rate_swaps:
        moves.append((RateSwapMove(rate_swaps), 0.05))
    return moves


def advance(
    target: Target,
    state: EnsembleState,
    steps: int,
    moves: list[tuple[Move, float]],
) -> EnsembleState:
    """Move one ensemble on by some steps; all walkers of a half are one call of the target.

    Args:
        target: log-density, called with (W/2, P).
        state: where the ensemble stands.
        steps: how many steps to add.
        moves: as from `sampling_moves`; they must not change with the walkers.

    Returns:
        The longer state; the same as if the steps had been done in several calls.
    """
    shape = state.position.shape
    chain, log_density = np.empty((steps, *shape)), np.empty((steps, shape[0]))
    accepted = np.zeros(shape[0])
    walkers, random = Walkers(state.position, state.position_log_density), np.random.RandomState()
    random.set_state(state.random_state)
    kinds, weights = zip(*moves, strict=True)
    edges = np.cumsum(np.array(weights) / np.sum(weights))
    for step in range(steps):
        move = kinds[int(np.searchsorted(edges / edges[-1], random.random_sample(), "right"))]
        walkers, moved = proposed(move, target, walkers, random)
        chain[step], log_density[step] = walkers.positions, walkers.log_density
        accepted += moved
    return EnsembleState(
        np.concatenate([state.chain, chain]),
        np.concatenate([state.log_density, log_density]),
        walkers.positions,
        walkers.log_density,
        *_packed(tuple(random.get_state(legacy=True))),
        state.accepted + accepted,
    )


def _packed(random_state: tuple[Any, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Split a RandomState's state into two arrays that can be stored."""
    _, keys, place, has_gauss, cached = random_state
    return np.asarray(keys), np.array([place, has_gauss, cached], dtype=float)


def kept_draws(states: tuple[EnsembleState, ...]) -> np.ndarray:
    """Return the draws after burn-in, shape (E, N, W, P), standard-normal coordinates."""
    first = int(BURN_IN * min(state.steps for state in states))
    last = min(state.steps for state in states)
    return np.stack([state.chain[first:last] for state in states])
