"""The measurements: work against precision, and cost against everything that moves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import emcee
import numpy as np

from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import courses_of
from assemblysim.kinetics.engines.integration import (
    Tolerance,
    integrate_batch,
    integrate_sensitivities,
)
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks.cases import LIGAND, TIMES, Case, four_cases, growing_lattices
from benchmarks.solvers import SOLVERS, Solve, atol, engine, installed, timed

WALKERS = 32
STEPS, FEW_STEPS = 2000, 20
MATCHED = 1e-4  # 95th percentile of the trajectories' largest errors
RTOLS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
# How many of the 2,000 vectors each solver gets on A, B, C and D.
VECTORS = {
    "assemblysim": (2000, 2000, 2000, 512),
    "assemblysim, 32 at a time": (2000, 2000, 512, 256),
    "numbalsoda": (2000, 2000, 512, 128),
    "libRoadRunner": (512, 512, 128, 32),
    "scipy odeint": (64, 64, 8, 2),
    "scipy solve_ivp": (32, 32, 4, 1),
}
# Gains and readings below a limit; statements.
STUDIES = tuple(
    Path(__file__).parent.parent / "fits" / name for name in ("hnp_dy6_synthetic", "hnp_dy6")
)


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        fraction: of the vectors and steps.
        seconds: that a timing of a solver is repeated for, at most seven times.
        repetitions: of the other timings; the least counts.
    """

    fraction: float = 1.0
    seconds: float = 0.6
    repetitions: int = 5


@dataclass(frozen=True)
class Point:
    """One solver at one tolerance.

    Attributes:
        rtol: relative tolerance.
        error: 95th percentile over the vectors of the largest error of a trajectory.
        microseconds: for each trajectory, the least of the repetitions.
        spread: the largest of the repetitions over the least.
        failed: how many trajectories did not come to their end.
        vectors: how many there were.
    """

    rtol: float
    error: float
    microseconds: float
    spread: float
    failed: int
    vectors: int


def _in_parts(solve: Solve, size: int) -> Solve:
    def parts(
        rate_constants: np.ndarray, times: np.ndarray, rtol: float
    ) -> tuple[np.ndarray, float]:
        found = [
            solve(rate_constants[i : i + size], times, rtol)
            for i in range(0, len(rate_constants), size)
        ]
        return np.concatenate([course for course, _ in found]), sum(s for _, s in found)

    return parts


def reference(case: Case, count: int) -> tuple[np.ndarray, float]:
    """Return courses at 1e-11 and how far 6 of them are from scipy's at 1e-11."""
    rate_constants = case.rate_constants(count)
    tolerance = Tolerance(1e-11, 1e-14, 10**6)
    initial = np.tile(case.initial, (count, 1))
    courses = integrate_batch(
        case.network, rate_constants, initial, TIMES, tolerance
    ).concentrations
    few = min(count, 6 if len(case.initial) < 50 else 2)
    other = integrate_batch(
        case.network, rate_constants[:few], initial[:few], TIMES, tolerance, engine="reference"
    )
    apart = errors(courses[:few], other.concentrations)[other.completed]
    return courses, float(apart.max())


