"""What a fitted study predicts, in words first and then in tables, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from assemblysim.report import tables, words
from assemblysim.report.tables import Cell, Table
from assemblysim.report.terminal import rich_table
from assemblysim.report.words import is_number

# Steps with less control than this are not worth a sentence.
NOTABLE_CONTROL = 0.1
ENDS = ("median", "lower", "upper")
CONTROL_WORDS = {
    "yield": "yield of {}",
    "rate": "rate of forming {}",
    "maximum": "maximum of {}",
    "time_of_maximum": "time of the maximum of {}",
}


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
    parts += [rich_table(table, names) for table in _tables(found)]
    return Group(*parts)


def changed_view(found: Mapping[str, Any]) -> RenderableType:
    """Return lifetimes and pathway shares of a forecast under changed conditions."""
    names, hours = _species(found), found["conditions"]["until_h"]
    where = found["conditions"]["changed"] or f"followed for {hours:g} h"
    averaged = found["averaged"]
    shown = (
        tables.lifetime_table(averaged["lifetimes"], hours, f"Lifetimes {where}, averaged"),
        tables.pathway_table(averaged["pathways"], f"Pathway shares {where}, averaged"),
    )
    return Group(*(rich_table(table, names) for table in shown if table is not None))


def forecast_sentences(found: Mapping[str, Any]) -> list[str]:
    """Say what a chemist can act on: when to stop, and what governs the yield."""
    return [*_window_sentences(found), *_control_sentences(found)]


def _species(found: Mapping[str, Any]) -> list[str]:
    every = [one["windows"] for one in found["mechanisms"].values()]
    control = [q for one in found["mechanisms"].values() for q in one["rate_control"].values()]
    return list(dict.fromkeys(name for part in (*every, *control) for name in part))


def _window_sentences(found: Mapping[str, Any]) -> Iterator[str]:
    conditions, hours = found["conditions"], found["conditions"]["until_h"]
    for name, one in found["averaged"]["windows"].items():
        best, chance = one["best"], one["best"]["probability"]
        level = f"{words.percent(conditions['share'])} of {conditions['block']}"
        if chance < 0.5:
            yield (
                f"{name} probably never holds more than {level}: it does with probability "
                f"{words.probability(chance)} at best, at {words.duration(best['time'])}."
            )
            continue
        beyond = f"after {hours:g} h"
        start = words.duration(one["start"]["median"])
        end = words.duration(one["end"]["median"]) if is_number(one["end"]["median"]) else beyond
        around = ""
        if is_number(best["lower"]):
            high = words.duration(best["upper"]) if is_number(best["upper"]) else beyond
            around = f"; its maximum lies between {words.duration(best['lower'])} and {high}"
        yield (
            f"{name} holds more than {level} from {start} to {end} (medians); best taken at "
            f"{words.duration(best['time'])}, when it does with probability "
            f"{words.probability(chance)}{around}."
        )


def _control_sentences(found: Mapping[str, Any]) -> Iterator[str]:
    for name, one in found["mechanisms"].items():
        for product, steps in one["rate_control"].get("yield", {}).items():
            known = {s: v for s, v in steps.items() if is_number(v["median"])}
            ranked = sorted(known, key=lambda s: -abs(known[s]["median"]))
            strong = [s for s in ranked if abs(known[s]["median"]) >= NOTABLE_CONTROL]
            if strong:
                parts = [f"{s}: {_degree(known[s])}" for s in strong[:3]]
                yield f"In {name} the yield of {product} is governed by {'; '.join(parts)}."
            elif known:
                yield (
                    f"In {name} no step governs the yield of {product} (all below "
                    f"{NOTABLE_CONTROL:g})."
                )
        return  # of the most probable mechanism only


def _tables(found: Mapping[str, Any]) -> Iterator[Table]:
    hours = found["conditions"]["until_h"]
    averaged = found["averaged"]["windows"]
    if averaged:
        yield window_table(averaged, found["conditions"])
    name = next(iter(found["probabilities"]))  # the others are in --json
    one = found["mechanisms"][name]
    control = control_table(one["rate_control"], name)
    if control is not None:
        yield control
    yield extent_table(one["extents"], name, hours)


def window_table(windows: Mapping[str, Any], conditions: Mapping[str, Any]) -> Table:
    """Show from when to when intermediates hold more than a share of a component."""
    hours, level = conditions["until_h"], words.percent(conditions["share"])
    rows = [
        (
            Cell(name),
            Cell(_hours(one["start"], hours)),
            Cell(_hours(one["end"], hours), _open(one["end"], hours)),
            Cell(words.percent_interval(*(one["peak_share"][k] for k in ENDS))),
            Cell(words.duration(one["best"]["time"])),
            Cell(words.probability(one["best"]["probability"])),
        )
        for name, one in windows.items()
    ]
    return Table(
        f"While an intermediate holds more than {level} of {conditions['block']}, averaged over "
        "the mechanisms: median and 95 % interval",
        ("species", "from", "to", "highest share", "best moment", "probability then"),
        tuple(rows),
    )


def _hours(entry: Mapping[str, Any], hours: float) -> str:
    found = words.interval(entry["median"], entry["lower"], entry["upper"], f"> {hours:g}")
    return f"{found} h"


def _open(entry: Mapping[str, Any], hours: float) -> str:
    share = entry.get("probability_beyond")
    still = is_number(share) and share > 0.005
    return f"still open at {hours:g} h: {words.percent(share)}" if still else ""


def control_table(control: Mapping[str, Any], mechanism: str) -> Table | None:
    """Show degrees of rate control, a column for each step; None where nothing is governed."""
    rows = [
        (Cell(CONTROL_WORDS[kind].format(name)), *(Cell(_degree(one)) for one in steps.values()))
        for kind, by_name in control.items()
        for name, steps in by_name.items()
        if kind != "rate"
    ]
    if not rows:
        return None
    steps = next(iter(next(iter(control.values())).values()))
    return Table(
        f"{mechanism}: degree of rate control, d ln quantity / d ln rate constant (a reversible "
        "step at constant equilibrium)",
        ("of the", *steps),
        tuple(rows),
    )


def _degree(one: Mapping[str, Any]) -> str:
    """Write a degree of control with two decimals: what is less governs nothing."""
    if not is_number(one["median"]):
        return words.MISSING
    middle, low, high = (words.signed(one[q], 2) for q in ENDS)
    return f"{middle} ({low} to {high})"


def extent_table(extents: Mapping[str, Any], mechanism: str, hours: float) -> Table:
    """Show how much every step turned over on the whole."""
    shares = list(dict.fromkeys(k for one in extents.values() for k in one if k != "extent"))
    rows = [
        (
            Cell(step),
            Cell(_turnover(one["extent"])),
            *(Cell(words.percent_interval(*(one[k][q] for q in ENDS))) for k in shares),
        )
        for step, one in extents.items()
    ]
    heads = (f"share of {k.removeprefix('share_of_')}" for k in shares)
    return Table(
        f"{mechanism}: net turnover of every step in {hours:g} h",
        ("step", "turnover (mM)", *heads),
        tuple(rows),
    )


def _turnover(one: Mapping[str, Any]) -> str:
    middle, low, high = (words.number(one[q], 3) for q in ENDS)
    return f"{middle} ({low} to {high})" if low != high else middle
