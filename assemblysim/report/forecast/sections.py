"""The sections of a report that a chemist acts on, from what a run stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assemblysim.language import counted
from assemblysim.report.content import words
from assemblysim.report.content.tables import Table
from assemblysim.report.forecast.designs import design_sentences, design_table, reading_table
from assemblysim.report.forecast.forecast_tables import (
    control_table,
    extent_table,
    window_table,
    window_table_by_mechanism,
)
from assemblysim.report.forecast.forecast_words import (
    control_sentences,
    share_cautions,
    share_sentences,
    stopping_sentences,
)

Summary = Mapping[str, Any]


@dataclass(frozen=True)
class MechanismForecast:
    """What follows from one mechanism in play.

    Attributes:
        name: of the mechanism.
        control: its degrees of rate control; None where there are none.
        turnover: net turnover of its steps; None where none is stored.
    """

    name: str
    control: Table | None
    turnover: Table | None


@dataclass(frozen=True)
class ForecastPart:
    """What the report says on what to do next.

    Attributes:
        scope: for which conditions, and from which mechanisms.
        stopping: sentences on when to stop.
        windows: averaged, and for each mechanism.
        control: sentences on what governs.
        fractions: sentences on which way products are made.
        cautions: on these.
        mechanisms: those in play, the most probable first.
        next: sentences on what to measure next.
        next_table: possible spectra, or readings, the most telling first.
    """

    scope: str
    stopping: tuple[str, ...]
    windows: tuple[Table, ...]
    control: tuple[str, ...]
    fractions: tuple[str, ...]
    cautions: tuple[str, ...]
    mechanisms: tuple[MechanismForecast, ...]
    next: tuple[str, ...]
    next_table: Table | None


def forecast_of(summary: Summary, design: Summary) -> ForecastPart | None:
    """Put the sections together.

    Args:
        summary: the stored summary.
        design: the stored ranking of next spectra; empty where there is none.

    Returns:
        The sections; None where the results are of a version that stored no outlook.
    """
    found = stored_forecast(summary)
    if found is None:
        return None
    names, hours = list(found["mechanisms"]), found["conditions"]["until_h"]
    tables = (
        window_table(found["averaged"].get("windows") or {}, found["conditions"]),
        window_table_by_mechanism(found["mechanisms"], found["conditions"]),
    )
    return ForecastPart(
        _scope(found),
        tuple(stopping_sentences(found)),
        tuple(table for table in tables if table is not None),
        tuple(control_sentences(found)),
        tuple(share_sentences(summary, names)),
        tuple(share_cautions(summary, names)),
        tuple(
            MechanismForecast(
                name,
                control_table(one.get("rate_control") or {}, name),
                extent_table(one.get("extents") or {}, name, hours),
            )
            for name, one in found["mechanisms"].items()
        ),
        tuple(design_sentences(summary, design)),
        design_table(design) if design else reading_table(summary),
    )


def stored_forecast(summary: Summary) -> dict[str, Any] | None:
    """Return the stored outlook in the form of a forecast; None where none is stored."""
    conditions = summary.get("outlook")
    if not conditions:
        return None
    every = summary["mechanisms"]
    return {
        "conditions": conditions,
        "probabilities": conditions["probabilities"],
        "averaged": summary.get("averaged") or {},
        "mechanisms": {name: every[name] for name in conditions["probabilities"] if name in every},
    }


def outlook_exhibits(summary: Summary, design: Summary) -> list[tuple[str, str, Table | None]]:
    """Return the tables of these sections with their kinds and mechanisms."""
    found = forecast_of(summary, design)
    if found is None:
        return []
    return [
        *(("windows", "", table) for table in found.windows),
        *(("control", one.name, one.control) for one in found.mechanisms),
        *(("turnover", one.name, one.turnover) for one in found.mechanisms),
        ("next", "", found.next_table),
    ]


def _scope(found: Mapping[str, Any]) -> str:
    conditions = found["conditions"]
    draws = counted(conditions["draws"], "draw")
    names = [f"{n} ({words.probability(p)})" for n, p in conditions["probabilities"].items()]
    return (
        f"For the experiment '{conditions['experiment']}', followed for "
        f"{words.duration(conditions['until_h'])}, from {draws} of each mechanism in play: "
        f"{', '.join(names)}. What lies beyond the experiment is given "
        "as a probability and not extrapolated."
    )
