"""When a model's rates jump: the moments at which a choice by time alone changes.

There an integration is cut, so that no step goes over a jump.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assemblysim.exchange.sbml.course.numbers import value_of
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.network.rate_law import Choice, Expression, tree_names, tree_parts

_STRAIGHT: Final = 1e-9  # by how much a line may seem bent


def jumps(network: Network) -> tuple[float, ...]:
    """Return the moments at which choices change whose tests are straight lines of time.

    Args:
        network: with rate laws that may hold choices.

    Returns:
        Increasing, in the unit of the network's time; a test that holds anything else, or is no
        straight line, gives none.
    """
    laws = (one.law for one in network.reactions if one.law is not None)
    return tuple(sorted({moment for law in laws for moment in _moments(law.tree)}))


def _moments(tree: Expression) -> Iterator[float]:
    if isinstance(tree, Choice) and tree_names(tree.test) == (TIME,):
        yield from _zero(tree.test)
    for part in tree_parts(tree):
        yield from _moments(part)


def _zero(test: Expression) -> Iterator[float]:
    """Yield where a straight line is 0."""
    first, second, third = (value_of(test, {TIME: at}.__getitem__) for at in (0.0, 1.0, 3.0))
    slope = second - first
    size = max(abs(first), abs(second), abs(third))
    if slope and abs(third - first - 3 * slope) <= _STRAIGHT * size:
        yield -first / slope
