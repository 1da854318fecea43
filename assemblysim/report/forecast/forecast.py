"""What a fitted study predicts, in words first and then in tables, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from assemblysim.report.content import tables, words
from assemblysim.report.content.tables import Table
from assemblysim.report.forecast.forecast_tables import (
    control_table,
    extent_table,
    window_table,
    window_table_by_mechanism,
)
from assemblysim.report.forecast.forecast_words import (
    control_sentences,
    share_cautions,
    stopping_sentences,
)
from assemblysim.report.writers.terminal import rich_table


def forecast_view(found: Mapping[str, Any]) -> RenderableType:
    """Return what ``predict`` shows of a forecast; lifetimes come beside it.

    Args:
        found: what `study.forecasting.forecast` returned.
    """
    names = _species(found)
    parts: list[RenderableType] = [
        Text(f"Mind  {caution}", style="bold yellow") for caution in found["cautions"]
    ]
    parts += [Text(f"• {words.sentence(line, names)}") for line in forecast_sentences(found)]
    parts += [rich_table(table, names) for table in _tables(found) if table is not None]
    return Group(*parts)


def changed_view(found: Mapping[str, Any], summary: Mapping[str, Any]) -> RenderableType:
    """Return lifetimes and pathway shares of a forecast under changed conditions.

    Args:
        found: what `study.forecasting.forecast` returned.
        summary: of the fit, for what the shares rest on.
    """
    names, hours = _species(found), found["conditions"]["until_h"]
    where = found["conditions"]["changed"] or f"followed for {hours:g} h"
    averaged = found["averaged"]
    shown = (
        tables.lifetime_table(averaged["lifetimes"], hours, f"Lifetimes {where}, averaged"),
        tables.pathway_table(averaged["pathways"], f"Pathway shares {where}, averaged"),
    )
    cautions = [
        Text(f"Mind  {words.sentence(line, names)}", style="bold yellow")
        for line in share_cautions(summary, list(found["mechanisms"]))
    ]
    return Group(*(rich_table(table, names) for table in shown if table is not None), *cautions)


def forecast_sentences(found: Mapping[str, Any]) -> list[str]:
    """Say what a chemist can act on: when to stop, and what governs the yield."""
    return [*stopping_sentences(found), *control_sentences(found)]


def _species(found: Mapping[str, Any]) -> list[str]:
    every = [one["windows"] for one in found["mechanisms"].values()]
    control = [q for one in found["mechanisms"].values() for q in one["rate_control"].values()]
    return list(dict.fromkeys(name for part in (*every, *control) for name in part))


def _tables(found: Mapping[str, Any]) -> Iterator[Table | None]:
    conditions = found["conditions"]
    yield window_table(found["averaged"]["windows"], conditions)
    yield window_table_by_mechanism(found["mechanisms"], conditions)
    name = next(iter(found["probabilities"]))  # the others are in --json
    one = found["mechanisms"][name]
    yield control_table(one["rate_control"], name)
    yield extent_table(one["extents"], name, conditions["until_h"])
