"""Which mechanism contains another: all of its steps, with the same laws and constants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from assemblysim.mechanism.network.network import Network, Reaction


def contains(richer: Network, simpler: Network) -> bool:
    """Say whether one mechanism is a special case of another, whose further constants are 0.

    Steps are compared by what they do, not by the names of their lines: a reversible step
    contains the one-way step with the same constant.

    Returns:
        True where `richer` has every step of `simpler` and at least one more.
    """
    every, some = _steps(richer), _steps(simpler)
    return some <= every and some != every


def _steps(network: Network) -> Counter[Hashable]:
    return Counter(_step(reaction) for reaction in network.reactions)


def _step(reaction: Reaction) -> Hashable:
    return (
        tuple(sorted(reaction.reactants)),
        tuple(sorted(reaction.products)),
        reaction.rate_constants,
        reaction.factor,
        reaction.law and reaction.law.tree,
    )
