"""Rate laws of SBML in the forms of a mechanism file: mass action, or a law with constants."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from assemblysim.exchange.sbml.content.meanings import numeral
from assemblysim.exchange.sbml.course.numbers import Polynomial, folded, polynomial
from assemblysim.mechanism.network.rate_law import (
    Call,
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
    rebuilt,
    replaced,
    tree_names,
)

# Statistical factors that are written as digits; others go into a constant.
_FEWEST, _MOST = 1e-4, 1e6
_NEAR_WHOLE = 1e-12


@dataclass(frozen=True)
class RateForm:
    """The rate of a one-way step.

    Attributes:
        constant: the constant of mass action; "" for a written law.
        factor: that multiplies it.
        law: a written law; None for mass action.
        values: new constants, with what they are worth.
    """

    constant: str = ""
    factor: float = 1.0
    law: Expression | None = None
    values: tuple[tuple[str, float], ...] = ()

    def constants(self, species: Collection[str]) -> tuple[str, ...]:
        """Return the names of all its constants."""
        if self.law is None:
            return (self.constant,)
        return tuple(name for name in tree_names(self.law) if name not in species)


def both_ways(rate: Expression) -> tuple[Expression | None, Expression | None]:
    """Split a rate into that of the way forth and that of the way back.

    Args:
        rate: folded.

    Returns:
        One of each where the rate is a difference of two terms; the way back alone where it is
        negative; else the way forth alone.
    """
    flat = flattened(rate)
    number, inner = _without_number(flat)
    if isinstance(inner, Sum) and sorted(sign for sign, _ in inner.terms) == [-1, 1]:
        parts = {sign: flattened(_times(abs(number), term)) for sign, term in inner.terms}
        return (parts[1], parts[-1]) if number > 0 else (parts[-1], parts[1])
    terms = polynomial(flat)
    if terms is not None and sorted(number > 0 for number in terms.values()) == [False, True]:
        forth = {powers: number for powers, number in terms.items() if number > 0}
        back = {powers: -number for powers, number in terms.items() if number < 0}
        return _written(forth), _written(back)
    if number < 0 or isinstance(inner, Negative):
        return None, flattened(_times(-1.0, flat))
    return flat, None


def forms_of(
    rate: Expression,
    reactants: Sequence[str],
    species: Collection[str],
    values: Mapping[str, float],
) -> list[RateForm]:
    """Return the forms that a one-way rate may have, the most readable first.

    Args:
        rate: positive, over species and constants.
        reactants: of the step, one repeated as often as its coefficient.
        species: all species, and what else is no constant.
        values: of the constants.

    Returns:
        Forms whose new constants are called ``{}`` and ``{}_1``, ``{}_2``, ..., to be named by
        the caller. Which of them has units that agree is the caller's to find.
    """
    terms = polynomial(rate)
    found = []
    if terms is not None and len(terms) == 1:
        mass_action = _mass_action(terms, reactants, species, values)
        if mass_action is not None:
            return [mass_action]
    if any(name not in species for name in tree_names(rate)):
        found.append(RateForm(law=rate))
    named = {n: numeral(values[n]) for n in tree_names(rate) if n not in species}
    trees = [rate]
    if named and all(math.isfinite(values[name]) for name in named):
        trees.append(flattened(folded(replaced(rate, named))))
    for tree in trees:
        found += _promoted(tree, named)
    return found


def _mass_action(
    terms: Polynomial,
    reactants: Sequence[str],
    species: Collection[str],
    values: Mapping[str, float],
) -> RateForm | None:
    ((powers, number),) = terms.items()
    orders = {name: power for name, power in powers if name in species}
    constants = {name: power for name, power in powers if name not in species}
    if orders != dict(Counter(reactants)):
        return None
    near = round(number)
    number = near if near and abs(number / near - 1) < _NEAR_WHOLE else number
    if list(constants.values()) == [1] and _FEWEST <= number <= _MOST:
        return RateForm(next(iter(constants)), number)
    value = number * math.prod(values[name] ** power for name, power in constants.items())
    return RateForm("{}", 1.0, values=(("{}", value),))


class _Promotion:
    """Puts constants in the place of numbers that have a unit."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self.values: list[tuple[str, float]] = []

    def named(self, value: float) -> Expression:
        """Return a new constant."""
        name = f"{{}}_{len(self.values) + 1}"
        self.values.append((name, value))
        return Name(name)

    def holds(self, tree: Expression) -> bool:
        """Say whether a constant stands in an expression."""
        return any(name in self._known or name.startswith("{}") for name in tree_names(tree))

    def promoted(self, part: Expression) -> Expression:
        """Return an expression whose numbers beside names are constants.

        A number that multiplies needs no unit, nor does an exponent; one that is added, or that
        is raised to an exponent with names in it, has one.
        """
        match part:
            case Sum(terms):
                return Sum(tuple((sign, self._term(term)) for sign, term in terms))
            case Power(Numeral(digits), exponent) if tree_names(exponent):
                return Power(self.named(float(digits)), exponent)
            case Power(base, exponent):
                return Power(self.promoted(base), exponent)
            case Call(function, argument) if function in ("exp", "log"):
                return Call(function, self._pure(argument))
            case _:
                return rebuilt(part, self.promoted)

    def _term(self, term: Expression) -> Expression:
        return self.named(float(term.digits)) if isinstance(term, Numeral) else self.promoted(term)

    def _pure(self, argument: Expression) -> Expression:
        """Return an argument that must be a pure number, with a constant in each of its terms."""
        match argument:
            case Sum(terms):
                return Sum(tuple((sign, self._pure(term)) for sign, term in terms))
            case Negative(operand):
                return Negative(self._pure(operand))
            case _ if tree_names(argument) and not self.holds(argument):
                return Product(((1, self.named(1.0)), (1, self.promoted(argument))))
            case _:
                return self.promoted(argument)

    def fronted(self, tree: Expression) -> Expression:
        """Return a law with a constant in front of each of its terms."""
        if isinstance(tree, Sum):
            return Sum(tuple((sign, self.fronted(term)) for sign, term in tree.terms))
        factors = tree.factors if isinstance(tree, Product) else ((1, tree),)
        if any(isinstance(f, Name) and self.holds(f) for _, f in factors):
            return tree
        return Product(((1, self.named(1.0)), (1, tree)))


