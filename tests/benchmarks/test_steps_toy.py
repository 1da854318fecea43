"""The toy network of thirty candidates: what is counted, and that a study of it is read."""

import numpy as np

from assemblysim.study.definition.reading import read_study
from assemblysim.study.steps.definition import read_question
from assemblysim.study.steps.problem import switched_problem
from benchmarks.steps.toy import TRUE, candidates, outcome, summary_of, write_study

ROW = {"true": dict.fromkeys(TRUE, 1.0), "worst_other": ["X2_to_X1", 0.04], "converged": True}


def test_there_are_thirty_candidates_and_the_truth_is_the_likeliest_of_three_steps(tmp_path):
    folder = write_study(tmp_path / "toy", 1)
    problem = switched_problem(read_study(folder), read_question(folder))
    true = [float(name in TRUE) for name in problem.space.names]
    position = np.zeros((2, problem.dimension))
    for i, parameter in enumerate(problem.plain.parameters):
        value = TRUE.get(parameter.name[2:], 0.05 if parameter.kind == "noise" else None)
        if value is not None:
            position[:, i] = parameter.prior.to_normal(value)
    other = np.roll(true, 1)

    logs = problem.log_likelihood(position, np.array([true, other]))

    assert len(candidates()) == len(problem.space) == 30
    assert len(set(candidates().values())) == 30
    assert logs[0] > logs[1] + 100


def test_a_seed_is_right_wrong_or_not_converged():
    rows = {
        "seed 0": ROW,
        "seed 1": {**ROW, "worst_other": ["X2_to_X1", 0.06]},
        "seed 2": {**ROW, "true": {**ROW["true"], "X1_to_X2": 0.5}, "converged": False},
    }

    assert [outcome(row) for row in rows.values()] == ["right", "wrong", "not converged"]
    assert summary_of(rows) == {"thirty candidates": {"right": 1, "wrong": 1, "not converged": 1}}
