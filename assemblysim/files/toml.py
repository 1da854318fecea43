"""TOML files off the disk: every way in which one cannot be read, told in one line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from pathlib import Path
from typing import Any, Final

from assemblysim.errors import InputError
from assemblysim.files.paths import what_lies_at
from assemblysim.files.places import at
from assemblysim.language import quoted

LARGEST_FILE: Final = 1_000_000  # bytes; a mechanism of a hundred reactions has ten thousand

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

# Tabulators and line breaks are none of them; DOS ends files with 0x1a.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")

# As Python counts them by default; and what follows in the same value.
_MANY_DIGITS = re.compile(r"(?<![0-9_])([0-9](?:_?[0-9]){4300,})[^\s,\]}#]*")

_SMALLER: Final = "write a smaller one, or a decimal one such as 1e20"
_TOO_LARGE: Final = f"a whole number of more than 64 bits; {_SMALLER}"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Args:
        path: the file.

    Returns:
        Its tables and values.

    Raises:
        InputError: the file is missing, a directory, not readable, too large, not UTF-8, empty
            or not TOML (a key given twice included); the text begins with the path.
    """
    return parse_toml(read_text(path), path)


def parse_toml(text: str, path: Path | str) -> dict[str, Any]:
    """Read the text of a TOML file.

    Args:
        text: of the file.
        path: what messages call it.

    Returns:
        Its tables and values.

    Raises:
        InputError: it is empty or not TOML; the text begins with the path.
    """
    if not text.strip():
        raise InputError(f"{path}: the file is empty; write it, or restore it from its copy")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"{path}: {_toml_fault(str(fault), text)}") from None
    except ValueError:  # Python reads no whole number of more than 4300 digits
        raise InputError(f"{path}: {_too_long(text)}") from None
    except RecursionError:
        raise InputError(f"{path}: brackets nested too deeply to be read; close them") from None
    with at(str(path)):
        _refuse_odd_values(content, "")
    return content


def _too_long(text: str) -> str:
    """Say where a number has more digits than are read; comments and strings may have them."""
    many = list(_MANY_DIGITS.finditer(text))
    first = bisect_left(many, True, key=lambda found: _fails(text[: found.end()]))
    if first == len(many):
        return _TOO_LARGE
    found = many[first]
    digits = sum(c.isalnum() for c in found.group(1))
    line = text[: found.start()].count("\n") + 1
    return f"line {line}: a whole number of {digits} digits; {_SMALLER}"


def _fails(text: str) -> bool:
    """Say whether the beginning of a text holds a number that cannot be read."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # it ends in the middle of something
        return False
    except ValueError:
        return True
    return False


def _refuse_odd_values(value: object, place: str) -> None:
    """Refuse whole numbers beyond 64 bits, which TOML does not have and floats may not hold.

    And control characters, which no report can hold and to which terminals listen.
    """
    if isinstance(value, dict):
        for key, one in value.items():
            _refuse_odd_values(key, place)
            _refuse_odd_values(one, f"{quoted(key)}: ")
    elif isinstance(value, list):
        for one in value:
            _refuse_odd_values(one, place)
    elif isinstance(value, str):
        if (found := _CONTROL.search(value)) is not None:
            raise InputError(f"{place}{quoted(value)}: {_control(found)}")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise InputError(f"{place}{_TOO_LARGE}")


def read_text(path: Path, largest: int = LARGEST_FILE) -> str:
    """Read a UTF-8 text file of at most so many bytes, with or without a byte order mark.

    Raises:
        InputError: the file is missing, a directory, not readable, too large, not UTF-8, or holds
            control characters.
    """
    raw = read_bytes(path, largest)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise InputError(
            f"{path}: line {line}: not UTF-8 (byte 0x{raw[fault.start]:02x}); save it as UTF-8"
        ) from None
    return checked_text(text, path)


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Read a file of at most so many bytes.

    Raises:
        InputError: the file is missing, a directory, not readable, or too large.
    """
    try:
        if what_lies_at(path) == "folder":
            raise InputError(f"{path}: is a directory; name the file in it")
        size = path.stat().st_size
        if size > largest:
            raise InputError(f"{path}: {size} bytes; at most {largest} are read")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path") from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise InputError(f"{path}: cannot be read: {reason}; check the path") from None


def checked_text(text: str, path: Path) -> str:
    """Return a text without the mark at its end that DOS wrote.

    Raises:
        InputError: it holds control characters.
    """
    text = text.rstrip("\x1a")
    if (found := _CONTROL.search(text)) is not None:
        line = text[: found.start()].count("\n") + 1
        raise InputError(f"{path}: line {line}: {_control(found)}")
    return text


def _control(found: re.Match[str]) -> str:
    return f"holds the control character 0x{ord(found.group()):02x}; take it out"


def _toml_fault(message: str, text: str) -> str:
    place = _PLACE.search(message)
    line = int(place["line"]) if place and place["line"] else len(text.splitlines())
    reason = _PLACE.sub("", message)
    remedy = "mend this line"
    if reason.startswith(("Cannot overwrite a value", "Cannot declare")):
        reason = f"a name is given twice ({reason})"
        remedy = "keep one of them"
    elif text.splitlines()[line - 1].count('"') % 2:
        remedy = "close the quotation mark"
    return f"line {line}: not TOML: {' '.join(reason.split())}; {remedy}"
