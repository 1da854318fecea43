"""Verdicts that lean on the edge of a default prior, and how they say so."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from report_example import result_of, summary
from unknowns import unknown

from assemblysim.inference.identifiability.profiles import likelihood_of
from assemblysim.inference.model.priors import LogUniform
from assemblysim.result.evidence import ComparisonResult, LackOfFit, Verdict
from assemblysim.result.numbers import Estimate, StoredPrior
from assemblysim.sentences.cautions import cautions
from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.doubts.prior_edges import with_edges_of_draws, with_prior_edges
from assemblysim.study.problem.problems import build_problem

FAVOURED = Verdict("favoured", ("plain",), ("catalysed",), "very strong", Estimate(48.9, 0.1))

MODEL = """
[species]
A = "X"
B = "X"
C = "X"
[reactions]
r1 = "A -> B ; k1"
r2 = "B -> C ; k2"
"""
STUDY = """
title = "SYNTHETIC: one constant with a prior, one without"
model = "abc.toml"
seed = 1
synthetic = true
[[experiments]]
name = "e"
initial = { A = "1 mM" }
data = "data.csv"
[measurement]
scale = "absolute"
signals = ["A", "B"]
noise = "constant"
[priors]
k1 = { log_uniform = ["0.01 1/h", "10 1/h"] }
"""
DATA = "time (h),A (mM),B (mM)\n1,0.6,0.3\n2,0.4,0.4\n10,0.1,0.1\n"


def constant(rises):
    prior = StoredPrior("log_uniform", {"lower": 1e-5, "upper": 4.0})
    return replace(
        unknown("k_cat", 3.9, prior=1.0, factor=2.0),
        unit="1/(mM h)",
        prior=prior,
        rises=rises,
        kind="rate",
    )


def judged(rises, *, of="catalysed", verdict=FAVOURED):
    mechanisms = {
        name: SimpleNamespace(parameters={"k_cat": constant(rises if name == of else None)})
        for name in ("plain", "catalysed")
    }
    factors = {"plain": Estimate(0.0, 0.0), "catalysed": Estimate(48.9, 0.1)}
    comparison = ComparisonResult({"plain": 1.0, "catalysed": 0.0}, {}, factors, (), verdict)
    return with_prior_edges(comparison, mechanisms)


def test_a_rival_that_would_come_level_beyond_its_prior_takes_the_verdict_away():
    found = judged((0.0, 17.0))

    assert not found.decided
    assert verdict_words(found.verdict) == (
        "No mechanism can be favoured yet: the likelihood still rises, that of catalysed at the "
        "upper edge of the default prior of k_cat (4 1/(mM h)), where it becomes over 100 times as "
        "large in the last decade; state wider priors under [priors] and fit again before this is "
        "believed. With the priors as they are, the data favour plain over every other "
        "mechanism: the evidence against the next best, catalysed, is very strong (ln Bayes "
        "factor 48.9 ± 0.1)."
    )


@pytest.mark.parametrize("rises", [(0.0, 16.0), (-3.0, 0.2), None])
def test_a_rival_that_stays_behind_leaves_it(rises):
    """48.9 nats are more than three decades of 16 each."""
    found = judged(rises)

    assert found.verdict.edges is None
    assert found.decided
    assert verdict_words(found.verdict).startswith("The data favour plain over")


def test_one_nat_in_the_last_decade_counts_for_the_leader():
    assert judged((0.9, 0.0), of="plain").decided
    found = judged((1.1, 0.0), of="plain")

    (edge,) = found.verdict.edges
    assert (edge.name, edge.upper, edge.bound) == ("k_cat", False, 1e-5)
    assert (
        "the lower edge of the default prior of k_cat (1e-5 1/(mM h)), where it becomes 3 times"
        in verdict_words(found.verdict)
    )


def test_open_and_single_verdicts_say_it_behind_their_sentence():
    single = judged((0.0, 2.0), of="plain", verdict=Verdict("single", ("plain",)))
    undecided = judged((0.0, 2.0), of="plain", verdict=Verdict("undecided", ("plain", "x")))

    assert verdict_words(single.verdict).startswith(
        "Only one mechanism, plain, was fitted: nothing to compare. The likelihood still rises, "
    )
    assert verdict_words(undecided.verdict).startswith(
        "These data cannot tell plain and x apart. The likelihood still rises, that of plain at "
    )


def test_beside_a_lack_of_fit_it_stands_among_the_cautions():
    verdict = replace(FAVOURED, lack_of_fit=LackOfFit(("trend",), (), 0, 8))
    found = judged((0.0, 2.0), of="plain", verdict=verdict)

    assert "still rises" not in verdict_words(found.verdict)
    example = result_of(summary())
    leaning = replace(example.comparison, verdict=found.verdict)
    said = cautions(replace(example, comparison=leaning))
    assert sum("The likelihood still rises, that of plain" in one for one in said) == 1


def test_a_prior_that_the_study_states_is_no_default_one(tmp_path):
    """k2 may be a hundred times too fast for 1 h and too slow for 10 h: five decades."""
    (tmp_path / "abc.toml").write_text(MODEL, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    problem = build_problem(read_study(tmp_path), "all")

    decades = dict(zip(problem.parameter_names, likelihood_of(problem).decades, strict=True))

    assert decades.pop("k2") == pytest.approx(5.0, abs=0.1)
    assert np.isnan(list(decades.values())).all()


def of_draws(folder, bounds, *, stated=False, probability=0.97, kind="favoured"):
    """A verdict for the only mechanism there is, k2 having a prior that ends where it is told."""
    (folder / "abc.toml").write_text(MODEL, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    problem = build_problem(read_study(folder), "all")
    parameters = tuple(
        replace(one, prior=LogUniform(*bounds), stated=stated) if one.name == "k2" else one
        for one in problem.parameters
    )
    problem = replace(problem, parameters=parameters)
    verdict = Verdict(kind, ("all",), ("other",), "strong", Estimate(4.0, 0.1))
    factors = {"all": Estimate(0.0, 0.0), "other": Estimate(80.0, 0.1)}
    chances = {"all": probability, "other": 1 - probability}
    comparison = ComparisonResult(chances, {}, factors, ("all",), verdict)
    draws = np.random.default_rng(1).standard_normal((400, len(parameters)))
    positions = {"all": draws, "other": draws}
    return with_edges_of_draws(
        comparison, (problem, replace(problem, mechanism="other")), positions
    )


def test_draws_of_a_simulated_study_tell_an_edge_as_a_report_does(tmp_path):
    """k2 is about 0.9 1/h; a default prior that ended at 0.1 would hide that."""
    found = of_draws(tmp_path, (1e-3, 0.1))

    (edge,) = found.verdict.edges
    assert (edge.mechanism, edge.name, edge.upper) == ("all", "k2", True)
    assert edge.bound == pytest.approx(0.1)
    assert edge.rise > 1
    assert not found.decided


def test_no_edge_is_told_where_none_takes_a_verdict_away(tmp_path):
    assert of_draws(tmp_path, (1e-3, 100.0)).decided
    assert of_draws(tmp_path, (1e-3, 0.1), stated=True).decided
    open_one = of_draws(tmp_path, (1e-3, 0.1), probability=0.6, kind="undecided")
    assert open_one.verdict.edges is None
    sure = of_draws(tmp_path, (1e-3, 0.1), probability=0.96, kind="undecided")
    assert sure.verdict.edges
