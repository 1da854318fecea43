"""Quantities as people write them, turned into numbers in the units used inside."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from assemblysim.errors import InputError
from assemblysim.language import quoted

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*(.*?)\s*", re.ASCII | re.DOTALL)
_RAISED: Final = str.maketrans("⁻¹²³", "-123")
_LONGEST_UNIT: Final = 60
_CELSIUS: Final = ("degC", "°C", "C", "℃", "celsius", "Celsius")
_ICE_POINT: Final = 273.15  # K
# A concentration in % of a stated amount is a quantity of its own kind, so that 1/h never
# passes for 1/(% h); as a pure number, % is a hundredth.
_PERCENT_AMOUNT: Final = "percent_of_stated_amount"


def quantity(value: object, unit: str) -> float:
    """Turn a written quantity into a number.

    Args:
        value: such as "190 mM", "5 min", "1e-4 1/(mM h)" or "0.5 %"; a bare number where
            `unit` is empty.
        unit: the unit wanted, such as "h", "mM", "%" (of a stated amount), "1/(mM h)";
            "" or "1" for a pure number, of which % is a hundredth. In "K" it is a difference of
            temperatures, of which 1 degC is 1 K; `kelvin` reads temperatures themselves.

    Returns:
        The number, in `unit`.

    Raises:
        InputError: no number, no unit where one is needed, an unknown unit, or a unit of
            another kind; the text names both units.
    """
    unit = "" if unit == "1" else unit
    number, written = _split(value, unit)
    if not written:
        if unit:
            raise InputError(
                f'{quoted(value)} has no unit; write it with one, such as "{number:g} {unit}"'
            )
        return number
    if written == unit or (unit == "K" and written in _CELSIUS):
        return number
    converted = _convert(number, written, unit)
    if unit == "K":
        converted -= _convert(0.0, written, unit)
    if not math.isfinite(converted):
        raise InputError(f"{quoted(value)} is out of range; write a smaller number")
    return converted


def kelvin(value: object) -> float:
    """Turn a written temperature into K.

    Args:
        value: such as "80 degC", "25 °C", "25 C" or "353 K".

    Raises:
        InputError: no number, no scale, or another one; below absolute zero.
    """
    number, scale = _split(value, "K")
    if not scale:
        raise InputError(
            f'{quoted(value)} says not which degrees; write "{number:g} K" or "{number:g} degC"'
        )
    if scale not in ("K", *_CELSIUS):
        raise InputError(
            f"{quoted(scale)} is no unit of temperature; write K or degC, as {number:g} degC"
        )
    found = number if scale == "K" else number + _ICE_POINT
    if not 0 < found < math.inf:
        raise InputError(f"{quoted(value)} is {found:g} K; write a temperature above 0 K")
    return found


def convert(number: float, written: str, unit: str) -> float:
    """Convert a number from one unit into another.

    Args:
        number: in the unit `written`.
        written: a unit as a column label holds it, such as "min" or "µM".
        unit: the unit wanted; see `quantity`.

    Raises:
        InputError: the unit is unknown or of another kind.
    """
    return number if written == unit else _convert(number, written, unit)


def _split(value: object, unit: str) -> tuple[float, str]:
    """Cut a quantity into its number and its unit as written ("" if there is none)."""
    example = f'"{"0.5" if unit == "" else f"1 {unit}"}"'.replace('"0.5"', "0.5")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise InputError(f"{value} is not a finite number; write one such as {example}")
        return float(value), ""
    if not isinstance(value, str):
        raise InputError(f"{quoted(value)} is not a quantity; write one such as {example}")
    found = _QUANTITY.fullmatch(value)
    if found is None or not math.isfinite(float(found[1])):
        raise InputError(f"{quoted(value)} is not a quantity; write one such as {example}")
    if found[2].startswith((",", ".")):
        raise InputError(f"{quoted(value)} is not a quantity; write a decimal point, no comma")
    return float(found[1]), found[2]


def _convert(number: float, written: str, unit: str) -> float:
    pint, registry = _registry()
    source, target = _source(written, unit), _parsed(unit, amount=True)
    try:
        return float(registry.Quantity(number, source).to(target).magnitude)
    except pint.DimensionalityError:
        wanted = f"a unit like {unit} ({_kind(target)})" if unit else "a pure number or %"
        raise InputError(
            f"unit {quoted(written)} ({_kind(source)}) does not fit; {wanted} is needed"
        ) from None
    except (pint.PintError, OverflowError, ZeroDivisionError):
        raise InputError(
            f"cannot convert the unit {quoted(written)}; write it like {unit}"
        ) from None


def _source(written: str, unit: str) -> Any:
    """Read the unit of a quantity that is wanted in another one, "" for a pure number."""
    try:
        return _parsed(written, amount="%" in unit)
    except InputError:
        if unit:
            raise
    raise InputError(f"{quoted(written)} fits no pure number; write the number alone, or in %")


def _parsed(text: str, *, amount: bool) -> Any:
    """Make pint's unit; `amount` says that % is one of a stated amount."""
    if text == "1":  # as written behind a number it is a slip
        raise _unreadable(text)
    pint, registry = _registry()
    unit = registry.Unit("")
    for name, power in factors(text):
        known = (_PERCENT_AMOUNT if amount else "percent") if name == "%" else name
        try:
            unit = unit * registry.Unit(known) ** power
        except (pint.PintError, ValueError):  # a prefix of degC; ValueError: a name of a number
            raise InputError(
                f"unknown unit {quoted(name)}; write it like mM, h or 1/(mM h)"
            ) from None
    return unit


