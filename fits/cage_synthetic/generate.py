"""Simulate concentrations.csv from truth.toml; the same bytes whenever it is run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from assemblysim.kinetics.engines.integration import integrate
from assemblysim.study.definition.reading import Outline, read_outline, read_truth
from assemblysim.study.definition.study import Truth

HERE = Path(__file__).parent
# A peak is integrated where it is this many errors high; the choice is made by the true height,
# so that no reading is chosen by its error.
LEAST_ERRORS = 3.0


def true_course(outline: Outline, truth: Truth) -> np.ndarray:
    """Integrate the true mechanism; return its signals, shape (T, I), mM."""
    network = outline.system.network(truth.mechanism)
    values, starts = dict(truth.values), dict(outline.initial[0])
    course = integrate(
        network,
        np.array([values[name] for name in network.rate_constant_names]),
        np.array([starts.get(name, 0.0) for name in network.species_names]),
        np.array(truth.times),
    )
    place = {name: i for i, name in enumerate(network.species_names)}
    columns = [
        sum(count * course.concentrations[:, place[name]] for name, count in signal.terms)
        for signal in outline.measurement.signals
    ]
    return np.stack(columns, axis=1)


def simulated_table() -> str:
    """Return the table as CSV text; what is too small to be integrated is blank."""
    outline = read_outline(HERE)
    truth = read_truth(outline)
    expected = true_course(outline, truth)
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
