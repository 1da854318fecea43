"""PEtab problems made at random, by others and by us: ``python -m benchmarks.petab.generated``.

Each is of version 1 or 2 and of the kinds that are read: one SBML model that is a mechanism, starts
and rate constants that are numbers or parameters, several conditions, absolute and scaled
observables with offsets and placeholders, normal and log-normal noise, and every prior, cut by its
bounds or not. libRoadRunner simulates it, the petab library computes log-likelihood and log-prior,
and pyPESTO the objective of those that it can say; a refusal is a fault, and so is a number that is
off by more than 1e-6 of itself. One in three has something that is not read, and has to be refused
by name in one line.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.errors import AssemblysimError
from assemblysim.exchange.petab.incoming.estimation import PetabEstimation
from assemblysim.exchange.petab.incoming.opened import read_petab
from assemblysim.kinetics.task import Tolerance
from benchmarks.petab.by_pypesto import log_likelihood_by_pypesto
from benchmarks.petab.by_roadrunner import log_likelihood_of, opened, simulations_of
from benchmarks.petab.making import ONLY_SECOND, REFUSED, GeneratedProblem, generated_problem

ALLOWED = 1e-6
PYPESTO = "log-likelihood by pyPESTO"
_NEEDED = ("petab", "roadrunner", "pypesto")


def made(seed: int, number: int) -> GeneratedProblem:
    """Return the problem of a number: of both versions in turn, each sixth to be refused."""
    version, refused = 1 + number % 2, ""
    if number % 6 > 3:
        kinds = [one for one in REFUSED if version == 2 or one not in ONLY_SECOND]
        refused = kinds[number // 6 % len(kinds)]
    return generated_problem(np.random.default_rng([seed, number]), version, refused)


def laid(problem: GeneratedProblem, folder: Path) -> Path:
    """Write a problem's files; return the path of the one to open."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in problem.files.items():
        (folder / name).write_text(text)
    return folder / "problem.yaml"


def by_us(path: Path) -> tuple[PetabEstimation, float, float]:
    """Return a problem as it is read, its log-likelihood and log-prior at nominal values."""
    found = read_petab(path)
    strict = replace(found.problem, tolerance=Tolerance(1e-11, 1e-13))
    found = replace(found, problem=strict)
    at = found.nominal[None]
    return found, float(found.log_likelihood(at)[0]), float(found.log_prior(at)[0])


def log_prior_of(path: Path, version: int) -> float:
    """Return the log-density of the priors at nominal values, by the petab library."""
    problem = opened(path, version)
    if version == 2:
        return sum(_second(one) for one in problem.parameters if one.estimate)
    from petab.v1.priors import Prior

    rows = problem.parameter_df[problem.parameter_df["estimate"] == 1]
    return sum(
        float(np.log(Prior.from_par_dict(dict(row), type_="objective").pdf(row["nominalValue"])))
        for _, row in rows.iterrows()
    )


def _second(parameter: Any) -> float:
    known = parameter.prior_dist
    if known is None:  # uniform between the bounds
        return -float(np.log(parameter.ub - parameter.lb))
    return float(np.log(known.pdf(parameter.nominal_value)))


def differences(problem: GeneratedProblem, path: Path) -> dict[str, float]:
    """Return how far each number is off, relative to itself.

    Args:
        problem: as it was made.
        path: where it was written.

    Raises:
        AssemblysimError: the problem is not read.
    """
    ours, likelihood, prior = by_us(path)
    version = problem.version
    theirs = simulations_of(path, version)
    wanted = log_likelihood_of(path, version, theirs)
    found = {
        "simulations": float(np.max(np.abs(ours.simulations(ours.nominal) / theirs - 1))),
        "log-likelihood": _apart(likelihood, wanted),
        "log-prior": _apart(prior, log_prior_of(path, version)),
    }
    if problem.plain:
        found[PYPESTO] = _apart(likelihood, log_likelihood_by_pypesto(path))
    return found


def _apart(ours: float, theirs: float) -> float:
    return float(np.nan_to_num(abs(ours - theirs) / max(abs(theirs), 1.0), nan=np.inf))


def fault_of(problem: GeneratedProblem, path: Path) -> tuple[str, dict[str, float]]:
    """Return what is wrong, "" for nothing, and the relative differences."""
    try:
        if problem.refused:
            read_petab(path)
            return f"is read, with {problem.refused}", {}
        found = differences(problem, path)
    except AssemblysimError as fault:
        words = REFUSED.get(problem.refused)
        if words is not None and words in str(fault).lower() and "\n" not in str(fault):
            return "", {}
        return f"refused: {fault}", {}
    said = ", ".join(f"{name} {value:.1e}" for name, value in found.items())
    return (said if not max(found.values()) <= ALLOWED else ""), found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each problem that is at fault, and a count; 1 where there is one."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.petab.generated", description=__doc__
    )
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=26)
    parser.add_argument("--keep", type=Path, help="folder for the problems that are at fault")
    asked = parser.parse_args(arguments)
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"not installed: {', '.join(missing)}; see the extra peers\n")
        return 1
    wrong, refused, confirmed, worst = 0, 0, 0, 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(asked.count):
            problem = made(asked.seed, number)
            path = laid(problem, Path(scratch) / f"{number:05d}")
            fault, off = fault_of(problem, path)
            worst = max(worst, *off.values(), 0.0)
            confirmed += PYPESTO in off
            refused += bool(problem.refused)
            if fault:
                wrong += 1
                sys.stdout.write(f"{number}, version {problem.version}: {fault}\n")
                if asked.keep:
                    laid(problem, asked.keep / f"{number:05d}")
    sys.stdout.write(
        f"{asked.count - wrong} of {asked.count} problems as they should be, {refused} of them to "
        f"be refused, {confirmed} by pyPESTO, too; "
        f"largest difference {worst:.1e}, allowed {ALLOWED:g}\n"
    )
    return 0 if asked.count > wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
