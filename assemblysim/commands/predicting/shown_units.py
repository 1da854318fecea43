"""Units of an answer: those in which whoever asks, or the study's own file, wrote quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assemblysim.errors import InputError
from assemblysim.files.toml import read_toml
from assemblysim.report.content import words
from assemblysim.result.numbers import Interval
from assemblysim.study.definition.study import Study
from assemblysim.study.locating import STUDY_FILE
from assemblysim.units import convert

_UNIT = re.compile(r"\s*[-+]?[\d.]+(?:[eE][-+]?\d+)?\s*(?P<unit>\S.*?)\s*", re.ASCII)

# Of a unit: a time below it is written in a smaller one.
_SMALLEST = 0.1


@dataclass(frozen=True)
class ShownUnits:
    """Units that numbers are shown in.

    Attributes:
        time: its name.
        hours: h in one of it.
        concentration: its name.
        inside: the study's unit in one of it.
        stated: whether a time was written, so that all times are in its unit.
    """

    time: str = "h"
    hours: float = 1.0
    concentration: str = "mM"
    inside: float = 1.0
    stated: bool = False

    def duration(self, hours: float | None) -> str:
        """Write a time in the unit that was written, or in the one that suits it."""
        if not self._suits(hours):
            return words.duration(hours)
        return f"{(hours or 0.0) / self.hours:.4g} {self.time}"

    def _suits(self, hours: float | None) -> bool:
        """Whether a time is written in the unit of whoever asks, not too small for it."""
        return self.stated and hours is not None and hours >= _SMALLEST * self.hours

    def durations(self, found: Interval, missing: str = words.MISSING) -> str:
        """Write a time, h, with its interval in one unit."""
        shown = self if self._suits(found.median) else _suiting(found)
        text = words.interval(*_divided(found, shown.hours), missing)
        return f"{text} {shown.time}"

    def concentrations(self, found: Interval) -> str:
        """Write a concentration in the study's unit with its interval, in the unit shown."""
        return f"{words.interval(*_divided(found, self.inside))} {self.concentration}"


PLAIN = ShownUnits()


def _divided(found: Interval, by: float) -> tuple[float | None, float | None, float | None]:
    median, lower, upper = (
        None if x is None else x / by for x in (found.median, found.lower, found.upper)
    )
    return median, lower, upper


def _suiting(found: Interval) -> ShownUnits:
    known = [x for x in (found.median, found.lower, found.upper) if x is not None]
    middle = known[0] if known else 1.0
    for unit, hours in (("days", 24.0), ("h", 1.0), ("min", 1 / 60), ("s", 1 / 3600)):
        if middle >= hours * (10 if unit == "days" else 1):
            return ShownUnits(unit, hours)
    return ShownUnits("s", 1 / 3600)


def shown_units(study: Study, until: str | None, initial: Iterable[str]) -> ShownUnits:
    """Return the units to answer in.

    Args:
        study: as read; its first experiment's concentrations tell their unit where nobody asks.
        until: how long, as written; None where that was not asked.
        initial: "species=value unit" pairs as written.
    """
    own = study.concentration_unit
    asked = [pair.partition("=")[2] for pair in initial]
    name, inside = next(
        (one for one in map(lambda text: known_unit(text, own), [*asked, *_in_file(study)]) if one),
        (own, 1.0),
    )
    time = None if until is None else known_unit(until, "h")
    if time is None:
        return ShownUnits(concentration=name, inside=inside)
    return ShownUnits(*time, name, inside, stated=True)


def known_unit(text: str, unit: str) -> tuple[str, float] | None:
    """Return the unit of a written quantity with its size in another; None if it is none."""
    found = _UNIT.fullmatch(text)
    if found is None:
        return None
    try:
        return found["unit"], convert(1.0, found["unit"], unit)
    except InputError:
        return None


def _in_file(study: Study) -> list[str]:
    """Return how the concentrations of the first experiment are written in the study's file."""
    path = study.folder / STUDY_FILE
    if not path.is_file():
        return []
    try:
        content = read_toml(path)
    except InputError:
        return []  # changed since the study was read
    experiments = content.get("experiments")
    first: Any = experiments[0] if isinstance(experiments, list) and experiments else {}
    initial = first.get("initial") if isinstance(first, Mapping) else None
    return [x for x in initial.values() if isinstance(x, str)] if isinstance(initial, dict) else []
