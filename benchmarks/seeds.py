"""``python -m benchmarks.seeds fits/NAME``: one study with ten seeds, and how its answers scatter.

Prints, and with --out stores, both log evidences of each mechanism with their errors, the verdict
and the seconds for each seed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from assemblysim.study.definition.reading import read_study
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.results.versions import versions


def main() -> None:
    """Run and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    study = read_study(asked.study)
    rows = []
    for seed in range(study.seed, study.seed + asked.seeds):
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
            other = replace(study, seed=seed)
            summary = run_all(other, Path(folder), pool, lambda _: None)
        rows.append(
            {
                "seed": seed,
                "verdict": summary["comparison"]["verdict"],
                "open": sorted(summary["comparison"]["open"]),
                "log_evidence": {
                    name: one["log_evidence"][:2] for name, one in summary["mechanisms"].items()
                },
                "seconds": round(time.perf_counter() - begun, 1),
            }
        )
        sys.stdout.write(f"{seed}: {rows[-1]['seconds']} s, {rows[-1]['verdict']}\n")
        sys.stdout.flush()
    for name in study.mechanisms:
        for number in (0, 1):
            found = [row["log_evidence"][name][number] for row in rows]
            values, errors = (np.array([f[key] for f in found]) for key in ("value", "error"))
            sys.stdout.write(
                f"{name}, {found[0]['method']}: {values.mean():.3f}, standard deviation "
                f"{values.std(ddof=1):.3f}, stated error {errors.mean():.3f}\n"
            )
    if asked.out:
        content = {"inputs": dict(study.inputs), "versions": versions(), "runs": rows}
        asked.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
