"""What follows from a mechanism as tables: lifetimes, and which step makes how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from assemblysim.report.content import words
from assemblysim.report.content.right_censored import (
    censored_cell_texts,
    censored_note,
    no_maximum_texts,
)
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Table
from assemblysim.result.numbers import Interval, LifetimeQuantity
from assemblysim.result.predictions import LifetimeTable, PathwayTable

T = TypeVar("T")

# Quantity names of summary.json, in the order and the words of the report.
LIFETIME_ROWS = {
    "onset": "onset (above the detection limit)",
    "time_of_maximum": "time of the maximum",
    "maximum": "height of the maximum",
    "half_life": "half-life after the maximum",
    "width_at_half_maximum": "width at half maximum",
    "residence_time": "mean residence time, within the experiment",
    "lifetime_at_maximum": "momentary lifetime at the maximum",
}


def lifetime_table(lifetimes: LifetimeTable, hours: float | None, caption: str) -> Table | None:
    """Show lifetimes, a column for each species; None where there are none.

    Args:
        lifetimes: by species, then quantity, as stored.
        hours: how long the experiment was followed, h.
        caption: of the table.
    """
    if not lifetimes:
        return None
    known: dict[str, None] = dict.fromkeys(q for one in lifetimes.values() for q in one)
    quantities = [q for q in LIFETIME_ROWS if q in known]
    quantities += [q for q in known if q not in LIFETIME_ROWS]
    rows = [
        (
            Cell(LIFETIME_ROWS.get(quantity, quantity.replace("_", " "))),
            *(_lifetime_cell(one.get(quantity), hours) for one in lifetimes.values()),
        )
        for quantity in quantities
    ]
    table = Table.of(caption, ("quantity", *lifetimes), rows)
    return table.transposed_to("species") if len(lifetimes) > len(quantities) else table


def _lifetime_cell(entry: LifetimeQuantity | None, hours: float | None) -> Cell:
    if entry is None:
        return Cell(MISSING)
    name, fraction = entry.unit, entry.probability_beyond
    if not is_number(entry.median):
        if hours is not None and name == "h":
            return Cell(*censored_cell_texts(hours, fraction, entry.lower))
        return Cell(*no_maximum_texts(hours, fraction))
    unit = words.unit(name)
    if name == "h" and hours is not None:
        text = words.interval(entry.median, entry.lower, entry.upper, f"> {hours:g}")
    elif is_number(entry.lower) and not is_number(entry.upper):
        # What has no maximum within the experiment may come to more than any that has one.
        text = f"{words.number(entry.median, 2)} (at least {words.number(entry.lower, 2)})"
    else:
        text = words.interval(entry.median, entry.lower, entry.upper)
    return Cell(f"{text} {unit}".rstrip(), censored_note(hours, fraction))


def interval_percent(one: Interval) -> str:
    """Write a fraction with its interval, such as ``48 % (38 to 58 %)``."""
    return words.percent_interval(one.median, one.lower, one.upper)


def pathway_table(
    pathways: PathwayTable, caption: str, titles: Mapping[str, str] = MappingProxyType({})
) -> Table | None:
    """Show which reaction makes how much of each product; None where nothing is stored.

    The last column is one-sided: with a probability of 95 % the reaction makes no more.

    Args:
        pathways: by product, then reaction.
        caption: of the table.
        titles: what people read in place of a reaction's name.
    """
    rows = [
        (
            product,
            titles.get(reaction, reaction),
            interval_percent(fraction),
            words.percent(fraction.limit),
        )
        for product, fractions in pathways.items()
        for reaction, fraction in fractions.items()
    ]
    if not rows:
        return None
    return Table.of(
        caption, ("product", "made by", "fraction (95 %)", "at most (one-sided 95 %)"), rows
    )


def by_experiment(
    first: Mapping[str, T], every: Mapping[str, Mapping[str, T]], experiments: Sequence[str]
) -> tuple[tuple[str, Mapping[str, T], str], ...]:
    """Return what follows in each experiment, with words on where.

    Args:
        first: in the first experiment.
        every: by experiment; empty where there is one.
        experiments: their names.

    Returns:
        Of each experiment its name, what follows, and ``in NAME`` where there are several.
    """
    if not every:
        return ((experiments[0] if experiments else "", first, ""),)
    return tuple((name, one, f" in {name}") for name, one in every.items())
