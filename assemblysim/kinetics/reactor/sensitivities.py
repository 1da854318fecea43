"""Derivatives of reactors' courses by rate constants, energies and initial concentrations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.engines.integration import (
    DEFAULT_TOLERANCE,
    Tolerance,
    integrate_sensitivities,
)
from assemblysim.kinetics.reactor.protocol import Segment
from assemblysim.kinetics.reactor.ramp import Ramp
from assemblysim.kinetics.reactor.reactor import (
    Reactor,
    SegmentedRun,
    SegmentTask,
    segment_task,
)
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT
from assemblysim.kinetics.trajectory import TrajectoryBatch


@dataclass(frozen=True, eq=False)
class ReactorSensitivities:
    """Courses of B reactors with their derivatives.

    Attributes:
        trajectories: the courses.
        by_constant: shape (B, T, S, P), by the rate constants at the reference temperature.
        by_energy: shape (B, T, S, P), mol mM/kJ; of no length in P where nothing is heated or it
            was not asked for.
        by_initial: shape (B, T, S, S), or of no length where it was not asked for.
    """

    trajectories: TrajectoryBatch
    by_constant: np.ndarray
    by_energy: np.ndarray
    by_initial: np.ndarray

    def change(self, reactor: Reactor, moved: Reactor) -> np.ndarray:
        """Return by how much concentrations change, to first order, shape (N B, T, S), mM.

        Args:
            reactor: what these derivatives are of, B reactors.
            moved: N B reactors with other constants, energies and starts: N beside the first of the
                B, then N beside the second, and so on.
        """
        times, species = self.by_constant.shape[1:3]
        found = np.zeros((len(moved), times, species))
        for steps, derivatives in self._steps(reactor, moved):
            change = np.einsum("bnx,btsx->bnts", steps, derivatives)
            found += change.reshape(-1, times, species)
        return found

    def weighed_change(self, reactor: Reactor, moved: Reactor, weights: np.ndarray) -> np.ndarray:
        """Return the weighed sums of `change`, shape (N B,); no changes are written down for it.

        Args:
            reactor: what these derivatives are of, B reactors.
            moved: N B reactors, as in `change`.
            weights: shape (B, T, S), per mM.
        """
        found = np.zeros(len(moved))
        for steps, derivatives in self._steps(reactor, moved):
            batch, _, width = steps.shape
            every = derivatives.reshape(batch, -1, width)
            by_step = np.matmul(weights.reshape(batch, 1, -1), every)[:, 0]
            found += np.einsum("bnx,bx->bn", steps, by_step).ravel()
        return found

    def _steps(self, reactor: Reactor, moved: Reactor) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield by how much something moves, (B, N, X), and the derivatives by it, (B, T, S, X)."""
        here, there = reactor.rate_constants, moved.rate_constants
        for derivatives, old, new in (
            (self.by_constant, here.at_reference, there.at_reference),
            (self.by_energy, here.energies, there.energies),
            (self.by_initial, reactor.initial, moved.initial),
        ):
            width = derivatives.shape[-1]
            if width:
                yield new.reshape(len(reactor), -1, width) - old[:, None], derivatives


def sensitivities(
    reactor: Reactor,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    by_energy: bool = True,
    by_initial: bool = True,
) -> ReactorSensitivities:
    """Integrate B reactors with derivatives by constants, energies and initial concentrations.

    Args:
        reactor: what runs.
        times: as in `courses`.
        tolerance: accuracy and budget.
        by_energy: whether the derivatives by the energies are wanted.
        by_initial: whether the derivatives by the initial concentrations are wanted.
    """
    if reactor.undisturbed and reactor.protocol.programme is None:
        return _undisturbed(reactor, times, tolerance, by_initial=by_initial)
    size, constants = len(reactor.network.species), len(reactor.network.rate_constant_names)
    kinetic = (2 if by_energy else 1) * constants
    carried = np.zeros((len(reactor), size, kinetic + (size if by_initial else 0)))
    if by_initial:
        carried[:, :, kinetic:] = np.eye(size)
    run = SegmentedRun(reactor, times)
    derived = run.unknown(*carried.shape[1:])
    for segment, asked in run.segments():
        part = segment_task(reactor, segment, run.state, asked)
        batch = integrate_sensitivities(
            part.network,
            part.rate_constants,
            part.start,
            part.times,
            tolerance,
            # Nothing of a first start depends on what derivatives are wanted by.
            by_initial=by_initial or segment.begin > 0,
            leading=(kinetic if segment.ramp else constants, size),
            begin=segment.begin,
        )
        scales = part.scales(part.times, size)[..., None]
        by_constant, by_start = (
            x[:, :, :size] / scales for x in (batch.by_constant, batch.by_initial)
        )
        by_start = by_start * part.by_start(size)[: by_start.shape[-1]]
        # A start that is turned into another: what it was made from counts as well. The added
        # species of a ramp start at a unit, with constants in that unit: it cancels.
        total = np.matmul(by_start, carried[:, None, : by_start.shape[-1]])
        total[..., :kinetic] += _own_derivatives(
            reactor, segment, part, by_constant, by_energy=by_energy
        )
        run.put(derived, total, segment)
        kept = run.finish(segment, part.concentrations(batch.trajectories, size))
        carried = total[:, -1] * kept[:, None]
    return ReactorSensitivities(
        run.trajectories(),
        derived[..., :constants],
        derived[..., constants:kinetic],
        derived[..., kinetic:],
    )


def _undisturbed(
    reactor: Reactor, times: np.ndarray, tolerance: Tolerance, *, by_initial: bool
) -> ReactorSensitivities:
    """Integrate in one piece, at one temperature."""
    batch = integrate_sensitivities(
        reactor.running,
        reactor.rate_constants.at_reference,
        reactor.initial,
        times,
        tolerance,
        by_initial=by_initial,
    )
    nothing = np.zeros((*batch.by_constant.shape[:3], 0))
    return ReactorSensitivities(batch.trajectories, batch.by_constant, nothing, batch.by_initial)


def _own_derivatives(
    reactor: Reactor,
    segment: Segment,
    part: SegmentTask,
    by_constant: np.ndarray,
    *,
    by_energy: bool,
) -> np.ndarray:
    """Return derivatives by constants at the reference, then by energies, (B, T', S, P or 2 P).

    Args:
        reactor: what runs.
        segment: of its protocol.
        part: the segment as it was integrated.
        by_constant: shape (B, T', S, P'), by the first constants of the segment's network.
        by_energy: whether the derivatives by the energies are wanted.
    """
    rate_constants, constants = reactor.rate_constants, len(reactor.network.rate_constant_names)
    if segment.first is None or segment.last is None:
        if not by_energy:
            return by_constant
        return np.concatenate([by_constant, np.zeros(by_constant.shape)], axis=-1)
    here = by_constant[..., :constants]
    if segment.ramp:
        here = here / part.unit[:, None, None, None]
    at_reference = here * rate_constants.factors(segment.first)[:, None, None]
    if not by_energy:
        return np.asarray(at_reference)
    moved = rate_constants.at_reference * rate_constants.by_energy(segment.first)
    by_energies = here * moved[:, None, None]
    if segment.ramp:
        ramp = Ramp(segment.end - segment.begin, segment.first, segment.last)
        growth = ramp.heating_rate / (GAS_CONSTANT * ramp.first**2) / part.unit**2
        by_energies += by_constant[..., constants:] * growth[:, None, None, None]
    return np.concatenate([at_reference, by_energies], axis=-1)
