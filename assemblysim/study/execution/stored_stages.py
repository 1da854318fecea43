"""Work done once for each mechanism: stored as it ends, and not done again by a resumed run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from pathlib import Path
from typing import Any, TypeVar

from assemblysim.study.results.storage import Mark, read_marked, write_marked
from assemblysim.study.workers import Workers

T = TypeVar("T")


def each_stored(
    kind: type[T],
    paths: Sequence[Path],
    marks: Sequence[Mark],
    workers: Workers,
    function: Callable[..., T],
    *arguments: Iterable[Any],
) -> Iterator[tuple[int, T]]:
    """Call a function on each of some arguments, but where the answer is stored already.

    Args:
        kind: of the answers.
        paths: the file of each answer.
        marks: all that each answer depends on.
        workers: where the work is done.
        function: to call.
        arguments: of each call, as `map` takes them.

    Yields:
        The place of a call among all, and its answer: what is stored first, then what ends first.

    Raises:
        RunError: a stored answer is damaged or was made from something else.
    """
    calls = list(zip(*arguments, strict=True))
    waiting = []
    for number, (path, mark) in enumerate(zip(paths, marks, strict=True)):
        stored = read_marked(kind, path, mark)
        if stored is None:
            waiting.append(number)
        else:
            yield number, stored
    for place, answer in _as_they_come(workers, function, [calls[i] for i in waiting]):
        number = waiting[place]
        write_marked(paths[number], marks[number], answer)
        yield number, answer


def _as_they_come(
    workers: Workers, function: Callable[..., T], calls: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[int, T]]:
    """Make calls; yield the place of each and its answer, the first that ends first."""
    if isinstance(workers, Executor):
        places = {workers.submit(function, *call): i for i, call in enumerate(calls)}
        for done in as_completed(places):
            yield places[done], done.result()
    else:  # one worker, or somebody's cluster, of which only the order is known
        columns = list(zip(*calls, strict=True))
        yield from enumerate(workers.map(function, *columns) if calls else ())
