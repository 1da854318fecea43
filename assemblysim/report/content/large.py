"""What stands in place of a scheme where a network is too large to be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from assemblysim.language import counted
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.overview import is_large, overview, overview_sentences
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.document.naming import titled
from assemblysim.report.document.nodes import Cell, Table
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.predictions import PathwayTable

SHOWN_COURSES = (
    "time courses: those of the signals and of the most abundant of the other species; all "
    "others are in the folder numbers"
)
# Panels of a figure of time courses of a large network.
MOST_PANELS = 8


def is_too_large(mechanism: MechanismResult) -> bool:
    """Say whether a stored mechanism is summarised instead of drawn."""
    return is_large(stored_network(mechanism))


def large_network(mechanism: MechanismResult) -> tuple[str, ...]:
    """Return the sentences that stand in place of the scheme."""
    return (*overview_sentences(overview(stored_network(mechanism))), SHOWN_COURSES)


def large_networks(mechanisms: Mapping[str, MechanismResult]) -> Table:
    """Return what stands in place of the schemes of several mechanisms, a row for each.

    Args:
        mechanisms: too large to be drawn, by name.
    """
    rows = []
    for name, mechanism in mechanisms.items():
        found = overview(stored_network(mechanism))
        ways = f"{2 * found.reversible} of them as {counted(found.reversible, 'reversible pair')}"
        rows.append(
            (
                titled(name),
                str(found.species),
                Cell(str(found.reactions), ways if found.reversible else ""),
                ", ".join(f"{steps} with {molecules}" for molecules, steps in found.orders),
                str(len(found.constants)),
                ", ".join(f"{formula} ({steps})" for formula, steps in found.hubs),
            )
        )
    return Table.of(
        "Too large to be drawn",
        ("mechanism", "species", "one-way steps", "by reactant molecules", "rate constants",
         "species in the most steps"),
        rows,
    )  # fmt: skip


def shared_constants(mechanism: MechanismResult) -> Table:
    """Show each rate constant with how many steps share it, in place of a table of steps."""
    found = overview(stored_network(mechanism))
    units = {name: one.unit for name, one in mechanism.parameters.items()}
    rows = [(name, str(steps), words.unit(units.get(name, ""))) for name, steps in found.constants]
    return Table.of("Steps that share a rate constant", ("constant", "steps", "unit"), rows)


def observed_only(pathways: PathwayTable, observed: Sequence[str]) -> PathwayTable:
    """Return the pathway fractions of the observed products: all are too many to be read."""
    return {product: fractions for product, fractions in pathways.items() if product in observed}


def main_curves(course: StoredCourse) -> StoredCourse:
    """Return a course with the observed signals and, of the rest, what becomes most abundant."""
    hidden = [curve for curve in course.curves if not curve.measured]
    seen = [curve for curve in course.curves if curve.measured]
    peaks = {curve.name: float(np.nanmax(curve.band[2], initial=0.0)) for curve in hidden}
    free = max(0, MOST_PANELS - len(seen))
    chosen = sorted(peaks, key=lambda name: -peaks[name])[:free]
    kept = (*seen, *(curve for curve in hidden if curve.name in chosen))
    return replace(course, curves=kept)


def stored_network(mechanism: MechanismResult) -> Network:
    """Return the network of a stored mechanism, without its rate laws: steps are only counted."""
    species = tuple(Species(one.name, one.composition) for one in mechanism.species)
    reactions = tuple(
        Reaction(
            one.name,
            one.reactants,
            one.products,
            one.rate_constant,
            one.factor,
            further_rate_constants=one.further_rate_constants,
            reverse_of=one.reverse_of,
        )
        for one in mechanism.reactions
    )
    return Network(species, reactions)
