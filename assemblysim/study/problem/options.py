"""Quantities given on the command line: one with an option, or name=value pairs with several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.places import at
from assemblysim.units import quantity

LONGEST_TIME = 1e100  # h; far beyond it times and tolerances leave the range of floats
MOST_VALUES = 400
_USUAL_STEPS = 7
_RANGE = re.compile(r"(?P<first>.+?)\s+to\s+(?P<last>.+?)(?:\s+in\s+(?P<steps>\d+))?")
_LAST = re.compile(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>.*)", re.ASCII
)


def read_quantity(text: str, unit: str, option: str) -> float:
    """Read a quantity given to an option.

    Raises:
        InputError: it is none; the text begins with the option.
    """
    with at(option):
        return quantity(text, unit)


def read_pairs(
    pairs: Sequence[str], option: str, units: Mapping[str, str], what: str
) -> dict[str, float]:
    """Read "name=value unit" pairs against each name's unit.

    Args:
        pairs: as the option gives them.
        option: such as ``--initial``.
        units: of every name that may be given.
        what: the names are of, such as "species".

    Raises:
        InputError: a name is unknown or given twice, a value is no quantity of its unit, or
            negative.
    """
    found: dict[str, float] = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not value:
            first, unit = next(iter(units.items()), ("k", "1/h"))
            raise InputError(
                f"{option}: {pair!r} is not name=value; write one as "
                f'{first}="1{"" if unit in ("", "1") else f" {unit}"}"'
            )
        if name not in units:
            raise InputError(f"{option}: unknown {what} '{name}'{did_you_mean(name, units)}")
        if name in found:
            raise InputError(f"{option}: '{name}' is given twice; keep one")
        found[name] = read_quantity(value, units[name], f"{option} {name}")
        if found[name] < 0:
            raise InputError(f"{option} {name}: {value} is negative; write a value from 0 up")
    return found


def written_values(text: str, *, logarithmic: bool = False) -> tuple[list[float], str]:
    """Read several values with one unit: "1, 2, 4 mM", or "1 to 4 mM in 3".

    Args:
        text: as an option gives it; the unit stands behind the last number.
        logarithmic: whether values of a range are even in the logarithm.

    Returns:
        The numbers as written, and the unit, "" of pure numbers.

    Raises:
        InputError: it is no such list, or a value is there twice.
    """
    ranged = _RANGE.fullmatch(text)
    parts = [ranged["first"], ranged["last"]] if ranged else text.split(",")
    last = _LAST.fullmatch(parts[-1].strip())
    unit = last["unit"] if last else ""
    bare = [part.strip().removesuffix(unit).strip() or part.strip() for part in parts]
    numbers = [quantity(part, "") for part in bare]
    if ranged:
        steps = int(ranged["steps"] or _USUAL_STEPS)
        if not 2 <= steps <= MOST_VALUES:
            raise InputError(f"in {steps}: write 2 to {MOST_VALUES} values")
        if logarithmic and min(numbers) <= 0:
            raise InputError(
                f"{min(numbers):g} is no end of a logarithmic range; write one above 0"
            )
        spaced = np.geomspace if logarithmic else np.linspace
        numbers = [float(f"{value:.6g}") for value in spaced(numbers[0], numbers[1], steps)]
    if len(set(numbers)) < len(numbers):
        raise InputError("a value is given twice; keep one")
    return numbers, unit
