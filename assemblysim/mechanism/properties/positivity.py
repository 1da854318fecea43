"""Rate laws that can drive a concentration below zero, pointed out before a fit wanders there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from assemblysim.language import quoted
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.network.rate_law import RateLaw, product_of

if TYPE_CHECKING:
    import sympy

_POINTS = 6
_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples modulo 1 fill the unit interval evenly


def notes_on_laws(network: Network) -> tuple[str, ...]:
    """Point out each explicit rate law that goes wrong where a species is gone.

    A law must not be above 0 where a species that it uses up is at 0, nor below 0 where a
    species that it makes is at 0, and it must have a value where any species is at 0. Mass
    action has all three. Signs are looked at in a few points that cover six decades.

    Args:
        network: the mechanism.

    Returns:
        One sentence for each reaction and species at fault.
    """
    notes = []
    for reaction in network.reactions:
        if reaction.law is not None:
            notes.extend(_notes(reaction, reaction.law, network))
    return tuple(notes)


def _notes(reaction: Reaction, law: RateLaw, network: Network) -> list[str]:
    start = f"reaction '{reaction.name}': the rate law {quoted(law.text)}"
    change = Counter(reaction.products)
    change.subtract(reaction.reactants)
    values_without = _values_of(law)
    notes = []
    for name in network.species_names:
        values = values_without(name)
        if None in values:
            notes.append(f"{start} has no finite value when {name} is gone; let it have one")
        elif any(value and value * change[name] < 0 for value in values):
            what = "reactant" if change[name] < 0 else "product"
            notes.append(
                f"{start} does not vanish when the {what} {name} is gone, so it can drive "
                f"[{name}] below zero; let the law fall to zero with [{name}]"
            )
    return notes


def _values_of(law: RateLaw) -> Callable[[str], list[float | None]]:
    """Return the function that gives a law's values with one species at 0."""
    product = product_of(law.tree)
    if product is not None:
        # A product of positive numbers is 0 where one of its own is, and above 0 elsewhere.
        return lambda species: [0.0 if species in product[1] else 1.0]
    # Algebra is slow to import, and needed only for laws that are no products.
    from assemblysim.mechanism.network.algebra import algebra

    return lambda species: _values_without(species, algebra(law.tree))


def _values_without(species: str, law: sympy.Expr) -> list[float | None]:
    """Return the law's values with one species at 0; None where it has no finite real one."""
    import sympy

    symbols = sorted(law.free_symbols, key=lambda symbol: str(symbol.name))
    values = []
    for point in range(_POINTS):
        values.append(
            _finite(
                law,
                {
                    symbol: sympy.Float(0)
                    if symbol.name == species
                    else sympy.Float(10 ** (6 * ((_GOLDEN * (place + 1) * (point + 1)) % 1) - 3))
                    for place, symbol in enumerate(symbols)
                },
            )
        )
    return values


def _finite(law: sympy.Expr, point: dict[sympy.Symbol, sympy.Float]) -> float | None:
    try:
        value = float(law.xreplace(point))
    except (TypeError, OverflowError):
        return None
    return value if math.isfinite(value) else None
