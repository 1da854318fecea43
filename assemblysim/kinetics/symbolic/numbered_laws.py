"""Rate laws over symbols of our own, with guards where a concentration is just below zero.

Every name in them is made here (``c0``, ``k1``), none is taken from a file, so that they can be
written out as code.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from assemblysim.mechanism.network.laws import (
    computed_laws,
    rate_constant_symbols,
    species_symbols,
)
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network


@dataclass(frozen=True)
class NumberedLaws:
    """The rate laws of a network.

    Attributes:
        concentrations: symbols ``c0, c1, ...`` of the S species.
        constants: symbols ``k0, k1, ...`` of the P rate constants.
        time: symbol of the time since mixing, h, which few laws hold.
        laws: of the R one-way reactions, mM/h.
    """

    concentrations: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Symbol, ...]
    time: sympy.Symbol
    laws: tuple[sympy.Expr, ...]


def numbered_laws(network: Network) -> NumberedLaws:
    """Return the rate laws of a network with species and constants numbered."""
    species, named = species_symbols(network), rate_constant_symbols(network)
    concentrations = sympy.symbols(f"c:{len(species)}", seq=True)
    constants = sympy.symbols(f"k:{len(named)}", seq=True)
    new = dict(zip((*species, *named), (*concentrations, *constants), strict=True))
    time = sympy.Symbol("hours")
    new[sympy.Symbol(TIME)] = time
    return NumberedLaws(
        concentrations,
        constants,
        time,
        tuple(_apart(law.xreplace(new)) for law in computed_laws(network)),
    )


def _apart(law: sympy.Expr) -> sympy.Expr:
    """Write broken powers of products with a power for each concentration or constant in them.

    The derivative of (A*B)^0.5 by A is computed as (A*B)^0.5/(2*A), which is no number at A = 0;
    that of A^0.5*B^0.5 is.
    """

    def is_broken(part: sympy.Basic) -> bool:
        return isinstance(part, sympy.Pow) and not part.exp.is_Integer

    def split(part: sympy.Pow) -> sympy.Expr:
        rest, found = [], []
        for factor in sympy.Mul.make_args(part.base):
            base, power = factor.as_base_exp()
            if base.is_Symbol and power.is_Integer:
                found.append(sympy.Pow(base, power * part.exp))
            else:
                rest.append(factor)
        return sympy.Mul(*found, sympy.Pow(sympy.Mul(*rest), part.exp)) if found else part

    return law.replace(is_broken, split)


def guarded(expression: sympy.Expr, power: str) -> sympy.Expr:
    """Replace broken powers, logarithms and exponentials by calls of functions of our own.

    They take a concentration just below zero, which an integrator may try, as zero.

    Args:
        expression: over numbered symbols.
        power: the function for broken powers: ``power`` in rate laws, ``derivative_power`` in
            their derivatives, which vanish at zero where the law itself does.

    Returns:
        The expression with calls of `power`, ``logarithm`` and ``exponential``.
    """
    calls = {name: sympy.Function(name) for name in (power, "logarithm", "exponential")}

    def call(part: sympy.Expr) -> sympy.Expr:
        if isinstance(part, sympy.Pow):
            return calls[power](part.base, part.exp)
        return calls["logarithm" if isinstance(part, sympy.log) else "exponential"](*part.args)

    def is_guarded(part: sympy.Expr) -> bool:
        broken = isinstance(part, sympy.Pow) and not part.exp.is_Integer
        return bool(part.free_symbols) and (broken or isinstance(part, sympy.log | sympy.exp))

    return expression.replace(is_guarded, call)
