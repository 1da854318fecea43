"""What ``study.posterior(name)`` costs beside the function that is sampled.

``python -m benchmarks.posteriors.cost`` calls both with the same 256 vectors, one after the other,
and compares the CPU time that each takes at its best.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import assemblysim as asm
from assemblysim.inference.model.posterior import Posterior

VECTORS = 256
ALLOWED = 0.05
REPETITIONS = 15
CASES = (("hudson_bay", "lotka_volterra"), ("hnp_dy6_synthetic", "both"))
FITS = Path(__file__).parents[2] / "fits"


def extra_cost(
    outer: Callable[[np.ndarray], np.ndarray],
    inner: Callable[[np.ndarray], np.ndarray],
    positions: np.ndarray,
    repetitions: int = REPETITIONS,
) -> float:
    """Return by which fraction the outer function is dearer, at its best of some repetitions."""
    best = [np.inf, np.inf]
    for _ in range(repetitions):
        for which, function in enumerate((outer, inner)):
            began = time.process_time()
            function(positions)
            best[which] = min(best[which], time.process_time() - began)
    return float(best[0] / best[1] - 1)


def main() -> int:
    """Print a line for each mechanism; 1 where one is more than 5 % dearer."""
    worst = 0.0
    for study, mechanism in CASES:
        posterior = asm.read_study(FITS / study).posterior(mechanism)
        size = (VECTORS, len(posterior.names))
        positions = 0.5 * np.random.default_rng(26).standard_normal(size)
        found = extra_cost(posterior, Posterior(posterior.problem), positions)
        worst = max(worst, found)
        sys.stdout.write(f"{study} {mechanism}: {100 * found:+.1f} %\n")
    return 0 if worst <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
