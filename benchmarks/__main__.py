"""``python -m benchmarks``: measure everything in one run, and write table, numbers and figure."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assemblysim.kinetics.engines.native import instruction_sets
from benchmarks import measure
from benchmarks.solvers import SOLVERS, installed
from benchmarks.tables import draw, write_table

THREADS = "OPENBLAS_NUM_THREADS"
VERSIONS = ("numpy", "scipy", "numbalsoda", "libroadrunner", "emcee")
QUICK = measure.Effort(fraction=0.01, seconds=0.0, repetitions=1)
FOLDER = Path(__file__).parent / "results"


def parsed(words: list[str] | None = None) -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="once through everything, with few vectors; no numbers"
    )
    parser.add_argument(
        "--out", type=Path, help=f"folder to write to; {FOLDER.name}/ by default, nowhere if quick"
    )
    return parser.parse_args(words)


def measured(effort: measure.Effort) -> dict[str, Any]:
    """Measure everything."""
    return {
        "machine": {
            "date": datetime.now(UTC).date().isoformat(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "busy at the start": f"{os.getloadavg()[0]:.1f}",
            "instructions": instruction_sets()[0],
            "python": platform.python_version(),
            **{name: _version(name) for name in VERSIONS},
        },
        "left_out": [name for name in SOLVERS if name not in installed()],
        "work_precision": measure.work_precision(effort),
        "sensitivities": measure.sensitivities(effort),
        "batch_sizes": measure.batch_sizes(effort),
        "species": measure.species(effort),
        "threads": measure.threads(effort),
        "likelihoods": measure.likelihoods(effort),
        "sampling": measure.sampling(effort),
    }


def main() -> None:
    """Measure and write."""
    options = parsed()
    if os.environ.get(THREADS) != "1":  # one core, but for the engine's own threads
        os.execve(
            sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, THREADS: "1"}
        )
    results = measured(QUICK if options.quick else measure.Effort())
    text = write_table(results)
    folder = options.out or (None if options.quick else FOLDER)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "engine.json").write_text(json.dumps(results, indent=1) + "\n")
        (folder / "engine.md").write_text(text)
        draw(results, folder / "work_precision.png")
    sys.stdout.write(text)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((x.split(": ")[1] for x in lines if x.startswith("model name")), "unknown")


if __name__ == "__main__":
    main()
