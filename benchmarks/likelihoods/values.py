"""Log-likelihoods in 50 digits, from the definition, to hold the tool's against.

The intensities of a block are normal logarithms with unknown factors under flat priors: their
density is generalised least squares (a matrix algebra that needs the digits), and what one or two
stayed below, given these, is a uni- or bivariate normal chance by quadrature. Half of the vectors
have sizes and residuals far outside every prior.

    python -m benchmarks.likelihoods.values --vectors 200 --out benchmarks/results/likelihoods.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import mpmath as mp
import numpy as np

from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES

DIGITS = 50
NAMES = ("A", "B", "C")
TIMES = np.array([1.0, 1.0, 2.0, 2.0])
# Scale, whether replicates share an error, whether signals have a size each, zeros in a block.
COMBINATIONS = tuple(
    (scale, shared, own, zeros)
    for scale in ("per spectrum", "per species")
    for shared in (False, True)
    for own in (False, True)
    for zeros in (0, 1, 2)
    if not (shared and own and scale == "per spectrum")
)


def case(which: int, vector: int) -> tuple[IntensityLikelihood, np.ndarray, np.ndarray]:
    """Return the likelihood, signals (1, 2, 3) and noise (1, Q) of one of the vectors."""
    scale, shared, own, zeros = COMBINATIONS[which]
    rng = np.random.default_rng((which, vector))
    extreme = vector % 2 == 1
    values = np.exp(rng.normal(size=(4, 3)))
    blocks = range(3) if scale == "per species" else range(0, 4, 2)
    for block in blocks:  # a block has 4 or 3 cells, 6 of them with shared errors
        places = rng.permutation(4)[:zeros] if scale == "per species" else (0, 1)[:zeros]
        for k, place in enumerate(places):
            row, column = (
                (place, block) if scale == "per species" else (block + k, (k + vector) % 3)
            )
            values[row, column] = 0.0
    table = IntensityTable(NAMES, TIMES, values)
    signals = tuple(Signal(name, ((name, 1.0),)) for name in NAMES)
    told = Measurement(SCALES[scale], NOISES["proportional"], signals, 0.3, shared, own)
    made = intensity_likelihood(table, told)
    count = len(made.noise_names)
    spread, away = (2.5, 5.0) if extreme else (0.4, 0.4)
    noise = 0.2 * 10 ** rng.normal(scale=0.4 * spread, size=(1, count))
    if extreme and shared:
        noise[:, -1] = noise[:, 0] * 10 ** rng.uniform(-8, 15)
    return made, np.exp(away * 0.3 * rng.normal(size=(1, 2, 3))), noise


def log_likelihood_in_digits(made: IntensityLikelihood, signals: np.ndarray, noise: np.ndarray):
    """Return the same in extended precision, block by block."""
    by_column = made.measurement.scale.by_column
    shared = made.noise_names[-1] == "sampling_error"
    rows, columns = np.indices(made.measured.values.shape)
    at = made.measured.at[rows]
    block = columns if by_column else at if shared else rows
    total = mp.mpf(0)
    for one in np.unique(block):
        cells = np.argwhere(block == one)
        total += _log_block(made, cells, signals[0], noise[0], shared)
    return total


def _log_block(made, cells, signals, noise, shared):
    measured, by_column = made.measured, made.measurement.scale.by_column
    own = noise[: len(noise) - shared]
    tau = mp.mpf(noise[-1]) if shared else mp.mpf(0)
    gains = sorted({int(c if by_column else r) for r, c in cells})
    n = len(cells)
    variance, design, logs = mp.zeros(n, n), mp.zeros(n, len(gains)), []
    for i, (r, c) in enumerate(cells):
        for j, (q, d) in enumerate(cells):
            if c == d and measured.at[r] == measured.at[q]:
                variance[i, j] = tau**2
        variance[i, i] += mp.mpf(own[c if len(own) > 1 else 0]) ** 2
        design[i, gains.index(int(c if by_column else r))] = 1
        below = measured.below[r, c]
        number = measured.limits[r, c] if below else measured.values[r, c]
        logs.append(mp.log(mp.mpf(number)) - mp.log(mp.mpf(signals[measured.at[r], c])))
    read = [i for i, (r, c) in enumerate(cells) if not measured.below[r, c]]
    rest = [i for i in range(n) if i not in read]

    def part(matrix, some, others):
        return mp.matrix([[matrix[i, j] for j in others] for i in some])

    every = range(len(gains))
    inverse = part(variance, read, read) ** -1
    seen = part(design, read, every)
    information = seen.T * inverse * seen
    y = mp.matrix([logs[i] for i in read])
    best = mp.lu_solve(information, seen.T * inverse * y)
    away = y - seen * best
    square = (away.T * inverse * away)[0]
    dets = -mp.log(mp.det(inverse)) + mp.log(mp.det(information))
    value = -(square + dets + (len(read) - len(gains)) * mp.log(2 * mp.pi)) / 2
    if not rest:
        return value
    unseen = part(design, rest, every)
    cross = part(variance, rest, read) * inverse
    mean = unseen * best + cross * away
    left = unseen - cross * seen
    spread = part(variance, rest, rest) - cross * part(variance, read, rest)
    spread += left * information**-1 * left.T
    margins = [(logs[i] - mean[k]) / mp.sqrt(spread[k, k]) for k, i in enumerate(rest)]
    if len(rest) == 1:
        return value + mp.log(_below(margins[0]))
    both = spread[0, 0] * spread[1, 1]
    apart = mp.sqrt((both - spread[0, 1] ** 2) / both)
    return value + _log_two_below(margins, spread[0, 1] / mp.sqrt(both), apart)


def _below(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _log_two_below(margins, correlation, apart):
    """Integrate over the first of two standard normals, which is scaled by its limit's tail."""
    first, second = sorted(margins)
    top = mp.log(_below(first)) + mp.log(_below(second)) if correlation == 0 else None
    if top is not None:
        return top

    def chance(t):
        x = first - t
        return mp.npdf(x) * _below((second - correlation * x) / apart)

    # Where the second bends, and where the density ends.
    bend = first - second / correlation
    width = apart / abs(correlation)
    scale = 1 / max(1, -first)
    points = {mp.mpf(0), *(scale * k for k in (1, 3, 8, 20, 45)), max(first, 0) + 12}
    points |= {bend + k * width for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12)}
    peak = first - min(first, second * correlation)
    points |= {peak + k for k in (-4, -2, -1, 0, 1, 2, 4, 9, 14)}
    last = max(points)
    return mp.log(mp.quad(chance, sorted(p for p in points if 0 <= p <= last)))


def main() -> None:
    """Make the values and store them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=200)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    values, worst = [], {}
    with mp.workdps(DIGITS):
        for which, combination in enumerate(COMBINATIONS):
            exact = [float(log_likelihood_in_digits(*case(which, k))) for k in range(told.vectors)]
            values.append(exact)
            off = [
                abs(made.pointwise(signals, noise).sum() - value) / max(1, abs(value))
                for value, (made, signals, noise) in zip(
                    exact, (case(which, k) for k in range(told.vectors)), strict=True
                )
            ]
            worst[str(combination)] = float(max(off))
            sys.stdout.write(f"{combination} {max(off):.1e}\n")
    stored = {"digits": DIGITS, "values": values, "largest_difference": worst}
    told.out.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
