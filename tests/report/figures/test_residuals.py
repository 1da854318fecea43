from dataclasses import replace

import numpy as np
import pytest
from report_example import SIGNALS, courses, mechanism_of, result_of, summary

from assemblysim.report.content.checks import check_sentences, predictive_check_table
from assemblysim.report.content.stored import course_of
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.figures import course_figure
from assemblysim.report.figures.residuals import (
    describe_residuals,
    stored_residuals,
    tallest_residual,
)
from assemblysim.result.checks import ModelResiduals

SUMMARY = summary()
RESULT = result_of(SUMMARY)
(TEMPLATE,) = stored_residuals(RESULT, "template").values()


def strips(*, log_time=False):
    """Panels of the courses, and the strips of residuals below those of signals."""
    course = course_of(courses("template"), RESULT)
    figure = course_figure(course, species_looks(RESULT), log_time=log_time, found=TEMPLATE)
    below = [axes for axes in figure.axes if axes.get_ylim()[0] < 0]
    return [axes for axes in figure.axes if axes not in below], below


def points(axes):
    return next(line for line in axes.lines if line.get_marker() == "o")


def test_every_residual_is_a_point_and_the_line_joins_their_means():
    axes = strips()[1][1]
    known = np.isfinite(TEMPLATE.mean[:, 1])
    moments, means = axes.lines[1].get_data()

    np.testing.assert_array_equal(points(axes).get_ydata(), TEMPLATE.mean[known, 1])
    assert not known.all()
    for moment, mean in zip(moments, means, strict=True):
        chosen = known & (TEMPLATE.times_h == moment)
        assert mean == pytest.approx(TEMPLATE.mean[chosen, 1].mean())


def test_a_strip_lies_below_each_fit_on_its_time_axis():
    for log_time in (False, True):
        panels, below = strips(log_time=log_time)

        assert len(below) == len(SIGNALS) < len(panels)  # what is not measured has none
        for panel, strip in zip(panels, below, strict=False):
            assert strip.get_xlim() == panel.get_xlim()
            assert strip.get_xscale() == panel.get_xscale()
            assert strip.get_position().x0 == pytest.approx(panel.get_position().x0)
            assert strip.get_position().y1 < panel.get_position().y0


def test_all_strips_share_a_scale_that_holds_every_residual():
    limits = {axes.get_ylim() for axes in strips()[1]}

    assert len(limits) == 1
    assert max(limits.pop()) == tallest_residual(TEMPLATE) > np.nanmax(np.abs(TEMPLATE.mean))


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

    assert stored_residuals(result, "both") == {}
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

    assert list(stored_residuals(result_of(content), "both")) == ["80C", "60C"]
