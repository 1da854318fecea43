"""Names with the titles that people read: the name for files, the title for everything shown.

A marked name is one text that holds both. It travels through sentences and tables as a name does;
the writers show its title, in quotation marks where it stands within a sentence.
"""

from __future__ import annotations

import re

# Letters that no text holds: Unicode's private ones.
_BEGIN, _MIDDLE, _END = "\ue000", "\ue001", "\ue002"
_SPECIES = "\ue003"  # begins what is never put in quotation marks
_HELD = f"([^{_MIDDLE}]*){_MIDDLE}([^{_END}]*){_END}"
_MARKED, _MARKED_SPECIES = re.compile(_BEGIN + _HELD), re.compile(_SPECIES + _HELD)
_QUOTED = re.compile(f"'({_BEGIN}[^{_END}]*{_END})'")


def marked(name: str, title: str) -> str:
    """Return a name that is shown as its title, in quotation marks within a sentence."""
    title = title or name
    return f"{_BEGIN}{name}{_MIDDLE}{title}{_END}"


def marked_species(name: str, title: str) -> str:
    """Return a species that is shown as its title, nowhere in quotation marks."""
    return name if title in ("", name) else f"{_SPECIES}{name}{_MIDDLE}{title}{_END}"


def bare(text: str) -> str:
    """Return a text with names in place of titles, as files are called."""
    return _MARKED.sub(r"\1", _MARKED_SPECIES.sub(r"\1", text))


def titled(text: str) -> str:
    """Return a text with titles in place of names."""
    text = _MARKED_SPECIES.sub(r"\2", text)
    whole = _MARKED.fullmatch(text)
    if whole:
        return whole[2]
    return _MARKED.sub(r"'\2'", _QUOTED.sub(r"\1", text))
