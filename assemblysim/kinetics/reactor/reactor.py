"""Reactors: what is mixed, at which rate constants, what is done to it; integrated by segments.

Each segment of a protocol is integrated by `integration`: at a constant temperature the
network itself, in a ramp its `ramped` form. Between segments the concentrations are those of the
mixture, and derivatives and extents are carried on by the chain rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from assemblysim.kinetics.engines.integration import (
    DEFAULT_TOLERANCE,
    Tolerance,
    integrate_batch,
    integrate_extents,
)
from assemblysim.kinetics.reactor.flow import (
    Inflow,
    flow_rate_constants,
    flow_start,
    flowing,
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
from assemblysim.kinetics.reactor.temperature import RateConstants
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

    @property
    def undisturbed(self) -> bool:
        """Whether one integration does all: nothing happens, and one temperature is kept."""
        programme = self.protocol.programme
        alone = not self.protocol.events and not self.protocol.feeds
        return alone and (programme is None or programme.constant)

    @property
    def first_rate_constants(self) -> np.ndarray:
        """The constants at the first temperature, shape (B, P)."""
        programme = self.protocol.programme
        if programme is None:
            return self.rate_constants.at_reference
        return self.rate_constants.at(programme.kelvin[0])

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
class SegmentTask:
    """A segment as an engine takes it.

    Attributes:
        network: plain or `ramped`.
        rate_constants: shape (B, P').
        start: shape (B, S').
        times: shape (T',) or (B, T'), h after its begin, the end included.
        unit: shape (B,), of the added species in a ramp.
        flow: what comes in; None where nothing does.
        amounts: numbers of the species that are amounts where something comes in.
    """

    network: Network
    rate_constants: np.ndarray
    start: np.ndarray
    times: np.ndarray
    unit: np.ndarray
    flow: Inflow | None = None
    amounts: tuple[int, ...] = ()

    def scales(self, times: np.ndarray, species: int) -> np.ndarray:
        """Return what the states are divided by to be concentrations, shape (..., T', S)."""
        found = np.ones((*times.shape, species))
        if self.flow is not None:
            scaled = [i for i in self.amounts if i < species]
            found[..., scaled] = self.flow.shares(times)[..., None]
        return found

    def concentrations(self, batch: TrajectoryBatch, species: int) -> TrajectoryBatch:
        """Return courses of concentrations, from those of the S first states."""
        if self.flow is None:
            return batch
        states = batch.concentrations[..., :species] / self.scales(batch.times, species)
        return replace(batch, species=batch.species[:species], concentrations=states)

    def by_start(self, species: int) -> np.ndarray:
        """Return by what each state grows with the concentration at the start, shape (S,)."""
        found = np.ones(species)
        if self.flow is not None:
            # An empty reactor begins with what comes in, whatever was in it.
            found[list(self.amounts)] = self.flow.begin_share if self.flow.volume else 0.0
        return found


def segment_task(
    reactor: Reactor, segment: Segment, start: np.ndarray, times: np.ndarray
) -> SegmentTask:
    """Return a segment as an engine takes it, from a start of shape (B, S), mM."""
    if segment.flow is not None and not segment.flow.volume:
        mixture = segment.flow.mixture(reactor.network.species_names)
        held = [name in reactor.protocol.held for name in reactor.network.species_names]
        start = np.where(held, start, mixture)
    part = _still(reactor, segment, start, times)
    return part if segment.flow is None else _flowing(reactor, segment.flow, part)


def _flowing(reactor: Reactor, flow: Inflow, part: SegmentTask) -> SegmentTask:
    """Return a segment in which something comes in."""
    names, held = reactor.network.species_names, reactor.protocol.held
    own = tuple(name for name in names if name not in held)
    amounts = tuple(i for i, name in enumerate(names) if name not in held)
    contents = tuple(pair for pair in flow.contents if pair[0] in own)
    flow = replace(flow, contents=contents)
    alike = tuple(name for name in part.network.species_names if name not in own)
    brought = max((amount * flow.hours / flow.end_volume for _, amount in contents), default=0.0)
    begun = np.max(part.start[:, list(amounts)], axis=1, initial=0.0) * flow.begin_share
    unit = begun + brought
    unit = np.where(unit > 0, unit, 1.0)
    return SegmentTask(
        flowing(part.network, tuple(name for name, _ in contents), alike),
        flow_rate_constants(part.rate_constants, flow, unit),
        flow_start(part.start, list(amounts), flow, unit),
        part.times,
        part.unit,
        flow,
        amounts,
    )


def _still(reactor: Reactor, segment: Segment, start: np.ndarray, times: np.ndarray) -> SegmentTask:
    """Return a segment as if nothing came in."""
    network = reactor.running
    unit = np.fmax.reduce(start, axis=1, initial=0.0)
    unit = np.where(unit > 0, unit, 1.0)
    if segment.first is None or segment.last is None:
        return SegmentTask(network, reactor.rate_constants.at_reference, start, times, unit)
    if not segment.ramp:
        return SegmentTask(network, reactor.rate_constants.at(segment.first), start, times, unit)
    ramp = Ramp(segment.end - segment.begin, segment.first, segment.last)
    return SegmentTask(
        ramped(network, reactor.rate_constants.exponents),
        ramp_rate_constants(reactor.rate_constants, ramp, unit),
        ramp_start(network, start, unit),
        times,
        unit,
    )


class SegmentedRun:
    """Reactors on their way through the segments of their protocol.

    Attributes:
        state: shape (B, S), mM, at the begin of the segment at hand.
    """

    def __init__(self, reactor: Reactor, times: np.ndarray) -> None:
        count, names = len(reactor), reactor.network.species_names
        self.state = np.array(reactor.initial, dtype=float)
        self._reactor, self._times, self._columns = reactor, times, slice(0)
        steps = np.zeros(count, dtype=np.int64)
        ends = (np.zeros(count), np.zeros(count, dtype=np.int32), steps)
        self._found = TrajectoryBatch(names, times, self.unknown(len(names)), *ends)

    def unknown(self, *shape: int) -> np.ndarray:
        """Return an array for what is asked for, shape (B, T, ...)."""
        return np.full((len(self._reactor), self._times.shape[-1], *shape), np.nan)

    def segments(self) -> Iterator[tuple[Segment, np.ndarray]]:
        """Yield each segment with the times asked for in it, h after its begin, its end last.

        Where each reactor has times of its own, all columns are asked for in every segment, those
        that lie outside at its ends.
        """
        times, own = self._times, self._times.ndim == 2
        for segment in segments(self._reactor.protocol, float(times[..., -1].max())):
            length = segment.end - segment.begin
            if own:
                inside = np.clip(times - segment.begin, 0.0, length)
                yield segment, np.append(inside, np.full((len(times), 1), length), axis=1)
                continue
            first, last = np.searchsorted(times, (segment.begin, segment.end), side="right")
            first = 0 if segment.begin == 0 else first
            self._columns = slice(int(first), int(max(first, last)))
            asked = times[self._columns] - segment.begin
            yield segment, asked if asked.size and asked[-1] == length else np.append(asked, length)

    def put(self, found: np.ndarray, values: np.ndarray, segment: Segment) -> None:
        """Write what a segment gave, (B, T', ...), into all that is asked for, (B, T, ...)."""
        times = self._times
        if times.ndim == 1:
            found[:, self._columns] = values[:, : self._columns.stop - self._columns.start]
            return
        here = (times <= segment.end) & ((times > segment.begin) | (segment.begin == 0))
        found[here] = values[:, : times.shape[1]][here]

    def finish(self, segment: Segment, batch: TrajectoryBatch) -> np.ndarray:
        """Keep a segment's concentrations and how it ended, and mix what begins the next one.

        A reactor that failed before stays where it was.

        Returns:
            By what each of the old concentrations was scaled, shape (S,).
        """
        network, found = self._reactor.network, self._found
        concentrations = batch.concentrations[..., : len(network.species)]
        self.put(found.concentrations, concentrations, segment)
        alive = found.completed
        found.reached[alive] = segment.begin + batch.reached[alive]
        found.steps[alive] += batch.steps[alive]
        found.status[alive] = batch.status[alive]
        held = self._reactor.protocol.held
        self.state, fractions = mixed(network, concentrations[:, -1], segment, held)
        return fractions

    def trajectories(self) -> TrajectoryBatch:
        """Return what was put together."""
        return self._found


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
        tolerance: accuracy and budget, of each segment of the protocol.
        engine: as in `integration.integrate_batch`.

    Returns:
        The courses at these times, how far each came and what it took.

    Raises:
        ValueError: the arrays do not fit.
        InputError: the protocol holds a species that the network does not have.
    """
    if reactor.undisturbed:
        constants = reactor.first_rate_constants
        return integrate_batch(
            reactor.running, constants, reactor.initial, times, tolerance, engine=engine
        )
    run = SegmentedRun(reactor, times)
    for segment, asked in run.segments():
        part = segment_task(reactor, segment, run.state, asked)
        batch = integrate_batch(
            part.network,
            part.rate_constants,
            part.start,
            part.times,
            tolerance,
            engine=engine,
            begin=segment.begin,
        )
        run.finish(segment, part.concentrations(batch, len(reactor.network.species)))
    return run.trajectories()


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
        mmol over the litres that there were at the start (of an empty reactor, that were fed in
        all), so that volumes that change do not change what was made before.
    """
    network = reactor.running
    if reactor.undisturbed:
        constants = reactor.first_rate_constants
        return integrate_extents(network, constants, reactor.initial, times, tolerance)
    run, steps = SegmentedRun(reactor, times), len(network.reactions)
    made, so_far = run.unknown(steps), np.zeros((len(reactor), steps))
    for segment, asked in run.segments():
        batch = _segment_extents(reactor, segment, run.state, asked, tolerance)
        total = so_far[:, None] + batch.extents * (segment.volume / reactor.protocol.basis)
        run.put(made, total, segment)
        so_far = total[:, -1]
        run.finish(segment, batch.trajectories)
    return ExtentBatch(run.trajectories(), made)


def _segment_extents(
    reactor: Reactor, segment: Segment, start: np.ndarray, times: np.ndarray, tolerance: Tolerance
) -> ExtentBatch:
    """Integrate a segment with the extents of the network's own reactions.

    In a ramp the steps of its clock and factors may run backwards, which no extent can: there each
    reaction makes a species that counts it.
    """
    if not segment.ramp:
        part = segment_task(reactor, segment, start, times)
        found = integrate_extents(
            part.network,
            part.rate_constants,
            part.start,
            part.times,
            tolerance,
            begin=segment.begin,
        )
        own = part.concentrations(found.trajectories, start.shape[1])
        return ExtentBatch(own, found.extents[..., : len(reactor.network.reactions)])
    size, steps = start.shape[1], len(reactor.network.reactions)
    nothing = np.zeros((len(start), steps))
    counting = replace(reactor, network=with_counters(reactor.running))
    part = segment_task(counting, segment, np.concatenate([start, nothing], axis=1), times)
    batch = integrate_batch(
        part.network,
        part.rate_constants,
        part.start,
        part.times,
        tolerance,
        begin=segment.begin,
    )
    here = batch.concentrations
    own = part.concentrations(batch, size)
    names = reactor.network.species_names
    own = replace(own, species=names, concentrations=own.concentrations[..., :size])
    return ExtentBatch(own, here[..., size : size + steps])
