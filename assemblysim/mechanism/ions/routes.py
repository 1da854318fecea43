"""Whole routes from what a mechanism starts from to what it ends in, by their steps."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from assemblysim.mechanism.ions.step_equations import is_free_block
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.network.overview import is_large
from assemblysim.mechanism.properties.balance import stoichiometry

MOST_ROUTES: Final = 200  # a larger number helps nobody, and their number can grow exponentially


@dataclass(frozen=True)
class Route:
    """Steps that together make an end of free blocks and leave nothing else behind.

    Attributes:
        steps: (step, how often), in the network's order.
        left, right: (species, number) of what is used up and made in all.
    """

    steps: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]


def whole_routes(network: Network) -> tuple[Route, ...] | None:
    """Return all routes of a mechanism; None where there are more than can be listed.

    A route starts from free building blocks and species that no step makes, and ends in
    species that no step uses up, the ways back of reversible steps aside. Open steps are left out.

    Method: elementary flux modes by the double description (Schuster & Hilgetag, J. Biol. Syst.
    1994, 2, 165), in whole numbers.
    """
    if is_large(network):
        return None
    closed = [i for i, r in enumerate(network.reactions) if r.reactants and r.products]
    change = stoichiometry(network)[:, closed].tolist()
    starts, ends = _outer(network, closed)
    inner = [i for i, n in enumerate(network.species_names) if n not in starts | ends]
    modes = _elementary_modes([change[i] for i in inner], len(closed))
    if modes is None:
        return None
    names = [network.reactions[i].name for i in closed]
    found = []
    for mode in modes:
        net = [sum(n * c for n, c in zip(mode, row, strict=True)) for row in change]
        left = tuple((one, -n) for one, n in zip(network.species_names, net, strict=True) if n < 0)
        right = tuple((one, n) for one, n in zip(network.species_names, net, strict=True) if n > 0)
        if {one for one, _ in left} <= starts and right and {one for one, _ in right} <= ends:
            steps = tuple((one, n) for one, n in zip(names, mode, strict=True) if n)
            found.append(Route(steps, left, right))
    return tuple(found)


def _outer(network: Network, closed: list[int]) -> tuple[set[str], set[str]]:
    """Return the species that routes start from, and those that they end in."""
    forward = [network.reactions[i] for i in closed if network.reactions[i].reverse_of is None]
    sides = [(Counter(r.reactants), Counter(r.products)) for r in forward]
    used = {name for left, right in sides for name in left - right}
    made = {name for left, right in sides for name in right - left}
    free = {one.name for one in network.species if is_free_block(one)}
    starts = {name for name in network.species_names if name in free or name not in made}
    ends = {name for name in network.species_names if name not in used} - starts
    return starts, ends


def _elementary_modes(rows: list[list[int]], columns: int) -> list[tuple[int, ...]] | None:
    """Return the extreme rays of {v >= 0, rows v = 0}; None where they become too many."""
    rays = [tuple(int(i == j) for j in range(columns)) for i in range(columns)]
    for row in rows:
        values = [sum(n * c for n, c in zip(ray, row, strict=True)) for ray in rays]
        kept = [ray for ray, value in zip(rays, values, strict=True) if value == 0]
        plus = [(ray, value) for ray, value in zip(rays, values, strict=True) if value > 0]
        minus = [(ray, value) for ray, value in zip(rays, values, strict=True) if value < 0]
        if len(plus) * len(minus) > 10 * MOST_ROUTES:
            return None
        made = {
            _smallest([v * b - w * a for a, b in zip(up, down, strict=True)])
            for up, v in plus
            for down, w in minus
        }
        rays = _extreme([*kept, *sorted(made, reverse=True)])
        if len(rays) > MOST_ROUTES:
            return None
    return rays


def _extreme(rays: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Leave out rays whose steps include all those of another."""
    supports = [frozenset(i for i, n in enumerate(ray) if n) for ray in rays]
    return [
        ray
        for ray, own in zip(rays, supports, strict=True)
        if not any(other < own for other in supports)
    ]


def _smallest(ray: list[int]) -> tuple[int, ...]:
    shared = math.gcd(*ray)
    return tuple(n // shared for n in ray)
