"""How an experiment was conducted: temperature, additions, and when samples were taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.model.prior import Prior
from assemblysim.kinetics.reactor.protocol import UNTOUCHED, Event, Feed, Protocol
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.language import quoted
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.priors_and_fixed import read_number_or_prior
from assemblysim.study.definition.schema import ExperimentTable, TomlTable, validated
from assemblysim.study.reactors.feeds import fed_until, read_feeds
from assemblysim.study.reactors.vessels import (
    NO_ERRORS,
    VesselErrors,
    read_uncertainty,
    read_vessels,
)
from assemblysim.units import kelvin, quantity


class EventTable(TomlTable):
    """One of an experiment's ``events``: exactly one of add, withdraw, dilute and set.

    Attributes:
        at: when.
        add: a volume.
        of: what the added volume holds; nothing by default.
        withdraw: a volume.
        dilute: the factor by which the volume grows.
        set: at what held species stay from now on.
    """

    at: Any
    add: Any = None
    of: dict[str, Any] = Field(default_factory=dict)
    withdraw: Any = None
    dilute: Any = None
    set: dict[str, Any] | None = None


class FeedTable(TomlTable):
    """One of an experiment's ``feeds``.

    Attributes:
        begin: when; at the start by default.
        end: when it ends.
        rate: a volume per time, as "1.5 mL/h".
        of: what it holds; nothing by default.
    """

    begin: Any = None
    end: Any
    rate: Any
    of: dict[str, Any] = Field(default_factory=dict)


class VesselTable(TomlTable):
    """An experiment's ``vessels``: each sampling time is a vessel of its own.

    Attributes:
        start: standard deviation of what went in, a fraction of it; one for all species together,
            or species to one of its own.
        temperature: standard deviation of its temperature about the stated one, such as "0.5 K".
        time: standard deviation of its time, as ``time_error``.
    """

    start: Any = None
    temperature: Any = None
    time: Any = None


# A dilution as 1:100 or 1/100.
_RATIO = re.compile(r"\s*1\s*[:/]\s*(\d+)\s*")


@dataclass(frozen=True)
class Conditions:
    """How one experiment was conducted.

    Attributes:
        protocol: what was done to the reactor.
        dead_time: h between mixing and the start of the study's clock, or its prior.
        time_errors: (time in h, standard deviation in h) pairs of uncertain sampling times;
            a time of None stands for every time that is not listed.
        dilution: by how much samples were diluted before they were measured.
        group: which experiments share what is common to a group; "" where none is named.
        alternatives: (words, programme) of other courses of temperature that may be true.
        base: concentration of the base that was added; None where it is not stated.
        vessels: errors of samples that are vessels of their own.
    """

    protocol: Protocol = UNTOUCHED
    dead_time: float | Prior = 0.0
    time_errors: tuple[tuple[float | None, float], ...] = ()
    dilution: float = 1.0
    group: str = ""
    alternatives: tuple[tuple[str, Programme], ...] = ()
    base: float | None = None
    vessels: VesselErrors = NO_ERRORS

    def time_error(self, time: float) -> float:
        """Return the standard deviation of a sampling time, h; 0 where it is exact."""
        listed = dict(self.time_errors)
        return listed.get(time, listed.get(None, 0.0))


def read_conditions(table: ExperimentTable, unit: str, system: System) -> Conditions:
    """Read how an experiment was conducted.

    Args:
        table: one of ``[[experiments]]``.
        unit: of concentrations.
        system: the chemistry.

    Raises:
        InputError: a time that runs backwards, a volume that is none, a temperature without its
            scale, an unknown species: one line.
    """
    with at("temperature"):
        programme = _programme(table.temperature)
    with at("feeds"):
        feeds = _feeds(table, unit, system)
    with at("volume"):
        volume = _volume(table, feeds)
    with at("events"):
        events = _events(table, volume, feeds, unit, system)
    for name in table.held:
        with at("held"):
            refuse_unknown("species", name, system.species_names)
            if name not in table.initial:
                raise InputError(f"{name} would be held at 0; state its concentration in 'initial'")
    dead_time: float | Prior = 0.0
    if table.dead_time is not None:
        with at("dead_time"):
            dead_time = read_number_or_prior(table.dead_time, "h")
    with at("time_error"):
        errors = _time_errors(table.time_error)
    with at("vessels"):
        vessels, own_time = _vessels(table, programme)
    with at("sample_dilution"):
        dilution = 1.0 if table.sample_dilution is None else _factor(table.sample_dilution)
        if not dilution >= 1:
            raise InputError(f"{dilution:g} would make samples stronger; write 1 or more")
    with at("events"):
        protocol = Protocol(programme, volume, events, tuple(table.held), feeds)
    with at("temperature_alternatives"):
        alternatives = _alternatives(table, programme)
    with at("base"):
        base = _base(table.base, unit, system)
    group = table.group or ""
    if own_time:
        errors = ((None, own_time),)
    return Conditions(protocol, dead_time, errors, dilution, group, alternatives, base, vessels)


def _base(written: object, unit: str, system: System) -> float | None:
    """Return the concentration of the base that was added."""
    if written is None:
        return None
    if system.chemistry is None or not system.chemistry.ions:
        raise InputError("the model states no ions that could take it up; add [ions] to it")
    base = quantity(written, unit)
    if not base > 0:
        raise InputError(f"{base:g} {unit} is none; write what was added, or leave it out")
    return base


def _alternatives(
    table: ExperimentTable, programme: Programme | None
) -> tuple[tuple[str, Programme], ...]:
    """Read other courses of temperature by what they are called."""
    if table.temperature_alternatives and programme is None:
        raise InputError("alternatives to what; state 'temperature' first")
    found = []
    for words, written in table.temperature_alternatives.items():
        with at(quoted(words)):
            other = _programme(written)
            if other is not None:
                found.append((" ".join(words.split()), other))
    return tuple(found)


def _programme(written: object) -> Programme | None:
    """Read "80 degC", or [["0 min", "25 degC"], ["5 min", "25 degC"], ["15 min", "80 degC"]]."""
    if written is None:
        return None
    if not isinstance(written, list):
        return Programme((0.0,), (kelvin(written),))
    times, kelvins = [], []
    for number, pair in enumerate(written, start=1):
        with at(f"item {number}"):
            if not isinstance(pair, list) or len(pair) != 2:
                raise InputError(
                    f"{quoted(str(pair))} is no pair of a time and a temperature; "
                    'write one as ["5 min", "25 degC"]'
                )
            times.append(quantity(pair[0], "h"))
            kelvins.append(kelvin(pair[1]))
    return Programme(tuple(times), tuple(kelvins))


def _feeds(table: ExperimentTable, unit: str, system: System) -> tuple[Feed, ...]:
    """Return what pumps bring."""
    written = []
    for number, one in enumerate(table.feeds, start=1):
        with at(f"item {number}"):
            written.append(validated(FeedTable, one).model_dump())
    if written and table.volume is None:
        raise InputError(
            "feeds fill how many mL; state 'volume', what the reactor held at the start, as "
            'volume = "10 mL" or, where it was empty, "0 mL"'
        )
    return read_feeds(written, system.species_names, unit)


def _volume(table: ExperimentTable, feeds: tuple[Feed, ...]) -> float:
    """Return the volume at the start, mL; 1 where nothing is said of it."""
    if table.volume is None:
        return 1.0
    volume = quantity(table.volume, "mL")
    if volume == 0 and any(feed.begin == 0 for feed in feeds):
        if any(name not in table.held for name in table.initial):
            raise InputError(
                "0 mL hold nothing; leave 'initial' empty, as initial = {}, but for what is held"
            )
        return 0.0
    if not volume > 0:
        raise InputError(f"{volume:g} mL; write one above 0 mL, or a feed that begins at the start")
    return volume


def _factor(written: object) -> float:
    """Read by how much something is diluted, and no ratio, which may mean 100 or 101 times."""
    ratio = _RATIO.fullmatch(written) if isinstance(written, str) else None
    if ratio is not None:
        raise InputError(
            f"{quoted(str(written))} may be {ratio[1]} times or one more; write the number, "
            f"{ratio[1]} where 1 mL is made up to {ratio[1]} mL"
        )
    return quantity(written, "")


def _events(
    table: ExperimentTable, volume: float, feeds: tuple[Feed, ...], unit: str, system: System
) -> tuple[Event, ...]:
    """Return what happens to a volume, mL."""
    there, found = volume, []
    for number, written in enumerate(table.events, start=1):
        with at(f"item {number}"):
            given = validated(EventTable, written)
            with at("at"):
                time = quantity(given.at, "h")
            event = _event(given, time, there + fed_until(feeds, time), (unit, system))
            if table.volume is None and event.volume and written.get("dilute") is None:
                raise InputError(
                    f"{event.volume:g} mL of how many; state 'volume', what the reactor held "
                    'at the start, as volume = "10 mL"'
                )
        there += event.volume
        found.append(event)
    return tuple(found)


def _event(table: EventTable, time: float, volume: float, known: tuple[str, System]) -> Event:
    unit, system = known
    kinds = ("add", "withdraw", "dilute", "set")
    given = [key for key in kinds if getattr(table, key) is not None]
    if len(given) != 1:
        raise InputError(
            f"{len(given)} things at once; write one of add, withdraw, dilute and set, and a "
            "further item for a further thing"
        )
    if table.of and given[0] != "add":
        raise InputError(f"'of' says what is added, and does not go with {given[0]}; take it out")
    if table.set is not None:
        with at("set"):
            if not table.set:
                raise InputError('0 species; write at least one, as { light = "0 mM" }')
            return Event(time, 0.0, settings=_contents(table.set, unit, system))
    with at(given[0]):
        if given[0] == "dilute":
            factor = _factor(table.dilute)
            if not factor > 1:
                raise InputError(f"a factor of {factor:g} does not dilute; write one above 1")
            amount = volume * (factor - 1)
        else:
            amount = quantity(getattr(table, given[0]), "mL")
            if not amount > 0:
                raise InputError(f"a volume of {amount:g} mL; write one above 0 mL")
    with at("of"):
        contents = _contents(table.of, unit, system)
    return Event(time, -amount if given[0] == "withdraw" else amount, contents)


def _contents(
    written: Mapping[str, object], unit: str, system: System
) -> tuple[tuple[str, float], ...]:
    """Read species and their concentrations."""
    found = []
    for name, value in written.items():
        with at(name):
            refuse_unknown("species", name, system.species_names)
            found.append((name, _concentration(value, unit)))
    return tuple(found)


def _concentration(written: object, unit: str) -> float:
    found = quantity(written, unit)
    if found < 0:
        raise InputError(f"{quoted(str(written))} is negative; write 0 or more")
    return found


def _time_errors(written: object) -> tuple[tuple[float | None, float], ...]:
    """Read "2 min", or { "5 min" = "2 min", "1 h" = "5 min" }."""
    if written is None:
        return ()
    if not isinstance(written, Mapping):
        return ((None, read_uncertainty(written, "h")),)
    found = []
    for time, error in written.items():
        with at(str(time)):
            found.append((quantity(time, "h"), read_uncertainty(error, "h")))
    return tuple(found)


def _vessels(table: ExperimentTable, programme: Programme | None) -> tuple[VesselErrors, float]:
    """Return errors of vessels, and of all their times."""
    if table.vessels is None:
        return NO_ERRORS, 0.0
    given = validated(VesselTable, table.vessels)
    if given.time is not None and table.time_error is not None:
        raise InputError("time: is what time_error says; keep one of them")
    if given.temperature is not None and table.temperature_alternatives:
        raise InputError(
            "temperature: does not go with temperature_alternatives; take one of them out"
        )
    return read_vessels(given.model_dump(), table.initial, programme)


def check_time_errors(conditions: Conditions, times: Sequence[float]) -> None:
    """Refuse an uncertain time at which no sample was taken.

    Raises:
        InputError: a time is listed that is no sampling time.
    """
    for time, _ in conditions.time_errors:
        if time is not None and time not in times:
            taken = ", ".join(f"{one:g} h" for one in times)
            raise InputError(
                f"time_error: no sample was taken at {time:g} h; samples are at {taken}"
            )


def is_fed(table: ExperimentTable, system: System) -> bool:
    """Say whether something comes into a reactor that starts empty: a source, or an addition."""
    added = any(one.get("of") for one in (*table.events, *table.feeds))
    return added or any(not step.reactants for _, steps in system.reactions for step in steps)
