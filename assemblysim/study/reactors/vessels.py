"""Samples that are vessels of their own: how far each may be from what is stated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.language import quoted
from assemblysim.units import quantity

# Of a normal error of what went in: less than 1 in 400 is cut at 0.
LARGEST_START_ERROR: Final = 0.35


@dataclass(frozen=True)
class VesselErrors:
    """Standard deviations of what is a vessel's own.

    Attributes:
        start: (species, fraction) pairs; "" stands for all species together.
        temperature: K; 0 where it is exact.
    """

    start: tuple[tuple[str, float], ...] = ()
    temperature: float = 0.0


NO_ERRORS: Final = VesselErrors()


def read_vessels(
    written: Mapping[str, object] | None, initial: Collection[str], programme: Programme | None
) -> tuple[VesselErrors, float]:
    """Read ``{ start = "5 %", temperature = "0.5 K", time = "30 s" }``.

    Args:
        written: what each of the three is; None where nothing is said.
        initial: species that are there at the start.
        programme: of the temperature.

    Returns:
        The errors, and the standard deviation of every sampling time, h; 0 where it is not said.

    Raises:
        InputError: an error is none, or goes with nothing that is stated: one line.
    """
    given = {} if written is None else {k: v for k, v in written.items() if v is not None}
    if written is None:
        return NO_ERRORS, 0.0
    if not given:
        raise InputError('0 errors; write at least one, as { start = "5 %" }')
    with at("start"):
        start = _start(given["start"], initial) if "start" in given else ()
    with at("temperature"):
        kelvin = _kelvin(given["temperature"], programme) if "temperature" in given else 0.0
    with at("time"):
        hours = read_uncertainty(given["time"], "h") if "time" in given else 0.0
    return VesselErrors(start, kelvin), hours


def _start(written: object, initial: Collection[str]) -> tuple[tuple[str, float], ...]:
    if not initial:
        raise InputError("the error of 0 species, as nothing was there at the start; take it out")
    if not isinstance(written, Mapping):
        return (("", _fraction(written)),)
    found = []
    for name, value in written.items():
        refuse_unknown("species", name, initial)
        with at(name):
            found.append((name, _fraction(value)))
    return tuple(found)


def _fraction(written: object) -> float:
    found = read_uncertainty(written, "")
    if found > LARGEST_START_ERROR:
        raise InputError(
            f"{found:g} of what went in, so that none may have gone in; write "
            f"{LARGEST_START_ERROR:g} or less"
        )
    return found


def _kelvin(written: object, programme: Programme | None) -> float:
    if programme is None or not programme.constant:
        raise InputError(
            "the error of a temperature that is not stated, or changes; state one temperature, or "
            "take this out"
        )
    return read_uncertainty(written, "K")


def read_uncertainty(written: object, unit: str) -> float:
    """Read a standard deviation.

    Raises:
        InputError: it is not above 0, or in another unit.
    """
    error = quantity(written, unit)
    if not 0 < error < float("inf"):
        raise InputError(f"{quoted(str(written))} is no uncertainty; write one above 0")
    return error
