"""Searches for the optima of a study's mechanisms: stored as they go, and taken up where they were.

A search is told log densities and gradients, and where it goes next follows from them alone. So
what it was told is all there is to store: a search that is told the same again comes, in no time,
to where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from assemblysim.inference.groundwork import search_memory, search_optima
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.search import Optimum, OutOfTime
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.study.execution.smc_runs import BETWEEN_CHECKPOINTS
from assemblysim.study.results.storage import Cost, Mark, StoredSearch, read_marked, write_marked
from assemblysim.study.workers import Workers


def search_for(
    problem: Problem, settings: FitSettings, seed: int, stored: StoredSearch | None
) -> StoredSearch:
    """Take a search as far as it comes in a quarter of a minute.

    Args:
        problem: mechanism and data.
        settings: how much work to spend.
        seed: of the study.
        stored: where it stands; None before it asked anything.

    Returns:
        Where it stands then. The end does not depend on where it was interrupted.
    """
    begun = time.perf_counter()
    memory = search_memory(None if stored is None else stored.answers, BETWEEN_CHECKPOINTS)
    optima: tuple[Optimum, ...] | None = None
    with suppress(OutOfTime):
        optima = search_optima(problem, settings, seed, memory)
    told = memory.answers
    before = 0.0 if stored is None else stored.cost.seconds
    cost = Cost(len(told.totals), told.failed, before + time.perf_counter() - begun)
    return StoredSearch(optima or (), told if optima is None else None, cost)


def search_all(
    problems: Sequence[Problem],
    places: Sequence[tuple[Path, Mark]],
    settings: FitSettings,
    seed: int,
    workers: Workers,
    tell: Callable[[int, StoredSearch], None],
) -> list[StoredSearch]:
    """Search for the optima of every problem.

    Args:
        problems: mechanisms with their data.
        places: file of each search, and all that it depends on.
        settings: how much work to spend.
        seed: of the study.
        workers: where the work is done.
        tell: called with the place of a problem and its search whenever that was stored.

    Returns:
        The searches, which have ended.

    Raises:
        RunError: what is stored is damaged or was made from something else.
    """
    found = [read_marked(StoredSearch, *place) for place in places]
    while waiting := [i for i, one in enumerate(found) if one is None or one.answers]:
        moved = workers.map(
            search_for,
            [problems[i] for i in waiting],
            [settings] * len(waiting),
            [seed] * len(waiting),
            [found[i] for i in waiting],
        )
        for i, one in zip(waiting, moved, strict=True):
            write_marked(*places[i], one)
            found[i] = one
            tell(i, one)
    return [one for one in found if one is not None]
