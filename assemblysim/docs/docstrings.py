"""Docstrings taken apart, so that pages can be made of them and nothing is written twice."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assemblysim.errors import InputError

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields):\n((?:(?: .*)?\n)*)", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+): (.*(?:\n     .*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Docstring:
    """A docstring in its parts.

    Attributes:
        text: all that stands outside the sections, paragraphs apart by blank lines.
        sections: by heading, such as "Args", name and meaning of each entry.
    """

    text: str
    sections: Mapping[str, Mapping[str, str]]

    @property
    def summary(self) -> str:
        """The first paragraph, on one line."""
        return " ".join(self.text.split("\n\n")[0].split())

    def entries(self, heading: str) -> Mapping[str, str]:
        """Return name and meaning of each entry of a section; empty where there is none."""
        return self.sections.get(heading, {})


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
    written += "\n"
    sections = {
        heading: {name: " ".join(text.split()) for name, text in _ENTRY.findall(body)}
        for heading, body in _SECTION.findall(written)
    }
    text = re.sub(r"\n{3,}", "\n\n", _SECTION.sub("", written)).strip()
    return Docstring(text, sections)


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
