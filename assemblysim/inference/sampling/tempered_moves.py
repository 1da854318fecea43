"""What is tempered, and the moves of particles under each inverse temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.rate_swaps import RateSwap
from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.moves import (
    IndependenceMove,
    RateSwapMove,
    SnookerMove,
    Walkers,
    differential_evolution,
    propose,
)
from assemblysim.inference.sampling.proposal import Components, Mixture, fitted_mixture
from assemblysim.inference.sampling.references import IndependentNormals, Reference
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.sampling.settings import SmcSettings


@dataclass(frozen=True, eq=False)
class SmcTask:
    """What is tempered, and with how much effort.

    Attributes:
        target: log of likelihood times prior, in coordinates in which the prior is a standard
            normal.
        reference: where to start.
        settings: how many runs, particles and moves.
        rate_swaps: jumps between modes that the mechanism is known to have.
        optima: that a search found; jumps to them are tried.
    """

    target: Target
    reference: Reference
    settings: SmcSettings
    rate_swaps: tuple[RateSwap, ...] = ()
    optima: tuple[Optimum, ...] = ()


class TemperedMoves:
    """Moves particles under a tempered target, until they have forgotten where they were."""

    def __init__(
        self,
        task: SmcTask,
        inverse_temperature: float,
        proposal: Mixture | None,
        rng: np.random.Generator,
    ) -> None:
        self.task, self.inverse_temperature = task, inverse_temperature
        self.proposal, self.rng = proposal, rng
        self.random = np.random.RandomState(rng.integers(2**32, size=8).tolist())
        local = [
            (differential_evolution(), 0.6),
            (differential_evolution(1.0), 0.1),
            (SnookerMove(), 0.2),
        ]
        if task.rate_swaps:
            local.append((RateSwapMove(task.rate_swaps), 0.2))
        moves, fractions = zip(*local, strict=True)
        self.moves, self.fractions = np.array(moves), np.array(fractions) / sum(fractions)
        self.jump = _jump(task, inverse_temperature)

    def _tempered(self, position: np.ndarray) -> np.ndarray:
        return self._mixed(self.task.target(position), position)

    def _mixed(self, log_density: np.ndarray, position: np.ndarray) -> np.ndarray:
        """Return the log of the tempered target, shape (N,)."""
        start = self.task.reference.log_density(position)
        return np.asarray(self.inverse_temperature * (log_density - start) + start)

    def moved(self, begun: Walkers) -> Walkers:
        """Return where walkers are then; log-densities, in and out, are the target's own."""
        settings, last = self.task.settings, self.inverse_temperature == 1.0
        wanted = settings.forgotten_at_the_end if last else settings.forgotten
        walkers = Walkers(begun.positions, self._mixed(begun.log_density, begun.positions))
        for _ in range(settings.most_rounds * (2 if last else 1)):
            walkers = self.one_round(walkers)
            if memory(begun.positions, walkers.positions) < wanted:
                break
        start = self.task.reference.log_density(walkers.positions)
        own = (
            walkers.log_density - (1 - self.inverse_temperature) * start
        ) / self.inverse_temperature
        return Walkers(walkers.positions, own)

    def one_round(self, walkers: Walkers) -> Walkers:
        """Do one round of moves: local ones, jumps to known optima, independent proposals."""
        for move in self.random.choice(
            self.moves, self.task.settings.local_moves, p=self.fractions
        ):
            walkers = propose(move, self._tempered, walkers, self.random)
        if self.jump is not None:
            walkers = propose(self.jump, self._tempered, walkers, self.random)
        if self.proposal is None:
            return self._independent_by_halves(walkers)
        return self._independent(walkers, self.proposal)

    def _independent(self, walkers: Walkers, proposal: Mixture) -> Walkers:
        move = IndependenceMove(proposal)
        for _ in range(self.task.settings.independent_moves):
            walkers = propose(move, self._tempered, walkers, self.random)
        return walkers

    def _independent_by_halves(self, walkers: Walkers) -> Walkers:
        """Move each half by proposals fitted to the other, which stands still meanwhile.

        A fit to the walkers themselves would remember where they are, and keep no target.
        """
        order = self.random.permutation(len(walkers.positions))
        halves = (order[: len(order) // 2], order[len(order) // 2 :])
        positions, log_density = walkers.positions.copy(), walkers.log_density.copy()
        for one, other in (halves, halves[::-1]):
            part = Walkers(positions[one], log_density[one])
            part = self._independent(part, fitted_mixture(positions[other], self.rng))
            positions[one], log_density[one] = part.positions, part.log_density
        return Walkers(positions, log_density)


def _jump(task: SmcTask, inverse_temperature: float) -> IndependenceMove | None:
    """Return jumps to the known optima as a tempered target shows them; None without any.

    A mode far out in the prior holds no particle until its time has come, and none would come
    there by itself. Between reference and optimum the precisions add up by their inverse
    temperatures.
    """
    if not (task.optima and isinstance(task.reference, IndependentNormals)):
        return None  # a reference about the optima holds particles there from the start
    reference = np.diag(1 / task.reference.sd**2)
    means, covariances = [], []
    for optimum in task.optima:
        own = np.linalg.inv(optimum.covariance)
        covariance = np.linalg.inv(
            inverse_temperature * own + (1 - inverse_temperature) * reference
        )
        pull = (
            inverse_temperature * own @ optimum.position
            + (1 - inverse_temperature) * reference @ task.reference.mean
        )
        means.append(covariance @ pull)
        covariances.append(covariance)
    fractions = np.full(len(means), 1 / len(means))
    components = Components(np.stack(means), np.stack(covariances))
    return IndependenceMove(Mixture(components, fractions))


def memory(before: np.ndarray, now: np.ndarray) -> float:
    """Return how far particles are still where they were: the worst coordinate's correlation.

    Args:
        before: shape (N, P).
        now: shape (N, P).
    """
    a, b = before - before.mean(axis=0), now - now.mean(axis=0)
    size = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return float(((a * b).sum(axis=0) / np.where(size > 0, size, 1.0)).max())
