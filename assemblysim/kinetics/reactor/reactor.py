"""Reactors: what is mixed, at which rate constants, what is done to it; integrated by segments.

Each piece of a protocol goes through the door of `integration`: at a constant temperature the
network itself, in a ramp its `ramped` form. Between segments the concentrations are those of the
mixture, and derivatives and extents are carried on by the chain rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assemblysim.kinetics.engines.integration import (
    DEFAULT_TOLERANCE,
    Tolerance,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.kinetics.reactor.protocol import (
    UNTOUCHED,
    Protocol,
    Segment,
    holding,
    mixed,
    segments,
)
from assemblysim.kinetics.reactor.ramp import (
    Ramp,
    ramp_rate_constants,
    ramp_start,
    ramped,
    with_counters,
)
from assemblysim.kinetics.reactor.segments import Endings, asked_of, end_of, put
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT, RateConstants
from assemblysim.kinetics.trajectory import ExtentBatch, TrajectoryBatch
from assemblysim.mechanism.network.network import Network


@dataclass(frozen=True, eq=False)
class Reactor:
    """B reactors that are mixed alike, treated alike, and differ in numbers.

    Attributes:
        network: the mechanism, with S species, R reactions and P rate constants.
        rate_constants: of the B parameter vectors.
        initial: shape (B, S), mM, at the moment of mixing.
        protocol: what is done to each.
    """

    network: Network
    rate_constants: RateConstants
    initial: np.ndarray
    protocol: Protocol = UNTOUCHED

    @classmethod
    def isothermal(
        cls, network: Network, rate_constants: np.ndarray, initial: np.ndarray
    ) -> Reactor:
        """Return a reactor of constants, shape (B, P), and starts, shape (B, S), left alone."""
        return cls(network, RateConstants.isothermal(np.asarray(rate_constants)), initial)

    def __len__(self) -> int:
        return len(self.initial)

    def __getitem__(self, part: slice | np.ndarray) -> Reactor:
        """Return some of the B reactors."""
        return Reactor(self.network, self.rate_constants[part], self.initial[part], self.protocol)

    @property
    def running(self) -> Network:
        """The network as it runs, with species held constant."""
        return holding(self.network, self.protocol.held)

    def rate_constants_at(self, times: np.ndarray) -> np.ndarray:
        """Return the constants at times of shape (B, X), h: shape (B, X, P)."""
        programme = self.protocol.programme
        if programme is None:
            return np.repeat(self.rate_constants.at_reference[:, None], times.shape[1], axis=1)
        found = np.empty((*times.shape, self.rate_constants.at_reference.shape[1]))
        for column, moments in enumerate(times.T):
            kelvin = programme.course(moments)[:, None]
            found[:, column] = self.rate_constants.at_each(kelvin)
        return found


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
        each = len(moved) // len(reactor)

        def along(derivatives: np.ndarray, there: np.ndarray, here: np.ndarray) -> np.ndarray:
            batch, times, species, width = derivatives.shape
            steps = there.reshape(batch, each, width) - here[:, None]
            found = np.einsum("bnx,btsx->bnts", steps, derivatives)
            return np.asarray(found.reshape(-1, times, species))

        change = along(
            self.by_constant, moved.rate_constants.at_reference, reactor.rate_constants.at_reference
        )
        if self.by_energy.shape[-1]:
            change += along(
                self.by_energy, moved.rate_constants.energies, reactor.rate_constants.energies
            )
        if self.by_initial.shape[-1]:
            change += along(self.by_initial, moved.initial, reactor.initial)
        return change


@dataclass(frozen=True, eq=False)
class _SegmentTask:
    """A piece as the door takes it.

    Attributes:
        network: plain or `ramped`.
        rate_constants: shape (B, P').
        start: shape (B, S').
        times: shape (T',) or (B, T'), h after its begin, the end included.
        unit: shape (B,), of the added species in a ramp.
    """

    network: Network
    rate_constants: np.ndarray
    start: np.ndarray
    times: np.ndarray
    unit: np.ndarray


def _stretch(
    reactor: Reactor, segment: Segment, start: np.ndarray, times: np.ndarray
) -> _SegmentTask:
    network = reactor.running
    unit = np.fmax.reduce(start, axis=1, initial=0.0)
    unit = np.where(unit > 0, unit, 1.0)
    if segment.first is None or segment.last is None:
        return _SegmentTask(network, reactor.rate_constants.at_reference, start, times, unit)
    if not segment.ramp:
        return _SegmentTask(network, reactor.rate_constants.at(segment.first), start, times, unit)
    ramp = Ramp(segment.end - segment.begin, segment.first, segment.last)
    return _SegmentTask(
        ramped(network, reactor.rate_constants.exponents),
        ramp_rate_constants(reactor.rate_constants, ramp, unit),
        ramp_start(network, start, unit),
        times,
        unit,
    )


def _simple(reactor: Reactor) -> bool:
    """Whether one call of the door does all: nothing happens, and one temperature is kept."""
    programme = reactor.protocol.programme
    return not reactor.protocol.events and (programme is None or programme.constant)


def _plain_rates(reactor: Reactor) -> np.ndarray:
    programme = reactor.protocol.programme
    return (
        reactor.rate_constants.at_reference
        if programme is None
        else reactor.rate_constants.at(programme.kelvin[0])
    )


def courses(
    reactor: Reactor,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    engine: str | None = None,
) -> TrajectoryBatch:
    """Integrate B reactors; one that fails never raises.

    Args:
        reactor: what runs.
        times: shape (T,), h, increasing, none below 0; or (B, T), each reactor's own, not
            decreasing and with the same last one. What happens at a sampling time happens after
            the sample.
        tolerance: accuracy and budget, of each piece of the protocol.
        engine: as in `integration.integrate_batch`.

    Returns:
        The courses at these times, how far each came and what it took.

    Raises:
        ValueError: the arrays do not fit.
        InputError: the protocol holds a species that the network does not have.
    """
    if _simple(reactor):
        return integrate_batch(
            reactor.running, _plain_rates(reactor), reactor.initial, times, tolerance, engine=engine
        )
    size = len(reactor.network.species)
    found = np.full((len(reactor), times.shape[-1], size), np.nan)
    state, endings = np.array(reactor.initial, dtype=float), Endings(len(reactor))
    for segment in segments(reactor.protocol, end_of(times)):
        asked, columns = asked_of(segment, times)
        part = _stretch(reactor, segment, state, asked)
        batch = integrate_batch(
            part.network, part.rate_constants, part.start, part.times, tolerance, engine=engine
        )
        endings.add(segment, batch)
        put(found, batch.concentrations[..., :size], segment, times, columns)
        last = batch.concentrations[:, -1, :size]
        state, _ = mixed(reactor.network, last, segment, reactor.protocol.held)
    return _batch(reactor, times, found, endings)


def _batch(
    reactor: Reactor, times: np.ndarray, concentrations: np.ndarray, endings: Endings
) -> TrajectoryBatch:
    return TrajectoryBatch(
        reactor.network.species_names,
        times,
        concentrations,
        endings.reached,
        endings.status,
        endings.steps,
    )


def extents(
    reactor: Reactor, times: np.ndarray, tolerance: Tolerance = DEFAULT_TOLERANCE
) -> ExtentBatch:
    """Integrate B reactors with the extent of every reaction.

    Args:
        reactor: what runs.
        times: shape (T,), h, increasing, none below 0.
        tolerance: accuracy and budget.

    Returns:
        The courses; and the extents, in mM of the *initial* volume: what a reaction made in
        mmol over the litres that there were at the start, so that volumes that change do not
        change what was made before.
    """
    network = reactor.running
    if _simple(reactor):
        return integrate_extents(network, _plain_rates(reactor), reactor.initial, times, tolerance)
    size, steps = len(network.species), len(network.reactions)
    found = np.full((len(reactor), len(times), size), np.nan)
    made = np.full((len(reactor), len(times), steps), np.nan)
    state, endings = np.array(reactor.initial, dtype=float), Endings(len(reactor))
    so_far = np.zeros((len(reactor), steps))
    for segment in segments(reactor.protocol, end_of(times)):
        asked, columns = asked_of(segment, times)
        batch = _segment_extents(reactor, segment, state, asked, tolerance)
        endings.add(segment, batch.trajectories)
        concentrations = batch.trajectories.concentrations
        total = so_far[:, None] + batch.extents * (segment.volume / reactor.protocol.volume)
        put(found, concentrations, segment, times, columns)
        put(made, total, segment, times, columns)
        so_far = total[:, -1]
        state, _ = mixed(reactor.network, concentrations[:, -1], segment, reactor.protocol.held)
    return ExtentBatch(_batch(reactor, times, found, endings), made)


def _segment_extents(
    reactor: Reactor, segment: Segment, start: np.ndarray, times: np.ndarray, tolerance: Tolerance
) -> ExtentBatch:
    """Integrate a piece with the extents of the network's own reactions.

    In a ramp the steps of its clock and factors may run backwards, which no extent can: there each
    reaction makes a species that counts it.
    """
    if not segment.ramp:
        part = _stretch(reactor, segment, start, times)
        return integrate_extents(
            part.network, part.rate_constants, part.start, part.times, tolerance
        )
    size, steps = start.shape[1], len(reactor.network.reactions)
    nothing = np.zeros((len(start), steps))
    counting = Reactor(with_counters(reactor.running), reactor.rate_constants, reactor.initial)
    part = _stretch(counting, segment, np.concatenate([start, nothing], axis=1), times)
    batch = integrate_batch(part.network, part.rate_constants, part.start, part.times, tolerance)
    here = batch.concentrations
    own = replace(batch, species=reactor.network.species_names, concentrations=here[..., :size])
    return ExtentBatch(own, here[..., size : size + steps])


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
    size, constants = len(reactor.network.species), len(reactor.network.rate_constant_names)
    if _simple(reactor) and reactor.protocol.programme is None:
        batch = integrate_sensitivities(
            reactor.running,
            reactor.rate_constants.at_reference,
            reactor.initial,
            times,
            tolerance,
            by_initial=by_initial,
        )
        nothing = np.zeros((*batch.by_constant.shape[:3], 0))
        return ReactorSensitivities(
            batch.trajectories, batch.by_constant, nothing, batch.by_initial
        )
    kinetic = (2 if by_energy else 1) * constants
    width = kinetic + (size if by_initial else 0)
    found = np.full((len(reactor), times.shape[-1], size), np.nan)
    derived = np.full((len(reactor), times.shape[-1], size, width), np.nan)
    state, endings = np.array(reactor.initial, dtype=float), Endings(len(reactor))
    carried = np.zeros((len(reactor), size, width))
    if by_initial:
        carried[:, :, kinetic:] = np.eye(size)
    for segment in segments(reactor.protocol, end_of(times)):
        asked, columns = asked_of(segment, times)
        part = _stretch(reactor, segment, state, asked)
        batch = integrate_sensitivities(
            part.network,
            part.rate_constants,
            part.start,
            part.times,
            tolerance,
            # Nothing of a first start depends on what derivatives are wanted by.
            by_initial=by_initial or segment.begin > 0,
            leading=(kinetic if segment.ramp else constants, size),
        )
        endings.add(segment, batch.trajectories)
        own = _own_derivatives(
            reactor, segment, part, batch.by_constant[:, :, :size], by_energy=by_energy
        )
        # A start that is turned into another: what it was made from counts as well. The added
        # species of a ramp start at a unit, with constants in that unit: it cancels.
        by_start = batch.by_initial[:, :, :size]
        total = np.matmul(by_start, carried[:, None, : by_start.shape[-1]])
        total[..., :kinetic] += own
        concentrations = batch.trajectories.concentrations[..., :size]
        put(found, concentrations, segment, times, columns)
        put(derived, total, segment, times, columns)
        state, fractions = mixed(
            reactor.network, concentrations[:, -1], segment, reactor.protocol.held
        )
        carried = total[:, -1] * fractions[:, None]
    return ReactorSensitivities(
        _batch(reactor, times, found, endings),
        derived[..., :constants],
        derived[..., constants:kinetic],
        derived[..., kinetic:],
    )


def _own_derivatives(
    reactor: Reactor,
    segment: Segment,
    part: _SegmentTask,
    by_constant: np.ndarray,
    *,
    by_energy: bool,
) -> np.ndarray:
    """Return derivatives by constants at the reference, then by energies, (B, T', S, P or 2 P).

    Args:
        reactor: what runs.
        segment: of its protocol.
        part: the piece as it was integrated.
        by_constant: shape (B, T', S, P'), by the first constants of the piece's network.
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