def errors(found: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Return each trajectory's largest error, relative to a value plus 1e-5 of the ligand."""
    return np.asarray((np.abs(found - exact) / (np.abs(exact) + 1e-5 * LIGAND)).max(axis=(1, 2)))


def work_precision(effort: Effort) -> dict[str, Any]:
    """Measure every solver that is installed on A to D over its tolerances."""
    found: dict[str, Any] = {}
    for place, case in enumerate(four_cases()):
        most = max(counts[place] for counts in VECTORS.values())
        exact, apart = reference(case, max(4, int(effort.fraction * most)))
        solvers = {name: SOLVERS[name](case) for name in installed()}
        solvers["assemblysim, 32 at a time"] = _in_parts(solvers["assemblysim"], 32)
        points = {
            name: _points(
                solvers[name],
                case.rate_constants(max(1, int(effort.fraction * counts[place]))),
                exact,
                RTOLS if name != "scipy solve_ivp" else RTOLS[1:3],
                effort.seconds,
            )
            for name, counts in VECTORS.items()
            if name in solvers
        }
        found[case.name] = {
            "species": len(case.initial),
            "reactions": len(case.network.reactions),
            "constants": len(case.centre),
            "reference_apart": apart,
            "points": {name: [vars(p) for p in row] for name, row in points.items()},
            "matched": {name: matched(row) for name, row in points.items()},
        }
    return found


def _points(
    solve: Solve,
    rate_constants: np.ndarray,
    exact: np.ndarray,
    rtols: tuple[float, ...],
    most: float,
) -> list[Point]:
    row = []
    for rtol in rtols:
        courses, seconds = solve(rate_constants, TIMES, rtol)
        repeated = [seconds]
        while sum(repeated) < most and len(repeated) < 7:
            repeated.append(solve(rate_constants, TIMES, rtol)[1])
        error = errors(courses, exact[: len(rate_constants)])
        failed = int(np.isnan(error).sum())
        each = min(repeated) / len(rate_constants) * 1e6
        worst = float(np.nanquantile(error, 0.95)) if failed < len(error) else float("nan")
        spread = max(repeated) / min(repeated)
        row.append(Point(rtol, worst, each, spread, failed, len(rate_constants)))
    return row


def matched(row: list[Point]) -> float:
    """Return microseconds at the matched error, interpolated in logs of error and time."""
    known = sorted((p.error, p.microseconds) for p in row if np.isfinite(p.error))
    if not known:
        return float("nan")
    x, y = np.log(np.array(known)).T
    return float(np.exp(np.interp(np.log(MATCHED), x, y)))


def sensitivities(effort: Effort) -> dict[str, float]:
    """Measure B with derivatives by its 7 constants at the rtol that matches without them."""
    case, count = four_cases()[1], int(2000 * effort.fraction)
    rate_constants, initial = case.rate_constants(count), np.tile(case.initial, (count, 1))
    exact, _ = reference(case, count)
    found = {}
    for rtol in (1e-4, 5e-5, 2e-5, 1e-5):
        tolerance = Tolerance(rtol, atol(rtol) / case.initial.max(), 100_000)
        call = partial(
            integrate_sensitivities, case.network, rate_constants, initial, TIMES, tolerance,
            by_initial=False, engine="native",
        )  # fmt: skip
        batch, seconds = timed(call)
        least = min([seconds, *(timed(call)[1] for _ in range(effort.repetitions - 1))])
        error = float(np.quantile(errors(batch.trajectories.concentrations, exact), 0.95))
        found[f"{rtol:g}"] = {"error": error, "microseconds": least / count * 1e6}
    points = [Point(0, one["error"], one["microseconds"], 1, 0, count) for one in found.values()]
    return {**found, "matched": matched(points)}


def batch_sizes(effort: Effort) -> dict[str, float]:
    """Measure microseconds for each trajectory of B against the size of the batch."""
    case = four_cases()[1]
    solve, rate_constants = engine(case), case.rate_constants(2048)
    return {
        str(size): _least(_in_parts(solve, size), rate_constants[: min(2048, 64 * size)], effort)
        for size in (1, 8, 32, 256, 2048)
    }


def species(effort: Effort) -> dict[str, Any]:
    """Measure microseconds for each trajectory against the size of a growing lattice."""
    cost = {}
    for case in growing_lattices():
        # the sizes that the exponent is read from get as many vectors each
        count = max(2, int(effort.fraction * (256 if len(case.initial) < 350 else 32)))
        label = f"{len(case.initial)} species, {len(case.network.reactions)} steps"
        _, first = timed(lambda c=case: engine(c)(c.rate_constants(1), TIMES, 5e-5))
        each = _least(engine(case), case.rate_constants(count), effort)
        cost[label] = {
            "species": len(case.initial),
            "steps": len(case.network.reactions),
            "microseconds": each,
            "first_answer_seconds": first,
        }
    sizes = [c for c in cost.values() if 25 < c["species"] < 350]
    slope = np.polyfit(
        np.log([c["species"] for c in sizes]), np.log([c["microseconds"] for c in sizes]), 1
    )[0]
    return {"cost": cost, "exponent_30_to_300": float(slope)}


def threads(effort: Effort) -> dict[str, float]:
    """Measure microseconds for each trajectory of B in batches of 2,048 against threads."""
    case = four_cases()[1]
    return {str(n): _least(engine(case, n), case.rate_constants(2048), effort) for n in (1, 2)}


def _least(solve: Solve, rate_constants: np.ndarray, effort: Effort) -> float:
    repeated = [solve(rate_constants, TIMES, 5e-5)[1] for _ in range(effort.repetitions)]
    return min(repeated) / len(rate_constants) * 1e6


def sampling(effort: Effort) -> dict[str, float]:
    """Measure emcee with 32 walkers on posteriors of six species.

    Returns:
        Seconds for 2,000 steps of emcee's default move, scaled from the steps made
        (a hundredth of them with scipy): a likelihood that costs nothing, and B against synthetic
        readings
        with 10 % noise on the engine and on scipy's two; then the study hnp_dy6_synthetic on
        the engine, whose likelihood has unknown gains and readings below a limit. The least of
        the repetitions.
    """
    steps, few = (max(2, int(effort.fraction * count)) for count in (STEPS, FEW_STEPS))
    case = four_cases()[1]
    solvers = {"engine": engine(case)}
    solvers |= {name: SOLVERS[name](case) for name in ("scipy odeint", "scipy solve_ivp")}
    posteriors = {name: _simple_posterior(case, solve) for name, solve in solvers.items()}
    count = len(case.centre)
    start = 0.01 * np.random.default_rng(3).normal(size=(WALKERS, count))
    sampler = emcee.EnsembleSampler(WALKERS, count, posteriors["engine"], vectorize=True)
    start = np.asarray(sampler.run_mcmc(start, 300).coords)
    targets = {"free": lambda x: -0.5 * (x**2).sum(axis=1), "engine": posteriors.pop("engine")}
    problem = build_problem(read_study(STUDIES[0]), "both_reversible")
    study = Posterior(problem)
    good = _good_start(study, len(problem.parameters))
    targets["study"], starts = study, {"study": good}
    found = dict.fromkeys(targets, np.inf)
    for _ in range(effort.repetitions):  # in turn, so that a disturbance meets all of them
        for name, target in targets.items():
            taken = _emcee(target, starts.get(name, start), steps) * STEPS / steps
            found[name] = min(found[name], taken)
    for name, posterior in posteriors.items():
        walks = [_emcee(posterior, start, few) for _ in range(effort.repetitions)]
        found[name] = min(walks) * STEPS / few
    return found


def likelihoods(effort: Effort) -> dict[str, dict[str, dict[str, float]]]:
    """Measure what a batch costs in integration and in all the rest of its posterior.

    Returns:
        For each study, mechanism both_reversible, and size of batch drawn from a short walk:
        microseconds of the integration and of the posterior without it, the least of many.
    """
    found: dict[str, dict[str, dict[str, float]]] = {}
    for folder in STUDIES:
        problem = build_problem(read_study(folder), "both_reversible")
        posterior = Posterior(problem)
        experiment = problem.experiments[0]
        walkers = _good_start(posterior, len(problem.parameters))
        spread = np.random.default_rng(5).normal(0, 0.02, (256, walkers.shape[1]))
        found[folder.name] = {}
        for size in (1, 16, 32, 64, 256):
            position = np.resize(walkers, (size, walkers.shape[1])) + spread[:size]
            named = problem.named(values_from_normal(problem.parameters, position))
            integration = partial(courses_of, problem, experiment, named)
            least = {"integration": np.inf, "posterior": np.inf}
            for _ in range(max(20, int(effort.fraction * 40_000 / (16 + size)))):
                least["integration"] = min(least["integration"], timed(integration)[1])
                least["posterior"] = min(least["posterior"], timed(partial(posterior, position))[1])
            rest = least["posterior"] - least["integration"]
            found[folder.name][str(size)] = {
                "integration": least["integration"] * 1e6, "likelihood": rest * 1e6
            }  # fmt: skip
    return found


def _simple_posterior(case: Case, solve: Solve) -> Callable[[np.ndarray], np.ndarray]:
    """Return a log-posterior of ln k / 2 about the constants of HNP-Dy6; data are synthetic."""
    truth = np.array([0.1, 3e-3, 1e-2, 1.5e-3, 12e-3, 1e-2, 1.5e-3])
    exact, _ = engine(case)(truth[None], TIMES, 1e-8)
    noise = np.random.default_rng(7).normal(size=exact.shape)
    logs = (np.log(exact + 0.01) + 0.1 * noise).ravel()

    def log_posterior(position: np.ndarray) -> np.ndarray:
        courses, _ = solve(truth * np.exp(2 * position), TIMES, 5e-5)
        residuals = (courses + 0.01).reshape(len(position), -1)
        np.log(residuals, out=residuals)
        residuals -= logs
        misspecification = np.einsum("bn,bn->b", residuals, residuals) / 0.1**2
        return np.asarray(-0.5 * (misspecification + np.einsum("bp,bp->b", position, position)))

    return log_posterior


def _good_start(posterior: Posterior, count: int, steps: int = 500) -> np.ndarray:
    """Return walkers near the best of many draws from the prior, after a short walk."""
    random = np.random.default_rng(1)
    walkers = max(WALKERS, 2 * count)  # emcee asks for twice as many as unknowns
    draws = random.normal(size=(4096, count))
    best = draws[np.argsort(-posterior(draws))[:walkers]]
    sampler = emcee.EnsembleSampler(walkers, count, posterior, vectorize=True)
    return np.asarray(sampler.run_mcmc(best, steps, skip_initial_state_check=True).coords)


def _emcee(target: Callable[[np.ndarray], np.ndarray], start: np.ndarray, steps: int) -> float:
    sampler = emcee.EnsembleSampler(*start.shape, target, vectorize=True)
    return timed(lambda: sampler.run_mcmc(start, steps))[1]
