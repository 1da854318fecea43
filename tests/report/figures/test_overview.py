"""All signals in one panel."""

import numpy as np
from report_example import courses, result_of, summary

from assemblysim.report.content.stored import course_of
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.overview import overlaid, overview_figure


def drawn(words=False):
    result = result_of(summary(words=words))
    course = course_of(courses("both", words), result)
    return course, overview_figure(course, species_looks(result), log_time=True).axes[0]


def test_every_signal_has_a_line_a_band_and_its_measurements_in_one_panel():
    course, axes = drawn()
    measured = [line for line in axes.lines if line.get_linestyle() == "None"]

    assert [c.name for c in overlaid(course)] == ["Dy2L", "Dy3L", "Dy5L2", "Dy6L2"]
    assert len(axes.collections) == 4
    assert len(measured) == 4
    for line, curve in zip(measured, overlaid(course), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), curve.measurements[1])


def test_no_two_signals_look_alike_even_without_colours():
    _, axes = drawn()
    measured = [line for line in axes.lines if line.get_linestyle() == "None"]

    assert len({line.get_marker() for line in measured}) == 4
    assert len({line.get_color() for line in measured}) == 4


def test_without_measurements_there_are_curves_alone():
    _, axes = drawn(words=True)

    assert not [line for line in axes.lines if line.get_linestyle() == "None"]
    assert len(axes.collections) == 4


def test_a_fraction_of_nothing_is_not_drawn():
    result = result_of(summary())
    stored = courses("both")
    course = course_of(stored, result)
    axes = overview_figure(course, species_looks(result), log_time=False).axes[0]

    assert stored.times[0] == 0
    assert all(np.isnan(c.band[:, 0]).all() for c in overlaid(course))
    assert all(np.isfinite(c.band[:, 1:]).all() for c in overlaid(course))
    assert all(line.get_xdata()[0] > 0 for line in axes.lines)
