"""What pyPESTO and PEtab Select make of problems that we wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def log_likelihood_by_pypesto(path: Path) -> float:
    """Return the log-likelihood of a problem of version 1 at nominal values, by RoadRunner."""
    from petab.v1 import Problem
    from pypesto.objective.roadrunner import SolverOptions
    from pypesto.petab.objective_creator import RoadRunnerObjectiveCreator

    problem = Problem.from_yaml(path)
    objective = RoadRunnerObjectiveCreator(problem).create_objective()
    objective.solver_options = SolverOptions(relative_tolerance=1e-11, absolute_tolerance=1e-13)
    return -float(objective(np.array(problem.x_nominal_scaled)))


def models_in_space(path: Path) -> dict[str, Path]:
    """Return the problems that PEtab Select finds in a ``model_space.tsv``, by name."""
    from petab_select.model_space import ModelSpace

    found = ModelSpace.load(path).model_subspaces
    return {str(name): Path(one.petab_yaml) for name, one in found.items()}
