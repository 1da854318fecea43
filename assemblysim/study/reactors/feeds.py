"""What pumps bring into a reactor, as a study says it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.kinetics.reactor.protocol import Feed
from assemblysim.language import quoted
from assemblysim.units import quantity


def read_feeds(
    written: Sequence[Mapping[str, object]], species: Collection[str], unit: str
) -> tuple[Feed, ...]:
    """Read ``{ begin = "0 h", end = "2 h", rate = "1 mL/h", of = { A = "10 mM" } }``.

    Args:
        written: one table for each feed, with these keys.
        species: those that there are.
        unit: of concentrations.

    Raises:
        InputError: a feed that brings nothing, or ends before it began: one line.
    """
    found = []
    for number, one in enumerate(written, start=1):
        with at(f"item {number}"):
            found.append(_feed(one, species, unit))
    return tuple(found)


def _feed(written: Mapping[str, object], species: Collection[str], unit: str) -> Feed:
    begin = 0.0
    if written["begin"] is not None:
        with at("begin"):
            begin = quantity(written["begin"], "h")
    with at("end"):
        end = quantity(written["end"], "h")
        if not 0 <= begin < end:
            raise InputError(f"ends at {end:g} h and begins at {begin:g} h; write a later time")
    with at("rate"):
        rate = quantity(written["rate"], "mL/h")
        if not rate > 0:
            raise InputError(f"{quoted(str(written['rate']))} brings nothing; write one above 0")
    contents = []
    of = written["of"]
    with at("of"):
        for name, value in of.items() if isinstance(of, Mapping) else ():
            refuse_unknown("species", name, species)
            with at(name):
                contents.append((name, _concentration(value, unit)))
    return Feed(begin, end, rate, tuple(contents))


def _concentration(written: object, unit: str) -> float:
    found = quantity(written, unit)
    if found < 0:
        raise InputError(f"{quoted(str(written))} is negative; write 0 or more")
    return found


def fed_until(feeds: Sequence[Feed], time: float) -> float:
    """Return what feeds brought until a time, mL."""
    return float(sum(feed.volumes(np.array(time)) for feed in feeds))
