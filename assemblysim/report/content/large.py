"""What stands in place of a scheme where a network is too large to be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.overview import is_large, overview, overview_sentences
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.document.nodes import Cell, Table

# Panels of a figure of time courses of a large network.
MOST_PANELS = 8


def is_too_large(mechanism: Mapping[str, Any]) -> bool:
    """Say whether a stored mechanism is summarised instead of drawn."""
    return is_large(stored_network(mechanism))


def large_network(mechanism: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sentences that stand in place of the scheme."""
    found = overview_sentences(overview(stored_network(mechanism)))
    return (
        *found,
        "time courses: those of the signals and of the most abundant of the other species; all "
        "others are in the folder numbers",
    )


def shared_constants(mechanism: Mapping[str, Any]) -> Table:
    """Show each rate constant with how many steps share it, in place of a table of steps."""
    found = overview(stored_network(mechanism))
    parameters = mechanism.get("parameters") or {}
    rows = tuple(
        (
            Cell(name),
            Cell(str(steps)),
            Cell(words.unit((parameters.get(name) or {}).get("unit") or "")),
        )
        for name, steps in found.constants
    )
    return Table("Steps that share a rate constant", ("constant", "steps", "unit"), rows)


def observed_only(
    pathways: Mapping[str, Mapping[str, Any]], observed: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """Return the pathway shares of the observed products: of a large network, all are too many."""
    return {product: fractions for product, fractions in pathways.items() if product in observed}


def main_curves(course: StoredCourse) -> StoredCourse:
    """Return a course with the observed signals and, of the rest, what becomes most abundant."""
    hidden = [curve for curve in course.curves if not curve.measured]
    seen = [curve for curve in course.curves if curve.measured]
    peaks = {curve.name: float(np.nanmax(curve.band[2], initial=0.0)) for curve in hidden}
    free = max(0, MOST_PANELS - len(seen))
    chosen = sorted(peaks, key=lambda name: -peaks[name])[:free]
    kept = (*seen, *(curve for curve in hidden if curve.name in chosen))
    return StoredCourse(course.experiment, course.times, kept)


def stored_network(mechanism: Mapping[str, Any]) -> Network:
    """Return the network of a stored mechanism."""
    species = tuple(
        Species(one["name"], tuple((block, int(n)) for block, n in one.get("composition") or ()))
        for one in mechanism.get("species") or ()
    )
    reactions = tuple(
        Reaction(
            one["name"],
            tuple(one["reactants"]),
            tuple(one["products"]),
            one["rate"],
            one.get("factor") or 1,
            read_rate_law(one["law"]) if one.get("law") else None,
            tuple(one.get("further_rate_constants") or ()),
            one.get("reverse_of"),
        )
        for one in mechanism.get("reactions") or ()
    )
    return Network(species, reactions)
