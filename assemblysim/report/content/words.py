"""Numbers, units and formulas as a reader of a paper expects them, in Unicode text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TypeGuard

from assemblysim.report.document.naming import bare, titled

MISSING = "–"
HOURS_OF_A_YEAR = 8766.0  # the Julian year, as in units.py
HARDLY = 0.005  # a probability or fraction below it is not worth a word

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_FORMULA = re.compile(r"(?:[A-Z][a-z]{0,2}[0-9]*|\((?:[A-Z][a-z]{0,2}[0-9]*)+\)[0-9]*)+")
# Digits are charges behind a caret, a closing square bracket, or the digit of an atom count.
_ION = re.compile(
    r"(?P<body>.*[A-Za-z][^+^>-]*?)"
    r"(?P<charge>\^[0-9]*[+-]|(?<=\])[0-9]*[+-]|(?<=[A-Za-z)][0-9])[0-9][+-]|[+-])?"
)
_UNIT_PART = re.compile(r"([^\s()/^*]+?)(?:(?:\^|\*\*)([0-9]+))?(?=[\s()/*]|$)")

# A number with a unit per something; one in quotation marks is what somebody has to write.
_AMOUNT = re.compile(r"(?<![\w.\"'=])([0-9][0-9.]*(?:e-?[0-9]+)?) (1/(?:\([^()\"]*\)|[A-Za-z]+))")

# Outside this range a number is written with a power of ten.
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-3, 1e5


def is_number(value: object) -> TypeGuard[float]:
    """Say whether a stored value is a finite number; null, nan and infinity are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def number(value: float | None, digits: int = 3) -> str:
    """Write a number to so many significant digits: 0.0312, 190, 2.5 × 10⁻⁶; – when missing."""
    if value is None or not is_number(value):
        return MISSING
    if value == 0:
        return "0"
    exponent = _exponent(value, digits)
    if _is_plain(10.0**exponent):
        return _decimal(value, digits - 1 - exponent)
    return f"{_decimal(value / 10.0**exponent, digits - 1)} × {power_of_ten(exponent)}"


def factor(value: float, digits: int = 3) -> str:
    """Write a factor as `number`, without zeros at its end and never as computers write powers."""
    plain = f"{value:.{digits}g}"
    return number(value, digits) if "e" in plain else plain


def interval(
    median: float | None, lower: float | None, upper: float | None, missing: str = MISSING
) -> str:
    """Write a median with its interval, such as ``0.31 (0.22 to 0.42)``.

    The three are given to the same decimal, so that half the interval's width has one or
    two digits; where the interval spans more than a factor of ten, each to two digits.

    Args:
        median: None is not reached.
        lower: lower end of the interval; None as for the median.
        upper: upper end of it.
        missing: what to write for None, such as "> 48 h".

    Returns:
        The text, without a unit; only `missing` where all three are missing.
    """
    stored = (median, lower, upper)
    if not any(is_number(v) for v in stored):
        return missing
    known = [v for v in stored if v is not None and is_number(v)]
    largest, smallest = max(abs(v) for v in known), min(abs(v) for v in known)
    if len(known) < 3 or smallest == 0 or largest / smallest > 10 or min(known) < 0 < max(known):
        middle, low, high = (number(v, 2) if is_number(v) else missing for v in stored)
        return f"{middle} ({low} to {high})"
    exponent = 0 if _is_plain(known[0]) else _exponent(known[0], 1)
    scaled = [v / 10.0**exponent for v in known]
    middle, low, high = _to_common_decimal(scaled)
    behind = f" × {power_of_ten(exponent)}" if exponent else ""
    return f"{middle} ({low} to {high}){behind}"


def probability(value: float | None) -> str:
    """Write a probability to two decimals; near 0 and 1 as a bound, < 0.001 or > 0.999."""
    if value is None or not is_number(value):
        return MISSING
    if 0 < value < 0.001:
        return "< 0.001"
    if 0.999 < value < 1:
        return "> 0.999"
    return f"{value:.2f}" if 0.01 <= value <= 0.99 or value in (0, 1) else f"{value:.3f}"