def _promoted(law: Expression, known: Collection[str]) -> list[RateForm]:
    """Return a law in which numbers that have a unit are constants, also with some in front."""
    found = []
    for with_front in (False, True):
        promotion = _Promotion(known)
        tree = promotion.promoted(law)
        if with_front:
            tree = promotion.fronted(tree)
        if promotion.holds(tree):
            found.append(RateForm(law=tree, values=tuple(promotion.values)))
    return found


def flattened(tree: Expression) -> Expression:
    """Return products without products inside, with one number in front that is not 1."""
    changed = rebuilt(tree, flattened)
    if not isinstance(changed, Product):
        return changed
    number, factors = 1.0, list[tuple[int, Expression]]()
    waiting = list(changed.factors)
    while waiting:
        power, factor = waiting.pop(0)
        match factor:
            case Product(inner):
                waiting[:0] = [(power * own, part) for own, part in inner]
            case Negative(operand):
                number = -number
                waiting.insert(0, (power, operand))
            case Numeral(digits) if power > 0 or float(digits):
                number *= float(digits) ** power
            case _:
                factors.append((power, factor))
    return _joined(number, factors)


def _joined(number: float, factors: list[tuple[int, Expression]]) -> Expression:
    near = round(number)
    size = abs(near if near and abs(number / near - 1) < _NEAR_WHOLE else number)
    front = [] if size == 1 and factors and factors[0][0] > 0 else [(1, numeral(size))]
    parts = [*front, *factors]
    found = parts[0][1] if len(parts) == 1 else Product(tuple(parts))
    return Negative(found) if number < 0 else found


def _without_number(tree: Expression) -> tuple[float, Expression]:
    """Return the number in front of a flat product, and the rest where that is one factor."""
    if isinstance(tree, Negative):
        number, rest = _without_number(tree.operand)
        return -number, rest
    if isinstance(tree, Product) and len(tree.factors) == 2:
        (_, front), (power, rest) = tree.factors
        if isinstance(front, Numeral) and power > 0:
            return float(front.digits), rest
    return 1.0, tree


def _times(number: float, tree: Expression) -> Expression:
    return Product(((1, numeral(number)), (1, tree)))


def _written(terms: Polynomial) -> Expression | None:
    """Return a polynomial of one term as an expression; None of none."""
    for powers, number in terms.items():
        factors: list[tuple[int, Expression]] = []
        for name, power in powers:
            size = abs(power)
            part = Name(name) if size == 1 else Power(Name(name), Numeral(str(size)))
            factors.append((1 if power > 0 else -1, part))
        return _joined(number, sorted(factors, key=lambda one: -one[0]))
    return None
