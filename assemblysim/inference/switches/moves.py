"""Moves of particles over switches and constants together, each under a tempered target.

Coordinates of constants that no step in use needs follow the prior whatever the data say, so they
are drawn anew at no cost. Half of the particles moves at a time, with proposals learnt from
the other half.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assemblysim.inference.model.target import LOG_SQRT_2PI, log_standard_normal
from assemblysim.inference.switches.subset_mixture import SubsetMixture
from assemblysim.inference.switches.switched import SwitchedProblem

# Of a constant that comes on: how often it is drawn from the prior, else from where others have it.
FROM_PRIOR = 0.3
LEAST_SD = 0.05


@dataclass(frozen=True, eq=False)
class SwitchParticles:
    """N particles.

    Attributes:
        switches: shape (N, G), of 0 and 1.
        positions: shape (N, P).
        log_likelihood: shape (N,).
    """

    switches: np.ndarray
    positions: np.ndarray
    log_likelihood: np.ndarray

    def __len__(self) -> int:
        return len(self.switches)

    def __getitem__(self, places: np.ndarray) -> SwitchParticles:
        return SwitchParticles(
            self.switches[places], self.positions[places], self.log_likelihood[places]
        )

    def where(self, changed: np.ndarray, other: SwitchParticles) -> SwitchParticles:
        """Return these, and another's where `changed`, shape (N,), says so."""
        return SwitchParticles(
            np.where(changed[:, None], other.switches, self.switches),
            np.where(changed[:, None], other.positions, self.positions),
            np.where(changed, other.log_likelihood, self.log_likelihood),
        )


