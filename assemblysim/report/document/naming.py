"""Names with the titles that people read: the name for files, the title for everything shown.

A marked name is one text that holds both. It travels through sentences and tables as a name does;
the writers show its title, in quotation marks where it stands within a sentence.
"""

from __future__ import annotations

import re

# Letters that no text holds: Unicode's private ones.
_BEGIN, _MIDDLE, _END = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_BEGIN}([^{_MIDDLE}]*){_MIDDLE}([^{_END}]*){_END}")
_QUOTED = re.compile(f"'({_BEGIN}[^{_END}]*{_END})'")


def marked(name: str, title: str) -> str:
    """Return a name that is shown as its title; the name alone where both are one."""
    return name if title in ("", name) else f"{_BEGIN}{name}{_MIDDLE}{title}{_END}"


def bare(text: str) -> str:
    """Return a text with names in place of titles, as files are called."""
    return _MARKED.sub(r"\1", text)


def titled(text: str) -> str:
    """Return a text with titles in place of names."""
    whole = _MARKED.fullmatch(text)
    if whole:
        return whole[2]
    return _MARKED.sub(r"'\2'", _QUOTED.sub(r"\1", text))
