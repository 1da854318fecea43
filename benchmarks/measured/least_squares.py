"""``python -m benchmarks.measured.least_squares REAL``: do fits find what is known of others' data.

REAL is a folder with ``models/NAME.toml`` and ``fits/NAME/data.csv``; the studies are written here
as a user writes them today. Readings that a table has as a millionth, since zeros were refused
once, are zeros again. Sums of squares are minimised from many starts of the prior by the engine's
own courses and sensitivities, so that a wrong course, unit or table shows in them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import (
    Problem,
    courses_of,
    courses_with_changes,
    filled,
    signals_of,
)
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

SCREENED = 1000  # places of which the best are starts
STEP = 1e-4  # in prior standard deviations, through the measurement alone
FINE = Tolerance(1e-9, 1e-13, 100_000)
STUDIES = {
    "gas_oil": """
title = "Catalytic cracking of gas oil"
model = "MODEL"
mechanisms = ["full"]
seed = 1
[[experiments]]
name = "COPS"
initial = { A = "1 mM" }
data = "DATA"
[measurement]
scale = "absolute"
signals = ["A", "Q"]
noise = "constant"
wild_spectra = 0
[priors]
noise = "0.01 mM"
th1 = { log_uniform = ["0.01 1/(mM h)", "1000 1/(mM h)"] }
th2 = { log_uniform = ["0.01 1/h", "1000 1/h"] }
th3 = { log_uniform = ["0.01 1/(mM h)", "1000 1/(mM h)"] }
""",
    "pd2l4": """
title = "A Pd2L4 cage by NMR"
model = "MODEL"
seed = 1
concentration = "%"
[[experiments]]
name = "nmr"
initial = { L = "100 %", PdX4 = "50 %" }
data = "DATA"
[measurement]
scale = "absolute"
signals = ["L", "PdX4", "X", "cage"]
noise = "constant"
wild_spectra = 0
[priors]
noise = "1 %"
response_PdX4 = 2
response_X = 0.5
response_cage = 4
k1f = { log_uniform = ["1e-6 1/(% h)", "1e6 1/(% h)"] }
k2f = { log_uniform = ["1e-6 1/(% h)", "1e6 1/(% h)"] }
k1b = { log_uniform = ["1e-6 1/(% h)", "1e6 1/(% h)"] }
k2b = { log_uniform = ["1e-6 1/(% h)", "1e6 1/(% h)"] }
k3b = { log_uniform = ["1e-6 1/(% h)", "1e6 1/(% h)"] }
k4b = { log_uniform = ["1e-6 1/(% h)", "1e6 1/(% h)"] }
k3f = { log_uniform = ["6e-4 1/h", "6e7 1/h"] }
k4f = { log_uniform = ["6e-4 1/h", "6e7 1/h"] }
""",
}
KNOWN = {
    "gas_oil": {"th1": 11.847, "th2": 8.3445, "th3": 1.0014},
    "pd2l4": {"sum_of_squares": 36.365},
}
_MILLIONTH = re.compile(r"(?<=,)1e-0?6(?=,|$)", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Optimum:
    """The least sum of squares.

    Attributes:
        sum_of_squares: in the study's unit squared.
        values: of the unknowns, by name.
        sums: of all starts, in order.
    """

    sum_of_squares: float
    values: dict[str, float]
    sums: tuple[float, ...]


def problem_of(name: str, real: Path, folder: Path) -> Problem:
    """Write a study anew into a folder and return its problem, integrated closely."""
    table = (real / "fits" / name / "data.csv").read_text(encoding="utf-8")
    (folder / "data.csv").write_text(_MILLIONTH.sub("0", table), encoding="utf-8")
    text = STUDIES[name].replace("MODEL", str(real.resolve() / "models" / f"{name}.toml"))
    (folder / "study.toml").write_text(text.replace("DATA", "data.csv"), encoding="utf-8")
    study = read_study(folder)
    return replace(build_problem(study, study.mechanisms[0]), tolerance=FINE)


def least(problem: Problem, starts: int, seed: int) -> Optimum:
    """Return the least sum of squares of one experiment from so many starts of the prior."""
    experiment = problem.experiments[0]
    if experiment.table is None:
        raise ValueError("a study without intensities")
    names = [signal.name for signal in experiment.measurement.signals]
    seen = experiment.table.values[:, [experiment.table.signals.index(name) for name in names]]
    count = len(problem.parameters)
    shifts = STEP * np.concatenate([np.eye(count), -np.eye(count)])

    def all_residuals(positions: np.ndarray) -> np.ndarray:
        named = problem.named(values_from_normal(problem.parameters, positions))
        signals = signals_of(experiment, named, filled(courses_of(problem, experiment, named)))
        return np.asarray((signals - seen).reshape(len(positions), -1))

    def residuals(position: np.ndarray) -> np.ndarray:
        return all_residuals(position[None])[0]

    def jacobian(position: np.ndarray) -> np.ndarray:
        named = problem.named(values_from_normal(problem.parameters, position[None]))
        around = problem.named(values_from_normal(problem.parameters, position + shifts))
        batch, changes = courses_with_changes(problem, experiment, named, around)
        beside = filled(batch).repeat(2 * count, axis=0) + changes.everything()
        signals = signals_of(experiment, around, beside).reshape(2 * count, -1)
        return np.asarray((signals[:count] - signals[count:]).T / (2 * STEP))

    random = np.random.default_rng(seed)
    screened = random.uniform(-1.5, 1.5, (SCREENED, count))
    first = np.argsort((all_residuals(screened) ** 2).sum(axis=1))[:starts]
    found = [least_squares(residuals, start, jac=jacobian, xtol=1e-12) for start in screened[first]]
    best = min(found, key=lambda one: float(one.cost))
    values = values_from_normal(problem.parameters, best.x[None])[0]
    return Optimum(
        2 * float(best.cost),
        dict(zip(problem.parameter_names, values.tolist(), strict=True)),
        tuple(sorted(2 * float(one.cost) for one in found)),
    )


def main() -> int:
    """Minimise, say and perhaps store."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measured.least_squares")
    parser.add_argument("real", type=Path)
    parser.add_argument("--studies", nargs="*", default=list(STUDIES))
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    told = {}
    for name in asked.studies:
        begun = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            found = least(problem_of(name, asked.real, Path(folder)), asked.starts, asked.seed)
        told[name] = {
            "starts": asked.starts,
            "seed": asked.seed,
            "cpu_s": round(time.process_time() - begun, 1),
            "sum_of_squares": found.sum_of_squares,
            "values": found.values,
            "known": KNOWN[name],
            "sums": [round(one, 4) for one in found.sums[:10]],
        }
        sys.stdout.write(f"{name}: {json.dumps(told[name])}\n")
        sys.stdout.flush()
    if asked.out:
        asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
