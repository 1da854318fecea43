"""Both ligands in one study: the same words as in the study of each, and what competes."""

import re
from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

FITS = ROOT / "fits"
ALONE = {"Dy6": "dy6", "HNP-Dy6": "hnp_dy6"}
CONSTANTS = {"k_chelate", "k_grow", "k_dimerise", "k_couple", "k_close"}


@pytest.fixture(scope="module")
def study():
    return read_study(FITS / "both_ligands")


def test_words_amounts_and_heating_are_those_of_the_study_of_each_ligand(study):
    for experiment in study.experiments:
        (alone,) = read_study(FITS / ALONE[experiment.name]).experiments
        for part in ("statements", "initial", "further_samples"):
            assert getattr(experiment, part) == getattr(alone, part)
        # the base that was added is a fact of each ligand's own study
        there = replace(experiment.conditions, group=alone.conditions.group, base=None)
        assert there == replace(alone.conditions, base=None)
        np.testing.assert_array_equal(experiment.sampled, alone.sampled)


def test_each_constant_may_differ_alone_and_a_route_may_be_open_in_one_ligand(study):
    hypotheses = {name: study.hypothesis(name) for name in study.mechanisms}
    differing = {n: {d.constant for d in h.differing} for n, h in hypotheses.items()}

    assert len(hypotheses) == 10
    alone = [d for n, d in differing.items() if len(d) == 1 and "both" in hypotheses[n].mechanisms]
    assert {next(iter(d)) for d in alone} == CONSTANTS
    assert differing["same"] == set()
    assert differing["every"] == CONSTANTS
    routes = {n: h.mechanisms for n, h in hypotheses.items() if len(set(h.mechanisms)) > 1}
    assert routes["only_hnp"] == ("two_Dy3L", "both")
    assert len(routes) == 3


def test_solvent_and_concentration_are_said_to_differ_with_the_ligand(study):
    said = study.notes[0]

    assert "differs with ligand, solvent and concentration together" in said
    amounts = [dict(one.initial)["Dy"] for one in study.experiments]
    assert amounts[0] / amounts[1] == pytest.approx(1.5, abs=0.01)


def test_where_all_is_common_the_words_of_both_studies_count_together(study):
    joint = build_problem(study, "same")
    rng = np.random.default_rng(8)
    positions = 0.7 * rng.standard_normal((6, len(joint.parameters)))
    values = values_from_normal(joint.parameters, positions)
    named = dict(zip(joint.parameter_names, values.T, strict=True))
    expected = 0.0
    for group in ALONE.values():
        problem = build_problem(read_study(FITS / group), "both")
        own = [named.get(f"{n}_{group}", named.get(n)) for n in problem.parameter_names]
        expected = expected + log_likelihood(problem, np.stack(own, axis=1)).case_totals

    # each study's cases carry their weight, an eighth, in the sum once too often
    found = log_likelihood(joint, values).case_totals
    assert found.shape == (6, 8)
    np.testing.assert_allclose(found, expected - np.log(1 / 8), rtol=1e-9, atol=1e-9)


def test_where_nothing_is_shared_the_likelihood_is_the_product_of_both_studies(tmp_path):
    """So the evidence is the mean over the cases of the product of both, under the same priors."""
    for name in ALONE.values():
        (tmp_path / name).symlink_to(FITS / name)
    (tmp_path / "both").mkdir()
    text = (FITS / "both_ligands" / "study.toml").read_text("utf-8")
    text = text.replace('per_group = ["response_*"]', 'per_group = ["*"]', 1)
    text = text.replace('"both_ligands"', f'"{ROOT / "models" / "both_ligands.toml"}"', 1)
    text = re.sub(r"\n(?!same)\w+ += {.*mechanism.*", "", text)  # of the hypotheses the first one
    (tmp_path / "both" / "study.toml").write_text(text, "utf-8")
    joint = build_problem(read_study(tmp_path / "both"), "same")
    rng = np.random.default_rng(9)
    positions = 0.7 * rng.standard_normal((6, len(joint.parameters)))
    values = values_from_normal(joint.parameters, positions)
    named = dict(zip(joint.parameter_names, values.T, strict=True))
    count, expected = 0, 0.0
    for group in ALONE.values():
        problem = build_problem(read_study(FITS / group), "both")
        own = np.stack([named[f"{n}_{group}"] for n in problem.parameter_names], axis=1)
        expected = expected + log_likelihood(problem, own).case_totals
        count += len(problem.parameters)

    # unknowns are independent before the data, and none belongs to both
    assert count == len(joint.parameters)
    found = log_likelihood(joint, values).case_totals
    np.testing.assert_allclose(found, expected - np.log(1 / 8), rtol=1e-9, atol=1e-9)