class SwitchMoves:
    """Moves particles under a reference times a power of what the posterior has beyond it."""

    def __init__(
        self, problem: SwitchedProblem, reference: SubsetMixture, rng: np.random.Generator
    ) -> None:
        self.problem, self.reference, self.rng = problem, reference, rng
        self.inverse_temperature = 0.0
        self.calls = 0
        self.accepted: dict[str, list[float]] = {}

    def log_target(self, particles: SwitchParticles) -> np.ndarray:
        """Return the log of the tempered target, shape (N,)."""
        start = self.reference.log_density(particles.switches, particles.positions)
        gained = self._log_posterior(particles) - start
        with np.errstate(invalid="ignore"):
            return np.asarray(start + self.inverse_temperature * gained)

    def log_ratio(self, particles: SwitchParticles) -> np.ndarray:
        """Return the log of likelihood times prior over the reference, shape (N,)."""
        start = self.reference.log_density(particles.switches, particles.positions)
        return np.asarray(self._log_posterior(particles) - start)

    def _log_posterior(self, particles: SwitchParticles) -> np.ndarray:
        """Return the log of likelihood times the prior of switches and constants, shape (N,)."""
        space = self.problem.space
        prior = space.log_prior(particles.switches) - space.log_total
        return np.asarray(
            particles.log_likelihood + prior + log_standard_normal(particles.positions)
        )

    def evaluated(self, switches: np.ndarray, positions: np.ndarray) -> SwitchParticles:
        """Return particles at given places; those that are not admissible cost nothing."""
        logs = np.full(len(switches), -np.inf)
        allowed = self.problem.space.admissible(switches)
        if allowed.any():
            logs[allowed] = self.problem.log_likelihood(positions[allowed], switches[allowed])
        self.calls += int(allowed.sum())
        return SwitchParticles(switches, positions, logs)

    def round(self, particles: SwitchParticles) -> SwitchParticles:
        """Do one round of moves of each kind, on both halves one after the other."""
        order = self.rng.permutation(len(particles))
        halves = order[: len(order) // 2], order[len(order) // 2 :]
        for own, other in (halves, halves[::-1]):
            others = particles[other]
            moved = particles[own]
            for move in (
                self.flipped,
                self.jumped,
                self.differential,
                self.exchanged,
                self.jumped,
                self.differential,
                self.flipped,
                self.jumped,
                self.wandered,
            ):
                moved = move(self.refreshed(moved), others)
            particles = _put(particles, own, moved)
        return particles

    def refreshed(self, particles: SwitchParticles) -> SwitchParticles:
        """Draw the coordinates that do not count anew."""
        active = self.problem.active(particles.switches)
        drawn = self.rng.standard_normal(active.shape)
        return replace(particles, positions=np.where(active, particles.positions, drawn))

    def flipped(self, particles: SwitchParticles, others: SwitchParticles) -> SwitchParticles:
        """Turn one switch of each particle; constants that come or go are drawn anew."""
        count, width = particles.switches.shape
        switches = particles.switches.copy()
        chosen = self.rng.integers(width, size=count)
        switches[np.arange(count), chosen] = 1 - switches[np.arange(count), chosen]
        return self._turned("flip", particles, switches, others)

    def exchanged(self, particles: SwitchParticles, others: SwitchParticles) -> SwitchParticles:
        """Turn one switch on and another one off: the one that it excludes, if that is one."""
        count, width = particles.switches.shape
        noise = self.rng.random((count, width))
        off = np.argmax(np.where(particles.switches > 0, noise, -1), axis=1)
        on = np.argmax(np.where(particles.switches > 0, -1, noise), axis=1)
        blocking = (particles.switches > 0) & self.problem.space.conflicts[on]
        off = np.where(blocking.sum(axis=1) == 1, np.argmax(blocking, axis=1), off)
        mixed = (particles.switches.sum(axis=1) > 0) & (particles.switches.sum(axis=1) < width)
        switches = particles.switches.copy()
        rows = np.flatnonzero(mixed)
        switches[rows, off[rows]], switches[rows, on[rows]] = 0.0, 1.0
        return self._turned("exchange", particles, switches, others)

    def _turned(
        self,
        name: str,
        particles: SwitchParticles,
        switches: np.ndarray,
        others: SwitchParticles,
    ) -> SwitchParticles:
        """Propose other switches; half of the time the constants that come are where others are."""
        before = self.problem.active(particles.switches)
        after = self.problem.active(switches)
        come, go = after & ~before, before & ~after
        mean, sd = self._where_on(others)
        spread = self.rng.standard_normal(come.shape)
        learnt = self.rng.random(come.shape) > FROM_PRIOR
        drawn = np.where(learnt, mean + sd * spread, spread)
        position = np.where(come, drawn, particles.positions)
        position = np.where(go, self.rng.standard_normal(go.shape), position)
        old, new = particles.positions, position
        forth = come * _log_mixed(new, mean, sd) + go * _log_normal(new)
        back = go * _log_mixed(old, mean, sd) + come * _log_normal(old)
        return self._decided(name, particles, switches, new, (back - forth).sum(axis=1))

    def _where_on(self, others: SwitchParticles) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each coordinate where it counts, shape (P,)."""
        active = self.problem.active(others.switches).astype(float)
        number = active.sum(axis=0)
        total = np.maximum(number, 1)
        mean = (active * others.positions).sum(axis=0) / total
        variance = (active * (others.positions - mean) ** 2).sum(axis=0) / total
        known = number >= 5
        sd = np.maximum(LEAST_SD, 1.5 * np.sqrt(variance))
        return np.where(known, mean, 0.0), np.where(known, sd, 1.0)

    def differential(self, particles: SwitchParticles, others: SwitchParticles) -> SwitchParticles:
        """Move constants along the difference of two others, of the same subset if there are."""
        count = len(particles)
        first, second = self._pairs(particles, others)
        active = self.problem.active(particles.switches)
        long = self.rng.random(count) < 0.15
        size = 2.38 / np.sqrt(2 * np.maximum(active.sum(axis=1), 1))
        size *= np.exp(self.rng.normal(-0.5, 0.7, count))
        step = others.positions[first] - others.positions[second]
        step = np.where(long, 1.0, size)[:, None] * step
        step += 1e-4 * self.rng.standard_normal(step.shape)
        position = np.where(active, particles.positions + step, particles.positions)
        return self._decided("differential", particles, particles.switches, position, 0.0)

    def wandered(self, particles: SwitchParticles, others: SwitchParticles) -> SwitchParticles:
        """Move one or a few constants alone."""
        active = self.problem.active(particles.switches)
        _, sd = self._where_on(others)
        few = self.rng.random(active.shape) < 2.0 / np.maximum(active.sum(axis=1), 2)[:, None]
        size = np.exp(self.rng.normal(-0.7, 0.8, len(particles)))[:, None]
        step = size * sd * self.rng.standard_normal(active.shape)
        position = np.where(active & few, particles.positions + step, particles.positions)
        return self._decided("wander", particles, particles.switches, position, 0.0)

    def jumped(self, particles: SwitchParticles, _others: SwitchParticles) -> SwitchParticles:
        """Jump to a draw of the reference, switches and all."""
        switches, position = self.reference.draw(len(particles), self.rng)
        back = self.reference.log_density(particles.switches, particles.positions)
        forth = self.reference.log_density(switches, position)
        return self._decided("jump", particles, switches, position, back - forth)

    def _pairs(
        self, particles: SwitchParticles, others: SwitchParticles
    ) -> tuple[np.ndarray, np.ndarray]:
        """Choose two others for each particle, places of shape (N,) each."""
        words: dict[bytes, list[int]] = {}
        for i, row in enumerate(others.switches):
            words.setdefault(row.tobytes(), []).append(i)
        count = len(others)
        first, second = self.rng.integers(count, size=(2, len(particles)))
        for i, row in enumerate(particles.switches):
            alike = words.get(row.tobytes(), ())
            if len(alike) >= 5:
                one, two = self.rng.integers(len(alike), size=2)
                first[i], second[i] = alike[one], alike[two]
        return first, second

    def _decided(
        self,
        name: str,
        particles: SwitchParticles,
        switches: np.ndarray,
        position: np.ndarray,
        log_ratio: np.ndarray | float,
    ) -> SwitchParticles:
        """Accept or refuse by Metropolis and Hastings; `log_ratio` is of back over forth."""
        proposed = self.evaluated(switches, position)
        with np.errstate(invalid="ignore"):
            gain = self.log_target(proposed) - self.log_target(particles) + log_ratio
        accepted = np.log(self.rng.random(len(particles))) < gain
        self.accepted.setdefault(name, []).append(float(accepted.mean()))
        return particles.where(accepted, proposed)


def _put(particles: SwitchParticles, places: np.ndarray, moved: SwitchParticles) -> SwitchParticles:
    switches, positions = particles.switches.copy(), particles.positions.copy()
    logs = particles.log_likelihood.copy()
    switches[places], positions[places] = moved.switches, moved.positions
    logs[places] = moved.log_likelihood
    return SwitchParticles(switches, positions, logs)


def _log_normal(x: np.ndarray) -> np.ndarray:
    return np.asarray(-0.5 * x**2 - LOG_SQRT_2PI)


def _log_mixed(x: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Return the log-density, coordinate by coordinate, of what constants that come on get."""
    learnt = _log_normal((x - mean) / sd) - np.log(sd) + np.log(1 - FROM_PRIOR)
    return np.asarray(np.logaddexp(learnt, _log_normal(x) + np.log(FROM_PRIOR)))
