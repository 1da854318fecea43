"""What Python callers may give where a mistake would otherwise surface far from its cause."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import Any

from assemblysim.errors import InputError
from assemblysim.study.workers import Workers


def whole_number(name: str, value: Any, least: int) -> int:
    """Return an integer of any kind as a plain one.

    Args:
        name: of the argument.
        value: as it was given.
        least: the smallest that is allowed.

    Raises:
        InputError: it is none, or smaller.
    """
    try:
        found = index(value)
    except TypeError:
        found = None
    if found is None or isinstance(value, bool) or found < least:
        raise InputError(f"{name}: {value!r} is no whole number from {least} up; give one")
    return found


def workers_given(workers: Any) -> int | Workers | None:
    """Return a number of processes as a plain integer, and an executor as it is.

    Args:
        workers: as it was given.

    Raises:
        InputError: it is neither, nor None.
    """
    if workers is None:
        return None
    if callable(getattr(workers, "map", None)):
        executor: Workers = workers
        return executor
    try:
        return whole_number("workers", workers, 1)
    except InputError:
        raise InputError(
            f"workers: {workers!r} is no number of processes; give one such as 2, or an executor "
            "with map"
        ) from None


def refuse_no_mapping(name: str, value: Any, example: str) -> None:
    """Refuse what holds no values by name.

    Args:
        name: of the argument.
        value: as it was given.
        example: of what to give.

    Raises:
        InputError: it is no mapping.
    """
    if not isinstance(value, Mapping):
        raise InputError(f"{name}: {type(value).__name__}, no values by name; give {example}")
