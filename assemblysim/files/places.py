"""Where in a user's file a fault lies: outer places are put in front of inner ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assemblysim.errors import InputError


@contextmanager
def at(place: str) -> Iterator[None]:
    """Put a place in front of the text of any InputError raised inside.

    Args:
        place: such as a path, "line 3" or "experiment '80C'".
    """
    try:
        yield
    except InputError as fault:
        raise InputError(*(f"{place}: {line}" for line in fault.lines)) from None
