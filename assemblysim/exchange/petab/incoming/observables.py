"""Formulas of observables and noise as sums of species with coefficients."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from assemblysim.errors import InputError
from assemblysim.exchange.petab.problem import Observable, PetabReading, Value
from assemblysim.mechanism.network.expression import read_expression
from assemblysim.mechanism.network.rate_law import Expression, Name, Negative, Numeral, Product, Sum

# The value of a name: a number, or the unknown that it is.
Named = Callable[[str], Value]


@dataclass(frozen=True)
class LinearFormula:
    """A sum of species, each with a number and unknowns, and of an offset.

    Attributes:
        terms: (species, number, unknowns) for each term.
        offset: a number.
        unknown_offset: an unknown that is added; "" for none.
    """

    terms: tuple[tuple[str, float, tuple[str, ...]], ...]
    offset: float
    unknown_offset: str


def placeholders_of(observable: Observable, readings: Collection[PetabReading]) -> dict[str, Value]:
    """Return what an observable's placeholders stand for, in measurements that all say the same."""
    found: dict[str, Value] = {}
    kinds = (
        ("observable", observable.placeholders, [one.parameters for one in readings]),
        ("noise", observable.noise_placeholders, [one.noise_parameters for one in readings]),
    )
    for kind, names, given in kinds:
        values = given[0] if given else ()
        every = names or [f"{kind}Parameter{i + 1}_{observable.name}" for i in range(len(values))]
        found |= dict(zip(every, values, strict=False))
    return found


def linear(text: str, species: Collection[str], named: Named) -> LinearFormula:
    """Return a formula as a sum of species.

    Args:
        text: of the formula.
        species: names that are species.
        named: the value of any other name.

    Raises:
        InputError: it is another one.
    """
    terms: list[tuple[str, float, tuple[str, ...]]] = []
    offset, unknown = 0.0, ""
    for number, names in _expanded(read_expression(text, None, "formula")):
        own = [name for name in names if name in species]
        size, unknowns = number, []
        for name in names:
            if name not in species:
                value = named(name)
                if isinstance(value, str):
                    unknowns.append(value)
                else:
                    size *= value
        if len(own) > 1:
            raise InputError(f"'{text}': a product of species; only sums of species are read")
        if own:
            terms.append((own[0], size, tuple(unknowns)))
        elif not unknowns:
            offset += size
        elif unknown or len(unknowns) > 1 or size != 1:
            raise InputError(f"'{text}': an offset of several parts; only one parameter is read")
        else:
            unknown = unknowns[0]
    return LinearFormula(tuple(terms), offset, unknown)


def _expanded(tree: Expression) -> list[tuple[float, tuple[str, ...]]]:
    """Multiply out sums and products of names and numbers."""
    match tree:
        case Numeral(digits):
            return [(float(digits), ())]
        case Name(name):
            return [(1.0, (name,))]
        case Negative(operand):
            return [(-number, names) for number, names in _expanded(operand)]
        case Sum(terms):
            return [
                (sign * number, names) for sign, one in terms for number, names in _expanded(one)
            ]
        case Product(factors):
            return _product(factors)
    raise InputError("a formula with powers or functions; only sums of species are read")


def _product(factors: tuple[tuple[int, Expression], ...]) -> list[tuple[float, tuple[str, ...]]]:
    found: list[tuple[float, tuple[str, ...]]] = [(1.0, ())]
    for power, factor in factors:
        parts = _expanded(factor)
        if power < 0:
            if len(parts) != 1 or parts[0][1] or not parts[0][0]:
                raise InputError("a division by more than a number; only sums of species are read")
            parts = [(1 / parts[0][0], ())]
        found = [(a * b, (*m, *n)) for a, m in found for b, n in parts]
    return found


def single(text: str, named: Mapping[str, Value] | Named) -> Value:
    """Return a formula that is a number or one unknown.

    Raises:
        InputError: it is more.
    """
    look = named if callable(named) else named.__getitem__
    found = linear(text, (), look)
    if found.unknown_offset and found.offset:
        raise InputError(f"'{text}': a sum of noises; a number or one parameter is read")
    return found.unknown_offset or found.offset
