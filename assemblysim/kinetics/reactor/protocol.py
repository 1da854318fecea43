"""What is done to a reactor after mixing: its temperature, additions, feeds, withdrawals, buffers.

A protocol falls into segments between the moments at which something changes; in a segment volume
and temperature are constant, or change evenly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from assemblysim.errors import InputError
from assemblysim.kinetics.reactor.flow import Inflow
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.mechanism.network.network import Network, Reaction


@dataclass(frozen=True)
class Event:
    """Something is added to the reactor, taken out of it, or held at another value, at once.

    Attributes:
        time: h after mixing, above 0. A sample of that time was taken before it.
        volume: mL, above 0 where it is added, below 0 where it is withdrawn.
        contents: (species, mM) pairs, what an addition holds; nothing where the reactor is diluted.
        settings: (species, mM) pairs, at what species that are held stay from now on.
    """

    time: float
    volume: float
    contents: tuple[tuple[str, float], ...] = ()
    settings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Feed:
    """What a pump brings into the reactor, evenly, between two times.

    Attributes:
        begin: h after mixing, 0 or later.
        end: h, after the begin.
        rate: mL/h, above 0.
        contents: (species, mM) pairs, what it holds; nothing where the reactor is diluted.
    """

    begin: float
    end: float
    rate: float
    contents: tuple[tuple[str, float], ...] = ()

    def volumes(self, times: np.ndarray) -> np.ndarray:
        """Return what it brought until times of any shape, mL."""
        return np.asarray(self.rate * (np.clip(times, self.begin, self.end) - self.begin))


@dataclass(frozen=True)
class Protocol:
    """What is done to one reactor.

    Attributes:
        programme: the temperature; None where the study has one only, and none is stated.
        volume: mL, at the start.
        events: in the order of their times.
        held: species whose concentration is kept constant, such as a buffer; also when something
            is added.
        feeds: what pumps bring, between times; an empty reactor has one from the start on.

    Raises:
        InputError: the volume is not above 0 throughout, the events are not in order, or one sets
            a species that is not held.
    """

    programme: Programme | None = None
    volume: float = 1.0
    events: tuple[Event, ...] = ()
    held: tuple[str, ...] = ()
    feeds: tuple[Feed, ...] = ()
    _volumes: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_feeds()
        volumes, before = [self.volume], 0.0
        for event in self.events:
            if not event.time >= before or event.time <= 0:
                raise InputError(
                    f"time runs backwards, from {before:g} h to {event.time:g} h; sort the events, "
                    "all after 0 h"
                )
            before = event.time
            for name, _ in event.settings:
                if name not in self.held:
                    raise InputError(
                        f"{name} is set at {event.time:g} h and is not held; list it under 'held', "
                        "or add it"
                    )
            volumes.append(volumes[-1] + event.volume)
            there = float(volumes[-2] + self._fed(np.array(event.time)))
            if not 0 < there + event.volume < np.inf:
                raise InputError(
                    f"{-event.volume:g} mL are withdrawn at {event.time:g} h, where the reactor "
                    f"holds {there:g} mL; leave some"
                )
        object.__setattr__(self, "_volumes", tuple(volumes))

    def _check_feeds(self) -> None:
        fed_from_the_start = any(feed.begin == 0 for feed in self.feeds)
        least = 0.0 if fed_from_the_start else np.nextafter(0.0, 1.0)
        if not least <= self.volume < np.inf:
            raise InputError(f"a volume of {self.volume:g} mL; write one above 0 mL")
        for feed in self.feeds:
            if not 0 <= feed.begin < feed.end < np.inf:
                raise InputError(
                    f"a feed from {feed.begin:g} h to {feed.end:g} h; let it end after it began"
                )
            if not 0 < feed.rate < np.inf:
                raise InputError(f"a feed of {feed.rate:g} mL/h; write one above 0 mL/h")

    def _fed(self, times: np.ndarray) -> np.ndarray:
        """Return what all feeds brought until times of any shape, mL."""
        return np.asarray(sum((feed.volumes(times) for feed in self.feeds), np.zeros(times.shape)))

    @property
    def basis(self) -> float:
        """The volume that extents and totals count in, mL: that at the start or, if 0, all fed."""
        return self.volume or float(self._fed(np.array(np.inf)))

    @property
    def added(self) -> tuple[tuple[float, float, tuple[tuple[str, float], ...]], ...]:
        """(h, mL, contents) of all that is added, a feed at its begin."""
        events = [(e.time, e.volume, e.contents) for e in self.events if e.volume > 0]
        fed = [(f.begin, f.rate * (f.end - f.begin), f.contents) for f in self.feeds]
        return (*events, *fed)

    def flow(self, begin: float, end: float) -> tuple[Feed, ...]:
        """Return the feeds that run from one moment to the next."""
        return tuple(one for one in self.feeds if one.begin <= begin and one.end >= end)

    def within(self, species: Collection[str]) -> Protocol:
        """Return what is left of it in a mechanism of these species; its moments stay."""
        events = (
            replace(event, settings=tuple(one for one in event.settings if one[0] in species))
            for event in self.events
        )
        held = tuple(name for name in self.held if name in species)
        return replace(self, events=tuple(events), held=held)

    @property
    def moments(self) -> tuple[float, ...]:
        """When something is added or taken out, or a feed begins or ends, h, in order."""
        fed = (moment for feed in self.feeds for moment in (feed.begin, feed.end))
        return tuple(sorted({*(event.time for event in self.events), *fed} - {0.0}))

    def volumes(self, times: np.ndarray) -> np.ndarray:
        """Return the volume at times of any shape, mL; before what happens at that moment."""
        done = np.searchsorted([event.time for event in self.events], times, side="left")
        return np.asarray(np.array(self._volumes)[done] + self._fed(np.asarray(times)))


UNTOUCHED = Protocol()


@dataclass(frozen=True)
class Segment:
    """A span of time between two moments.

    Attributes:
        begin: h.
        end: h.
        first: temperature at the begin, K; None where nothing is said of it.
        last: temperature at the end, K.
        volume: mL, at the end.
        after: what happens at the end.
        flow: what comes in; None where nothing does.
    """

    begin: float
    end: float
    first: float | None
    last: float | None
    volume: float
    after: tuple[Event, ...] = ()
    flow: Inflow | None = None

    @property
    def ramp(self) -> bool:
        """Whether the temperature changes."""
        return self.first != self.last


@lru_cache(maxsize=256)
def segments(protocol: Protocol, end: float) -> tuple[Segment, ...]:
    """Cut a protocol into segments from 0 to `end`, h; at least one, of no length if `end` is 0."""
    programme = protocol.programme
    knots = () if programme is None or programme.constant else programme.times
    inner = {t for t in (*knots, *protocol.moments) if 0 < t < end}
    moments = [0.0, *sorted(inner), end]
    found = []
    for begin, stop in pairwise(moments):
        after = tuple(e for e in protocol.events if e.time == stop and stop < end)
        first = last = None
        if programme is not None:
            first, last = programme.at(begin), programme.before(stop) if stop else programme.at(0)
        volume = float(protocol.volumes(np.array(stop)))
        flow = _flow(protocol, begin, stop, volume)
        found.append(Segment(begin, stop, first, last, volume, after, flow))
    return tuple(found)


def _flow(protocol: Protocol, begin: float, end: float, volume: float) -> Inflow | None:
    """Return what comes in from one moment to the next, where it ends with a volume, mL."""
    feeds = protocol.flow(begin, end)
    if not feeds or begin == end:
        return None
    rate = sum(feed.rate for feed in feeds)
    amounts: dict[str, float] = {}
    for feed in feeds:
        for name, concentration in feed.contents:
            amounts[name] = amounts.get(name, 0.0) + concentration * feed.rate
    before = volume - rate * (end - begin)
    at_first = before if protocol.volume or begin else 0.0
    return Inflow(end - begin, at_first, rate, tuple(amounts.items()))


@lru_cache(maxsize=128)
def holding(network: Network, held: tuple[str, ...]) -> Network:
    """Return the network with some species constant: no step uses or makes them.

    Raises:
        InputError: a species is not in the network.
    """
    for name in held:
        if name not in network.species_names:
            raise InputError(f"held species '{name}' takes part in no reaction; leave it out")
    if not held:
        return network
    kept = set(held)
    return Network(network.species, tuple(_without_change(r, kept) for r in network.reactions))


def _without_change(step: Reaction, held: set[str]) -> Reaction:
    """Give back what a step uses of a held species, and take away what it makes."""
    products = [name for name in step.products if name not in held]
    products += [name for name in step.reactants if name in held]
    return replace(step, products=tuple(products))


def mixed(
    network: Network, concentrations: np.ndarray, segment: Segment, held: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return concentrations after what happens at a segment's end.

    Args:
        network: the mechanism, with S species.
        concentrations: shape (B, S), mM, before it.
        segment: that has ended.
        held: species that an addition leaves as they are, too.

    Returns:
        The concentrations, and by what each of the old ones was scaled, shape (S,).
    """
    before, volume, events = concentrations, segment.volume, segment.after
    place = {name: i for i, name in enumerate(network.species_names)}
    fraction = 1.0
    for event in events:
        if event.volume < 0:
            volume += event.volume
            continue
        after = volume + event.volume
        concentrations = concentrations * (volume / after)
        fraction *= volume / after
        for name, concentration in event.contents:
            if name in place:
                concentrations[:, place[name]] += concentration * (event.volume / after)
        volume = after
    fractions = np.full(len(place), fraction)
    if fraction != 1.0 and held:
        kept = [place[name] for name in held]
        concentrations[:, kept], fractions[kept] = before[:, kept], 1.0
    settings = [one for event in events for one in event.settings if one[0] in place]
    if settings:
        concentrations = concentrations.copy()
    for name, concentration in settings:
        concentrations[:, place[name]], fractions[place[name]] = concentration, 0.0
    return concentrations, fractions
