"""``python -m benchmarks.groups.differences``: are differences found, do limits hold?

Synthetic tables of the two ligands of fits/both_ligands, by its model and from its starts. For a
thirtyfold, a threefold and no difference in k_couple: tables are simulated, the hypotheses that it
is common and that it differs are fitted, and a call is strong evidence by two standard errors, as
in a verdict. Then the one-sided 95 % limit on the fraction of Dy6 that was made through a Dy5L2
which is not among the signals, over truths from the prior. Each study is stored with --out as it
ends, and not repeated; all depend on the seed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assemblysim.inference.calibration.quick import QuickFit, QuickSettings, fit_quickly
from assemblysim.inference.evidence.comparison import STRONG
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.experiment import within
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.problem import Problem, reactor_of
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.simulation.simulation import simulate_like
from assemblysim.prediction.courses.intervals import upper_limit_of
from assemblysim.prediction.pathways import pathway_fractions_in
from assemblysim.study.campaigns.simulated_study import expected_tables, with_tables
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks.stored.rows import Row, make_and_tell, options

MODEL = Path(__file__).parents[2] / "models" / "both_ligands.toml"
STUDY = """
title = "SYNTHETIC: two groups, in which k_couple may differ"
model = "model.toml"
seed = 1
synthetic = true
notes = ["Simulated."]
[hypotheses]
same = {{ mechanism = "both" }}
differs = {{ mechanism = "both", per_group = ["k_couple"] }}
{experiments}
[measurement]
scale = "per spectrum"
noise = "proportional"
signals = [{signals}]
[priors]
{constants}
background = "0.001 mM"
noise = 0.4
"""
EXPERIMENT = """
[[experiments]]
name = "{name}"
group = "{name}"
data = "{name}.csv"
initial = {{ Dy = "{metal} mM", L = "{ligand} mM" }}
"""
STARTS = {"dy6": (286, 35.7), "hnp_dy6": (190, 23.8)}  # of metal and ligand, as published, mM
TIMES = (1 / 12, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0)
# Truths of the tables in which k_couple differs, those of fits/hnp_dy6_synthetic, and what their
# priors reach, 1/(mM h): both routes count.
TRUTH = {
    "k_chelate": 0.1,
    "k_grow": 3e-3,
    "k_dimerise": 1.5e-3,
    "k_couple": 12e-3,
    "k_close": 1.5e-3,
}
REACH = 30.0
SHOWN, UNSEEN = ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2"), ("Dy2L", "Dy3L", "Dy6L2")
QUICK = QuickSettings(screened=256, starts=3, draws=1500, walkers=120, looks=4)
# Truths of the prior that make none of the product, or too little to be a table, are drawn anew.
MOST_ATTEMPTS = 200
RATIOS = (30.0, 3.0, 1.0)


def problems_of(signals: tuple[str, ...]) -> tuple[Problem, Problem]:
    """Return the problems of both hypotheses; their tables are to be replaced."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "model.toml").write_text(MODEL.read_text("utf-8"), "utf-8")
        for name in STARTS:
            rows = [",".join([f"{t:g}", *("1" for _ in signals)]) for t in TIMES]
            text = "\n".join([",".join(["time (h)", *signals]), *rows, ""])
            (folder / f"{name}.csv").write_text(text, "utf-8")
        prior = '{{ log_uniform = ["{:g} 1/(mM h)", "{:g} 1/(mM h)"] }}'
        priors = [f"{k} = {prior.format(v / REACH, v * REACH)}" for k, v in TRUTH.items()]
        written = STUDY.format(
            experiments="".join(
                EXPERIMENT.format(name=name, metal=metal, ligand=ligand)
                for name, (metal, ligand) in STARTS.items()
            ),
            signals=", ".join(f'"{one}"' for one in signals),
            constants="\n".join([*priors, *(f"response_{one} = 1.0" for one in signals)]),
        )
        (folder / "study.toml").write_text(written, "utf-8")
        study = read_study(folder)
        return build_problem(study, "same"), build_problem(study, "differs")


def position_of(problem: Problem, ratio: float) -> np.ndarray:
    """Return the truth with this ratio of the groups' k_couple, standard-normal coordinates."""
    truth = {**TRUTH, "ratio_k_couple": ratio}
    values = np.array([[truth[one.name] for one in problem.parameters]])
    return np.asarray(normal_from_values(problem.parameters, values)[0])


def tables_from(
    problem: Problem, position: np.ndarray, rng: np.random.Generator
) -> tuple[IntensityTable, ...] | None:
    """Simulate the tables of both groups; None where they would say nothing."""
    expected = expected_tables(problem, position)
    if expected is None:
        return None
    named = problem.named(values_from_normal(problem.parameters, position[None]))
    found = []
    for experiment, signals in zip(problem.experiments, expected, strict=True):
        likelihood = experiment.intensities
        if likelihood is None:
            raise RuntimeError(f"{experiment.name}: no table to simulate")
        noise = within(experiment, named).stack(likelihood.noise_names)[0]
        found.append(simulate_like(likelihood, signals, noise, "none", rng))
    tables = tuple(one for one in found if one is not None)
    return tables if len(tables) == len(problem.experiments) else None


