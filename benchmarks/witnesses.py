"""``python -m benchmarks.witnesses``: both log evidences on problems of known answer, repeated.

Each repetition raises the effort until the estimate's own error is at most 0.05. Printed for each
problem: bias, largest gap, and how often the answer lies inside the estimate's 95 % bar.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from assemblysim.inference.evidence.bridge import bridge_sampling
from assemblysim.inference.groundwork import lay_groundwork, smc_task
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.ensembles import (
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.proposal import fitted_mixture
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.inference.sampling.smc import SmcRuns, run_smc
from assemblysim.inference.sampling.tempered_moves import SmcTask
from assemblysim.result.evidence import LogEvidence

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
WANTED = 0.05
# Of each of four ensembles. Many walkers and few steps cost less than the other way round.
WALKERS, STEPS = 128, 80
# More runs than a fit takes, so that their scatter is itself known.
EFFORT = SmcSettings(runs=12, particles=512)


def witnesses(problem: Problem, seed: int) -> tuple[LogEvidence, LogEvidence]:
    """Return the log evidence by SMC particles and by bridge sampling on emcee's draws."""
    rng = np.random.default_rng(seed)
    groundwork = lay_groundwork(problem, FitSettings(), seed)
    effort = EFFORT
    smc = run_smc(smc_task(problem, groundwork, effort), rng)
    while smc.log_evidence.error > WANTED:
        effort = replace(effort, particles=2 * effort.particles)
        smc = run_smc(smc_task(problem, groundwork, effort), rng)
    task = smc_task(problem, groundwork, effort)
    return smc.log_evidence, _bridged(task, smc, rng)


def _bridged(task: SmcTask, smc: SmcRuns, rng: np.random.Generator) -> LogEvidence:
    moves = sampling_moves(fitted_mixture(smc.positions, rng), task.rate_swaps)
    states = []
    for child in rng.spawn(4):
        start = child.permutation(smc.positions)[:WALKERS]
        states.append(start_ensemble(task.target, start, child))
    while True:
        states = [advance(task.target, state, STEPS, moves) for state in states]
        draws = kept_draws(tuple(states))
        density = np.stack([state.log_density[-draws.shape[1] :] for state in states])
        found = bridge_sampling(task.target, draws, density, rng)
        if found.error <= WANTED:
            return found


def main() -> None:
    """Repeat and print."""
    from evidence_cases import all_cases  # from the tests

    parser = argparse.ArgumentParser(prog="python -m benchmarks.witnesses", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument("--case", type=int, help="number of one case; all by default")
    options = parser.parse_args()
    for number, case in enumerate(all_cases()):
        if options.case not in (None, number):
            continue
        pairs = [
            witnesses(case.problem, 1000 * number + seed) for seed in range(options.repetitions)
        ]
        for found in zip(*pairs, strict=True):
            gaps = np.array([one.value - case.log_evidence for one in found])
            errors = np.array([one.error for one in found])
            inside = int((np.abs(gaps) < 1.96 * errors).sum())
            sys.stdout.write(
                f"{case.name}, {found[0].method}: inside its 95 % bar {inside} of {len(gaps)}, "
                f"largest gap {np.abs(gaps).max():.3f}, mean gap {gaps.mean():+.4f}, "
                f"scatter {gaps.std(ddof=1):.4f}, stated error {errors.mean():.4f}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
