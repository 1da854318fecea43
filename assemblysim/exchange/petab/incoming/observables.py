"""Formulas of observables and noise as sums of species with coefficients."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from assemblysim.errors import InputError
from assemblysim.exchange.petab.problem import Observable, PetabReading, Value
from assemblysim.inference.model.derived import DerivedByExpression
from assemblysim.mechanism.network.expression import read_expression
from assemblysim.mechanism.network.rate_law import Expression, Name, Negative, Numeral, Product, Sum

# The value of a name: a number, or the unknown that it is.
Named = Callable[[str], Value]


# A number times unknowns.
Part = tuple[float, tuple[str, ...]]


@dataclass(frozen=True)
class LinearFormula:
    """A sum of species, each with a coefficient, and of an offset.

    Attributes:
        terms: (species, parts) for each species; its coefficient is the sum of the parts.
        offset: parts, of which the offset is the sum.
    """

    terms: tuple[tuple[str, tuple[Part, ...]], ...]
    offset: tuple[Part, ...]


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
    terms: dict[str, list[Part]] = {}
    offset: list[Part] = []
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
        found = terms.setdefault(own[0], []) if own else offset
        found.append((size, tuple(unknowns)))
    return LinearFormula(tuple((one, tuple(parts)) for one, parts in terms.items()), tuple(offset))


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


class SumsOfParameters:
    """Numbers that are sums of products of unknowns, each worked out once."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[Part, ...]] = {}

    @property
    def derived(self) -> tuple[DerivedByExpression, ...]:
        """What has to be computed from unknowns."""
        return tuple(
            DerivedByExpression(text, tuple({n: None for _, own in parts for n in own}), text, 0.0)
            for text, parts in self._parts.items()
        )

    def value(self, parts: tuple[Part, ...]) -> Value:
        """Return a sum of products: a number, or the name of the unknown that it is.

        Args:
            parts: of numbers, and names of unknowns or of such sums.
        """
        found = tuple(self._multiplied(parts))
        if not any(names for _, names in found):
            return math.fsum(number for number, _ in found)
        if len(found) == 1 and found[0][0] == 1 and len(found[0][1]) == 1:
            return found[0][1][0]
        text = " + ".join("*".join([f"({number!r})", *names]) for number, names in found)
        self._parts[text] = found
        return text

    def _multiplied(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Put sums in the place of their names."""
        for number, names in parts:
            place = next((i for i, name in enumerate(names) if name in self._parts), None)
            if place is None:
                yield number, names
            else:
                rest = (*names[:place], *names[place + 1 :])
                inside = self._parts[names[place]]
                yield from self._multiplied((number * n, (*rest, *more)) for n, more in inside)
