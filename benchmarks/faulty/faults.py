"""``python -m benchmarks.faulty.faults``: is a wrong model believed where the data are faulty?

Synthetic studies of one cluster that forms by two motifs that join, one by one, or both ways; ten
sampling times, two spectra each, 15 % noise. Each fault in turn: none, a fifth less metal than
stated (on the absolute scale, and clean studies there beside it), one outlier spectrum, two
exchanged rows, a response that drifts fourfold, a species that is seen by nothing. All mechanisms
are fitted, and the verdict is that of a study. Each study is stored with --out as it ends, and not
repeated; all depend on the seed.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from assemblysim.inference.calibration.quick import QuickSettings, fit_quickly
from assemblysim.inference.evidence.comparison import Candidate, rank_mechanisms
from assemblysim.inference.evidence.faults import fault_factors
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem, courses_of, signals_of
from assemblysim.inference.sampling.search import spread_starts
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.simulation.simulation import simulate_like
from assemblysim.result.evidence import ComparisonResult
from assemblysim.result.unknowns import DeterminedBy, ParameterResult, ProfileInterval
from assemblysim.study.campaigns.simulated_study import with_tables
from assemblysim.study.definition.reading import read_study
from assemblysim.study.doubts.lack_of_fit import looked_at, with_lack_of_fit
from assemblysim.study.doubts.prior_edges import with_edges_of_draws
from assemblysim.study.doubts.wild_spectra import (
    exchanged,
    exchanged_spectra,
    wild_spectra,
    with_left_out,
)
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.experiments import stored_prior
from assemblysim.study.results.posterior_checks import posterior_checks
from benchmarks.stored.rows import Row, make_and_tell, options

MODEL = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L = "2M L"
M3L2 = "3M 2L"
M4L2 = "4M 2L"
M6L3 = "6M 3L"
[reactions]
bind = "M + L -> ML ; k_bind"
grow = "ML + M -> M2L ; k_grow"
join = "2 M2L -> M4L2 ; k_join"
couple = "ML + M2L -> M3L2 ; k_couple"
close = "M3L2 + M -> M4L2 ; k_close"
hide = "M2L + M4L2 <=> M6L3 ; k_hide, k_show"
[mechanisms]
dimer = ["bind", "grow", "join"]
stepwise = ["bind", "grow", "couple", "close"]
mixed = ["bind", "grow", "join", "couple", "close"]
hidden = ["bind", "grow", "join", "hide"]
"""
STUDY = """
title = "SYNTHETIC: a cluster whose data may be faulty"
model = "model.toml"
seed = 1
synthetic = true
mechanisms = ["dimer", "stepwise", "mixed", "hidden"]
notes = ["Simulated."]
[[experiments]]
name = "simulated"
initial = {{ M = "10 mM", L = "4 mM" }}
data = "data.csv"
[measurement]
{measurement}
share_replicates = false
"""
# By its scale: gains of each spectrum and a limit, or concentrations with an error of 0.03 mM.
MEASUREMENTS = {
    "per spectrum": """scale = "per spectrum"
noise = "proportional"
signals = ["ML", "M2L", "M3L2", "M4L2"]
detection_limit = "0.5 %\"""",
    "absolute": """scale = "absolute"
noise = "constant"
signals = ["ML", "M2L", "M3L2", "M4L2"]""",
}
TIMES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
REPLICATES = 2
SIGNALS = ("ML", "M2L", "M3L2", "M4L2")
# 1/(mM h), about which the truths are scattered by a factor of 1.35, and responses by 1.65.
TYPICAL = {
    "k_bind": 0.5, "k_grow": 0.15, "k_join": 0.15, "k_couple": 0.15, "k_close": 0.2,
    "k_hide": 0.15, "k_show": 0.05,
}  # fmt: skip
SCATTER_OF_CONSTANTS, SCATTER_OF_RESPONSES = 1.35, 1.65
NOISE = {"per spectrum": 0.15, "absolute": 0.03}
# Of the total amount that is stated, what is there.
AMOUNT, DRIFT = 0.8, 4.0
FITTED = ("dimer", "stepwise", "mixed")
KINDS = (
    "clean", "clean absolute", "start absolute", "outlier", "exchanged", "drift", "hidden",
)  # fmt: skip
QUICK = QuickSettings(screened=256, starts=3, draws=1500, walkers=120, looks=4)
DRAWS = 300
CONFIDENT = 0.95


