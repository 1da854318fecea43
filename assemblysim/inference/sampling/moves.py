"""Moves of walkers: emcee's differential evolution, snooker, jumps to anywhere, rate swaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from assemblysim.inference.model.rate_swaps import RateSwap, SwapTable
from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.proposal import Mixture

# Of ter Braak & Vrugt (2008), section 2: drawn anew for each proposal between these two.
GAMMA_RANGE = (1.2, 2.2)


class Move(Protocol):
    """One of emcee's moves, or like one: proposes places for one part of the walkers at a time.

    Attributes:
        nsplits: how many parts there are.
    """

    nsplits: int

    def setup(self, coords: np.ndarray) -> None:
        """Look at all walkers, shape (W, P), before the first proposal."""

    def get_proposal(
        self, moving: np.ndarray, others: list[np.ndarray], random: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Propose a place for each moving walker, and the log of the factor of its chance."""


class MoveInHalves:
    """A move that needs no look at all walkers."""

    nsplits = 2  # parts that move in turn, each by where the others are

    def setup(self, coords: np.ndarray) -> None:
        """Do nothing."""


def differential_evolution(gamma: float | None = None) -> Move:
    """Return emcee's differential evolution, by default with the best factor for a normal."""
    from emcee.moves import DEMove  # slow to import, and needed by no report

    move: Move = DEMove(gamma0=gamma)
    return move


class SnookerMove(MoveInHalves):
    """Moves a walker along the line through it and another walker.

    emcee's own ``DESnookerMove`` (3.1.6) scales the line by the square root of its length
    and halves the exponent of the acceptance ratio; it does not keep the target invariant
    (a mixture with a component weight of 0.38 came out as 0.99). This one follows the
    source: ter Braak & Vrugt, Stat. Comput. 2008, 18, 435, eqs. 3 and 4.
    """

    nsplits = 4

    def get_proposal(
        self, moving: np.ndarray, others: list[np.ndarray], random: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Propose a new place for each moving walker.

        Args:
            moving: shape (N, P), the walkers to move.
            others: three sets of walkers, each of shape (W', P).
            random: numpy RandomState, emcee's stream.

        Returns:
            The proposals, shape (N, P), and the log of the factor in the acceptance
            ratio, shape (N,): (P - 1) log of the distances' ratio.
        """
        count, dimensions = moving.shape
        order = np.argsort(random.rand(count, 3), axis=1)
        picked = np.stack([one[random.randint(len(one), size=count)] for one in others], axis=1)
        through, first, second = np.moveaxis(picked[np.arange(count)[:, None], order], 1, 0)
        line = moving - through
        distance = np.linalg.norm(line, axis=1)
        direction = line / np.where(distance > 0, distance, 1.0)[:, None]
        gamma = random.uniform(*GAMMA_RANGE, size=count)
        jump = gamma * np.einsum("mp,mp->m", direction, first - second)
        proposed = moving + jump[:, None] * direction
        new_distance = np.abs(distance + jump)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = (dimensions - 1) * (np.log(new_distance) - np.log(distance))
        # a walker that coincides with the one it looks through has no line: it stays
        return proposed, np.where(distance > 0, factor, -np.inf)


@dataclass(frozen=True, eq=False)
class Walkers:
    """Where walkers are, W of them.

    Attributes:
        positions: shape (W, P).
        log_density: shape (W,).
    """

    positions: np.ndarray
    log_density: np.ndarray


def propose(move: Move, target: Target, walkers: Walkers, random: Any) -> Walkers:
    """Let one of emcee's moves act on walkers: what its own ``propose`` does, all at once.

    Args:
        move: whose proposals are used.
        target: log-density.
        walkers: where they are.
        random: numpy RandomState.

    Returns:
        Where they are then.
    """
    return proposed(move, target, walkers, random)[0]


def proposed(
    move: Move, target: Target, walkers: Walkers, random: Any
) -> tuple[Walkers, np.ndarray]:
    """Return what `propose` does, and which of the walkers moved, shape (W,)."""
    positions, log_density = walkers.positions.copy(), walkers.log_density.copy()
    accepted = np.zeros(len(positions), dtype=bool)
    move.setup(positions)
    part = np.arange(len(positions)) % move.nsplits
    random.shuffle(part)
    for number in range(move.nsplits):
        mine = np.flatnonzero(part == number)
        others = [positions[part == j] for j in range(move.nsplits) if j != number]
        places, factors = move.get_proposal(positions[mine], others, random)
        found = target(places)
        chance = np.log(random.uniform(size=len(mine)))
        kept = factors + found - log_density[mine] > chance
        positions[mine[kept]], log_density[mine[kept]] = places[kept], found[kept]
        accepted[mine[kept]] = True
    return Walkers(positions, log_density), accepted


class MoveAlone(MoveInHalves):
    """A move of each walker for itself, so that all go at once."""

    nsplits = 1


class IndependenceMove(MoveAlone):
    """Proposes a place that does not depend on the walker's own: a walker cannot stay stuck.

    The proposal is a mixture about the SMC particles and the optima, prior mixed in; it does
    not change with the walkers, so the chain keeps its target (independence sampler:
    Tierney, Ann. Stat. 1994, 22, 1701).
    """

    def __init__(self, proposal: Mixture) -> None:
        self.proposal = proposal

    def get_proposal(
        self, moving: np.ndarray, others: list[np.ndarray], random: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Propose a new place for each moving walker; the others do not matter.

        Args:
            moving: shape (N, P), the walkers to move.
            others: the other walkers.
            random: numpy RandomState, emcee's stream.

        Returns:
            The proposals, shape (N, P), and the log of the proposal's density at the old
            place over that at the new one, shape (N,).
        """
        del others
        proposed = self.proposal.draw(len(moving), random)
        both = self.proposal.log_density(np.concatenate([moving, proposed]))
        return proposed, both[: len(moving)] - both[len(moving) :]


class RateSwapMove(MoveAlone):
    """Tries to swap two consecutive rate constants: a jump to the slow-fast twin.

    A rate swap is its own way back, so it is accepted with the ratio of the densities times the
    change of volume (Green, Biometrika 1995, 82, 711).
    """

    def __init__(self, rate_swaps: Sequence[RateSwap]) -> None:
        self.table = SwapTable.of(rate_swaps)

    def get_proposal(
        self, moving: np.ndarray, others: list[np.ndarray], random: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Propose the exchanged place for each moving walker; arguments as above."""
        del others
        chosen = random.randint(len(self.table.first), size=len(moving))
        return self.table.apply(moving, chosen)
