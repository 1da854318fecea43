"""Simulate concentrations.csv from truth.toml; the same bytes whenever it is run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from assemblysim.study.definition.reading import read_outline, read_truth
from assemblysim.study.problem.synthetic import true_signals

HERE = Path(__file__).parent
# A peak is integrated where it is this many errors high; the choice is made by the true height,
# so that no reading is chosen by its error.
LEAST_ERRORS = 3.0


def simulated_table() -> str:
    """Return the table as CSV text; what is too small to be integrated is blank."""
    outline = read_outline(HERE)
    truth = read_truth(outline)
    expected = true_signals(outline, truth)
    rng = np.random.default_rng(truth.seed)
    error = dict(truth.values)["noise"]
    read = expected + error * rng.standard_normal(expected.shape)
    file = io.StringIO(newline="")
    file.write("# SYNTHETIC: made by generate.py from truth.toml; nothing was measured.\n")
    writer = csv.writer(file, lineterminator="\n")
    signals = [f"{signal.name} (mM)" for signal in outline.measurement.signals]
    writer.writerow(["time (min)", *signals])
    for hours, row, true in zip(truth.times, read, expected, strict=True):
        cells = [
            f"{v:.4f}" if t > LEAST_ERRORS * error else "" for v, t in zip(row, true, strict=True)
        ]
        writer.writerow([f"{60 * hours:g}", *cells])
    return file.getvalue()


if __name__ == "__main__":
    (HERE / "concentrations.csv").write_text(simulated_table(), encoding="utf-8", newline="")
    print(f"wrote {HERE / 'concentrations.csv'}")
