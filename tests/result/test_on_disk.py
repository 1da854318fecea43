import json
from dataclasses import replace

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.result.courses import AssemblyCourses, Courses
from assemblysim.result.on_disk import (
    store_assembly,
    store_courses,
    stored_assembly,
    stored_courses,
    stored_result,
)
from assemblysim.result.summary import SUMMARY_VERSION

COURSES = Courses(
    "simulated",
    np.array([0.0, 1.0, 2.0]),
    ("A", "B"),
    np.arange(30.0).reshape(5, 3, 2),
    ("A",),
    np.arange(15.0).reshape(5, 3, 1),
    np.arange(6.0).reshape(2, 3, 1),
    np.array([1.0]),
    np.array([[np.nan]]),
    "mM",
)


def test_courses_come_back_as_they_were(tmp_path):
    store_courses(tmp_path, "both", 0, COURSES)
    store_courses(tmp_path, "both", 1, replace(COURSES, experiment="other"))

    again, other = stored_courses(tmp_path, "both")

    assert (again.experiment, other.experiment) == ("simulated", "other")
    assert (again.species, again.signals, again.display_unit) == (("A", "B"), ("A",), "mM")
    for name in ("times", "concentrations", "expected", "predictive", "data_times", "data"):
        np.testing.assert_array_equal(getattr(again, name), getattr(COURSES, name))


def test_courses_without_signals_and_readings_come_back_too(tmp_path):
    none = {"expected": np.empty((5, 3, 0)), "predictive": np.empty((2, 3, 0))}
    words = replace(COURSES, signals=(), **none, data_times=np.empty(0), data=np.empty((0, 0)))
    store_courses(tmp_path, "both", 0, words)

    assert stored_courses(tmp_path, "both")[0].data.shape == (0, 0)
    assert stored_courses(tmp_path, "stepwise") == ()


def test_routes_over_time_come_back_and_earlier_results_have_none(tmp_path):
    times, routes = np.array([0.0, 1.0]), (("P", "a"), ("P", "b"))
    bands = np.arange(20.0).reshape(5, 2, 2)
    one = AssemblyCourses("run", times, routes, bands, ("M", "L"), 2 * bands)
    store_assembly(tmp_path, "both", 0, one)

    (again,) = stored_assembly(tmp_path, "both")

    assert (again.experiment, again.routes, again.blocks) == ("run", routes, ("M", "L"))
    np.testing.assert_array_equal(again.composition, 2 * bands)
    np.testing.assert_array_equal(again.fractions, bands)
    assert stored_assembly(tmp_path, "stepwise") == ()
    with pytest.raises(ValueError, match=r"fractions has shape \(5, 2, 2\) instead of \(5, 2, 1\)"):
        replace(one, routes=routes[:1])


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_course_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "both" / "courses_0.npz"
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(InputError) as refused:
        stored_courses(tmp_path, "both")

    assert str(refused.value).startswith(f"{path}: does not hold courses")
    assert str(refused.value).endswith("; run 'assemblysim fit' again")
    assert "\n" not in str(refused.value)


def test_a_course_file_of_the_first_release_is_refused(tmp_path):
    path = tmp_path / "both" / "courses_0.npz"
    path.parent.mkdir()
    np.savez(path, times=np.zeros(3))

    with pytest.raises(InputError, match="does not hold courses"):
        stored_courses(tmp_path, "both")


def refusal(folder, content):
    (folder / "summary.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        stored_result(folder, "fits/mine")
    return str(refused.value).removeprefix(f"{folder / 'summary.json'}: ")


@pytest.mark.parametrize(("version", "layout"), [({}, 1), ({"version": 2}, 2)])
def test_a_summary_of_another_release_is_refused_with_the_remedy(tmp_path, version, layout):
    content = json.dumps({**version, "title": "t", "mechanisms": {}})

    assert refusal(tmp_path, content) == (
        f"results in layout {layout}, and this release reads layout {SUMMARY_VERSION}; "
        "run 'assemblysim fit fits/mine --anew' to renew them"
    )


def test_a_summary_that_is_not_whole_is_refused_with_the_place(tmp_path):
    assert refusal(tmp_path, json.dumps({"version": SUMMARY_VERSION})) == (
        "the whole: 'study' is not there; run 'assemblysim fit fits/mine --anew'"
    )
    assert refusal(tmp_path, "{") == (
        "not a summary (Expecting property name enclosed in double quotes: line 1 column 2 "
        "(char 1)); run 'assemblysim fit fits/mine' first"
    )


def test_a_study_without_results_is_told_to_be_fitted(tmp_path):
    with pytest.raises(InputError) as refused:
        stored_result(tmp_path, "fits/mine")

    assert str(refused.value) == (
        f"{tmp_path / 'summary.json'}: no results (No such file or directory); "
        "run 'assemblysim fit fits/mine' first"
    )
