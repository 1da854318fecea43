"""Do others find our objective in our PEtab: ``python -m benchmarks.petab.peers``.

Writes mechanisms of studies as PEtab problems of version 2 and 1, has the petab library check them
(its lint), libRoadRunner simulate them and petab's own functions compute the log-likelihood at the
nominal values; of version 1 also pyPESTO, with RoadRunner of its own, and PEtab Select has to find
the problem in ``model_space.tsv``. Held against the log-likelihood that the study has there where
PEtab can say all of it, and against its expected signals everywhere. The extra ``peers`` has what
it takes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from assemblysim.exchange.petab.files import PROBLEM_FILE
from assemblysim.exchange.petab.model import PetabModel
from assemblysim.exchange.petab.observed import Observed
from assemblysim.exchange.petab.saving import MODEL_SPACE, save_petab
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.problem import Problem, courses_of, filled, signals_of
from assemblysim.kinetics.task import Tolerance
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from benchmarks.petab.by_pypesto import log_likelihood_by_pypesto, models_in_space
from benchmarks.petab.by_roadrunner import log_likelihood_of, simulations_of

# A relative difference of log-likelihoods.
ALLOWED = 1e-6
# Study, mechanism, and the versions that can say it.
CASES = (
    ("alpha_pinene", "published", (2, 1)),
    ("hudson_bay", "lotka_volterra", (2, 1)),
    ("cage_synthetic", "dinuclear", (2, 1)),
    ("hnp_dy6_synthetic", "both", (2, 1)),
    ("three_temperatures_synthetic", "two_Dy3L", (2,)),
    ("crossover_synthetic", "metals_move", (2,)),
)
NEEDED = ("petab", "roadrunner", "pypesto", "petab_select")


def without_wild_spectra(study: Study) -> Study:
    """Return the study in which every spectrum is right, as PEtab has it."""
    return replace(study, measurement=replace(study.measurement, wild_spectra=0.0))


def differences(study: Study, mechanism: str, version: int) -> tuple[float, float | None]:
    """Return the largest relative difference of signals, and that of the log-likelihood.

    The latter is None where an unknown total makes PEtab's likelihood another one.
    """
    with tempfile.TemporaryDirectory() as folder:
        save_petab(Path(folder), study, [mechanism], version=version)
        problem = replace(build_problem(study, mechanism), tolerance=Tolerance(1e-11, 1e-13))
        ours = expected_of(problem)
        path = Path(folder) / mechanism / PROBLEM_FILE
        # PEtab Select reads problems of version 1 alone.
        space = Path(folder) / MODEL_SPACE
        if version == 1 and models_in_space(space) != {mechanism: path}:
            raise ValueError(f"{folder}: PEtab Select finds other problems in {MODEL_SPACE}")
        theirs = simulations_of(path, version)
        signals = float(np.max(np.abs(theirs / ours - 1)))
        if not study.measurement.scale.known:
            return signals, None
        found = [log_likelihood_of(path, version, theirs)]
        if version == 1:
            found.append(log_likelihood_by_pypesto(path))
    wanted = expected_log_likelihood(problem)
    return signals, max(abs(one / wanted - 1) for one in found)


def nominal(problem: Problem) -> np.ndarray:
    """Return the medians of the priors, shape (1, P)."""
    return np.array([[float(one.prior.quantile(0.5)) for one in problem.parameters]])


def expected_log_likelihood(problem: Problem) -> float:
    """Return our log-likelihood, as a density of intensities where logarithms count."""
    total = float(log_likelihood(problem, nominal(problem)).total[0])
    for one in problem.experiments:
        if one.intensities is not None and one.measurement.noise.logarithmic:
            measured = one.intensities.measured
            total -= float(np.log(measured.values[measured.observed]).sum())
    return total


def expected_of(problem: Problem) -> np.ndarray:
    """Return our expected signals at nominal values, in the order of PEtab's measurements."""
    values = problem.named(nominal(problem))
    found = []
    model = PetabModel(problem)
    observed = Observed(model, values)
    for one in problem.experiments:
        if one.intensities is None:
            continue
        before = len(observed.factors)
        start = len(observed.readings)
        observed.add(one, model.formulas.fresh(f"experiment_{one.name}"))
        factors = {row.name: row.nominal for row in observed.factors[before:]}
        signals = signals_of(one, values, filled(courses_of(problem, one, values)))[0]
        titles = {row.name: row.title for row in observed.observables.values()}
        names = [signal.name for signal in one.measurement.signals]
        moments = one.usual_times
        for reading in observed.readings[start:]:
            at = int(np.argmin(np.abs(moments - reading.time)))
            factor = factors[str(reading.parameters[0])] if reading.parameters else 1.0
            found.append(factor * signals[at, names.index(titles[reading.observable])])
    return np.array(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each mechanism and version; 1 where a number differs by more than 1e-6."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.petab.peers", description=__doc__)
    parser.add_argument("--studies", type=Path, default=Path("fits"), help="folder of studies")
    parser.add_argument("--quick", action="store_true", help="known scales only")
    asked = parser.parse_args(arguments)
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"not installed: {', '.join(missing)}; see the extra peers\n")
        return 1
    worst = 0.0
    for name, mechanism, versions in CASES[: 3 if asked.quick else None]:
        study = without_wild_spectra(read_study(asked.studies / name))
        for version in versions:
            signals, total = differences(study, mechanism, version)
            worst = max(worst, signals, total or 0.0)
            words = "" if total is None else f", log-likelihood {total:.1e}"
            sys.stdout.write(
                f"{name} {mechanism}, version {version}: signals {signals:.1e}{words}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"largest difference {worst:.1e}, allowed {ALLOWED:g}\n")
    return 0 if worst <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
