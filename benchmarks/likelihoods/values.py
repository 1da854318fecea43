"""Log-likelihoods of every combination of scale, noise, tails and shared errors, from definition.

200 parameter vectors each, half of them with sizes and residuals far outside every prior, in
extended precision (`definition`), and the largest difference of the tool's own; then whether the
tool is finite, below its bound and smooth at 10,000 vectors of each.

    python -m benchmarks.likelihoods.values --vectors 200
    python -m benchmarks.likelihoods.values --smooth 10000

The first adds what is missing to what is stored, in about eight minutes for all.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import zlib
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS
from benchmarks.likelihoods.bounds import smoothness
from benchmarks.likelihoods.definition import Defined

STORED = Path("benchmarks/results/likelihoods.json")
NAMES = ("A", "B", "C")
TIMES = np.array([1.0, 1.0, 2.0, 2.0])


@dataclass(frozen=True)
class Combination:
    """One form of the likelihood, with so many zeros in a block."""

    scale: str
    noise: str
    tails: str
    shared: bool
    own: bool
    zeros: int

    def __str__(self) -> str:
        """Name it."""
        shared = "shared error, " if self.shared else ""
        own = "a size each, " if self.own else ""
        return f"{self.scale}, {self.noise}, {self.tails}, {shared}{own}{self.zeros} zeros"

    @property
    def exists(self) -> bool:
        """Whether it is a form of its own, and not refused by name."""
        if self.noise == "known" and (self.shared or self.own):
            return False
        if self.noise != "proportional" and self.scale != "absolute":
            return not self.shared
        refused = self.shared and self.own and self.scale == "per spectrum"
        return not refused and not (self.scale == "absolute" and self.zeros == 1)


COMBINATIONS = tuple(
    one
    for parts in product(SCALES, NOISES, TAILS, (False, True), (False, True), (0, 1, 2))
    if (one := Combination(*parts)).exists
)


def case(which: int, vector: int) -> tuple[IntensityLikelihood, np.ndarray, np.ndarray]:
    """Return the likelihood, signals (1, 2, 3) and noise (1, Q) of one of the vectors."""
    told, rng = COMBINATIONS[which], np.random.default_rng((which, vector))
    made = table_of(told, vector, rng)
    extreme = vector % 2 == 1
    spread, away = (2.5, 5.0) if extreme else (0.4, 0.4)
    noise = 0.2 * 10 ** rng.normal(scale=0.4 * spread, size=(1, len(made.noise_names)))
    if extreme and told.shared:
        noise[:, -1] = noise[:, 0] * 10 ** rng.uniform(-8, 15)
    return made, np.exp(away * 0.3 * rng.normal(size=(1, 2, 3))), noise


def table_of(told: Combination, vector: int, rng: np.random.Generator) -> IntensityLikelihood:
    """Return the likelihood of a table of two times, two replicates and three signals."""
    values = np.exp(rng.normal(size=(4, 3)))
    columns = told.scale == "per species"
    for block in range(3) if columns else range(0, 4, 2):
        places = rng.permutation(4)[: told.zeros] if columns else (0, 1)[: told.zeros]
        for k, place in enumerate(places):
            row, column = (place, block) if columns else (block + k, (k + vector) % 3)
            values[row, column] = 0.0
    sds = 0.1 * np.exp(0.5 * rng.normal(size=values.shape))
    table = IntensityTable(NAMES, TIMES, values, sds=sds)
    signals = tuple(Signal(name, ((name, 1.0),)) for name in NAMES)
    scale, noise = SCALES[told.scale], NOISES[told.noise]
    measurement = Measurement(scale, noise, signals, 0.3, told.shared, told.own)
    return intensity_likelihood(table, replace(measurement, tails=TAILS[told.tails]))


def exact(which: int, vector: int) -> float:
    """Return the log-likelihood from its definition."""
    made, signals, noise = case(which, vector)
    return Defined(made, signals[0], noise[0]).log_likelihood()


def packed(values: np.ndarray) -> str:
    """Return numbers as text, all digits of them."""
    return base64.b85encode(zlib.compress(values.astype("<f8").tobytes())).decode()


def unpacked(text: str) -> np.ndarray:
    """Return the numbers of a text."""
    return np.frombuffer(zlib.decompress(base64.b85decode(text)), dtype="<f8")


def difference(which: int, vector: int, value: float) -> float:
    """Return how far the tool is off, relative where the log-likelihood is larger than 1."""
    made, signals, noise = case(which, vector)
    return float(abs(made.pointwise(signals, noise).sum() - value) / max(1.0, abs(value)))


def main() -> None:
    """Make the values and store them, or try many vectors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=200)
    parser.add_argument("--smooth", type=int, default=0)
    parser.add_argument("--out", type=Path, default=STORED)
    told = parser.parse_args()
    if told.smooth:
        for which, combination in enumerate(COMBINATIONS):
            made = table_of(combination, 0, np.random.default_rng(which))
            found = smoothness(made, told.smooth, np.random.default_rng((which, told.smooth)))
            sys.stdout.write(f"{combination}: {found}\n")
            sys.stdout.flush()
        return
    stored = json.loads(told.out.read_text(encoding="utf-8")) if told.out.exists() else {}
    for which, combination in enumerate(COMBINATIONS):
        values = stored_values(stored, which)
        more = [exact(which, k) for k in range(len(values), told.vectors)]
        values = np.array([*values, *more])
        worst = max(difference(which, k, value) for k, value in enumerate(values))
        stored[str(combination)] = {"largest_difference": worst, "values": packed(values)}
        sys.stdout.write(f"{combination}: {worst:.1e}\n")
        sys.stdout.flush()
        told.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def stored_values(stored: dict[str, dict[str, str]], which: int) -> np.ndarray:
    """Return the values that are stored for a combination; none where it has none yet."""
    found = stored.get(str(COMBINATIONS[which]))
    return np.zeros(0) if found is None else unpacked(found["values"])


if __name__ == "__main__":
    main()
