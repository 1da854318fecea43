"""How fast each step goes: rate laws as sympy expressions, and the units of their constants.

The rate of a mass-action step is ``factor * k * prod(c**nu)``, **without** 1/nu!: for
2 A -> B it is k[A]^2, A is used up at 2 k[A]^2 and B made at k[A]^2.
"""

from __future__ import annotations

from functools import lru_cache

import sympy

from assemblysim.errors import InputError
from assemblysim.mechanism.dimensions import Dimension, solve_dimensions
from assemblysim.mechanism.expression import parse_expression
from assemblysim.mechanism.network import Network, Reaction


def species_symbols(network: Network) -> tuple[sympy.Symbol, ...]:
    """Return the concentration symbol of each species, length S."""
    return tuple(sympy.Symbol(name) for name in network.species_names)


def rate_symbols(network: Network) -> tuple[sympy.Symbol, ...]:
    """Return the symbol of each rate constant, length P, in the order of ``rate_names``."""
    return tuple(sympy.Symbol(name) for name in network.rate_names)


@lru_cache(maxsize=256)
def rate_laws(network: Network) -> tuple[sympy.Expr, ...]:
    """Return the rate of each reaction, length R.

    Args:
        network: the mechanism.

    Returns:
        Expressions over `species_symbols` and `rate_symbols`: mM h^-1 where the
        concentrations are in mM.

    Raises:
        InputError: an explicit rate law cannot be read.
    """
    symbols = {s.name: s for s in (*species_symbols(network), *rate_symbols(network))}
    return tuple(_rate_law(reaction, symbols) for reaction in network.reactions)


def _rate_law(reaction: Reaction, symbols: dict[str, sympy.Symbol]) -> sympy.Expr:
    if reaction.law is not None:
        try:
            return parse_expression(reaction.law, symbols)
        except InputError as fault:
            raise InputError(f"reaction '{reaction.name}': {fault}") from None
    rate = sympy.Rational(str(reaction.factor)) * symbols[reaction.rate]
    for name in reaction.reactants:
        rate *= symbols[name]
    return rate


@lru_cache(maxsize=256)
def rate_dimensions(network: Network) -> dict[str, Dimension]:
    """Return the powers of concentration and time in the unit of each rate constant.

    Args:
        network: the mechanism.

    Returns:
        A dimension for each of ``network.rate_names``, in that order.

    Raises:
        InputError: a constant is shared by steps that need different units of it, or a
            rate law leaves a unit open or contradicts itself.
    """
    settled: dict[str, tuple[Dimension, str]] = {}
    laws = dict(zip((r.name for r in network.reactions), rate_laws(network), strict=True))
    for reaction in network.reactions:
        for name, dimension in _dimensions_of(reaction, laws[reaction.name]).items():
            before = settled.setdefault(name, (dimension, reaction.name))
            if before[0] != dimension:
                raise InputError(
                    f"reaction '{reaction.name}': rate constant '{name}' would be in "
                    f"{dimension.write('mM')}, but in {before[0].write('mM')} for reaction "
                    f"'{before[1]}'; give each its own constant"
                )
    known = {name: dimension for name, (dimension, _) in settled.items()}
    if len(known) < len(network.rate_names):
        known |= _decided_together(network, laws, known)
    return {name: known[name] for name in network.rate_names}


def rate_units(network: Network, concentration: str = "mM") -> dict[str, str]:
    """Return the unit of each rate constant.

    Args:
        network: the mechanism.
        concentration: unit of concentrations, ``mM`` or ``%``.

    Returns:
        Units by name of the constant, such as ``1/h``, ``1/(mM h)``, ``1/(mM^2 h)``,
        ``mM/h``, ``mM``; ``1`` for a pure number.

    Raises:
        InputError: as `rate_dimensions`.
    """
    dimensions = rate_dimensions(network)
    return {name: dimension.write(concentration) for name, dimension in dimensions.items()}


def _dimensions_of(reaction: Reaction, law: sympy.Expr) -> dict[str, Dimension]:
    """Return the dimensions that one reaction alone decides."""
    if reaction.law is None:
        power = sympy.Integer(1 - len(reaction.reactants))
        return {reaction.rate: Dimension(power, sympy.Integer(-1))}
    constants = tuple(sympy.Symbol(name) for name in reaction.rates)
    return solve_dimensions({reaction.name: law}, constants, {})


def _decided_together(
    network: Network, laws: dict[str, sympy.Expr], known: dict[str, Dimension]
) -> dict[str, Dimension]:
    """Return the dimensions that no reaction decides alone."""
    open_names = [name for name in network.rate_names if name not in known]
    using = {r.name: laws[r.name] for r in network.reactions if set(r.rates) & set(open_names)}
    symbols = tuple(sympy.Symbol(name) for name in open_names)
    solved = solve_dimensions(using, symbols, known)
    undecided = [name for name in open_names if name not in solved]
    if undecided:
        place = next(r.name for r in network.reactions if undecided[0] in r.rates)
        raise InputError(
            f"reaction '{place}': the unit of constant '{undecided[0]}' stays open, since it "
            "counts only in combination with another; write the combination as one constant"
        )
    return solved
