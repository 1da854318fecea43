from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assemblysim.commands.predicting.predicted_course import (
    CourseFiles,
    course_table,
    end_words,
    written_course,
)
from assemblysim.errors import InputError
from assemblysim.study.questions.predicted_course import PredictedCourse

TIMES = np.array([0.0, 12.0])
# Quantiles of A and of B, which holds two M, at both times.
AMOUNTS = np.array([[[10.0, 0.0], [one, (10 - one) / 2]] for one in (3.0, 3.5, 4.0, 4.5, 5.0)])
AMOUNTS[:, :, 1] = np.sort(AMOUNTS[:, :, 1], axis=0)
COURSE = PredictedCourse(
    "e", "mM", TIMES, ("A", "B"), AMOUNTS, "M", AMOUNTS * np.array([0.1, 0.2]), 0
)


def test_the_table_has_medians_and_bands_of_concentrations_and_yields():
    rows = [line.split(",") for line in course_table(COURSE).splitlines()]
    last = dict(zip(rows[0], rows[-1], strict=True))

    assert (last["time (h)"], last["A (mM) median"]) == ("12", "4")
    assert (last["A (mM) 2.5 % quantile"], last["A (mM) 97.5 % quantile"]) == ("3", "5")
    assert (last["B (mM) median"], last["B (% of M) median"]) == ("3", "60")
    assert len(rows) == 1 + len(TIMES)


def test_the_end_is_said_with_bands_the_largest_first():
    assert end_words(COURSE).splitlines() == [
        "At 12 h, all mechanisms in play (median, 95 % interval):",
        "  B  3 mM (2.5 to 3.5), 60 % of M (50 to 70)",
        "  A  4 mM (3 to 5), 40 % of M (30 to 50)",
    ]


def test_species_are_typeset_where_people_read_them():
    named = replace(COURSE, species=("alpha_pinene", "Dy6L2"))

    assert [line.split()[0] for line in end_words(named).splitlines()[1:]] == [
        "Dy₆L₂", "alpha-pinene",
    ]  # fmt: skip


def test_what_was_written_may_be_written_again_and_nothing_else(tmp_path):
    files = CourseFiles(tmp_path / "c.csv", tmp_path / "c.svg")

    assert written_course(COURSE, files) == [f"wrote {files.out}", f"wrote {files.plot}"]
    assert written_course(COURSE, files) == [f"wrote {files.out}", f"wrote {files.plot}"]
    files.out.write_text("time (h),A\n0,1\n")
    with pytest.raises(InputError, match="was not written by this command"):
        written_course(COURSE, files)


def test_a_figure_of_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match=r"'c.gif' is no figure file; end it in .png, .svg or"):
        CourseFiles(plot=Path("c.gif"))
