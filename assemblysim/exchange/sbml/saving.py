"""A mechanism with quantities by name, written as SBML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers, sbml_of
from assemblysim.files.places import at
from assemblysim.files.writing.whole import write_whole
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.network import Network
from assemblysim.units import quantity


def write_sbml(
    path: Path | str,
    network: Network,
    rate_constants: Mapping[str, float | str] | None = None,
    initial: Mapping[str, float | str] | None = None,
    *,
    title: str = "",
) -> Path:
    """Write a mechanism as SBML Level 3 Version 2; replaces a file of that name.

    Args:
        path: of the file; its name without the ending becomes the model's identifier.
        network: from ``read_system(...).network(name)``.
        rate_constants: by name; a text with its unit, or a number in h and mM. Those that are
            missing become parameters without a value.
        initial: by species; a text with its unit, or a number in mM. The others start at 0.
        title: of the model, for people.

    Returns:
        The path.

    Raises:
        InputError: a name is unknown, or a text is no such quantity.
        RunError: the file cannot be written.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> asm.write_sbml("one_way.xml", network, {"k_bind": 2.0}, {"M": "1 mM"}).name
        'one_way.xml'
    """
    numbers = MechanismNumbers(
        _numbers(rate_constants or {}, rate_constant_units(network), "rate constant"),
        _numbers(initial or {}, dict.fromkeys(network.species_names, "mM"), "species"),
    )
    place = Path(path)
    write_whole(place, sbml_of(network, numbers, name=place.stem, title=title).encode())
    return place


def _numbers(
    given: Mapping[str, float | str], units: Mapping[str, str], what: str
) -> dict[str, float]:
    found = {}
    for name, value in given.items():
        refuse_unknown(what, name, units)
        with at(name):
            found[name] = quantity(value, units[name]) if isinstance(value, str) else float(value)
        if not 0 <= found[name] < float("inf"):
            raise InputError(f"{name}: {found[name]:g} is no number from 0 up; mend it")
    return found
