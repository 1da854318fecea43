"""Predictive checks of a study's mechanisms, and the warning that comes of them."""

from dataclasses import replace

import numpy as np
from quadrature import grid_draws
from report_example import result_of, summary
from small_study import WORDS, chain_table, small_study

from assemblysim.report.content.headlines import banners
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.posterior_checks import posterior_checks


def stored(tmp_path, mechanism, count=400):
    rng = np.random.default_rng(2)
    study = small_study(tmp_path, table=chain_table(noise=0.1), noise=0.1)
    problem = build_problem(study, mechanism)
    return posterior_checks(problem, grid_draws(problem, count, rng), rng)


def banner_labels(checks):
    result = result_of(summary())
    best = replace(result.mechanisms["both"], predictive_checks=checks)
    result = replace(result, mechanisms={**result.mechanisms, "both": best})
    return [b.label for b in banners(result)]


def test_the_report_warns_when_the_best_mechanism_does_not_fit(tmp_path):
    wrong, right = stored(tmp_path, "detour"), stored(tmp_path, "chain")

    assert wrong.passed is False
    assert right.passed is True
    assert "DOES NOT FIT" in banner_labels(wrong)
    assert "DOES NOT FIT" not in banner_labels(right)


def test_too_few_draws_are_no_reason_for_a_warning(tmp_path):
    few = stored(tmp_path, "detour", count=20)

    assert few.passed is None
    assert "DOES NOT FIT" not in banner_labels(few)
    assert "DOES NOT FIT" not in banner_labels(None)


def test_residuals_are_stored_by_signal_and_time(tmp_path):
    (residuals,) = stored(tmp_path, "chain").residuals

    assert residuals.signals == ("A", "B", "C")
    assert residuals.mean.shape == (len(residuals.times_h), 3)


def test_a_study_of_words_alone_has_no_readings_to_check(tmp_path):
    study = small_study(tmp_path, words=WORDS)
    problem = build_problem(study, "chain")
    found = posterior_checks(problem, np.array([[1.0, 0.5]] * 5), np.random.default_rng(0))

    assert found is None
