"""Where work is done: a pool of processes, a cluster's executor, or this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol


class Workers(Protocol):
    """Anything that maps a function over arguments: a process pool, a cluster's executor."""

    def map(self, function: Callable[..., Any], /, *arguments: Iterable[Any]) -> Iterable[Any]:
        """Return the results in the order of the arguments."""


class OneWorker:
    """Works in this process, one call after the other."""

    def map(self, function: Callable[..., Any], /, *arguments: Iterable[Any]) -> Iterator[Any]:
        """Return the results in the order of the arguments."""
        return map(function, *arguments)
