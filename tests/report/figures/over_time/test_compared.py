"""Experiments over each other."""

from dataclasses import replace

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from report_example import courses, result_of, summary

from assemblysim.report.content.stored import course_of
from assemblysim.report.figures.over_time.compared import (
    comparable_signals,
    compared_figure,
    describe_compared,
)

ONE = course_of(courses("both"), result_of(summary()))
OTHER = replace(course_of(courses("template"), result_of(summary())), experiment="60C")
ALONE = replace(ONE, curves=tuple(replace(c, axis="other") for c in ONE.curves))


def test_only_signals_that_two_experiments_share_are_compared():
    fewer = replace(OTHER, curves=OTHER.curves[1:])

    assert comparable_signals((ONE, OTHER)) == ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2")
    assert comparable_signals((ONE, fewer)) == ("Dy3L", "Dy5L2", "Dy6L2")
    assert comparable_signals((ONE, ALONE)) == ()
    assert comparable_signals((ONE,)) == ()


def test_each_panel_holds_data_and_bands_of_every_experiment_in_colours_of_their_own():
    figure = compared_figure((ONE, OTHER), log_time=True)
    axes = figure.axes[1]
    points = [line for line in axes.lines if line.get_linestyle() == "None"]

    assert [len(one.collections) for one in figure.axes] == [2] * 4
    assert len({line.get_color() for line in points}) == 2
    assert len({line.get_marker() for line in points}) == 2
    np.testing.assert_array_equal(points[1].get_ydata(), OTHER.curves[1].measurements[1])
    assert [t.get_text() for t in figure.legends[0].get_texts()] == [ONE.experiment, "60C"]


def test_panels_make_room_for_the_names_of_the_experiments():
    figure = compared_figure((ONE, OTHER), log_time=False)
    canvas = FigureCanvasAgg(figure)
    legend = figure.legends[0].get_window_extent(canvas.get_renderer())

    assert max(t.get_window_extent().y1 for axes in figure.axes for t in axes.texts) < legend.y0


def test_the_alternative_names_experiments_and_ends():
    text = describe_compared("both", (ONE, OTHER))

    assert f"{ONE.experiment} and 60C over each other" in text
    assert f"Dy₆L₂ ends at {ONE.curves[3].band[2, -1]:.3g} in {ONE.experiment}" in text