Factors = tuple[tuple[str, float], ...]


@lru_cache(maxsize=1024)
def factors(unit: str) -> Factors:
    """Read a unit as names with their powers: (mM, -1) and (h, -1) of ``1/(mM h)``.

    Args:
        unit: factors joined by spaces, * and /, with brackets; "" or "1" for a pure number.

    Raises:
        InputError: it cannot be read.
    """
    if unit in ("", "1"):
        return ()
    reader = _UnitReader(unit)
    found = reader.product()
    reader.expect_end()
    return found


def written(powers: Iterable[tuple[str, float]]) -> str:
    """Write a unit as `factors` reads it; "" for a pure number."""
    known = list(powers)
    above = [_power(name, power) for name, power in known if power > 0]
    below = [_power(name, -power) for name, power in known if power < 0]
    if not below:
        return " ".join(above)
    divisor = below[0] if len(below) == 1 else f"({' '.join(below)})"
    return f"{' '.join(above) or '1'}/{divisor}"


def _power(name: str, power: float) -> str:
    return name if power == 1 else f"{name}^{float(power):g}"


class _UnitReader:
    """One pass over a unit such as ``1/(mM h)``: factors joined by spaces, * and /.

    pint's own parser takes whole expressions, and works out mM^9^9^9 digit by digit.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        if len(text) > _LONGEST_UNIT:
            raise _unreadable(self._text)

    def product(self) -> Factors:
        """Read factors up to a closing bracket or the end."""
        found = self._factor()
        while (sign := self._take(r"[*·/]|(?=[^\s)])")) is not None:
            by = -1.0 if sign == "/" else 1.0
            found += tuple((name, by * power) for name, power in self._factor())
        return found

    def expect_end(self) -> None:
        """Refuse anything left over."""
        if self._text[self._at :].strip():
            raise _unreadable(self._text)

    def _factor(self) -> Factors:
        if self._take(r"1(?=\s*/)"):
            return ()
        if self._take(r"\("):
            inner = self.product()
            if not self._take(r"\)"):
                raise _unreadable(self._text)
            return inner
        name = self._take(r"%|°?[A-Za-zµμ]+")
        if name is None:
            raise _unreadable(self._text)
        power = self._take(r"(?:\^|\*\*)?-?\d(?:\.\d{1,3})?(?![\d.])|⁻?[¹²³]") or "1"
        return ((name, float(power.lstrip("^*").translate(_RAISED))),)

    def _take(self, pattern: str) -> str | None:
        """Take what comes next if it fits the pattern."""
        found = re.compile(rf"\s*({pattern})").match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[1]


def _unreadable(text: str) -> InputError:
    return InputError(f"cannot read the unit {quoted(text)}; write it like mM, h or 1/(mM h)")


def _kind(unit: Any) -> str:
    """Say what a unit measures, in words."""
    dimensions = sorted(dict(unit.dimensionality).items())
    text = " ".join(name if power == 1 else f"{name}^{power:g}" for name, power in dimensions)
    words = {
        "": "a pure number",
        "[time]": "a time",
        "[length]^-3 [substance]": "a concentration",
        "[stated_amount]": "a fraction of a stated amount",
        "[temperature]": "a temperature",
        "[length]": "a length",
        "[mass]": "a mass",
        "[substance]": "an amount",
        "[length]^2 [mass] [time]^-2": "an energy",
        "[length]^2 [mass] [substance]^-1 [time]^-2": "an energy of a mole",
        "[length]^2 [mass] [substance]^-1 [temperature]^-1 [time]^-2": "an entropy of a mole",
        "[length]^3": "a volume",
        "[length]^-3 [mass]": "a mass in a volume",
        "[time]^-1": "first order",
        "[length]^3 [substance]^-1 [time]^-1": "second order",
        "[length]^6 [substance]^-2 [time]^-1": "third order",
        "[stated_amount]^-1 [time]^-1": "second order",
        "[stated_amount]^-2 [time]^-1": "third order",
    }
    return words.get(text, text)


@lru_cache(maxsize=1)
def _registry() -> tuple[Any, Any]:
    """Return pint and its registry, which take most of a second to load."""
    import pint

    registry: Any = pint.UnitRegistry()
    registry.define(f"{_PERCENT_AMOUNT} = [stated_amount]")
    return pint, registry
