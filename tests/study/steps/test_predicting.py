"""Predictions over all subsets: a subset alone predicts what its mechanism does, and they mix."""

from dataclasses import replace

import numpy as np
import pytest
from switched_study import write_study

from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.predictions import averaged, predict_study
from assemblysim.study.steps.definition import read_question
from assemblysim.study.steps.predicting import predictions_over_subsets
from assemblysim.study.steps.problem import switched_problem

STEPS = 'certain = ["bind"]\ncandidates = ["pair", "grow", "close"]\n'
CONSTANTS = {"k_bind": 0.02, "k_pair": 0.05, "k_grow": 0.01}
DRAWS = 12


@pytest.fixture
def asked(tmp_path):
    folder = write_study(tmp_path / "s", STEPS)
    study = read_study(folder)
    return study, switched_problem(study, read_question(folder))


def positions(problem):
    parameters = problem.plain.parameters
    values = np.array([CONSTANTS.get(p.name, float(p.prior.from_normal(0.0))) for p in parameters])
    return np.tile(normal_from_values(parameters, values), (DRAWS, 1))


def predicted(asked, switches):
    study, problem = asked
    unit, names = study.concentration_unit, [one.name for one in study.experiments]
    return predictions_over_subsets(problem, positions(problem), switches, unit, names)


def test_a_subset_alone_predicts_what_its_mechanism_does(asked):
    study, _ = asked
    found = predicted(asked, np.tile([1.0, 0.0, 0.0], (DRAWS, 1)))
    assert found.lifetimes["ML"]["time_of_maximum"].median is not None

    alone = build_problem(replace(study, mechanisms=("true",)), "true")
    values = [CONSTANTS.get(p.name, float(p.prior.from_normal(0.0))) for p in alone.parameters]
    one, *_ = predict_study(alone, np.tile(values, (DRAWS, 1)), study, np.random.default_rng(1))
    expected = averaged({"true": one}, {"true": 1.0}, study.concentration_unit, ["e"])
    for quantity, there in expected.lifetimes["ML"].items():
        here = found.lifetimes["ML"][quantity]
        assert (here.median is None) == (there.median is None)
        if there.median is not None:
            assert here.median == pytest.approx(there.median, rel=1e-4)
        assert here.probability_beyond == there.probability_beyond
    assert found.pathways["M2L2"]["pair"].median == pytest.approx(1.0, abs=1e-9)
    assert found.pathways["M2L2"]["close"].median == pytest.approx(0.0, abs=1e-9)


def test_subsets_count_as_often_as_they_were_drawn(asked):
    switches = np.array([[1.0, 0.0, 0.0]] * 9 + [[0.0, 1.0, 1.0]] * 3)

    found = predicted(asked, switches)

    # M2L comes in 3 of 12 draws; of 3 of them close makes all of the product
    assert found.lifetimes["M2L"]["onset"].probability_beyond == pytest.approx(0.75)
    assert found.pathways["M2L2"]["pair"].median == pytest.approx(1.0, abs=1e-9)
    assert found.pathways["M2L2"]["pair"].lower == pytest.approx(0.0, abs=1e-9)
    assert found.pathways["M2L2"]["close"].upper == pytest.approx(1.0, abs=1e-9)
