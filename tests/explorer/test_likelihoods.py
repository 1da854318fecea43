from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.explorer.likelihoods import ENDLESS, engine_lists, told_claims, told_likelihood
from assemblysim.measurement.tails.registry import TAILS
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


def experiment(name):
    study = read_study(ROOT / "fits" / name)
    return build_problem(study, study.mechanisms[0]).experiments[0]


def test_lists_have_their_lengths_before_them_and_no_infinite_number():
    told = engine_lists(7, np.array([3, 4]), np.array([0.5, np.inf]))

    assert told == {"whole": [7, 2, 3, 4, 2], "real": [0.5, ENDLESS]}


def test_a_wild_spectrum_is_a_part_of_which_nothing_is_left():
    """Spectra of their own: each is as the mechanism says, or wild with 3 % before the data."""
    told = told_likelihood(experiment("hnp_dy6_synthetic"))
    as_it_says, wild = told["parts"]

    assert as_it_says["table"]["kind"] == "readings"
    assert wild["table"] is None
    np.testing.assert_allclose(np.exp(as_it_says["weights"]), 0.97)
    assert as_it_says["table"]["block"] == list(range(told["blocks"]))


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("alpha_pinene", {"own": 1, "additive": [0], "relative": None, "shared": False}),
        ("hudson_bay", {"own": 2, "additive": None, "relative": [0, 1], "shared": False}),
    ],
)
def test_sizes_of_errors_on_a_known_scale_are_additive_or_relative(name, sizes):
    told = told_likelihood(experiment(name))

    assert told["sizes"] == sizes
    assert told["parts"][0]["table"]["kind"] == "known_scale"


def test_errors_with_heavy_tails_are_said_to_have_none():
    study = read_study(ROOT / "fits" / "hudson_bay")
    heavy = replace(study.measurement, tails=TAILS["student-t"])
    problem = build_problem(replace(study, measurement=heavy), study.mechanisms[0])

    words = told_likelihood(problem.experiments[0])

    assert words == "errors with heavy tails have no likelihood on this page"


def test_known_covariances_are_said_to_have_none():
    study = read_study(ROOT / "fits" / "hnp_dy6_synthetic")
    table = study.experiments[0].table
    known = replace(table, covariances=np.zeros((*table.values.shape, table.values.shape[1])))
    one = replace(study.experiments[0], table=known)
    problem = build_problem(replace(study, experiments=(one,)), study.mechanisms[0])

    words = told_likelihood(problem.experiments[0])

    assert words == "known covariances of intensities have no likelihood on this page"


def test_sentences_have_as_many_columns_as_claims_in_all_readings():
    told = told_claims(experiment("hnp_dy6"))

    assert told_likelihood(experiment("hnp_dy6")) is None
    assert told["readings"] == 2
    assert len(told["fail"]) == len(told["hold"]) == len(told["begin"]) - 1
    assert max(told["columns"]) == told["parts"] - 1
    assert told_claims(experiment("hnp_dy6_synthetic")) is None
