"""The mean composition of what has assembled."""

import numpy as np

from assemblysim.report.figures.over_time.composition import (
    composition_figure,
    describe_composition,
    marked_places,
)
from assemblysim.result.courses import AssemblyCourses

TIMES = np.concatenate([[0.0], np.geomspace(0.01, 48, 60)])


def assembly():
    """From 1:2 to 6:4 with 10 % about it; nothing at the start."""
    grown = TIMES / (TIMES + 2)
    means = np.stack([1 + 5 * grown, 2 + 2 * grown], axis=-1)
    bands = means * np.array([0.9, 0.97, 1.0, 1.03, 1.1])[:, None, None]
    bands[:, 0] = np.nan
    return AssemblyCourses("80C", TIMES, (), np.zeros((5, len(TIMES), 0)), ("M", "L"), bands)


def test_one_block_stands_against_the_other_and_both_over_time():
    plane, course = composition_figure(assembly(), log_time=True).axes
    way = plane.lines[0]

    assert (plane.get_xlabel()[0], plane.get_ylabel()[0]) == ("L", "M")
    np.testing.assert_allclose(way.get_ydata(), assembly().composition[2, 1:, 0])
    np.testing.assert_allclose(way.get_xdata(), assembly().composition[2, 1:, 1])
    assert len(course.collections) == 2
    assert [t.get_text() for t in course.get_legend().get_texts()] == ["M", "L"]


def test_marked_times_have_both_intervals():
    plane, _ = composition_figure(assembly(), log_time=True).axes
    bars = [line for line in plane.lines[1:] if len(line.get_xdata()) == 2]
    along = [b for b in bars if np.ptp(b.get_ydata()) == 0]
    marks = [t for t in plane.texts if t.get_text().endswith(("h", "s", "min"))]

    assert len(marks) == len(along) > 3
    np.testing.assert_allclose([b.get_xdata()[1] / b.get_xdata()[0] for b in along], 1.1 / 0.9)


def test_times_are_written_where_there_is_room():
    across = np.concatenate([np.linspace(0, 1, 50), np.full(50, 1.0)])
    places = marked_places(np.arange(100.0), across, across)

    assert places[0] == 0
    assert 3 < len(places) <= 7
    assert (np.diff(across[places]) > 0.05).all()


def test_the_alternative_says_how_it_goes_on():
    text = describe_composition("cage", assembly())

    assert "1 M and 2 L at 36 s" in text
    assert "5.8 M and 3.9 L at 48 h" in text
