"""What is done to a reactor after mixing: its temperature, additions, withdrawals, buffers.

A protocol falls into segments between the moments at which something changes; in a segment the
volume is constant and the temperature is, too, or changes evenly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from assemblysim.errors import InputError
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
class Protocol:
    """What is done to one reactor.

    Attributes:
        programme: the temperature; None where the study has one only, and none is stated.
        volume: mL, at the start.
        events: in the order of their times.
        held: species whose concentration is kept constant, such as a buffer; also when something
            is added.

    Raises:
        InputError: the volume is not above 0 throughout, the events are not in order, or one sets
            a species that is not held.
    """

    programme: Programme | None = None
    volume: float = 1.0
    events: tuple[Event, ...] = ()
    held: tuple[str, ...] = ()
    _volumes: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.volume < np.inf:
            raise InputError(f"a volume of {self.volume:g} mL; write one above 0 mL")
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
            if not 0 < volumes[-1] < np.inf:
                raise InputError(
                    f"{-event.volume:g} mL are withdrawn at {event.time:g} h, where the reactor "
                    f"holds {volumes[-2]:g} mL; leave some"
                )
        object.__setattr__(self, "_volumes", tuple(volumes))

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
        """When something is added or taken out, h, in order."""
        return tuple(event.time for event in self.events)

    def volumes(self, times: np.ndarray) -> np.ndarray:
        """Return the volume at times of any shape, mL; before what happens at that moment."""
        return np.array(self._volumes)[np.searchsorted(self.moments, times, side="left")]


UNTOUCHED = Protocol()


@dataclass(frozen=True)
class Segment:
    """A span of time between two moments.

    Attributes:
        begin: h.
        end: h.
        first: temperature at the begin, K; None where nothing is said of it.
        last: temperature at the end, K.
        volume: mL.
        after: what happens at the end.
    """

    begin: float
    end: float
    first: float | None
    last: float | None
    volume: float
    after: tuple[Event, ...] = ()

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
        found.append(Segment(begin, stop, first, last, volume, after))
    return tuple(found)


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
