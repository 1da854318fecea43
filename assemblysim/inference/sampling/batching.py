"""Workers that walk in lockstep, so that serial code evaluates a target a batch at a time.

A sampler that asks for one value at a time, or for a few, wastes an engine that does sixteen
vectors in one go. Here each of its walks is a thread that stops at every question; when all of
them have stopped, the questions are answered in one call. The answers do not depend on which
thread came first: they are put by the number of the walk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import numpy as np

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
        self._here = threading.local()
        self._round: _Round[Answer] = _Round(0)

    def __call__(self, vector: np.ndarray) -> Answer:
        """Return the answer at one vector, shape (P,); in a walk, together with the others'.

        Raises:
            RuntimeError: the function failed for the batch that this vector was in.
        """
        return self.several(np.asarray(vector)[None])[0]

    def several(self, vectors: np.ndarray) -> Sequence[Answer]:
        """Return the answers at vectors, shape (N, P), as `__call__` does; what it raises."""
        number = getattr(self._here, "number", None)
        if number is None:
            return self._function(vectors)
        return self._round.ask(number, np.array(vectors))

    def map(self, walk: Callable[[Any], Any], arguments: Iterable[Any]) -> list[Any]:
        """Return what `walk` returns for every argument, in their order.

        Raises:
            Exception: what a walk or the function raised.
        """
        everything = list(arguments)
        results: list[Any] = []
        with ThreadPoolExecutor(self.size) as threads:
            for begin in range(0, len(everything), self.size):
                results += self._together(threads, walk, everything[begin : begin + self.size])
        return results

    def _together(
        self, threads: ThreadPoolExecutor, walk: Callable[[Any], Any], arguments: Sequence[Any]
    ) -> list[Any]:
        """Walk side by side until all have arrived."""
        here: _Round[Answer] = _Round(len(arguments))
        self._round = here

        def follow(number: int, argument: Any) -> Any:
            self._here.number = number
            try:
                return walk(argument)
            finally:
                self._here.number = None
                here.stop()

        try:
            walks = [threads.submit(follow, n, argument) for n, argument in enumerate(arguments)]
            here.answer_all(self._function)
        except BaseException as fault:
            here.fail(fault)
            raise
        return [one.result() for one in walks]


class _Round(Generic[Answer]):
    """Walks that go side by side, each stopped at a question or at its end in the end.

    A walk waits at a gate of its own, so that nobody is woken for another one's answer.
    """

    def __init__(self, walks: int) -> None:
        self._count = threading.Lock()
        self._all_stopped = threading.Lock()
        self._gates = [threading.Lock() for _ in range(walks)]
        for gate in (self._all_stopped, *self._gates):
            gate.acquire()
        self._going = walks
        self._asked: dict[int, np.ndarray] = {}
        self._answers: dict[int, Sequence[Answer]] = {}
        self._fault: BaseException | None = None

    def ask(self, number: int, vectors: np.ndarray) -> Sequence[Answer]:
        """Stop until the question of one walk is answered."""
        self._asked[number] = vectors
        if self._fault is None:
            self.stop()
            self._gates[number].acquire()
        if self._fault is not None:
            raise RuntimeError("the batch of this walk failed") from self._fault
        return self._answers[number]

    def stop(self) -> None:
        """Count one walk as stopped; the last one opens the way to the answers."""
        with self._count:
            self._going -= 1
            if self._going == 0:
                self._all_stopped.release()

    def answer_all(self, function: Callable[[np.ndarray], Sequence[Answer]]) -> None:
        """Answer questions, all open ones in one call, until every walk is at its end.

        Raises:
            ValueError: the function does not answer every vector.
            BaseException: what the function raised, or an interruption; `fail` is then to be
                called, so that no walk is left waiting.
        """
        while True:
            self._all_stopped.acquire()
            asked, self._asked = self._asked, {}
            if not asked:
                return
            numbers = sorted(asked)
            values = function(np.concatenate([asked[number] for number in numbers]))
            ends = np.cumsum([len(asked[number]) for number in numbers]).tolist()
            if len(values) != ends[-1]:
                raise ValueError(f"{len(values)} answers to {ends[-1]} vectors")
            self._answers = {
                number: values[end - len(asked[number]) : end]
                for number, end in zip(numbers, ends, strict=True)
            }
            self._going = len(numbers)
            for number in numbers:
                self._gates[number].release()

    def fail(self, fault: BaseException) -> None:
        """Let no walk wait any more: whoever is at a gate, or comes to one, hears of a fault."""
        self._fault = fault
        for gate in self._gates:
            if gate.locked():
                gate.release()
