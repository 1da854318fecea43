"""The failures a user can mend: each carries one line that says where, what and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from assemblysim.language import quoted


class AssemblysimError(Exception):
    """Base of every error whose text is meant for the user."""


class InputError(AssemblysimError):
    """A file or an argument is at fault; the text is one line: place, fault, remedy."""


class IntegrationError(AssemblysimError):
    """An integration ended before the last time asked for."""


class RunError(AssemblysimError):
    """A step of a study could not be done; what was computed before it is kept."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest known word, or the list of known words."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(names)}" if names else ""


def refuse_unknown(kind: str, name: str, known: Collection[str]) -> None:
    """Refuse a name that is none of those known.

    Args:
        kind: what it names, such as "species".
        name: as written.
        known: all that there are.

    Raises:
        InputError: it is not among them.
    """
    if name not in known:
        raise InputError(f"unknown {kind} {quoted(name)}{did_you_mean(name, known)}")
