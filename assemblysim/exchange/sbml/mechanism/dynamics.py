"""What changes with time in a mechanism's SBML: its temperature, and what is added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.meanings import SBML_TIME
from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT, Programme
from assemblysim.mechanism.network.rate_law import (
    Call,
    Choice,
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
)

# K, at every moment.
TEMPERATURE: Final = "temperature"


@dataclass(frozen=True)
class Addition:
    """What an addition does to concentrations, at once.

    Attributes:
        time: h; what is seen at that moment is from before it.
        fraction: what concentrations are multiplied by.
        added: mM that come to it, by species.
        held: species that stay as they are.
    """

    time: float
    fraction: float
    added: Mapping[str, float]
    held: tuple[str, ...] = ()

    def after(self, species: str) -> Expression | None:
        """Return a concentration after it; None where it stays."""
        if species in self.held:
            return None
        rest: Expression = Product(((1, exact_numeral(self.fraction)), (1, Name(species))))
        more = self.added.get(species, 0.0)
        return Sum(((1, rest), (1, exact_numeral(more)))) if more else rest


@dataclass(frozen=True)
class Dynamics:
    """What a mechanism's SBML has beside its steps.

    Attributes:
        parameters: further ones, with their values.
        varying: parameters that something else may set while the model runs.
        rules: parameters that follow from others at every moment.
        used: what stands in rates for a rate constant.
        additions: in the order of their times.
    """

    parameters: Mapping[str, float] = field(default_factory=dict)
    varying: frozenset[str] = frozenset()
    rules: Mapping[str, Expression] = field(default_factory=dict)
    used: Mapping[str, str] = field(default_factory=dict)
    additions: tuple[Addition, ...] = ()


def additions_of(protocol: Protocol) -> tuple[Addition, ...]:
    """Return what a protocol adds; a withdrawal changes no concentration, but what follows it.

    Raises:
        InputError: a held species is set at a time, or a feed fills the reactor.
    """
    if protocol.feeds:
        raise InputError(
            f"a feed begins at {protocol.feeds[0].begin:g} h, which is not exported; take feeds "
            "out of a copy of the study"
        )
    found, volume = [], protocol.volume
    for event in protocol.events:
        if event.settings:
            raise InputError(
                f"{event.settings[0][0]} is set at {event.time:g} h, which is not exported; take "
                "that event out of a copy of the study"
            )
        after = volume + event.volume
        if event.volume > 0:
            added = {name: mM * event.volume / after for name, mM in event.contents}
            found.append(Addition(event.time, volume / after, added, protocol.held))
        volume = after
    return tuple(found)


def temperature_at(programme: Programme) -> Expression:
    """Return a programme as an expression of time, h: linear between knots."""
    knots = list(zip(programme.times, programme.kelvin, strict=True))
    found: Expression = exact_numeral(knots[-1][1])
    for (begin, first), (end, last) in reversed(list(pairwise(knots))):
        if end == begin:
            continue
        piece: Expression = exact_numeral(first)
        if last != first:
            passed = Sum(((1, Name(SBML_TIME)), (-1, exact_numeral(begin))))
            rise = Product(((1, exact_numeral((last - first) / (end - begin))), (1, passed)))
            piece = Sum(((1, exact_numeral(first)), (1, rise)))
        before = Sum(((1, exact_numeral(end)), (-1, Name(SBML_TIME))))
        found = Choice(before, piece, found)
    return found


def heated(
    constant: str, energy: str | float, reference: float, power: float
) -> Sequence[tuple[int, Expression]]:
    """Return the factors of a rate constant at the parameter ``temperature``.

    Args:
        constant: its identifier, at the reference temperature.
        energy: kJ/mol, or its identifier.
        reference: K.
        power: of T beside the exponential.
    """
    temperature = Name(TEMPERATURE)
    ratio = Product(((1, temperature), (-1, exact_numeral(reference))))
    inverse = Product(((1, Numeral("1")), (-1, temperature)))
    slowness = Sum(((1, inverse), (-1, exact_numeral(1 / reference))))
    barrier: Expression = Name(energy) if isinstance(energy, str) else exact_numeral(energy)
    exponent = Product(((1, Negative(barrier)), (-1, exact_numeral(GAS_CONSTANT)), (1, slowness)))
    factors: list[tuple[int, Expression]] = [(1, Name(constant)), (1, Call("exp", exponent))]
    if power:
        factors.append((1, Power(ratio, exact_numeral(power))))
    return factors


def heated_dynamics(
    programme: Programme,
    energies: Mapping[str, tuple[float, float]],
    reference: float,
    additions: tuple[Addition, ...] = (),
) -> Dynamics:
    """Return what a course of temperature, and additions, make of a mechanism.

    Args:
        programme: of the temperature.
        energies: for each rate constant that changes kJ/mol, and the power of T beside it.
        reference: K, where rate constants have their values.
        additions: in the order of their times.
    """
    rules: dict[str, Expression] = {TEMPERATURE: temperature_at(programme)}
    parameters, used = {}, {}
    for constant, (energy, power) in energies.items():
        parameters[f"E_{constant}"] = energy
        used[constant] = f"{constant}_now"
        factors = heated(constant, f"E_{constant}", reference, power)
        rules[used[constant]] = Product(tuple(factors))
    return Dynamics(parameters, frozenset(), rules, used, additions)


def exact_numeral(value: float) -> Expression:
    """Return a number as an expression."""
    size = Numeral(str(int(abs(value))) if float(value).is_integer() else repr(abs(float(value))))
    return Negative(size) if value < 0 else size
