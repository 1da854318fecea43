"""Which step matters: the degrees of rate control, in sentences and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assemblysim.language import listed
from assemblysim.report.content import words
from assemblysim.report.content.steps import step_titles
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import (
    Folded,
    Listing,
    Node,
    Paragraph,
    Section,
    Table,
    TableBlock,
)
from assemblysim.report.sections.forecast.forecast import LIKELY, stored_forecast
from assemblysim.result.predictions import ControlDegree, ControlTable, MechanismForecastResult
from assemblysim.study.results.forecast import StudyForecast

_CONTROL_WORDS = {
    "yield": "yield of {}",
    "rate": "rate of forming {}",
    "maximum": "maximum of {}",
    "time_of_maximum": "time of the maximum of {}",
}
# Steps with less control than this are not worth a sentence.
_NOTABLE_CONTROL = 0.1
# Where a quantity exists less surely than this, its probability is said beside its control.
_SURE = 0.95
_DEGREES = (
    "Degrees of rate control: at a degree of 0.2, a step made 1 % faster gives 0.2 % more; below 0 "
    "it gives less."
)
_TOO_WIDE = "Tables of more columns than a page holds are in the folder tables."
_MOST_COLUMNS = 11
_NO_YIELD = "No yield is known to be governed by a step."


def control_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no forecast is stored."""
    found = stored_forecast(study.result)
    if found is None:
        return ()
    titles = step_titles(study.result.mechanisms.values())
    sentences = tuple(control_sentences(found, titles))
    blocks = [_filed(*one, titles) for one in found.mechanisms.items()]
    tables = [one for one in blocks if one is not None]
    shown = [one for one in tables if not one.only_filed]
    parts: list[Node] = [Paragraph(_DEGREES if sentences else _NO_YIELD)]
    parts += [Listing(sentences)] if sentences else []
    parts += shown[:1]
    parts += [Folded("The other mechanisms in play", tuple(shown[1:]))] if shown[1:] else []
    if len(shown) < len(tables):
        parts += [Paragraph(_TOO_WIDE, "small"), *(one for one in tables if one.only_filed)]
    return (Section("governs", "Which step matters", tuple(parts), link="Which step matters"),)


def _filed(name: str, one: MechanismForecastResult, titles: Mapping[str, str]) -> TableBlock | None:
    """Return a mechanism's table; one that is too wide for a page stands in a file alone."""
    table = control_table(one.rate_control, name, titles)
    if table is None:
        return None
    return TableBlock(table, "control", name, only_filed=len(table.columns) > _MOST_COLUMNS)


def control_table(
    control: ControlTable, mechanism: str, titles: Mapping[str, str] = MappingProxyType({})
) -> Table | None:
    """Show degrees of rate control, a column for each step; None where nothing is governed."""
    every = [
        (_CONTROL_WORDS[kind].format(name), *map(degree, steps.values()))
        for kind, by_name in control.items()
        for name, steps in by_name.items()
        if kind != "rate"
    ]
    # Of what hardly ever happens no control is known.
    rows = [row for row in every if any(cell != words.MISSING for cell in row[1:])]
    if not rows:
        return None
    steps = next(iter(next(iter(control.values())).values()))
    table = Table.of(
        f"{mechanism}: degree of rate control, d ln quantity / d ln rate constant (a reversible "
        "step at constant equilibrium), from at most 200 draws",
        ("of the", *(titles.get(step, step) for step in steps)),
        rows,
    )
    return table.transposed_to("step") if len(steps) > len(rows) + 2 else table


def degree(one: ControlDegree) -> str:
    """Write a degree of control with two decimals: what is less governs nothing."""
    if not (is_number(one.median) and _is_likely(one)):
        return words.MISSING
    middle, low, high = (words.signed(end, 2) for end in (one.median, one.lower, one.upper))
    return f"{middle} ({low} to {high})" if low != high else middle


def _is_likely(one: ControlDegree) -> bool:
    """Say whether what a degree of control is of probably happens."""
    return _chance(one) >= LIKELY


def _chance(one: ControlDegree) -> float:
    return 1.0 if one.probability is None else one.probability


def control_sentences(
    found: StudyForecast, titles: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Say which steps govern the yields under each mechanism, and the maxima under the first."""
    hours = found.conditions.until_h
    asked = [
        (f"the yield of {product} at {words.duration(hours)}", name, steps)
        for name, one in found.mechanisms.items()
        for product, steps in one.rate_control.get("yield", {}).items()
    ]
    for name, one in list(found.mechanisms.items())[:1]:
        maxima = one.rate_control.get("maximum", {})
        asked += [(f"the maximum of {s}", name, steps) for s, steps in maxima.items()]
    lines, none = [], dict[str, list[str]]()
    for what, name, steps in asked:
        governed = _control(what, name, steps, titles)
        lines += [governed] if governed else []
        if not governed and _sizes(steps):
            none.setdefault(what + _where(steps), []).append(f"'{name}'")
    least = f"a degree of {_NOTABLE_CONTROL:g} or more"
    return lines + [
        f"Under {listed(names)} no step governs {what} by {least} (medians)."
        for what, names in none.items()
    ]


def _control(
    what: str, name: str, steps: Mapping[str, ControlDegree], titles: Mapping[str, str]
) -> str:
    """Name the steps that govern a quantity most; "" where none is known to."""
    sizes = _sizes(steps)
    ranked = sorted(sizes, key=lambda s: -sizes[s])
    strong = [s for s in ranked if sizes[s] >= _NOTABLE_CONTROL]
    if not strong:
        return ""
    parts = [f"{titles.get(s, s)}: {degree(steps[s])}" for s in strong[:3]]
    return f"Under '{name}' {what}{_where(steps)} is governed by {'; '.join(parts)}."


def _sizes(steps: Mapping[str, ControlDegree]) -> dict[str, float]:
    """Return how much each step governs a quantity that probably happens."""
    return {s: abs(v.median) for s, v in steps.items() if is_number(v.median) and _is_likely(v)}


def _where(steps: Mapping[str, ControlDegree]) -> str:
    chance = min((_chance(steps[s]) for s in _sizes(steps)), default=1.0)
    if chance >= _SURE:
        return ""
    return f" (where there is one, probability {words.probability(chance)})"
