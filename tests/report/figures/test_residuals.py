from dataclasses import replace

import numpy as np
import pytest
from report_example import SIGNALS, mechanism_of, result_of, summary

from assemblysim.report.content.checks import check_sentences, predictive_check_table
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.residuals import (
    describe_residuals,
    residual_figure,
    stored_residuals,
)
from assemblysim.result.checks import ModelResiduals

SUMMARY = summary()
((_, TEMPLATE),) = stored_residuals(result_of(SUMMARY), "template")


def points(axes):
    return next(line for line in axes.lines if line.get_marker() == "o")


def test_every_residual_is_a_point_and_the_line_joins_their_means():
    figure = residual_figure(TEMPLATE, species_looks(result_of(SUMMARY)))
    axes = figure.axes[1]
    known = np.isfinite(TEMPLATE.mean[:, 1])
    moments, means = axes.lines[1].get_data()

    np.testing.assert_array_equal(points(axes).get_ydata(), TEMPLATE.mean[known, 1])
    assert not known.all()
    for moment, mean in zip(moments, means, strict=True):
        chosen = known & (TEMPLATE.times_h == moment)
        assert mean == pytest.approx(TEMPLATE.mean[chosen, 1].mean())


def test_all_panels_share_a_scale_that_holds_every_residual():
    figure = residual_figure(TEMPLATE, {})
    limits = {axes.get_ylim() for axes in figure.axes}

    assert len(figure.axes) == len(SIGNALS)
    assert len(limits) == 1
    assert max(limits.pop()) > np.nanmax(np.abs(TEMPLATE.mean))


@pytest.mark.parametrize(
    ("times", "scale"), [([0.1, 1, 10], "log"), ([0.0, 1, 10], "linear"), ([2, 4, 6], "linear")]
)
def test_time_is_logarithmic_where_samples_are(times, scale):
    found = ModelResiduals(("A",), np.array(times, dtype=float), np.zeros((3, 1)))

    assert residual_figure(found, {}).axes[0].get_xscale() == scale


def test_the_text_alternative_counts_and_finds_the_largest():
    values = np.array([[0.1, np.nan], [-3.2, 2.5]])
    text = describe_residuals(
        "m", "reactor", ModelResiduals(("A", "Dy3L"), np.array([1.0, 6.0]), values)
    )

    assert "3 measurements under mechanism m, reactor" in text
    assert "2 lie beyond two standard deviations; the largest is −3.2, of A at 6 h" in text


def test_the_table_says_which_check_failed_and_its_bound():
    table = predictive_check_table(mechanism_of("template"))
    result = {row[0].text: (row[2].text, row[3].text, row[3].mark) for row in table.rows}

    assert result["trend"] == ("< 0.005", "FAILED", "bad")
    assert result["scatter"] == ("0.50", "passed", "good")
    assert "fails below 0.013" in table.columns[2]


def test_checks_with_too_few_new_data_sets_are_neither_passed_nor_failed():
    mechanism = mechanism_of("both")
    checks = replace(mechanism.predictive_checks, passed=None)
    table = predictive_check_table(replace(mechanism, predictive_checks=checks))

    assert {row[3].text for row in table.rows} == {"too few draws to tell"}


def test_the_words_name_the_signals_that_stay_on_one_side():
    bad = " ".join(check_sentences(mechanism_of("template"), "template"))
    good = " ".join(check_sentences(mechanism_of("both"), "both"))

    assert "Mechanism template does not fit" in bad
    assert "stay on one side of their measurements: Dy5L2 (p 0.0033)" in bad
    assert "No single signal stays on one side" in good


def test_words_only_studies_have_neither_residuals_nor_checks():
    result = result_of(summary(words=True))

    assert stored_residuals(result, "both") == ()
    assert predictive_check_table(result.mechanisms["both"]) is None
    assert check_sentences(result.mechanisms["both"], "both") == ()


def test_residuals_of_several_experiments_carry_the_names_of_those_with_readings():
    content = summary()
    checks = content["mechanisms"]["both"]["predictive_checks"]
    checks["residuals"] = checks["residuals"] * 2
    one = content["conditions"][0]
    content["conditions"] = [
        one, {**one, "experiment": "words", "measurements": 0}, {**one, "experiment": "60C"}
    ]  # fmt: skip

    assert [r[0] for r in stored_residuals(result_of(content), "both")] == ["80C", "60C"]
