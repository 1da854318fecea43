"""How fast each step goes: rate laws as sympy expressions.

The rate of a mass-action step is ``factor * k * prod(c**nu)``, **without** 1/nu!: for
2 A -> B it is k[A]^2, A is used up at 2 k[A]^2 and B made at k[A]^2.
"""

from __future__ import annotations

from functools import lru_cache

import sympy

from assemblysim.mechanism.network.algebra import algebra
from assemblysim.mechanism.network.network import Network, Reaction


def species_symbols(network: Network) -> tuple[sympy.Symbol, ...]:
    """Return the concentration symbol of each species, length S."""
    return tuple(sympy.Symbol(name) for name in network.species_names)


def rate_constant_symbols(network: Network) -> tuple[sympy.Symbol, ...]:
    """Return the symbol of each rate constant, length P, in the order of their names."""
    return tuple(sympy.Symbol(name) for name in network.rate_constant_names)


@lru_cache(maxsize=256)
def rate_laws(network: Network) -> tuple[sympy.Expr, ...]:
    """Return the rate of each reaction, length R.

    Args:
        network: the mechanism.

    Returns:
        Expressions over `species_symbols` and `rate_constant_symbols`: mM h^-1 where the
        concentrations are in mM.
    """
    return tuple(_rate_law(reaction) for reaction in network.reactions)


@lru_cache(maxsize=256)
def computed_laws(network: Network) -> tuple[sympy.Expr, ...]:
    """Return the rate of each reaction as it is computed, finite where a divisor may be 0.

    Args:
        network: the mechanism.

    Returns:
        As `rate_laws`, to rounding; length R.
    """
    return tuple(
        algebra(reaction.law.guarded) if reaction.law and reaction.law.guarded else law
        for reaction, law in zip(network.reactions, rate_laws(network), strict=True)
    )


def _rate_law(reaction: Reaction) -> sympy.Expr:
    if reaction.law is not None:
        return algebra(reaction.law.tree)
    rate = sympy.Rational(str(reaction.factor)) * sympy.Symbol(reaction.rate_constant)
    for name in reaction.reactants:
        rate *= sympy.Symbol(name)
    return rate
