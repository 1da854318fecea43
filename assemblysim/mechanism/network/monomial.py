"""Rate laws that are one rate constant times concentrations: seen without computer algebra."""

from __future__ import annotations

from dataclasses import dataclass

from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.network.rate_law import product_of


@dataclass(frozen=True)
class Monomial:
    """A rate law ``factor * constant * product of concentrations``.

    Attributes:
        factor: a number.
        constant: name of the rate constant.
        species: names of the concentrations, one repeated as often as its power.
    """

    factor: float
    constant: str
    species: tuple[str, ...]


def monomial_of(reaction: Reaction) -> Monomial | None:
    """Return a reaction's rate law as a product; None where it has another form.

    Mass action always is one. Another law is one if it multiplies numbers, one constant
    and concentrations to whole powers, and divides by numbers at most.
    """
    if reaction.law is None:
        return Monomial(float(reaction.factor), reaction.rate_constant, reaction.reactants)
    if reaction.further_rate_constants:
        return None
    found = product_of(reaction.law.tree)
    if found is None or found[1].count(reaction.rate_constant) != 1 or TIME in found[1]:
        return None
    species = [name for name in found[1] if name != reaction.rate_constant]
    return Monomial(float(found[0]), reaction.rate_constant, tuple(species))
