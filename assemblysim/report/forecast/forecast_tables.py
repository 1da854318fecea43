"""Tables of what to do with a mechanism: when to stop, which step governs, what turned over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assemblysim.report.content import words
from assemblysim.report.content.right_censored import beyond_note, beyond_words
from assemblysim.report.content.tables import Cell, Table
from assemblysim.report.content.words import is_number

ENDS = ("median", "lower", "upper")
CONTROL_WORDS = {
    "yield": "yield of {}",
    "rate": "rate of forming {}",
    "maximum": "maximum of {}",
    "time_of_maximum": "time of the maximum of {}",
}
# Of less probable windows no from and to is said, and of less probable maxima no control: the
# medians would be those of a few draws.
LIKELY = 0.5
WINDOW_COLUMNS = (
    "at some time, probability",
    "from",
    "to",
    "highest share",
    "best moment",
    "probability then",
)


def window_table(windows: Mapping[str, Any], conditions: Mapping[str, Any]) -> Table | None:
    """Show from when to when intermediates hold more than a share of a component, averaged.

    Args:
        windows: by species, averaged over the mechanisms.
        conditions: of the outlook: until when, and which share of which component.
    """
    if not windows:
        return None
    rows = [(Cell(name), *_window_cells(one, conditions)) for name, one in windows.items()]
    return Table(
        f"While an intermediate holds more than {_level(conditions)}, averaged over the mechanisms "
        "by their probabilities: median and 95 % interval",
        ("species", *WINDOW_COLUMNS),
        tuple(rows),
    )


def window_table_by_mechanism(
    mechanisms: Mapping[str, Mapping[str, Any]], conditions: Mapping[str, Any]
) -> Table | None:
    """Show the same for each mechanism alone; None where there is nothing, or one mechanism."""
    species = dict.fromkeys(name for one in mechanisms.values() for name in one["windows"])
    rows = [
        (Cell(name), Cell(mechanism), *_window_cells(one["windows"][name], conditions))
        for name in species
        for mechanism, one in mechanisms.items()
        if name in one["windows"]
    ]
    if not rows or len(mechanisms) < 2:
        return None
    return Table(
        f"While an intermediate holds more than {_level(conditions)}, under each mechanism alone",
        ("species", "mechanism", *WINDOW_COLUMNS),
        tuple(rows),
    )


def _level(conditions: Mapping[str, Any]) -> str:
    return f"{words.percent(conditions['share'])} of {conditions['block']}"


def _window_cells(one: Mapping[str, Any], conditions: Mapping[str, Any]) -> tuple[Cell, ...]:
    best, hours, draws = one["best"], conditions["until_h"], conditions["draws"]
    likely = one["start"]["probability"] >= LIKELY
    ends = (
        _time_cell(one[end], hours) if likely else Cell(words.MISSING) for end in ("start", "end")
    )
    return (
        Cell(words.drawn_probability(one["start"]["probability"], draws)),
        *ends,
        Cell(words.percent_interval(*(one["peak_share"][k] for k in ENDS))),
        Cell(words.duration(best["time"])),
        Cell(words.drawn_probability(best["probability"], draws)),
    )


def _time_cell(entry: Mapping[str, Any], hours: float) -> Cell:
    fraction = entry.get("probability_beyond")
    if not is_number(entry["median"]):
        return Cell(*beyond_words(hours, fraction, entry["lower"]))
    text = words.interval(entry["median"], entry["lower"], entry["upper"], f"> {hours:g}")
    return Cell(f"{text} h", beyond_note(hours, fraction))


def control_table(control: Mapping[str, Any], mechanism: str) -> Table | None:
    """Show degrees of rate control, a column for each step; None where nothing is governed."""
    rows = [
        (Cell(CONTROL_WORDS[kind].format(name)), *(Cell(degree(one)) for one in steps.values()))
        for kind, by_name in control.items()
        for name, steps in by_name.items()
        if kind != "rate"
    ]
    if not rows:
        return None
    steps = next(iter(next(iter(control.values())).values()))
    table = Table(
        f"{mechanism}: degree of rate control, d ln quantity / d ln rate constant (a reversible "
        "step at constant equilibrium), from at most 200 draws",
        ("of the", *steps),
        tuple(rows),
    )
    return table.transposed_to("step") if len(steps) > len(rows) + 2 else table


def is_likely(one: Mapping[str, Any]) -> bool:
    """Say whether what a degree of control is of probably happens."""
    return bool(one.get("probability", 1.0) >= LIKELY)


def degree(one: Mapping[str, Any]) -> str:
    """Write a degree of control with two decimals: what is less governs nothing."""
    if not (is_number(one["median"]) and is_likely(one)):
        return words.MISSING
    middle, low, high = (words.signed(one[q], 2) for q in ENDS)
    return f"{middle} ({low} to {high})" if low != high else middle


def extent_table(extents: Mapping[str, Any], mechanism: str, hours: float) -> Table | None:
    """Show how much every step turned over on the whole; None where nothing is stored."""
    fractions = list(dict.fromkeys(k for one in extents.values() for k in one if k != "extent"))
    rows = [
        (
            Cell(step),
            Cell(_turnover(one["extent"])),
            *(Cell(words.percent_interval(*(one[k][q] for q in ENDS))) for k in fractions),
        )
        for step, one in extents.items()
    ]
    if not rows:
        return None
    unit = next(iter(extents.values()))["extent"].get("unit") or "mM"
    heads = (f"share of {k.removeprefix('share_of_')}" for k in fractions)
    behind = (
        "; shares: building blocks that pass through it, of all that was put in"
        if fractions
        else ""
    )
    return Table(
        f"{mechanism}: net turnover of every step in {words.duration(hours)}{behind}",
        ("step", f"turnover ({unit})", *heads),
        tuple(rows),
    )


def _turnover(one: Mapping[str, Any]) -> str:
    middle, low, high = (words.number(one[q], 3) for q in ENDS)
    return f"{middle} ({low} to {high})" if low != high else middle
