"""What may be a name in a mechanism file: it must stand in equations and in rate laws."""

from __future__ import annotations

import re

from assemblysim.errors import InputError
from assemblysim.language import LONGEST, quoted

NAME = r"[A-Za-z][A-Za-z0-9_]*"
FUNCTIONS = ("exp", "log", "sqrt")
TIME = "t"  # in a rate law: the time since mixing, h
# Of a rate law as text: characters (a law has a hundred), and powers of a concentration (Hill
# exponents reach 10).
LONGEST_EXPRESSION = 1000
LARGEST_EXPONENT = 20

_NAME = re.compile(NAME)
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_name(kind: str, name: str) -> None:
    """Refuse a name that could not be told from a number or a function.

    Args:
        kind: what is named, for the message: "species", "rate constant".
        name: the name as written.

    Raises:
        InputError: the name is not a letter followed by letters, digits and
            underscores, is longer than 60 characters, or is a function of rate laws or their
            time.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{kind} {quoted(name)} is not a name: a letter first, "
            "then letters, digits and underscores"
        )
    if len(name) > LONGEST:
        raise InputError(f"{kind} {quoted(name)} has {len(name)} characters; at most {LONGEST}")
    if name in FUNCTIONS:
        raise InputError(f"{kind} '{name}' has the name of a function; take another name")
    if name == TIME:
        raise InputError(
            f"{kind} '{name}' has the name of the time in rate laws; take another name"
        )


def check_label(kind: str, label: str) -> None:
    """Refuse a label (of a reaction, of a mechanism) that could not name a folder.

    Args:
        kind: what is labelled, for the message: "reaction", "mechanism".
        label: the label as written.

    Raises:
        InputError: the label holds more than ASCII letters, digits, underscores and
            hyphens, or is longer than 60 characters.
    """
    if not _LABEL.fullmatch(label):
        raise InputError(
            f"{kind} {quoted(label)} is not a label: letters, digits, underscores and hyphens only"
        )
    if len(label) > LONGEST:
        raise InputError(f"{kind} {quoted(label)} has {len(label)} characters; at most {LONGEST}")
