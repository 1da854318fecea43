"""What would decide is looked for in each experiment."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from two_ligands import studied

from assemblysim.study.execution.concluding import deciding_in_each
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.predictions import predict_study

HYPOTHESES = """
every = { mechanism = "both" }
one = { mechanism = { LA = "direct", LB = "both" } }
"""


def records(study, couple):
    """Draws of each hypothesis about one point, with their courses."""
    rng, found = np.random.default_rng(0), {}
    for name in study.mechanisms:
        problem = build_problem(study, name)
        at = {"k_couple": couple, "k_close": 0.02}
        centre = np.array([at.get(one, 1.0) for one in problem.parameter_names])
        values = centre * np.exp(0.05 * rng.standard_normal((60, len(centre))))
        predictions, courses, _ = predict_study(problem, values, study, rng)
        found[name] = SimpleNamespace(predictions=predictions, courses=courses)
    return problem, found


def test_each_experiment_has_its_deciding_measurement_and_says_which_tells(tmp_path):
    study = studied(tmp_path, HYPOTHESES)
    problem, found = records(study, couple=5.0)
    decided = deciding_in_each(1, problem, found, {"every": 0.5, "one": 0.5})

    assert [one.between for one in decided] == [("every", "one")] * 2
    assert [one.experiment for one in decided] == ["A", "B"]
    # in A one hypothesis has no route through M3L2, in B both have it
    assert decided[0].probability > 0.95
    assert abs(decided[1].probability - 0.5) < 0.15


def test_a_single_experiment_is_not_named(tmp_path):
    study = studied(tmp_path, HYPOTHESES)
    problem, found = records(study, couple=5.0)
    alone = replace(problem, experiments=problem.experiments[:1])

    (only,) = deciding_in_each(1, alone, found, {"every": 0.5, "one": 0.5})
    assert only.experiment == ""
