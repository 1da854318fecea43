"""Simulate intensities.csv from truth.toml; the same bytes whenever it is run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from assemblysim.kinetics.engines.integration import integrate
from assemblysim.measurement.signals import expected_signals
from assemblysim.study.definition.reading import Outline, read_outline, read_truth
from assemblysim.study.definition.study import Truth

HERE = Path(__file__).parent
COUNTS_PER_MM = 4e4
# Totals of spectra scatter by a factor of two: what "unknown gain" stands for.
LOG_GAIN_SPREAD = 0.7


def true_signals(outline: Outline, truth: Truth) -> np.ndarray:
    """Integrate the true mechanism; return its signals, shape (T, I), mM."""
    network = outline.system.network(truth.mechanism)
    values, starts = dict(truth.values), dict(outline.initial[0])
    course = integrate(
        network,
        np.array([values[name] for name in network.rate_constant_names]),
        np.array([starts.get(name, 0.0) for name in network.species_names]),
        np.array(truth.times),
    )
    signals = outline.measurement.signals
    responses = np.array([[values[f"response_{signal.name}"] for signal in signals]])
    concentrations = course.concentrations[None]
    return expected_signals(network.species_names, signals, concentrations, responses, np.zeros(1))[
        0
    ]


def simulated_table() -> str:
    """Return the table as CSV text: a row for each spectrum, 0 where a peak is too small."""
    outline = read_outline(HERE)
    truth = read_truth(outline)
    expected = np.repeat(true_signals(outline, truth), truth.replicates, axis=0)
    times = np.repeat(truth.times, truth.replicates)
    rng = np.random.default_rng(truth.seed)
    gains = COUNTS_PER_MM * np.exp(LOG_GAIN_SPREAD * rng.standard_normal((len(times), 1)))
    scatter = np.exp(dict(truth.values)["noise"] * rng.standard_normal(expected.shape))
    counts = gains * expected * scatter
    limits = outline.measurement.detection_limit * counts.sum(axis=1, keepdims=True)
    seen = np.where(counts >= limits, counts, 0.0)
    file = io.StringIO(newline="")
    file.write("# SYNTHETIC: made by generate.py from truth.toml; no spectrum was measured.\n")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["time (min)", *(signal.name for signal in outline.measurement.signals)])
    for hours, row in zip(times, seen, strict=True):
        writer.writerow([f"{60 * hours:g}", *(f"{count:.4g}" for count in row)])
    return file.getvalue()


if __name__ == "__main__":
    (HERE / "intensities.csv").write_text(simulated_table(), encoding="utf-8", newline="")
    print(f"wrote {HERE / 'intensities.csv'}")