def called(ratio: float, number: int, seed: int) -> Row:
    """Simulate one pair of tables with a true ratio, and say what is called."""
    same, differs = problems_of(SHOWN)
    rng = stream(seed, f"ratio {ratio:g}", f"table {number}")
    tables = tables_from(differs, position_of(differs, ratio), rng)
    if tables is None:
        raise RuntimeError(f"ratio {ratio:g}, table {number}: nothing to see")
    one, other = (with_tables(problem, tables) for problem in (same, differs))
    common, free = fit_quickly((one, other), QUICK, rng)
    factor = free.log_evidence.value - common.log_evidence.value
    error = float(np.hypot(free.log_evidence.error, common.log_evidence.error))
    values = values_from_normal(other.parameters, free.positions)
    found = values[:, other.parameter_names.index("ratio_k_couple")]
    lower, median, upper = np.quantile(found, [0.025, 0.5, 0.975]).tolist()
    return {
        "call": call_of(factor, error),
        "log_bayes_factor": factor,
        "error": error,
        "ratio_lower": lower,
        "ratio_median": median,
        "ratio_upper": upper,
        "effective_size": min(common.effective_size, free.effective_size),
    }


def call_of(factor: float, error: float) -> str:
    """Say what is called: strong evidence by two standard errors, or none."""
    if factor - 2 * error >= STRONG:
        return "differs"
    return "same" if factor + 2 * error <= -STRONG else "open"


def is_right(ratio: float, row: Row) -> bool:
    """Say whether a difference was found, on the right side."""
    return row["call"] == "differs" and float(row["ratio_lower"]) > 1 and ratio > 1


def is_wrong(ratio: float, row: Row) -> bool:
    """Say whether a call is false."""
    if row["call"] == "same":
        return ratio != 1
    return row["call"] == "differs" and (ratio == 1 or float(row["ratio_lower"]) <= 1)


def limited(number: int, seed: int) -> Row:
    """Draw one truth from the prior; hold what the unseen route made against the limit."""
    problem, _ = problems_of(UNSEEN)
    for attempt in range(MOST_ATTEMPTS):
        rng = stream(seed, "limit", f"truth {number} {attempt}")
        position = rng.standard_normal(len(problem.parameters))
        truth = float(fractions(problem, position[None])[0])
        tables = tables_from(problem, position, rng) if np.isfinite(truth) else None
        if tables is None:
            continue
        (fit,) = fit_quickly((with_tables(problem, tables),), QUICK, rng)
        limit = limit_of(problem, fit)
        return {"truth": truth, "limit": limit, "effective_size": fit.effective_size}
    raise RuntimeError(f"truth {number}: {MOST_ATTEMPTS} truths made no table")


def limit_of(problem: Problem, fit: QuickFit) -> float:
    """Return the one-sided 95 % limit on what the unseen route made in the first group."""
    some = fit.positions[:: max(1, len(fit.positions) // 500)]
    limit = upper_limit_of(fractions(problem, some), np.ones(len(some)))
    return float("nan") if limit is None else limit


def fractions(problem: Problem, positions: np.ndarray) -> np.ndarray:
    """Return which fraction of Dy6L2 the unseen route makes in the first group, shape (D,)."""
    first = problem.experiments[0]
    named = problem.named(values_from_normal(problem.parameters, positions))
    found = pathway_fractions_in(reactor_of(problem, first, named), first.window)
    return np.asarray(found.values[:, found.routes.index(("Dy6L2", "close"))])


def summary_of(rows: dict[str, Row]) -> dict[str, dict[str, int]]:
    """Count what was found, called wrongly and held."""
    found: dict[str, dict[str, int]] = {}
    for ratio in RATIOS:
        here = [row for name, row in rows.items() if name.startswith(f"ratio {ratio:g} ")]
        found[f"ratio {ratio:g}"] = {
            "tables": len(here),
            "found": sum(is_right(ratio, row) for row in here),
            "wrong": sum(is_wrong(ratio, row) for row in here),
        }
    limits = [row for name, row in rows.items() if name.startswith("limit ")]
    held = sum(float(row["truth"]) <= float(row["limit"]) for row in limits)
    found["limit"] = {"truths": len(limits), "held": held}
    return found


def waiting(tables: int, truths: int) -> Iterator[tuple[str, float, int]]:
    """Give name, ratio and number of each study to be made; the ratio is 0 where a limit is."""
    for number in range(max(tables, truths)):
        if number < tables:
            yield from ((f"ratio {ratio:g} {number}", ratio, number) for ratio in RATIOS)
        if number < truths:
            yield f"limit {number}", 0.0, number


def made(ratio: float, number: int, seed: int) -> Row:
    """Make one study."""
    return called(ratio, number, seed) if ratio else limited(number, seed)


def main() -> None:
    """Run, store and say."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.groups.differences", description=__doc__
    )
    parser.add_argument("--tables", type=int, default=20, help="pairs of tables for each ratio")
    parser.add_argument("--truths", type=int, default=200, help="truths for the limit")
    asked = options(parser).parse_args()
    jobs = [(name, (ratio, i)) for name, ratio, i in waiting(asked.tables, asked.truths)]
    make_and_tell(asked, made, jobs, summary_of)


if __name__ == "__main__":
    main()
