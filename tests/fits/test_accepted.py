"""The accepted claims: made from the files as they are now, and saying what they must.

Beside each claim stands how closely another run has to agree with it.
"""

import hashlib
import json

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.result.evidence import WEIGHED
from assemblysim.study.definition.reading import read_study

FITS = ROOT / "fits"
NAMES = (
    "alpha_pinene",
    "both_ligands",
    "cage_synthetic",
    "crossover_synthetic",
    "dy6",
    "hnp_dy6",
    "hnp_dy6_synthetic",
    "hudson_bay",
)
PUBLISHED = np.array([5.92585, 2.96340, 2.04729, 27.44676, 3.99794]) * 60e-5  # 1/h


def accepted(name):
    return json.loads((FITS / name / "accepted" / "claims.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_an_accepted_result_was_made_from_the_files_as_they_are(name):
    made = accepted(name)["made"]

    assert made["inputs"]
    assert made["command"] == f"assemblysim run fits/{name}"
    assert {"assemblysim", "engine", "python", "numpy", "scipy", "emcee"} <= set(made["versions"])
    for path, digest in made["inputs"].items():
        content = (FITS / name / path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, path
    assert made["seed"] == read_study(FITS / name).seed


@pytest.mark.parametrize("name", NAMES)
def test_an_accepted_result_passed_all_its_checks(name):
    summary = accepted(name)

    assert summary["converged"]
    assert summary["checks"]
    for check, one in summary["checks"].items():
        most = check.startswith(("R-hat", "fraction"))
        assert one["worst"] <= one["bound"] if most else one["worst"] >= one["bound"], check
    for one in summary["mechanisms"].values():
        # SMC also looks at the far corners of the prior
        assert one["cost"]["failed_integrations"] <= 1e-4 * one["cost"]["likelihood_calls"]


@pytest.mark.parametrize("name", NAMES)
def test_two_estimates_of_each_log_evidence_agree(name):
    for mechanism in accepted(name)["mechanisms"].values():
        bridge, other = mechanism["log_evidence"][:2]
        error = np.hypot(bridge["error"], other["error"])

        assert bridge["method"] == "bridge sampling"
        assert other["method"] in (WEIGHED, "sequential Monte Carlo")
        assert bridge["error"] < 0.1
        assert abs(bridge["value"] - other["value"]) <= 3 * error


def test_ten_seeds_give_one_verdict_and_evidences_that_scatter_as_stated():
    path = FITS / "hnp_dy6_synthetic" / "accepted" / "ten_seeds.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    study = read_study(FITS / "hnp_dy6_synthetic")

    assert stored["inputs"] == dict(study.inputs)
    assert len(stored["runs"]) == 10
    assert len({tuple(run["open"]) for run in stored["runs"]}) == 1
    for name in study.mechanisms:
        values, errors = np.array([run["log_evidence"][name][0] for run in stored["runs"]]).T
        scatter, stated = values.std(ddof=1), errors.mean()

        assert scatter <= 0.2
        # chi-square of nine degrees of freedom: beyond 1.9 times the error once in 1000
        assert scatter < 1.9 * stated + 0.01


def test_words_do_not_tell_whether_the_ligands_differ_or_which_way_dy6_went():
    comparison = accepted("both_ligands")["comparison"]
    mechanisms = accepted("both_ligands")["mechanisms"]

    assert comparison["verdict"]["kind"] == "undecided"
    common = mechanisms["same"]["log_evidence"][0]["value"]
    for name in ("couple", "chelate", "grow", "dimerise", "close", "every"):
        assert abs(mechanisms[name]["log_evidence"][0]["value"] - common) < 1, name
    assert min(comparison["probabilities"], key=comparison["probabilities"].get) == "each_its_own"


def test_alpha_pinene_finds_the_published_optimum_and_ranks_the_rivals_below():
    summary = accepted("alpha_pinene")
    parameters = summary["mechanisms"]["published"]["parameters"]
    rate_constants = [parameters[f"k{i}"] for i in range(1, 6)]

    np.testing.assert_allclose([r["map"] for r in rate_constants], PUBLISHED, rtol=1e-3)
    for rate, published in zip(rate_constants, PUBLISHED, strict=True):
        assert rate["lower"] < published < rate["upper"]
    assert next(iter(summary["comparison"]["probabilities"])) == "published"


def left_open_as_the_codings_say(comparison, codings):
    """Hold a verdict against benchmarks/results/coding.md, in %: evidences good to 0.03 nat."""
    probabilities = comparison["probabilities"]

    assert comparison["verdict"]["kind"] == "undecided"
    assert set(comparison["left_open"]) == set(probabilities) == set(codings)
    for name, percent in codings.items():
        # errors of 0.03 in either log evidence, and as much in the sum: 0.05, taken three times
        assert abs(np.log(100 * probabilities[name] / percent)) < 0.15, name


def test_words_on_dy6_leave_all_open_and_through_dy4l2_least_probable():
    comparison = accepted("dy6")["comparison"]
    probabilities = comparison["probabilities"]
    codings = {
        "two_Dy3L": 13.2, "through_Dy5L2": 5.7, "both": 15.5, "both_reversible": 8.1,
        "dead_end": 11.8, "two_step": 9.0, "both_third_order": 15.3, "through_Dy4L2": 1.9,
        "two_Dy3L_reversible": 6.5, "two_Dy3L_third_order": 13.0,
    }  # fmt: skip

    left_open_as_the_codings_say(comparison, codings)
    assert min(probabilities, key=probabilities.get) == "through_Dy4L2"


def test_words_disfavour_each_way_alone_and_decide_nothing_else():
    comparison = accepted("hnp_dy6")["comparison"]
    probabilities = comparison["probabilities"]
    codings = {
        "two_Dy3L": 4.3, "through_Dy5L2": 3.0, "both": 13.5, "both_reversible": 22.3,
        "dead_end": 11.6, "two_step": 6.7, "both_third_order": 12.9, "through_Dy4L2": 17.4,
        "two_Dy3L_reversible": 3.8, "two_Dy3L_third_order": 4.5,
    }  # fmt: skip

    left_open_as_the_codings_say(comparison, codings)
    alone = ["two_Dy3L", "two_Dy3L_reversible", "two_Dy3L_third_order", "through_Dy5L2"]
    assert set(sorted(probabilities, key=probabilities.get)[:4]) == set(alone)
    assert 2 < probabilities["both"] / probabilities["two_Dy3L"] < 5


def test_the_synthetic_study_finds_its_truth():
    summary = accepted("hnp_dy6_synthetic")
    truth = dict(read_study(FITS / "hnp_dy6_synthetic").truth.values)
    parameters = summary["mechanisms"]["both"]["parameters"]
    determined = {
        name: p
        for name, p in parameters.items()
        if p["determined"] == "determined" and name in truth
    }
    inside = [p["lower"] < truth[name] < p["upper"] for name, p in determined.items()]
    factors = {n: f["value"] for n, f in summary["comparison"]["log_bayes_factors"].items()}
    fraction = summary["mechanisms"]["both"]["pathways"]["Dy6L2"]["close"]

    assert read_study(FITS / "hnp_dy6_synthetic").synthetic
    assert len(determined) >= 3
    assert all(inside)
    assert factors["both"] < 3
    assert factors["two_Dy3L"] > 100
    assert "both" in summary["comparison"]["left_open"]
    assert fraction["lower"] < 0.4807 < fraction["upper"]


def test_the_cage_s_constants_are_returned_and_classed():
    summary = accepted("cage_synthetic")
    truth = dict(read_study(FITS / "cage_synthetic").truth.values)
    mechanism = summary["mechanisms"]["trinuclear"]
    rate_constants = {n: p for n, p in mechanism["parameters"].items() if p["kind"] == "rate"}

    assert summary["comparison"]["verdict"]["kind"] == "favoured"
    assert summary["comparison"]["verdict"]["mechanisms"] == ["trinuclear"]
    assert mechanism["size"] == {"species": 32, "reactions": 158}
    assert len(rate_constants) == 8
    assert {p["determined"] for p in rate_constants.values()} == {"determined"}
    for name, rate in rate_constants.items():
        sd = np.log(rate["upper"] / rate["lower"]) / (2 * 1.96)
        assert abs(np.log(truth[name] / rate["median"])) < 3 * sd, name
    inside = [p["lower"] < truth[name] < p["upper"] for name, p in rate_constants.items()]
    assert sum(inside) >= 6  # closing and opening, which go together, lie just outside


def test_recommended_sampling_times_decide_more_often_than_even_ones():
    """From python -m benchmarks.designs; the rates are counted anew from its answers."""
    path = FITS.parent / "benchmarks" / "results" / "designs.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    fractions = stored["rates"]["weighed"]
    decided = {
        name: np.array([max(p, 1 - p) >= 0.95 for a in stored["answers"]
                        for p in [a["probability"][name]]])
        for name in ("recommended", "even")
    }  # fmt: skip

    assert len(stored["answers"]) >= 200
    for name, each in decided.items():
        assert fractions[name]["decided"] == pytest.approx(each.mean(), abs=1e-9)
        error = np.sqrt(each.mean() * (1 - each.mean()) / len(each))
        assert fractions[name]["error"] == pytest.approx(error, rel=0.05)
    difference = fractions["difference"]
    assert difference["decided"] > 1.96 * difference["error"]
