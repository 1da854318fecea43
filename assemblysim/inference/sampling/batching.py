"""Evaluate what serial samplers ask for in batches: all of their open questions in one call.

A sampler that asks for one value at a time, or for a few, wastes an engine that does sixteen
vectors in one go. Here each of its walks is a greenlet that stops at every question; when all of
them have stopped, the questions are answered together. All of it is one thread, so that answers
come in the order of the walks, and an interruption ends every walk where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from greenlet import getcurrent, greenlet

Answer = TypeVar("Answer")


class BatchedEvaluation(Generic[Answer]):
    """A function of vectors, and a pool whose calls of it are made together.

    Args:
        function: from vectors, shape (B, P), to B answers.
        width: how many walks go at a time.
    """

    def __init__(self, function: Callable[[np.ndarray], Sequence[Answer]], width: int) -> None:
        self._function = function
        self.size = width
        self._walks: list[_Walk[Answer]] = []

    def __call__(self, vector: np.ndarray) -> Answer:
        """Return the answer at one vector, shape (P,); in a walk, together with the others'."""
        return self.several(np.asarray(vector)[None])[0]

    def several(self, vectors: np.ndarray) -> Sequence[Answer]:
        """Return the answers at vectors, shape (N, P), as `__call__` does."""
        here = getcurrent()
        if isinstance(here, _Walk) and here in self._walks:
            return here.ask(np.array(vectors))
        return self._function(vectors)

    def map(self, walk: Callable[[Any], Any], arguments: Iterable[Any]) -> list[Any]:
        """Return what `walk` returns for every argument, in their order.

        Raises:
            ValueError: the function does not answer every vector.
            Exception: what the function raised, which ends all walks; or what a walk did, which
                is raised after those beside it have arrived.
        """
        everything = list(arguments)
        results: list[Any] = []
        for begin in range(0, len(everything), self.size):
            self._walks = [_Walk(walk) for _ in everything[begin : begin + self.size]]
            try:
                self._together(everything[begin:])
                results += [one.result() for one in self._walks]
            finally:
                for one in self._walks:
                    one.throw()  # nothing where it has arrived
        return results

    def _together(self, arguments: Sequence[Any]) -> None:
        """Walk side by side until all have arrived."""
        for one, argument in zip(self._walks, arguments, strict=False):
            one.go_on(argument)
        while asking := [one for one in self._walks if not one.dead]:
            values = self._function(np.concatenate([one.question for one in asking]))
            ends = np.cumsum([len(one.question) for one in asking]).tolist()
            if len(values) != ends[-1]:
                raise ValueError(f"{len(values)} answers to {ends[-1]} vectors")
            for one, end in zip(asking, ends, strict=True):
                one.go_on(values[end - len(one.question) : end])


class _Walk(greenlet, Generic[Answer]):
    """A walk that stops at every question until it is told to go on with the answer."""

    question: np.ndarray
    _hub: greenlet
    _arrived: Any = None
    _fault: Exception | None = None

    def ask(self, vectors: np.ndarray) -> Sequence[Answer]:
        """Stop until the question is answered."""
        self.question = vectors
        answers: Sequence[Answer] = self._hub.switch()
        return answers

    def go_on(self, given: Any) -> None:
        """Walk on with an argument or with answers, to the next question or to the end."""
        self._hub = getcurrent()
        try:
            self._arrived = self.switch(given)
        except Exception as fault:  # noqa: BLE001 - `result` raises it, after the other walks
            self._fault = fault

    def result(self) -> Any:
        """Return what the walk returned.

        Raises:
            Exception: what it raised.
        """
        if self._fault is not None:
            raise self._fault
        return self._arrived
