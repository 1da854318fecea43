"""Varied conditions as a table for a terminal, a sentence, and CSV."""

from __future__ import annotations

import itertools

import numpy as np

from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.files.writing.spreadsheets import csv_table
from assemblysim.report.content import words
from assemblysim.report.document.nodes import Listing, Table, TableBlock, View
from assemblysim.result.numbers import Interval
from assemblysim.study.questions.varied_conditions import MOST_AXES, TIME, VariedConditions

_NAMED = ("median", "2.5 % quantile", "97.5 % quantile")


def has_yields(found: VariedConditions) -> bool:
    """Say whether yields mean something."""
    return bool(np.isfinite(found.yields[..., found.species.index(found.product)]).all())


def yield_words(found: VariedConditions) -> str:
    """Say what yields are parts of."""
    if found.block:
        return f"% of {found.block}"
    return "% of what the building block that limits it allows"


def conditions_view(found: VariedConditions, units: ShownUnits) -> View:
    """Return the best of the conditions in a sentence, and all of them as a table.

    Args:
        found: over one or two axes.
        units: to show concentrations and the end in.
    """
    when = "" if any(one.name == TIME for one in found.axes) else _when(found, units)
    table = _map(found, units, when) if len(found.axes) == MOST_AXES else _list(found, units, when)
    parts = (Listing((_best(found, units),)), TableBlock(table, "conditions"))
    return View(parts, found.species)


def _when(found: VariedConditions, units: ShownUnits) -> str:
    return f" at {units.duration(found.until_h)}"


def _best(found: VariedConditions, units: ShownUnits) -> str:
    """Say where there is most of the product, and how sure that is."""
    i = found.species.index(found.product)
    median = (found.yields if has_yields(found) else found.concentrations)[0, ..., i]
    place = divmod(int(median.argmax()), median.shape[1])
    where = " and ".join(
        f"{axis.name} {axis.shown[at]:g}{f' {axis.unit}' if axis.unit else ''}"
        for axis, at in zip(found.axes, place, strict=False)
    )
    text = (
        f"Most {found.product} at {where}: {_cell(found, place, units)}; that it is the best of "
        f"these has the probability {_chance(found, place)}."
    )
    if found.failed:
        text += f" {found.failed} draws could not be followed everywhere and are left out."
    return text


def _chance(found: VariedConditions, place: tuple[int, int]) -> str:
    return words.drawn_probability(float(found.best[place]), found.draws)


def _cell(found: VariedConditions, place: tuple[int, int], units: ShownUnits) -> str:
    i = found.species.index(found.product)
    if has_yields(found):
        return words.percent_interval(*found.yields[:, place[0], place[1], i].tolist())
    amounts = found.concentrations[:, place[0], place[1], i].tolist()
    return units.concentrations(Interval(*amounts))


def _map(found: VariedConditions, units: ShownUnits, when: str) -> Table:
    """Lay two axes out as rows and columns."""
    down, across = found.axes
    rows = [
        (
            f"{value:g}",
            *(_cell(found, (i, j), units) for j in range(len(across.shown))),
        )
        for i, value in enumerate(down.shown)
    ]
    measure = yield_words(found) if has_yields(found) else units.concentration
    caption = (
        f"{found.product}{when}, {measure} (median, 95 % interval): {down.label} down, "
        f"{across.label} across"
    )
    return Table.of(caption, (down.label, *(f"{value:g}" for value in across.shown)), rows)


def _list(found: VariedConditions, units: ShownUnits, when: str) -> Table:
    """Lay one axis out as rows: yield, concentration, and how probably each is the best."""
    axis, i = found.axes[0], found.species.index(found.product)
    columns = [axis.label, "yield", "concentration", "probability of being the best"]
    if not has_yields(found):
        columns.remove("yield")
    rows = []
    for at, value in enumerate(axis.shown):
        amount = Interval(*found.concentrations[:, at, 0, i].tolist())
        cells = [f"{value:g}"]
        if has_yields(found):
            cells.append(_cell(found, (at, 0), units))
        rows.append([*cells, units.concentrations(amount), _chance(found, (at, 0))])
    share = f", {yield_words(found)}" if has_yields(found) else ""
    return Table.of(f"{found.product}{when}{share} (median, 95 % interval)", columns, rows)


def conditions_csv(found: VariedConditions, units: ShownUnits) -> str:
    """Return a row for each condition and species, with medians and 95 % intervals."""
    heads = [one.label for one in found.axes]
    heads += ["species", *(f"{units.concentration} {name}" for name in _NAMED)]
    heads += [f"yield (%) {name}" for name in _NAMED]
    rows: list[list[str]] = [heads]
    for places in itertools.product(*(range(len(one.shown)) for one in found.axes)):
        row, column = (*places, 0)[:MOST_AXES]
        shown = [f"{axis.shown[at]:g}" for axis, at in zip(found.axes, places, strict=True)]
        for i, name in enumerate(found.species):
            amounts = found.concentrations[:, row, column, i] / units.inside
            parts = 100 * found.yields[:, row, column, i]
            numbers = [*amounts.tolist(), *parts.tolist()]
            texts = [f"{value:.6g}" if np.isfinite(value) else "" for value in numbers]
            rows.append([*shown, name, *texts])
    return csv_table(rows)


def is_conditions_table(content: bytes) -> bool:
    """Tell whether a table is one of these."""
    head = content.partition(b"\n")[0]
    return b",species," in head and head.endswith(b",yield (%) 97.5 % quantile")
