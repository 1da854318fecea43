"""When to stop the reaction: from when to when each intermediate holds how much."""

from __future__ import annotations

from collections.abc import Mapping

from assemblysim.language import counted, listed
from assemblysim.report.content import words
from assemblysim.report.content.following import interval_percent
from assemblysim.report.content.right_censored import censored_cell_texts, censored_note
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import (
    Cell,
    Listing,
    Node,
    Paragraph,
    Section,
    Table,
    table_blocks,
)
from assemblysim.report.sections.forecast.forecast import LIKELY, UNLIKELY, stored_forecast
from assemblysim.result.forecast import ForecastConditions
from assemblysim.result.predictions import (
    BestMoment,
    MechanismForecastResult,
    WindowEnd,
    WindowResult,
    WindowStart,
)
from assemblysim.study.results.forecast import StudyForecast

_NO_FRACTION = (
    "No intermediate is made of a building block that was put in, so no fraction of one can be "
    "given."
)
# Of a window that is not probable there is no from and to.
_OPEN = "open"
# Species that a sentence names.
_MOST_NAMED = 8
_WINDOW_COLUMNS = (
    "at some time, probability",
    "from",
    "to",
    "highest fraction",
    "best moment",
    "probability then",
)


def stopping_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no forecast is stored."""
    found = stored_forecast(study.result)
    if found is None:
        return ()
    sentences = tuple(stopping_sentences(found))
    parts = (
        Paragraph(_scope(found), "small"),
        Listing(sentences) if sentences else Paragraph(_NO_FRACTION),
        *table_blocks("windows", *window_tables(found)),
    )
    return (Section("stopping", "When to stop the reaction", parts, link="When to stop"),)


def _scope(found: StudyForecast) -> str:
    conditions = found.conditions
    draws = counted(conditions.draws, "draw")
    names = [f"{n} ({words.probability(p)})" for n, p in conditions.probabilities.items()]
    return (
        f"For the experiment '{conditions.experiment}', followed for "
        f"{words.duration(conditions.until_h)}, from {draws} of each mechanism in play: "
        f"{', '.join(names)}. What lies beyond the experiment is given "
        "as a probability and not extrapolated."
    )


def window_tables(found: StudyForecast) -> tuple[Table | None, Table | None]:
    """Return the windows averaged over the mechanisms, and those of each mechanism alone."""
    return (
        window_table(found.windows, found.conditions),
        window_table_by_mechanism(found.mechanisms, found.conditions),
    )


def main_windows(found: StudyForecast) -> tuple[Node, ...]:
    """Show the windows that may be, averaged; what hardly ever holds so much is one sentence."""
    windows = {n: one for n, one in found.windows.items() if _chance(one) >= UNLIKELY}
    never = [name for name in found.windows if name not in windows]
    shown = window_table(windows, found.conditions)
    parts: list[Node] = [*table_blocks("windows", None if shown is None else shown.telling())]
    if never:
        more = len(never) - _MOST_NAMED
        named = never[: _MOST_NAMED if more > 1 else None]
        who = listed([*named, *([f"{more} others"] if more > 1 else [])])
        most = max(_chance(found.windows[name]) for name in never)
        chance = words.drawn_probability(most, found.conditions.draws)
        text = f"Holding more than {_level(found.conditions)} at some time is improbable for {who}"
        at_most = f"probability {chance}" if chance[0] == "<" else f"probability at most {chance}"
        parts.append(Paragraph(f"{text} ({at_most}).", "small"))
    return tuple(parts)


def _chance(one: WindowResult) -> float:
    return one.start.probability or 0.0


def window_table(
    windows: Mapping[str, WindowResult], conditions: ForecastConditions
) -> Table | None:
    """Show from when to when intermediates hold more than a fraction of a component, averaged.

    Args:
        windows: by species, averaged over the mechanisms.
        conditions: of the forecast: until when, and which fraction of which component.
    """
    if not windows:
        return None
    rows = [(name, *_window_cells(one, conditions)) for name, one in windows.items()]
    return Table.of(
        f"While an intermediate holds more than {_level(conditions)}, averaged over the mechanisms "
        "by their probabilities: median and 95 % interval",
        ("species", *_WINDOW_COLUMNS),
        rows,
    )


def window_table_by_mechanism(
    mechanisms: Mapping[str, MechanismForecastResult], conditions: ForecastConditions
) -> Table | None:
    """Show the same for each mechanism alone; None where there is nothing, or one mechanism."""
    species = dict.fromkeys(name for one in mechanisms.values() for name in one.windows)
    rows = [
        (name, mechanism, *_window_cells(one.windows[name], conditions))
        for name in species
        for mechanism, one in mechanisms.items()
        if name in one.windows
    ]
    if not rows or len(mechanisms) < 2:
        return None
    return Table.of(
        f"While an intermediate holds more than {_level(conditions)}, under each mechanism alone",
        ("species", "mechanism", *_WINDOW_COLUMNS),
        rows,
    )


def _level(conditions: ForecastConditions) -> str:
    return f"{words.percent(conditions.share)} of {conditions.block}"


def _window_cells(one: WindowResult, conditions: ForecastConditions) -> tuple[Cell | str, ...]:
    best, hours, draws = one.best, conditions.until_h, conditions.draws
    likely = _chance(one) >= LIKELY
    return (
        words.drawn_probability(one.start.probability, draws),
        _time_cell(one.start, hours) if likely else _OPEN,
        _time_cell(one.end, hours) if likely else _OPEN,
        interval_percent(one.peak_share),
        words.moment(best.time),
        words.drawn_probability(best.probability, draws),
    )


def _time_cell(entry: WindowStart | WindowEnd, hours: float) -> Cell:
    fraction = entry.probability_beyond if isinstance(entry, WindowEnd) else None
    if not is_number(entry.median):
        return Cell(*censored_cell_texts(hours, fraction, entry.lower))
    text = words.interval(entry.median, entry.lower, entry.upper, f"> {hours:g}")
    return Cell(f"{text} h", censored_note(hours, fraction))


def stopping_sentences(found: StudyForecast) -> list[str]:
    """Say when to stop for each intermediate, averaged over the mechanisms.

    Args:
        found: a forecast.
    """
    windows = found.windows
    return [_stopping(name, _own_window(name, one, found), found) for name, one in windows.items()]


def _own_window(name: str, averaged: WindowResult, found: StudyForecast) -> WindowResult:
    """Return the window of an intermediate that one mechanism alone has, if that is at work."""
    own = [one.windows[name] for one in found.mechanisms.values() if name in one.windows]
    return own[0] if len(own) == 1 else averaged


def _stopping(name: str, one: WindowResult, found: StudyForecast) -> str:
    """Say when to stop for one intermediate.

    That there is a window at some time is one thing, and that a moment lies in it another: of a
    fast intermediate whose time is not known the first may be certain and the second not.
    """
    conditions, best = found.conditions, one.best
    whose = f"{name}{_only_in(name, found)}"
    level = f"{words.percent(conditions.share)} of {conditions.block}"
    ever, then = (
        words.drawn_probability(p, conditions.draws)
        for p in (one.start.probability, best.probability)
    )
    hours = conditions.until_h
    moment = words.moment(best.time)
    if best.time >= hours * (1 - 1e-9):
        moment += ", the end of what was looked at"
    chance = _chance(one)
    if UNLIKELY <= chance < LIKELY:
        return (
            f"Whether {whose} holds more than {level} at some time within "
            f"{words.duration(hours)} is open: it does with probability {ever}."
            f"{_most(one, conditions)}"
        )
    if chance < UNLIKELY:
        return (
            f"{whose} probably holds no more than {level} within {words.duration(hours)}: it does "
            f"at some time with probability {ever}.{_most(one, conditions)}"
        )
    if best.probability < LIKELY:
        return (
            f"{whose} holds more than {level} at some time with probability {ever}, but when is "
            f"open: at no moment is it more probable than {then} (at {moment})."
            f"{_most(one, conditions)}"
        )
    start, end = one.start.median, one.end.median
    until = words.moment(end) if is_number(end) else f"after {words.duration(hours)}"
    return (
        f"{whose} holds more than {level} from {words.moment(start)} until {until} (medians); "
        f"best taken at {moment}, when it does with probability {then}{_around(best)}."
    )


def _around(best: BestMoment) -> str:
    """Say where the maximum lies, as far as that is within the experiment."""
    if not is_number(best.lower):
        return ""
    low = words.moment(best.lower)
    if not is_number(best.upper):
        return f"; its maximum lies after {low}"
    return f"; its maximum lies between {low} and {words.moment(best.upper)}"


def _most(one: WindowResult, conditions: ForecastConditions) -> str:
    """Say how much there is at most, and when; "" where there is none."""
    fraction, peak, hours = one.peak_share, one.peak_time, conditions.until_h
    if not (is_number(fraction.median) and fraction.median > 0):
        return ""
    amount = f"{interval_percent(fraction)} of {conditions.block}"
    if not is_number(peak.median):
        return f" The most within {words.duration(hours)} is {amount}, at the end and still rising."
    low, high = (
        words.moment(end) if is_number(end) else f"after {words.duration(hours)}"
        for end in (peak.lower, peak.upper)
    )
    return f" The most is {amount}, at {words.moment(peak.median)} ({low} to {high})."


def _only_in(name: str, found: StudyForecast) -> str:
    """Say which mechanisms have an intermediate, where not all in play do."""
    has = [m for m, one in found.mechanisms.items() if name in one.windows]
    if len(has) == len(found.mechanisms):
        return ""
    chance = sum(found.conditions.probabilities[m] for m in has)
    only = f", an intermediate of {listed(has)} only (probability {words.probability(chance)})"
    return f"{only}, if that is at work," if len(has) == 1 else f"{only},"
