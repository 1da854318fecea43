"""Quantities given on the command line: one with an option, or name=value pairs with several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.places import at
from assemblysim.units import quantity


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
