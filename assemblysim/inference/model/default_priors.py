"""The prior that a rate constant has when the study states none: wide, as the experiment asks.

A step much faster than the first sample or much slower than the last looks the same at any
speed, so the default is log-uniform over the values for which the step's characteristic time
lies between a hundredth of the first sampling time and a hundred times the last. What a step
leaves as it was does not run out; what carries a reaction and comes back may be far less than all;
and a slow step that starts a growth may make a single molecule in all the time. These have wider
bounds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assemblysim.errors import InputError
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.priors import LogUniform
from assemblysim.mechanism.network.monomial import Monomial, monomial_of
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.properties.autocatalysis import carriers, growing_blocks
from assemblysim.mechanism.properties.balance import stoichiometry

# How far beyond the sampling times a step may be before its speed no longer shows.
MARGIN: Final = 100.0
# A chain carrier may be this much less than its blocks allow: a chain of a million links.
LONGEST_CHAIN: Final = 1e6
# The least that a growth can begin with, as a fraction of the largest concentration: a molecule in
# a millilitre of a millimolar solution.
SMALLEST_SEED: Final = 1e-18


@dataclass(frozen=True)
class PriorConditions:
    """What an experiment says about speeds before its data are looked at.

    Attributes:
        initial: (species, concentration in mM or %) pairs; what is not listed starts at 0.
        first: first sampling time after the start, h.
        last: last sampling time, h.
        held: species whose concentration is kept.
    """

    initial: tuple[tuple[str, float], ...]
    first: float
    last: float
    held: tuple[str, ...] = ()


def rate_constant_prior(
    network: Network, constant: str, conditions: Sequence[PriorConditions]
) -> Prior:
    """Return the default prior of one rate constant.

    A step's characteristic time is that of the scarcest species that it uses up, at the step's
    largest rate: ``min_j cmax_j / rate(cmax)``, where ``cmax`` is what each species would reach if
    it held all of its scarcest building block, or its start where no step changes it. Over several
    experiments, and over the steps that share the constant, the widest range is taken.

    A step of something that carries a reaction and comes back (see `carriers`) may be faster: by
    how much more there is of what it takes, and by `LONGEST_CHAIN` where the carrier is not there
    at the start. A step that starts a growth may be slower: until it makes `SMALLEST_SEED`.

    Args:
        network: the mechanism.
        constant: one of its rate constants.
        conditions: of each experiment.

    Returns:
        A log-uniform prior, in the unit of the constant (see `rate_constant_units`).

    Raises:
        InputError: no such range is known: a step without reactants, an open network, a
            rate law with further constants or not linear in this one, or a step that can
            happen in no experiment. The remedy is to state a prior.
    """
    bounds: list[float] = []
    for place in _users(network).get(constant, ()):
        reaction = network.reactions[place]
        if not reaction.reactants:
            raise _no_default(constant, f"reaction '{reaction.name}' has no reactant to run out of")
        if reaction.further_rate_constants:
            raise _no_default(
                constant, f"the rate law of reaction '{reaction.name}' has several constants"
            )
        product = monomial_of(reaction)
        if reaction.name in network.timed_steps:
            raise _no_default(
                constant, f"the rate law of reaction '{reaction.name}' changes with time"
            )
        if product is None:
            _refuse_not_proportional(network, place, constant)
        _refuse_open(network, reaction, constant)
        for one in conditions:
            unit_time = _unit_time(network, place, product, one)
            if unit_time > 0:
                slower = _seeding(network, place, one)
                faster = _carrying(network, place, one)
                bounds += [
                    unit_time / (MARGIN * one.last) * slower,
                    unit_time * MARGIN / one.first * faster,
                ]
    if not bounds:
        raise _no_default(constant, "no experiment starts with what its step needs")
    return LogUniform(min(bounds), max(bounds))


@lru_cache(maxsize=256)
def largest_concentrations(network: Network, conditions: PriorConditions) -> dict[str, float]:
    """Return the largest concentration that each species can reach in a closed experiment.

    Args:
        network: the mechanism.
        conditions: the experiment; only species of the network count.

    Returns:
        Concentrations by species, not to be changed: the total of each building block over
        its count in the species, the smallest of these. A species without composition could at
        most hold all that was put in.
    """
    given = dict(conditions.initial)
    start = {s.name: given.get(s.name, 0.0) for s in network.species}
    totals: dict[str, float] = {}
    for species in network.species:
        for block, count in species.composition:
            totals[block] = totals.get(block, 0.0) + count * start[species.name]
    everything = sum(start.values())
    largest = {
        species.name: min(
            (totals[block] / count for block, count in species.composition), default=everything
        )
        for species in network.species
    }
    kept = _unchanged(network) | {name for name in conditions.held if name in start}
    return largest | {name: start[name] for name in kept}


@lru_cache(maxsize=64)
def _unchanged(network: Network) -> frozenset[str]:
    """Return the species that no step makes or uses up."""
    change = stoichiometry(network)
    return frozenset(
        name for name, row in zip(network.species_names, change, strict=True) if not row.any()
    )


def _used_up(network: Network, place: int, held: Sequence[str]) -> list[str]:
    """Return what a step uses up; all of its reactants where that is nothing."""
    reaction = network.reactions[place]
    left = Counter(reaction.reactants)
    left.subtract(reaction.products)
    found = [name for name, count in left.items() if count > 0 and name not in held]
    return found or list(reaction.reactants)


def _carrying(network: Network, place: int, conditions: PriorConditions) -> float:
    """Return by what a step may be faster since one of its species carries a reaction."""
    names = network.species_names
    # What grows is seen in the end, however little of it there was.
    growing = {i for block in growing_blocks(network) for i in block}
    carrying = {names[i] for i in carriers(network) - growing}
    found = carrying.intersection(network.reactions[place].reactants)
    if not found:
        return 1.0
    there = {name for name, concentration in conditions.initial if concentration > 0}
    if found - there:
        return LONGEST_CHAIN
    largest = largest_concentrations(network, conditions)
    used = [largest[name] for name in _used_up(network, place, conditions.held)]
    return max(used) / min(used)


def _seeding(network: Network, place: int, conditions: PriorConditions) -> float:
    """Return by what a step may be slower since it starts a growth; 1 where it does not."""
    reaction = network.reactions[place]
    change = Counter(reaction.products)
    change.subtract(reaction.reactants)
    for block in growing_blocks(network):
        inside = {network.species_names[i] for i in block}
        made = [name for name in inside if change[name] > 0]
        if made and inside.isdisjoint(reaction.reactants):
            largest = largest_concentrations(network, conditions)
            scarcest = min(largest[name] for name in _used_up(network, place, conditions.held))
            return min(MARGIN * SMALLEST_SEED * max(largest.values()) / scarcest, 1.0)
    return 1.0


@lru_cache(maxsize=64)
def _users(network: Network) -> dict[str, list[int]]:
    """Return for each rate constant the numbers of the reactions that use it."""
    found: dict[str, list[int]] = {}
    for place, reaction in enumerate(network.reactions):
        for name in reaction.rate_constants:
            found.setdefault(name, []).append(place)
    return found


def _refuse_not_proportional(network: Network, place: int, constant: str) -> None:
    """Refuse a rate law that is not proportional to its constant."""
    # Algebra is slow to import, and needed only for laws that are no products.
    import sympy

    from assemblysim.mechanism.network.laws import rate_laws

    law, symbol = rate_laws(network)[place], sympy.Symbol(constant)
    derivative = sympy.diff(law, symbol)
    if derivative.has(symbol) or sympy.simplify(law - derivative * symbol) != 0:
        name = network.reactions[place].name
        raise _no_default(constant, f"the rate law of reaction '{name}' is not proportional to it")


def _refuse_open(network: Network, reaction: Reaction, constant: str) -> None:
    """Refuse a network that is fed, or grows out of nothing: no largest concentration is known.

    The time of a first-order step does not depend on any concentration.
    """
    if reaction.law is None and len(reaction.reactants) == 1:
        return
    feeding = _feeding_step(network)
    if feeding is not None:
        raise _no_default(constant, f"reaction '{feeding}' may feed the system without end")


@lru_cache(maxsize=64)
def _feeding_step(network: Network) -> str | None:
    """Return the name of the first step that may feed the network without end, if any."""
    weightless = {s.name for s in network.species if not s.composition}
    for step in network.reactions:
        grows = len(step.products) > len(step.reactants)
        unbalanced = not weightless.isdisjoint((*step.reactants, *step.products))
        if not step.reactants or (grows and unbalanced):
            return step.name
    return None


def _unit_time(
    network: Network, place: int, product: Monomial | None, conditions: PriorConditions
) -> float:
    """Return the step's characteristic time at constant = 1; 0 where the step cannot happen."""
    reaction = network.reactions[place]
    if reaction.law is None and len(reaction.reactants) == 1:
        return 1 / float(reaction.factor)
    largest = largest_concentrations(network, conditions)
    scarcest = min(largest[name] for name in _used_up(network, place, conditions.held))
    if scarcest <= 0:
        return 0.0
    if product is not None:
        rate = product.factor * math.prod(largest[name] for name in product.species)
    else:
        rate = _rate_at(network, place, largest)
    return scarcest / rate if rate > 0 else 0.0


def _rate_at(network: Network, place: int, concentrations: dict[str, float]) -> float:
    """Return the rate of a step at constant = 1 where its law is no product."""
    from assemblysim.mechanism.network.laws import rate_laws

    law = rate_laws(network)[place]
    point = {symbol: concentrations.get(symbol.name, 1.0) for symbol in law.free_symbols}
    return float(law.subs(point))


def _no_default(constant: str, reason: str) -> InputError:
    return InputError(
        f"rate constant '{constant}' has no default prior, since {reason}; state one under [priors]"
    )
