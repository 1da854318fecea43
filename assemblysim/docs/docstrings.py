"""Docstrings taken apart, so that pages can be made of them and nothing is written twice."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection
from dataclasses import dataclass

from assemblysim.errors import InputError

_SECTION = re.compile(r"(Args|Attributes|Returns|Raises|Yields):")
_ENTRY = re.compile(r"(?P<name>\w+): (?P<text>.*)")


@dataclass(frozen=True)
class Docstring:
    """A docstring in its parts.

    Attributes:
        text: all that stands outside the sections, paragraphs apart by blank lines.
        sections: (heading, lines) such as "Args" with one line for each entry.
    """

    text: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def summary(self) -> str:
        """The first paragraph, on one line."""
        return " ".join(self.text.split("\n\n")[0].split())

    def entries(self, heading: str) -> dict[str, str]:
        """Return name and meaning of each entry of a section; empty where there is none."""
        lines = dict(self.sections).get(heading, ())
        found = [_ENTRY.fullmatch(line) for line in lines]
        return {one["name"]: one["text"] for one in found if one is not None}


def read_docstring(thing: object, name: str) -> Docstring:
    """Take the docstring of a module, class or function apart.

    Args:
        thing: what carries it.
        name: what to call it in an error.

    Raises:
        InputError: there is none.
    """
    written = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    if not written:
        raise InputError(f"{name}: has no docstring; write one")
    text: list[str] = []
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in written.splitlines():
        heading = _SECTION.fullmatch(line)
        if heading is not None:
            current = sections.setdefault(heading[1], [])
        elif line and not line.startswith(" "):
            current = None
            text.append(line)
        elif current is None:
            text.append(line)
        elif line.strip():
            _add(current, line)
    parts = tuple((heading, tuple(lines)) for heading, lines in sections.items())
    return Docstring(re.sub(r"\n{3,}", "\n\n", "\n".join(text)).strip(), parts)


def _add(section: list[str], line: str) -> None:
    """Add a line to a section; what is indented further continues the entry before it."""
    if line.startswith("     ") and section:
        section[-1] += f" {line.strip()}"
    else:
        section.append(line.strip())


def refuse_gaps(found: Collection[str], wanted: Collection[str], name: str) -> None:
    """Refuse a section whose entries are not those that there are.

    Args:
        found: names that the docstring explains.
        wanted: names that there are.
        name: what to call the thing in an error.

    Raises:
        InputError: a name is not explained, or what is explained is not there.
    """
    for one in wanted:
        if one not in found:
            raise InputError(f"{name}: its docstring does not explain '{one}'; add a line")
    for one in found:
        if one not in wanted:
            raise InputError(f"{name}: its docstring explains '{one}', which it has not")