def probability_interval(low: float | None, high: float | None) -> str:
    """Write the ends of a probability's interval, as ``0.55 to 0.69``.

    Nothing where one is missing, or where both are written alike and so tell nothing.
    """
    if not (is_number(low) and is_number(high)) or probability(low) == probability(high):
        return ""
    return f"{probability(low)} to {probability(high)}"


def percent(value: float | None) -> str:
    """Write a fraction as a percentage with two significant digits: 48 %, 0.50 %, > 99 %."""
    if value is None or not is_number(value):
        return MISSING
    if 0 < value < 0.001:
        return "< 0.1 %"
    if 0.995 <= value < 1:
        return "> 99 %"
    return f"{number(100 * value, 3 if value >= 1 else 2)} %"


def percent_interval(median: float | None, lower: float | None, upper: float | None) -> str:
    """Write a fraction with its interval, such as ``48 % (38 to 58 %)``."""
    if not all(is_number(v) for v in (median, lower, upper)):
        return MISSING
    if percent(lower) == percent(upper):
        return percent(median)
    return f"{percent(median)} ({percent(lower).removesuffix(' %')} to {percent(upper)})"


def plus_minus(value: float | None, error: float | None) -> str:
    """Write a number with its standard error, as ``-41.2 ± 0.3``; the error has one digit."""
    if value is None or not is_number(value):
        return MISSING
    if error is None or not is_number(error) or error <= 0:
        return _signed(f"{value:.2f}")
    decimals = min(3, max(0, -_exponent(error, 1)))
    return f"{_signed(f'{value:.{decimals}f}')} ± {error:.{decimals}f}"


def signed(value: float | None, decimals: int = 1) -> str:
    """Write a number with a proper minus sign and fixed decimals."""
    if value is None or not is_number(value):
        return MISSING
    text = f"{value:.{decimals}f}"
    return _signed(text.removeprefix("-") if float(text) == 0 else text)


