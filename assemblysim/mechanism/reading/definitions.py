"""The table ``[constants]`` of a mechanism file, checked against what the mechanism holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assemblysim.files.places import at
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.labelled.forms import ChangedConstant
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.texts import table_of, text_of


def read_definitions(
    content: dict[str, Any], whole: Network, changes: Iterable[ChangedConstant] = ()
) -> tuple[tuple[str, str], ...]:
    """Return (name, expression) of each constant of a file that follows from others.

    Args:
        content: the file.
        whole: the network of all its reactions.
        changes: what labels change; definitions of the constants that they bring in are left out.

    Raises:
        InputError: as `read_constants`; no choice of units makes the definitions consistent.
    """
    if "constants" not in content:
        return ()
    left = dict(left_definitions(content, changes))
    table = {name: t for name, t in table_of(content, "constants").items() if name not in left}
    return checked_definitions(table, whole)


def checked_definitions(table: Mapping[str, object], whole: Network) -> tuple[tuple[str, str], ...]:
    """Return definitions, checked against the constants of a network.

    Raises:
        InputError: as `read_definitions`.
    """
    if not table:
        return ()
    # Algebra is slow to import, and needed only where constants follow from others.
    from assemblysim.mechanism.constants.constant_units import constant_units
    from assemblysim.mechanism.constants.constants import read_constants

    with at("[constants]"):
        definitions = read_constants(table, whole.rate_constant_names, whole.species_names)
        constant_units(definitions, rate_constant_dimensions(whole))
    return definitions


def left_definitions(
    content: dict[str, Any], changes: Iterable[ChangedConstant]
) -> tuple[tuple[str, str], ...]:
    """Return the definitions of constants that a label brings in, as they are written."""
    brought = {one.changed for one in changes}
    if not brought or "constants" not in content:
        return ()
    table = table_of(content, "constants")
    return tuple((n, text_of(t, f"[constants] {n}")) for n, t in table.items() if n in brought)
