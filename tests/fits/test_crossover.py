"""The synthetic crossover of two metals: its tables, and what they tell apart."""

import json

import numpy as np
import pytest
from checkout import ROOT
from spectra import true_vector

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

FOLDER = ROOT / "fits" / "crossover_synthetic"
MIXED = ("Dy5GdL2", "Dy4Gd2L2", "Dy2Gd4L2", "DyGd5L2")


@pytest.fixture(scope="module")
def study():
    return read_study(FOLDER)


def test_the_study_says_that_it_is_synthetic(study):
    assert study.synthetic


def test_mixed_counts_are_seen_where_single_metals_moved(study):
    table = study.experiments[0].table
    last = table.values[table.times == 48]

    for name in MIXED:
        assert (last[:, table.signals.index(name)] > 0).all()
        assert (table.values[table.times <= 1, table.signals.index(name)] == 0).all()


def test_the_truth_is_likelier_than_motifs_that_join_as_a_whole(study):
    found = {}
    for mechanism in study.mechanisms:
        problem = build_problem(study, mechanism)
        # Whatever the background is that would have to stand for the mixed counts.
        backgrounds = (2e-5, 2e-4, 1e-3)
        values = np.vstack([true_vector(problem, study.truth, one) for one in backgrounds])
        found[mechanism] = log_likelihood(problem, values).total.max()

    assert found["metals_move"] > found["motifs_join"] + 100


def test_the_accepted_result_returns_the_truth_and_refuses_motifs_that_join_as_a_whole(study):
    claims = json.loads((FOLDER / "accepted" / "claims.json").read_text(encoding="utf-8"))
    truth = dict(study.truth.values)
    found = claims["mechanisms"]["metals_move"]["parameters"]

    assert claims["comparison"]["verdict"]["mechanisms"] == ["metals_move"]
    assert claims["comparison"]["verdict"]["strength"] == "very strong"
    # of responses only ratios count: they are reported with a geometric mean of 1
    responses = ("response_Dy3L", "response_Dy6L2")
    mean = np.sqrt(np.prod([truth[name] for name in responses]))
    truth |= {name: truth[name] / mean for name in responses}
    for name in ("k_chelate", "k_grow", "k_shrink", "k_dimerise", *responses):
        assert found[name]["determined"] == "determined"
        assert found[name]["lower"] < truth[name] < found[name]["upper"], name
    # The scatter that was drawn happens to be small: its interval ends just below the truth.
    noise = found["noise"]
    sd = np.log(noise["upper"] / noise["lower"]) / (2 * 1.96)
    assert abs(np.log(truth["noise"] / noise["median"])) < 3 * sd
