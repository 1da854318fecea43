"""``python -m benchmarks.spectra.verdicts``: from spectra to a verdict where the truth is known.

    python -m benchmarks.spectra.verdicts --sets 20 --out verdicts.json

draws courses of a palladium cage: PdL2 pairs up to Pd2L4, which dimerises to the interlocked Pd4L8,
with tetrafluoroborate and charges of 1+ to 8+, so that all three have ions at the same m/z. Each is
assigned, its table written and read as a study does, and two mechanisms are compared: the chain
that it was drawn from, and both products directly from PdL2. The ln Bayes factor is held against
that of the true table, without errors of counting, and against what it is without covariances; the
effect of the table's errors is that of tables drawn with them about the true one. It resumes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy.optimize import minimize

from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.ions.candidate_rules import IonPart, IonRules
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.assignment.candidates import CandidateIon, WantedCore, enumerated
from assemblysim.spectra.assignment.course import (
    AssignmentSettings,
    MeasuredSpectrum,
    assign_course,
)
from assemblysim.study.definition.tables import read_intensities
from assemblysim.study.spectra.covariances import with_covariances
from assemblysim.study.spectra.species_table import covariance_table, species_table
from benchmarks.spectra.generating import Instrument, profile
from benchmarks.stored.rows import Row, Summary, make_and_tell, options

READER: Final = FormulaReader({"Pd": "Pd", "L": "C24H18N4"})
CORES: Final = {"PdL2": (1, 2), "Pd2L4": (2, 4), "Pd4L8": (4, 8)}
TIMES: Final = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
RATES: Final = (0.8, 0.3)  # 1/h, of the chain
SCATTER: Final = 0.05  # of what a sample holds
COUNTS: Final = 6000.0  # of all ions of a spectrum, about
SPAN: Final = (380.0, 2000.0)
DECISIVE: Final = 5.0  # ln Bayes factor; a wrong one beyond it would be a confident error
DRAWN: Final = 12  # tables about the true one
_WIDE: Final = (np.log(1e-2), np.log(1e2))  # of ln k before the data
_NOISE: Final = (np.log(0.1), np.log(2.5))  # of ln noise: mean and standard deviation
_STEPS: Final = np.linspace(-7.0, 7.0, 17)  # standard deviations about the best values

Course = Callable[[np.ndarray], np.ndarray]


def candidates() -> tuple[CandidateIon, ...]:
    """Return all ions of the three cores."""
    anion = IonPart("BF4", "anion", -1, (("B", 1), ("F", 4)), 7)
    rules = IonRules(READER, {"Pd": 2, "L": 0}, (anion,), tuple(range(1, 9)), 0, {})
    cores = [WantedCore(name, (("Pd", m), ("L", n))) for name, (m, n) in CORES.items()]
    return tuple(enumerated(cores, rules, SPAN))


def chain(logs: np.ndarray) -> np.ndarray:
    """Return fractions of PdL2, Pd2L4 and Pd4L8 one after the other, (B, T, 3), for ln k (B, 2)."""
    first, second = (np.exp(logs[:, i, None]) for i in (0, 1))
    second = np.where(np.abs(second - first) < 1e-6 * first, second * (1 + 1e-5), second)
    one = np.exp(-first * TIMES)
    two = first / (second - first) * (one - np.exp(-second * TIMES))
    return np.stack([one, two, 1 - one - two], axis=2)


def branched(logs: np.ndarray) -> np.ndarray:
    """Return the same where both products are made of PdL2."""
    first, second = (np.exp(logs[:, i, None]) for i in (0, 1))
    one = np.exp(-(first + second) * TIMES)
    part = first / (first + second)
    return np.stack([one, part * (1 - one), (1 - part) * (1 - one)], axis=2)


def measurement() -> Measurement:
    """Return how the table is compared: unknown gains, equal responses."""
    signals = tuple(Signal(name, ((name, 1.0),)) for name in CORES)
    return Measurement(
        SCALES["per spectrum"], NOISES["proportional"], signals, share_replicates=False
    )


def log_evidence(table: IntensityTable, course: Course) -> float:
    """Return the ln evidence, by a grid about the best values of both constants and the noise."""
    likelihood = intensity_likelihood(table, measurement())

    def log_posterior(x: np.ndarray) -> np.ndarray:
        signals = np.maximum(course(x[:, :2]), 1e-12)
        inside = ((x[:, :2] > _WIDE[0]) & (x[:, :2] < _WIDE[1])).all(axis=1)
        z = (x[:, 2] - _NOISE[0]) / _NOISE[1]
        prior = -2 * np.log(_WIDE[1] - _WIDE[0]) - 0.5 * z**2
        prior = prior - np.log(_NOISE[1] * np.sqrt(2 * np.pi))
        found = likelihood.pointwise(signals, np.exp(x[:, 2:])).sum(axis=1)
        return np.where(inside, found + prior, -1e9)

    coarse = np.linspace(*_WIDE, 18)[1:-1]
    starts = np.stack(np.meshgrid(coarse, coarse, [np.log(0.05), np.log(0.3)]), -1).reshape(-1, 3)
    start = starts[log_posterior(starts).argmax()]
    best = minimize(
        lambda x: -float(log_posterior(x[None])[0]), start, method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-6, "maxiter": 600},
    ).x  # fmt: skip
    root = np.linalg.cholesky(np.linalg.inv(_curvature(log_posterior, best)))
    grid = np.stack(np.meshgrid(_STEPS, _STEPS, _STEPS), -1).reshape(-1, 3)
    values = log_posterior(best + grid @ root.T)
    cell = 3 * np.log(_STEPS[1] - _STEPS[0]) + np.log(np.diag(root)).sum()
    return float(values.max() + np.log(np.exp(values - values.max()).sum()) + cell)


def _curvature(height: Course, at: np.ndarray, step: float = 1e-3) -> np.ndarray:
    steps = step * np.eye(3)
    found = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            corners = [at + a * steps[i] + b * steps[j] for a in (1, -1) for b in (1, -1)]
            high = height(np.array(corners))
            found[i, j] = -(high[0] - high[1] - high[2] + high[3]) / (4 * step**2)
    values, vectors = np.linalg.eigh(0.5 * (found + found.T))
    return np.asarray((vectors * np.maximum(values, 1e-2)) @ vectors.T)


def log_bayes_factor(table: IntensityTable) -> float:
    """Return the ln Bayes factor of the chain against the branches."""
    return log_evidence(table, chain) - log_evidence(table, branched)


def measured(number: int, seed: int) -> tuple[np.ndarray, IntensityTable]:
    """Draw a course, assign it, write its table and read it.

    Returns:
        What the samples hold, shape (T, 3), and the table with its covariances.
    """
    rng = np.random.default_rng([seed, number])
    ions = candidates()
    logs = np.log(chain(np.log([RATES]))[0]) + SCATTER * rng.standard_normal((len(TIMES), 3))
    held = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    spectra = []
    for time, shares in zip(TIMES.tolist(), held, strict=True):
        counts = np.zeros(len(ions))
        for name, share in zip(CORES, shares.tolist(), strict=True):
            own = [i for i, one in enumerate(ions) if one.core == name]
            counts[own] = COUNTS * share * rng.dirichlet(np.full(len(own), 1.0))
        instrument = Instrument(20000, float(rng.uniform(-15, 15)), SPAN, 0.2)
        scan = profile([one.envelope for one in ions], counts.tolist(), instrument, rng)
        spectra.append(MeasuredSpectrum(f"{time:g}.mzML", "", scan, time))
    settings = AssignmentSettings(30.0, None, tuple(range(1, 9)), tuple(CORES))
    every = [one for one, _ in assign_course(spectra, ions, settings)]
    with tempfile.TemporaryDirectory() as scratch:
        table, beside = Path(scratch) / "species.csv", Path(scratch) / "covariance.csv"
        table.write_text(species_table(every, tuple(CORES)), encoding="utf-8")
        beside.write_text(covariance_table(every, tuple(CORES)), encoding="utf-8")
        return held, with_covariances(read_intensities(table, measurement(), ""), beside)


def mean_square(table: IntensityTable, held: np.ndarray) -> float:
    """Return the mean square of what is measured about what samples hold, in its known errors.

    Only the noise that is not inferred counts, so that it is 1 where the covariances are right.
    """
    total = freedom = 0.0
    known = intensity_likelihood(table, measurement()).measured
    for row in range(len(table.times)):
        seen = np.flatnonzero(known.observed[row])
        if len(seen) < 2 or known.covariances is None:
            continue
        contrasts = np.eye(len(seen))[1:] - np.eye(len(seen))[:1]
        away = contrasts @ (np.log(known.values[row, seen]) - np.log(held[row, seen]))
        spread = contrasts @ known.covariances[row][np.ix_(seen, seen)] @ contrasts.T
        total += float(away @ np.linalg.solve(spread, away))
        freedom += len(away)
    return total / freedom


def course(number: int, seed: int, tables: int = DRAWN) -> Row:
    """Make one course, and compare the mechanisms by its table and by the true one."""
    held, table = measured(number, seed)
    true = IntensityTable(table.signals, table.times, held)
    below = table.values == 0
    # What is not seen has its limit in the drawn tables, too.
    whole = table.values.sum(axis=1, keepdims=True) / np.where(below, 0.0, held).sum(
        axis=1, keepdims=True
    )
    rng = np.random.default_rng([seed, number, 1])
    known = intensity_likelihood(table, measurement()).measured.covariances
    values, vectors = np.linalg.eigh(known)
    effects = []
    for _ in range(tables):
        along = np.sqrt(np.maximum(values, 0.0)) * rng.normal(size=held.shape)
        shown = whole * held * np.exp((vectors @ along[..., None])[..., 0])
        sizes = np.where(below, table.limits, shown)
        drawn = np.where(below, 0.0, shown)
        covariances = known * sizes[:, :, None] * sizes[:, None, :]
        effects.append(log_bayes_factor(replace(table, values=drawn, covariances=covariances)))
    plain = log_bayes_factor(true)
    return {
        "true": plain,
        "measured": log_bayes_factor(table),
        "ignored": log_bayes_factor(replace(table, covariances=None)),
        "effect_mean": float(np.mean(effects)) - plain if effects else 0.0,
        "effect_sd": float(np.std(effects)) if effects else 0.0,
        "mean_square": mean_square(table, held),
        "median_error": float(np.median(np.sqrt(np.diagonal(known, axis1=1, axis2=2)))),
    }


def summary(rows: dict[str, Row]) -> Summary:
    """Count what holds."""
    every = list(rows.values())
    return {
        "all": {
            "courses": len(every),
            "within three times the effect of the table's errors": sum(_near(one) for one in every),
            "confidently wrong": sum(one["measured"] < -DECISIVE for one in every),
            "confidently right": sum(one["measured"] > DECISIVE for one in every),
            "confidently right by the true table": sum(one["true"] > DECISIVE for one in every),
            "within that without covariances": sum(_near(one, "ignored") for one in every),
            "mean square of the table's errors, per cent": round(
                100 * float(np.mean([one["mean_square"] for one in every]))
            ),
        }
    }


def _near(row: Row, which: str = "measured") -> bool:
    return abs(row[which] - row["true"] - row["effect_mean"]) <= 3 * row["effect_sd"]


def main() -> None:
    """Run the command."""
    parser = options(argparse.ArgumentParser(description="verdicts from spectra"))
    parser.add_argument("--sets", type=int, default=20)
    asked = parser.parse_args()
    make_and_tell(asked, course, [(f"{n}", (n,)) for n in range(asked.sets)], summary)


if __name__ == "__main__":
    main()
