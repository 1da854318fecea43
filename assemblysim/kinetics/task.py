"""What an engine is asked to integrate, how accurately, and how each integration ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from operator import lt

import numpy as np

from assemblysim.kinetics.ceilings import ceilings
from assemblysim.kinetics.clock import LONGEST_SHARE, clocked, with_column
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry

UNBOUNDED = 1e300  # h


@dataclass(frozen=True)
class Tolerance:
    """How accurate an integration of a batch is to be, and what it may cost.

    The defaults are for sampling: over rate constants of six decades, the largest error of
    a concentration, relative to itself or to 1e-5 of the ligand, is below 2e-4 for 95 of
    100 vectors.

    Attributes:
        rtol: relative error allowed in one step.
        atol_fraction: absolute error allowed in one step, as a fraction of what the species can
            reach at most (see `ceilings`). One that grows out of itself is right relative to
            itself, however little there is of it.
        max_steps: steps to spend before giving up, tried ones included; the reference engine
            counts one for every two evaluations of the rate equations.
        largest_step: h, no step is longer.
    """

    rtol: float = 1e-5
    atol_fraction: float = 1e-10
    max_steps: int = 10_000
    largest_step: float = UNBOUNDED


DEFAULT_TOLERANCE = Tolerance()


class Ending(IntEnum):
    """How an integration ended."""

    COMPLETED = 0
    SPENT = 1
    NOT_FINITE = 2
    STALLED = 3
    NEGATIVE = 4

    def words(self, max_steps: int) -> str:
        """Say why, as the end of a sentence; `max_steps` is the budget."""
        return {
            Ending.COMPLETED: "",
            Ending.SPENT: f"{max_steps} steps spent",
            Ending.NOT_FINITE: "a rate is not finite",
            Ending.STALLED: "a rate is not finite or changes too fast to follow",
            Ending.NEGATIVE: "a concentration fell below zero",
        }[self]


@dataclass(frozen=True, eq=False)
class IntegrationTask:
    """B parameter vectors of one network; the arrays fit it and each other.

    Attributes:
        network: the mechanism, with S species and P rate constants; `clocked` where it names the
            time.
        rate_constants: shape (B, P).
        initial: shape (B, S), mM.
        times: shape (T,), h, increasing, none below 0; or shape (B, T), each vector's own, not
            decreasing, the last one above 0 and the same for all.
        tolerance: accuracy and budget.
        threads: how many threads may work on it.
        clock: whether the last species is a clock.
    """

    network: Network
    rate_constants: np.ndarray
    initial: np.ndarray
    times: np.ndarray
    tolerance: Tolerance
    threads: int
    clock: bool = False

    @cached_property
    def ceilings(self) -> np.ndarray:
        """Shape (B, S), mM: what absolute errors of each species are a fraction of."""
        if not self.clock:
            return ceilings(self.network, self.initial)
        # The clock bounds nobody else; a step is a small part of the time at first.
        found = ceilings(self.network, with_column(self.initial[:, :-1], 0.0))
        return with_column(found[:, :-1], float(self.times[..., -1].max()) or 1.0)

    @cached_property
    def extent_ceilings(self) -> np.ndarray:
        """Shape (B, R), mM: for each reaction the least ceiling of what it changes."""
        largest = self.ceilings.max(axis=1, initial=0.0)
        found = np.repeat(largest[:, None], len(self.network.reactions), axis=1)
        for i, changes in enumerate(stoichiometry(self.network) != 0):
            found[:, changes] = np.minimum(found[:, changes], self.ceilings[:, i, None])
        return found

    @property
    def own_times(self) -> np.ndarray:
        """Shape (B, T), h: the times of each vector."""
        return np.broadcast_to(self.times, (len(self.rate_constants), self.times.shape[-1]))


@dataclass(frozen=True, eq=False)
class Ends:
    """How far B integrations came.

    Attributes:
        reached: shape (B,), h; the last time where completed, else less.
        status: shape (B,), an `Ending` each.
        steps: shape (B,), steps tried.
    """

    reached: np.ndarray
    status: np.ndarray
    steps: np.ndarray


def checked_task(
    network: Network,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance,
    threads: int,
    begin: float = 0.0,
) -> IntegrationTask:
    """Make a task of arrays of any number type and layout.

    Where a rate law names the time, the task is that of the `clocked` network, whose clock shows
    `begin`, h, at the start.

    Raises:
        ValueError: the arrays do not fit the network or each other, the times do not
            increase from 0 or later, or there is no thread.
    """
    rate_constants = np.ascontiguousarray(rate_constants, dtype=float)
    initial = np.ascontiguousarray(initial, dtype=float)
    times = np.ascontiguousarray(times, dtype=float)
    vectors = len(rate_constants) if rate_constants.ndim else 0
    _refuse_shape("rate constants", rate_constants, (vectors, len(network.rate_constant_names)))
    _refuse_shape("initial concentrations", initial, (vectors, len(network.species)))
    if times.ndim == 2:
        _refuse_own_times(times, vectors)
    else:
        listed = times.tolist() if times.ndim else []
        increasing = all(map(lt, listed, listed[1:]))
        if not (listed and increasing and listed[0] >= 0 and listed[-1] < np.inf):
            raise ValueError(f"times must increase from 0 or later; got {times}")
    if threads < 1:
        raise ValueError(f"{threads} threads; at least 1 is needed")
    if not network.timed_steps:
        return IntegrationTask(network, rate_constants, initial, times, tolerance, threads)
    longest = min(tolerance.largest_step, LONGEST_SHARE * float(times[..., -1].max()) or UNBOUNDED)
    return IntegrationTask(
        clocked(network),
        with_column(rate_constants, 1.0),
        with_column(initial, begin),
        times,
        replace(tolerance, largest_step=longest),
        threads,
        clock=True,
    )


def _refuse_own_times(times: np.ndarray, vectors: int) -> None:
    """Refuse times of B vectors, shape (B, T), that go back or end apart."""
    _refuse_shape("times", times, (vectors, times.shape[1]))
    end = times[:1, -1:]
    forward = (np.diff(times, axis=1) >= 0).all() and (times[:, :1] >= 0).all()
    if not (end.size and forward and (times[:, -1:] == end).all() and 0 < end[0, 0] < np.inf):
        raise ValueError(f"each vector's times must not decrease and end together; got {times}")


def _refuse_shape(what: str, array: np.ndarray, needed: tuple[int, int]) -> None:
    if array.shape != needed:
        raise ValueError(f"{what} have shape {array.shape}; the network needs {needed}")
