"""The part of YAML that PEtab's problem files are written in: mappings, lists and plain scalars."""

from __future__ import annotations

import re
from typing import Final

from assemblysim.errors import InputError

Yaml = str | list["Yaml"] | dict[str, "Yaml"]
_KEY: Final = re.compile(r"(?P<key>[\w./-]+|\"[^\"]*\"|'[^']*')\s*:(?:\s+(?P<rest>.*))?$")
_Line = tuple[int, int, str]


def parse_yaml(text: str) -> Yaml:
    """Read block mappings and lists, lists in one line, and scalars, which stay text.

    Raises:
        InputError: it is written otherwise, as with anchors or text over several lines.
    """
    lines: list[_Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = re.sub(r"(^|\s)#.*$", "", line).rstrip()
        if plain.strip() and plain.strip() != "---":
            lines.append((number, len(plain) - len(plain.lstrip()), plain.strip()))
    found, rest = _block(lines, lines[0][1] if lines else 0)
    if rest:
        raise _fault(rest[0])
    return found


def _block(lines: list[_Line], depth: int) -> tuple[Yaml, list[_Line]]:
    if lines and lines[0][2].startswith("-"):
        return _list(lines, depth)
    return _mapping(lines, depth)


def _list(lines: list[_Line], depth: int) -> tuple[list[Yaml], list[_Line]]:
    found: list[Yaml] = []
    while lines and lines[0][1] == depth and re.match(r"-(\s|$)", lines[0][2]):
        number, _, text = lines[0]
        inside = text[1:].lstrip()
        if not inside:
            value, lines = _block(lines[1:], lines[1][1]) if len(lines) > 1 else ("", [])
        elif _KEY.match(inside):
            deeper = depth + len(text) - len(inside)
            value, lines = _block([(number, deeper, inside), *lines[1:]], deeper)
        else:
            value, lines = _scalar(inside, lines[0]), lines[1:]
        found.append(value)
    return found, lines


def _mapping(lines: list[_Line], depth: int) -> tuple[dict[str, Yaml], list[_Line]]:
    found: dict[str, Yaml] = {}
    while lines and lines[0][1] == depth and not lines[0][2].startswith("- "):
        line = lines[0]
        match = _KEY.match(line[2])
        if match is None:
            raise _fault(line)
        key, lines = match["key"].strip("\"'"), lines[1:]
        if match["rest"]:
            found[key] = _scalar(match["rest"], line)
        elif lines and (lines[0][1] > depth or (lines[0][1] == depth and lines[0][2][0] == "-")):
            found[key], lines = _block(lines, lines[0][1])
        else:
            found[key] = ""
    return found, lines


def _scalar(text: str, line: _Line) -> Yaml:
    if text.startswith("["):
        if not text.endswith("]"):
            raise _fault(line)
        inside = text[1:-1].strip()
        return [_scalar(one.strip(), line) for one in inside.split(",")] if inside else []
    if text == "{}":
        return {}
    if text[0] in "{&*!|>":
        raise _fault(line)
    return text.strip("\"'")


def _fault(line: _Line) -> InputError:
    return InputError(
        f"line {line[0]}: not written as PEtab's problem files usually are; write keys, lists and "
        "names in lines of their own"
    )
