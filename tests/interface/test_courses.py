"""Courses with quantities by name, against closed forms and the array functions."""

from __future__ import annotations

import doctest

import matplotlib.pyplot as plt
import numpy as np
import pytest

import assemblysim as asm
from assemblysim.interface import courses
from assemblysim.kinetics.engines.integration import integrate

DIMER = """
[species]
M = "M"
M2 = "2M"
[reactions]
pair = "2 M <=> M2 ; k_pair, k_part"
"""


@pytest.fixture(scope="module")
def network():
    return asm.read_system_text(DIMER).network("all")


def test_the_examples_in_the_docstrings_run():
    found = doctest.testmod(courses)
    assert (found.failed, found.attempted > 2) == (0, True)


def test_quantities_by_name_are_what_the_engine_is_given(network):
    numbers = integrate(network, np.array([0.5, 0.1]), np.array([2.0, 0.0]), np.array([0.0, 3.0]))
    named = asm.integrate(
        network, {"k_part": "0.1 1/h", "k_pair": 0.5}, {"M": "2000 uM"}, [0.0, 3.0]
    )
    assert np.allclose(named["M2"], numbers.concentrations[:, 1], rtol=1e-8)
    assert named.species == ("M", "M2")


def test_a_text_for_the_times_is_how_long(network):
    course = asm.integrate(network, {"k_part": 0, "k_pair": "1 1/(mM h)"}, {"M": 1.0}, "120 min")
    assert (course.times[0], course.times[-1], len(course.times)) == (0, 2, courses.POINTS)
    # 1/c grows with 2 k t
    assert np.allclose(1 / course["M"], 1 + 2 * course.times, rtol=1e-6)


def test_many_sets_of_numbers_are_the_courses_of_each(network):
    pair = np.array([0.1, 0.5, 2.0])
    batch = asm.integrate_many(network, {"k_pair": pair, "k_part": 0.1}, {"M": "2 mM"}, [1.0, 2.0])
    assert len(batch) == 3
    for i, k in enumerate(pair):
        alone = asm.integrate(network, {"k_pair": k, "k_part": 0.1}, {"M": 2.0}, [1.0, 2.0])
        assert np.allclose(batch[i]["M2"], alone["M2"], rtol=1e-7)


@pytest.mark.parametrize(
    ("constants", "initial", "says"),
    [
        ({"k_pair": 1.0}, {"M": 1.0}, "no value for rate constant k_part"),
        ({"k_pair": 1.0, "k_prt": 1.0}, {"M": 1.0}, "no rate constant 'k_prt'; did you mean"),
        ({"k_pair": 1.0, "k_part": 1.0}, {"m": 1.0}, "no species 'm'"),
        ({"k_pair": "1 1/h", "k_part": 1.0}, {"M": 1.0}, "k_pair: "),
        ({"k_pair": [1.0, 2.0], "k_part": [1.0, 2.0, 3.0]}, {"M": 1.0}, "of 2 and of 3 numbers"),
        ({"k_pair": [1.0, 2.0], "k_part": 1.0}, {"M": [1.0, 2.0, 3.0]}, "2 sets .* and 3 of"),
        ({"k_pair": ["1 1/h"], "k_part": 1.0}, {"M": 1.0}, "k_pair: "),
        ([1.0, 2.0], {"M": 1.0}, r'rate_constants: list, no values by name; give \{"k"'),
        ({"k_pair": 1.0, "k_part": 1.0}, 1.0, r'initial: float, no values by name; give \{"A"'),
    ],
)
def test_faults_are_one_line(network, constants, initial, says):
    with pytest.raises(asm.InputError, match=says) as caught:
        asm.integrate_many(network, constants, initial, [1.0])
    assert "\n" not in str(caught.value)


def test_what_is_no_mechanism_is_one_line():
    with pytest.raises(asm.InputError, match=r"network: str, no mechanism; give read_system\("):
        asm.integrate("both", {}, {}, [1.0])


def test_a_batch_takes_texts_and_becomes_a_frame_and_a_table(network):
    batch = asm.integrate_many(
        network, {"k_pair": ["1 1/(mM h)", 2.0], "k_part": 0.1}, {"M": ["1 mM", "2 uM"]}, [0.0, 1.0]
    )
    frame = batch.to_frame()
    assert frame.index.names == ["course", "time (h)"]
    assert frame.loc[(1, 0.0), "M"] == pytest.approx(2e-3)
    assert frame.loc[0, "M2"].tolist() == batch[0]["M2"].tolist()
    html = batch._repr_html_()
    assert html.count("<tr>") == 3
    assert f"<td>{batch[1]['M2'][-1]:.4g}</td>" in html


def test_a_course_shows_itself_on_one_screen(network):
    course = asm.integrate(network, {"k_pair": 1.0, "k_part": 0.1}, {"M": 1.0}, "48 h")
    lines = repr(course).splitlines()
    assert lines[0] == "Course of 2 species at 241 times, mM"
    assert len(lines) == 8
    assert course._repr_html_().count("<tr>") == 7
    axes = course.plot(species=["M2"])
    assert [line.get_label() for line in axes.lines] == ["M2"]
    assert axes.figure.number in plt.get_fignums()  # which plt.show() and notebooks show
    assert course.plot(axes) is axes
    plt.close(axes.figure)
    with pytest.raises(asm.InputError, match="no species 'M3'"):
        course["M3"]


def test_a_course_becomes_a_frame(network):
    course = asm.integrate(network, {"k_pair": 1.0, "k_part": 0.1}, {"M": 1.0}, [0.0, 1.0])
    frame = course.to_frame()
    assert frame.index.name == "time (h)"
    assert frame["M2"].tolist() == course["M2"].tolist()


@pytest.mark.parametrize(
    ("constants", "times", "says"),
    [
        ({"k_pair": [1.0, 2.0], "k_part": 1.0}, [1.0], "2 sets of numbers; integrate_many"),
        ({"k_pair": -1.0, "k_part": 1.0}, [1.0], "k_pair: negative"),
        ({"k_pair": 1.0, "k_part": 1.0}, [2.0, 1.0], "times: not increasing"),
        ({"k_pair": 1.0, "k_part": 1.0}, [-1.0, 1.0], "times: not increasing"),
        ({"k_pair": 1.0, "k_part": 1.0}, ["30 min"], "times: no numbers"),
        ({"k_pair": 1.0, "k_part": 1.0}, "0 h", "times: 0 h is not after the start"),
    ],
)
def test_one_course_is_of_one_set_of_numbers_and_of_times_that_rise(
    network, constants, times, says
):
    with pytest.raises(asm.InputError, match=says):
        asm.integrate(network, constants, {"M": 1.0}, times)


@pytest.mark.parametrize("start", [1e-9, 1e-5, 1.0, 1e3])
def test_dilute_courses_are_as_good_as_others(network, start):
    times = np.array([0.1, 1.0, 100.0])
    found = asm.integrate(network, {"k_pair": 1 / start, "k_part": 0.0}, {"M": start}, times)
    assert np.allclose(found["M"], start / (1 + 2 * times), rtol=1e-6)