def problems_of(scale: str) -> dict[str, Problem]:
    """Return the problem of each mechanism; their tables are to be replaced."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "model.toml").write_text(MODEL, "utf-8")
        rows = [",".join([f"{t:g}", *("1" for _ in SIGNALS)]) for t in np.repeat(TIMES, REPLICATES)]
        unit = " (mM)" if scale == "absolute" else ""
        header = ",".join(["time (h)", *(f"{name}{unit}" for name in SIGNALS)])
        (folder / "data.csv").write_text("\n".join([header, *rows, ""]), "utf-8")
        (folder / "study.toml").write_text(STUDY.format(measurement=MEASUREMENTS[scale]), "utf-8")
        study = read_study(folder)
        return {name: build_problem(study, name) for name in study.mechanisms}


def truth_of(kind: str, number: int) -> str:
    """Return which mechanism is true: those that decide in turn."""
    return "hidden" if kind == "hidden" else ("dimer", "mixed")[number % 2]


def table_of(problem: Problem, kind: str, scale: str, rng: np.random.Generator) -> IntensityTable:
    """Simulate a table with a fault."""
    values = np.array([[_true_value(p.name, scale, rng) for p in problem.parameters]])
    named = problem.named(values)
    (experiment,) = problem.experiments
    likelihood = experiment.intensities
    if likelihood is None:
        raise RuntimeError("no table to simulate")
    there = experiment
    if kind.startswith("start"):
        names = experiment.network.species_names
        entries = zip(names, experiment.initial, strict=True)
        low = (AMOUNT * float(e) if name == "M" else e for name, e in entries)
        there = replace(experiment, initial=tuple(low))
    signals = signals_of(there, named, courses_of(problem, there, named).concentrations)[0]
    if kind == "drift":
        along = np.array(TIMES) / TIMES[-1]
        signals = signals.copy()
        signals[:, -1] *= DRIFT**along
    noise = np.full(len(likelihood.noise_names), NOISE[scale])
    table = simulate_like(likelihood, signals, noise, "none", rng)
    if table is None:
        raise RuntimeError("nothing to see")
    return _spoilt(table, kind, rng)


def _true_value(name: str, scale: str, rng: np.random.Generator) -> float:
    """Draw a truth of a constant or a response; noise and background are stated."""
    if name in TYPICAL:
        return float(TYPICAL[name] * SCATTER_OF_CONSTANTS ** rng.standard_normal())
    if name.startswith(("response", "contrast")):
        return float(SCATTER_OF_RESPONSES ** rng.standard_normal())
    return {"noise": NOISE[scale], "background": 1e-5}[name]


def _spoilt(table: IntensityTable, kind: str, rng: np.random.Generator) -> IntensityTable:
    """Put an outlier into a table, or exchange two rows at least two sampling times apart."""
    if kind == "outlier":
        values = table.values.copy()
        row = int(rng.integers(len(values)))
        values[row] = np.nansum(values[row]) * rng.dirichlet(np.ones(values.shape[1]))
        below = None if table.below is None else table.below.copy()
        if below is not None:
            below[row] = False
        return replace(table, values=values, below=below)
    if kind == "exchanged":
        first = int(rng.integers(len(TIMES) - 2))
        second = int(rng.integers(first + 2, len(TIMES)))
        return exchanged(table, REPLICATES * first, REPLICATES * second)
    return table


def compared(
    problems: tuple[Problem, ...], rng: np.random.Generator, seed: int
) -> ComparisonResult:
    """Fit mechanisms to one table and compare them as a study does."""
    fits = fit_quickly(problems, QUICK, rng)
    log_evidences = {
        p.mechanism: fit.log_evidence.value for p, fit in zip(problems, fits, strict=True)
    }
    chosen, found, factors = looked_at(log_evidences), {}, {}
    for problem, fit in zip(problems, fits, strict=True):
        name = problem.mechanism
        values = values_from_normal(problem.parameters, fit.positions)
        values = values[rng.choice(len(values), DRAWS)]
        wild = wild_spectra(problem, values)
        found[name] = SimpleNamespace(
            log_evidence=(fit.log_evidence,),
            predictive_checks=posterior_checks(problem, values, rng),
            wild_spectra=wild,
            exchanged_spectra=exchanged_spectra(problem, values, wild),
            parameters=_noise(problem, values),
        )
        if name in chosen:
            some = fit.positions[:: max(1, len(fit.positions) // DRAWS)]
            starts = spread_starts(some, Posterior(problem)(some), 2)
            factors[name] = fault_factors(problem, starts)
    candidates = (
        Candidate(p.mechanism, f.log_evidence, f.log_evidence, len(p.parameters), trusted=True)
        for p, f in zip(problems, fits, strict=True)
    )
    comparison = rank_mechanisms(tuple(candidates), rng)
    facts: Any = found  # as much of a mechanism's result as is looked at
    comparison = with_left_out(comparison, seed, problems, facts)
    comparison = with_lack_of_fit(comparison, facts, factors)
    draws = {p.mechanism: fit.positions for p, fit in zip(problems, fits, strict=True)}
    return with_edges_of_draws(comparison, problems, draws)


def _noise(problem: Problem, values: np.ndarray) -> dict[str, ParameterResult]:
    """Return what draws, shape (D, P), say of the noise parameters."""
    found = {}
    for place, one in enumerate(problem.parameters):
        if one.kind == "noise":
            lower, median, upper = np.quantile(values[:, place], [0.025, 0.5, 0.975]).tolist()
            found[one.name] = ParameterResult(
                one.unit, median, lower, upper, median,
                "determined", DeterminedBy("determined", "determined"),
                ProfileInterval(None, None), stored_prior(one.prior), one.kind,
            )  # fmt: skip
    return found


def made(kind: str, number: int, seed: int) -> Row:
    """Make one study and say what its verdict is."""
    scale = "absolute" if kind.endswith("absolute") else "per spectrum"
    problems, truth = problems_of(scale), truth_of(kind, number)
    rng = stream(seed, kind, f"study {number}")
    table = table_of(problems[truth], kind, scale, rng)
    fitted = tuple(with_tables(problems[name], (table,)) for name in FITTED)
    comparison = compared(fitted, rng, seed)
    verdict = comparison.verdict
    leader, probability = next(iter(comparison.probabilities.items()))
    left_out, lack_of_fit = verdict.left_out, verdict.lack_of_fit
    return {
        "truth": truth,
        "leader": leader,
        "probability": probability,
        "kind": verdict.kind,
        "believed": lack_of_fit is None and not verdict.edges,
        "edges": [f"{one.mechanism} {one.name}" for one in verdict.edges or ()],
        "left_out": [] if left_out is None else [one.row for one in left_out.spectra],
        "exchanged": [] if left_out is None else [list(one.rows) for one in left_out.exchanged],
        "checks": [] if lack_of_fit is None else list(lack_of_fit.checks),
        "faults": {one.name: round(one.log_bayes_factor, 2) for one in comparison.faults},
        "with_every_spectrum": None if left_out is None else left_out.leader,
    }


def is_wrong(row: Row) -> bool:
    """Say whether a verdict is confident, wrong, and says nothing that takes it away."""
    return bool(
        row["believed"] and row["probability"] > CONFIDENT and row["leader"] != row["truth"]
    )


def is_right(row: Row) -> bool:
    """Say whether the truth is the most probable by far, and believed."""
    return bool(
        row["believed"] and row["probability"] > CONFIDENT and row["leader"] == row["truth"]
    )


def summary_of(rows: dict[str, Row]) -> dict[str, dict[str, int]]:
    """Count verdicts and alarms by kind of fault."""
    found = {}
    for kind in KINDS:
        here = [row for name, row in rows.items() if name.rpartition(" ")[0] == kind]
        found[kind] = {
            "studies": len(here),
            "wrong": sum(map(is_wrong, here)),
            "right": sum(map(is_right, here)),
            "not believed": sum(not row["believed"] for row in here),
            "spectra left out": sum(bool(row["left_out"]) for row in here),
            "exchange named": sum(bool(row["exchanged"]) for row in here),
        }
    return found


def main() -> None:
    """Run, store and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faulty.faults", description=__doc__)
    parser.add_argument("--studies", type=int, default=100, help="of each kind")
    asked = options(parser).parse_args()
    jobs = [(f"{kind} {i}", (kind, i)) for i in range(asked.studies) for kind in KINDS]
    make_and_tell(asked, made, jobs, summary_of)


if __name__ == "__main__":
    main()
