"""A reaction network as plain values: what reacts with what, and under which rate constant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Species:
    """A chemical species.

    Attributes:
        name: as written in the mechanism file.
        composition: building blocks and their counts; empty means that the
            species stays out of the balance.
    """

    name: str
    composition: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Reaction:
    """A one-way reaction; a reversible one is two of these.

    Attributes:
        name: unique in its network; the reverse of ``grow`` is ``grow_reverse``.
        reactants: species names, a name repeated as often as its coefficient.
        products: likewise.
        rate: name of the rate constant.
        factor: statistical factor that multiplies the rate constant.
        law: a rate law other than mass action, as text over species and
            constants; None means mass action, ``factor * rate * prod(c**nu)``
            without 1/nu!.
        further_rates: the other constants that ``law`` uses.
        reverse_of: name of the forward reaction, where this is the way back.
    """

    name: str
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    rate: str
    factor: int = 1
    law: str | None = None
    further_rates: tuple[str, ...] = ()
    reverse_of: str | None = None

    @property
    def rates(self) -> tuple[str, ...]:
        """Names of all constants in this reaction's rate law."""
        return (self.rate, *self.further_rates)


@dataclass(frozen=True)
class Network:
    """A mechanism: the species that take part and the one-way reactions between them."""

    species: tuple[Species, ...]
    reactions: tuple[Reaction, ...]

    @cached_property
    def species_names(self) -> tuple[str, ...]:
        """Names of the S species, in order."""
        return tuple(s.name for s in self.species)

    @cached_property
    def rate_names(self) -> tuple[str, ...]:
        """Names of the P rate constants, in order of first use."""
        return tuple(dict.fromkeys(name for r in self.reactions for name in r.rates))
