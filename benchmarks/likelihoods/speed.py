"""What a likelihood of intensities costs, by the pattern of zeros.

    python -m benchmarks.likelihoods.speed --out benchmarks/results/likelihoods.md

32 parameter vectors; 11 sampling times, three replicates, four signals; proportional noise. Signals
are as the table has them, limits where they are expected, so that every zero is doubtful. CPU time
of the fastest of five calls, in microseconds for each vector.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES

TIMES, REPLICATES, SIGNALS, BATCH = 11, 3, 4, 32
RATIOS = (0.3, 1.0, 10.0)
PATTERNS = {
    "no zeros": lambda _, __: None,
    "one signal absent at all times": lambda zero, _: zero.__setitem__(np.s_[:, 3:], True),
    "two signals absent at 3 times": lambda zero, _: zero.__setitem__(np.s_[:9, 2:], True),
    "two signals absent at all times": lambda zero, _: zero.__setitem__(np.s_[:, 2:], True),
    "a tenth of the entries, anywhere": lambda zero, rng: zero.__ior__(
        rng.random(zero.shape) < 0.1
    ),
    "half of the entries, anywhere": lambda zero, rng: zero.__ior__(rng.random(zero.shape) < 0.5),
}


def microseconds(scale: str, pattern: str, ratio: float) -> float:
    """Measure one line of the table."""
    rng = np.random.default_rng(7)
    signals = np.exp(rng.normal(size=(TIMES, SIGNALS)))
    values = np.repeat(signals, REPLICATES, axis=0)
    values *= np.exp(0.2 * rng.normal(size=values.shape))
    zero = np.zeros(values.shape, dtype=bool)
    PATTERNS[pattern](zero, rng)
    zero[np.arange(len(zero)), rng.integers(0, 2, len(zero))] = False  # one number in each spectrum
    names = tuple("ABCD")
    table = IntensityTable(
        names, np.repeat(np.arange(1.0, TIMES + 1), REPLICATES), np.where(zero, 0.0, values),
        below=zero, limits=np.where(zero, values, np.nan),
    )  # fmt: skip
    measured = tuple(Signal(name, ((name, 1.0),)) for name in names)
    told = Measurement(SCALES[scale], NOISES["proportional"], measured, 0.01)
    made = intensity_likelihood(table, told)
    batch = signals * np.exp(0.2 * rng.normal(size=(BATCH, TIMES, SIGNALS)))
    noise = np.tile([0.2, 0.2 * ratio], (BATCH, 1))
    spent = []
    for _ in range(5):
        start = time.process_time()
        made.pointwise(batch, noise)
        spent.append(time.process_time() - start)
    return 1e6 * min(spent) / BATCH


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    lines = ["| scale | zeros | " + " | ".join(f"ratio {r:g}" for r in RATIOS) + " |"]
    lines.append("|---" * (2 + len(RATIOS)) + "|")
    for scale in ("per spectrum", "per species"):
        for pattern in PATTERNS:
            cost = " | ".join(f"{microseconds(scale, pattern, ratio):.1f}" for ratio in RATIOS)
            lines.append(f"| {scale} | {pattern} | {cost} |")
    title = "# Microseconds for each vector, by the ratio of the shared error to the own one"
    out.write_text("\n".join((title, "", *lines, "")))


if __name__ == "__main__":
    main()
