"""Run a command of assemblysim and count what its engine does, in its workers too.

    python benchmarks/studies/counted.py OUT run FOLDER --results RESULTS

A file of its own and not a module, so that the assemblysim on the path may be of another release.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Vectors integrated and their CPU seconds, then those with derivatives.
Counts = Any
NAMES = ("vectors", "engine_s", "gradients", "engine_gradients_s")


def counting(integrate: Callable[..., int], counts: Counts) -> Callable[..., int]:
    """Return the engine's function, counting into four numbers that processes share."""

    def counted(**task: Any) -> int:
        begun = time.process_time()
        try:
            return integrate(**task)
        finally:
            spent, first = time.process_time() - begun, 2 if task["columns"].size else 0
            with counts.get_lock():
                counts[first] += len(task["rate_constants"])
                counts[first + 1] += spent

    return counted


def main() -> None:
    """Run the command, and write what it took however it ends."""
    out, *command = sys.argv[1:]
    counts = multiprocessing.get_context("fork").Array("d", len(NAMES))
    begun = time.perf_counter()
    from assemblysim.command_line import run_command_line as run
    from assemblysim.kinetics.engines import _kernel

    _kernel.integrate = counting(_kernel.integrate, counts)
    sys.argv = ["assemblysim", *command]
    try:
        run()
    finally:
        used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        found = dict(zip(NAMES, counts[:], strict=True))
        found["wall_s"] = time.perf_counter() - begun
        found["cpu_s"] = sum(one.ru_utime + one.ru_stime for one in used)
        found["memory_mb"] = max(one.ru_maxrss for one in used) / 1024
        Path(out).write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main()