def power_of_ten(exponent: int) -> str:
    """Write 10 to an integer power in Unicode: 10⁻⁶."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def superscript(power: int) -> str:
    """Write a power in Unicode; nothing for 1."""
    return "" if power == 1 else str(power).translate(_SUPERSCRIPTS)


def unit(text: str) -> str:
    """Typeset a unit: ``1/(mM^2 h)`` becomes mM⁻² h⁻¹; a unit without / is left as it is."""
    above, slash, below = text.partition("/")
    if not slash:
        return text.strip()
    parts = [] if above.strip() in ("", "1") else [above.strip()]
    for name, power in _UNIT_PART.findall(below):
        parts.append(name + f"-{power or 1}".translate(_SUPERSCRIPTS))
    return " ".join(parts)


def prior(text: str) -> str:
    """Typeset a prior in words: numbers such as 1e-7 and units such as 1/(mM h)."""
    text = re.sub(r"(?<![\w/])1/(?:\([^()]*\)|[^\s,;]+)", lambda m: unit(m.group()), text)
    return re.sub(
        r"\b([0-9.]+)e([+-]?[0-9]+)\b",
        lambda m: f"{'' if m[1] == '1' else m[1] + ' × '}{power_of_ten(int(m[2]))}",
        text,
    )


def formula(name: str) -> str:
    """Typeset a name that reads as a formula: Dy5L2 becomes Dy₅L₂; other names stay.

    Underscores, which file names of species need, become hyphens: alpha-pinene. A species with a
    title is that title.
    """
    if bare(name) != name:
        return " ".join(map(formula, titled(name).split(" ")))
    if _FORMULA.fullmatch(name):
        return name.translate(_SUBSCRIPTS)
    return name.replace("_", "-")


def ions(text: str) -> str:
    """Typeset an equation between ions: ``2 [Dy3L(OH)6]+ + AcO-`` has ₃ and ⁺ in their places."""
    return " ".join(map(_ion, text.split()))


def sentence(text: str, names: Iterable[str]) -> str:
    """Typeset titles, species, arrows ``->`` and ``<=>``, and signs of numbers in a sentence."""
    text = titled(text)
    known = sorted(set(map(bare, names)), key=lambda n: (-len(n), n))
    if known:
        anyone = "|".join(re.escape(name) for name in known)
        # A count may touch the name, as in 2Dy3L, but both are no part of a longer name.
        pattern = rf"(?<!\w)(?:([0-9]+) ?)?({anyone})(?!\w)"
        text = re.sub(pattern, _typeset_match, text)
    text = _AMOUNT.sub(lambda m: prior(m[0]), text)
    text = re.sub(r"(?<![\w.)\]-])-(?=[0-9])", "−", text)
    return text.replace("<=>", "⇌").replace("->", "→")


def drawn_probability(value: float | None, draws: int) -> str:
    """Write a fraction of so many draws; none or all of them do not make it impossible or sure.

    An event that none of n draws shows has, with 95 % confidence, a probability below 3/n.
    """
    least = 3 / max(draws, 4)
    if value is None or not is_number(value):
        return MISSING
    if value < least:
        return f"< {max(0.01, least):.2f}"
    return f"> {min(0.99, 1 - least):.2f}" if value > 1 - least else probability(value)


def moment(hours: float | None) -> str:
    """Write an inferred time, of which two digits are known at best, in the unit that suits it."""
    if hours is None or not is_number(hours):
        return MISSING
    sizes = ((HOURS_OF_A_YEAR, 1.5), (24.0, 10.0), (1.0, 1.0), (1 / 60, 0.5))
    unit = next((size for size, least in sizes if abs(hours) >= least * size), 1 / 3600)
    return duration(float(f"{hours / unit:.2g}") * unit)


def duration(hours: float | None) -> str:
    """Write a time in the unit that suits it: 28 s, 5 min, 6 h, 25 days, 20 years."""
    if hours is None or not is_number(hours):
        return MISSING
    if 0 < hours < 1 and round(hours * 60) >= 1:
        return f"{hours * 60:.3g} min" if hours * 60 >= 10 else f"{round(hours * 60, 1):g} min"
    if 0 < hours < 1 / 60:
        return f"{3600 * hours:.2g} s"
    if hours > 1.5 * HOURS_OF_A_YEAR:
        return f"{hours / HOURS_OF_A_YEAR:.3g} years"
    return f"{hours / 24:.3g} days" if hours > 240 else f"{hours:.3g} h"


def _typeset_match(match: re.Match[str]) -> str:
    count, name = match.group(1), match.group(2)
    return f"{count} {formula(name)}" if count else formula(name)


def _ion(term: str) -> str:
    """Typeset a formula with its charge; numbers, plus signs and arrows stay."""
    match = _ION.fullmatch(term)
    if match is None:
        return term
    body = re.sub(r"(?<=[A-Za-z)\]])[0-9]+", lambda m: m[0].translate(_SUBSCRIPTS), match["body"])
    return body + (match["charge"] or "").removeprefix("^").translate(_SUPERSCRIPTS)


def _exponent(value: float, digits: int) -> int:
    """Return the power of ten of a number once it is rounded to so many digits."""
    return int(f"{abs(value):.{digits - 1}e}".partition("e")[2])


def _is_plain(value: float) -> bool:
    return value == 0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN


def _decimal(value: float, decimals: int) -> str:
    """Write a number rounded to so many decimals; -2 rounds to hundreds."""
    return _signed(f"{round(value, decimals):.{max(0, decimals)}f}")


def _signed(text: str) -> str:
    return text.replace("-", "−")


def _to_common_decimal(values: list[float]) -> list[str]:
    """Write three numbers to the decimal where half their width is 3.5 to 35 units.

    That is how the Particle Data Group rounds an error: one or two digits of it.
    """
    half_width = (max(values) - min(values)) / 2
    if half_width <= 0:
        return [number(v, 3) for v in values]
    decimals = -math.floor(math.log10(half_width / 3.5))
    return [_decimal(v, min(decimals, 6)) for v in values]
