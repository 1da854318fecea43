"""The rate equations of a network as sympy expressions, with all their first derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from assemblysim.mechanism.network.laws import rate_laws, rate_symbols, species_symbols
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry


@dataclass(frozen=True)
class Derivatives:
    """What follows from the R rate laws and the stoichiometry of a network by differentiation.

    Attributes:
        concentrations: S symbols, named as the species.
        constants: P symbols, named as the rate constants.
        rate_constants: R rate laws v, mM/h.
        stoichiometry: shape (S, R), what one event of a reaction adds of a species.
    """

    concentrations: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Symbol, ...]
    rate_constants: tuple[sympy.Expr, ...]
    stoichiometry: sympy.ImmutableMatrix

    @cached_property
    def rate_slopes(self) -> sympy.ImmutableMatrix:
        """Shape (R, S), dv/dc."""
        return sympy.ImmutableMatrix(
            [[v.diff(c) for c in self.concentrations] for v in self.rate_constants]
        )

    @cached_property
    def rate_by_constant(self) -> sympy.ImmutableMatrix:
        """Shape (R, P), dv/dk."""
        return sympy.ImmutableMatrix(
            [[v.diff(k) for k in self.constants] for v in self.rate_constants]
        )

    @cached_property
    def rhs(self) -> sympy.ImmutableMatrix:
        """Shape (S, 1), the right-hand side F = dc/dt = N v."""
        return self.stoichiometry * sympy.ImmutableMatrix(self.rate_constants)

    @cached_property
    def jacobian(self) -> sympy.ImmutableMatrix:
        """Shape (S, S), dF/dc."""
        return self.stoichiometry * self.rate_slopes

    @cached_property
    def by_rate(self) -> sympy.ImmutableMatrix:
        """Shape (S, P), dF/dk."""
        return self.stoichiometry * self.rate_by_constant


def derive(network: Network) -> Derivatives:
    """Derive the rate equations of a network from its rate laws.

    Args:
        network: the mechanism, with S species, R one-way reactions and P rate constants.

    Returns:
        The expressions, over one symbol for each species and each rate constant.
    """
    return Derivatives(
        species_symbols(network),
        rate_symbols(network),
        rate_laws(network),
        sympy.ImmutableMatrix(stoichiometry(network).tolist()),
    )
