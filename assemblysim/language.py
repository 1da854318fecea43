"""Plain language: lists, plurals, quotes, times and numbers in sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

LONGEST = 60  # characters: names end up in tables, figures and folder names


# What a terminal listens to, or what turns the direction of writing; tabs and line ends stay.
_UNPRINTED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def for_terminals(text: str) -> str:
    """Write control characters by their numbers, in the way of JSON."""
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def listed(names: Iterable[str]) -> str:
    """Join names as in a sentence: a, b and c."""
    every = list(names)
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def either(texts: Iterable[str]) -> str:
    """Join texts as a choice: a, b or c."""
    every = list(texts)
    return " or ".join(part for part in (", ".join(every[:-1]), *every[-1:]) if part)


def quoted(text: object) -> str:
    """Return what a user wrote on one line, shortened where it is long, and text in quotes."""
    line = "".join(c if c.isprintable() else "?" for c in " ".join(str(text).split()))
    shown = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    return f"'{shown}'" if isinstance(text, str) else shown


def capital(text: str) -> str:
    """Begin a text with a capital letter, unless it begins with a name such as k_grow."""
    return text if "_" in text.partition(" ")[0] else text[:1].upper() + text[1:]


def counted(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: 1 statement, 3 statements."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def number_words(value: float) -> str:
    """Write a number to four digits, as 0.25, 1e-4 or 2.5e6."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4g}"
    if not math.isfinite(value):
        return str(value)
    digits, _, exponent = f"{value:.3e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"


def time_label(hours: float) -> str:
    """Write a time (h) as people do: ``5 min``, ``1 h``, ``36 h``."""
    if 0 < hours < 0.995:
        minutes = hours * 60
        return f"{round(minutes)} min" if abs(minutes - round(minutes)) < 0.02 else f"{hours:.4g} h"
    return f"{hours:.4g} h"
