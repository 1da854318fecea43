"""``python same_bits.py``: a digest of what an engine computes, to hold two builds together.

Courses, sensitivities and extents of every mechanism in ``models``, and log-likelihoods with their
gradients of a study, at numbers drawn by a seed. Run it where the one and the other is installed.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

from assemblysim.inference.model.posterior import Posterior
from assemblysim.kinetics.engines.integration import (
    engine_in_use,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

ROOT = Path(__file__).resolve().parents[2]
BATCH = 9


def digest() -> str:
    """Return the digest of everything that was computed."""
    rng, found = np.random.default_rng(20261130), hashlib.sha256()
    for path in sorted((ROOT / "models").glob("*.toml")):
        system = read_expanded_system(path)
        for name in system.mechanism_names:
            network = system.network(name)
            constants = 10 ** rng.uniform(-2, 1, (BATCH, len(network.rate_constant_names)))
            initial = rng.uniform(0, 10, (BATCH, len(network.species_names)))
            task = (network, constants, initial, np.array([0.1, 1.0, 10.0]))
            found.update(integrate_batch(*task).concentrations.tobytes())
            found.update(integrate_extents(*task).extents.tobytes())
            found.update(integrate_sensitivities(*task).by_constant.tobytes())
    study = read_study(ROOT / "fits/hnp_dy6_synthetic")
    for name in study.mechanisms:
        problem = build_problem(study, name)
        positions = rng.standard_normal((BATCH, len(problem.parameters)))
        for values in Posterior(problem).values_and_gradients(positions):
            found.update(values.tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{digest()}  {engine_in_use()}\n")
