"""A mechanism file as text, for those who write it in a program."""

from __future__ import annotations

from pathlib import Path

from assemblysim.files.toml import parse_toml
from assemblysim.mechanism.reading.system import System, system_of


def read_system_text(text: str, name: str = "text") -> System:
    """Read a mechanism file's text, as `read_system` reads the file.

    Args:
        text: TOML.
        name: what messages call it; tables that it names are looked for beside it.

    Returns:
        The system.

    Raises:
        InputError: one line that names the place, the fault and the remedy.

    Example:
        >>> system = read_system_text('''
        ... [species]
        ... M = "M"
        ... M2 = "2M"
        ... [reactions]
        ... pair = "2 M -> M2 ; k_pair"
        ... ''')
        >>> system.network("all").rate_constant_names
        ('k_pair',)
    """
    return system_of(parse_toml(text, name), Path(name))
