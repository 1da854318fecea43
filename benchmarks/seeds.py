"""``python -m benchmarks.seeds fits/NAME``: one study with ten seeds, and how its answers scatter.

Prints, and with --out stores, both log evidences of each mechanism with their errors, the verdict
and the seconds for each seed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.results.versions import versions
from benchmarks.claims import write_page


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
            result = run_all(other, Path(folder), pool, lambda _: None)
        rows.append(
            {
                "seed": seed,
                "open": sorted(result.comparison.left_open),
                "log_evidence": {
                    name: [[e.value, e.error] for e in one.log_evidence[:2]]
                    for name, one in result.mechanisms.items()
                },
                "seconds": round(time.perf_counter() - begun, 1),
            }
        )
        sys.stdout.write(
            f"{seed}: {rows[-1]['seconds']} s, {verdict_words(result.comparison.verdict)}\n"
        )
        sys.stdout.flush()
    for name in study.mechanisms:
        for number in (0, 1):
            values, errors = np.array([row["log_evidence"][name][number] for row in rows]).T
            method = result.mechanisms[name].log_evidence[number].method
            sys.stdout.write(
                f"{name}, {method}: {values.mean():.3f}, standard deviation "
                f"{values.std(ddof=1):.3f}, stated error {errors.mean():.3f}\n"
            )
    if asked.out:
        content = {"inputs": dict(study.inputs), "versions": versions(), "runs": rows}
        write_page(asked.out, content, 900)


if __name__ == "__main__":
    main()
