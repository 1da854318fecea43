"""Simulate the two tables from truth.toml; the same bytes whenever it is run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.measurement.signals import expected_signals
from assemblysim.study.definition.reading import Outline, read_outline, read_truth
from assemblysim.study.definition.study import Truth

HERE = Path(__file__).parent
COUNTS_PER_MM = 4e4
# Totals of spectra scatter by a factor of two: what "unknown gain" stands for.
LOG_GAIN_SPREAD = 0.7


def true_signals(outline: Outline, truth: Truth, experiment: int) -> np.ndarray:
    """Integrate the true mechanism in one experiment; return its signals, shape (T, I), mM."""
    network = outline.system.network(truth.mechanism)
    values, starts = dict(truth.values), dict(outline.initial[experiment])
    constants = np.array([[values[name] for name in network.rate_constant_names]])
    start = np.array([[starts.get(name, 0.0) for name in network.species_names]])
    protocol = outline.all_conditions[experiment].protocol
    reactor = Reactor(network, RateConstants.isothermal(constants), start, protocol)
    course = courses(reactor, np.array(truth.times), Tolerance(1e-10, 1e-14, 100_000))
    signals = outline.measurement.signals
    # Forms of one core are equally visible: what does not follow from another is in the truth.
    alike = dict(outline.derived)
    names = [f"response_{signal.name}" for signal in signals]
    responses = np.array([[values[alike.get(name, name)] for name in names]])
    return expected_signals(
        network.species_names, signals, course.concentrations, responses, np.zeros(1)
    )[0]


def simulated_table(experiment: int) -> str:
    """Return a table as CSV text: a row for each spectrum, 0 where a peak is too small."""
    outline = read_outline(HERE)
    truth = read_truth(outline)
    limit = outline.measurement.detection_limit
    if limit is None:
        raise ValueError("the study states no detection limit")
    expected = np.repeat(true_signals(outline, truth, experiment), truth.replicates, axis=0)
    times = np.repeat(truth.times, truth.replicates)
    rng = np.random.default_rng([truth.seed, experiment])
    gains = COUNTS_PER_MM * np.exp(LOG_GAIN_SPREAD * rng.standard_normal((len(times), 1)))
    scatter = np.exp(dict(truth.values)["noise"] * rng.standard_normal(expected.shape))
    counts = gains * expected * scatter
    seen = np.where(counts >= limit * counts.sum(axis=1, keepdims=True), counts, 0.0)
    file = io.StringIO(newline="")
    file.write("# SYNTHETIC: made by generate.py from truth.toml; no spectrum was measured.\n")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["time (min)", *(signal.name for signal in outline.measurement.signals)])
    for hours, row in zip(times, seen, strict=True):
        writer.writerow([f"{60 * hours:g}", *(f"{count:.4g}" for count in row)])
    return file.getvalue()


if __name__ == "__main__":
    for number, table in enumerate(read_outline(HERE).table.experiments):
        path = HERE / str(table.data)
        path.write_text(simulated_table(number), encoding="utf-8", newline="")
        print(f"wrote {path}")
