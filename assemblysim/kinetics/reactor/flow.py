"""A network in a volume that a pump fills, as a larger network that knows no volume.

The states are amounts: what a concentration is at the volume of the stretch's end. So the steps
keep every balance to rounding, and what the pump brings is made from nothing at a constant rate.
The volume grows evenly, and is one more species; in rates an amount is divided by it. A further
species, which nothing changes, is the unit that the volume counts in: the amount that absolute
errors are a fraction of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.rate_law import (
    Expression,
    Name,
    Numeral,
    Product,
    RateLaw,
    replaced,
    write_tree,
)

# No name in a mechanism file ends in two underscores and a number.
_VOLUME, _UNIT, _PUMP = "volume__0", "volume_unit__0", "pump__0"
# Of the volume at the end: an empty reactor begins with so much of what comes in.
HEEL: Final = 1e-13


@dataclass(frozen=True)
class Inflow:
    """A stretch of time in which a reactor is filled evenly.

    Attributes:
        hours: how long it takes, h.
        volume: at its begin, mL; 0 in an empty reactor.
        rate: of all that comes in, mL/h.
        contents: (species, mM mL/h) pairs, how much of each comes in.
    """

    hours: float
    volume: float
    rate: float
    contents: tuple[tuple[str, float], ...]

    @property
    def end_volume(self) -> float:
        """At its end, mL."""
        return self.volume + self.rate * self.hours

    @property
    def begin_share(self) -> float:
        """The volume at the begin, a fraction of that at the end."""
        return max(self.volume / self.end_volume, HEEL)

    def shares(self, times: np.ndarray) -> np.ndarray:
        """Return the volume at times after the begin, h, as fractions of that at the end."""
        begin = self.begin_share
        return np.asarray(begin + (1.0 - begin) * times / self.hours)

    def mixture(self, species: tuple[str, ...]) -> np.ndarray:
        """Return the concentrations of all that comes in, mixed, shape (S,), mM."""
        amounts = dict(self.contents)
        return np.array([amounts.get(name, 0.0) / self.rate for name in species])


@lru_cache(maxsize=128)
def flowing(network: Network, fed: tuple[str, ...], alike: tuple[str, ...]) -> Network:
    """Return a network of amounts, with the volume and its unit as its last species.

    Its constants are the network's own, then one for each species that is fed, then the pump's;
    its reactions the network's own, then these.

    Args:
        network: the mechanism.
        fed: species that come in.
        alike: species that stay concentrations, such as held ones.
    """
    kept = frozenset(alike)
    own = tuple(_by_amounts(step, kept, network.species_names) for step in network.reactions)
    feeds = tuple(Reaction(f"feed__{i}", (), (name,), f"inflow__{i}") for i, name in enumerate(fed))
    pump = Reaction("fill__0", (), (_VOLUME,), _PUMP)
    added = (Species(_VOLUME, ()), Species(_UNIT, ()))
    return Network((*network.species, *added), (*own, *feeds, pump))


def _by_amounts(step: Reaction, kept: Collection[str], species: tuple[str, ...]) -> Reaction:
    """Return a step whose rate is an amount per time; one of concentrations alone stays."""
    if step.reactants or step.products:
        changed = [name for name in (*step.reactants, *step.products) if name not in kept]
        if not changed:
            return step
    amounts = [name for name in step.reactants if name not in kept]
    if step.law is None and len(amounts) == 1:
        return step
    if step.law is None:
        return replace(step, factor=1, law=_law(_mass_action(step, len(amounts))), reverse_of=None)
    by: Mapping[str, Expression] = {
        name: Product(((1, Name(name)), (1, Name(_UNIT)), (-1, Name(_VOLUME))))
        for name in species
        if name not in kept
    }

    def amount(tree: Expression) -> Expression:
        return Product(((1, replaced(tree, by)), (1, Name(_VOLUME)), (-1, Name(_UNIT))))

    guarded = step.law.guarded and amount(step.law.guarded)
    law = amount(step.law.tree)
    return replace(step, law=RateLaw(law, write_tree(law), guarded), reverse_of=None)


def _mass_action(step: Reaction, order: int) -> Expression:
    """Return k times the amounts, divided by the volume for each but one."""
    factors: list[tuple[int, Expression]] = [(1, Name(step.rate_constant))]
    if step.factor != 1:
        factors.insert(0, (1, Numeral(repr(float(step.factor)))))
    factors += [(1, Name(name)) for name in step.reactants]
    for _ in range(abs(order - 1)):
        power = 1 if order > 1 else -1
        factors += [(power, Name(_UNIT)), (-power, Name(_VOLUME))]
    return Product(tuple(factors))


def _law(tree: Expression) -> RateLaw:
    return RateLaw(tree, write_tree(tree))


def flow_rate_constants(constants: np.ndarray, flow: Inflow, unit: np.ndarray) -> np.ndarray:
    """Return the constants of a `flowing` network, shape (B, P'), from shape (B, P).

    Args:
        constants: of the network's own steps.
        flow: the stretch of time; all of its contents are fed.
        unit: shape (B,), mM: what the volume at the end counts as.
    """
    inflows = np.array([amount for _, amount in flow.contents]) / flow.end_volume
    pump = (1.0 - flow.begin_share) / flow.hours * unit[:, None]
    brought = np.broadcast_to(inflows, (len(constants), len(inflows)))
    return np.concatenate([constants, brought, pump], axis=1)


def flow_start(
    start: np.ndarray, scaled: Sequence[int], flow: Inflow, unit: np.ndarray
) -> np.ndarray:
    """Return the start of a `flowing` network, shape (B, S + 2), from concentrations (B, S).

    Args:
        start: mM.
        scaled: which of the S are amounts.
        flow: the stretch of time.
        unit: as in `flow_rate_constants`.
    """
    begun = start.copy()
    begun[:, list(scaled)] *= flow.begin_share
    added = np.stack([flow.begin_share * unit, unit], axis=1)
    return np.concatenate([begun, added], axis=1)
