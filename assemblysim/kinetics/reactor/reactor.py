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
        return not self.protocol.events and (programme is None or programme.constant)

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
    """

    network: Network
    rate_constants: np.ndarray
    start: np.ndarray
    times: np.ndarray
    unit: np.ndarray


def segment_task(
    reactor: Reactor, segment: Segment, start: np.ndarray, times: np.ndarray
) -> SegmentTask:
    """Return a segment as an engine takes it, from a start of shape (B, S), mM."""
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
        run.finish(segment, batch)
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
        mmol over the litres that there were at the start, so that volumes that change do not
        change what was made before.
    """
    network = reactor.running
    if reactor.undisturbed:
        constants = reactor.first_rate_constants
        return integrate_extents(network, constants, reactor.initial, times, tolerance)
    run, steps = SegmentedRun(reactor, times), len(network.reactions)
    made, so_far = run.unknown(steps), np.zeros((len(reactor), steps))
    for segment, asked in run.segments():
        batch = _segment_extents(reactor, segment, run.state, asked, tolerance)
        total = so_far[:, None] + batch.extents * (segment.volume / reactor.protocol.volume)
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
        return integrate_extents(
            part.network,
            part.rate_constants,
            part.start,
            part.times,
            tolerance,
            begin=segment.begin,
        )
    size, steps = start.shape[1], len(reactor.network.reactions)
    nothing = np.zeros((len(start), steps))
    counting = Reactor(with_counters(reactor.running), reactor.rate_constants, reactor.initial)
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
    own = replace(batch, species=reactor.network.species_names, concentrations=here[..., :size])
    return ExtentBatch(own, here[..., size : size + steps])
