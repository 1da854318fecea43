"""``python -m benchmarks.words``: what words cost, compiled and in numpy, beside the integration.

For 200 vectors drawn from the prior and 200 about the posterior of one mechanism of each study,
under the first course of temperature; --out stores the table.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from assemblysim.inference.model.likelihood import source_reader
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem, courses_of, filled, signals_of
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

FITS = Path(__file__).parent.parent / "fits"
STUDIES = ("hnp_dy6", "dy6")
MECHANISM = "both"
VECTORS = 200
AT_ONCE = (32, 200)  # an ensemble's step, and a step of SMC
HEADS = ("integration", "words, compiled", "words, numpy", "numpy / compiled", "largest difference")


@dataclass(frozen=True)
class Measured:
    """What one batch cost, in CPU microseconds for each vector.

    Attributes:
        name: of the study, where the vectors are from, and how many are handed over at once.
        integration: of one course of temperature.
        compiled: of all sentences in all interpretations.
        numpy: of the same.
        difference: the largest of a probability.
    """

    name: str
    integration: float
    compiled: float
    numpy: float
    difference: float


def positions(
    problem: Problem, steps: int, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return vectors drawn from the prior, and after a walk by differences from the best of many.

    Args:
        problem: a mechanism's.
        steps: of the walk.
        generator: of all draws.
    """
    posterior, count = Posterior(problem), len(problem.parameters)
    draws = generator.standard_normal((10 * VECTORS, count))
    walkers = draws[np.argsort(-posterior(draws))[:VECTORS]]
    here = posterior(walkers)
    for _ in range(steps):
        one, other = (walkers[generator.permutation(VECTORS)] for _ in range(2))
        there = walkers + 1.7 / np.sqrt(count) * (one - other)
        there += 1e-3 * generator.standard_normal(there.shape)
        density = posterior(there)
        taken = np.log(generator.random(VECTORS)) < density - here
        walkers[taken], here[taken] = there[taken], density[taken]
    return {"prior": draws[:VECTORS], "posterior": walkers}


def measure(study: str, steps: int, repetitions: int) -> list[Measured]:
    """Measure one study's words.

    Raises:
        RuntimeError: there is no kernel to be measured.
    """
    problem = build_problem(read_study(FITS / study), MECHANISM)
    experiment = problem.experiments[0]
    words = experiment.statements
    if words is None or not words.compiled:
        raise RuntimeError(f"{study}: no words, or no compiled code for them")
    found = []
    for origin, vectors in positions(problem, steps, np.random.default_rng(1)).items():
        for size in AT_ONCE:
            named = problem.named(values_from_normal(problem.parameters, vectors[:size]))
            integrate = partial(courses_of, problem, experiment, named)
            signals = signals_of(experiment, named, filled(integrate()))
            seen = signals[:, experiment.statement_places], source_reader(named)
            ways = (
                integrate,
                partial(words.probabilities, *seen),
                partial(words.probabilities_in_numpy, *seen),
            )
            least = [_least(way, repetitions) / size * 1e6 for way in ways]
            difference = float(np.abs(ways[1]() - ways[2]()).max())
            found.append(Measured(f"{study}, {origin}, {size} at once", *least, difference))
    return found


def _least(work: Callable[[], object], repetitions: int) -> float:
    found = []
    for _ in range(repetitions):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def table(found: list[Measured]) -> str:
    """Write what was measured as Markdown."""
    rows = [("CPU microseconds for each vector", *HEADS), ("---",) * (len(HEADS) + 1)]
    for one in found:
        ratio = f"**{one.numpy / one.compiled:.0f}**"
        costs = (f"{cost:.1f}" for cost in (one.integration, one.compiled, one.numpy))
        rows.append((one.name, *costs, ratio, f"{one.difference:.0e}"))
    said = (
        f"Made by `python -m benchmarks.words` on {datetime.now(UTC):%Y-%m-%d}, on one core of "
        f"{os.cpu_count()}, with a load of {os.getloadavg()[0]:.1f}, which lengthens CPU times, "
        f"too; all in one run, so that ratios count. Mechanism {MECHANISM}; integration under one "
        "course of temperature, words in all their interpretations."
    )
    lines = ["# What words cost", "", said, "", *(f"| {' | '.join(row)} |" for row in rows), ""]
    return "\n".join(lines)


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.words", description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--steps", type=int, default=300, help="of the walk to the posterior")
    parser.add_argument("--repetitions", type=int, default=20)
    asked = parser.parse_args()
    text = table(
        [one for study in STUDIES for one in measure(study, asked.steps, asked.repetitions)]
    )
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
