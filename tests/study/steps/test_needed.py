"""A step is needed where it is on and carries a fraction of what is made."""

import numpy as np
from switched_study import write_study

from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.study.definition.reading import read_study
from assemblysim.study.steps.definition import read_question
from assemblysim.study.steps.needed import needed_steps
from assemblysim.study.steps.problem import switched_problem


def test_a_step_that_is_too_slow_to_matter_or_off_is_not_needed(tmp_path):
    folder = write_study(tmp_path / "s", 'candidates = ["bind", "pair", "grow", "close"]')
    study, question = read_study(folder), read_question(folder)
    problem = switched_problem(study, question)
    values = {"k_bind": 0.02, "k_pair": 0.05, "k_grow": 0.01}
    row = [values.get(p.name, float(p.prior.quantile(0.5))) for p in problem.plain.parameters]
    position = normal_from_values(problem.plain.parameters, np.array([row]))
    on = np.array([[1.0, 1, 1, 1], [1, 1, 0, 1], [1, 0, 1, 1], [0, 1, 1, 1]])
    conditions = [one.prior_conditions for one in study.experiments]

    found = needed_steps(problem, conditions, np.tile(position, (4, 1)), on, 0.01)

    assert found.tolist() == [
        [True, True, True, True],
        [True, True, False, False],  # without M2L there is nothing to close
        [True, False, True, True],
        [False, False, False, False],  # nothing is made at all
    ]
