"""Labels of columns as people write them, a name and a unit: ``A (mM)``, ``t / min``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assemblysim.errors import InputError
from assemblysim.units import convert, factors

TIME_NAMES: Final = (
    "time",
    "t",
    "zeit",
    "temps",
    "tiempo",
    "tempo",
    "elapsed time",
    "time elapsed",
    "reaction time",
    "sampling time",
    "reaktionszeit",
    "zeitpunkt",
    "elapsed",
    "duration",
    "dauer",
    "reaktionsdauer",
    "temps écoulé",
    "durée",
)
# Times of the day, where a table has no others.
DATE_NAMES: Final = ("date/time", "date", "datetime", "timestamp", "datum", "uhrzeit", "clock time")
# Words for a unit that are labels of their own: a column "min" holds times.
_TIME_WORDS: Final = (
    "h", "min", "mins", "minute", "minutes", "hour", "hours", "hrs", "sec", "secs", "second",
    "seconds", "day", "days", "stunde", "stunden", "minuten", "sekunden", "tage",
    "tag", "heure", "heures", "jour", "jours", "secondes",
)  # fmt: skip
# Of times, besides those that the registry of units knows.
_TIME_UNITS: Final = {
    "mins": "min",
    "minuten": "min",
    "minutes": "min",
    "hours": "h",
    "seconds": "s",
    "days": "d",
    "minute(n)": "min",
    "hrs": "h",
    "std": "h",
    "stunde": "h",
    "stunden": "h",
    "secs": "s",
    "sek": "s",
    "sekunden": "s",
    "tag": "d",
    "tage": "d",
    "heure": "h",
    "heures": "h",
    "jour": "d",
    "jours": "d",
    "secondes": "s",
    "horas": "h",
    "ore": "h",
}
CLOCKS: Final = {
    "h:m": 2, "h:mm": 2, "hh:mm": 2, "h:min": 2, "hh:min": 2, "[h]:mm": 2, "std:min": 2,
    "h:m:s": 3, "h:mm:ss": 3, "hh:mm:ss": 3, "h:min:s": 3, "[h]:mm:ss": 3, "std:min:s": 3,
    "m:s": -2, "m:ss": -2, "mm:ss": -2, "min:s": -2, "min:ss": -2, "min:sec": -2,
}  # fmt: skip
"""How many parts a clock has: hours, minutes and seconds; minutes and seconds where below 0."""
# What an intensity may be in where its scale is unknown, besides units of concentration.
_ARBITRARY: Final = (
    "a.u.", "a. u.", "au", "arb. u.", "arb. units", "arb.u.", "arbitrary units", "rel. u.", "w.e.",
    "counts", "cts", "cps", "kcps", "counts/s", "area", "area %", "peak area", "integral",
    "int.", "intensity", "rel. int.", "rel. intensity", "rel.", "mau", "%", "‰", "ppm", "mol %",
    "mol%", "mol-%", "-", "1",
)  # fmt: skip
# How programs write "A (mM)" that take no brackets: A_mM, A..mM.
_MANGLED: Final = re.compile(r"(?P<name>[^.]+)\.{1,2}(?P<unit>[^.]+)\.")
# What is measured around a name: [A], c(A), conc. A, area of A.
_MEASURED: Final = re.compile(
    r"(?:c|conc\.?|concentration|int\.?|intensity|area|peak area|integral)?\s*"
    r"(?:\[(?P<square>[^\[\]]+)\]|(?<=[a-z.])\s*\((?P<round>[^()]+)\))"
    r"|(?:conc\.?|concentration|int\.?|intensity|peak area|area|integral) (?:of )?(?P<bare>.+)",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"(?P<name>.*?)\s*(?:\((?P<round>[^()]*(?:\([^()]*\))?[^()]*)\)"
                              r"|\[(?P<square>[^\[\]]*(?:\[h\])?[^\[\]]*)\])")  # fmt: skip


@dataclass(frozen=True)
class Label:
    """One way to read a column's label.

    Attributes:
        name: without the unit.
        unit: as written; None where there is none.
    """

    name: str
    unit: str | None


def plain_label(text: str) -> str:
    """Return a label with single blanks, whichever kind of blank it was written with."""
    return " ".join(text.split())


@lru_cache(maxsize=1024)
def ways_to_read(text: str) -> tuple[Label, ...]:
    """Return the ways to read a label: as a whole, and cut into a name and a unit.

    Brackets at the end hold a unit whatever it is; behind a slash, a comma or "in" stands a
    unit only where it is one.
    """
    label = plain_label(text)
    found = [Label(label, None)]
    bracketed = _BRACKETS.fullmatch(label)
    if bracketed is not None and bracketed["name"]:
        inside = bracketed["round"] if bracketed["square"] is None else bracketed["square"]
        found.append(Label(bracketed["name"], inside.strip()))
    for mark in ("/", ",", " in ", ";"):
        for place in [i for i in range(len(label)) if label.startswith(mark, i)]:
            name, unit = label[:place].strip(), label[place + len(mark) :].strip()
            if unit.startswith("(") and unit.endswith(")"):
                unit = unit[1:-1].strip()
            if name and is_unit(unit):
                found.append(Label(name, unit))
                break
    head, _, tail = label.rpartition("_")
    timed = head.lower() in TIME_NAMES and is_time_unit(tail)
    if timed or (head and len(tail) > 1 and _converts(tail, "mM")):
        found.append(Label(head, tail))
    mangled = _MANGLED.fullmatch(label)
    if mangled is not None and is_unit(mangled["unit"]):
        found.append(Label(mangled["name"], mangled["unit"]))
    inside = [(_measured(way.name), way.unit) for way in found]
    return (*found, *(Label(name, unit) for name, unit in inside if name and not is_unit(name)))


def _measured(label: str) -> str:
    """Return what a label such as c(A) or [A] is the concentration of; "" where it is none."""
    found = _MEASURED.fullmatch(label)
    return next((one.strip() for one in found.groups() if one), "") if found else ""


def label_name(text: str) -> str:
    """Return the name that a label most likely has: without its unit where it has one."""
    return ways_to_read(text)[-1].name


def is_unit(text: str) -> bool:
    """Say whether a text is a unit of times, concentrations or intensities."""
    if text.lower() in _ARBITRARY or is_time_unit(text) or text.lower() in CLOCKS:
        return True
    return any(_converts(text, wanted) for wanted in ("mM", "g/L", "%"))


def is_time_unit(text: str) -> bool:
    """Say whether a text is a unit of times."""
    return bool(text) and _converts(time_unit(text), "h")


def time_unit(text: str) -> str:
    """Return a unit of times as the registry of units calls it: "min" for "Minuten"."""
    known = text.strip().lower().removesuffix(".")
    return _TIME_UNITS.get(known, known if known in ("h", "min", "s", "d") else text.strip())


@lru_cache(maxsize=1024)
def _converts(text: str, wanted: str) -> bool:
    if not text or not any(c.isalpha() or c == "%" for c in text):
        return False
    try:
        factors(text)
        convert(1.0, text, wanted)
    except InputError:
        return False
    return True


def time_label_of(text: str) -> Label | None:
    """Return how a label is read as that of the times; None where it is none."""
    for label in reversed(ways_to_read(text)):
        if label.name.lower() in TIME_NAMES and (
            label.name != "T" or (label.unit is not None and is_time_unit(label.unit))
        ):
            return label
    if plain_label(text).lower().removesuffix(".") in _TIME_WORDS:
        return Label("time", plain_label(text))
    return None


def is_date_label(text: str) -> bool:
    """Say whether a label is that of times of the day, or of dates."""
    return any(way.name.lower() in DATE_NAMES for way in ways_to_read(text))


def find_column(header: Sequence[str], name: str, others: Collection[str] = ()) -> list[int]:
    """Return the columns with a name, exactly or without a unit.

    Args:
        header: the labels.
        name: looked for; a label that is exactly this one goes before all others.
        others: further names, which are no units behind a slash: ``A / L`` with a species L
            may be a ratio.
    """
    exact = [i for i, label in enumerate(header) if plain_label(label) == plain_label(name)]
    if exact:
        return exact
    return [
        i
        for i, label in enumerate(header)
        if any(
            way.name == plain_label(name) and way.unit not in others for way in ways_to_read(label)
        )
        and not any(plain_label(label) == plain_label(other) for other in others)
    ]


def unit_of(label: str, name: str) -> str | None:
    """Return the unit in a label that was found by a name; None where it has none."""
    return next((way.unit for way in ways_to_read(label) if way.name == plain_label(name)
                 and way.unit is not None), None)  # fmt: skip
