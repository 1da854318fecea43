"""All species of an experiment in one panel."""

from dataclasses import replace

import numpy as np
from report_example import courses, result_of, summary
from report_kinds import long_courses, thirty_species

from assemblysim.report.content.stored import course_of
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.over_time.species import (
    MOST_NAMED,
    describe_species,
    panel_top,
    shown_species,
    species_figure,
)

RESULT = result_of(summary())
COURSE = course_of(courses("both"), RESULT)


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_every_species_is_a_concentration_in_one_panel_with_its_band():
    figure = species_figure(COURSE, species_looks(RESULT), log_time=True)
    (axes,) = figure.axes
    shown = shown_species(COURSE)

    assert {one.name for one in COURSE.concentrations} == set(courses("both").species)
    assert len(axes.collections) == len(shown) == len(legend_of(figure))
    assert "mM" in axes.get_ylabel()
    for line, one in zip(axes.lines, shown, strict=True):
        assert line.get_ydata()[-1] == one.band[2, -1]
        assert line.get_color() == species_looks(RESULT)[one.name].colour


def test_an_excess_that_stays_does_not_press_the_others_flat():
    shown = {one.name for one in shown_species(COURSE)}
    formed = [one for one in COURSE.concentrations if one.band[2, 0] == 0]

    assert "Dy" not in shown  # 190 mM throughout, beside at most 23.8 mM of all others
    assert panel_top(COURSE) < 40
    assert panel_top(COURSE) >= max(np.nanmax(one.band[2]) for one in formed)


def test_of_many_species_the_most_abundant_have_names():
    result = result_of(thirty_species())
    course = course_of(long_courses(), result)
    figure = species_figure(course, species_looks(result), log_time=True)

    assert len(shown_species(course)) > MOST_NAMED
    assert len(legend_of(figure)) == MOST_NAMED
    assert len(figure.axes[0].lines) == len(shown_species(course))


def test_a_species_that_is_not_known_or_never_there_is_left_out():
    gone = COURSE.concentrations[1]
    unknown = replace(gone, name="X", band=np.full_like(gone.band, np.nan))
    never = replace(gone, name="Y", band=np.zeros_like(gone.band))
    course = replace(COURSE, concentrations=(*COURSE.concentrations, unknown, never))

    assert not {"X", "Y"} & {one.name for one in shown_species(course)}


def test_the_alternative_says_when_each_is_largest():
    text = describe_species("both", COURSE)

    assert text.startswith("All species in one panel under mechanism both, ")
    assert "Dy₆L₂ is largest" in text
