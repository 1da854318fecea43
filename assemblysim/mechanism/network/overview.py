"""A network in a few lines: what is said of one that is too large to be listed step by step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from assemblysim.language import counted
from assemblysim.mechanism.network.network import Network

# A scheme of more boxes cannot be read, nor can so many equations.
MOST_SPECIES: Final = 20
MOST_REACTIONS: Final = 80
_HUBS = 5


@dataclass(frozen=True)
class Overview:
    """How large a network is, and what it turns on.

    Attributes:
        species: how many.
        reactions: how many one-way steps.
        reversible: how many pairs of them are reversible.
        orders: (number of reactant molecules, steps) pairs.
        constants: (rate constant, steps that use it) pairs, in order of first use.
        hubs: (species, steps that it takes part in) pairs, the most first.
    """

    species: int
    reactions: int
    reversible: int
    orders: tuple[tuple[int, int], ...]
    constants: tuple[tuple[str, int], ...]
    hubs: tuple[tuple[str, int], ...]


def is_large(network: Network) -> bool:
    """Say whether a network is too large to be listed and drawn."""
    return len(network.species) > MOST_SPECIES or len(network.reactions) > MOST_REACTIONS


def overview(network: Network) -> Overview:
    """Count what is in a network."""
    taking_part = Counter(name for r in network.reactions for name in {*r.reactants, *r.products})
    order = {name: i for i, name in enumerate(network.species_names)}
    hubs = sorted(taking_part.items(), key=lambda item: (-item[1], order[item[0]]))[:_HUBS]
    return Overview(
        len(network.species),
        len(network.reactions),
        sum(r.reverse_of is not None for r in network.reactions),
        tuple(sorted(Counter(len(r.reactants) for r in network.reactions).items())),
        tuple(Counter(name for r in network.reactions for name in r.rate_constants).items()),
        tuple(hubs),
    )


def overview_sentences(found: Overview) -> tuple[str, ...]:
    """Return what an overview holds as sentences, the constants left out."""
    ways = counted(found.reactions, "one-way step")
    if found.reversible:
        pairs = counted(found.reversible, "reversible pair")
        ways += f", {2 * found.reversible} of them as {pairs}"
    orders = ", ".join(
        f"{steps} with {counted(molecules, 'reactant molecule')}"
        for molecules, steps in found.orders
    )
    hubs = ", ".join(f"{name} ({steps})" for name, steps in found.hubs)
    constants = counted(len(found.constants), "rate constant")
    return (
        f"{found.species} species, {ways}, {constants}",
        f"steps by order: {orders}",
        f"species in the most steps: {hubs}",
    )
