"""``python -m benchmarks.responses.signal_orders``: evidences whatever the order of signals.

    python -m benchmarks.responses.signal_orders --studies 30 --out signal_orders.json

simulates studies whose signals answer unlike, by a factor of 2 each, and weighs each twice: as it
is, and with its signals in another order and under other names, from independent random numbers.
It resumes. The differences over their stated errors have a mean square of about 1. Beside them
stands by how much the log evidence moved with the order under the rule of the first release, where
the first signal's response was 1 and each other's log-normal about it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from assemblysim.inference.groundwork import lay_groundwork, smc_task
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem, courses_of, signals_of
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.inference.sampling.smc import SmcRuns, run_smc
from assemblysim.measurement.responses import RESPONSE_SPREAD, response_name
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

MODELS: Final = {
    "chain": (
        'A = "M"\nB = "M"\nC = "M"',
        'first = "A -> B ; k_first"\nsecond = "B -> C ; k_second"',
        "A",
    ),
    "square": (
        'A = "M"\nB = "M"\nC = "M"\nD = "M"',
        'first = "A -> B ; k_first"\nsecond = "B -> D ; k_second"\nthird = "A -> C ; k_third"',
        "A",
    ),
    "dimer": (
        'A = "M"\nB = "2 M"\nC = "4 M"',
        'first = "2 A <=> B ; k_first, k_back"\nsecond = "2 B -> C ; k_second"',
        "A",
    ),
}
TIMES: Final = (0.1, 0.3, 0.7, 1.5, 3.0, 6.0, 12.0, 24.0)
NOISE: Final = 0.15
WANTED: Final = 0.05
EFFORT: Final = SmcSettings(runs=8, particles=320)
SEARCH: Final = FitSettings(screened=512, starts=6)


def study_text(model: str, names: Sequence[str], order: Sequence[str], table: str) -> str:
    """Write a study whose signals have names, by species, and are listed in an order."""
    signals = ", ".join(f'"{names[i]} = {species}"' for i, species in _numbered(order))
    return (
        f'title = "SYNTHETIC"\nmodel = "{model}.toml"\nseed = 1\nsynthetic = true\n'
        f'[[experiments]]\nname = "e"\ninitial = {{ {MODELS[model][2]} = "10 mM" }}\n'
        f'data = "{table}"\n[measurement]\nscale = "per spectrum"\nsignals = [{signals}]\n'
        'noise = "proportional"\nwild_spectra = 0\n'
    )


def _numbered(order: Sequence[str]) -> list[tuple[int, str]]:
    return [("ABCD".index(species), species) for species in order]


def problem_of(
    folder: Path, model: str, names: Sequence[str], order: Sequence[str], values: np.ndarray
) -> Problem:
    """Return the problem of a table, shape (T, I) by species, as one of its orders lists it."""
    species, reactions, _ = MODELS[model]
    text = f"[species]\n{species}\n[reactions]\n{reactions}\n"
    (folder / f"{model}.toml").write_text(text, encoding="utf-8")
    places = [i for i, _ in _numbered(order)]
    header = ",".join(["time (h)", *(names[i] for i in places)])
    rows = [
        ",".join(f"{number:.9g}" for number in (time, *values[row, places]))
        for row, time in enumerate(TIMES)
    ]
    (folder / "table.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    text = study_text(model, names, order, "table.csv")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return build_problem(read_study(folder), "all")


def simulated(folder: Path, model: str, rng: np.random.Generator) -> np.ndarray:
    """Draw a table of a study: constants from their priors' middle, responses a factor of 2 each.

    Returns:
        Shape (T, I), by species.
    """
    every = _species(model)
    blank = np.ones((len(TIMES), len(every)))
    problem = problem_of(folder, model, every, every, blank)
    position = 0.4 * rng.standard_normal((1, len(problem.parameters)))
    named = problem.named(values_from_normal(problem.parameters, position))
    experiment = problem.experiments[0]
    course = courses_of(problem, experiment, named)
    signals = signals_of(experiment, named, course.concentrations)[0]
    unlike = RESPONSE_SPREAD ** rng.standard_normal(len(every))
    errors = np.exp(NOISE * rng.standard_normal(signals.shape))
    return np.asarray(signals * unlike * errors * 10 ** rng.uniform(0, 1, (len(TIMES), 1)))


def _species(model: str) -> list[str]:
    return [line.split(" = ")[0] for line in MODELS[model][0].splitlines()]


def weighed(problem: Problem, seed: int, effort: SmcSettings, wanted: float) -> SmcRuns:
    """Return posterior draws with the log evidence, its error at most as wanted."""
    rng = np.random.default_rng(seed)
    groundwork = lay_groundwork(problem, SEARCH, seed)
    found = run_smc(smc_task(problem, groundwork, effort), rng)
    while found.log_evidence.error > wanted:
        effort = replace(effort, particles=2 * effort.particles)
        found = run_smc(smc_task(problem, groundwork, effort), rng)
    return found


def under_former_rule(
    problem: Problem, names: Sequence[str], positions: np.ndarray, first: int
) -> float:
    """Return by how much the log evidence differs where one response is 1 and the others about it.

    Args:
        problem: whose responses are exchangeable.
        names: of its I signals.
        positions: shape (N, P), posterior draws.
        first: the number of the signal that was listed first.

    Method: the mean over the posterior of the ratio of the two priors, which is bounded.
    """
    named = problem.named(values_from_normal(problem.parameters, positions))
    logs = np.log(named.stack(tuple(map(response_name, names)))) / np.log(RESPONSE_SPREAD)
    gaps = np.delete(logs - logs[:, [first]], first, axis=1)
    count = gaps.shape[1]
    ratio = _normal(gaps, np.eye(count)) - _normal(gaps, np.eye(count) + 1.0)
    return float(logsumexp(ratio) - np.log(len(ratio)))


def _normal(gaps: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    mean = np.zeros(len(covariance))
    return np.asarray(multivariate_normal(mean, covariance).logpdf(gaps)).reshape(-1)


def compared(index: int, seed: int, effort: SmcSettings, wanted: float) -> dict[str, Any]:
    """Weigh one study in two orders; it depends on its arguments alone."""
    rng = np.random.default_rng([seed, index])
    model = list(MODELS)[index % len(MODELS)]
    every = _species(model)
    with tempfile.TemporaryDirectory() as place:
        values = simulated(Path(place), model, rng)
        order = [every[i] for i in rng.permutation(len(every))]
        while order[0] == every[0]:
            order = [every[i] for i in rng.permutation(len(every))]
        # Other names, in another order of the alphabet: other contrasts.
        renamed = [f"z{'ABCD'[::-1].index(one)}" for one in every]
        here = problem_of(Path(place), model, every, every, values)
        there = problem_of(Path(place), model, renamed, order, values)
    one, other = (
        weighed(problem, int(rng.integers(2**31)), effort, wanted) for problem in (here, there)
    )
    firsts = [
        under_former_rule(here, every, one.positions, every.index(name))
        for name in (every[0], order[0])
    ]
    return {
        "model": model,
        "log_evidence": [one.log_evidence.value, other.log_evidence.value],
        "error": [one.log_evidence.error, other.log_evidence.error],
        "moved_before": firsts[1] - firsts[0],
    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the mean square of standardised differences, and how far evidences moved before."""
    gaps = np.array([row["log_evidence"][1] - row["log_evidence"][0] for row in rows])
    errors = np.array([np.hypot(*row["error"]) for row in rows])
    before = np.abs([row["moved_before"] for row in rows])
    return {
        "studies": len(rows),
        "mean_square": float(np.mean((gaps / errors) ** 2)),
        "largest_error": float(max(max(row["error"]) for row in rows)),
        "mean_square_before": float(np.mean((before / errors) ** 2)),
        "median_moved_before": float(np.median(before)),
        "most_moved_before": float(before.max()),
    }


def main() -> None:
    """Weigh what is not stored yet, one study after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=30)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    made_from = {"seed": asked.seed, "wanted": WANTED, "effort": str(EFFORT)}
    found: dict[str, Any] = {}
    if asked.out.is_file():
        found = json.loads(asked.out.read_text(encoding="utf-8"))
    rows = list(found.get("rows", [])) if found.get("made_from") == made_from else []
    for index in range(len(rows), asked.studies):
        rows.append(compared(index, asked.seed, EFFORT, WANTED))
        page = {"made_from": made_from, "summary": summary(rows), "rows": rows}
        asked.out.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{index + 1}: {json.dumps(rows[-1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
