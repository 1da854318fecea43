"""``python -m benchmarks.studies [FOLDER ...]``: what running whole studies costs.

Each study is run in a fresh process until it exits with every file that it leaves: wall and CPU
seconds of it and its workers, likelihood calls, vectors that the engine integrated and its share of
the CPU time, and the log evidences with both errors. ``--tree`` names the checkout whose
assemblysim is measured, so that two releases can be held side by side. Rows are added to --out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from assemblysim.files.writing.whole import write_whole

Row = dict[str, Any]
DEFAULT = Path("fits/hnp_dy6_synthetic")


def row_of(counted: dict[str, float], summary: dict[str, Any]) -> Row:
    """Return what is stored of a run.

    Args:
        counted: what `counted.py` wrote.
        summary: the study's result, of any release; empty where the run did not come to its end.
    """
    mechanisms = summary.get("mechanisms", {})
    calls = sum(one["likelihood_calls"] for one in mechanisms.values())
    engine = counted["engine_s"] + counted["engine_gradients_s"]
    return {
        "wall_s": round(counted["wall_s"], 1),
        "cpu_s": round(counted["cpu_s"], 1),
        "likelihood_calls": calls,
        "vectors": int(counted["vectors"]),
        "vectors_with_derivatives": int(counted["gradients"]),
        "us_a_vector": _ratio(1e6 * counted["cpu_s"], counted["vectors"] + counted["gradients"]),
        "engine_us_a_vector": _ratio(1e6 * counted["engine_s"], counted["vectors"]),
        "engine_us_a_gradient": _ratio(1e6 * counted["engine_gradients_s"], counted["gradients"]),
        "engine_share": _ratio(engine, counted["cpu_s"]),
        "memory_mb": round(counted["memory_mb"]),
        "log_evidences": {
            name: {
                each["method"]: [each["value"], each["error"]] for each in one["log_evidence"][:2]
            }
            for name, one in mechanisms.items()
        },
    }


def _ratio(amount: float, of: float) -> float | None:
    return round(amount / of, 3) if of else None


def measured(folder: Path, tree: Path, workers: int, most_s: float | None) -> Row:
    """Run one study and return its row; one that is stopped has no evidences."""
    with tempfile.TemporaryDirectory() as work:
        results, out = Path(work) / "results", Path(work) / "counted.json"
        here = Path(__file__).with_name("counted.py")
        command = [sys.executable, str(here), str(out), "run", str(folder.resolve())]
        command += ["--results", str(results), "--workers", str(workers)]
        path = os.pathsep.join([str(tree.resolve()), os.environ.get("PYTHONPATH", "")])
        status: int | str
        try:
            told = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, cwd=work)
            status = told.wait(most_s)
        except subprocess.TimeoutExpired:
            told.terminate()
            told.wait()
            status = f"stopped after {most_s:g} s"
        summary, counted = results / "summary.json", {}
        if out.is_file():
            counted = json.loads(out.read_text("utf-8"))
        found = json.loads(summary.read_text("utf-8")) if summary.is_file() else {}
        row = row_of(counted, found) if counted else {}
    return {"study": folder.name, "tree": tree.name, "workers": workers, "status": status, **row}


def main() -> None:
    """Measure, store and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[DEFAULT])
    parser.add_argument("--tree", type=Path, default=Path())
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--most-seconds", type=float, help="stop a study after so long")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows = json.loads(asked.out.read_text("utf-8")) if asked.out and asked.out.is_file() else []
    for folder in asked.folders:
        rows.append(measured(folder, asked.tree.resolve(), asked.workers, asked.most_seconds))
        sys.stdout.write(json.dumps(rows[-1]) + "\n")
        if asked.out:
            write_whole(asked.out, (json.dumps(rows, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
