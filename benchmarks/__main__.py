"""``python -m benchmarks``: measure everything in one run, and write table, numbers and figure."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from assemblysim.kinetics.engines.native import instruction_sets
from benchmarks import measure
from benchmarks.tables import draw, write_table

THREADS = "OPENBLAS_NUM_THREADS"
FOLDER = Path(__file__).parent / "results"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the vectors")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    options = parser.parse_args()
    if os.environ.get(THREADS) != "1":  # one core, but for the engine's own threads
        os.execve(
            sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, THREADS: "1"}
        )
    fraction = 0.05 if options.quick else 1.0
    results = {
        "machine": {
            "date": datetime.now(UTC).date().isoformat(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "busy at the start": f"{os.getloadavg()[0]:.1f}",
            "instructions": instruction_sets()[0],
            "python": platform.python_version(),
            **{p: version(p) for p in ("numpy", "scipy", "numbalsoda", "libroadrunner", "emcee")},
        },
        "work_precision": measure.work_precision(fraction),
        "sensitivities": measure.sensitivities(int(2000 * fraction)),
        "batch_sizes": measure.batch_sizes(),
        "species": measure.species(),
        "threads": measure.threads(),
        "likelihoods": measure.likelihoods(fraction),
        "sampling": measure.sampling(int(2000 * fraction), max(2, int(20 * fraction))),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "engine.json").write_text(json.dumps(results, indent=1) + "\n")
    text = write_table(results)
    (options.out / "engine.md").write_text(text)
    draw(results, options.out / "work_precision.png")
    sys.stdout.write(text)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((x.split(": ")[1] for x in lines if x.startswith("model name")), "unknown")


if __name__ == "__main__":
    main()
