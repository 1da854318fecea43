"""What follows from a model's ions, as facts: balanced steps, species and routes, base needed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from assemblysim.mechanism.ions.co_reactants import CoReactants
from assemblysim.mechanism.ions.routes import whole_routes
from assemblysim.mechanism.ions.step_equations import (
    Chemistry,
    NoEquation,
    StepEquation,
    balanced_sides,
    from_free_forms,
    is_free_block,
    step_equation,
)
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.result.mechanism import (
    BalancedEquation,
    BaseUse,
    ChemistryResult,
    RouteResult,
)


def chemistry_facts(
    chemistry: Chemistry, networks: Mapping[str, Network], base: tuple[BaseUse, ...] = ()
) -> ChemistryResult:
    """Balance all that the mechanisms hold.

    Args:
        chemistry: the model's ions.
        networks: mechanism to its network.
        base: what the assembly needs of the base added, where experiments state it.
    """
    species = {one.name: one for network in networks.values() for one in network.species}
    steps = {r.name: r for network in networks.values() for r in network.reactions}
    forms = {name: form.text for name in species if (form := chemistry.form(name)) is not None}
    return ChemistryResult(
        co_reactants=chemistry.co_reactants.names,
        forms=forms,
        assumed=tuple(name for name in species if name in chemistry.assumed),
        steps=tuple(
            _fact(step_equation(step, chemistry), chemistry.co_reactants)
            for step in steps.values()
            if step.reverse_of is None
        ),
        made=tuple(_made(species, chemistry)),
        routes={
            name: found
            for name, network in networks.items()
            if (found := _routes(network, chemistry)) is not None
        },
        base=base,
    )


def base_use(
    experiment: str,
    unit: str,
    added: float,
    totals: Mapping[str, float],
    made: tuple[BalancedEquation, ...],
    species: Mapping[str, Species],
) -> BaseUse:
    """Say what the assembly needs of the base that was added.

    Args:
        experiment: its name.
        unit: of the concentrations.
        added: base at the start.
        totals: building block to its concentration; infinite where it does not run out.
        made: species made of their free blocks.
        species: by name.

    Returns:
        For each species the base that is used once as much of it is made as the scarcest of its
        blocks allows. Of several ions of a species the one that is balanced counts.
    """
    needed: dict[str, float] = {}
    for one in made:
        blocks = species[one.name].composition
        if one.protons is None or one.name in needed or not all(totals.get(b) for b, _ in blocks):
            continue
        most = min(totals[block] / n for block, n in blocks)
        if math.isfinite(most):
            needed[one.name] = most * one.protons
    return BaseUse(experiment, unit, added, needed)


def _made(species: Mapping[str, Species], chemistry: Chemistry) -> Iterator[BalancedEquation]:
    """Balance the making of every ion of each species that holds more than one block."""
    every = tuple(species.values())
    for one in every:
        if is_free_block(one) or not one.composition:
            continue
        for ion in chemistry.ions.get(one.name, ()):
            chosen = replace(chemistry, ions={**chemistry.ions, one.name: (ion,)})
            yield _fact(from_free_forms(one, every, chosen), chemistry.co_reactants)


def _routes(network: Network, chemistry: Chemistry) -> tuple[RouteResult, ...] | None:
    routes = whole_routes(network)
    if routes is None:
        return None
    return tuple(
        RouteResult(
            route.steps,
            _fact(
                balanced_sides("", dict(route.left), dict(route.right), chemistry),
                chemistry.co_reactants,
            ),
        )
        for route in routes
    )


def _fact(found: StepEquation | NoEquation, co_reactants: CoReactants) -> BalancedEquation:
    if isinstance(found, NoEquation):
        return BalancedEquation(found.name, "", 1, {}, None, found.reason)
    protons = co_reactants.protons_given_off(dict(found.taken_up))
    return BalancedEquation(
        found.name,
        found.text,
        found.times,
        {name: float(n) for name, n in found.taken_up},
        None if protons is None else float(protons),
        "",
    )
